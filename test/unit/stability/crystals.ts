import { Crystal, fromPrototype, Lattice, lennardJones, type Potential } from "prism-lab";

/** Argon as LJ has it, turned off smoothly, so that nothing jumps. */
export const argonPotential: Potential = lennardJones({
  epsilon: 0.0104,
  sigma: 3.4,
  cutoff: 8.5,
  smoothFrom: 7,
});

export const argon: Crystal = fromPrototype("fcc", { species: ["Ar"], a: 5.26 });

/** Atoms in empty space. */
export function cluster(positions: readonly (readonly number[])[]): Crystal {
  return Crystal.create({
    lattice: Lattice.cubic(40),
    species: positions.map(() => "Ar"),
    cartPositions: positions.map((row) => [...row]),
    periodic: [false, false, false],
  });
}
