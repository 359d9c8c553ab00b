import type { Stability } from "../stability/result.js";
import { formulaHtml } from "./look.js";
import type { MimeBundle } from "./mime.js";
import { rasterize } from "./raster.js";
import {
  factsOf,
  overallVerdict,
  rowsOf,
  type StabilityRow,
  verdictColors,
  verdictMarks,
} from "./stability-parts.js";
import { stabilitySvg } from "./stability-svg.js";
import { escapeXml } from "./svg.js";

/** Pixels of the PNG per unit, as of figures. */
const pictureScale = 1.5;

/** The verdicts with their reasons: HTML in the colours of the page, a picture, and text. */
export async function stabilityCard(stability: Stability): Promise<MimeBundle> {
  const png = await rasterize(stabilitySvg(stability), pictureScale, "indexed");
  return {
    "text/html": stabilityHtml(stability),
    "image/png": Buffer.from(png).toString("base64"),
    "text/plain": stabilityText(stability),
  };
}

export function stabilityHtml(stability: Stability): string {
  const { crystal, summary, index, warnings } = stability;
  const color = verdictColors[overallVerdict(stability)];
  const facts = factsOf(stability).map(
    (fact) => `<div style="opacity:0.7;font-size:0.92em">${escapeXml(fact)}</div>`,
  );
  const remarks = warnings.map(
    ({ message }) =>
      `<div style="margin-top:0.5em;color:${verdictColors.unknown};font-size:0.92em">Warning: ${escapeXml(message)}</div>`,
  );
  return [
    '<div style="max-width:54em;padding:0.4em 0.9em;line-height:1.45;font-variant-numeric:tabular-nums">',
    '<div style="display:flex;align-items:center;flex-wrap:wrap;gap:0.3em 0.9em;margin-bottom:0.3em">',
    `<span style="font-size:1.3em">Stability of ${formulaHtml(escapeXml(crystal.formula))}</span>`,
    `<span style="background:${color};color:#fff;border-radius:1em;padding:0.1em 0.9em">${escapeXml(summary)}</span>`,
    `<span style="margin-left:auto"><span style="opacity:0.7">index</span> <span style="font-size:1.3em">${index.toFixed(2)}</span></span>`,
    "</div>",
    ...facts,
    ...rowsOf(stability).map(rowHtml),
    ...remarks,
    "</div>",
  ].join("");
}

function rowHtml({ check, verdict, score, main, rest }: StabilityRow): string {
  const color = verdictColors[verdict];
  const muted = verdict === "skipped" ? "opacity:0.7;" : "";
  const details =
    rest.length === 0
      ? ""
      : `<details style="opacity:0.7;font-size:0.92em"><summary style="cursor:pointer">more</summary>${rest
          .map((reason) => `<div>${escapeXml(reason)}</div>`)
          .join("")}</details>`;
  const bar =
    score === undefined
      ? ""
      : `<span title="score ${score.toFixed(3)}" style="flex:none;width:6em;height:0.55em;border-radius:0.3em;background:${color}33;overflow:hidden">` +
        `<span style="display:block;height:100%;width:${(100 * score).toFixed(1)}%;background:${color}"></span></span>` +
        `<span style="flex:none;width:2.4em;text-align:right">${score.toFixed(2)}</span>`;
  return [
    '<div style="display:flex;align-items:baseline;gap:0.7em;padding:0.55em 0;border-top:1px solid rgba(128,128,128,0.25)">',
    `<span style="flex:none;width:1.6em;height:1.6em;line-height:1.6em;border-radius:50%;background:${color};color:#fff;text-align:center;font-size:0.85em">${verdictMarks[verdict]}</span>`,
    `<span style="flex:none;width:6.6em;${muted}">${check}<br><span style="color:${color};font-size:0.85em">${verdict}</span></span>`,
    `<span style="flex:1;min-width:0;${muted}">${main.map((reason) => `<div>${escapeXml(reason)}</div>`).join("")}${details}</span>`,
    bar,
    "</div>",
  ].join("");
}

export function stabilityText(stability: Stability): string {
  const { crystal, summary, index, warnings } = stability;
  const rows = rowsOf(stability).flatMap(({ check, verdict, score, main }) =>
    main.map((reason, k) => {
      const head =
        k > 0
          ? ""
          : `${verdictMarks[verdict]} ${check.padEnd(11)} ${verdict.padEnd(9)} ${score === undefined ? "" : score.toFixed(2)}`;
      return `${head.padEnd(30)}${reason}`;
    }),
  );
  return [
    `Stability of ${crystal.formula}: ${summary}, index ${index.toFixed(2)}`,
    ...factsOf(stability),
    ...rows,
    ...warnings.map(({ message }) => `warning: ${message}`),
  ].join("\n");
}
