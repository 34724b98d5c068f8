/* Draws the small trend charts from the tables beneath them. The library comes only when the charts come into view, and
   never on a line that asks to save data; the tables say the same without it. */
const COLOURS = { ink: "#535b64", line: "#e6e3df", red: "#b3202b", ground: "rgba(255,255,255,.85)" };

function wanted() {
  const line = navigator.connection;
  return !(line && (line.saveData || /2g|3g/.test(line.effectiveType || "")));
}

/* One point for each column; null where nothing was due, so that the line breaks instead of falling to zero. */
function points(table) {
  const labels = Array.from(table.tHead.rows[0].cells, (cell) => cell.textContent.trim());
  const values = Array.from(table.tBodies[0].rows[0].cells, (cell) => {
    const total = Number(cell.dataset.total);
    return total ? Math.round((1000 * Number(cell.dataset.hit)) / total) / 10 : null;
  });
  return { labels, values };
}

function options({ labels, values }, theme) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const font = getComputedStyle(document.body).fontFamily;
  return {
    animation: !calm,
    textStyle: { fontFamily: font, fontSize: 12 },
    grid: { left: 8, right: 16, top: 28, bottom: 10, containLabel: true },
    xAxis: {
      type: "category",
      data: labels,
      boundaryGap: true,
      axisTick: { show: false },
      axisLabel: { show: false },
      axisLine: { lineStyle: { color: theme.line } },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: 100,
      interval: 50,
      axisLabel: { formatter: "{value}%", color: theme.ink },
      splitLine: { lineStyle: { color: theme.line } },
    },
    series: [
      {
        type: "line",
        data: values,
        symbol: "circle",
        symbolSize: 7,
        lineStyle: { width: 2.5, color: theme.red },
        itemStyle: { color: theme.red },
        areaStyle: { color: theme.red, opacity: 0.07 },
        label: {
          show: true,
          position: "top",
          color: theme.ink,
          backgroundColor: theme.ground,
          padding: [0, 3],
          formatter: (at) => Math.round(at.value) + "%",
        },
      },
    ],
  };
}

/* 存为图片: what the chart shows, with its name. */
function saver(chart, title) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "save";
  button.textContent = "存为图片";
  button.setAttribute("aria-label", title + "：存为图片");
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#fff" });
    link.download = title + ".png";
    link.click();
  });
  return button;
}

async function draw(section) {
  const { init } = await import(section.dataset.trends);
  const theme = section.dataset.theme === "dark" ? { ink: "#c9d3dd", line: "#2c3a49", red: "#ff7b72", ground: "rgba(16,24,34,.8)" } : COLOURS;
  for (const place of section.querySelectorAll("[data-chart]")) {
    const figure = place.closest("figure");
    const title = figure.querySelector("figcaption").textContent.trim();
    place.hidden = false;
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", title + "逐季折线，数字见下表");
    const chart = init(place, null, { renderer: "canvas" });
    chart.setOption(options(points(figure.querySelector("table")), theme));
    window.addEventListener("resize", () => chart.resize());
    if (theme === COLOURS) figure.querySelector("figcaption").append(saver(chart, title));
  }
  section.dataset.drawn = "1";
}

for (const section of document.querySelectorAll("[data-trends]")) {
  if (!wanted() || !("IntersectionObserver" in window)) continue;
  const watch = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      watch.disconnect();
      draw(section);
    }
  });
  watch.observe(section);
}
