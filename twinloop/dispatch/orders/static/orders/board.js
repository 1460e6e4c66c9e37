// 指挥室: says when the line to the server is lost; keeps the list where it was scrolled; closes a question when another opens.
(() => {
  const english = document.documentElement.lang.startsWith("en");
  const live = document.querySelector("#board-live"), word = live?.querySelector("[data-live]");
  const usual = word?.textContent;
  let lost = 0, scrolled = 0;
  const two = n => String(n).padStart(2, "0");
  setInterval(() => {
    if (!lost || !word) return;
    const s = Math.floor((performance.now() - lost) / 1000);
    word.textContent = `${english ? "offline" : "断线"} ${two(Math.floor(s / 60))}:${two(s % 60)}`;
  }, 1000);
  for (const bad of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(bad, () => { lost ||= performance.now(); live?.setAttribute("data-lost", ""); });
  document.addEventListener("htmx:afterOnLoad", () => { lost = 0; live?.removeAttribute("data-lost"); if (word) word.textContent = usual; });
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
