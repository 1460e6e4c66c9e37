// What is typed is not lost. <form data-keep="lead"> keeps a draft on this device, encrypted with a key that no script can
// read out (AES-GCM, IndexedDB), and puts it back after a crash. data-send-later also takes the sending over where there is
// no signal: it waits here and goes out once when there is (the hidden field `once`; a field `tapped_at` gets the moment of
// the tap). Needs a secure context (HTTPS, or this very machine); elsewhere the forms are plain forms.
(() => {
  const root = document.documentElement, viewer = root.dataset.viewer || "public";
  if (!window.isSecureContext || !window.indexedDB || !crypto.subtle) return;
  const english = root.lang.startsWith("en");
  const SAY = english ? {
    back: "What was not sent is back in the form", drop: "Clear", waits: n => `${n} waiting to be sent`, now: "Send now",
    sent: "Sent", kept: "No signal: kept on this device, goes out by itself", retry: "Not sent: no answer. It is kept here; try again",
    refused: "Not taken", open: "Mend it", signin: "Sign in to send", busy: "Sending …",
  } : {
    back: "上次没有送出的内容已放回", drop: "清空", waits: n => `${n} 份待发`, now: "现在发送",
    sent: "已送出", kept: "没有信号：存在这台设备上，恢复后自动送出", retry: "没有送出：没有回应。内容还在，再试一次",
    refused: "没有收下", open: "打开改", signin: "登录后送出", busy: "正在送出…",
  };
  const DAY = 864e5, DRAFTS = 3 * DAY, PUBLIC = DAY, LIMIT = 12000;

  // ── the store: one key, drafts, and what waits to be sent ──
  const done = r => new Promise((ok, no) => { r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error); });
  const opened = new Promise((ok, no) => {
    const ask = indexedDB.open("twinloop-keep", 1);
    ask.onupgradeneeded = () => { for (const name of ["keys", "drafts", "outbox"]) ask.result.createObjectStore(name); };
    ask.onsuccess = () => ok(ask.result); ask.onerror = () => no(ask.error);
  });
  const at = async (name, mode = "readonly") => (await opened).transaction(name, mode).objectStore(name);
  const read = async (name, key) => done((await at(name)).get(key));
  const write = async (name, key, value) => done((await at(name, "readwrite")).put(value, key));
  const drop = async (name, key) => done((await at(name, "readwrite")).delete(key));
  const all = async name => { const s = await at(name), keys = await done(s.getAllKeys()), rows = await done((await at(name)).getAll()); return keys.map((k, i) => [k, rows[i]]); };
  const key = (async () => {
    const known = await read("keys", "aes");
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await write("keys", "aes", made);
    return read("keys", "aes");
  })();
  const seal = async value => {
    const iv = crypto.getRandomValues(new Uint8Array(12)), text = new TextEncoder().encode(JSON.stringify(value));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, text), viewer, at: Date.now() };
  };
  const unseal = async row => JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await key, row.data)));

  // ── what a form holds: [name, text] or [name, {file}] ──
  const b64 = async blob => { let s = ""; for (const b of new Uint8Array(await blob.arrayBuffer())) s += String.fromCharCode(b); return btoa(s); };
  const unb64 = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const SKIP = /^(csrfmiddlewaretoken|once|tapped_at)$/;
  const content = async (form, submitter) => {
    const rows = [];
    for (const [name, value] of new FormData(form, submitter)) {
      if (typeof value === "string") rows.push([name, value]);
      else if (value.size) rows.push([name, { file: value.name, type: value.type, data: await b64(value) }]);
    }
    return rows;
  };
  const texts = form => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SKIP.test(name));
  const target = (form, submitter) => new URL(submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href, location.href);
  const idOf = form => `${viewer}|${form.dataset.keep}|${target(form).pathname}`;
  const fill = (form, rows) => {
    const given = new Map();
    for (const [name, value] of rows) given.set(name, [...(given.get(name) || []), value]);
    for (const el of form.elements) {
      if (!el.name || SKIP.test(el.name) || el.type === "hidden" && !("keepHidden" in el.dataset) || el.type === "file" || el.type === "submit") continue;
      const values = given.get(el.name) || [];
      if (el.type === "checkbox" || el.type === "radio") el.checked = values.includes(el.value);
      else if (el.multiple) for (const o of el.options) o.selected = values.includes(o.value);
      else if (values.length) el.value = values.shift();
      el.dispatchEvent(new Event("input", { bubbles: true }));
      if (el.tagName === "SELECT") el.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  // ── notes: at the head of the page, said once ──
  const main = () => document.querySelector("#main");
  const note = (text, state, buttons = []) => {
    const box = document.createElement("div");
    box.className = "tl-note tl-kept";
    box.setAttribute("role", "status");
    if (state) box.dataset.state = state;
    const icon = document.createElement("i"), words = document.createElement("span");
    icon.className = `ti ${state ? "ti-cloud-off" : "ti-cloud"}`;
    icon.setAttribute("aria-hidden", "true");
    words.textContent = text;
    box.append(icon, words);
    for (const [label, act] of buttons) {
      const b = document.createElement("button");
      b.type = "button"; b.className = "btn btn-sm"; b.textContent = label;
      b.addEventListener("click", () => act(box));
      box.append(b);
    }
    main()?.prepend(box);
    return box;
  };

  // ── drafts ──
  const timers = new WeakMap();
  let pristine = new WeakMap(), restoring = false;
  const keepDraft = form => {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(async () => {
      if (!form.isConnected || form.dataset.sending) return;
      const now = texts(form);
      if (JSON.stringify(now) === pristine.get(form)) return drop("drafts", idOf(form));
      await write("drafts", idOf(form), await seal(now));
    }, 300));
  };
  const restore = async form => {
    pristine.set(form, JSON.stringify(texts(form)));
    const row = await read("drafts", idOf(form));
    if (!row || form.querySelector("[aria-invalid=true]")) return;
    const age = Date.now() - row.at;
    if (age > (viewer === "public" ? PUBLIC : DRAFTS)) return drop("drafts", idOf(form));
    let rows;
    try { rows = await unseal(row); } catch { return drop("drafts", idOf(form)); }
    if (JSON.stringify(texts(form)) !== pristine.get(form)) return;  // somebody has begun to type
    restoring = true; fill(form, rows); restoring = false;
    form.dispatchEvent(new CustomEvent("keep:restored", { bubbles: true }));
    note(SAY.back, "", [[SAY.drop, async box => { form.reset(); form.dispatchEvent(new CustomEvent("keep:cleared", { bubbles: true })); await drop("drafts", idOf(form)); box.remove(); form.querySelector("input:not([type=hidden]),textarea,select")?.focus(); }]]);
  };
  const forms = () => document.querySelectorAll("form[data-keep]");
  document.addEventListener("input", e => { const form = e.target.closest?.("form[data-keep]"); if (form && !restoring) keepDraft(form); });
  document.addEventListener("change", e => { const form = e.target.closest?.("form[data-keep]"); if (form && !restoring) keepDraft(form); });

  // ── sending ──
  const post = (action, body) => {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), LIMIT + (body.has("photo") || body.has("photos") ? 48000 : 0));
    return fetch(action, { method: "POST", body, signal: stop.signal, headers: { "X-Keep": "1" }, credentials: "same-origin" }).finally(() => clearTimeout(timer));
  };
  const toDoor = response => new URL(response.url).pathname.startsWith("/accounts/");
  const show = (html, url) => {
    if (url !== location.href) history.pushState({}, "", url);
    document.open(); document.write(html); document.close();
  };
  const stamp = form => {
    const once = form.elements.once, tapped = form.elements.tapped_at;
    if (once && !once.value) once.value = crypto.randomUUID();
    if (tapped) tapped.value = new Date().toISOString();
  };
  document.addEventListener("submit", async e => {
    const form = e.target;
    if (!form.matches("form[data-keep]") || e.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    e.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    clearTimeout(timers.get(form));  // else the draft's timer may fire after the outbox has put refused words back, and drop them
    stamp(form);
    const submitter = e.submitter, action = target(form, submitter);
    const rows = await content(form, submitter);
    const waits = setTimeout(() => { form.dataset.slow = "1"; }, 300);
    let response;
    try {
      const body = new FormData(form, submitter);
      response = await post(action, body);
    } catch { response = null; }
    clearTimeout(waits);
    delete form.dataset.sending; delete form.dataset.slow;
    if (!response || response.status >= 502) {
      if ("sendLater" in form.dataset) return later(form, action, rows);
      await write("drafts", idOf(form), await seal(texts(form)));
      document.querySelectorAll(".tl-kept").forEach(n => n.remove());
      return note(SAY.retry, "warn");
    }
    if (toDoor(response)) { await write("drafts", idOf(form), await seal(texts(form))); return location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`); }
    if (response.ok) await drop("drafts", idOf(form));
    show(await response.text(), response.redirected ? response.url : location.href);
  });
  const later = async (form, action, rows) => {
    const kept = { action: action.pathname + action.search, page: location.pathname + location.search, keep: form.dataset.keep, rows };
    const id = form.elements.once?.value || crypto.randomUUID();
    await write("outbox", id, await seal(kept));
    await drop("drafts", idOf(form));
    form.reset();
    if (form.elements.once) form.elements.once.value = "";
    pristine.set(form, JSON.stringify(texts(form)));
    form.dispatchEvent(new CustomEvent("keep:cleared", { bubbles: true }));
    document.querySelectorAll(".tl-kept").forEach(n => n.remove());
    note(SAY.kept, "warn");
    scrollTo(0, 0);
    await outbox();
    tries = 0;
    soon();
  };

  // ── what waits goes out when there is a signal: one after the other, each once ──
  let flushing = false, bar = null, tries = 0, due = 0;
  const mine = async () => (await all("outbox")).filter(([, row]) => row.viewer === viewer).sort((a, b) => a[1].at - b[1].at);
  const outbox = async () => {
    const rows = await mine();
    bar?.remove();
    bar = rows.length ? note(SAY.waits(rows.length), "warn", [[SAY.now, flush]]) : null;
    if (bar) bar.dataset.outbox = String(rows.length);
    return rows.length;
  };
  const flush = async () => {
    if (flushing || navigator.onLine === false) return;
    flushing = true;
    try {
      await (navigator.locks ? navigator.locks.request("twinloop-outbox", { ifAvailable: true }, lock => lock && sendAll()) : sendAll());
    } finally { flushing = false; }
  };
  // a browser does not always say that the signal is back (it may never have said that it went): tried anew after 2, 4, 8, 16, 20 seconds
  const soon = () => {
    clearTimeout(due);
    due = setTimeout(async () => {
      tries += 1;
      await flush();
      if ((await mine()).length) soon();
    }, Math.min(2000 * 2 ** tries, 20000));
  };
  const sendAll = async () => {
    const rows = await mine();
    if (!rows.length) return;
    let token;
    try {
      const answer = await fetch("/keep/token/", { credentials: "same-origin", cache: "no-store", headers: { "X-Poll": "1" } });
      if (!answer.ok) return;
      token = await answer.json();
    } catch { return; }
    if (String(token.viewer) !== viewer) return note(SAY.signin, "warn");
    let sent = 0;
    for (const [id, row] of rows) {
      const verdict = await sendOne(id, row, token.token);
      if (verdict === "away") break;
      if (verdict === "sent") sent += 1;
    }
    await outbox();
    if (sent) note(`${SAY.sent} · ${sent}`, "");
    if (sent) document.dispatchEvent(new CustomEvent("keep:sent", { detail: sent }));
  };
  const sendOne = async (id, row, token) => {
    let kept;
    try { kept = await unseal(row); } catch { await drop("outbox", id); return "lost"; }
    const body = new FormData();
    for (const [name, value] of kept.rows) {
      if (name === "csrfmiddlewaretoken") continue;
      if (typeof value === "string") body.append(name, value);
      else body.append(name, new File([unb64(value.data)], value.file, { type: value.type }));
    }
    body.append("csrfmiddlewaretoken", token);
    let response;
    try { response = await post(kept.action, body); } catch { return "away"; }
    if (response.status >= 500 || response.status === 429 || toDoor(response)) return "away";
    if (response.ok) { await drop("outbox", id); return "sent"; }
    // refused: back into the form, where the person can read why and mend it; in the store before it leaves the outbox
    const words = kept.rows.filter(([name, value]) => typeof value === "string" && !SKIP.test(name));
    await write("drafts", `${viewer}|${kept.keep}|${kept.action.split("?")[0]}`, await seal(words));
    await drop("outbox", id);
    note(SAY.refused, "late", [[SAY.open, () => location.assign(kept.page)]]);
    return "refused";
  };

  // ── start ──
  const begin = async () => {
    for (const form of forms()) await restore(form);
    const old = (await all("drafts")).filter(([, row]) => Date.now() - row.at > DRAFTS);
    for (const [id] of old) await drop("drafts", id);
    if (await outbox()) { flush(); soon(); }
    root.dataset.keepReady = "1";
  };
  begin();
  addEventListener("online", flush);
  setInterval(async () => { if ((await mine()).length) flush(); }, 20000);

  // ── who signs out takes the kept pages along ──
  if (viewer === "public") navigator.serviceWorker?.controller?.postMessage({ forget: true });

  // ── field pages open without a signal: the worker keeps their shell ──
  if (navigator.serviceWorker && viewer !== "public" && document.querySelector("form[data-send-later]")) {
    navigator.serviceWorker.register("/sw.js", { scope: "/" }).then(() => navigator.serviceWorker.ready).then(ready => {
      const parts = [...document.querySelectorAll("link[rel=stylesheet],link[rel=icon],script[src]")].map(n => n.href || n.src);
      // the letters that a style asks for stand in no element: without them every icon is an empty box
      parts.push(...performance.getEntriesByType("resource").map(r => r.name).filter(name => /\/static\/.+\.woff2?(\?|$)/.test(name)));
      ready.active?.postMessage({ keep: location.pathname + location.search, viewer, parts });
    }).catch(() => {});
  }
})();
