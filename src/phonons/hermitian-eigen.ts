import { show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";

export interface HermitianEigenOptions extends TaskOptions {
  /** Also the eigenvectors; default false. */
  readonly vectors?: boolean;
}

export interface HermitianEigen {
  /** Eigenvalues, ascending, [count, n]. */
  readonly values: Float64Array;
  /** Eigenvectors, [count, n, n, 2]: a row, of re and im, for each value. */
  readonly vectors: Float64Array | undefined;
}

const maxOrder = 4096;

/**
 * Eigenvalues λ and eigenvectors v of Hermitian matrices, A v = λ v, all matrices in parallel.
 *
 * Only the lower triangle is read, and of the diagonal the real part: the rest is taken to be what a
 * Hermitian matrix has there. Eigenvectors have norm 1, and the first of their largest components is
 * real and positive; in the space of equal eigenvalues they are any orthonormal basis, the same one in
 * each run. |A v − λ v| is about 10⁻¹⁵ |A|: an eigenvalue much smaller than |A| has that absolute error.
 *
 * @param matrices [count, n, n, 2] by rows, re and im alternating; its lower triangles are finite and
 *   not beyond 2¹⁰⁰⁰. Real symmetric matrices have im = 0.
 * @param n Order of the matrices, at least 1.
 * @returns The unit of `values` is that of the matrices; fresh buffers. Without `vectors` the last digits
 *   of `values` may differ from those with them.
 * @throws {ShapeError} `matrices.length` is not a multiple of 2 n².
 * @throws {DomainError} n is no whole number from 1 to 4096, or a number is NaN, infinite or too large.
 * @see G. H. Golub & C. F. Van Loan, Matrix Computations, 4th ed. (2013), chapter 8.
 * @example const { values } = await hermitianEigen(Float64Array.of(0, 0, 0, -1, 0, 1, 0, 0), 2); // −1, 1
 */
export function hermitianEigen(
  matrices: Float64Array,
  n: number,
  options: HermitianEigenOptions = {},
): Task<HermitianEigen> {
  const runtime = Runtime.of(options);
  const { vectors = false } = options;
  if (typeof vectors !== "boolean") {
    throw new InvalidConfiguration(`vectors must be true or false, got ${show(vectors)}`, {
      vectors,
    });
  }
  if (!Number.isInteger(n) || n < 1 || n > maxOrder) {
    throw new DomainError(`n must be a whole number from 1 to ${maxOrder}, got ${show(n)}`, { n });
  }
  if (!(matrices instanceof Float64Array) || matrices.length % (2 * n * n) !== 0) {
    const length = matrices instanceof Float64Array ? `${matrices.length} numbers` : show(matrices);
    throw new ShapeError(
      `matrices must be a Float64Array of 2 n² = ${2 * n * n} numbers for each matrix, got ${length}`,
      { n },
    );
  }
  return runtime.run(
    {
      kernel: "hermitianEigen",
      inputs: [matrices],
      params: [n, vectors ? 1 : 0],
      decode: ([valueBuffer, vectorBuffer]) => ({
        values: new Float64Array(valueBuffer),
        vectors: vectorBuffer === undefined ? undefined : new Float64Array(vectorBuffer),
      }),
    },
    options,
  );
}
