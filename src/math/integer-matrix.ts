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

/** Not negative; of 0 and 0 it is 0. */
export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : greatestCommonDivisor(b, a % b);
}

/** Bézout: `g = p a + q b` with g the greatest common divisor, not negative. */
export function extendedGcd(a: number, b: number): { g: number; p: number; q: number } {
  if (b === 0) return { g: Math.abs(a), p: a < 0 ? -1 : 1, q: 0 };
  const { g, p, q } = extendedGcd(b, a % b);
  return { g, p: q, q: p - Math.trunc(a / b) * q };
}

/** Whole numbers over their greatest common divisor, without −0. */
export function coprime(indices: ArrayLike<number>): number[] {
  const list = Array.from(indices);
  const divisor = list.reduce(greatestCommonDivisor, 0) || 1;
  return list.map((index) => index / divisor + 0);
}

/** Two whole-number rows that span all those perpendicular to `normal`, u × v = −normal. */
export function perpendicularRows(normal: readonly number[]): [number[], number[]] {
  const [h, k, l] = coprime(normal);
  const { g, p, q } = extendedGcd(h, k);
  if (g === 0)
    return l < 0
      ? [
          [1, 0, 0],
          [0, 1, 0],
        ]
      : [
          [0, 1, 0],
          [1, 0, 0],
        ];
  return [
    [k / g + 0, 0 - h / g, 0],
    [0 - p * l, 0 - q * l, g],
  ];
}
