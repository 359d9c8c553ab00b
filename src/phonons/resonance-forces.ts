import { addDipoles, type Dipoles } from "./dipoles.js";
import type { DynamicalMatrix } from "./dynamical-matrix.js";
import type { PhononSupercell } from "./phonon-cells.js";

/**
 * Forces −Φu in eV/Å on all sites of a supercell, [sites, 3], from the force constants between an atom and
 * all others, however large the supercell is that they were computed in, and from the dipoles of a polar crystal.
 *
 * @param q Of the displacements, which are waves of q and −q alone.
 */
export function harmonicForces(
  matrix: DynamicalMatrix,
  supercell: PhononSupercell,
  masses: ArrayLike<number>,
  displacements: Float64Array,
  q: readonly number[],
): Float64Array {
  const { atomCount, shifts, coefficients, stride, dipoles } = matrix;
  const { cellOf } = supercell;
  const forces = new Float64Array(displacements.length);
  const images = cellOf.length / 3 / atomCount;
  for (let vector = 0; 3 * vector < shifts.length; vector++) {
    const [u, v, w] = shifts.subarray(3 * vector, 3 * vector + 3);
    for (let atom = 0, row = 0; atom < atomCount; atom++) {
      for (let other = 0; other <= atom; other++, row++) {
        const root = Math.sqrt(masses[atom] * masses[other]);
        const block = Float64Array.from(
          { length: 9 },
          (_, i) => root * coefficients[(9 * row + i) * stride + vector],
        );
        if (block.every((value) => value === 0)) continue;
        for (let image = 0; image < images; image++) {
          const here = atom * images + image;
          const [x, y, z] = cellOf.subarray(3 * here, 3 * here + 3);
          const there = supercell.siteAt(other, x + u, y + v, z + w);
          pull(forces, here, block, displacements, there);
          if (other !== atom) pull(forces, there, block, displacements, here, [1, 3]);
        }
      }
    }
  }
  if (dipoles !== undefined) pullByDipoles(forces, dipoles, supercell, masses, displacements, q);
  return forces;
}

/** F −= √m Re C(q) P exp 2πi q·r of the wave √m u = Re P exp 2πi q·r; at Γ without a field, as the modes there. */
function pullByDipoles(
  forces: Float64Array,
  dipoles: Dipoles,
  { atomOf, cellOf, primitive: { fracPositions: frac } }: PhononSupercell,
  masses: ArrayLike<number>,
  displacements: Float64Array,
  q: readonly number[],
): void {
  const cells = atomOf.length / dipoles.atomCount;
  // Otherwise its Fourier component has half of the wave, that of −q the other half.
  const isOwnOpposite = q.every((value) => Number.isInteger(2 * value));
  const share = (isOwnOpposite ? 1 : 2) / cells;
  const phases = Float64Array.from(atomOf, (atom, site) => {
    const turns = q.reduce((sum, x, k) => sum + x * (cellOf[3 * site + k] + frac[3 * atom + k]), 0);
    return 2 * Math.PI * (turns - Math.round(turns));
  });
  const wave = new Float64Array(6 * dipoles.atomCount);
  const pulls = new Float64Array(wave.length);
  atomOf.forEach((atom, site) => {
    for (let i = 0; i < 3; i++) {
      const part = share * Math.sqrt(masses[atom]) * displacements[3 * site + i];
      wave[2 * (3 * atom + i)] += part * Math.cos(phases[site]);
      wave[2 * (3 * atom + i) + 1] -= part * Math.sin(phases[site]);
    }
  });
  const add = (row: number, column: number, re: number, im: number) => {
    const [x, y] = [wave[2 * column], wave[2 * column + 1]];
    pulls[2 * row] += re * x - im * y;
    pulls[2 * row + 1] += re * y + im * x;
  };
  addDipoles(dipoles, frac, q, [0, 0, 0], (row, column, re, im) => {
    add(row, column, re, im);
    if (row !== column) add(column, row, re, -im);
  });
  atomOf.forEach((atom, site) => {
    const [cos, sin] = [Math.cos(phases[site]), Math.sin(phases[site])];
    for (let i = 0; i < 3; i++) {
      const at = 2 * (3 * atom + i);
      forces[3 * site + i] -= Math.sqrt(masses[atom]) * (pulls[at] * cos - pulls[at + 1] * sin);
    }
  });
}

/** F −= Φ u; of Φᵀ with the steps between rows and columns exchanged. */
function pull(
  forces: Float64Array,
  on: number,
  block: Float64Array,
  displacements: Float64Array,
  by: number,
  [row, column] = [3, 1],
): void {
  const [x, y, z] = displacements.subarray(3 * by, 3 * by + 3);
  for (let i = 0; i < 3; i++) {
    const at = row * i;
    forces[3 * on + i] -= block[at] * x + block[at + column] * y + block[at + 2 * column] * z;
  }
}
