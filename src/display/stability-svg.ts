import type { Stability } from "../stability/result.js";
import { fontFamily, formulaHtml, ground, mutedColor, textColor } from "./look.js";
import {
  factsOf,
  overallVerdict,
  rowsOf,
  type StabilityRow,
  verdictColors,
} from "./stability-parts.js";
import { escapeXml, markupToSpans, mixColors } from "./svg.js";
import { textWidthEm } from "./text-metrics.js";

const width = 820;
const margin = 28;
const textLeft = 196;
const barWidth = 96;
const barLeft = width - margin - barWidth - 40;
const size = 13.5;
const lineHeight = 20;
const rowGap = 22;
const railColor = "#eceef1";

/** The card without a browser. */
export function stabilitySvg(stability: Stability): string {
  const parts: string[] = [];
  const facts = factsOf(stability).flatMap((fact) => wrapped(fact, width - 2 * margin, 13));
  parts.push(...header(stability));
  let y = 84;
  for (const fact of facts) {
    parts.push(text(margin, y, fact, { size: 13, fill: mutedColor }));
    y += 19;
  }
  y += 8;
  for (const row of rowsOf(stability)) {
    parts.push(
      `<line x1="${margin}" y1="${y}" x2="${width - margin}" y2="${y}" stroke="${railColor}"/>`,
    );
    const drawn = rowSvg(row, y + 32);
    parts.push(...drawn.parts);
    y = drawn.bottom;
  }
  for (const { message } of stability.warnings) {
    for (const line of wrapped(`Warning: ${message}`, width - 2 * margin, 12.5)) {
      parts.push(text(margin, y + 14, line, { size: 12.5, fill: verdictColors.unknown }));
      y += 18;
    }
  }
  const height = Math.ceil(y + margin / 2);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(fontFamily)}" fill="${textColor}">`,
    `<rect width="${width}" height="${height}" fill="${ground}"/>`,
    ...parts,
    "</svg>",
  ].join("\n");
}

function header(stability: Stability): string[] {
  const { summary, index, crystal } = stability;
  const color = verdictColors[overallVerdict(stability)];
  const title = `Stability of ${formulaHtml(escapeXml(crystal.formula))}`;
  const pill = textWidthEm(summary) * 13.5 + 30;
  const end = width - margin;
  const left = margin + textWidthEm(`Stability of ${crystal.formula}`) * 20 + 18;
  return [
    `<text x="${margin}" y="50" font-size="20">${markupToSpans(title)}</text>`,
    `<rect x="${left}" y="31" width="${pill}" height="27" rx="13.5" fill="${color}"/>`,
    text(left + pill / 2, 49.5, summary, { size: 13.5, fill: ground, anchor: "middle" }),
    text(end, 50, index.toFixed(2), { size: 20, anchor: "end" }),
    text(end - 54, 50, "index", { size: 13, fill: mutedColor, anchor: "end" }),
  ];
}

function rowSvg(row: StabilityRow, top: number): { parts: string[]; bottom: number } {
  const color = verdictColors[row.verdict];
  const isMuted = row.verdict === "skipped";
  const lines = row.main.flatMap((sentence) => wrapped(sentence, barLeft - textLeft - 24, size));
  const more = row.rest.flatMap((sentence) => wrapped(sentence, barLeft - textLeft - 24, 12));
  const parts = [
    `<circle cx="${margin + 11}" cy="${top - 4.5}" r="11" fill="${color}"/>`,
    mark(row.verdict, margin + 11, top - 4.5),
    text(margin + 34, top, row.check, { size: 15, fill: isMuted ? mutedColor : textColor }),
    text(margin + 34, top + 18, row.verdict, { size: 12, fill: color }),
    ...lines.map((line, k) =>
      text(textLeft, top + k * lineHeight, line, { size, fill: isMuted ? mutedColor : textColor }),
    ),
    ...more.map((line, k) =>
      text(textLeft, top + lines.length * lineHeight + k * 17 - 1, line, {
        size: 12,
        fill: mutedColor,
      }),
    ),
  ];
  if (row.score !== undefined) {
    const filled = Math.max(0, barWidth * row.score);
    parts.push(
      `<rect x="${barLeft}" y="${top - 8.5}" width="${barWidth}" height="8" rx="4" fill="${mixColors(color, ground, 0.82)}"/>`,
      filled > 0
        ? `<rect x="${barLeft}" y="${top - 8.5}" width="${Math.max(8, filled)}" height="8" rx="4" fill="${color}"/>`
        : "",
      text(width - margin, top, row.score.toFixed(2), { size: 13, anchor: "end" }),
    );
  }
  const bottom = top + Math.max(18, lines.length * lineHeight + more.length * 17 - lineHeight);
  return { parts, bottom: bottom + rowGap };
}

/** Drawn, as the font lacks some of the marks. */
function mark(verdict: StabilityRow["verdict"], x: number, y: number): string {
  if (verdict === "unknown") {
    return text(x, y + 5, "?", { size: 14, fill: ground, anchor: "middle" });
  }
  const path = {
    stable: `M${x - 4.6},${y + 0.4}l3.2,3.4l6,-7`,
    unstable: `M${x - 3.8},${y - 3.8}l7.6,7.6m0,-7.6l-7.6,7.6`,
    skipped: `M${x - 4},${y}h8`,
  }[verdict];
  return `<path d="${path}" fill="none" stroke="${ground}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`;
}

interface TextLook {
  readonly size: number;
  readonly fill?: string;
  readonly anchor?: "middle" | "end";
}

function text(
  x: number,
  y: number,
  content: string,
  { size: fontSize, fill = textColor, anchor }: TextLook,
): string {
  const end = anchor === undefined ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${x}" y="${y}" font-size="${fontSize}" fill="${fill}"${end}>${escapeXml(content)}</text>`;
}

/** In lines of a width in pixels; a longer word stands alone. */
function wrapped(sentence: string, limit: number, fontSize: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of sentence.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidthEm(longer) * fontSize > limit) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
