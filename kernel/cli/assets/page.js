// Draws the Plotly figures of the page in place of their pictures, each when it comes near the
// window: a browser keeps only some WebGL scenes alive at once.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Set();

  // A figure that sets a colour itself keeps it; the rest follows the page.
  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    return { ink: value("--ink"), rule: value("--rule"), faint: value("--faint") };
  };

  const themed = (layout) => {
    const { ink, rule, faint } = colours();
    // The size is that of the figure element, which keeps the shape.
    const { width: _width, height: _height, ...result } = structuredClone(layout);
    result.paper_bgcolor ??= "rgba(0,0,0,0)";
    result.plot_bgcolor ??= "rgba(0,0,0,0)";
    result.font = { color: ink, ...result.font };
    for (const key of Object.keys(result)) {
      if (/^[xy]axis\d*$/.test(key)) {
        result[key] = { gridcolor: rule, zerolinecolor: faint, linecolor: faint, ...result[key] };
      }
    }
    return result;
  };

  const draw = (figure) => {
    const { data, layout = {}, config = {} } = JSON.parse(figure.querySelector("script").text);
    const chart = document.createElement("div");
    chart.className = "chart";
    figure.append(chart);
    window.Plotly.newPlot(chart, data, themed(layout), {
      displaylogo: false,
      ...config,
      responsive: true,
    }).then(
      () => {
        figure.classList.add("drawn");
        drawn.add({ chart, layout });
      },
      (error) => {
        chart.remove();
        console.error("figure not drawn", error);
      },
    );
  };

  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        draw(target);
      }
    },
    { rootMargin: "600px 0px" },
  );
  for (const figure of document.querySelectorAll("figure.plotly")) watcher.observe(figure);

  dark.addEventListener("change", () => {
    for (const { chart, layout } of drawn) window.Plotly.relayout(chart, themed(layout));
  });
})();
