import { type DOMWindow, JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { figureHtml, plotlyScript, standaloneHtml } from "../../../src/display/figure-html.js";

const options = { png: Uint8Array.of(1, 2, 3), width: 700, height: 450, alternative: 'a "b" <c>' };
const flat = { data: [{ type: "scatter", y: [1, 2] }], layout: { width: 700 }, config: {} };
const solid = { ...flat, data: [{ type: "mesh3d", x: [1] }] };

/** A page in which scripts run as they do in JupyterLab: made anew after the HTML is in place. */
function pageWith(body: string, plotly?: object): DOMWindow {
  const { window } = new JSDOM(`<body>${body}</body>`, { runScripts: "dangerously" });
  Object.assign(window, {
    ResizeObserver: class {
      observe() {}
      disconnect() {}
    },
  });
  if (plotly) Object.assign(window, { Plotly: plotly });
  return window;
}

function output(window: DOMWindow, html: string): Element {
  const host = window.document.createElement("div");
  host.innerHTML = html;
  window.document.body.append(host);
  for (const old of Array.from(host.querySelectorAll("script"))) {
    const script = window.document.createElement("script");
    script.textContent = old.textContent;
    old.replaceWith(script);
  }
  return host.firstElementChild!;
}

function fakePlotly(newPlot = (_: object, __: object) => Promise.resolve()) {
  const drawn: object[] = [];
  const purged: object[] = [];
  return {
    drawn,
    purged,
    newPlot(root: object, figure: object) {
      drawn.push(figure);
      return newPlot(root, figure);
    },
    purge: (root: object) => purged.push(root),
    Plots: { resize: () => undefined },
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("figureHtml", () => {
  it("can hold any text without leaving its script or attribute", () => {
    const nasty = "</script><!-- <script> \u2028 & \"'";
    const html = figureHtml({ ...flat, layout: { title: { text: nasty } } }, options);
    expect(html.match(/<\/script/g)).toHaveLength(1);
    expect(html).not.toContain("<!--");
    expect(html).toContain('alt="a &quot;b&quot; &lt;c&gt;"');
    const plotly = fakePlotly();
    output(pageWith("", plotly), html);
    return settle().then(() => {
      expect(plotly.drawn).toMatchObject([{ layout: { title: { text: nasty } } }]);
    });
  });

  it("puts the interactive figure over the picture where the page has Plotly", async () => {
    const plotly = fakePlotly();
    const box = output(pageWith("", plotly), figureHtml(flat, options)) as HTMLElement;
    await settle();
    expect(plotly.drawn).toEqual([{ data: flat.data, layout: {}, config: {} }]);
    expect(box.querySelector("img")!.style.visibility).toBe("hidden");
    expect(box.style.position).toBe("relative");
  });

  it("draws each of several equal outputs once", async () => {
    const plotly = fakePlotly();
    const window = pageWith("", plotly);
    const html = figureHtml(flat, options);
    output(window, html);
    output(window, html);
    await settle();
    output(window, html);
    await settle();
    expect(plotly.drawn).toHaveLength(3);
  });

  it("waits for Plotly that a page brings further down", async () => {
    const html = figureHtml(flat, options);
    const late =
      "<script>window.Plotly = { newPlot: () => Promise.resolve(window.drawn = 1) }</script>";
    const { window } = new JSDOM(`<body>${html}${late}</body>`, {
      runScripts: "dangerously",
      beforeParse: (page) => {
        Object.assign(page, {
          ResizeObserver: class {
            observe() {}
          },
        });
      },
    });
    await new Promise((resolve) => window.addEventListener("load", resolve));
    await settle();
    expect(window.drawn).toBe(1);
  });

  it("keeps the picture without Plotly and without a server", async () => {
    const window = pageWith("");
    const box = output(window, figureHtml(flat, options));
    await settle();
    expect(box.querySelector("img")!.style.visibility).toBe("");
    expect(window.document.querySelectorAll("script[src]")).toHaveLength(0);
  });

  it("asks the Jupyter server once, under its base URL", () => {
    const config =
      '<script id="jupyter-config-data" type="application/json">{"baseUrl":"/user/a/"}</script>';
    const window = pageWith(config);
    output(window, figureHtml(flat, options));
    output(window, figureHtml({ ...flat, layout: { title: "2" } }, options));
    const asked = Array.from(window.document.querySelectorAll("script[src]"), (s) =>
      s.getAttribute("src"),
    );
    expect(asked).toEqual(["/user/a/kernelspecs/prism/plotly.min.js"]);
    const classic = pageWith("");
    classic.document.body.dataset.baseUrl = "/nb/";
    output(classic, figureHtml(flat, options));
    expect(classic.document.querySelector("script[src]")!.getAttribute("src")).toBe(
      "/nb/kernelspecs/prism/plotly.min.js",
    );
  });

  it("keeps the picture when Plotly fails", async () => {
    const plotly = fakePlotly(() => Promise.reject(new Error("bad trace")));
    const box = output(pageWith("", plotly), figureHtml(flat, options));
    await settle();
    expect(box.children).toHaveLength(1);
    expect(box.querySelector("img")!.style.visibility).toBe("");
  });

  it("keeps the picture of a 3D scene in a browser without WebGL", async () => {
    const plotly = fakePlotly();
    const window = pageWith("", plotly);
    window.HTMLCanvasElement.prototype.getContext = () => null;
    output(window, figureHtml(solid, options));
    await settle();
    expect(plotly.drawn).toHaveLength(0);
  });

  it("keeps eight 3D scenes alive and revives an older one by a click", async () => {
    const plotly = fakePlotly();
    const window = pageWith("", plotly);
    window.HTMLCanvasElement.prototype.getContext = (() => ({})) as never;
    const boxes: HTMLElement[] = [];
    for (let i = 0; i < 9; i++) {
      const html = figureHtml({ ...solid, layout: { title: String(i) } }, options);
      boxes.push(output(window, html) as HTMLElement);
      await settle();
    }
    expect(plotly.purged).toHaveLength(1);
    expect(boxes[0].querySelector("img")!.style.visibility).toBe("");
    boxes[0].click();
    await settle();
    expect(plotly.drawn).toHaveLength(10);
    expect(boxes[0].querySelector("img")!.style.visibility).toBe("hidden");
    expect(plotly.purged).toHaveLength(2);
  });
});

describe("standaloneHtml", () => {
  it("brings Plotly once, before the figures, and no address to load from", () => {
    const html = standaloneHtml([figureHtml(flat, options), figureHtml(solid, options)], {
      title: "A & B",
    });
    expect(html.match(/window\.Plotly = Plotly/g)).toHaveLength(1);
    expect(html.indexOf("window.Plotly = Plotly")).toBeLessThan(html.indexOf("data-prism-figure"));
    expect(html).toContain("<title>A &amp; B</title>");
    expect(plotlyScript().match(/<\/script/g)).toHaveLength(1);
  });
});
