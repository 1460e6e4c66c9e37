// 我的派单: where the phone is (only when the officer taps 到场, only if they allow it), and fields that the outcome asks for.
(() => {
  const form = document.querySelector("#feedback");
  const fit = () => {
    const chosen = form.querySelector("input[name=outcome]:checked")?.value || "";
    for (const part of form.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(chosen);
    form.querySelector("[data-after]").hidden = !chosen;
  };
  if (form) {
    fit();
    form.addEventListener("change", fit);
    for (const name of ["keep:restored", "keep:cleared"]) form.addEventListener(name, fit);
  }

  for (const arrive of document.querySelectorAll("form[data-position]")) arrive.addEventListener("submit", e => {
    if (!navigator.geolocation || arrive.dataset.asked) return;
    e.preventDefault();
    arrive.dataset.asked = "1";
    const go = () => arrive.submit();
    const wait = setTimeout(go, 4000);
    navigator.geolocation.getCurrentPosition(where => {
      clearTimeout(wait);
      arrive.elements.latitude.value = where.coords.latitude;
      arrive.elements.longitude.value = where.coords.longitude;
      go();
    }, () => { clearTimeout(wait); go(); }, { timeout: 3500, maximumAge: 60000 });
  });
})();
