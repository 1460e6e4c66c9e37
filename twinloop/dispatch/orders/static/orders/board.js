// 指挥室: keeps the list where it was scrolled; closes a question when another opens.
(() => {
  let scrolled = 0;
  document.addEventListener("htmx:beforeSwap", () => { scrolled = document.querySelector("#board-wait > ul")?.scrollTop || 0; });
  document.addEventListener("htmx:afterSwap", () => { const list = document.querySelector("#board-wait > ul"); if (list) list.scrollTop = scrolled; });
  document.querySelector(".wait.is-on")?.scrollIntoView({ block: "nearest" });
  document.addEventListener("toggle", e => {
    if (!e.target.matches?.("details.tl-send") || !e.target.open) return;
    for (const other of document.querySelectorAll("details.tl-send[open]")) if (other !== e.target) other.open = false;
    e.target.querySelector(".tl-pop button")?.focus();
  }, true);
  const undo = document.querySelector("form.board-undo");
  if (undo) setTimeout(() => undo.remove(), 10000);
})();
