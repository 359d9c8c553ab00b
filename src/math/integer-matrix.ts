import type { Mat3 } from "./mat3.js";

/**
 * Row-style Hermite normal form: the upper triangular integer matrix with positive diagonal whose
 * rows span the same lattice as the rows of `matrix`.
 *
 * The translations (i, j, k) with 0 ≤ i < H₀₀, 0 ≤ j < H₁₁, 0 ≤ k < H₂₂ are then one
 * representative of each coset of ℤ³ by that lattice.
 *
 * @param matrix Nine integers, row-major, determinant not 0.
 */
export function hermiteNormalForm(matrix: Mat3): Int32Array {
  const h = Float64Array.from({ length: 9 }, (_, i) => matrix[i]);
  for (let column = 0; column < 3; column++) {
    for (let row = column + 1; row < 3; row++) eliminate(h, column, row);
    if (h[4 * column] < 0) for (let k = 0; k < 3; k++) h[3 * column + k] *= -1;
  }
  return Int32Array.from(h);
}

/** Euclid's algorithm on two rows until `h[row][column]` is 0. */
function eliminate(h: Float64Array, column: number, row: number): void {
  while (h[3 * row + column] !== 0) {
    const quotient = Math.trunc(h[3 * column + column] / h[3 * row + column]);
    for (let k = 0; k < 3; k++) {
      const rest = h[3 * column + k] - quotient * h[3 * row + k];
      h[3 * column + k] = h[3 * row + k];
      h[3 * row + k] = rest;
    }
  }
}
