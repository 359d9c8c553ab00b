import { determinant, type Mat3, multiply } from "../math/mat3.js";
import { dot } from "../math/vec3.js";
import { lllChange } from "./lll.js";
import { identity, metricOf, verified } from "./reduction.js";
import { type LatticeVector, obtuseSuperbase, rowsOf, voronoiVectors } from "./superbase.js";

/**
 * The change of basis, determinant +1, to the three shortest vectors that span the lattice: taken
 * after Delaunay from the seven sums of Selling's obtuse superbase, which hold them always.
 *
 * Lengths ascend; the angles are all acute, or none is.
 *
 * @see Delaunay, Z. Kristallogr. 84, 109 (1933); Balashov & Ursell, Acta Cryst. 10, 582 (1957).
 */
export function delaunayTransformation(matrix: Mat3, tolerance: number): Int32Array {
  const shortest = shortestBasis(matrix, tolerance);
  const lengths = squaredLengths(multiply(shortest, matrix));
  const isAlready = delaunayFault(matrix, lengths, tolerance) === undefined;
  const change = isAlready ? identity : withLikeAngles(shortest, matrix, tolerance);
  return verified(
    "Delaunay",
    matrix,
    change,
    (reduced) => delaunayFault(reduced, lengths, tolerance) ?? superbaseFault(reduced),
  );
}

function shortestBasis(matrix: Mat3, tolerance: number): Float64Array {
  const start = lllChange(matrix);
  const superbase = obtuseSuperbase(rowsOf(multiply(start, matrix)));
  const chosen: LatticeVector[] = [];
  const left = voronoiVectors(superbase);
  while (chosen.length < 3) {
    const free = left.filter((each) => isIndependent([...chosen, each]));
    const shortest = Math.min(...free.map(({ vector }) => dot(vector, vector)));
    // The first of those that are equally short: fewest vectors of the superbase.
    chosen.push(
      free.find(({ vector }) => dot(vector, vector) <= shortest * (1 + tolerance)) ?? free[0],
    );
  }
  const rows = Float64Array.from(chosen.flatMap(({ coefficients }) => coefficients));
  return multiply(rows, start);
}

function isIndependent(vectors: readonly LatticeVector[]): boolean {
  const [a, b, c] = vectors.map(({ coefficients }) => coefficients);
  if (!b) return true;
  if (c) return determinant([...a, ...b, ...c]) !== 0;
  return [0, 1, 2].some((k) => a[k] * b[(k + 1) % 3] !== a[(k + 1) % 3] * b[k]);
}

/** Turns vectors round so that all three angles are acute, or none is, and the determinant is +1. */
function withLikeAngles(rows: Float64Array, matrix: Mat3, tolerance: number): Float64Array {
  const handed = determinant(rows) < 0 ? rows.map((value) => 0 - value) : rows;
  const turns = [0, 1, 2, 3].map((axis) =>
    handed.map((value, i) => (axis > 0 && Math.floor(i / 3) !== axis - 1 ? 0 - value : value)),
  );
  return turns.find((each) => hasLikeAngles(multiply(each, matrix), tolerance)) ?? handed;
}

function hasLikeAngles(rows: Mat3, tolerance: number, slack = 0): boolean {
  const g = metricOf(rows);
  const cosines = [
    g[5] / Math.sqrt(g[4] * g[8]),
    g[2] / Math.sqrt(g[0] * g[8]),
    g[1] / Math.sqrt(g[0] * g[4]),
  ];
  return (
    cosines.every((value) => value <= tolerance + slack) ||
    cosines.every((value) => value > tolerance - slack)
  );
}

function squaredLengths(rows: Mat3): number[] {
  const metric = metricOf(rows);
  return [metric[0], metric[4], metric[8]];
}

function delaunayFault(
  rows: Mat3,
  lengths: readonly number[],
  tolerance: number,
): string | undefined {
  const isShortest = squaredLengths(rows).every(
    (square, k) => Math.abs(square - lengths[k]) <= (3 * tolerance + 1e-12) * lengths[k],
  );
  if (!isShortest) return "its vectors are not the shortest";
  return hasLikeAngles(rows, tolerance, 1e-12)
    ? undefined
    : "its angles are neither all acute nor all at least 90°";
}

/** Delaunay's own condition on a reduced basis: one step of Selling's algorithm ends it. */
function superbaseFault(rows: Mat3): string | undefined {
  const superbase = obtuseSuperbase(rowsOf(rows));
  const isObtuse = superbase.every(({ vector: v }, i) =>
    superbase.every(
      ({ vector: w }, j) => i === j || dot(v, w) <= 1e-9 * Math.sqrt(dot(v, v) * dot(w, w)),
    ),
  );
  return isObtuse ? undefined : "no obtuse superbase was found";
}
