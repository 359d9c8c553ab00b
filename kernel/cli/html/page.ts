import { readFile } from "node:fs/promises";
import path from "node:path";
import { plotlyPath } from "prism-lab/internal";
import type { Cell, CodeCell, Notebook } from "../notebook/document.js";
import { assetPath, packageManifest } from "../package-root.js";
import { codeForScript, escapeHtml } from "./escape.js";
import { highlight, renderMarkdown } from "./markdown.js";
import { PLOTLY_MIME, renderOutput } from "./outputs.js";

/**
 * The page may run its own scripts and show its own data, and reach nothing else: it looks the same
 * offline, and a notebook from elsewhere cannot report who reads it. Plotly builds some of its
 * WebGL code at run time, hence `unsafe-eval`.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval'",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "font-src data:",
  "media-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/**
 * The notebook as one HTML file that needs neither network nor server: texts, code, outputs, and
 * Plotly itself, once, where there is a figure.
 *
 * @param file Path of the notebook: its folder holds the pictures that the text refers to.
 */
export async function renderPage(notebook: Notebook, file: string): Promise<string> {
  const folder = path.dirname(file);
  const title = titleOf(notebook) ?? path.basename(file, ".ipynb");
  const style = await readFile(assetPath("page.css"), "utf8");
  const cells = notebook.cells.map((cell) => renderCell(cell, folder)).filter(Boolean);
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<meta name="generator" content="Prism ${packageManifest().version}">`,
    `<title>${escapeHtml(title)}</title>`,
    `<style>\n${style}</style>`,
    "</head>",
    "<body>",
    "<main>",
    ...cells,
    "</main>",
    `<footer>${footer(notebook, file)}</footer>`,
    ...(await scripts(notebook)),
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** The first heading of the text. */
function titleOf(notebook: Notebook): string | undefined {
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "markdown") continue;
    const heading = /^#\s+(.+?)\s*#*$/m.exec(cell.source)?.[1];
    if (heading) return heading.replaceAll(/[*_`]/g, "");
  }
  return undefined;
}

function renderCell(cell: Cell, folder: string): string {
  if (cell.cell_type === "code") return renderCode(cell, folder);
  if (cell.cell_type === "raw") return "";
  const { attachments } = cell;
  const context = attachments === undefined ? { folder } : { folder, attachments };
  return `<section class="prose">${renderMarkdown(cell.source, context)}</section>`;
}

function renderCode(cell: CodeCell, folder: string): string {
  if (cell.source.trim() === "" && cell.outputs.length === 0) return "";
  const count = cell.execution_count ?? " ";
  const outputs = cell.outputs.map((output) => renderOutput(output, { folder }));
  return [
    '<section class="cell">',
    `<div class="count" aria-hidden="true">${count}</div>`,
    `<pre class="code"><code>${highlight(cell.source, "typescript")}</code></pre>`,
    ...(outputs.length > 0 ? ['<div class="outputs">', ...outputs, "</div>"] : []),
    "</section>",
  ].join("\n");
}

function footer(notebook: Notebook, file: string): string {
  const name = escapeHtml(path.basename(file));
  const language = notebook.metadata.language_info as { readonly version?: unknown } | undefined;
  const version =
    language?.version === undefined ? "" : ` (TypeScript ${String(language.version)})`;
  return `${name} · executed by Prism ${packageManifest().version}${escapeHtml(version)}`;
}

async function scripts(notebook: Notebook): Promise<string[]> {
  const hasFigure = notebook.cells.some(
    (cell) =>
      cell.cell_type === "code" &&
      cell.outputs.some((output) => "data" in output && output.data[PLOTLY_MIME] !== undefined),
  );
  if (!hasFigure) return [];
  const sources = [plotlyPath(), assetPath("page.js")];
  const codes = await Promise.all(sources.map((source) => readFile(source, "utf8")));
  return codes.map((code) => `<script>${codeForScript(code)}</script>`);
}
