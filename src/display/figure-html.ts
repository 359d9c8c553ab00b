import { createHash } from "node:crypto";
import { loaderScript } from "./loader-script.js";
import { packedFrames } from "./packed-frames.js";
import type { PlotlyJson } from "./plotly-json.js";
import { plotlySource } from "./plotly-source.js";
import { escapeXml } from "./svg.js";

export interface FigureHtmlOptions {
  readonly png: Uint8Array | undefined;
  /** Pixels; together the shape that the figure keeps at any width. */
  readonly width: number;
  readonly height: number;
  /** What the picture shows, in words. */
  readonly alternative: string;
}

/**
 * The figure for any HTML page: its picture, and a script that puts the interactive figure in the
 * picture's place where Plotly can be had. The name of the box follows from the content, so that
 * running a notebook again changes nothing in it; the script finds every box of that name, so that
 * the same figure may appear several times on a page.
 */
export function figureHtml(figure: PlotlyJson, options: FigureHtmlOptions): string {
  const { png, width, height, alternative } = options;
  // The size is the box's; with one of its own the figure would not follow it.
  const { width: _w, height: _h, ...layout } = figure.layout;
  const { frames } = figure;
  const packed = frames === undefined ? {} : { frames: packedFrames(frames, figure.data) };
  const json = scriptJson({ ...figure, layout, ...packed });
  const name = createHash("sha256").update(json).digest("hex").slice(0, 12);
  const text = escapeXml(alternative);
  const picture = png
    ? `<img alt="${text}" width="${width}" height="${height}" style="display:block;width:100%;height:auto" src="data:image/png;base64,${Buffer.from(png).toString("base64")}">`
    : `<p style="margin:0;padding:1em;color:#6b7280">${text}: interactive figure</p>`;
  const style = [
    `position:relative;width:100%;max-width:${width}px;aspect-ratio:${width}/${height}`,
    "background:#fff;border-radius:6px;overflow:hidden;color-scheme:light",
  ].join(";");
  return [
    `<div data-prism-figure="${name}" style="${style}">${picture}</div>`,
    `<script>(${loaderScript})(${json},"${name}")</script>`,
  ].join("\n");
}

/**
 * A page that shows figures offline.
 *
 * @param fragments HTML of the figures, by `Figure.toHtml()`.
 */
export function standaloneHtml(
  fragments: readonly string[],
  options: { readonly title?: string } = {},
): string {
  return [
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeXml(options.title || "Prism")}</title>`,
    plotlyScript(),
    "</head><body>",
    ...fragments,
    "</body></html>",
  ].join("\n");
}

/** A script element with all of Plotly, for pages that must work offline; once a page is enough. */
export function plotlyScript(): string {
  return `<script>${plotlySource().replaceAll("</script", "<\\/script")}</script>`;
}

/** JSON that may stand inside a script element: no "</script>", no comment, no line separator. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}
