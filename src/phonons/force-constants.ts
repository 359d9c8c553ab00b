import { DomainError, SymmetryError } from "../base/errors.js";
import { inverse, multiply, transpose } from "../math/mat3.js";
import { symmetricEigen } from "../math/symmetric-eigen.js";
import { type Displacement, orbitsOf, rotated } from "./displacements.js";
import type { CellOperation, PhononSupercell } from "./phonon-cells.js";

/** Of squares of displacements along the axis that has least of them. */
const leastShare = 1e-6;

/**
 * Force constants Φ(j, J) = −∂F_J/∂u_j in eV/Å², [atoms, sites, 3, 3], from the forces on all sites for each
 * displacement: least squares over all images of the displacements that the symmetry takes to one atom of an
 * orbit, and from that one to the others.
 *
 * @throws {DomainError} displacements whose images do not span space.
 * @see K. Parlinski, Z. Q. Li & Y. Kawazoe, Phys. Rev. Lett. 78, 4063 (1997); A. Togo & I. Tanaka,
 *   Scr. Mater. 108, 1 (2015).
 */
export function forceConstantsOf(
  supercell: PhononSupercell,
  operations: readonly CellOperation[],
  displacements: readonly Displacement[],
  forces: Float64Array,
): Float64Array {
  const atomCount = supercell.primitive.siteCount;
  const { siteCount } = supercell.crystal;
  const result = new Float64Array(9 * atomCount * siteCount);
  const orbits = orbitsOf(atomCount, operations);
  orbits.forEach((first, atom) => {
    const out = result.subarray(9 * atom * siteCount, 9 * (atom + 1) * siteCount);
    if (first === atom) {
      const own = displacements.flatMap((displacement, index) =>
        orbits[displacement.atom] === atom
          ? [{ ...displacement, forces: forces.subarray(3 * siteCount * index) }]
          : [],
      );
      fitTo(supercell, operations, atom, own, out);
    } else {
      const known = result.subarray(9 * first * siteCount, 9 * (first + 1) * siteCount);
      carry(supercell, operations, atom, first, known, out);
    }
  });
  return result;
}

function fitTo(
  supercell: PhononSupercell,
  operations: readonly CellOperation[],
  atom: number,
  displaced: readonly (Displacement & { readonly forces: Float64Array })[],
  out: Float64Array,
): void {
  const gram = new Float64Array(9);
  const ways = displaced.flatMap(({ atom: from, vector, forces }) =>
    operations
      .filter(({ image }) => image[from] === atom)
      .map((operation) => {
        const u = rotated(operation.cartRotation, vector);
        for (let i = 0; i < 9; i++) gram[i] += u[Math.floor(i / 3)] * u[i % 3];
        return { operation, from, u, forces };
      }),
  );
  const { values } = symmetricEigen(gram);
  if (!(values[0] > leastShare * values[2])) {
    throw new DomainError(
      `the displacements of atom ${atom} and of those equivalent to it do not span space: ${displaced.length} of them; give more directions`,
      { atom, displacements: displaced.length },
    );
  }
  const solve = inverse(gram);
  const { siteCount } = supercell.crystal;
  for (const { operation, from, u, forces } of ways) {
    const row = rotated(solve, u);
    const r = operation.cartRotation;
    const images = siteImages(supercell, operation, from);
    for (let site = 0; site < siteCount; site++) {
      const [x, y, z] = [forces[3 * site], forces[3 * site + 1], forces[3 * site + 2]];
      const at = 9 * images[site];
      for (let b = 0; b < 3; b++) {
        const force = r[3 * b] * x + r[3 * b + 1] * y + r[3 * b + 2] * z;
        out[at + b] -= row[0] * force;
        out[at + 3 + b] -= row[1] * force;
        out[at + 6 + b] -= row[2] * force;
      }
    }
  }
}

/** Φ(j, J) = Rᵀ Φ(gj, gJ) R of an operation g that takes j to `first`. */
function carry(
  supercell: PhononSupercell,
  operations: readonly CellOperation[],
  atom: number,
  first: number,
  known: Float64Array,
  out: Float64Array,
): void {
  const operation = operations.find(({ image }) => image[atom] === first);
  if (operation === undefined) {
    throw new SymmetryError(`no operation takes atom ${atom} to atom ${first}`, { atom, first });
  }
  const r = operation.cartRotation;
  const back = transpose(r);
  siteImages(supercell, operation, atom).forEach((image, site) => {
    const block = known.subarray(9 * image, 9 * image + 9);
    out.set(multiply(multiply(back, block), r), 9 * site);
  });
}

/** Where an operation takes each site, followed by the shift that brings the atom's image to cell 0. */
function siteImages(
  supercell: PhononSupercell,
  { rotation: r, image, shift }: CellOperation,
  atom: number,
): Int32Array {
  const { atomOf, cellOf } = supercell;
  return atomOf.map((own, site) => {
    const [u, v, w] = [cellOf[3 * site], cellOf[3 * site + 1], cellOf[3 * site + 2]];
    const cell = [0, 1, 2].map(
      (i) =>
        r[3 * i] * u +
        r[3 * i + 1] * v +
        r[3 * i + 2] * w +
        shift[3 * own + i] -
        shift[3 * atom + i],
    );
    return supercell.siteAt(image[own], cell[0], cell[1], cell[2]);
  });
}

/** What the sum rule and the symmetry of indices changed, at most, in eV/Å². */
export interface ForceConstantCorrection {
  readonly acousticSumRule: number;
  readonly indexSymmetry: number;
}

/** Imposes Φ(j, J) = Φ(J, j)ᵀ and Σ_J Φ(j, J) = 0, the latter by the constants of an atom with itself. */
export function imposeSumRules(
  supercell: PhononSupercell,
  constants: Float64Array,
): ForceConstantCorrection {
  const { atomOf, cellOf, primitive } = supercell;
  const { siteCount } = supercell.crystal;
  let indexSymmetry = 0;
  for (let atom = 0; atom < primitive.siteCount; atom++) {
    for (let site = 0; site < siteCount; site++) {
      const [u, v, w] = cellOf.subarray(3 * site, 3 * site + 3);
      const back = supercell.siteAt(atom, -u, -v, -w);
      const here = 9 * (atom * siteCount + site);
      const there = 9 * (atomOf[site] * siteCount + back);
      for (let i = 0; i < 9; i++) {
        const j = 3 * (i % 3) + Math.floor(i / 3);
        const mean = (constants[here + i] + constants[there + j]) / 2;
        indexSymmetry = Math.max(indexSymmetry, Math.abs(constants[here + i] - mean));
        constants[here + i] = mean;
        constants[there + j] = mean;
      }
    }
  }
  let acousticSumRule = 0;
  for (let atom = 0; atom < primitive.siteCount; atom++) {
    const sum = new Float64Array(9);
    for (let i = 0; i < 9 * siteCount; i++) sum[i % 9] += constants[9 * atom * siteCount + i];
    const own = 9 * (atom * siteCount + supercell.siteAt(atom, 0, 0, 0));
    for (let i = 0; i < 9; i++) {
      // An atom's constants with itself stay symmetric.
      const excess = (sum[i] + sum[3 * (i % 3) + Math.floor(i / 3)]) / 2;
      acousticSumRule = Math.max(acousticSumRule, Math.abs(excess));
      constants[own + i] -= excess;
    }
  }
  return { acousticSumRule, indexSymmetry };
}
