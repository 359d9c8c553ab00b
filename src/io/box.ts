import { Lattice } from "../lattice/lattice.js";
import { cross } from "../math/vec3.js";

type Vector = readonly [number, number, number];

/**
 * A cell for atoms without one: axes along x, y, z, each as long as the smallest power of two (Å) that
 * is not shorter than the atoms' extent and 2 Å. Powers of two keep every digit of the coordinates.
 */
export function boundingBox(cartPositions: Float64Array): Lattice {
  const edges = [0, 1, 2].map((axis) => edgeAlong(cartPositions, axis));
  return Lattice.fromMatrix([edges[0], 0, 0, 0, edges[1], 0, 0, 0, edges[2]]);
}

/**
 * A cell of which some vectors are not given: they stand at right angles to the others, and are as long
 * as in a bounding box.
 */
export function completedCell(
  rows: readonly (Vector | undefined)[],
  cartPositions: Float64Array,
): Lattice {
  const given = rows.filter((row) => row !== undefined);
  if (given.length === 3) return Lattice.fromMatrix(given);
  if (given.length === 0) return boundingBox(cartPositions);
  const length = Math.max(...[0, 1, 2].map((axis) => edgeAlong(cartPositions, axis)));
  const basis = [...given];
  const completed = rows.map((row) => {
    if (row !== undefined) return row;
    const normal = normalTo(basis);
    basis.push(normal);
    return normal.map((x) => length * x);
  });
  return Lattice.fromMatrix(completed);
}

/** A zero vector stands for one that is not given. */
export function givenVector(row: Vector): Vector | undefined {
  return row.every((x) => x === 0) ? undefined : row;
}

/** A unit vector at right angles to one or two others. */
function normalTo(basis: readonly Vector[]): Vector {
  const [u] = basis;
  const v = basis[1] ?? unitVectors[smallestAxis(u)];
  const normal = cross(u, v);
  const length = Math.hypot(...normal);
  return [normal[0] / length, normal[1] / length, normal[2] / length];
}

const unitVectors: readonly Vector[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

function smallestAxis(v: Vector): number {
  const sizes = v.map(Math.abs);
  return sizes.indexOf(Math.min(...sizes));
}

function edgeAlong(cartPositions: Float64Array, axis: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = axis; i < cartPositions.length; i += 3) {
    if (cartPositions[i] < low) low = cartPositions[i];
    if (cartPositions[i] > high) high = cartPositions[i];
  }
  // Far from the origin an edge grows with the distance: fractional coordinates have bounds.
  const shortest = Math.max(high - low + 2, Math.max(Math.abs(low), Math.abs(high)) / 1e7);
  return 2 ** Math.ceil(Math.log2(shortest));
}
