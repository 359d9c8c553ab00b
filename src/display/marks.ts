import type { Vec3 } from "../math/mat3.js";
import { combine, distance } from "./vectors.js";

export const polyhedronOpacity = 0.5;
export const arrowColor = "#c2187a";
export const otherCellColor = "#c2187a";
/** Å */
export const arrowRadius = 0.07;
const headLength = 0.36;

/** Where the head of an arrow begins; of a short one it is half. */
export function arrowHead(from: Vec3, to: Vec3): Vec3 {
  const length = distance(from, to);
  if (length === 0) return from;
  return combine(to, combine(from, to, -1), Math.min(0.5, headLength / length));
}
