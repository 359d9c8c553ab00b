import { Crystal } from "../crystal/crystal.js";
import { inverse, rowsTimes } from "../math/mat3.js";
import { type SymmetryOptions, searchTolerance } from "./analysis.js";
import { carriedProperties } from "./carried-properties.js";
import { siteClasses } from "./kinds.js";
import { reduceToPrimitive } from "./translations.js";

/** A crystal as a supercell of its primitive cell, in the orientation that it was given in. */
export interface PrimitiveMapping {
  /** Its sites are the mean over their images; other than `primitive` it keeps the given axes. */
  readonly crystal: Crystal;
  /**
   * S, nine whole numbers, row-major: the given cell vectors are its rows in terms of the primitive
   * ones, as in `crystal.supercell(S)`. The primitive axes are right-handed.
   */
  readonly matrix: Int32Array;
  /** For each given site the primitive one that it is an image of, [n]. */
  readonly sites: Int32Array;
  /** For each given site the primitive cell that it lies in, [n, 3]: x · S ≈ x_primitive + shift. */
  readonly shifts: Int32Array;
}

/**
 * Finds the pure translations of a crystal, and which of its sites are images of which one: the way
 * back from a supercell.
 *
 * @throws {SymmetryError} as `symmetry`.
 * @example primitiveMapping(nacl.supercell([2, 2, 2])).crystal.siteCount // 2
 */
export function primitiveMapping(
  crystal: Crystal,
  options: SymmetryOptions = {},
): PrimitiveMapping {
  const symprec = searchTolerance(crystal, options);
  const { lattice, fracPositions } = crystal;
  const kindOfSite = siteClasses(crystal).classOfSite;
  const reduction = reduceToPrimitive({ lattice, fracPositions, kindOfSite }, symprec);
  const { basis, firstSite, primitiveSite } = reduction;
  const matrix = inverse(basis).map(Math.round);
  const inPrimitive = rowsTimes(fracPositions, matrix);
  const shifts = Int32Array.from(inPrimitive, (value, i) => {
    const site = primitiveSite[Math.floor(i / 3)];
    return Math.round(value - reduction.fracPositions[3 * site + (i % 3)]);
  });
  const { siteProperties, warnings } = carriedProperties(crystal, reduction, firstSite, {
    from: lattice,
    to: reduction.lattice,
  });
  const primitive = Crystal.fromParts({
    lattice: reduction.lattice,
    fracPositions: reduction.fracPositions,
    kinds: crystal.kinds,
    kindOfSite: firstSite.map((site) => crystal.kindOfSite[site]),
    periodic: [true, true, true],
    labels: Array.from(firstSite, (site) => crystal.labels[site]),
    siteProperties,
    config: crystal.config,
    warnings: [...crystal.warnings, ...warnings],
  });
  return { crystal: primitive, matrix: Int32Array.from(matrix), sites: primitiveSite, shifts };
}
