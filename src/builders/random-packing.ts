import { requireObject, requirePositive } from "../base/check.js";
import { ResourceExhausted } from "../base/errors.js";
import { SeededRandom } from "../base/random.js";
import { requireKnownFields } from "../base/suggest.js";
import { configOf, requireNodes } from "../crystal/config.js";
import { Crystal } from "../crystal/crystal.js";
import { SiteBins } from "../crystal/site-bins.js";
import {
  countsOf,
  distancesOf,
  latticeOf,
  type PackingContents,
  packingFields,
  requireRoom,
} from "./packing-contents.js";

export interface RandomPackingOptions extends PackingContents {
  /** Places tried for one site before it counts as impossible; default 20,000. */
  readonly maxAttempts?: number;
}

const fields = [...packingFields, "maxAttempts"];

/**
 * Sites at random places of a periodic cell, none nearer to another than a distance by pair: random
 * sequential addition, those with the largest distances first. It jams at about 0.38 of the volume,
 * taken as spheres of half the distances; `densePacking` goes on to 0.63.
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
      "take densePacking, or give smaller minDistances, a lower density, or another seed",
    { placed, siteCount, maxAttempts, minDistances, seed },
  );
}
