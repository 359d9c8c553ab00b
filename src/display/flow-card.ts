import type { Crystal } from "../crystal/crystal.js";
import type { FlowResult } from "../flow/flow-result.js";
import { crystalFigure } from "./crystal-figure.js";
import { type FlowLine, type FlowParts, flowParts } from "./flow-parts.js";
import { fontFamily, formulaHtml, ground, mutedColor, textColor } from "./look.js";
import type { MimeBundle } from "./mime.js";
import { rasterize } from "./raster.js";
import { escapeXml } from "./svg.js";
import { textTable } from "./text-table.js";

const width = 860;
const margin = 24;
const headHeight = 92;
const pictureWidth = 400;
const pictureHeight = 320;
const rowHeight = 26;
const notebookScale = 1.5;
/** Sites that a picture of this size can show. */
const mostDrawn = 2000;
/** Characters of a line in the picture. */
const detailLength = 78;
const headlineLength = 112;

/** How a flow ended, before and after, and its steps: as a picture, a page and a text. */
export async function flowCard(result: FlowResult): Promise<MimeBundle> {
  const parts = flowParts(result);
  const pictures = await beforeAndAfter(result);
  const picture =
    pictures === undefined ? undefined : await pngOf(pictures, 2 * pictureWidth, pictureHeight);
  const whole = cardSvg(parts, pictures);
  return {
    "text/html": cardHtml(parts, picture),
    "image/png": Buffer.from(await rasterize(whole, notebookScale, "indexed")).toString("base64"),
    "text/plain": flowText(result),
  };
}

function flowText(result: FlowResult): string {
  const { title, verdict, headline, steps, facts, made, remarks } = flowParts(result);
  const rows = steps.map(({ mark, name, time, detail }) => [mark, name, time, detail]);
  const table = facts.map(({ name, before, after }) => [name, before, after]);
  return [
    `${verdict}  ${title}`,
    headline,
    "",
    textTable(["", "step", "time", ""], rows, [false, false, true, false]),
    ...(facts.length === 0
      ? []
      : ["", textTable(["", "before", made], table, [false, true, true])]),
    ...remarks.map((remark) => `warning: ${remark}`),
  ].join("\n");
}

// ---- pictures -------------------------------------------------------------------------------------

/** Both crystals side by side, as the inside of an SVG; undefined where they are too large. */
async function beforeAndAfter(result: FlowResult): Promise<string | undefined> {
  const given = result.before?.crystal ?? (result.committed ? undefined : result.crystal);
  const made = result.committed ? result.crystal : result.rejected;
  const shown = [given, made].filter((crystal) => crystal !== undefined);
  if (shown.length === 0 || shown.some(({ siteCount }) => siteCount > mostDrawn)) return undefined;
  const titles = ["Before", result.committed ? "After" : "Not kept"] as const;
  const drawn = await Promise.all(
    [given, made].map(
      (crystal, k) => crystal && crystalSvgAt(crystal, titles[k], k * pictureWidth),
    ),
  );
  return drawn.filter((svg) => svg !== undefined).join("\n");
}

async function crystalSvgAt(crystal: Crystal, title: string, x: number): Promise<string> {
  const figure = crystalFigure(crystal, {
    title: `${title}: ${formulaHtml(crystal.cellFormula)}`,
    bonds: crystal.siteCount <= mostDrawn / 10,
    images: crystal.siteCount <= mostDrawn / 10,
  });
  figure.layout.width = pictureWidth;
  figure.layout.height = pictureHeight;
  return (await figure.toSvg()).replace("<svg ", `<svg x="${x}" y="0" `);
}

async function pngOf(inside: string, w: number, h: number): Promise<string> {
  const png = await rasterize(`${svgHead(w, h)}${inside}</svg>`, notebookScale, "indexed");
  return Buffer.from(png).toString("base64");
}

