import { DomainError } from "../base/errors.js";
import { determinant, type Mat3, multiply, transpose } from "../math/mat3.js";

/** Entries of a change of basis beyond this have lost the digits that would make it exact. */
const largestEntry = 2 ** 31 - 1;

export const identity: Float64Array = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

export function isIdentity(matrix: Mat3): boolean {
  return identity.every((value, i) => matrix[i] === value);
}

/** Adds `factor` times row `from` to row `to`, in place. */
export function addRow(matrix: Float64Array, to: number, from: number, factor: number): void {
  for (let k = 0; k < 3; k++) matrix[3 * to + k] += factor * matrix[3 * from + k];
}

export function metricOf(rows: Mat3): Float64Array {
  return multiply(rows, transpose(rows));
}

/**
 * The change of basis as whole numbers, after these have been proved: T has determinant +1, T · M
 * has the volume of M, and `fault` finds nothing wrong with it.
 *
 * @param fault What T · M fails to satisfy, in words, or undefined.
 * @throws {DomainError} the cell is so skewed that its numbers no longer define its lattice.
 */
export function verified(
  name: string,
  matrix: Mat3,
  transformation: Mat3,
  fault: (reduced: Float64Array) => string | undefined,
): Int32Array {
  const reduced = multiply(transformation, matrix);
  const problem = changeFault(matrix, transformation, reduced) ?? fault(reduced);
  if (problem === undefined) return Int32Array.from({ length: 9 }, (_, i) => transformation[i]);
  throw new DomainError(
    `the ${name} reduction of this cell does not hold (${problem}): the cell is so skewed, or so ` +
      "long in one direction, that its numbers have too few digits; give a less skewed cell of the " +
      "same lattice, or another tolerance",
    { matrix: Array.from(matrix), transformation: Array.from(transformation), problem },
  );
}

function changeFault(matrix: Mat3, change: Mat3, reduced: Mat3): string | undefined {
  const entries = Array.from(change);
  if (!entries.every((entry) => Number.isInteger(entry) && Math.abs(entry) <= largestEntry)) {
    return "the change of basis is not one of whole numbers below 2³¹";
  }
  if (Math.round(determinant(change)) !== 1) return "the change of basis is not unimodular";
  const [before, after] = [Math.abs(determinant(matrix)), Math.abs(determinant(reduced))];
  // The determinant of a skewed cell is a small difference of large products.
  const box = [0, 3, 6].reduce(
    (product, i) => product * Math.hypot(matrix[i], matrix[i + 1], matrix[i + 2]),
    1,
  );
  const isKept = Math.abs(after - before) <= 1e-9 * after + 1e-14 * box;
  return isKept ? undefined : `the volume changes from ${before} to ${after} Å³`;
}
