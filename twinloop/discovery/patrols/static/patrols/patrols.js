// The position of this moment, only when tapped for; nothing is followed afterwards.
(() => {
  const box = document.querySelector("[data-locate]"), form = box?.closest("form");
  if (!form || !navigator.geolocation) return;
  const said = box.querySelector("[role=status]");
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    where => {
      form.elements.latitude.value = where.coords.latitude.toFixed(6);
      form.elements.longitude.value = where.coords.longitude.toFixed(6);
      said.textContent = said.dataset.on;
    },
    () => { said.textContent = said.dataset.off; },
    { enableHighAccuracy: true, timeout: 10000, maximumAge: 0 },
  ));
})();
