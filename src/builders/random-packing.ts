import { requireObject, requirePositive, show } from "../base/check.js";
import { InvalidConfiguration, ResourceExhausted } from "../base/errors.js";
import { SeededRandom } from "../base/random.js";
import { requireKnownFields } from "../base/suggest.js";
import { type CrystalConfig, configOf, requireNodes } from "../crystal/config.js";
import { Crystal } from "../crystal/crystal.js";
import { SiteBins } from "../crystal/site-bins.js";
import { Species } from "../crystal/species.js";
import { Lattice } from "../lattice/lattice.js";

export interface RandomPackingOptions {
  /** How many sites of each species: { Si: 32, O: 64 }. */
  readonly composition: Readonly<Record<string, number>>;
  /** g/cm³, in a cubic cell. Give this or `lattice`. */
  readonly density?: number;
  readonly lattice?: Lattice;
  /** Å, for all pairs, or by pair: { "Si-O": 1.5, "O-O": 2.2, "Si-Si": 2.7 }. */
  readonly minDistances: number | Readonly<Record<string, number>>;
  /** 0 to 2³² − 1. */
  readonly seed: number;
  /** Places tried for one site before it counts as impossible; default 20,000. */
  readonly maxAttempts?: number;
  readonly config?: Partial<CrystalConfig>;
}

const fields = [
  ...["composition", "density", "lattice", "minDistances", "seed", "maxAttempts", "config"],
];
/** 1 u/Å³ in g/cm³ (CODATA 2022). */
const gramsPerUnit = 1.66053906892;

/**
 * Sites at random places of a periodic cell, none nearer to another than a distance by pair: random
 * sequential addition, those with the largest distances first. It jams at about 0.38 of the volume,
 * taken as spheres of half the distances.
 *
 * @throws {ResourceExhausted} a site finds no place within `maxAttempts`; `data` says how many were
 *   placed. @throws {InvalidConfiguration} both or neither of density and lattice, a pair without a
 *   distance, an element without a mass. @throws {DomainError} counts or distances not above 0.
 * @see Torquato, Random Heterogeneous Materials (2002), section 3.4.
 * @example
 * randomPacking({
 *   composition: { Si: 32, O: 64 },
 *   density: 2.2,
 *   minDistances: { "Si-O": 1.5, "O-O": 2.1, "Si-Si": 2.4 },
 *   seed: 1,
 * })
 */
export function randomPacking(options: RandomPackingOptions): Crystal {
  requireObject(
    "options",
    options,
    "{ composition: { Ar: 64 }, density: 1.4, minDistances: 3, seed: 1 }",
  );
  requireKnownFields("the options of a random packing", options, fields);
  const { seed, maxAttempts = 20_000 } = options;
  const random = new SeededRandom(seed);
  requirePositive("maxAttempts", maxAttempts);
  const counts = countsOf(options.composition);
  const siteCount = counts.reduce((sum, { count }) => sum + count, 0);
  requireNodes("the packing", siteCount, configOf(options.config));
  const lattice = latticeOf(options, counts);
  const distances = distancesOf(options.minDistances, counts);
  const widest = Math.max(...distances.flat());
  requireRoom(lattice, distances);
  const order = counts
    .map((_, kind) => kind)
    .sort((p, q) => Math.max(...distances[q]) - Math.max(...distances[p]));
  const kinds = order.flatMap((kind) => Array<number>(counts[kind].count).fill(kind));
  const bins = new SiteBins(lattice, [true, true, true], Math.max(0.5, widest / 2));
  const positions: [number, number, number][] = [];
  for (const [site, kind] of kinds.entries()) {
    const isFree = ([x, y, z]: [number, number, number]) =>
      !bins.some(x, y, z, widest, (other, distance) => distance < distances[kind][kinds[other]]);
    const place = freePlace(random, isFree, maxAttempts);
    if (place === undefined) throw jammed(site, siteCount, maxAttempts, options);
    bins.insert(...place);
    positions.push(place);
  }
  return Crystal.create({
    lattice,
    species: kinds.map((kind) => counts[kind].species),
    fracPositions: positions,
    ...(options.config === undefined ? {} : { config: options.config }),
  }).sorted();
}

function freePlace(
  random: SeededRandom,
  isFree: (place: [number, number, number]) => boolean,
  maxAttempts: number,
): [number, number, number] | undefined {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const place: [number, number, number] = [random.uniform(), random.uniform(), random.uniform()];
    if (isFree(place)) return place;
  }
  return undefined;
}

function jammed(
  placed: number,
  siteCount: number,
  maxAttempts: number,
  { minDistances, seed }: RandomPackingOptions,
): ResourceExhausted {
  return new ResourceExhausted(
    `${placed} of ${siteCount} sites were placed; the next found no place in ${maxAttempts} attempts: ` +
      "give smaller minDistances, a lower density, or another seed",
    { placed, siteCount, maxAttempts, minDistances, seed },
  );
}

function countsOf(
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

function latticeOf(
  { lattice, density }: RandomPackingOptions,
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
function distancesOf(
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
function requireRoom(lattice: Lattice, distances: readonly (readonly number[])[]): void {
  const shortest = lattice.delaunay().lattice.parameters.a;
  const own = Math.max(...distances.map((row, kind) => row[kind]));
  if (shortest >= own) return;
  throw new InvalidConfiguration(
    `the cell repeats after ${shortest.toFixed(3)} Å, less than the distance of ${own} Å between sites; ` +
      "take more sites or a larger lattice",
    { shortest, minDistance: own },
  );
}
