import { determinant, type Mat3, multiply } from "../math/mat3.js";
import { addRow, identity, isIdentity, verified } from "./reduction.js";

/** Rounding: a coefficient of exactly 1/2 is left as it is. */
const slack = 1e-9;
/** Far more than any cell with digits left needs. */
const mostSteps = 5000;
const mostPasses = 20;

/**
 * The change of basis to a basis reduced after Lenstra, Lenstra & Lovász (1982): |μᵢⱼ| ≤ 1/2 and
 * |bₖ* + μ bₖ₋₁*|² ≥ δ |bₖ₋₁*|², with determinant +1.
 */
export function lllTransformation(matrix: Mat3, delta: number): Int32Array {
  const change = lllChange(matrix, delta);
  return verified("LLL", matrix, change, (reduced) => lllFault(reduced, delta));
}

/** Not verified: a good start for other reductions. */
export function lllChange(matrix: Mat3, delta = 0.75): Float64Array {
  let change = identity;
  // Rows that were reduced in place have gathered rounding errors: again from the exact integers.
  for (let pass = 0; pass < mostPasses; pass++) {
    const step = lllPass(multiply(change, matrix), delta);
    if (isIdentity(step)) break;
    change = multiply(step, change);
  }
  return determinant(change) < 0 ? change.map((value) => 0 - value) : change;
}

function lllPass(rows: Float64Array, delta: number): Float64Array {
  const basis = Float64Array.from(rows);
  const change = Float64Array.from(identity);
  let k = 1;
  for (let step = 0; k < 3 && step < mostSteps; step++) {
    for (let j = k - 1; j >= 0; j--) {
      const coefficient = orthogonalized(basis).mu[k][j];
      if (!(Math.abs(coefficient) > 0.5 + slack)) continue;
      const quotient = Math.round(coefficient);
      addRow(basis, k, j, -quotient);
      addRow(change, k, j, -quotient);
    }
    if (isLovasz(basis, k, delta)) {
      k++;
    } else {
      swapRows(basis, k);
      swapRows(change, k);
      k = Math.max(1, k - 1);
    }
  }
  return change;
}

function swapRows(matrix: Float64Array, k: number): void {
  const row = matrix.slice(3 * k, 3 * k + 3);
  matrix.copyWithin(3 * k, 3 * k - 3, 3 * k);
  matrix.set(row, 3 * k - 3);
}

/** Gram and Schmidt without normalising: squared lengths of bᵢ*, and μᵢⱼ = bᵢ·bⱼ* / |bⱼ*|². */
export function orthogonalized(basis: Mat3): { squares: number[]; mu: number[][] } {
  const star = Float64Array.from(basis as ArrayLike<number>);
  const squares: number[] = [];
  const mu = [[], [0], [0, 0]] as number[][];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < i; j++) {
      let dot = 0;
      for (let k = 0; k < 3; k++) dot += basis[3 * i + k] * star[3 * j + k];
      mu[i][j] = dot / squares[j];
      addRow(star, i, j, -mu[i][j]);
    }
    squares.push(star[3 * i] ** 2 + star[3 * i + 1] ** 2 + star[3 * i + 2] ** 2);
  }
  return { squares, mu };
}

function isLovasz(basis: Mat3, k: number, delta: number): boolean {
  const { squares, mu } = orthogonalized(basis);
  return squares[k] >= (delta - slack - mu[k][k - 1] ** 2) * squares[k - 1];
}

function lllFault(reduced: Mat3, delta: number): string | undefined {
  const { mu } = orthogonalized(reduced);
  if (!mu.flat().every((value) => Math.abs(value) <= 0.5 + 2 * slack)) {
    return "a vector is not reduced against those before it";
  }
  return [1, 2].every((k) => isLovasz(reduced, k, delta - slack))
    ? undefined
    : "the vectors are not in the order that Lovász' condition asks for";
}
