// <div data-behavior="chart" data-source="ID of the data" data-library="…">: draws what the data says.
// The table twin stands below in any case; it folds away once the drawing stands.
import { bind } from "./bind.js";

let library;
const charts = new Map();

function load(address) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

// The colours of the theme in force, as the browser resolves them.
function palette() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const resolve = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const found = {
    series: [1, 2, 3, 4, 5].map((place) => resolve(`chart-${place}`)),
    text: resolve("text"),
    muted: resolve("muted-text"),
    line: resolve("line"),
    strong: resolve("line-strong"),
    surface: resolve("surface"),
    raised: resolve("surface-raised"),
    rise: resolve("rise"),
    fall: resolve("fall"),
    veil: resolve("chart-veil"),
  };
  probe.remove();
  return found;
}

function formats(drawing) {
  const language = document.documentElement.lang;
  const scale = drawing.unit === "money" ? 10 ** drawing.exponent : drawing.unit === "rate" ? 1e6 : 1;
  const style =
    drawing.unit === "money"
      ? { style: "currency", currency: drawing.currency, currencyDisplay: "symbol" }
      : drawing.unit === "rate"
        ? { style: "percent", maximumFractionDigits: 2 }
        : {};
  const brief = new Intl.NumberFormat(language, {
    ...(drawing.unit === "rate" ? style : { notation: "compact", maximumFractionDigits: 1 }),
  });
  const whole = new Intl.NumberFormat(language, style);
  return {
    brief: (value) => brief.format(value / scale),
    whole: (value) => (value === null || value === undefined ? "—" : whole.format(value / scale)),
  };
}

const HATCH = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4, symbolSize: 1 };

function common(drawing, colours, show, width) {
  const isNarrow = width < 520;
  const many = drawing.series.length > 1;
  return {
    color: colours.series,
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.text },
    grid: { left: 4, right: 12, top: (many ? 36 : 16) + (isNarrow && drawing.series.length > 2 ? 22 : 0) + (drawing.marks.length ? 12 : 0), bottom: 4, containLabel: true },
    legend: many
      ? { top: 0, left: 0, itemWidth: 14, itemHeight: 8, itemGap: 16, textStyle: { color: colours.muted, fontSize: 12 } }
      : undefined,
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: colours.raised,
      borderColor: colours.strong,
      borderWidth: 1,
      padding: [8, 12],
      textStyle: { color: colours.text, fontSize: 12 },
      axisPointer: { type: "line", lineStyle: { color: colours.muted, type: "dashed" } },
      valueFormatter: show.whole,
    },
    xAxis: {
      type: "category",
      data: drawing.categories,
      boundaryGap: drawing.kind !== "line" && drawing.kind !== "area",
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.strong } },
      axisLabel: { color: colours.muted, fontSize: 11, hideOverlap: true, interval: "auto", alignMinLabel: drawing.kind === "line" ? "left" : null, alignMaxLabel: drawing.kind === "line" ? "right" : null },
    },
    yAxis: {
      type: "value",
      splitNumber: isNarrow ? 3 : 4,
      axisLabel: { color: colours.muted, fontSize: 11, formatter: show.brief },
      splitLine: { lineStyle: { color: colours.line } },
    },
  };
}

function marks(drawing, colours) {
  if (!drawing.marks.length) return undefined;
  return {
    symbol: ["none", "none"],
    silent: true,
    lineStyle: { color: colours.muted, type: "dashed", width: 1 },
    label: { color: colours.text, fontSize: 11, position: "end", rotate: 0, distance: 4, formatter: ({ name }) => name },
    data: drawing.marks.map((mark) => ({ xAxis: mark.at, name: mark.label })),
  };
}

const LINES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [12, 4]];
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle"];

function lines(drawing, colours) {
  return drawing.series.map((series, place) => ({
    name: series.name,
    type: "line",
    data: series.values,
    symbol: SYMBOLS[place],
    symbolSize: 5,
    showSymbol: series.values.length < 2,
    lineStyle: { width: 2, type: series.isEstimate ? "dashed" : LINES[place] },
    areaStyle: drawing.kind === "area" ? { opacity: 0.14 } : undefined,
    markLine: place === 0 ? marks(drawing, colours) : undefined,
  }));
}

function bars(drawing, colours) {
  const patterns = [undefined, { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 5], rotation: -Math.PI / 4, symbolSize: 1 }, { symbol: "circle", dashArrayX: [[7, 7], [0, 7, 7, 0]], dashArrayY: [7, 0], symbolSize: 0.5 }, { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], symbolSize: 1 }, { symbol: "triangle", dashArrayX: [[9, 9], [0, 9, 9, 0]], dashArrayY: [7, 2], symbolSize: 0.6 }];
  return drawing.series.map((series, place) => ({
    name: series.name,
    type: "bar",
    stack: drawing.kind === "stacked" ? "all" : undefined,
    data: series.values,
    barMaxWidth: 36,
    barGap: "12%",
    itemStyle: {
      borderRadius: drawing.kind === "stacked" ? 0 : [2, 2, 0, 0],
      borderColor: drawing.kind === "stacked" ? colours.surface : undefined,
      borderWidth: drawing.kind === "stacked" ? 1 : 0,
      decal: patternOf(series.isEstimate ? HATCH : patterns[place], colours),
    },
    markLine: place === 0 ? marks(drawing, colours) : undefined,
  }));
}

