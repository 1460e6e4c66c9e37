// The wall: one panel at a time. The one that is shown is asked for anew when the server says that something changed, and
// by the clock beside it; the next one shortly before its turn. A panel that cannot be counted keeps what it said.
// Made to run for weeks: one timer of each kind, charts given back before their panel goes, nothing kept of old answers;
// and once a day, or when the program was renewed, the page loads itself anew while the server answers.
(() => {
  const body = document.body, root = document.documentElement, main = document.querySelector("[data-wall-main]");
  const every = Number(body.dataset.every) * 1000, url = body.dataset.panels;
  const BESIDE = 60000, ALONE = 15000, GAP = 3000, DAY = 24 * 3600e3, STILL = 4000, AHEAD = 4000, FRESH = 6000;
  const live = document.querySelector("[data-wall-live]"), word = document.querySelector("[data-wall-word]");
  const pause = document.querySelector("[data-wall-pause]"), buttons = [...document.querySelectorAll("[data-wall-to]")];
  const codes = buttons.map(button => button.dataset.wallTo);
  const store = { get: () => { try { return sessionStorage.getItem("wall"); } catch { return null; } }, set: code => { try { sessionStorage.setItem("wall", code); } catch { /* no store: it begins with the first */ } } };
  let now = Math.max(codes.indexOf(location.hash.slice(1) || store.get()), 0), paused = false, turned = performance.now();

  // ── turning ──
  const show = () => {
    for (const section of main.children) section.toggleAttribute("data-on", section.dataset.panel === codes[now]);
    for (const button of buttons) button.dataset.wallTo === codes[now] ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current");
    window.tlChart?.clear(main);
    window.tlMap?.clear();
    const on = main.querySelector("[data-on]");
    if (on) window.tlChart?.draw(on);
    if (on?.querySelector("[data-map-box]")) window.tlMap?.draw();
  };
  const turn = to => { now = (to + codes.length) % codes.length; turned = performance.now(); store.set(codes[now]); show(); if (!lost && !isFresh(codes[now])) ask(); };
  const hold = on => { paused = on; pause.setAttribute("aria-pressed", String(on)); pause.querySelector(".ti").className = `ti ti-player-${on ? "play" : "pause"}`; turned = performance.now(); };
  document.addEventListener("keydown", e => {
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    const digit = Number(e.key);
    if (e.key === "ArrowRight" || e.key === "PageDown") turn(now + 1);
    else if (e.key === "ArrowLeft" || e.key === "PageUp") turn(now - 1);
    else if (e.key === " " && !e.target.closest?.("button")) hold(!paused);
    else if (digit >= 1 && digit <= codes.length) turn(digit - 1);
    else return;
    if (!e.target.closest?.("button")) e.preventDefault();
  });
  for (const [n, button] of buttons.entries()) button.addEventListener("click", () => turn(n));
  pause.addEventListener("click", () => hold(!paused));
  addEventListener("hashchange", () => { const to = codes.indexOf(location.hash.slice(1)); if (to >= 0) turn(to); });
  let still = setTimeout(() => root.setAttribute("data-still", ""), STILL);
  document.addEventListener("pointermove", () => { root.removeAttribute("data-still"); clearTimeout(still); still = setTimeout(() => root.setAttribute("data-still", ""), STILL); });

  // ── asking ──
  const tags = {}, heard = {};  // by panel: which answer it shows, and when it was asked for last
  let lost = 0, asking = false, again = false, asked = performance.now(), wait = 0, ended = false;
  const isFresh = code => code in heard && performance.now() - heard[code] < FRESH;
  const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  const say = () => {
    live.toggleAttribute("data-lost", Boolean(lost) || ended);
    const s = Math.floor((performance.now() - lost) / 1000);
    put(word, ended ? live.dataset.overWord : lost ? `${live.dataset.lostWord} ${String(Math.floor(s / 60)).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}` : "");
  };
  const sectionOf = code => main.querySelector(`[data-panel="${code}"]`);
  const fill = (code, text) => {
    const section = sectionOf(code), on = section.hasAttribute("data-on"), made = document.createElement("template");
    made.innerHTML = text;
    if (on) { window.tlChart?.clear(main); window.tlMap?.clear(); }
    section.replaceWith(made.content.firstElementChild);
    if (on) show();
  };
  const fail = code => {  // it alone: the others go on
    const section = sectionOf(code), none = section.querySelector("[data-wall-none]");
    if (none) put(none, live.dataset.noneWord);
    else section.dataset.old = live.dataset.oldWord;
  };
  const ask = async (code = codes[now]) => {
    if (asking || ended) return;
    asking = true;
    asked = heard[code] = performance.now();
    try {
      const answer = await fetch(`${url}?show=${code}`, { headers: { "X-Poll": "1", ...(tags[code] && { "If-None-Match": tags[code] }) }, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(20000) });
      if (answer.status === 403 || answer.type === "opaqueredirect") { ended = true; source?.close(); return; }
      if (answer.status === 500) fail(code);
      else if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
      else if (answer.headers.get("X-Wall-Version") !== body.dataset.version || performance.now() > DAY) { location.reload(); return; }
      else if (answer.status === 200) {
        fill(code, await answer.text());
        tags[code] = answer.headers.get("ETag") || "";
      } else delete sectionOf(code).dataset.old;
      if (lost) { lost = 0; open(); }
      wait = 0;
    } catch {
      delete heard[code];
      lost ||= performance.now();
      wait = Math.min(wait ? wait * 2 : 2000, 30000);
    } finally {
      asking = false;
      say();
      if (!lost && (again || !isFresh(codes[now]))) { again = false; ask(); }  // turned meanwhile
    }
  };

  // ── being told ──
  let source = null, on = false, told = 0;
  const open = () => {
    source?.close();
    on = false;
    if (!window.EventSource || ended) return;
    const mine = source = new EventSource("/live/?of=wall");
    const beat = () => { if (mine === source) on = true; };
    for (const kind of ["hello", "beat"]) mine.addEventListener(kind, beat);
    mine.addEventListener("turn", open);
    mine.addEventListener("over", () => { mine.close(); on = false; ask(); });
    mine.onmessage = () => { beat(); told ||= performance.now(); };
    mine.onerror = () => { if (mine === source) on = false; };
  };
  setInterval(() => {  // the one clock of the page
    const t = performance.now();
    const turns = !paused && codes.length > 1, next = codes[(now + 1) % codes.length];
    if (turns && t - turned >= every) turn(now + 1);
    else if (turns && !lost && t - turned >= every - AHEAD && !isFresh(next)) ask(next);
    if (lost) say();
    if (ended) { if (t - asked >= 5 * BESIDE) location.reload(); return; }
    const due = lost ? wait : told && t - told > 300 ? GAP : on ? BESIDE : ALONE;
    if (t - (lost ? asked : heard[codes[now]] ?? -due) >= due) { told = 0; ask(); }
    if (source?.readyState === 2 && t - asked >= ALONE - 1000) open();
  }, 500);
  document.addEventListener("wall:ask", () => { again = asking; ask(); });  // the tests ask at once
  root.setAttribute("data-turning", "");
  for (const section of main.children) if (!section.querySelector("[data-wall-none]")) heard[section.dataset.panel] = performance.now();
  show();
  open();
  if (!isFresh(codes[now])) ask();
})();
