import { Crystal, Lattice } from "prism-lab";

/** K of kT = 1 eV. */
export const kelvin = 1 / 8.617333262e-5;
/** u; the mass with which 1 fs is the unit of time of ε = 1 eV and σ = 1 Å. */
export const masses = { Ar: 1.602176634 / 1.6605390666e2 };

/** Fcc of Lennard-Jones atoms at a reduced density. */
export function argon(cells: number, density = 0.8442): Crystal {
  return Crystal.create({
    lattice: Lattice.cubic((4 / density) ** (1 / 3)),
    species: ["Ar", "Ar", "Ar", "Ar"],
    fracPositions: [0, 0, 0, 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5],
  }).supercell([cells, cells, cells]);
}

/** A cluster in the open. */
export function cluster(cartPositions: readonly number[]): Crystal {
  return Crystal.create({
    lattice: Lattice.cubic(30),
    species: Array<string>(cartPositions.length / 3).fill("Ar"),
    cartPositions,
    periodic: [false, false, false],
  });
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

export function variance(values: ArrayLike<number>): number {
  const middle = mean(values);
  return mean(Array.from(values, (value) => (value - middle) ** 2));
}
