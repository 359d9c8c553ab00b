import { niggliTransformation } from "../../lattice/niggli.js";
import { inverse, multiply, rowsTimes } from "../../math/mat3.js";

/** A cell and its sites by kind. */
export interface Arrangement {
  /** Rows are the cell vectors, Å. */
  readonly matrix: Float64Array;
  /** [n, 3], in [0, 1). */
  readonly fracPositions: Float64Array;
  /** Names of the kinds, such as "Na" or "Fe2+". */
  readonly kinds: readonly string[];
  readonly kindOfSite: Int32Array;
  /** The cell vectors in terms of those of the crystal. */
  readonly basis: Float64Array;
}

/** Relative: as of `Lattice.niggli`. */
const niggliTolerance = 1e-5;

/** @throws {DomainError} as `Lattice.niggli`. */
export function niggliArrangement(cell: Arrangement): Arrangement {
  return rebased(cell, niggliTransformation(cell.matrix, niggliTolerance));
}

/** The same lattice and sites in another basis, whose rows are whole combinations of the old ones. */
function rebased(cell: Arrangement, change: ArrayLike<number>): Arrangement {
  return {
    ...cell,
    matrix: multiply(change, cell.matrix),
    fracPositions: wrapped(rowsTimes(cell.fracPositions, inverse(change))),
    basis: multiply(change, cell.basis),
  };
}

export function wrapped(frac: Float64Array): Float64Array {
  for (let i = 0; i < frac.length; i++) {
    frac[i] -= Math.floor(frac[i]);
    if (frac[i] >= 1) frac[i] = 0; // −1e-17 has become 1
  }
  return frac;
}
