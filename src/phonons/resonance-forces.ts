import type { DynamicalMatrix } from "./dynamical-matrix.js";
import type { PhononSupercell } from "./phonon-cells.js";

/**
 * Forces −Φu in eV/Å on all sites of a supercell, [sites, 3], from the force constants between an atom and
 * all others, however large the supercell is that they were computed in.
 */
export function harmonicForces(
  matrix: DynamicalMatrix,
  supercell: PhononSupercell,
  masses: ArrayLike<number>,
  displacements: Float64Array,
): Float64Array {
  const { atomCount, shifts, coefficients, stride } = matrix;
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
          if (other !== atom) pullBack(forces, there, block, displacements, here);
        }
      }
    }
  }
  return forces;
}

/** F −= Φ u */
function pull(
  forces: Float64Array,
  on: number,
  block: Float64Array,
  displacements: Float64Array,
  by: number,
): void {
  const [x, y, z] = displacements.subarray(3 * by, 3 * by + 3);
  for (let i = 0; i < 3; i++) {
    forces[3 * on + i] -= block[3 * i] * x + block[3 * i + 1] * y + block[3 * i + 2] * z;
  }
}

/** F −= Φᵀ u */
function pullBack(
  forces: Float64Array,
  on: number,
  block: Float64Array,
  displacements: Float64Array,
  by: number,
): void {
  const [x, y, z] = displacements.subarray(3 * by, 3 * by + 3);
  for (let i = 0; i < 3; i++) {
    forces[3 * on + i] -= block[i] * x + block[3 + i] * y + block[6 + i] * z;
  }
}
