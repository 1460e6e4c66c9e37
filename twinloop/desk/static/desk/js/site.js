// Clocks, theme, keys, masked fields, htmx. Pages work without it; it only counts on and saves clicks.
(() => {
  const root = document.documentElement;
  const english = root.lang.startsWith("en");

  // ── clocks: from the server's time (html[data-now]), so a wrong clock on the desk cannot mislead ──
  const base = Date.parse(root.dataset.now), loaded = performance.now();
  const now = () => base + (performance.now() - loaded);
  const ICON = { ok: "ti-clock", warn: "ti-alarm", late: "ti-alert-triangle" };
  const WORD = english ? { ok: "on time", warn: "due soon", late: "overdue" } : { ok: "按时", warn: "临期", late: "超时" };
  const SIDE = english ? { left: "left ", over: "over " } : { left: "剩 ", over: "超 " };
  const two = n => String(n).padStart(2, "0");
  // the same words as twinloop/desk/saying.py; a browser test compares the two
  const span = ms => {
    const s = Math.floor(Math.abs(ms) / 1000), d = Math.floor(s / 86400), h = Math.floor(s % 86400 / 3600), m = Math.floor(s % 3600 / 60);
    if (s < 3600) return `${two(m)}:${two(s % 60)}`;
    if (s < 86400) return english ? `${h} h ${two(m)} min` : `${h}时${two(m)}分`;
    if (english) return h ? `${d} d ${h} h` : `${d} d`;
    return h ? `${d}天${h}时` : `${d}天`;
  };
  const put = (node, text) => { if (node && node.textContent !== text) node.textContent = text; };
  const countDown = (el, t) => {
    const due = Date.parse(el.dataset.due), warn = Date.parse(el.dataset.warn || el.dataset.due);
    const state = t >= due ? "late" : t >= warn ? "warn" : "ok";
    if (el.classList.contains("tl-clock") && el.dataset.state !== state) {
      el.dataset.state = state;
      const icon = el.querySelector(".ti");
      if (icon) icon.className = `ti ${ICON[state]}`;
      put(el.querySelector(".tl-clock-word"), WORD[state]);
    }
    const side = "bare" in el.dataset ? "" : t >= due ? SIDE.over : SIDE.left;
    put(el.querySelector("time") || el, side + span(due - t));
  };
  const tick = () => {
    const t = now();
    for (const el of document.querySelectorAll("[data-due]")) countDown(el, t);
    for (const el of document.querySelectorAll("[data-since]")) put(el, span(t - Date.parse(el.dataset.since)));
    const wall = new Date(t + 8 * 3600e3).toISOString();
    for (const el of document.querySelectorAll("[data-now-clock]")) put(el, wall.slice(11, el.dataset.nowClock === "minute" ? 16 : 19));
  };
  tick();
  setInterval(tick, 1000);

  // ── theme: at once; the form is then sent in the background so that the account remembers ──
  document.addEventListener("submit", e => {
    const form = e.target, theme = form.matches("[data-theme-form]") && e.submitter?.value;
    if (!theme) return;
    e.preventDefault();
    fetch(form.action, { method: "POST", body: new FormData(form, e.submitter), redirect: "manual" });
    root.dataset.bsTheme = theme;
    for (const b of document.querySelectorAll("[data-theme-form] button[aria-pressed]")) b.setAttribute("aria-pressed", String(b.value === theme));
    const other = theme === "dark" ? "light" : "dark";
    for (const b of document.querySelectorAll("[data-theme-form] button[data-flip]")) {
      b.value = other;
      b.querySelector(".ti").className = `ti ${other === "dark" ? "ti-moon" : "ti-sun"}`;
    }
  });

  // ── keys: single ones only outside fields and only where the person keeps them on ──
  const typing = el => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName);
  const closeAll = () => {
    for (const p of document.querySelectorAll(".tl-pop[role=dialog]:not([hidden])")) close(p);
    for (const d of document.querySelectorAll("details.tl-menu[open]")) { d.open = false; d.querySelector("summary").focus(); }
  };
  document.addEventListener("keydown", e => {
    if (e.key === "Escape") return closeAll();
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || root.dataset.keys === "off") return;
    if (e.key === "/") {
      const field = [...document.querySelectorAll("input[type=search]")].find(i => i.checkVisibility());
      if (field) { e.preventDefault(); field.focus(); }
      return;
    }
    const one = document.querySelector(`[data-key="${CSS.escape(e.key.toUpperCase())}"]`);
    if (one && one.getAttribute("aria-disabled") !== "true") { e.preventDefault(); one.click(); }
  });
  document.addEventListener("click", e => {
    for (const d of document.querySelectorAll("details.tl-menu[open]")) if (!d.contains(e.target)) d.open = false;
    // a shut action can be reached and read, but does nothing
    if (e.target.closest("button[aria-disabled=true]")) e.preventDefault();
  });

  // ── a masked field asks why; the reason unmasks, never the click. Without a script the link opens a page that asks ──
  let asked = null;
  const close = p => { p.hidden = true; asked?.setAttribute("aria-expanded", "false"); asked?.focus(); asked = null; };
  document.addEventListener("click", e => {
    const pop = document.querySelector("#unmask"), eye = e.target.closest("[data-unmask]");
    if (pop && e.target.closest("#unmask [data-close]")) return close(pop);
    if (!pop || !eye) return;
    e.preventDefault();
    asked = eye;
    eye.setAttribute("aria-expanded", "true");
    const form = pop.querySelector("form");
    form.action = eye.href;
    form.reset();
    put(pop.querySelector("[data-what]"), eye.getAttribute("aria-label"));
    pop.hidden = false;
    const box = eye.getBoundingClientRect();
    pop.style.left = `${Math.max(8, Math.min(box.left - 24, innerWidth - pop.offsetWidth - 8))}px`;
    pop.style.top = `${box.bottom + 6 + scrollY}px`;
    pop.querySelector("input:not([type=hidden])")?.focus();
  });

  // ── htmx: the token of the page; what it replaced is counted at once ──
  document.addEventListener("htmx:configRequest", e => {
    const token = document.querySelector("meta[name=csrf]")?.content;
    if (token && e.detail.verb !== "get") e.detail.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:afterSwap", tick);
  document.addEventListener("click", e => { if (e.target.closest("[data-print]")) print(); });
})();
