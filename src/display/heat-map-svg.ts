import { fontFamily, mutedColor, textColor } from "./look.js";
import { encodePng } from "./png.js";
import { escapeXml, markupToSpans } from "./svg.js";

/** A map as figure and picture draw it. */
export interface DrawnMap {
  readonly k: readonly number[];
  /** log₁₀ S, row by row from the smallest ky. */
  readonly rows: readonly (readonly number[])[];
  readonly low: number;
  readonly high: number;
  /** Where the colours have a label, log₁₀. */
  readonly decades: readonly number[];
  readonly axisTitles: readonly [string, string];
}

interface MapPicture {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly subtitle: string;
}

/** "0.1", "1", "10", "10⁴" */
export function decadeText(power: number): string {
  if (Math.abs(power) <= 2) return String(10 ** power);
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return `10${String(power)
    .split("")
    .map((digit) => (digit === "-" ? "⁻" : digits[Number(digit)]))
    .join("")}`;
}

interface Frame {
  readonly left: number;
  readonly top: number;
  /** Of the square, pixels. */
  readonly side: number;
}

/** The static picture of a map, without Plotly: an image of one pixel a value in a frame. */
export function heatMapSvg(
  map: DrawnMap,
  colorOf: (share: number) => readonly [number, number, number],
  { width, height, title, subtitle }: MapPicture,
): string {
  const side = Math.max(40, Math.min(width - 70 - 96, height - 76 - 62));
  const frame: Frame = { left: 70 + Math.max(0, (width - 166 - side) / 2), top: 76, side };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(fontFamily)}" fill="${textColor}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    image(pixelsOf(map, colorOf), frame.left, frame.top, side, side),
    `<rect x="${n(frame.left)}" y="${frame.top}" width="${n(side)}" height="${n(side)}" fill="none" stroke="${textColor}"/>`,
    ...axes(map, frame),
    ...scale(map, colorOf, frame),
    `<text x="14" y="32" font-size="19">${markupToSpans(title)}</text>`,
    `<text x="14" y="53" font-size="13" fill="${mutedColor}">${markupToSpans(subtitle)}</text>`,
    "</svg>",
  ].join("\n");
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** The largest ky at the top. */
function pixelsOf(
  { rows, low, high }: DrawnMap,
  colorOf: Parameters<typeof heatMapSvg>[1],
): Pixels {
  const size = rows.length;
  const rgba = new Uint8Array(4 * size * size).fill(255);
  rows.forEach((row, j) => {
    row.forEach((value, i) => {
      rgba.set(colorOf((value - low) / (high - low)), 4 * ((size - 1 - j) * size + i));
    });
  });
  return { width: size, height: size, rgba };
}

function image(pixels: Pixels, x: number, y: number, width: number, height: number): string {
  const data = Buffer.from(encodePng(pixels)).toString("base64");
  return `<image x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" preserveAspectRatio="none" image-rendering="optimizeSpeed" xlink:href="data:image/png;base64,${data}"/>`;
}

function axes({ k, axisTitles }: DrawnMap, { left, top, side }: Frame): string[] {
  // The pixels of the outermost values reach half a step beyond them.
  const step = k[1] - k[0];
  const [from, range] = [k[0] - step / 2, k[k.length - 1] - k[0] + step];
  const bottom = top + side;
  const ticks = roundTicks(k[0], k[k.length - 1]).flatMap((value) => {
    const share = (value - from) / range;
    const [x, y] = [n(left + share * side), n(bottom - share * side)];
    const text = String(Number(value.toPrecision(6))).replace("-", "−");
    return [
      `<path d="M${x} ${n(bottom)}v5M${n(left)} ${y}h-5" stroke="${textColor}"/>`,
      `<text x="${x}" y="${n(bottom + 20)}" font-size="12" text-anchor="middle">${text}</text>`,
      `<text x="${n(left - 9)}" y="${n(Number(y) + 4)}" font-size="12" text-anchor="end">${text}</text>`,
    ];
  });
  const [middle, center] = [left + side / 2, top + side / 2];
  return [
    ...ticks,
    `<text x="${n(middle)}" y="${n(bottom + 44)}" font-size="14" text-anchor="middle">${markupToSpans(`${axisTitles[0]} (1/Å)`)}</text>`,
    `<text transform="translate(${n(left - 48)} ${n(center)}) rotate(-90)" font-size="14" text-anchor="middle">${markupToSpans(`${axisTitles[1]} (1/Å)`)}</text>`,
  ];
}

function scale(
  { low, high, decades }: DrawnMap,
  colorOf: Parameters<typeof heatMapSvg>[1],
  { left, top, side }: Frame,
): string[] {
  const steps = 64;
  const rgba = new Uint8Array(4 * steps).fill(255);
  for (let step = 0; step < steps; step++) {
    rgba.set(colorOf(1 - step / (steps - 1)), 4 * step);
  }
  const x = left + side + 22;
  const labels = decades.map((power) => {
    const y = top + side * (1 - (power - low) / (high - low));
    return (
      `<path d="M${n(x + 14)} ${n(y)}h4" stroke="${textColor}"/>` +
      `<text x="${n(x + 22)}" y="${n(y + 4)}" font-size="12">${decadeText(power)}</text>`
    );
  });
  return [
    image({ width: 1, height: steps, rgba }, x, top, 14, side),
    ...labels,
    `<text x="${n(x)}" y="${top - 8}" font-size="14" font-style="italic">S</text>`,
  ];
}

/** About five round numbers within a range. */
function roundTicks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

function n(value: number): string {
  return String(Number(value.toFixed(2)));
}
