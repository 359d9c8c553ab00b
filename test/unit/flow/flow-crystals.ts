import { Crystal, fromPrototype, lennardJones, type Potential, suttonChen } from "prism-lab";

export const metals: Potential = suttonChen({ elements: ["Cu", "Au"] });
export const argon: Potential = lennardJones({ epsilon: 0.0104, sigma: 3.4, cutoff: 8.5 });

/** 32 sites at rest but for their cell. */
export const copper: Crystal = fromPrototype("fcc", { species: ["Cu"], a: 3.61 }).supercell([
  2, 2, 2,
]);

/** Every fourth site of `copper`: those of gold in Cu3Au. */
export const corners = {
  patternType: "bravais",
  lattice: "cP",
  a: 3.61,
  counts: [2, 2, 2],
} as const;

/** All that is in a crystal, to the last bit. */
export function contentOf(crystal: Crystal): unknown {
  const { fracPositions, lattice, kindOfSite, config, labels } = crystal;
  // A crystal remembers its hash: another one, over the same arrays, counts anew.
  const { hash } = Crystal.fromParts(crystal.parts);
  return [
    hash,
    labels,
    Array.from(fracPositions),
    Array.from(lattice.matrix),
    Array.from(kindOfSite),
    config,
  ];
}
