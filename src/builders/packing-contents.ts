import { requireObject, requirePositive, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import type { CrystalConfig } from "../crystal/config.js";
import { Species } from "../crystal/species.js";
import { Lattice } from "../lattice/lattice.js";

/** What a packing is made of. */
export interface PackingContents {
  /** How many sites of each species: { Si: 32, O: 64 }. */
  readonly composition: Readonly<Record<string, number>>;
  /** g/cm³, in a cubic cell. Give this or `lattice`. */
  readonly density?: number;
  readonly lattice?: Lattice;
  /** Å, for all pairs, or by pair: { "Si-O": 1.5, "O-O": 2.2, "Si-Si": 2.7 }. */
  readonly minDistances: number | Readonly<Record<string, number>>;
  /** 0 to 2³² − 1. */
  readonly seed: number;
  readonly config?: Partial<CrystalConfig>;
}

export const packingFields: readonly (keyof PackingContents)[] = [
  "composition",
  "density",
  "lattice",
  "minDistances",
  "seed",
  "config",
];
/** 1 u/Å³ in g/cm³ (CODATA 2022). */
const gramsPerUnit = 1.66053906892;

export function countsOf(
  composition: Readonly<Record<string, number>>,
): { species: Species; count: number }[] {
  requireObject("composition", composition, "{ Si: 32, O: 64 }");
  const counts = Object.entries(composition).map(([name, count]) => {
    if (!Number.isInteger(count) || count < 1) {
      throw new InvalidConfiguration(
        `composition must give whole numbers of sites, such as { Si: 32, O: 64 }; got ${show(count)} for ${name}`,
        { composition },
      );
    }
    return { species: Species.from(name), count };
  });
  if (counts.length > 0) return counts;
  throw new InvalidConfiguration("composition must name at least one species", { composition });
}

export function latticeOf(
  { lattice, density }: PackingContents,
  counts: readonly { species: Species; count: number }[],
): Lattice {
  if ((lattice === undefined) === (density === undefined)) {
    throw new InvalidConfiguration(
      "a random packing needs either a density in g/cm³ or a lattice",
      {
        density,
      },
    );
  }
  if (lattice instanceof Lattice) return lattice;
  if (lattice !== undefined) return Lattice.fromMatrix(lattice);
  const mass = counts.reduce((sum, { species, count }) => {
    if (species.mass !== undefined) return sum + count * species.mass;
    throw new InvalidConfiguration(
      `${species} has no standard mass: give a lattice in place of a density`,
      { species: String(species) },
    );
  }, 0);
  return Lattice.cubic(
    Math.cbrt((mass * gramsPerUnit) / requirePositive("density", density, "g/cm³")),
  );
}

/** By kind and kind. */
export function distancesOf(
  given: number | Readonly<Record<string, number>>,
  counts: readonly { species: Species }[],
): number[][] {
  if (typeof given === "number") {
    requirePositive("minDistances", given, "Å");
    return counts.map(() => counts.map(() => given));
  }
  requireObject("minDistances", given, '{ "Si-O": 1.5, "O-O": 2.2 }');
  const byPair = new Map(
    Object.entries(given).map(([pair, distance]) => {
      const names = pair.split("-").map((name) => Species.from(name).symbol);
      return [names.sort().join("-"), requirePositive(`minDistances ${pair}`, distance, "Å")];
    }),
  );
  return counts.map(({ species: p }) =>
    counts.map(({ species: q }) => {
      const pair = [p.symbol, q.symbol].sort().join("-");
      const distance = byPair.get(pair);
      if (distance !== undefined) return distance;
      throw new InvalidConfiguration(
        `minDistances has none for ${pair}; give one number for all pairs, or one for each pair`,
        { pair, given: [...byPair.keys()] },
      );
    }),
  );
}

/** A site and its own images keep the distance as well. */
export function requireRoom(lattice: Lattice, distances: readonly (readonly number[])[]): void {
  const shortest = lattice.delaunay().lattice.parameters.a;
  const own = Math.max(...distances.map((row, kind) => row[kind]));
  if (shortest >= own) return;
  throw new InvalidConfiguration(
    `the cell repeats after ${shortest.toFixed(3)} Å, less than the distance of ${own} Å between sites; ` +
      "take more sites or a larger lattice",
    { shortest, minDistance: own },
  );
}
