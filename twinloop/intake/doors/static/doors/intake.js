// The call desk by keyboard: Enter to the next field, Alt + letter to jump, Ctrl + Enter to send, places as one types.
// The form works without it; the server checks everything once more.
(() => {
  const next = document.querySelector("[data-focus]");
  if (next) next.focus();
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    const said = document.documentElement.lang.startsWith("en") ? "Copied" : "已复制";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
      button.lastChild.textContent = said;
    });
  }

  const form = document.querySelector("#intake");
  if (!form) return;
  const field = id => form.querySelector(`#${id}`);
  const place = field("place"), code = field("place_code"), list = field("spots"), found = field("place-found"), phone = field("phone"), text = field("text");
  const later = (wait, act) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, wait); }; };
  const tell = name => form.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  const past = later(200, () => tell("intake:past")), guess = later(250, () => tell("intake:text"));

  // ── how long this call has taken: from the first key ──
  const used = document.querySelector(".intake-used"), since = document.querySelector("#intake-since");
  const started = () => {
    if (!used || since.dataset.since) return;
    const root = document.documentElement, base = Date.parse(root.dataset.now);
    since.dataset.since = new Date(base + performance.now()).toISOString();
    used.hidden = false;
  };

  // ── places: what fits what was typed; nothing is chosen but by a person ──
  let options = [], at = -1, asked = 0, hint = found?.textContent || "";
  const shut = () => { list.hidden = true; place.setAttribute("aria-expanded", "false"); place.removeAttribute("aria-activedescendant"); at = -1; };
  const mark = n => {
    at = n;
    options.forEach((o, i) => o.setAttribute("aria-selected", String(i === n)));
    if (options[n]) { place.setAttribute("aria-activedescendant", options[n].id); options[n].scrollIntoView({ block: "nearest" }); }
  };
  const say = (name, line) => { found.textContent = ""; const b = document.createElement("b"); b.textContent = name; found.append(b, line ? ` ${line}` : ""); };
  const choose = option => {
    place.value = option.dataset.short; code.value = option.dataset.code;
    say(option.dataset.short, option.dataset.line);
    shut(); past(); guess();
    place.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const ask = async () => {
    const turn = ++asked, typed = place.value.trim();
    if (!typed) return shut();
    let answer;
    try { answer = await fetch(`${list.dataset.url}?q=${encodeURIComponent(typed)}`, { credentials: "same-origin" }); } catch { return; }
    if (!answer.ok || turn !== asked) return;
    list.innerHTML = await answer.text();
    options = [...list.querySelectorAll("[data-code]")];
    if (document.activeElement !== place) {  // gone on already: a whole name is a choice, anything else is not
      const whole = options.filter(o => o.dataset.short === typed);
      return whole.length === 1 && !code.value ? choose(whole[0]) : shut();
    }
    list.hidden = !list.children.length;
    place.setAttribute("aria-expanded", String(!list.hidden));
    if (options.length) mark(0);
  };
  const look = later(120, ask);
  if (place) {
    place.setAttribute("aria-controls", "spots"); place.setAttribute("aria-autocomplete", "list"); place.setAttribute("aria-expanded", "false");
    place.addEventListener("input", e => { if (e.isTrusted) { code.value = ""; found.textContent = hint; look(); } });
    place.addEventListener("blur", () => setTimeout(shut, 150));
    list.addEventListener("mousedown", e => { const o = e.target.closest("[data-code]"); if (o) { e.preventDefault(); choose(o); } });
    place.addEventListener("keydown", e => {
      if (list.hidden) return;
      if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); e.stopPropagation(); if (options.length) mark((at + (e.key === "ArrowDown" ? 1 : -1) + options.length) % options.length); }
      if (e.key === "Escape") { e.stopPropagation(); shut(); }
      if (e.key === "Enter" && !e.isComposing && options[at]) { e.preventDefault(); choose(options[at]); }
    });
  }

  // ── keys ──
  const stops = () => [...form.querySelectorAll("input,select,textarea")].filter(el => el.type !== "hidden" && !el.disabled && el.checkVisibility() && (el.type !== "radio" || el.checked || !form.querySelector(`input[name="${el.name}"]:checked`)) && (el.type !== "checkbox" || el.name !== "flags" || el === form.querySelector("input[name=flags]")));
  const go = el => { el?.focus(); if (el?.select && el.type !== "checkbox") el.select(); };
  const jumps = { X: () => form.querySelector("input[name=flags]"), Z: () => field("opens") };
  form.addEventListener("keydown", e => {
    if (e.isComposing) return;
    started();
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); return form.requestSubmit(); }
    if (e.key !== "Enter" || e.defaultPrevented || e.shiftKey || e.altKey || e.target.closest("button,a,summary")) return;
    e.preventDefault();
    const all = stops(), here = all.indexOf(e.target);
    const after = e.target.name === "flags" ? all.findIndex(el => e.target.compareDocumentPosition(el) & 4 && el.name !== "flags") : here + 1;
    go(all[after] || form.querySelector("[type=submit]"));
  });
  document.addEventListener("keydown", e => {
    if (!e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key === "ArrowDown") {
      const accept = document.querySelector("#suggest [data-best]");
      if (accept && e.target !== place) { e.preventDefault(); accept.click(); }
      return;
    }
    const letter = /^Key([A-Z])$/.exec(e.code)?.[1];
    if (!letter) return;
    const goal = jumps[letter]?.() || form.querySelector(`[data-jump="${letter}"]`);
    if (goal) { e.preventDefault(); go(goal); }
  });

  // ── what the side column knows ──
  phone?.addEventListener("input", past);
  field("address")?.addEventListener("input", past);
  text.addEventListener("input", guess);
  for (const el of form.querySelectorAll("input[name=flags]")) el.addEventListener("change", guess);
  form.addEventListener("keep:restored", () => { past(); guess(); });
  form.addEventListener("keep:cleared", () => { found.textContent = hint; past(); guess(); });
  document.addEventListener("click", e => {
    const join = e.target.closest("[data-join]"), dispute = field("dispute");
    if (!join || !dispute) return;
    dispute.value = dispute.value === join.dataset.join ? "" : join.dataset.join;
    dispute.toggleAttribute("data-chosen", Boolean(dispute.value));
    dispute.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const HEARD = { child_at_risk: "minors", self_harm: "self_harm_threat" };
  // the suggestion asks with the place's code; what it heard in the text is dashed until somebody ticks it
  document.addEventListener("htmx:configRequest", e => { if (e.target.closest?.("#suggest, #intake-who")) e.detail.parameters.place = code.value; });
  document.addEventListener("htmx:afterSwap", () => {
    const heard = new Set([...document.querySelectorAll("#suggest [data-flag]")].map(el => el.dataset.flag.replace(/^flag_/, "")).map(flag => HEARD[flag] || flag));
    for (const box of form.querySelectorAll("input[name=flags]")) box.closest("label").toggleAttribute("data-read", heard.has(box.value) && !box.checked);
  });
  // accepted: kind and type as the triage room's part offers them
  document.addEventListener("click", e => {
    const type = e.target.closest("[data-type]"), select = field("type_code"), kind = field("kind");
    if (!type || !select) return;
    if (type.dataset.kind) kind.value = type.dataset.kind;
    select.value = type.dataset.type;
    for (const el of [kind, select]) el.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("DOMContentLoaded", () => { if (phone?.value || code?.value) past(); if (text.value) guess(); });
  const wrong = form.querySelector("[aria-invalid=true]");
  go(wrong || (form.querySelector("[data-jump=B]") ?? phone));
})();
