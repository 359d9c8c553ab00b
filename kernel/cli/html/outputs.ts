import type { DisplayOutput, MimeBundle, Output } from "../notebook/document.js";
import { ansiToHtml } from "./ansi.js";
import { escapeHtml, jsonForScript } from "./escape.js";
import { highlight, type MarkdownContext, renderMarkdown } from "./markdown.js";

export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** One output as HTML. */
export function renderOutput(output: Output, context: MarkdownContext): string {
  if (output.output_type === "stream") {
    return `<pre class="stream ${output.name}">${ansiToHtml(output.text)}</pre>`;
  }
  if (output.output_type === "error") {
    const { ename, evalue, traceback } = output;
    const text = traceback.length > 0 ? traceback.join("\n") : `${ename}: ${evalue}`;
    return `<pre class="error" role="alert">${ansiToHtml(text)}</pre>`;
  }
  return renderDisplay(output, context);
}

/** Richest first: what the page shows of a bundle is the first of these that it has. */
const RENDERERS: readonly (readonly [
  string,
  (value: unknown, data: MimeBundle, context: MarkdownContext) => string,
])[] = [
  [PLOTLY_MIME, (figure, data) => plotlyFigure(figure, data)],
  ["text/html", (html) => `<div class="html scroll">${String(html)}</div>`],
  ["image/svg+xml", (_svg, data) => image("image/svg+xml", data)],
  ["image/png", (_png, data) => image("image/png", data)],
  ["image/jpeg", (_jpeg, data) => image("image/jpeg", data)],
  ["image/gif", (_gif, data) => image("image/gif", data)],
  ["text/markdown", (text, _data, context) => prose(String(text), context)],
  ["text/latex", (text) => `<div class="math">${escapeHtml(String(text))}</div>`],
  ["application/json", (value) => json(value)],
  ["text/plain", (text) => `<pre class="plain">${ansiToHtml(String(text))}</pre>`],
];

function renderDisplay({ data }: DisplayOutput, context: MarkdownContext): string {
  // The place that a call of `interact` has kept and never filled.
  if (data["text/plain"] === "" && Object.keys(data).length === 1) return "";
  const found = RENDERERS.find(([mime]) => data[mime] !== undefined && !isAnimation(mime, data));
  if (found) return found[1](data[found[0]], data, context);
  const types = Object.keys(data).join(", ") || "nothing";
  return `<p class="missing">[output without a form that a page can show: ${escapeHtml(types)}]</p>`;
}

/** Prism's HTML of an animation is packed and finer; the page's Plotly serves it, too. */
function isAnimation(mime: string, data: MimeBundle): boolean {
  const figure = data[PLOTLY_MIME] as { readonly frames?: unknown } | undefined;
  return mime === PLOTLY_MIME && data["text/html"] !== undefined && figure?.frames !== undefined;
}

/** The figure as data for the page's script, and its picture for readers without scripts. */
function plotlyFigure(figure: unknown, data: MimeBundle): string {
  const still = ["image/svg+xml", "image/png"].find((mime) => data[mime] !== undefined);
  return [
    `<figure class="plotly"${figureShape(figure)}>`,
    still ? image(still, data) : `<pre class="plain">${ansiToHtml(alternative(data))}</pre>`,
    `<script type="application/json">${jsonForScript(figure)}</script>`,
    "</figure>",
  ].join("");
}

/** A figure with a size of its own keeps its shape at any width of the page. */
function figureShape(figure: unknown): string {
  const { layout } = figure as { readonly layout?: Readonly<Record<string, unknown>> };
  const [width, height] = [layout?.width, layout?.height];
  if (typeof height !== "number") return "";
  if (typeof width !== "number") return ` style="height:${height}px"`;
  return ` style="max-width:${width}px;aspect-ratio:${width}/${height}"`;
}

/** As an img also for SVG: an image runs no script and its ids meet no others. */
function image(mime: string, data: MimeBundle): string {
  const value = String(data[mime]);
  const base64 =
    mime === "image/svg+xml"
      ? Buffer.from(value, "utf8").toString("base64")
      : value.replaceAll(/\s/g, "");
  return `<img src="data:${mime};base64,${escapeHtml(base64)}" alt="${escapeHtml(alternative(data))}">`;
}

function alternative(data: MimeBundle): string {
  return typeof data["text/plain"] === "string" ? data["text/plain"] : "figure";
}

function prose(text: string, context: MarkdownContext): string {
  return `<div class="prose">${renderMarkdown(text, context)}</div>`;
}

function json(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `<pre class="plain">${highlight(text, "json")}</pre>`;
}
