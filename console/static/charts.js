// The charts of a card, from the figures that its page brings along.
"use strict";
const { figures, texts } = JSON.parse(document.getElementById("figures").textContent);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const china = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit", hour: "2-digit",
  minute: "2-digit", hourCycle: "h23" });

function frame(unit) {
  const ink = colour("dim"), line = colour("line");
  return {
    animation: false,
    textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 64, right: 24, top: 28, bottom: 34 },
    tooltip: { trigger: "item", renderMode: "richText", confine: true, backgroundColor: colour("surface"), borderColor: line,
      textStyle: { color: colour("ink") },
      formatter: (item) => `${china.format(item.value[0])}  ${Math.abs(item.value[1]).toLocaleString("zh-CN", {
        maximumFractionDigits: 1 })} ${unit}` },
    xAxis: { type: "time", axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink, hideOverlap: true,
      formatter: (at) => china.format(at) }, splitNumber: 5 },
    yAxis: { type: "value", name: unit, nameTextStyle: { color: ink, align: "right" }, axisLabel: { color: ink,
      formatter: (value) => Math.abs(value).toLocaleString("zh-CN") }, splitLine: { lineStyle: { color: line } } },
  };
}

const bars = (rows, up, down) => ({ type: "bar", barWidth: 3, barMinHeight: 3, data: rows.map((row) => ({ value: row,
  itemStyle: { color: colour(row[1] >= 0 ? up : down) } })) });

const options = {
  hits() {
    const dots = figures.hits.map(([, peak, , risk, level]) => ({ value: [peak, risk], symbolSize: 9,
      itemStyle: { color: colour(level) } }));
    const spans = figures.hits.map(([first, , last, risk, level]) => ({ type: "line", symbol: "none", silent: true,
      lineStyle: { color: colour(level), width: 3 }, data: [[first, risk], [Math.max(last, first + 60000), risk]] }));
    const made = frame(texts.risk);
    Object.assign(made.yAxis, { min: 0, max: 1000, interval: 250 });
    return { ...made, series: [...spans, { type: "scatter", data: dots }] };
  },
  calls() {
    return { ...frame(texts.minutes), series: [bars(figures.calls.map(([at, s, way]) => [at, way * Math.max(s, 6) / 60]),
      "accent", "orange")] };
  },
  money() {
    return { ...frame(texts.yuan), series: [bars(figures.money, "good", "red")] };
  },
};

const charts = [...document.querySelectorAll("[data-chart]")].map((box) => {
  box.textContent = "";
  box.style.display = "block";
  const chart = echarts.init(box, null, { renderer: "svg" });
  const draw = () => chart.setOption(options[box.dataset.chart](), true);
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return chart;
});
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
addEventListener("beforeprint", () => charts.forEach((chart) => chart.resize({ width: 640 })));
