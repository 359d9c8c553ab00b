import { ResourceExhausted, SymmetryError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { inverse, multiply, transpose } from "../math/mat3.js";
import { PositionIndex } from "../symmetry/position-index.js";
import { symmetrized } from "../symmetry/symmetrized.js";
import { symmetry } from "../symmetry/symmetry.js";

/** Å; how far an image may lie from its site once the crystal obeys its group. */
const tolerance = 1e-3;
const mostNumbers = 2e7;

export interface KeptSymmetry {
  /** Obeys its group exactly. */
  readonly crystal: Crystal;
  /** For each operation nine numbers of its cartesian rotation, and the image of each site. */
  readonly operations: Float64Array;
}

/**
 * The operations of a crystal as the engine wants them.
 *
 * @throws {SymmetryError} as `symmetry`. @throws {ResourceExhausted} too many operations and sites.
 */
export function keptSymmetry(crystal: Crystal): KeptSymmetry {
  const exact = symmetrized(crystal).crystal;
  const { operations } = symmetry(exact);
  const { siteCount, fracPositions, kindOfSite, lattice } = exact;
  if (operations.length * siteCount > mostNumbers) {
    throw new ResourceExhausted(
      `${operations.length} operations of ${siteCount} sites are too many to keep; relax the primitive cell and take its supercell`,
      { operations: operations.length, siteCount },
    );
  }
  const index = new PositionIndex(lattice, tolerance, siteCount);
  for (let site = 0; site < siteCount; site++) {
    const [x, y, z] = fracPositions.subarray(3 * site, 3 * site + 3);
    index.insert(x, y, z, kindOfSite[site]);
  }
  const toCart = transpose(lattice.matrix);
  const toFrac = inverse(toCart);
  const numbers = new Float64Array(operations.length * (9 + siteCount));
  operations.forEach(({ rotation, translation }, operation) => {
    const at = operation * (9 + siteCount);
    numbers.set(multiply(multiply(toCart, rotation), toFrac), at);
    for (let site = 0; site < siteCount; site++) {
      const image = [0, 1, 2].map((row) => {
        const [u, v, w] = rotation.slice(3 * row, 3 * row + 3);
        const [x, y, z] = fracPositions.subarray(3 * site, 3 * site + 3);
        return u * x + v * y + w * z + translation[row];
      });
      const found = index.find(image[0], image[1], image[2], kindOfSite[site]);
      if (found < 0) {
        throw new SymmetryError(
          `an operation takes site ${site} to where none is; relax without keepSymmetry`,
          { reason: "distorted", site },
        );
      }
      numbers[at + 9 + site] = found;
    }
  });
  return { crystal: exact, operations: numbers };
}

/** Whole orbits of what is 1 in `mask`, three numbers a site. */
export function wholeOrbits(mask: Int32Array, { crystal, operations }: KeptSymmetry): Int32Array {
  const { siteCount } = crystal;
  const whole = mask.slice();
  for (let at = 9; at < operations.length; at += 9 + siteCount) {
    for (let site = 0; site < siteCount && mask.length > 0; site++) {
      const image = operations[at + site];
      if (mask[3 * site] === 1) whole.fill(1, 3 * image, 3 * image + 3);
    }
  }
  return whole;
}
