import { requirePositive, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireOptions } from "../base/suggest.js";
import type { DiffractionPattern } from "../diffraction/diffraction-pattern.js";
import { Figure } from "./figure.js";
import { axisLook, formulaHtml, ground, hoverLook, look, mutedColor } from "./look.js";
import { hklText, patternText, radiationText } from "./pattern-text.js";
import type { PlotlyLayout, PlotlyTrace } from "./plotly-json.js";
import { textWidthEm } from "./text-metrics.js";

export interface PatternFigureOptions {
  /** Also draws the profile of a diffractometer; default false. */
  readonly profile?: boolean;
  /** Width of the profile's lines in degrees; default 0.1. */
  readonly fwhm?: number;
  /** 2θ to show in degrees; default the range of the pattern. */
  readonly range?: readonly [number, number];
  readonly title?: string;
}

const lineColor = "#1f5fa8";
/** Behind a profile, which would otherwise vanish behind the sticks. */
const faintLineColor = "rgba(31,95,168,0.45)";
const profileColor = "#c2410c";
const width = 820;
const height = 440;
/** Above the strongest line: room for its label. */
const top = 113;
const labelSize = 12;
const mostLabels = 14;
/** Families of one line that its hover text names. */
const hoverFamilies = 4;

/** The pattern as sticks, the strongest lines named by their hkl. */
export function patternFigure(
  pattern: DiffractionPattern,
  options: PatternFigureOptions = {},
): Figure {
  const fields = ["profile", "fwhm", "range", "title"] as const;
  requireOptions("a diffraction pattern's figure", options, fields, "{ profile: true }");
  const range = shownRange(pattern, options.range);
  const traces = [linesTrace(pattern, range, options.profile ? faintLineColor : lineColor)];
  const layout = patternLayout(pattern, range, options.title);
  if (options.profile) {
    traces.push(profileTrace(pattern, options.fwhm ?? 0.1));
    layout.legend = { x: 1, xanchor: "right", y: 1.12, yanchor: "middle", orientation: "h" };
  }
  if (pattern.warnings.length > 0) layout.annotations = [remark(pattern.warnings[0].message)];
  return new Figure({
    data: traces,
    layout,
    text: patternText(pattern),
  });
}

/** In the middle of an empty plot. */
function remark(message: string): PlotlyLayout {
  const text = message.replaceAll(/: |; /g, (mark) => `${mark.trim()}<br>`);
  const middle = { xref: "paper", yref: "paper", x: 0.5, y: 0.5 };
  return { ...middle, text, showarrow: false, font: { size: labelSize + 2, color: mutedColor } };
}

function shownRange(
  pattern: DiffractionPattern,
  range: readonly [number, number] = pattern.twoThetaRange,
): readonly [number, number] {
  const [min, max] = range;
  if (Number.isFinite(min) && Number.isFinite(max) && min < max) return range;
  throw new InvalidConfiguration(
    `range must be two angles 2θ in degrees, the smaller one first, got ${show(range)}`,
    { range },
  );
}

/** Error bars that reach down to zero: a stick for each point, and the point takes the hover. */
function linesTrace(
  pattern: DiffractionPattern,
  range: readonly [number, number],
  color: string,
): PlotlyTrace {
  const labelled = labelledLines(pattern, range);
  return {
    type: "scatter",
    mode: "markers+text",
    name: pattern.radiation,
    showlegend: false,
    x: Array.from(pattern.twoTheta, (value) => fixed(value, 4)),
    y: Array.from(pattern.intensity, (value) => fixed(value, 3)),
    text: Array.from(pattern.intensity, (_, line) =>
      labelled.has(line) ? label(pattern, line) : "",
    ),
    textposition: "top center",
    textfont: { size: labelSize, color: mutedColor },
    cliponaxis: false,
    marker: { size: 7, opacity: 0, color: lineColor },
    error_y: {
      type: "percent",
      symmetric: false,
      value: 0,
      valueminus: 100,
      width: 0,
      thickness: 1.6,
      color,
    },
    customdata: Array.from(pattern.intensity, (_, line) => hoverText(pattern, line)),
    hovertemplate: "%{customdata}<extra></extra>",
  };
}

function label(pattern: DiffractionPattern, line: number): string {
  return hklText(pattern.families[line][0].hkl);
}