function patternOf(pattern, colours) {
  return pattern ? { ...pattern, color: colours.veil, backgroundColor: "transparent" } : { symbol: "none" };
}

function bridge(drawing, colours, show, width) {
  const values = drawing.series[0].values;
  const last = values.length - 1;
  let level = 0;
  const base = [];
  const shown = values.map((value, place) => {
    const isTotal = place === 0 || place === last;
    const from = isTotal ? 0 : level;
    if (place !== last) level = from + value;
    base.push(isTotal ? 0 : Math.min(from, from + value));
    return {
      value: Math.abs(value),
      itemStyle: {
        color: isTotal ? colours.series[0] : value < 0 ? colours.fall : colours.rise,
        borderRadius: 2,
        decal: patternOf(place > 0 && value < 0 && place < last ? HATCH : undefined, colours),
      },
      label: { formatter: `${!isTotal && value > 0 ? "+" : ""}${show.brief(value)}` },
    };
  });
  return [
    { type: "bar", stack: "b", silent: true, data: base, itemStyle: { color: "transparent" }, tooltip: { show: false } },
    {
      name: drawing.series[0].name,
      type: "bar",
      stack: "b",
      data: shown,
      barWidth: "56%",
      barMaxWidth: 56,
      label: { show: width > 340, position: "top", color: colours.text, fontSize: 11, fontWeight: 600 },
    },
  ];
}

function share(drawing, colours, show) {
  const values = drawing.series[0].values;
  const total = values.reduce((sum, each) => sum + (each ?? 0), 0);
  const part = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
  return [
    {
      name: drawing.series[0].name,
      type: "bar",
      data: values,
      barMaxWidth: 22,
      itemStyle: { borderRadius: [0, 2, 2, 0] },
      label: {
        show: true,
        position: "right",
        color: colours.text,
        fontSize: 12,
        formatter: ({ value }) => `${show.brief(value)}  ${total ? part.format(value / total) : ""}`,
      },
    },
  ];
}

// Whether every label has room beside its neighbours; a Chinese character is twice a letter wide.
function fits(labels, width) {
  const longest = Math.max(...labels.map((label) => [...label].reduce((sum, each) => sum + (each > "\u2e80" ? 12 : 5.7), 0)));
  return longest < (width - 48) / labels.length;
}

function options(drawing, width) {
  const colours = palette();
  const show = formats(drawing);
  const found = common(drawing, colours, show, width);
  if (drawing.kind === "share") {
    const { xAxis, yAxis } = found;
    found.yAxis = { ...xAxis, inverse: true, axisLine: { show: false }, axisLabel: { ...xAxis.axisLabel, fontSize: 12, color: colours.text } };
    found.xAxis = { ...yAxis, show: false };
    found.grid.right = 110;
    found.tooltip.axisPointer = { type: "none" };
    found.series = share(drawing, colours, show);
  } else if (drawing.kind === "bridge") {
    const values = drawing.series[0].values;
    found.xAxis.axisLabel = { ...found.xAxis.axisLabel, interval: 0, hideOverlap: false, rotate: fits(drawing.categories, width) ? 0 : 35 };
    found.tooltip.formatter = ([, { dataIndex }]) => `${drawing.categories[dataIndex]}\n${show.whole(values[dataIndex])}`;
    found.tooltip.axisPointer = { type: "none" };
    found.series = bridge(drawing, colours, show, width);
  } else if (drawing.kind === "bar" || drawing.kind === "stacked") {
    found.tooltip.axisPointer = { type: "none" };
    found.series = bars(drawing, colours);
  } else {
    found.series = lines(drawing, colours);
  }
  return found;
}

async function draw(canvas) {
  const drawing = JSON.parse(document.getElementById(canvas.dataset.source).textContent);
  const echarts = await load(canvas.dataset.library);
  canvas.hidden = false;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", drawing.title);
  const chart = echarts.init(canvas, null, { renderer: "svg" });
  const paint = () => chart.setOption(options(drawing, canvas.clientWidth), true);
  charts.set(canvas, paint);
  paint();
  canvas.dataset.drawn = "";
  const twin = canvas.closest(".chart").querySelector(".chart__twin");
  twin.open = false;
  new ResizeObserver(() => {
    chart.resize();
    paint();
  }).observe(canvas);
}

const repaint = () => charts.forEach((paint) => paint());
document.addEventListener("wavepool:theme", repaint);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
bind("chart", draw);
