import { Crystal } from "../crystal/crystal.js";
import { Species } from "../crystal/species.js";
import { Lattice } from "../lattice/lattice.js";

/** A crystal as far as its symmetry depends on it, for another thread. */
export interface TravellingCrystal {
  readonly matrix: Float64Array;
  readonly fracPositions: Float64Array;
  readonly kinds: readonly (readonly { readonly species: string; readonly occupancy: number }[])[];
  readonly kindOfSite: Int32Array;
  /** Messages name the sites by them. */
  readonly labels: readonly string[];
}

export function packedCrystal(crystal: Crystal): TravellingCrystal {
  return {
    matrix: crystal.lattice.matrix,
    fracPositions: crystal.fracPositions,
    kinds: crystal.kinds.map((occupants) =>
      occupants.map(({ species, occupancy }) => ({ species: String(species), occupancy })),
    ),
    kindOfSite: crystal.kindOfSite,
    labels: crystal.labels,
  };
}

/** Periodic in three directions: others have no space group. */
export function unpackedCrystal(packed: TravellingCrystal): Crystal {
  return Crystal.fromParts({
    lattice: Lattice.fromMatrix(packed.matrix),
    fracPositions: packed.fracPositions,
    kinds: packed.kinds.map((occupants) =>
      occupants.map(({ species, occupancy }) => ({ species: Species.from(species), occupancy })),
    ),
    kindOfSite: packed.kindOfSite,
    periodic: [true, true, true],
    labels: packed.labels,
    warnings: [],
  });
}
