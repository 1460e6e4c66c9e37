// The month's grid: pick a cell up, put it down on another; by mouse, by dragging, by keyboard. The server judges.
(() => {
  let held = null, last = null;
  const form = () => document.getElementById("rota-edit");
  const cells = () => [...document.querySelectorAll(".rota-grid[data-open] .rota-cell")];
  const filled = cell => cell.textContent.trim() !== "";
  const key = cell => `${cell.dataset.on} ${cell.closest("table").dataset.by === "people" ? cell.dataset.account : cell.dataset.place}`;

  const release = () => { if (held) held.setAttribute("aria-pressed", "false"); held = null; };
  const send = values => {
    const edit = form();
    for (const [name, value] of Object.entries(values)) edit.elements[name].value = value;
    edit.requestSubmit();
  };
  const from = cell => ({ from_on: cell.dataset.on, from_account: cell.dataset.account, from_place: cell.dataset.place });
  const put = cell => {
    const people = cell.closest("table").dataset.by === "people", source = held;
    release();
    last = key(cell);
    if (source === cell) return;
    send({ ...from(source), on: cell.dataset.on, account: people ? cell.dataset.account : "", place: people ? "" : cell.dataset.place });
  };
  const act = cell => {
    if (held) return put(cell);
    if (filled(cell)) { held = cell; cell.setAttribute("aria-pressed", "true"); return; }
    // an empty one: the form below gets its day, what is missing is asked there
    const edit = form();
    edit.elements.on.value = cell.dataset.on;
    edit.elements.place.value = cell.dataset.place;
    edit.elements.account.value = cell.dataset.account;
    (cell.dataset.place ? edit.elements.account : edit.elements.place).focus();
  };
  const step = (cell, dx, dy) => {
    const row = cell.closest("tr"), at = [...row.children].indexOf(cell.closest("td"));
    let to = row, column = at;
    for (let n = 0; n < 40; n++) {
      column += dx;
      if (dy) to = dy > 0 ? to.nextElementSibling : to.previousElementSibling;
      const found = to?.children[column];
      if (!found) return;
      const next = found.querySelector(".rota-cell");
      if (next) { next.focus(); return; }
    }
  };
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  document.addEventListener("click", e => { const cell = e.target.closest(".rota-cell"); if (cell) act(cell); });
  document.addEventListener("keydown", e => {
    if (e.key === "Escape") return release();
    const cell = e.target.closest?.(".rota-cell");
    if (!cell) return;
    if (steps[e.key]) { e.preventDefault(); step(cell, ...steps[e.key]); }
    if ((e.key === "Delete" || e.key === "Backspace") && filled(cell)) {
      e.preventDefault();
      release();
      last = key(cell);
      send({ ...from(cell), on: "", account: "", place: "" });
    }
  });
  document.addEventListener("focusin", e => {
    // one stop of the Tab key for the whole grid
    if (e.target.classList?.contains("rota-cell")) for (const one of cells()) one.tabIndex = one === e.target ? 0 : -1;
  });
  document.addEventListener("dragstart", e => {
    const cell = e.target.closest?.(".rota-cell");
    if (!cell || !filled(cell)) return;
    release();
    held = cell;
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setData("text/plain", key(cell));
  });
  document.addEventListener("dragover", e => { const cell = e.target.closest?.(".rota-cell"); if (cell && held) { e.preventDefault(); cell.classList.add("over"); } });
  document.addEventListener("dragleave", e => e.target.closest?.(".rota-cell")?.classList.remove("over"));
  document.addEventListener("drop", e => { const cell = e.target.closest?.(".rota-cell"); if (cell && held) { e.preventDefault(); put(cell); } });
  document.addEventListener("dragend", release);
  const ready = () => {
    const all = cells();
    for (const one of all) { one.draggable = filled(one); one.tabIndex = -1; }
    const back = all.find(one => key(one) === last) || all[0];
    if (back) { back.tabIndex = 0; if (last) back.focus(); }
  };
  document.addEventListener("htmx:afterSettle", ready);
  ready();
})();
