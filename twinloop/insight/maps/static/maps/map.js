// Draws the map out of the table beside it: each row has where it lies and how many; whoever cannot see the drawing reads the
// table. Boundaries come once from our own server. Tiles only where an administrator gave an address. Positions are those of
// Web Mercator, so that circles, boundaries and tiles lie on one another.
(() => {
  const root = document.documentElement, body = document.getElementById("map-body");
  const wall = document.querySelector(".wall");
  const ink = name => getComputedStyle(root).getPropertyValue(`--tl-${name}`).trim();
  const X = lon => (lon + 180) / 360, Y = lat => { const s = Math.sin(lat * Math.PI / 180); return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI); };
  let chart = null, shapes = [];

  const read = table => [...table.tBodies[0].rows].filter(row => row.dataset.lat !== undefined).map(row => ({
    code: row.dataset.code, name: row.querySelector("a")?.textContent.trim() ?? row.cells[0].textContent.trim(), url: row.querySelector("a")?.href, said: row.cells[1].textContent.trim(),
    value: Number(row.dataset.value), few: row.dataset.few !== undefined, hot: row.dataset.hot !== undefined,
    x: X(Number(row.dataset.lon)), y: Y(Number(row.dataset.lat)),
  }));

  const bounds = (marks, box) => {
    const points = [...marks.map(m => [m.x, m.y]), ...shapes.flatMap(s => s.polygons.flatMap(p => p[0].map(([lon, lat]) => [X(lon), Y(lat)])))];
    const xs = points.map(p => p[0]), ys = points.map(p => p[1]);
    let [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = Math.max((x1 - x0) / (box.clientWidth * (wall ? 0.7 : 0.84)), (y1 - y0) / (box.clientHeight * (wall ? 0.94 : 0.8)), 1e-7);  // world units a pixel
    const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2], [w, h] = [scale * box.clientWidth / 2, scale * box.clientHeight / 2];
    return { x0: cx - w, x1: cx + w, y0: cy - h, y1: cy + h, scale };
  };

  const tiles = (at, template) => {  // those that cover what is shown, a tile about 256 pixels wide
    const z = Math.max(0, Math.min(19, Math.round(-Math.log2(at.scale * 256)))), n = 2 ** z, found = [];
    for (let x = Math.floor(at.x0 * n); x <= Math.floor(at.x1 * n); x++) for (let y = Math.floor(at.y0 * n); y <= Math.floor(at.y1 * n); y++)
      if (y >= 0 && y < n && found.length < 80) found.push({ value: [x / n, y / n, (x + 1) / n, (y + 1) / n], url: template.replace("{z}", z).replace("{x}", ((x % n) + n) % n).replace("{y}", y) });
    return found;
  };

  const option = (marks, box, paper) => {
    const at = bounds(marks, box), most = Math.max(1, ...marks.map(m => m.value)), size = wall ? 30 : 12;
    const color = paper ? "#1a2330" : ink("ink"), soft = paper ? "#465161" : ink("ink-2"), line = paper ? "#9aa5b3" : ink("line-2"), ground = paper ? "#fff" : ink("surface");
    const by = Object.fromEntries(marks.map(m => [m.code, m]));
    const r = m => m.value ? Math.sqrt(m.value / most) * (wall ? 62 : 30) + (wall ? 14 : 7) : wall ? 12 : 5;
    const template = body?.dataset.tiles, series = [];
    if (template) {
      const found = tiles(at, template);
      series.push({ type: "custom", silent: true, z: 0, data: found, clip: true, renderItem: (params, api) => {
        const [x, y] = api.coord([api.value(0), api.value(1)]), [x2, y2] = api.coord([api.value(2), api.value(3)]);
        return { type: "image", style: { image: found[params.dataIndex].url, x, y, width: x2 - x, height: y2 - y, opacity: 0.8 } };
      } });
    }
    const polygons = shapes.flatMap(s => s.polygons.map(p => ({ value: [X(p[0][0][0]), Y(p[0][0][1])], rings: p, mark: by[s.code] })));
    if (polygons.length) series.push({ type: "custom", z: 1, data: polygons, clip: true, renderItem: (params, api) => {
      const one = polygons[params.dataIndex];
      return { type: "polygon", shape: { points: one.rings[0].map(([lon, lat]) => api.coord([X(lon), Y(lat)])) },
        style: { fill: template ? "transparent" : ink("sunken"), stroke: one.mark?.hot ? color : line, lineWidth: one.mark?.hot ? 2.5 : 1 } };
    } });
    series.push({ type: "scatter", z: 3, silent: true, data: marks.filter(m => m.hot).map(m => ({ value: [m.x, m.y], symbolSize: r(m) + (wall ? 22 : 10) })), itemStyle: { color: "transparent", borderColor: color, borderWidth: wall ? 5 : 2 } });
    series.push({ type: "scatter", z: 4, cursor: wall ? "default" : "pointer", silent: Boolean(wall),
      data: marks.map(m => ({ name: m.name, url: m.url, said: m.said, value: [m.x, m.y], symbolSize: r(m),
        itemStyle: m.few ? { color: ground, borderColor: soft, borderWidth: wall ? 3 : 1.5, borderType: "dashed" } : { opacity: 1, color: m.value ? (m.hot ? color : soft) : ground, borderColor: m.value ? ground : line, borderWidth: 1.5 },
        label: { show: !wall || m.value > 0, position: "right", distance: m.hot ? (wall ? 14 : 8) : 5, formatter: m.value && !(wall && m.few) ? `${m.name} ${m.said}` : m.name, color: m.value ? color : soft, fontSize: wall && m.hot ? 36 : size, fontWeight: m.hot ? 700 : 400, textBorderColor: ground, textBorderWidth: 3 } })),
      labelLayout: { hideOverlap: true } });
    const axis = (min, max, inverse) => ({ type: "value", min, max, inverse, show: false, scale: true });
    return {
      animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, aria: { enabled: false },
      grid: { left: 0, right: 0, top: 0, bottom: 0 }, xAxis: axis(at.x0, at.x1, false), yAxis: axis(at.y0, at.y1, true),
      tooltip: wall ? undefined : { renderMode: "richText", formatter: one => one.data?.name ? `${one.data.name} ${one.data.said}` : "" },
      dataZoom: wall ? [] : ["x", "y"].map(d => ({ type: "inside", [`${d}AxisIndex`]: 0, filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false, preventDefaultMouseMove: false })),
      series,
    };
  };

  const draw = (paper = false) => {
    const box = document.querySelector("[data-map-box]"), table = document.querySelector("[data-map-table]");
    if (!box || !table || !window.echarts || !box.clientWidth) return;
    const marks = read(table);
    if (!marks.length) return;
    if (chart?.getDom() !== box) { chart?.dispose(); chart = window.echarts.init(box, null, { renderer: "canvas" }); chart.on("click", one => { if (one.data?.url) location.assign(one.data.url); }); }
    chart.resize();
    chart.setOption(option(marks, box, paper), true);
  };
  const clear = () => { chart?.dispose(); chart = null; };
  window.tlMap = { draw, clear };

  const url = body?.dataset.shapes ?? document.body.dataset.shapes;
  if (url) fetch(url, { headers: { "X-Poll": "1" } }).then(answer => answer.ok ? answer.json() : []).then(found => { shapes = found; if (!wall || document.querySelector("[data-on] [data-map-box]")) draw(); }).catch(() => { /* without boundaries the points stand */ });
  let timer = 0;
  addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(draw, 150); });
  if (wall) return;
  root.setAttribute("data-map", "");
  draw();
  addEventListener("beforeprint", () => draw(true));
  addEventListener("afterprint", () => draw());
  new MutationObserver(() => draw()).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
  document.addEventListener("htmx:afterSettle", () => draw());

  // ── the slider: 0 is the whole span, then a week each ──
  const time = document.querySelector("[data-map-time]");
  if (!time) return;  // a file that is being looked at
  const slider = time.querySelector("input"), said = time.querySelector("output"), play = time.querySelector("[data-map-play]");
  const weeks = document.querySelector('select[name="weeks"]'), kind = document.querySelector("[data-map-kind]"), of = document.querySelector('select[name="of"]');
  const say = () => { const n = Number(slider.value); said.textContent = n ? slider.dataset.mondays.split(",")[n - 1] + " –" : time.dataset.whole; slider.setAttribute("aria-valuetext", said.textContent); };
  slider.addEventListener("input", say);
  const fit = () => { kind.hidden = of.value !== "incidents"; };
  of.addEventListener("change", fit);
  weeks.addEventListener("change", () => {  // the weeks' names come from the server: the page is loaded anew
    slider.value = 0;
    weeks.form.removeAttribute("hx-get");
    weeks.form.requestSubmit ? weeks.form.submit() : weeks.form.submit();
  });
  let step = 0;
  const stop = () => { clearInterval(step); step = 0; play.setAttribute("aria-pressed", "false"); play.querySelector(".ti").className = "ti ti-player-play"; };
  play.hidden = false;
  play.addEventListener("click", () => {
    if (step) { stop(); return; }
    play.setAttribute("aria-pressed", "true");
    play.querySelector(".ti").className = "ti ti-player-pause";
    if (Number(slider.value) >= Number(slider.max)) slider.value = 0;
    step = setInterval(() => {
      if (Number(slider.value) >= Number(slider.max)) { stop(); return; }
      slider.value = Number(slider.value) + 1;
      say();
      slider.dispatchEvent(new Event("change", { bubbles: true }));
    }, 1500);
  });
  fit();
  say();
})();
