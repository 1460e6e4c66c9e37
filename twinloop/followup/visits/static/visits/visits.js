// One visit: what a missed call does not ask for is put away; the place is read once, with consent. Works without it.
(() => {
  const form = document.querySelector("#visit");
  if (!form) return;
  const met = () => form.querySelector("input[name=reached]:checked")?.value;
  const show = () => form.querySelectorAll("[data-met]").forEach(part => { part.hidden = met() === "no"; });
  form.addEventListener("change", show);
  form.addEventListener("keep:restored", show);
  show();
  const button = form.querySelector("[data-place]"), agreed = form.querySelector("input[name=consents]");
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  const ready = () => { button.disabled = !agreed.checked; };
  agreed.addEventListener("change", ready);
  ready();
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(found => {
    form.elements.latitude.value = found.coords.latitude.toFixed(6);
    form.elements.longitude.value = found.coords.longitude.toFixed(6);
    button.querySelector("span").textContent = button.dataset.done;
  }, () => { button.querySelector("span").textContent = button.dataset.none; }, { timeout: 10000 }));
})();
