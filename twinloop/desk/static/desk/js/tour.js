// The tour: one step at a time in a modal dialog, a ring around what is meant. The browser keeps focus inside and Escape ends it.
(() => {
  const dialog = document.querySelector("#tour");
  if (!dialog?.showModal) return;
  const form = dialog.querySelector("form"), steps = [...dialog.querySelectorAll("li")];
  const back = dialog.querySelector("[data-back]"), next = dialog.querySelector("[data-next]");
  const last = dialog.querySelector("[data-last]"), end = dialog.querySelector("[data-end]");
  let at = 0, ring = null, from = null;

  const point = selector => {
    ring?.classList.remove("tl-tour-target");
    ring = selector ? [...document.querySelectorAll(selector)].find(el => el.checkVisibility()) : null;
    ring?.classList.add("tl-tour-target");
    ring?.scrollIntoView({ block: "nearest" });
  };
  const show = to => {
    at = Math.max(0, Math.min(to, steps.length - 1));
    steps.forEach((step, n) => { step.hidden = n !== at; });
    back.hidden = at === 0;
    next.hidden = at === steps.length - 1;
    last.hidden = !next.hidden;
    end.hidden = next.hidden;
    dialog.setAttribute("aria-labelledby", `tour-${at + 1}`);
    point(steps[at].dataset.target);
    steps[at].querySelector("h2").focus();  // so that a screen reader says where one is
  };
  const open = () => {
    from = document.activeElement;
    dialog.removeAttribute("open");
    dialog.showModal();
    show(0);
  };
  const over = () => {
    point("");
    document.querySelector("#tour-offer")?.remove();
    if (dialog.open) dialog.close();
    if (from?.isConnected && from !== document.body) from.focus(); else document.querySelector("#main")?.focus();
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (location.search.includes("tour=1")) history.replaceState(null, "", location.pathname);
  };
  document.addEventListener("click", e => {
    if (!e.target.closest("[data-tour]")) return;
    e.preventDefault();
    for (const menu of document.querySelectorAll("details.tl-menu[open]")) menu.open = false;
    open();
  });
  back.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));
  form.addEventListener("submit", e => { e.preventDefault(); over(); });
  dialog.addEventListener("cancel", e => { e.preventDefault(); over(); });
  dialog.addEventListener("keydown", e => {
    if (e.key === "ArrowRight" && !next.hidden) show(at + 1);
    if (e.key === "ArrowLeft" && !back.hidden) show(at - 1);
  });
  if ("asked" in dialog.dataset) open();
})();
