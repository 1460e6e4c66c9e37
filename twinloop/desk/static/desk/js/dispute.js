// The dispute page: a field that was opened with a reason stands for a minute and is masked again. Without it the form opens a page.
(() => {
  document.addEventListener("submit", async e => {
    const form = e.target;
    if (!form.matches("#unmask form")) return;
    e.preventDefault();
    const pop = form.closest("#unmask"), said = pop.querySelector("[data-refused]");
    const eye = document.querySelector("[data-unmask][aria-expanded=true]"), field = eye.closest(".tl-masked");
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
    const text = await answer.text();
    said.hidden = answer.ok;
    if (!answer.ok) return void (said.textContent = new DOMParser().parseFromString(text, "text/html").body.textContent.trim());
    pop.querySelector("[data-close]").click();
    const shown = document.createRange().createContextualFragment(text).firstElementChild;
    field.replaceWith(shown);
    shown.tabIndex = -1;
    shown.focus();
    stand(shown, field);
  });

  const stand = (shown, field) => {
    const left = shown.querySelector("[data-left]"), words = left.textContent, all = Number(shown.dataset.shown);
    const end = performance.now() + all * 1000;
    const timer = setInterval(() => {
      const seconds = Math.ceil((end - performance.now()) / 1000);
      if (seconds > 0) return void (left.textContent = words.replace(String(all), String(seconds)));
      clearInterval(timer);
      shown.replaceWith(field);
    }, 500);
  };
  // going back or leaving the tab open must not keep what was shown
  addEventListener("pagehide", () => document.querySelectorAll("[data-shown]").forEach(el => el.replaceChildren("***")));

  // a form that was refused, or that the address asks for, is where one goes on
  const open = document.querySelector("details.ask[open]");
  open?.querySelector("summary").scrollIntoView({ block: "nearest" });
})();
