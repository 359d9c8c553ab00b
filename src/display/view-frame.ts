import type { Crystal } from "../crystal/crystal.js";
import type { Vec3 } from "../math/mat3.js";

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
 * turned a little to the right and seen a little from above. A molecule is seen in the same way
 * along x.
 */
export function defaultView(crystal: Pick<Crystal, "lattice" | "periodic">): ViewFrame {
  const hasCell = crystal.periodic.some(Boolean);
  const m = hasCell ? crystal.lattice.matrix : [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const c = unit([m[6], m[7], m[8]]);
  const b: Vec3 = [m[3], m[4], m[5]];
  const right = unit(combine(b, c, -dot(b, c)));
  const front = cross(right, c);
  const turned = combine(scale(front, Math.cos(azimuth)), right, Math.sin(azimuth));
  const toward = combine(scale(turned, Math.cos(elevation)), c, Math.sin(elevation));
  const viewRight = unit(cross(c, toward));
  return { right: viewRight, up: cross(toward, viewRight), toward };
}

/** x to the right, y upwards, z towards the beholder. */
export function project({ right, up, toward }: ViewFrame, position: Vec3): Vec3 {
  return [dot(right, position), dot(up, position), dot(toward, position)];
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function unit(a: Vec3): Vec3 {
  return scale(a, 1 / Math.hypot(...a));
}

export function scale(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

/** a + factor · b */
export function combine(a: Vec3, b: Vec3, factor: number): Vec3 {
  return [a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]];
}
