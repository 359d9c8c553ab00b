import type { Mat3 } from "../math/mat3.js";
import { dot } from "../math/vec3.js";

/** A vector of a lattice with the whole numbers that make it of the basis. */
export interface LatticeVector {
  readonly coefficients: readonly number[];
  readonly vector: readonly number[];
}

/** Below this share of the lengths an angle counts as right. */
const rounding = 1e-13;
const mostSteps = 10_000;

/**
 * Selling's algorithm in one, two or three dimensions: r vectors and the negative of their
 * sum, changed until none of the r + 1 makes an acute angle with another.
 *
 * Where i and j do, i is turned round, and the others but j take i as often as the sum stays zero:
 * that makes the sum of squared lengths smaller, so that it ends.
 *
 * @param rows r independent vectors, as [r, 3]; a reduced basis takes few steps.
 * @see Selling, J. Reine Angew. Math. 77, 143 (1874).
 */
export function obtuseSuperbase(rows: readonly (readonly number[])[]): LatticeVector[] {
  const unit = (i: number) => rows.map((_, k) => Number(i === k));
  let superbase = rows.map((vector, i): LatticeVector => ({ coefficients: unit(i), vector }));
  superbase.push(negative(sumOf(superbase)));
  for (let step = 0; step < mostSteps; step++) {
    const pair = sharpestPair(superbase);
    if (!pair) break;
    const [i, j] = pair;
    const turned = superbase[i];
    const others = rows.length - 1;
    superbase = superbase.map((each, k) => {
      if (k === i) return negative(turned);
      return k === j ? each : combined(each, turned, 2 / others);
    });
  }
  return superbase;
}

/**
 * The vectors, one of each pair ±v, whose perpendicular bisecting planes bound the Voronoi cell of a
 * lattice: the sums over the subsets of an obtuse superbase without its last vector. Some may only
 * touch the cell.
 *
 * @see Conway & Sloane, Proc. R. Soc. Lond. A 436, 55 (1992).
 */
export function voronoiVectors(superbase: readonly LatticeVector[]): LatticeVector[] {
  const rank = superbase.length - 1;
  return Array.from({ length: 2 ** rank - 1 }, (_, subset) =>
    sumOf(superbase.filter((_, i) => i < rank && ((subset + 1) >> i) & 1)),
  );
}

/** Rows of a 3×3 matrix. */
export function rowsOf(matrix: Mat3): number[][] {
  return [0, 3, 6].map((i) => [matrix[i], matrix[i + 1], matrix[i + 2]]);
}

function sharpestPair(superbase: readonly LatticeVector[]): [number, number] | undefined {
  let largest = 0;
  let pair: [number, number] | undefined;
  // Of one vector and its negative there is nothing to improve.
  for (let i = 0; i < superbase.length && superbase.length > 2; i++) {
    for (let j = i + 1; j < superbase.length; j++) {
      const [v, w] = [superbase[i].vector, superbase[j].vector];
      const product = dot(v, w);
      if (product <= largest || product <= rounding * Math.sqrt(dot(v, v) * dot(w, w))) continue;
      largest = product;
      pair = [i, j];
    }
  }
  return pair;
}

function combined(a: LatticeVector, b: LatticeVector, factor: number): LatticeVector {
  return {
    coefficients: a.coefficients.map((value, k) => value + factor * b.coefficients[k]),
    vector: a.vector.map((value, k) => value + factor * b.vector[k]),
  };
}

function negative({ coefficients, vector }: LatticeVector): LatticeVector {
  return { coefficients: coefficients.map((n) => 0 - n), vector: vector.map((x) => 0 - x) };
}

function sumOf(vectors: readonly LatticeVector[]): LatticeVector {
  return vectors.slice(1).reduce((sum, each) => combined(sum, each, 1), vectors[0]);
}
