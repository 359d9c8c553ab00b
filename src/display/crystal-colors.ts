import { show } from "../base/check.js";
import { ShapeError } from "../base/errors.js";
import { tickText, viridisHex } from "./color-scale.js";
import type { CrystalDrawing, DrawnSite } from "./crystal-drawing.js";

/** Colours that a scale is drawn in: one mesh or set of markers for each. */
const steps = 32;
const unknownColor = "#c8ccd2";

/** What a site is shown as in place of its element. */
export interface SiteColor {
  /** In the legend; empty for none. */
  readonly name: string;
  readonly color: string;
  /** Beneath the pointer. */
  readonly detail: string;
}

/** The drawing with colours of one's own. */
export function recolored(
  drawing: CrystalDrawing,
  colorOf: (site: number) => SiteColor,
): CrystalDrawing {
  const sites = drawing.sites.map((site, index): DrawnSite => {
    const { name, color, detail } = colorOf(index);
    return {
      ...site,
      symbol: name,
      color,
      sectors: [{ symbol: name, color, from: 0, to: 1 }],
      occupantText: `${site.occupantText}<br>${detail}`,
    };
  });
  return { ...drawing, sites };
}

/**
 * A number for each site as a colour; sites without a number are grey.
 *
 * @throws {ShapeError} not one number a site.
 */
export function coloredBy(
  drawing: CrystalDrawing,
  values: ArrayLike<number>,
  title: string,
): CrystalDrawing {
  if (values.length !== drawing.sites.length) {
    throw new ShapeError(
      `colorBy needs one number for each of the ${drawing.sites.length} sites, got ${show(values)}`,
      { expected: drawing.sites.length, got: values.length },
    );
  }
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let site = 0; site < values.length; site++) {
    if (!Number.isFinite(values[site])) continue;
    low = Math.min(low, values[site]);
    high = Math.max(high, values[site]);
  }
  if (low > high) [low, high] = [0, 0];
  // Rounding noise of equal values is no range of colours.
  const range = high - low > 1e-9 * Math.max(1, Math.abs(high)) ? high - low : 0;
  const name = title === "" ? "" : `${title} = `;
  const colored = recolored(drawing, (site) => {
    const value = values[site];
    if (!Number.isFinite(value)) return { name: "", color: unknownColor, detail: "no number" };
    const share = range === 0 ? 0 : Math.round((steps * (value - low)) / range) / steps;
    return { name: "", color: viridisHex(share), detail: `${name}${tickText(value)}` };
  });
  return { ...colored, colorBar: { title, low, high: range === 0 ? low + 1 : high } };
}
