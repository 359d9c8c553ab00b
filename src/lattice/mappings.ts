import { ResourceExhausted } from "../base/errors.js";
import { determinant, inverse, type Mat3, multiply, transpose } from "../math/mat3.js";
import { dot, norm, rowOf } from "../math/vec3.js";
import { lllChange, orthogonalized } from "./lll.js";

export interface MappingTolerances {
  /** Relative: lengths l and l' agree when 1/(1 + t) < l'/l < 1 + t. */
  readonly lengthTolerance: number;
  /** Degrees. */
  readonly angleTolerance: number;
}

/** Three vectors of a lattice that have the lengths and angles of another cell. */
export interface MatrixMapping {
  /** Whole numbers: the vectors in terms of the lattice's own. */
  readonly transformation: Int32Array;
  /** `transformation · M`, Å. */
  readonly matrix: Float64Array;
}

interface Candidate {
  readonly coefficients: readonly number[];
  readonly vector: readonly number[];
  readonly length: number;
}

const degree = Math.PI / 180;
const mostVectors = 20_000_000;

/** All cells of the lattice `matrix` that look like the cell `target`, whatever their handedness. */
export function* matrixMappings(
  matrix: Mat3,
  target: Mat3,
  { lengthTolerance, angleTolerance }: MappingTolerances,
): Generator<MatrixMapping, void, undefined> {
  const sides = [0, 1, 2].map((i) => rowOf(target, i));
  const lengths = sides.map(norm);
  const ends = sides.map((vector, i) => ({ vector, length: lengths[i] }));
  const angles = [
    angleBetween(ends[1], ends[2]),
    angleBetween(ends[0], ends[2]),
    angleBetween(ends[0], ends[1]),
  ];
  const [first, second, third] = vectorsOfLengths(matrix, lengths, lengthTolerance);
  const fits = (v: Candidate, w: Candidate, angle: number) =>
    Math.abs(angleBetween(v, w) - angle) < angleTolerance;
  for (const a of first) {
    const thirdOfA = third.filter((c) => fits(a, c, angles[1]));
    if (thirdOfA.length === 0) continue;
    for (const b of second) {
      if (!fits(a, b, angles[2])) continue;
      for (const c of thirdOfA) {
        if (!fits(b, c, angles[0])) continue;
        const transformation = Int32Array.of(
          ...a.coefficients,
          ...b.coefficients,
          ...c.coefficients,
        );
        if (determinant(transformation) === 0) continue;
        yield { transformation, matrix: multiply(transformation, matrix) };
      }
    }
  }
}

/** The linear map x' = F x, row-major, that takes the rows of `from` to those of `to`. */
export function linearMap(from: Mat3, to: Mat3): Float64Array {
  return transpose(multiply(inverse(from), to));
}

function angleBetween(
  v: Pick<Candidate, "vector" | "length">,
  w: Pick<Candidate, "vector" | "length">,
): number {
  const cosine = dot(v.vector, w.vector) / (v.length * w.length);
  return Math.acos(Math.max(-1, Math.min(1, cosine))) / degree;
}

/** For each length the vectors of the lattice that have it. */
function vectorsOfLengths(
  matrix: Mat3,
  lengths: readonly number[],
  tolerance: number,
): Candidate[][] {
  const ratio = 1 + tolerance;
  const found: Candidate[][] = lengths.map(() => []);
  const shells = lengths.map((length) => [length / ratio, length * ratio]);
  const outermost = Math.max(...shells.map(([, outer]) => outer));
  const change = lllChange(matrix);
  const reduced = multiply(change, matrix);
  forEachVector(reduced, outermost, (coefficients) => {
    const vector = [0, 1, 2].map((k) => combine(coefficients, reduced, k));
    const length = norm(vector);
    shells.forEach(([inner, outer], i) => {
      if (!(length > inner && length < outer)) return;
      const own = [0, 1, 2].map((k) => combine(coefficients, change, k));
      found[i].push({ coefficients: own, vector, length });
    });
  });
  return found;
}

const combine = (n: readonly number[], rows: Mat3, k: number) =>
  n[0] * rows[k] + n[1] * rows[3 + k] + n[2] * rows[6 + k];

/**
 * Every vector n · B with |n · B| ≤ radius, after Fincke & Pohst: the part of it along the last
 * orthogonalised vector bounds the last coefficient, and so on.
 */
function forEachVector(
  basis: Mat3,
  radius: number,
  visit: (coefficients: readonly number[]) => void,
): void {
  const { squares, mu } = orthogonalized(basis);
  const radius2 = radius * radius * (1 + 1e-12);
  requireFeasible(squares, radius);
  const range = (center: number, room: number): [number, number] => [
    Math.ceil(-center - Math.sqrt(Math.max(0, room))),
    Math.floor(-center + Math.sqrt(Math.max(0, room))),
  ];
  const [low2, high2] = range(0, radius2 / squares[2]);
  for (let n2 = low2; n2 <= high2; n2++) {
    const left2 = radius2 - n2 * n2 * squares[2];
    const center1 = n2 * mu[2][1];
    const [low1, high1] = range(center1, left2 / squares[1]);
    for (let n1 = low1; n1 <= high1; n1++) {
      const left1 = left2 - (n1 + center1) ** 2 * squares[1];
      const [low0, high0] = range(n1 * mu[1][0] + n2 * mu[2][0], left1 / squares[0]);
      for (let n0 = low0; n0 <= high0; n0++) visit([n0, n1, n2]);
    }
  }
}

function requireFeasible(squares: readonly number[], radius: number): void {
  const count = squares.reduce(
    (product, square) => product * ((2 * radius) / Math.sqrt(square) + 1),
    1,
  );
  if (count <= mostVectors) return;
  throw new ResourceExhausted(
    `a cell with an edge of ${radius} Å is compared with about ${count.toExponential(1)} vectors of ` +
      `the lattice; at most ${mostVectors.toExponential(0)} are: compare reduced cells, as ` +
      "lattice.niggli() gives them",
    { radius, count },
  );
}
