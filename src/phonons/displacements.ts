import { rowTimes } from "../math/mat3.js";
import { symmetricEigen } from "../math/symmetric-eigen.js";
import { norm } from "../math/vec3.js";
import type { CellOperation, PhononSupercell } from "./phonon-cells.js";

/** One atom moved out of its place. */
export interface Displacement {
  /** Primitive atom. */
  readonly atom: number;
  /** Å */
  readonly vector: readonly [number, number, number];
}

/** Tried in this order, in terms of the supercell's vectors. */
const directions: readonly (readonly number[])[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [1, 1, 0],
  [1, 0, 1],
  [0, 1, 1],
  [1, -1, 0],
  [1, 0, -1],
  [0, 1, -1],
  [1, 1, 1],
  [1, 1, -1],
  [1, -1, 1],
  [-1, 1, 1],
];

/** Of the mean of (R d)(R d)ᵀ: below it the images of d hardly reach into one direction. */
const leastShare = 0.02;

/** For each atom the first of its orbit. */
export function orbitsOf(atomCount: number, operations: readonly CellOperation[]): Int32Array {
  return Int32Array.from({ length: atomCount }, (_, atom) =>
    operations.reduce((least, { image }) => Math.min(least, image[atom]), atom),
  );
}

/**
 * The fewest displacements of one atom of each orbit whose images under the site's symmetry span space,
 * each with its opposite unless the symmetry has that already.
 *
 * @see K. Parlinski, Z. Q. Li & Y. Kawazoe, Phys. Rev. Lett. 78, 4063 (1997).
 */
export function displacementsOf(
  supercell: PhononSupercell,
  operations: readonly CellOperation[],
  distance: number,
): Displacement[] {
  const orbits = orbitsOf(supercell.primitive.siteCount, operations);
  const unit = directions.map((direction) => {
    const cart = rowTimes(direction, supercell.crystal.lattice.matrix);
    const length = norm(cart);
    return cart.map((value) => value / length);
  });
  const found: Displacement[] = [];
  orbits.forEach((first, atom) => {
    if (first !== atom) return;
    const rotations = siteRotations(operations, atom);
    for (const direction of spanning(unit, rotations)) {
      const signs = hasOpposite(direction, rotations) ? [1] : [1, -1];
      for (const sign of signs) {
        const [x, y, z] = direction.map((value) => sign * distance * value);
        found.push({ atom, vector: [x, y, z] });
      }
    }
  });
  return found;
}

function siteRotations(operations: readonly CellOperation[], atom: number): Float64Array[] {
  return operations.filter(({ image }) => image[atom] === atom).map((each) => each.cartRotation);
}

function spanning(unit: readonly number[][], rotations: readonly Float64Array[]): number[][] {
  const one = unit.find((direction) => spans([direction], rotations));
  if (one !== undefined) return [one];
  for (const [index, first] of unit.entries()) {
    const second = unit.slice(index + 1).find((other) => spans([first, other], rotations));
    if (second !== undefined) return [first, second];
  }
  return unit.slice(0, 3);
}

function spans(chosen: readonly number[][], rotations: readonly Float64Array[]): boolean {
  const gram = new Float64Array(9);
  for (const direction of chosen) {
    for (const rotation of rotations) {
      const v = rotated(rotation, direction);
      for (let i = 0; i < 9; i++) gram[i] += v[Math.floor(i / 3)] * v[i % 3];
    }
  }
  return symmetricEigen(gram).values[0] > leastShare * rotations.length;
}

function hasOpposite(direction: readonly number[], rotations: readonly Float64Array[]): boolean {
  return rotations.some((rotation) =>
    rotated(rotation, direction).every((value, k) => Math.abs(value + direction[k]) < 1e-5),
  );
}

/** R v, v a column. */
export function rotated(r: ArrayLike<number>, v: ArrayLike<number>): [number, number, number] {
  return [
    r[0] * v[0] + r[1] * v[1] + r[2] * v[2],
    r[3] * v[0] + r[4] * v[1] + r[5] * v[2],
    r[6] * v[0] + r[7] * v[1] + r[8] * v[2],
  ];
}
