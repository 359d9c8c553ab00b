/**
 * The thread that draws 2D Plotly figures without a browser: Plotly in jsdom, answering one figure
 * at a time. It is loaded with the first static picture and ended when idle, so that neither its
 * second of loading nor its memory weigh on a session that needs no picture.
 */
import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import { type ShimmedWindow, shimWindow } from "./browser-shims.js";
import type { PlotlyJson } from "./plotly-json.js";
import { plotlySource } from "./plotly-source.js";

export interface RenderRequest extends PlotlyJson {
  readonly width: number;
  readonly height: number;
}

export type RenderReply = { readonly svg: string } | { readonly error: string };

interface Plotly {
  newPlot(root: object, figure: object): Promise<unknown>;
  toImage(root: object, options: object): Promise<string>;
  purge(root: object): void;
}

/**
 * The few members used here. jsdom's own types would bring those of a browser into the whole
 * library, where `document` and `window` would then compile.
 */
interface JsdomModule {
  readonly JSDOM: new (
    html: string,
    options: object,
  ) => {
    readonly window: ShimmedWindow & {
      eval(source: string): unknown;
      readonly document: { getElementById(id: string): object };
    };
  };
}

const { JSDOM } = createRequire(import.meta.url)("jsdom") as JsdomModule;
const address = "http://localhost/";

const { window } = new JSDOM('<!DOCTYPE html><div id="graph"></div>', {
  runScripts: "outside-only",
  pretendToBeVisual: true,
  url: address,
});
shimWindow(window);
window.eval(plotlySource());
const plotly = window.Plotly as Plotly;
const graph = window.document.getElementById("graph");

parentPort!.on("message", (request: RenderRequest) => {
  render(request).then(
    (svg) => reply({ svg }),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});

function reply(message: RenderReply): void {
  parentPort!.postMessage(message);
}

async function render({ data, layout, config, width, height }: RenderRequest): Promise<string> {
  try {
    const sized = { ...layout, width, height };
    await plotly.newPlot(graph, { data, layout: sized, config: { ...config, staticPlot: true } });
    const options = { format: "svg", imageDataOnly: true, width, height };
    const svg = await plotly.toImage(graph, options);
    // References to clip paths and gradients name the page that the figure was drawn on.
    return svg.replaceAll(`${address}#`, "#");
  } finally {
    plotly.purge(graph);
  }
}
