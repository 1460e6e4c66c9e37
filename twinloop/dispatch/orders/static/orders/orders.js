// 我的派单: where the phone is (only when the officer taps 到场, only if they allow it), fields that the outcome asks for,
// and a word and a short buzz when an order arrives while the page is open.
(() => {
  const form = document.querySelector("#feedback");
  const fit = () => {
    const chosen = form.querySelector("input[name=outcome]:checked")?.value || "";
    for (const part of form.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(chosen);
    form.querySelector("[data-after]").hidden = !chosen;
  };
  if (form) {
    fit();
    form.addEventListener("change", fit);
    for (const name of ["keep:restored", "keep:cleared"]) form.addEventListener(name, fit);
  }

  const list = () => document.querySelector("#mine");
  let held = Number(list()?.dataset.count);
  // a form that waits for the position must not be swapped away under the finger
  document.addEventListener("htmx:beforeSwap", e => { if (document.querySelector("form[data-asked]")) e.detail.shouldSwap = false; });
  document.addEventListener("htmx:afterSwap", () => {
    const part = list(), count = Number(part?.dataset.count);
    if (!part || count === held) return;
    const said = document.querySelector("#mine-new");
    said.textContent = count > held ? part.dataset.new : "";
    if (count > held) navigator.vibrate?.(200);
    held = count;
  });

  // listened for on the document: the list, and the form in it, may be replaced while the page is open
  document.addEventListener("submit", e => {
    const arrive = e.target.closest("form[data-position]");
    if (!arrive || !navigator.geolocation || arrive.dataset.asked) return;
    e.preventDefault();
    arrive.dataset.asked = "1";
    const go = () => arrive.submit();
    const wait = setTimeout(go, 4000);
    navigator.geolocation.getCurrentPosition(where => {
      clearTimeout(wait);
      arrive.elements.latitude.value = where.coords.latitude;
      arrive.elements.longitude.value = where.coords.longitude;
      go();
    }, () => { clearTimeout(wait); go(); }, { timeout: 3500, maximumAge: 60000 });
  });
})();