function svgHead(w: number, h: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="${escapeXml(fontFamily)}" fill="${textColor}"><rect width="${w}" height="${h}" fill="${ground}"/>`;
}

/** All of it on one page. */
function cardSvg(parts: FlowParts, pictures: string | undefined): string {
  const top = headHeight + (pictures === undefined ? 0 : pictureHeight + 12);
  const factsTop = top + rowHeight * parts.steps.length + 34;
  const rows = parts.facts.length === 0 ? 0 : parts.facts.length + 1;
  const height = factsTop + rowHeight * rows + (rows === 0 ? 0 : 14);
  const [first, second] = wrapped(parts.headline, headlineLength);
  const badge = 12 * parts.verdict.length + 22;
  return [
    svgHead(width, height),
    `<rect width="6" height="${height}" fill="${parts.color}"/>`,
    `<rect x="${margin}" y="18" width="${badge}" height="26" rx="13" fill="${parts.color}"/>`,
    text(
      margin + badge / 2,
      36,
      parts.verdict,
      `font-size="14" font-weight="bold" fill="#ffffff" text-anchor="middle" letter-spacing="1"`,
    ),
    text(margin + badge + 14, 37, parts.title, `font-size="17" font-weight="bold"`),
    text(margin, 66, first, `font-size="13" fill="${mutedColor}"`),
    second === undefined ? "" : text(margin, 84, second, `font-size="13" fill="${mutedColor}"`),
    pictures === undefined
      ? ""
      : `<svg x="${(width - 2 * pictureWidth) / 2}" y="${headHeight}" width="${2 * pictureWidth}" height="${pictureHeight}">${pictures}</svg>`,
    ...parts.steps.map((line, k) =>
      lineSvg(line, top + rowHeight * k + 18, k < parts.steps.length - 1),
    ),
    ...factsSvg(parts, factsTop),
    "</svg>",
  ].join("\n");
}

function lineSvg(
  { name, color, time, share, detail }: FlowLine,
  y: number,
  isLinked: boolean,
): string {
  const x = margin + 8;
  const link = isLinked
    ? `<path d="M${x} ${y - 4}v${rowHeight}" stroke="#d5d9df" stroke-width="2"/>`
    : "";
  return [
    link,
    `<circle cx="${x}" cy="${y - 4}" r="6" fill="${color}"/>`,
    text(x + 18, y, name, `font-size="13" font-weight="bold"`),
    `<rect x="${x + 100}" y="${y - 9}" width="${Math.max(1.5, 60 * share).toFixed(1)}" height="10" rx="2" fill="${color}" opacity="0.45"/>`,
    text(x + 222, y, time, `font-size="12" fill="${mutedColor}" text-anchor="end"`),
    text(x + 236, y, clipped(detail, detailLength), `font-size="12"`),
  ].join("");
}

function factsSvg({ facts, made }: FlowParts, top: number): string[] {
  if (facts.length === 0) return [];
  const line = (k: number, cells: readonly string[], weight: string) => {
    const y = top + rowHeight * k;
    const [name, before, after] = cells;
    return [
      text(margin, y, name, `font-size="13" fill="${mutedColor}"`),
      text(margin + 330, y, before, `font-size="13" text-anchor="end" ${weight}`),
      text(margin + 500, y, after, `font-size="13" text-anchor="end" ${weight}`),
    ].join("");
  };
  return [
    line(0, ["", "before", made], `font-weight="bold"`),
    ...facts.map(({ name, before, after }, k) => line(k + 1, [name, before, after], "")),
  ];
}

function text(x: number, y: number, content: string, look: string): string {
  return `<text x="${x}" y="${y}" ${look}>${escapeXml(content)}</text>`;
}

function clipped(content: string, length: number): string {
  return content.length > length ? `${content.slice(0, length - 1)}…` : content;
}

/** Two lines at most. */
function wrapped(content: string, length: number): [string, string?] {
  if (content.length <= length) return [content];
  const at = content.lastIndexOf(" ", length);
  const cut = at > 0 ? at : length;
  return [content.slice(0, cut), clipped(content.slice(cut).trimStart(), length)];
}

// ---- page -----------------------------------------------------------------------------------------

function cardHtml(parts: FlowParts, picture: string | undefined): string {
  const { title, verdict, color, headline, steps, facts, remarks } = parts;
  return [
    `<div role="group" aria-label="${escapeXml(title)}: ${verdict.toLowerCase()}" style="max-width:60em;line-height:1.5;font-variant-numeric:tabular-nums;border-left:4px solid ${color};padding:0.1em 0 0.1em 1em">`,
    `<div style="display:flex;flex-wrap:wrap;align-items:center;gap:0.8em"><span style="background:${color};color:#fff;font-weight:600;letter-spacing:0.06em;border-radius:1em;padding:0.1em 0.9em">${verdict}</span><span style="font-weight:600;font-size:1.15em">${escapeXml(title)}</span></div>`,
    `<div style="opacity:0.8;margin:0.3em 0 0.5em">${escapeXml(headline)}</div>`,
    picture === undefined
      ? ""
      : `<img alt="the crystal before and after" style="display:block;width:100%;max-width:${2 * pictureWidth}px;height:auto;background:#fff;border-radius:6px" src="data:image/png;base64,${picture}">`,
    `<table style="border-collapse:collapse;color:inherit;margin-top:0.5em">${steps.map(lineHtml).join("")}</table>`,
    facts.length === 0 ? "" : factsHtml(parts),
    ...remarks.map(
      (remark) =>
        `<div role="note" style="margin-top:0.4em;padding-left:0.7em;border-left:3px solid #d97706;overflow-wrap:anywhere">${escapeXml(remark)}</div>`,
    ),
    "</div>",
  ].join("");
}

function lineHtml({ name, mark, color, time, share, detail }: FlowLine): string {
  const cell = "padding:0.15em 0.8em 0.15em 0;text-align:left;vertical-align:top";
  const bar = `<div style="width:${(4.5 * share).toFixed(2)}em;min-width:2px;height:0.6em;border-radius:2px;background:${color};opacity:0.6;margin-top:0.45em"></div>`;
  return [
    `<tr><td style="${cell}"><span style="display:inline-block;width:1.3em;height:1.3em;line-height:1.3em;border-radius:50%;background:${color};color:#fff;text-align:center;font-size:0.85em">${mark}</span></td>`,
    `<td style="${cell};font-weight:600">${escapeXml(name)}</td>`,
    `<td style="${cell};min-width:4.5em">${bar}</td>`,
    `<td style="${cell};text-align:right;opacity:0.75;white-space:nowrap">${time}</td>`,
    `<td style="${cell};overflow-wrap:anywhere">${escapeXml(detail)}</td></tr>`,
  ].join("");
}

function factsHtml({ facts, made }: FlowParts): string {
  const cell = (tag: "td" | "th", content: string, align: string) =>
    `<${tag} style="text-align:${align};padding:0.15em 1em 0.15em 0">${escapeXml(content)}</${tag}>`;
  const rows = facts.map(
    ({ name, before, after }) =>
      `<tr>${cell("td", name, "left")}${cell("td", before, "right")}${cell("td", after, "right")}</tr>`,
  );
  const head = `<tr>${cell("th", "", "left")}${cell("th", "before", "right")}${cell("th", made, "right")}</tr>`;
  return `<table style="border-collapse:collapse;color:inherit;margin-top:0.6em"><thead style="border-bottom:1px solid currentColor">${head}</thead><tbody>${rows.join("")}</tbody></table>`;
}
