// Parts marked data-live="topic …" ask for themselves anew (their htmx trigger is "live") when the server says that
// something of a topic changed: one stream a page, closed while nobody sees the page. Without a stream, and slowly beside
// it, they ask by the clock: what only the time changes (overdue, somebody left the call) is told by nobody.
(() => {
  const GAP = 1500, SPREAD = 250, BEAT = 15000, ALONE = 30, BESIDE = 60;  // the last two in seconds
  const parts = () => [...document.querySelectorAll("[data-live]")];
  const topics = part => part.dataset.live.split(" ").filter(Boolean);
  const state = document.querySelector("[data-live-state]");
  if (!parts().length) return;
  // a part marked data-live-beside (the bell of every page) listens where another opened the stream, and takes no seat for itself
  const wantsStream = () => parts().some(part => !("liveBeside" in part.dataset));

  // ── what the page says about itself ──
  const word = state?.querySelector("[data-live-word]"), since = state?.querySelector("[data-live-lost]");
  let lost = 0, now = "";
  const two = n => String(n).padStart(2, "0");
  const say = (name, after = 0) => {  // a break of a second or two is not worth a word
    clearTimeout(say.timer);
    say.timer = setTimeout(() => {
      now = name;
      document.documentElement.dataset.liveNow = name;
      if (!state) return;
      state.toggleAttribute("data-lost", name === "lost");
      state.toggleAttribute("data-slow", name === "poll" || name === "again");
      const text = name === "lost" ? state.dataset.lostWord : state.dataset[name];
      if (word && word.textContent !== text) word.textContent = text;
    }, after);
  };
  const tick = () => {
    if (!since) return;
    const s = Math.floor((performance.now() - lost) / 1000);
    since.textContent = lost && now === "lost" ? ` ${two(Math.floor(s / 60))}:${two(s % 60)}` : "";
  };

  // ── asking anew: at once after quiet, then never closer together than GAP ──
  const due = new Set(), asked = new WeakMap();
  let timer = 0, last = -GAP;
  const ask = part => { asked.set(part, performance.now()); window.htmx?.trigger(part, "live"); };
  const askDue = () => {
    timer = 0;
    if (document.hidden) return;
    last = performance.now();
    const told = new Set(due);
    due.clear();
    for (const part of parts()) if (topics(part).some(topic => told.has(topic))) ask(part);
  };
  const news = names => {
    for (const name of names) due.add(name);
    timer ||= setTimeout(askDue, Math.max(50 + Math.random() * SPREAD, last + GAP - performance.now()));
  };
  const all = () => news(parts().flatMap(topics));
  setInterval(() => {
    tick();
    if (document.hidden) return;
    for (const part of parts()) {
      const every = Number(part.dataset.liveEvery) || (now === "on" ? BESIDE : ALONE);
      if (!asked.has(part)) asked.set(part, performance.now());
      else if (performance.now() - asked.get(part) >= every * 1000) ask(part);
    }
  }, 1000);

  // ── the stream ──
  let source = null, heard = 0, tries = 0, again = 0;
  const shut = () => { source?.close(); source = null; clearTimeout(again); };
  const retry = () => {
    shut();
    tries += 1;
    again = setTimeout(open, Math.min(60000, 2000 * 2 ** Math.min(tries, 5)) * (0.75 + Math.random() / 2));
  };
  const open = () => {
    shut();
    if (!window.EventSource || document.hidden || !wantsStream()) return;
    const of = [...new Set(parts().flatMap(topics))].sort();
    const mine = source = new EventSource(`/live/?of=${of.join(",")}`);
    heard = performance.now();
    const alive = () => { heard = performance.now(); tries = 0; lost = 0; if (now !== "on" || say.timer) say("on"); };
    mine.addEventListener("hello", () => { alive(); all(); });
    mine.addEventListener("beat", alive);
    mine.addEventListener("turn", open);  // the server ends each stream after some minutes
    mine.addEventListener("over", () => { shut(); say("poll"); all(); });  // signed out: the next question leads to the door
    mine.onmessage = e => { alive(); news([e.data]); };
    mine.onerror = () => {
      if (mine !== source) return;
      // the browser tries again by itself unless the answer was no stream at all (no seat, signed out, an old proxy)
      if (mine.readyState === EventSource.CLOSED) { retry(); say(lost ? "lost" : "poll"); }
      else say(lost ? "lost" : "again", 2500);
    };
  };
  // a proxy that keeps the words to itself, a network that went without saying so
  setInterval(() => { if (source && performance.now() - heard > 3 * BEAT) { retry(); say("poll"); } }, 5000);

  let hidden = 0;
  const seen = () => { clearTimeout(hidden); if (!source) { tries = 0; open(); } if (due.size) askDue(); };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hidden = setTimeout(shut, 10000);
    else seen();
  });
  addEventListener("pagehide", shut);
  addEventListener("pageshow", e => { if (e.persisted) seen(); });
  addEventListener("online", () => { tries = 0; open(); });
  for (const bad of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(bad, () => { lost ||= performance.now(); say("lost"); });
  document.addEventListener("htmx:afterOnLoad", () => {
    if (!lost) return;
    lost = 0;
    say(source?.readyState === EventSource.OPEN ? "on" : "poll");
    if (source?.readyState !== EventSource.OPEN) { tries = 0; open(); }
  });
  open();
})();
