// Plots of models and system, from what their page brings along as JSON; each has the same numbers in a table.
"use strict";
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const clock = (fields) => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hourCycle: "h23", ...fields });
  const times = { day: clock({ month: "2-digit", day: "2-digit" }), minute: clock({ hour: "2-digit", minute: "2-digit" }) };
  const number = (value) => value.toLocaleString("zh-CN", { maximumFractionDigits: 3 });

  function axis(given, ink, line, isX) {
    const made = { type: given.time ? "time" : given.labels ? "category" : "value", name: given.name ?? "", min: given.min,
      max: given.max, nameTextStyle: { color: ink }, axisLabel: { color: ink, hideOverlap: true },
      axisLine: { lineStyle: { color: line } }, splitLine: { show: !isX, lineStyle: { color: line } } };
    if (given.time) made.axisLabel.formatter = (at) => times[given.time].format(at);
    if (given.labels) made.data = given.labels;
    if (isX) Object.assign(made, { nameLocation: "middle", nameGap: 26 });
    return made;
  }

  // An interval from low to high at x, with feet.
  const whisker = (ink) => (_, api) => {
    const [low, high] = [1, 2].map((k) => api.coord([api.value(0), api.value(k)]));
    const lines = [[low[0], low[1], high[0], high[1]], [low[0] - 3, low[1], low[0] + 3, low[1]],
      [high[0] - 3, high[1], high[0] + 3, high[1]]];
    return { type: "group", children: lines.map(([x1, y1, x2, y2]) => ({ type: "line", shape: { x1, y1, x2, y2 },
      style: { stroke: ink, lineWidth: 1, opacity: .7 } })) };
  };

  function series(given) {
    const ink = colour(given.colour);
    if (given.type === "whiskers") {
      return { name: given.name, type: "custom", data: given.data, silent: true, renderItem: whisker(ink), itemStyle: { color: ink } };
    }
    return { name: given.name, type: given.type, data: given.data, symbol: given.dots ? "circle" : "none", symbolSize: 6,
      barMaxWidth: 14, itemStyle: { color: ink }, lineStyle: { color: ink, width: 2, type: given.dashed ? "dashed" : "solid" } };
  }

  function option(plot) {
    const ink = colour("dim"), line = colour("line");
    return {
      animation: false, textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 58, right: 20, top: 36, bottom: 44 },
      legend: { show: plot.series.length > 1, top: 0, right: 8, textStyle: { color: ink }, itemHeight: 9, itemWidth: 18 },
      tooltip: { trigger: plot.x.labels ? "axis" : "item", renderMode: "richText", confine: true, backgroundColor: colour("surface"),
        borderColor: line, textStyle: { color: colour("ink") }, valueFormatter: (v) => Array.isArray(v) ? v.map(number).join("  ") : number(v),
        ...(plot.x.time ? { formatter: (p) => `${times[plot.x.time].format(p.value[0])}  ${number(p.value[1])}` } : {}) },
      xAxis: axis(plot.x, ink, line, true), yAxis: axis(plot.y, ink, line, false), series: plot.series.map(series),
    };
  }

  const charts = new Map();
  window.drawPlots = () => {
    const given = document.getElementById("plots");
    if (!given || !window.echarts) return;
    const plots = JSON.parse(given.textContent);
    for (const box of document.querySelectorAll("[data-plot]")) {
      const plot = plots[box.dataset.plot];
      if (!plot) continue;
      if (!charts.has(box)) {
        box.textContent = "";
        box.style.display = "block";
        charts.set(box, echarts.init(box, null, { renderer: "svg" }));
      }
      charts.get(box).setOption(option(plot), true);
    }
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", window.drawPlots);
  addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
  addEventListener("beforeprint", () => charts.forEach((chart) => chart.resize({ width: 640 })));
  window.drawPlots();
})();
