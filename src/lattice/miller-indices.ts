import { show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { coprime } from "../math/integer-matrix.js";
import { cross } from "../math/vec3.js";

/**
 * Zone axis [uvw] of two planes, the direction in both: hkl × hkl in smallest whole numbers, in any
 * lattice.
 *
 * @throws {ShapeError} not three whole numbers. @throws {DomainError} the planes are parallel.
 * @example zoneAxis([1, 1, 0], [1, -1, 0]) // [0, 0, -1]
 */
export function zoneAxis(
  hkl: ArrayLike<number>,
  otherHkl: ArrayLike<number>,
): [number, number, number] {
  return crossed("a zone axis needs two planes that are not parallel", "hkl", hkl, otherHkl);
}

/**
 * Plane (hkl) that holds two directions: uvw × uvw in smallest whole numbers, in any lattice.
 *
 * @throws {ShapeError} not three whole numbers. @throws {DomainError} the directions are parallel.
 * @example planeOfDirections([1, 0, 0], [0, 1, 1]) // [0, -1, 1]
 */
export function planeOfDirections(
  uvw: ArrayLike<number>,
  otherUvw: ArrayLike<number>,
): [number, number, number] {
  return crossed("a plane needs two directions that are not parallel", "uvw", uvw, otherUvw);
}

/**
 * Miller-Bravais indices (hkil) of a plane in hexagonal axes, i = −(h + k).
 *
 * @throws {ShapeError} not three whole numbers.
 * @example millerBravais([1, 1, 0]) // [1, 1, -2, 0]
 */
export function millerBravais(hkl: ArrayLike<number>): [number, number, number, number] {
  const [h, k, l] = requireIndices("hkl", hkl, 3);
  return [h, k, 0 - (h + k), l];
}

/**
 * Miller indices (hkl) of a plane from its four indices (hkil).
 *
 * @throws {ShapeError} not four whole numbers. @throws {DomainError} h + k + i is not 0.
 * @example miller([1, 1, -2, 0]) // [1, 1, 0]
 */
export function miller(hkil: ArrayLike<number>): [number, number, number] {
  const [h, k, i, l] = requireIndices("hkil", hkil, 4);
  requireSum("h + k + i", [h, k, i], hkil);
  return [h, k, l];
}

/**
 * Four-index symbol [UVTW] of a direction in hexagonal axes, in smallest whole numbers:
 * U = (2u − v)/3, V = (2v − u)/3, T = −(U + V), W = w, so that U a₁ + V a₂ + T a₃ + W c is along
 * u a + v b + w c.
 *
 * @throws {ShapeError} not three whole numbers. @throws {DomainError} [0 0 0] is no direction.
 * @see Otte & Crocker, Phys. Status Solidi 9, 441 (1965).
 * @example millerBravaisDirection([1, 0, 0]) // [2, -1, -1, 0]
 */
export function millerBravaisDirection(uvw: ArrayLike<number>): [number, number, number, number] {
  const [u, v, w] = requireIndices("uvw", uvw, 3);
  requireDirection("uvw", [u, v, w]);
  const [U, V, T, W] = coprime([2 * u - v, 2 * v - u, -(u + v), 3 * w]);
  return [U, V, T, W];
}

/**
 * Direction [uvw] of a four-index symbol [UVTW], in smallest whole numbers: u = U − T, v = V − T,
 * w = W.
 *
 * @throws {ShapeError} not four whole numbers. @throws {DomainError} U + V + T is not 0, or all
 *   indices are.
 * @example millerDirection([2, -1, -1, 0]) // [1, 0, 0]
 */
export function millerDirection(uvtw: ArrayLike<number>): [number, number, number] {
  const [U, V, T, W] = requireIndices("uvtw", uvtw, 4);
  requireSum("U + V + T", [U, V, T], uvtw);
  requireDirection("uvtw", [U, V, W]);
  const [u, v, w] = coprime([U - T, V - T, W]);
  return [u, v, w];
}

function crossed(
  need: string,
  name: string,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): [number, number, number] {
  const product = cross(requireIndices(name, first, 3), requireIndices(name, second, 3));
  const [x, y, z] = coprime(product);
  if (x !== 0 || y !== 0 || z !== 0) return [x, y, z];
  throw new DomainError(`${need}, got ${show(first)} and ${show(second)}`, { first, second });
}

function requireIndices(name: string, value: ArrayLike<number>, count: number): number[] {
  const list = typeof value === "object" && value !== null ? Array.from(value) : [];
  if (list.length === count && list.every(Number.isSafeInteger)) return list;
  throw new ShapeError(`${name} must be ${count} whole numbers, got ${show(value)}`, {
    name,
    value,
  });
}

function requireSum(name: string, [p, q, r]: readonly number[], value: ArrayLike<number>): void {
  if (p + q + r === 0) return;
  throw new DomainError(
    `${name} must be 0, got ${show(value)}; the third index is ${-(p + q)} for these`,
    { value, sum: p + q + r },
  );
}

function requireDirection(name: string, indices: readonly number[]): void {
  if (indices.some((index) => index !== 0)) return;
  throw new DomainError(`${name} must be a direction: indices that are not all 0`, { name });
}
