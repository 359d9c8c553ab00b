import {
  requireFinite,
  requireObject,
  requireOneOf,
  requirePositive,
  show,
} from "../base/check.js";
import { formulaRank } from "../base/elements.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import { SeededRandom } from "../base/random.js";
import { requireKnownFields, requireOptions } from "../base/suggest.js";
import { Lattice } from "../lattice/lattice.js";
import { inverse, rowsTimes, rowTimes } from "../math/mat3.js";
import { requireNodes, requireSystem } from "./config.js";
import { collectKinds, type OccupantInput, requireShares } from "./crystal-input.js";
import { type CrystalParts, defaultLabels } from "./crystal-parts.js";
import type { Site } from "./site.js";
import {
  joinProperties,
  pickProperties,
  type SitePropertyInput,
  sitePropertiesOf,
} from "./site-properties.js";

/** A site to add. */
export interface SiteInput {
  readonly species: OccupantInput;
  /** Give this or `cartPosition`. */
  readonly fracPosition?: ArrayLike<number>;
  /** Å */
  readonly cartPosition?: ArrayLike<number>;
  /** Default the element and a counter. */
  readonly label?: string;
  /** One value, or one row, for each property that the crystal's sites have. */
  readonly properties?: Readonly<Record<string, number | string | ArrayLike<number>>>;
}

/** Some sites: an index, several, or those for which a function says true. */
export type SiteSelection = number | readonly number[] | ((site: Site, index: number) => boolean);

export interface PerturbationOptions {
  /** Å; each site moves by at most this, evenly within the ball. */
  readonly maxDistance: number;
  /** 0 to 2³² − 1. */
  readonly seed: number;
}

const siteFields = ["species", "fracPosition", "cartPosition", "label", "properties"];

/** Indices in ascending order, each once. @throws {DomainError} no such site. */
export function selectedSites(sites: readonly Site[], selection: SiteSelection): number[] {
  if (typeof selection === "function") {
    return sites.flatMap((site, i) => (selection(site, i) ? [i] : []));
  }
  const list: readonly number[] = typeof selection === "number" ? [selection] : selection;
  const bad = Array.from(list ?? []).find(
    (i) => !(Number.isInteger(i) && i >= 0 && i < sites.length),
  );
  if (Array.isArray(list) && bad === undefined) {
    return [...new Set<number>(list)].sort((i, j) => i - j);
  }
  throw new DomainError(
    `a site must be an index from 0 to ${sites.length - 1}, a list of them or a function of a site; ` +
      `got ${show(bad ?? selection)}`,
    { selection, siteCount: sites.length },
  );
}

/** The sites in the order of `order`, each with what is known of it. */
function pickedParts(parts: CrystalParts, order: ArrayLike<number>): CrystalParts {
  const count = order.length;
  const fracPositions = new Float64Array(3 * count);
  const kindOfSite = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const from = order[i];
    fracPositions.set(parts.fracPositions.subarray(3 * from, 3 * from + 3), 3 * i);
    kindOfSite[i] = parts.kindOfSite[from];
  }
  const { labels, siteProperties } = parts;
  return {
    ...parts,
    fracPositions,
    kindOfSite,
    labels: labels && Array.from(order, (from) => labels[from]),
    siteProperties: pickProperties(
      siteProperties,
      parts.kindOfSite.length,
      count,
      (site) => order[site],
    ),
  };
}

export function withoutSites(parts: CrystalParts, removed: readonly number[]): CrystalParts {
  const gone = new Set(removed);
  const left = Array.from(parts.kindOfSite.keys()).filter((site) => !gone.has(site));
  if (left.length > 0) return pickedParts(parts, left);
  throw new InvalidConfiguration(
    `a crystal needs at least one site; all ${gone.size} of them would go`,
    {
      removed,
    },
  );
}

/** The crystal with one more site, the last. */
export function addedSite(parts: CrystalParts, site: SiteInput): CrystalParts {
  requireObject("a site", site, '{ species: "Si", fracPosition: [0, 0, 0] }');
  requireKnownFields("the fields of a site", site, siteFields);
  const siteCount = parts.kindOfSite.length;
  requireNodes("the crystal", siteCount + 1, parts.config);
  const { kinds, kindOfSite: renumbered } = collectKinds([...parts.kinds, site.species]);
  requireShares(kinds, parts.kinds);
  const fracPositions = new Float64Array(3 * siteCount + 3);
  fracPositions.set(parts.fracPositions);
  fracPositions.set(fractionalOf(parts.lattice, site), 3 * siteCount);
  const kindOfSite = new Int32Array(siteCount + 1).fill(renumbered[parts.kinds.length]);
  kindOfSite.set(parts.kindOfSite.map((kind) => renumbered[kind]));
  const isLabelled = parts.labels !== undefined || site.label !== undefined;
  const last = defaultLabels({ kinds, kindOfSite }).slice(siteCount);
  return {
    ...parts,
    kinds,
    kindOfSite,
    fracPositions,
    labels: isLabelled
      ? [...(parts.labels ?? defaultLabels(parts)), site.label ?? last[0]]
      : undefined,
    siteProperties: joinProperties(parts.siteProperties, site.properties, siteCount),
  };
}

