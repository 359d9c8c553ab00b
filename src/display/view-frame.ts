import type { Crystal } from "../crystal/crystal.js";
import type { Vec3 } from "../math/mat3.js";
import { cross, dot } from "../math/vec3.js";
import { cellShape } from "./crystal-text.js";
import { combine, scale, unit, vector } from "./vectors.js";

/** Orthonormal, right-handed: what lies to the right, upwards and towards the beholder. */
export interface ViewFrame {
  readonly right: Vec3;
  readonly up: Vec3;
  readonly toward: Vec3;
}

const degree = Math.PI / 180;
/** The turns that show three faces of a cell, none of them edge-on. */
const azimuth = 24 * degree;
const elevation = 13 * degree;

/**
 * The standard orientation of crystal drawings: c upwards, b to the right, a towards the beholder,
 * turned a little to the right and seen a little from above. A rhombohedral cell stands on its
 * corner, with the threefold axis upwards; a molecule is seen in the same way along x.
 */
export function defaultView(crystal: Pick<Crystal, "lattice" | "periodic">): ViewFrame {
  const hasCell = crystal.periodic.some(Boolean);
  const m = hasCell ? crystal.lattice.matrix : [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const isRhombohedral = hasCell && cellShape(crystal.lattice.parameters) === "rhombohedral";
  const axis = unit(vector((k) => (isRhombohedral ? m[k] + m[3 + k] + m[6 + k] : m[6 + k])));
  const b = vector((k) => m[3 + k]);
  const right = unit(combine(b, axis, -dot(b, axis)));
  const front = cross(right, axis);
  const turned = combine(scale(front, Math.cos(azimuth)), right, Math.sin(azimuth));
  const toward = combine(scale(turned, Math.cos(elevation)), axis, Math.sin(elevation));
  const viewRight = unit(cross(axis, toward));
  return { right: viewRight, up: cross(toward, viewRight), toward };
}

/** x to the right, y upwards, z towards the beholder. */
export function project({ right, up, toward }: ViewFrame, position: Vec3): Vec3 {
  return [dot(right, position), dot(up, position), dot(toward, position)];
}
