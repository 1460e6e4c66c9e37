// Charts out of tables. <figure class="tl-chart" data-chart="bar,line"> holds a .tl-chart-box and the table with the same
// figures: whoever cannot see the drawing, or prints without it, reads the table; a test compares nothing, for there is one
// source. One kind for each column that is drawn; data-most: so many rows are. Told apart by fill, dash and a label at the end, not by hue (look.md). A cell may say
// data-value where its text is more than a number, and data-small where the sample is small: drawn hollow.
(() => {
  const made = new Map();  // box → ECharts
  const root = document.documentElement;
  const ink = name => getComputedStyle(root).getPropertyValue(`--tl-${name}`).trim();
  const number = cell => {
    const text = cell?.dataset.value ?? cell?.textContent.trim().replace(/,/g, "") ?? "";
    return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
  };
  const read = figure => {
    const table = figure.querySelector("table");
    const drawn = figure.dataset.chart.split(",").length;  // a column more is for the reader of the table
    const names = [...table.tHead.rows[0].cells].slice(1, 1 + drawn).map(cell => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].slice(0, Number(figure.dataset.most) || undefined);
    return {
      names, labels: rows.map(row => row.cells[0].textContent.trim()),
      columns: names.map((_, n) => rows.map(row => ({ value: number(row.cells[n + 1]), small: row.cells[n + 1]?.dataset.small !== undefined }))),
    };
  };
  const DASH = ["solid", [8, 7], [2, 5]];
  const FILL = figure => figure.classList.contains("wall-chart") ? ["#8fa1b8", "#47566a"] : [ink("ink-2"), ink("edge")];

  // of the lines, the highest at its end first: names at the ends stand in the order of the lines, and apart
  const ranked = (data, kinds) => data.columns.map((column, n) => [n, column.findLast(one => one.value !== null)?.value ?? 0])
    .filter(([n]) => kinds[n] === "line").sort((one, other) => other[1] - one[1]).map(([n]) => n);

  const series = (figure, data, kinds, paper, size, flat) => data.names.map((name, n) => {
    const color = paper ? "#1a2330" : ink("ink");
    const points = data.columns[n].map(one => one.value === null ? "-" : one.small && kinds[n] === "line"
      ? { value: one.value, symbol: "emptyCircle", symbolSize: size * 0.6 } : one.value);
    if (kinds[n] === "bar") {
      const fill = (paper ? ["#465161", "#9aa5b3"] : FILL(figure))[n % 2];
      return { name, type: "bar", data: points, barMaxWidth: size * 2.2, itemStyle: { color: fill, decal: n % 2 ? { symbol: "line", color: ink("surface"), dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -0.7 } : null },
        stack: figure.dataset.stack, label: { show: flat, position: "right", color, fontSize: size } };
    }
    const order = ranked(data, kinds), lines = order.length, which = kinds.slice(0, n).filter(kind => kind === "line").length;
    return { name, type: "line", data: points, symbol: "circle", symbolSize: size / 4, showSymbol: true, connectNulls: false,
      lineStyle: { color, width: size / 8 + 1, type: DASH[(lines === 1 ? 1 : which) % 3] }, itemStyle: { color },
      endLabel: { show: true, formatter: name, color, fontSize: size, distance: 10, offset: [0, lines === 1 ? -size / 2 : (order.indexOf(n) - (lines - 1) / 2) * size] } };
  });

  const option = (figure, paper) => {
    const data = read(figure), kinds = figure.dataset.chart.split(","), size = Number(figure.dataset.size || 13), flat = figure.dataset.flat !== undefined;
    const soft = paper ? "#465161" : ink("ink-2"), line = paper ? "#c9d0d9" : ink("line"), unit = figure.dataset.unit || "";
    const font = getComputedStyle(document.body).fontFamily;
    const names = { type: "category", data: data.labels, inverse: flat, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { color: soft, fontSize: size, hideOverlap: true } };
    const values = { type: "value", min: 0, max: figure.dataset.max ? Number(figure.dataset.max) : undefined, minInterval: 1, splitNumber: 4, interval: figure.dataset.max ? Number(figure.dataset.max) / 4 : undefined, axisLabel: { color: soft, fontSize: size }, splitLine: { lineStyle: { color: line } } };
    const ends = kinds.includes("line") ? Math.max(...data.names.map(name => name.length)) * size + 24 : size * 2;
    return {
      animation: false, textStyle: { fontFamily: font }, aria: { enabled: false },
      tooltip: { trigger: "axis", renderMode: "richText", textStyle: { fontFamily: font, fontSize: size }, valueFormatter: value => value === "-" || value == null ? "" : `${value}${unit}` },
      legend: kinds.filter(kind => kind === "bar").length > 1 ? { top: 0, right: 0, textStyle: { color: soft, fontSize: size } } : undefined,
      grid: { left: size * 0.5, right: ends, top: size * 1.6, bottom: size * 0.5, containLabel: true },
      xAxis: flat ? values : names, yAxis: flat ? names : values, series: series(figure, data, kinds, paper, size, flat),
    };
  };

  const draw = (within = document, paper = false) => {
    if (!window.echarts) return;
    for (const figure of within.querySelectorAll(".tl-chart[data-chart]")) {
      const box = figure.querySelector(".tl-chart-box");
      if (!box || !box.clientWidth || !box.clientHeight) continue;  // not shown: drawn when it is
      if (!made.has(box)) made.set(box, window.echarts.init(box, null, { renderer: "canvas" }));
      made.get(box).resize();
      made.get(box).setOption(option(figure, paper), true);
    }
  };
  const clear = (within = document) => {
    for (const [box, chart] of made) if (within.contains(box) || !box.isConnected) { chart.dispose(); made.delete(box); }
  };
  window.tlChart = { draw, clear };

  let timer = 0;
  addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(draw, 150); });
  addEventListener("beforeprint", () => draw(document, true));
  addEventListener("afterprint", () => draw());
  new MutationObserver(() => draw()).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
  document.addEventListener("htmx:afterSettle", () => { clear(document.createElement("i")); draw(); });
  if (!document.body.classList.contains("wall")) draw();
})();
