import { type Mat3, multiply, transpose } from "./mat3.js";

const mostSweeps = 50;

/**
 * Eigenvalues and eigenvectors of a symmetric 3×3 matrix by Jacobi's rotations.
 *
 * @returns `values` ascending; `vectors` as rows, orthonormal, in the same order.
 */
export function symmetricEigen(matrix: Mat3): { values: Float64Array; vectors: Float64Array } {
  let a: Float64Array = Float64Array.from(matrix);
  let vectors: Float64Array = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    const offDiagonal = Math.abs(a[1]) + Math.abs(a[2]) + Math.abs(a[5]);
    if (offDiagonal <= 1e-300 + 1e-17 * Math.hypot(a[0], a[4], a[8])) break;
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const turn = rotation(a, p, q);
      a = multiply(multiply(turn, a), transpose(turn));
      vectors = multiply(turn, vectors);
    }
  }
  const order = [0, 1, 2].sort((i, j) => a[4 * i] - a[4 * j]);
  return {
    values: Float64Array.from(order, (i) => a[4 * i]),
    vectors: Float64Array.from(order.flatMap((i) => Array.from(vectors.slice(3 * i, 3 * i + 3)))),
  };
}

/** f(A) = Σ f(λ) vᵀv of a symmetric matrix. */
export function symmetricFunction(matrix: Mat3, f: (eigenvalue: number) => number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix);
  const scaled = vectors.map((value, i) => value * f(values[Math.floor(i / 3)]));
  return multiply(transpose(vectors), scaled);
}

/** The plane rotation that makes a[p][q] zero. */
function rotation(a: Float64Array, p: number, q: number): Float64Array {
  const angle = 0.5 * Math.atan2(2 * a[3 * p + q], a[4 * q] - a[4 * p]);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const turn = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  turn[4 * p] = c;
  turn[4 * q] = c;
  turn[3 * p + q] = -s;
  turn[3 * q + p] = s;
  return turn;
}
