import { requireInRange } from "../base/check.js";
import { requireOptions } from "../base/suggest.js";
import type { BravaisSymbol } from "./bravais.js";
import type { LatticeSymmetry } from "./holohedry.js";
import type { Lattice } from "./lattice.js";
import type { MappingTolerances } from "./mappings.js";

/** A cell of the same lattice. */
export interface ReducedLattice {
  readonly lattice: Lattice;
  /**
   * T, nine whole numbers, row-major, determinant +1: `lattice.matrix = T · M`. So the handedness of
   * the cell is kept.
   */
  readonly transformation: Int32Array;
}

/** The conventional cell of a lattice, and what lattice it is. */
export interface BravaisLattice {
  /** Pearson's: "cF", "hR", "mC" (also for A, B and I), ... */
  readonly symbol: BravaisSymbol;
  readonly crystalSystem: LatticeSymmetry;
  readonly lattice: Lattice;
  /** As of a reduction, but the determinant counts the lattice points of the cell: 1, 2, 3 or 4. */
  readonly transformation: Int32Array;
}

export interface LatticeMapping {
  /** The cell that looks like the other one, made of vectors of this lattice. */
  readonly lattice: Lattice;
  /** Nine whole numbers: `lattice.matrix = transformation · M`. */
  readonly transformation: Int32Array;
  /**
   * x' = F x takes the vectors of the other cell to those of `lattice`, row-major: a rotation, within
   * the tolerances, or a rotation with inversion.
   */
  readonly map: Float64Array;
}

export interface MappingOptions extends Partial<MappingTolerances> {
  /** Only cells with this many lattice points; default any number. */
  readonly index?: number;
}

export interface ReductionOptions {
  /** Relative, within which two numbers count as equal; default 1e-5. */
  readonly tolerance?: number;
}

/** @throws {InvalidConfiguration | DomainError} a misspelt option, no tolerance. */
export function toleranceOf(of: string, options: ReductionOptions, otherwise = 1e-5): number {
  requireOptions(of, options, ["tolerance"], "{ tolerance: 1e-5 }");
  const { tolerance = otherwise } = options;
  return requireInRange("tolerance", tolerance, 0, 0.1);
}

export interface ImageOptions {
  /** Directions in which there are images; default all. */
  readonly periodic?: readonly [boolean, boolean, boolean];
}
