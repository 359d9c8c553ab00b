import type { CrystalDrawing } from "./crystal-drawing.js";
import { textWidthEm } from "./text-metrics.js";

/** Pixels for the symbols of elements. */
export const usualLegendWidth = 84;

/** Pixels at the right: wide enough for the names. */
export function legendWidth({ sites, arrows, otherCell, colorBar: bar }: CrystalDrawing): number {
  const names = sites.flatMap(({ sectors }) => sectors.map(({ symbol }) => symbol));
  const marks = [arrows?.name ?? "", otherCell?.name ?? ""];
  const longest = [...names, ...marks].reduce((most, name) => Math.max(most, textWidthEm(name)), 0);
  return Math.max(bar ? 100 : usualLegendWidth, 56 + 15 * longest);
}
