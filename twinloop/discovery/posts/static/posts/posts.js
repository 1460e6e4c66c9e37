// Check-in and check-out: only where the person ticked it, and only at the tap, the place of the moment is added.
(() => {
  const english = document.documentElement.lang.startsWith("en");
  const SAY = english
    ? { asks: "Looking for the place …", none: "No place found: sent without one" }
    : { asks: "正在定位…", none: "没有定到位置：不附位置送出" };
  for (const form of document.querySelectorAll("form[data-position]")) {
    const wants = form.elements.with_position, said = form.querySelector("[data-said]");
    if (!navigator.geolocation) { wants.closest("label").hidden = true; continue; }
    let ready = false;
    form.addEventListener("submit", e => {
      if (ready || !wants.checked) return;
      e.preventDefault();
      said.textContent = SAY.asks;
      const go = place => {
        if (place) { form.elements.latitude.value = place.coords.latitude.toFixed(6); form.elements.longitude.value = place.coords.longitude.toFixed(6); }
        else said.textContent = SAY.none;
        ready = true;
        form.requestSubmit(e.submitter);
        ready = false;
      };
      navigator.geolocation.getCurrentPosition(go, () => go(null), { enableHighAccuracy: true, timeout: 8000, maximumAge: 0 });
    });
    form.addEventListener("keep:cleared", () => { form.elements.latitude.value = form.elements.longitude.value = ""; });
  }
})();
