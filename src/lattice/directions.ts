import { cross, dot, norm } from "../math/vec3.js";

const degree = Math.PI / 180;

/** Degrees in [0, 180], exact near both ends too. */
export function angleBetween(v: ArrayLike<number>, w: ArrayLike<number>): number {
  return Math.atan2(norm(cross(unit(v), unit(w))), dot(unit(v), unit(w))) / degree;
}

/** Degrees in [0, 90]. */
export function angleToPlane(direction: ArrayLike<number>, normal: ArrayLike<number>): number {
  const [v, n] = [unit(direction), unit(normal)];
  return Math.atan2(Math.abs(dot(v, n)), norm(cross(v, n))) / degree;
}

export function unit(v: ArrayLike<number>): [number, number, number] {
  const length = norm(v);
  return [v[0] / length, v[1] / length, v[2] / length];
}
