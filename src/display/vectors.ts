import type { Vec3 } from "../math/mat3.js";

/** Component k is `component(k)`. */
export function vector(component: (k: 0 | 1 | 2) => number): Vec3 {
  return [component(0), component(1), component(2)];
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

export function distance(a: Vec3, b: Vec3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