function fractionalOf(lattice: Lattice, { fracPosition, cartPosition }: SiteInput): number[] {
  if ((fracPosition === undefined) === (cartPosition === undefined)) {
    throw new InvalidConfiguration(
      "a site needs either fracPosition or cartPosition, such as [0.5, 0, 0]",
      { fracPosition, cartPosition },
    );
  }
  if (fracPosition !== undefined) {
    lattice.toCartesian(fracPosition);
    return Array.from(fracPosition);
  }
  return lattice.toFractional(cartPosition!);
}

/** The same sites in another cell: at the same fractions, or at the same places. */
export function relatticed(
  parts: CrystalParts,
  lattice: Lattice | ArrayLike<number> | readonly ArrayLike<number>[],
  keep: "frac" | "cart",
): CrystalParts {
  requireOneOf("keep", keep, ["frac", "cart"] as const);
  const cell = lattice instanceof Lattice ? lattice : Lattice.fromMatrix(lattice);
  if (parts.config) requireSystem(cell, parts.config);
  if (keep === "frac") return { ...parts, lattice: cell };
  const cart = rowsTimes(parts.fracPositions, parts.lattice.matrix);
  return { ...parts, lattice: cell, fracPositions: rowsTimes(cart, inverse(cell.matrix)) };
}

/** The same sites at other places. */
export function positionedParts(
  parts: CrystalParts,
  positions: ArrayLike<number>,
  frame: "frac" | "cart",
): CrystalParts {
  requireOneOf("frame", frame, ["frac", "cart"] as const);
  const given = Float64Array.from(positions);
  if (given.length !== parts.fracPositions.length) {
    throw new ShapeError(
      `positions must hold 3 numbers for each of the ${parts.fracPositions.length / 3} sites, got ${given.length}`,
      { length: given.length },
    );
  }
  for (const [index, value] of given.entries()) requireFinite(`positions[${index}]`, value);
  const fracPositions = frame === "frac" ? given : rowsTimes(given, inverse(parts.lattice.matrix));
  return { ...parts, fracPositions };
}

/** Into [0, 1) along the periodic directions; a rounding error below 1 becomes 0. */
export function wrappedParts(parts: CrystalParts): CrystalParts {
  const fracPositions = parts.fracPositions.map((x, i) => {
    if (!parts.periodic[i % 3]) return x;
    const rest = x - Math.floor(x);
    return rest > 1 - 1e-12 ? 0 : rest;
  });
  return { ...parts, fracPositions };
}

/** Sites of one species together, electropositive first, or as a function compares them. */
export function sortedParts(
  parts: CrystalParts,
  sites: readonly Site[],
  compare: ((p: Site, q: Site) => number) | undefined,
): CrystalParts {
  const rank = parts.kinds.map(([{ species }]) => formulaRank(species.number));
  const bySpecies = (i: number, j: number) =>
    rank[parts.kindOfSite[i]] - rank[parts.kindOfSite[j]] ||
    parts.kindOfSite[i] - parts.kindOfSite[j];
  const order = Array.from(parts.kindOfSite.keys());
  order.sort(compare ? (i, j) => compare(sites[i], sites[j]) : bySpecies);
  return pickedParts(parts, order);
}

export function translatedParts(
  parts: CrystalParts,
  vector: ArrayLike<number>,
  frame: "frac" | "cart",
  chosen: readonly number[] | undefined,
): CrystalParts {
  requireOneOf("frame", frame, ["frac", "cart"] as const);
  if (typeof vector !== "object" || vector === null || vector.length !== 3) {
    throw new ShapeError(`a translation must be three numbers, got ${show(vector)}`, { vector });
  }
  const given = Array.from(vector, (value, k) => requireFinite(`translation ${"xyz"[k]}`, value));
  const by = frame === "frac" ? given : parts.lattice.toFractional(given);
  const fracPositions = parts.fracPositions.slice();
  for (const site of chosen ?? parts.kindOfSite.keys()) {
    for (let k = 0; k < 3; k++) fracPositions[3 * site + k] += by[k];
  }
  return { ...parts, fracPositions };
}

/** Every site moved by its own vector, drawn evenly from a ball. */
export function perturbedParts(parts: CrystalParts, options: PerturbationOptions): CrystalParts {
  const { maxDistance, seed } = requireOptions(
    "perturbed",
    options,
    ["maxDistance", "seed"],
    "{ maxDistance: 0.05, seed: 1 }",
  );
  requirePositive("maxDistance", maxDistance, "Å");
  const random = new SeededRandom(seed);
  const toFrac = inverse(parts.lattice.matrix);
  const fracPositions = parts.fracPositions.slice();
  for (let i = 0; i < fracPositions.length; i += 3) {
    const moved = rowTimes(random.inBall(maxDistance), toFrac);
    for (let k = 0; k < 3; k++) fracPositions[i + k] += moved[k];
  }
  return { ...parts, fracPositions };
}

/** Given properties added or replaced; undefined takes one away. */
export function propertiedParts(
  parts: CrystalParts,
  given: Readonly<Record<string, SitePropertyInput | undefined>>,
): CrystalParts {
  requireObject("siteProperties", given, "{ magneticMoment: [1, -1] }");
  const siteCount = parts.kindOfSite.length;
  const kept = Object.entries(parts.siteProperties ?? {}).filter(([name]) => !(name in given));
  const added = Object.entries(given).filter(([, values]) => values !== undefined);
  const fresh = sitePropertiesOf(
    Object.fromEntries(added as [string, SitePropertyInput][]),
    siteCount,
  );
  const all = { ...Object.fromEntries(kept), ...fresh };
  return { ...parts, siteProperties: Object.keys(all).length === 0 ? undefined : all };
}
