import { show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import { figureHtml, standaloneHtml } from "./figure-html.js";
import { figureText } from "./figure-text.js";
import { plainText } from "./look.js";
import { attachDisplay, type MimeBundle } from "./mime.js";
import {
  type PlotlyConfig,
  type PlotlyFrame,
  type PlotlyJson,
  type PlotlyLayout,
  type PlotlyTrace,
  toPlain,
} from "./plotly-json.js";
import { rasterize } from "./raster.js";
import { isDrawable, plotSvg } from "./static-plot.js";

export interface FigureSource {
  readonly data: readonly PlotlyTrace[];
  readonly layout?: PlotlyLayout;
  readonly config?: PlotlyConfig;
  /** Of an animation, which `layout.updatemenus` or `layout.sliders` start. */
  readonly frames?: readonly PlotlyFrame[];
  /**
   * What goes as Plotly's own MIME type in place of `data` and `frames`: frames that HTML holds packed may be
   * megabytes there.
   */
  readonly light?: Pick<FigureSource, "data" | "frames">;
  /** Draws the static picture where Plotly cannot do so without a browser: 3D scenes. */
  readonly drawSvg?: (figure: Figure) => string;
  /** The text twin; default a summary of the traces. */
  readonly text?: string;
}

/** Pixels per unit of layout: sharp enough on a dense screen, small enough for a notebook. */
const notebookScale = 1.5;
const fileScale = 3;
const defaultConfig: PlotlyConfig = { displaylogo: false, responsive: true };
const defaultWidth = 700;
const defaultHeight = 450;

/**
 * An interactive Plotly figure with a static twin. `data`, `layout` and `frames` are the figure's own copy
 * and may be changed before it is shown.
 *
 * @example
 * const fig = show(crystal);
 * fig.layout.title = { text: "α-quartz" };
 * await writeFile("quartz.png", await fig.toPng());
 */
export class Figure {
  data: PlotlyTrace[];
  layout: PlotlyLayout;
  config: PlotlyConfig;
  frames: PlotlyFrame[];
  private readonly light: FigureSource["light"];
  private readonly drawSvg: ((figure: Figure) => string) | undefined;
  private readonly text: string | undefined;

  /** @throws {InvalidConfiguration} data or layout that Plotly could not read. */
  constructor(source: FigureSource) {
    const fields = ["data", "layout", "config", "frames", "light", "drawSvg", "text"] as const;
    requireOptions("a figure", source, fields, "{ data: [{ x: [1, 2], y: [3, 4] }] }");
    this.data = checkedData(source.data);
    this.layout = checkedObject("layout", source.layout ?? {});
    // Plotly takes no plain text for a title any more, though most examples on the web give one.
    if (typeof this.layout.title === "string") this.layout.title = { text: this.layout.title };
    this.config = { ...defaultConfig, ...checkedObject("config", source.config ?? {}) };
    this.frames = checkedFrames(source.frames ?? []);
    this.light = source.light;
    this.drawSvg = source.drawSvg;
    this.text = source.text;
  }

  /** Pixels of the static picture; the shape of the interactive one. */
  get width(): number {
    return numberOr(this.layout.width, defaultWidth);
  }

  get height(): number {
    return numberOr(this.layout.height, defaultHeight);
  }

  /** The figure as Plotly's JSON: plain arrays and objects only. */
  toJSON(): PlotlyJson {
    return {
      data: checkedData(this.data),
      layout: checkedObject("layout", this.layout),
      config: checkedObject("config", this.config),
      ...(this.frames.length > 0 && { frames: checkedFrames(this.frames) }),
    };
  }

  /**
   * The static picture.
   *
   * @throws {InvalidConfiguration} a 3D or map trace of the user's own, which needs a browser.
   * @throws {TaskFailed} Plotly could not draw it. @throws {TaskTimeout} not within 20 s.
   */
  async toSvg(): Promise<string> {
    if (this.drawSvg) return this.drawSvg(this);
    return plotSvg(this.toJSON(), { width: this.width, height: this.height });
  }

  /** The static picture, three pixels per unit of layout unless told otherwise. Errors of `toSvg`. */
  async toPng(options: { readonly scale?: number } = {}): Promise<Uint8Array> {
    requireOptions("toPng", options, ["scale"], "{ scale: 2 }");
    return rasterize(await this.toSvg(), options.scale ?? fileScale, "full");
  }

  /**
   * HTML with the picture inside, which becomes interactive where Plotly is at hand: on the page,
   * or on the Jupyter server behind it.
   *
   * @param options.standalone A whole page that brings Plotly (5 MB) and works offline.
   */
  async toHtml(options: { readonly standalone?: boolean } = {}): Promise<string> {
    requireOptions("toHtml", options, ["standalone"], "{ standalone: true }");
    const { png } = await this.picture();
    const fragment = figureHtml(this.toJSON(), this.htmlOptions(png));
    return options.standalone ? standaloneHtml([fragment], { title: this.title }) : fragment;
  }

  /** For all front ends at once. A figure that has no static picture is shown without one. */
  async toMimeBundle(): Promise<MimeBundle> {
    const { png, reason } = await this.picture();
    const json = this.toJSON();
    const text = this.text ?? figureText(json);
    // Without a width the figure takes that of the page.
    const { width: _, ...layout } = json.layout;
    const shown = { ...json, ...this.light, layout: { ...layout, height: this.height } };
    return {
      "application/vnd.plotly.v1+json": shown,
      "text/html": figureHtml(json, this.htmlOptions(png)),
      ...(png ? { "image/png": Buffer.from(png).toString("base64") } : {}),
      "text/plain": reason === undefined ? text : `${text}\n(no static picture: ${reason})`,
    };
  }

  toString(): string {
    return this.text ?? figureText(this.toJSON());
  }

  /** The title without markup; empty if there is none. */
  get title(): string {
    const { title } = this.layout;
    const text =
      typeof title === "string" ? title : (title as { text?: unknown } | undefined)?.text;
    return plainText(String(text ?? ""));
  }

  private htmlOptions(png: Uint8Array | undefined): Parameters<typeof figureHtml>[1] {
    return { png, width: this.width, height: this.height, alternative: this.title || "figure" };
  }

  private async picture(): Promise<{ png?: Uint8Array; reason?: string }> {
    if (!this.drawSvg && !isDrawable(this)) return { reason: "3D and map traces need a browser" };
    try {
      return { png: await rasterize(await this.toSvg(), notebookScale, "indexed") };
    } catch (error) {
      // The interactive figure may still be right: it is shown, and the text says what is missing.
      return { reason: error instanceof Error ? error.message : String(error) };
    }
  }
}

inspectAsText(Figure);
attachDisplay(Figure, (shown) => shown.toMimeBundle());

/**
 * Any Plotly figure, shown like Prism's own: interactive in notebooks, with a static picture and a
 * text twin. Typed arrays may be given as they are.
 *
 * @throws {InvalidConfiguration} data that is not a list of traces, or that holds functions.
 * @see https://plotly.com/javascript/reference/
 * @example figure([{ type: "scatter", x: [1, 2, 3], y: [1, 4, 9] }], { title: { text: "x²" } })
 */
export function figure(
  data: PlotlyTrace | readonly PlotlyTrace[],
  layout: PlotlyLayout = {},
): Figure {
  const traces = Array.isArray(data) ? (data as readonly PlotlyTrace[]) : [data as PlotlyTrace];
  return new Figure({ data: traces, layout });
}

function checkedData(data: readonly PlotlyTrace[]): PlotlyTrace[] {
  if (!Array.isArray(data)) {
    throw new InvalidConfiguration(
      `a figure needs a list of traces, such as [{ type: "scatter", x: [1, 2], y: [3, 4] }], got ${show(data)}`,
      { data: typeof data },
    );
  }
  return data.map((trace: unknown, i) => {
    const plain = checkedObject(`data[${i}]`, trace);
    if (plain.type === undefined || typeof plain.type === "string") return plain;
    throw new InvalidConfiguration(
      `data[${i}].type must be the name of a Plotly trace, such as "scatter", got ${show(plain.type)}`,
      { trace: i, type: plain.type },
    );
  });
}

function checkedFrames(frames: readonly PlotlyFrame[]): PlotlyFrame[] {
  if (Array.isArray(frames)) return frames.map((frame, i) => checkedObject(`frames[${i}]`, frame));
  throw new InvalidConfiguration(
    `frames of a figure must be a list such as [{ name: "1", data: [{ y: [2, 3] }] }], got ${show(frames)}`,
    { frames: typeof frames },
  );
}

function checkedObject(path: string, value: unknown): Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject && !ArrayBuffer.isView(value)) {
    return toPlain(value, path) as Record<string, unknown>;
  }
  throw new InvalidConfiguration(`${path} of a figure must be an object, got ${show(value)}`, {
    path,
  });
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" && value > 0 ? value : otherwise;
}