function hoverText(pattern: DiffractionPattern, line: number): string {
  const families = pattern.families[line];
  const named = families
    .slice(0, hoverFamilies)
    .map(({ hkl, multiplicity }) => `<b>${hklText(hkl)}</b> × ${multiplicity}`);
  if (families.length > hoverFamilies) named.push(`+ ${families.length - hoverFamilies} more`);
  return [
    named.join(", "),
    `2θ = ${pattern.twoTheta[line].toFixed(3)}°`,
    `d = ${pattern.dSpacing[line].toFixed(4)} Å`,
    `I = ${pattern.intensity[line].toFixed(1)}, multiplicity ${pattern.multiplicity[line]}`,
  ].join("<br>");
}

/**
 * The strongest lines whose label has room: it would otherwise run into another label, or into a
 * taller stick beside it.
 */
function labelledLines(
  pattern: DiffractionPattern,
  [min, max]: readonly [number, number],
): ReadonlySet<number> {
  const degreesPerPixel = (max - min) / (width - 90);
  const unitsPerPixel = top / (height - 130);
  const lines = Array.from(pattern.intensity.keys())
    .filter((line) => pattern.twoTheta[line] >= min && pattern.twoTheta[line] <= max)
    .sort((a, b) => pattern.intensity[b] - pattern.intensity[a] || a - b);
  const boxes = new Map<number, { half: number; bottom: number; top: number }>();
  for (const line of lines) {
    if (boxes.size === mostLabels || pattern.intensity[line] < 1) break;
    const half = (textWidthEm(label(pattern, line)) * labelSize * 0.5 + 3) * degreesPerPixel;
    const bottom = pattern.intensity[line] + 2 * unitsPerPixel;
    const box = { half, bottom, top: bottom + 1.4 * labelSize * unitsPerPixel };
    const at = pattern.twoTheta[line];
    const hitsLabel = [...boxes].some(
      ([other, { half: otherHalf, bottom: low, top: high }]) =>
        Math.abs(pattern.twoTheta[other] - at) < half + otherHalf &&
        low < box.top &&
        box.bottom < high,
    );
    const hitsStick = lines.some(
      (other) =>
        other !== line &&
        pattern.intensity[other] > bottom &&
        Math.abs(pattern.twoTheta[other] - at) < half,
    );
    if (!hitsLabel && !hitsStick) boxes.set(line, box);
  }
  return new Set(boxes.keys());
}

function profileTrace(pattern: DiffractionPattern, fwhm: number): PlotlyTrace {
  const { twoTheta, intensity } = pattern.profile({
    fwhm: requirePositive("fwhm", fwhm, "degrees"),
  });
  const strongest = intensity.reduce((a, b) => Math.max(a, b), 0) || 1;
  const kept = Array.from(intensity.keys()).filter((i) => !isFlat(intensity, i));
  return {
    type: "scatter",
    mode: "lines",
    name: `profile, FWHM ${fwhm}°`,
    x: kept.map((i) => fixed(twoTheta[i], 4)),
    y: kept.map((i) => fixed((100 * intensity[i]) / strongest, 2)),
    // Plotly would drop points of the steep flanks and draw ramps in their place.
    line: { color: profileColor, width: 1.3, simplify: false },
    fill: "tozeroy",
    fillcolor: "rgba(194,65,12,0.10)",
    hoverinfo: "skip",
  };
}

/** Points between two neighbours of the same empty ground add bytes, and nothing to see. */
function isFlat(intensity: Float64Array, i: number): boolean {
  if (i === 0 || i === intensity.length - 1) return false;
  return Math.max(intensity[i - 1], intensity[i], intensity[i + 1]) < 1e-3;
}

function patternLayout(
  pattern: DiffractionPattern,
  range: readonly [number, number],
  title: string | undefined,
): PlotlyLayout {
  return {
    ...look(title ?? `Powder pattern of ${formulaHtml(pattern.formula)}`, radiationText(pattern)),
    plot_bgcolor: ground,
    width,
    height,
    margin: { l: 62, r: 22, t: 74, b: 56 },
    xaxis: { ...axisLook, title: { text: "2θ (°)" }, range: [...range] },
    yaxis: { ...axisLook, title: { text: "Intensity (relative)" }, range: [0, top], dtick: 20 },
    hovermode: "x",
    hoverdistance: 30,
    hoverlabel: hoverLook,
  };
}

function fixed(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
