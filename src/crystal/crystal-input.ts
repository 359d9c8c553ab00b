import { requireObject, show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { Lattice } from "../lattice/lattice.js";
import { inverse, rowsTimes } from "../math/mat3.js";
import { type CrystalConfig, configOf, requireNodes, requireSystem } from "./config.js";
import type { CrystalParts, CrystalWarning } from "./crystal-parts.js";
import { type Info, infoOf } from "./info.js";
import type { Site } from "./site.js";
import { type SitePropertyInput, sitePropertiesOf } from "./site-properties.js";
import { Species, type SpeciesOccupancy } from "./species.js";

/** Shares of one site: one species, its symbol, or several that add up to at most 1. */
export type OccupantInput = string | Species | readonly ShareInput[];

/** One species of a shared site, or its symbol, with its share. */
export interface ShareInput {
  readonly species: string | Species;
  /** In (0, 1]. */
  readonly occupancy: number;
}

export interface CrystalInput {
  readonly lattice: Lattice | ArrayLike<number> | readonly ArrayLike<number>[];
  /** One entry a site. */
  readonly species: readonly OccupantInput[];
  /** [n, 3], flat or as rows. Give this or `cartPositions`. */
  readonly fracPositions?: ArrayLike<number> | readonly ArrayLike<number>[];
  /** [n, 3] in Å, flat or as rows. */
  readonly cartPositions?: ArrayLike<number> | readonly ArrayLike<number>[];
  /** Along a, b, c; default all three. */
  readonly periodic?: readonly [boolean, boolean, boolean];
  /** One label a site; default the element and a counter, "Si1". */
  readonly labels?: readonly string[];
  /** By name: numbers, one or more a site, or one text a site. */
  readonly siteProperties?: Readonly<Record<string, SitePropertyInput>>;
  /** What is known of the structure as a whole: { energy: -3.2 }. */
  readonly info?: Info;
  readonly warnings?: readonly CrystalWarning[];
  /** Rules that this crystal and what is made from it keep to. */
  readonly config?: Partial<CrystalConfig>;
}

const example = '{ lattice: Lattice.cubic(5.43), species: ["Si"], fracPositions: [0, 0, 0] }';
/** Cells away from the origin; beyond it a coordinate has lost half of its digits. */
const farthest = 1e8;
/** Shares of a third written with two digits add up to 1.01. */
const roundedFull = 1.02;
/** More than this is no rounding: shares that were meant for two sites, or percent. */
const mostShares = 1.05;
const crowdedCode = "OCCUPANCY_ABOVE_ONE";

const inputFields = [
  "lattice",
  "species",
  "fracPositions",
  "cartPositions",
  "periodic",
  "labels",
  "siteProperties",
  "info",
  "warnings",
  "config",
] as const;

/** A crystal, or what is spread from one, has more fields. */
function requireInputFields(what: string, input: object, known: readonly string[]): void {
  if (!("kindOfSite" in input)) requireKnownFields(`the fields of ${what}`, input, known);
}

/** Checks and copies what `Crystal.create` was given. */
export function partsOf(input: CrystalInput): CrystalParts {
  requireObject("a crystal", input, example);
  requireInputFields("a crystal", input, inputFields);
  const lattice =
    input.lattice instanceof Lattice ? input.lattice : Lattice.fromMatrix(input.lattice);
  const species = requireList("species", input.species, "one entry for each site");
  const siteCount = species.length;
  if (siteCount === 0) {
    throw new InvalidConfiguration("a crystal needs at least one site, got none", { siteCount });
  }
  const config = configOf(input.config);
  requireNodes("the crystal", siteCount, config);
  requireSystem(lattice, config);
  const { kinds, kindOfSite } = collectKinds(species);
  const warnings =
    input.warnings === undefined
      ? []
      : requireList("warnings", input.warnings, "{ code, message }");
  // A reader has remarked on its occupancies, with the lines of its file.
  const isKnown = warnings.some(({ code }) => code === crowdedCode);
  if (!isKnown) requireShares(kinds);
  return {
    lattice,
    fracPositions: fractional(input, lattice, siteCount),
    kinds,
    kindOfSite,
    periodic: periodicOf(input.periodic),
    labels: labelsOf(input.labels, siteCount),
    siteProperties: sitePropertiesOf(input.siteProperties, siteCount),
    info: infoOf(input.info),
    warnings: isKnown ? warnings : [...warnings, ...crowdedWarning(kinds)],
    config,
  };
}

export interface SitesInput {
  readonly lattice: Lattice;
  readonly sites: readonly Site[];
  readonly periodic?: readonly [boolean, boolean, boolean];
  readonly warnings?: readonly CrystalWarning[];
  readonly config?: Partial<CrystalConfig>;
}

/** @throws {InvalidConfiguration} no list of site objects, or a misspelt field. */
export function inputOfSites(input: SitesInput): CrystalInput {
  requireObject("a crystal", input, "{ lattice, sites: crystal.sites }");
  const known = ["lattice", "sites", "periodic", "warnings", "config"];
  requireInputFields("a crystal from sites", input, known);
  const { lattice, periodic, warnings, config } = input;
  const sites = requireList("sites", input.sites, "site objects").map((site) =>
    requireObject("a site", site, "crystal.sites[0]"),
  );
  return {
    lattice,
    ...(periodic && { periodic }),
    ...(warnings && { warnings }),
    ...(config && { config }),
    species: sites.map((site) => site.occupants),
    fracPositions: sites.map((site) => site.fracPosition),
    labels: sites.map((site) => site.label),
  };
}

function requireList<T>(name: string, value: readonly T[], content: string): readonly T[] {
  if (Array.isArray(value)) return Array.from(value as readonly T[]);
  throw new InvalidConfiguration(`${name} must be an array with ${content}, got ${show(value)}`, {
    name,
    value,
  });
}

function periodicOf(
  periodic: readonly [boolean, boolean, boolean] = [true, true, true],
): readonly [boolean, boolean, boolean] {
  const flags = Array.isArray(periodic) ? (periodic as readonly boolean[]) : [];
  const [a, b, c] = flags;
  if (flags.length === 3 && flags.every((flag) => typeof flag === "boolean")) return [a, b, c];
  throw new InvalidConfiguration(
    `periodic must say true or false for a, b and c, such as [true, true, false], got ${show(periodic)}`,
    { periodic },
  );
}

function labelsOf(
  given: readonly string[] | undefined,
  siteCount: number,
): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const labels = requireList("labels", given, "one text for each site");
  if (labels.length !== siteCount) {
    throw new ShapeError(
      `labels must have one entry for each of the ${siteCount} sites, got ${labels.length}`,
      { siteCount, labels: labels.length },
    );
  }
  const bad = labels.findIndex((label) => typeof label !== "string");
  if (bad < 0) return labels;
  throw new InvalidConfiguration(`labels must be texts, got ${show(labels[bad])} for site ${bad}`, {
    site: bad,
    label: labels[bad],
  });
}

function crowdedWarning(kinds: readonly (readonly SpeciesOccupancy[])[]): CrystalWarning[] {
  const crowded = kinds.find((occupants) => totalOf(occupants) > roundedFull);
  return crowded ? [{ code: crowdedCode, message: `${crowdedText(crowded)}, above 1` }] : [];
}

/**
 * @param before Of the crystal that is changed, which may have been read with larger totals.
 * @throws {DomainError} shares of one site that add up to more than 1.05.
 */
export function requireShares(
  kinds: readonly (readonly SpeciesOccupancy[])[],
  before: readonly (readonly SpeciesOccupancy[])[] = [],
): void {
  const most = Math.max(mostShares, ...before.map(totalOf)) + 1e-9;
  const crowded = kinds.find((occupants) => totalOf(occupants) > most);
  if (crowded === undefined) return;
  throw new DomainError(
    `${crowdedText(crowded)}; occupancies of a site must add up to at most 1 (to ${mostShares} as ` +
      "rounding, with a warning)",
    { species: crowded.map(({ species }) => String(species)), total: totalOf(crowded) },
  );
}

function crowdedText(occupants: readonly SpeciesOccupancy[]): string {
  const names = occupants.map(({ species }) => species).join(", ");
  const has = occupants.length === 1 ? "has" : "share one site with";
  return `${names} ${has} a total occupancy of ${totalOf(occupants).toFixed(3)}`;
}

function totalOf(occupants: readonly SpeciesOccupancy[]): number {
  return occupants.reduce((sum, { occupancy }) => sum + occupancy, 0);
}

function fractional(input: CrystalInput, lattice: Lattice, siteCount: number): Float64Array {
  const { fracPositions, cartPositions } = input;
  const given = fracPositions ?? cartPositions;
  if (given === undefined || given === null || (fracPositions && cartPositions)) {
    throw new InvalidConfiguration(
      `give either fracPositions or cartPositions, such as [[0, 0, 0], ...]; got ${given ? "both" : "neither"}`,
      { given: Object.keys(input) },
    );
  }
  const name = fracPositions ? "fracPositions" : "cartPositions";
  const flat = flatten(name, given);
  if (flat.length !== 3 * siteCount) {
    throw new ShapeError(
      `${name} must hold 3 numbers for each of the ${siteCount} species, got ${flat.length}`,
      { siteCount, length: flat.length },
    );
  }
  const frac = fracPositions ? flat : rowsTimes(flat, inverse(lattice.matrix));
  requireNear(input, flat, frac);
  return frac;
}

/** Coordinates are finite, and close enough to the cell to have digits. */
function requireNear(input: CrystalInput, given: Float64Array, frac: Float64Array): void {
  const bad = frac.findIndex((value) => !(Math.abs(value) <= farthest));
  if (bad < 0) return;
  const site = Math.floor(bad / 3);
  // A Cartesian coordinate that is not finite spoils all three fractional ones.
  const row = given.subarray(3 * site, 3 * site + 3);
  const infinite = row.findIndex((value) => !Number.isFinite(value));
  const axis = infinite < 0 ? bad % 3 : infinite;
  const expected =
    infinite < 0 ? `lie within ${farthest} cells of the origin` : "be a finite number";
  throw new DomainError(
    `site ${site} (${show(input.species[site])}): coordinate ${"xyz"[axis]} must ${expected}, got ${row[axis]}`,
    { site, axis: "xyz"[axis], value: row[axis] },
  );
}

export function flatten(
  name: string,
  rows: ArrayLike<number> | readonly ArrayLike<number>[],
): Float64Array {
  if (ArrayBuffer.isView(rows) && !(rows instanceof DataView)) {
    return Float64Array.from(rows as ArrayLike<number>, (value) => asNumber(value));
  }
  if (!Array.isArray(rows)) {
    throw new ShapeError(
      `${name} must be an array of numbers or of rows of three, got ${show(rows)}`,
      { name, value: rows },
    );
  }
  const list = rows as readonly (number | ArrayLike<number>)[];
  const byRow = list.some((row) => typeof row === "object" && row !== null);
  if (!byRow) return Float64Array.from(list as readonly number[], asNumber);
  const out = new Float64Array(3 * list.length);
  list.forEach((row, i) => {
    if (typeof row !== "object" || row === null || row.length !== 3) {
      throw new ShapeError(`${name}[${i}] must be a row of three numbers, got ${show(row)}`, {
        name,
        row: i,
        value: row,
      });
    }
    for (let k = 0; k < 3; k++) out[3 * i + k] = asNumber(row[k]);
  });
  return out;
}

/** "0.5", null and 1n are no coordinates, though JavaScript would make numbers of some of them. */
function asNumber(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

export function collectKinds(species: readonly OccupantInput[]): {
  kinds: (readonly SpeciesOccupancy[])[];
  kindOfSite: Int32Array;
} {
  const kinds: (readonly SpeciesOccupancy[])[] = [];
  const indexOf = new Map<string, number>();
  const kindOfSite = Int32Array.from(species, (input) => {
    const occupants = toOccupants(input);
    const key = occupants.map((o) => `${o.species}:${o.occupancy}`).join(" ");
    const known = indexOf.get(key);
    if (known !== undefined) return known;
    indexOf.set(key, kinds.length);
    return kinds.push(occupants) - 1;
  });
  return { kinds, kindOfSite };
}

function toOccupants(input: OccupantInput): readonly SpeciesOccupancy[] {
  if (typeof input === "string" || input instanceof Species) {
    return [{ species: Species.from(input), occupancy: 1 }];
  }
  if (!Array.isArray(input) || input.length === 0) throw noOccupants(input);
  const occupants = (input as readonly ShareInput[]).map((share): SpeciesOccupancy => {
    if (typeof share !== "object" || share === null) throw noOccupants(input);
    const { occupancy } = share;
    const species = Species.from(share.species);
    if (typeof occupancy === "number" && occupancy > 0 && occupancy <= 1.1) {
      return { species, occupancy };
    }
    throw new DomainError(`occupancy of ${species} must lie in (0, 1], got ${show(occupancy)}`, {
      species: String(species),
      occupancy,
    });
  });
  return occupants.sort((p, q) => q.occupancy - p.occupancy);
}

function noOccupants(input: unknown): InvalidConfiguration {
  return new InvalidConfiguration(
    `each site needs a species such as "Si", or a list such as [{ species: "Si", occupancy: 0.5 }], ` +
      `got ${show(input)}`,
    { species: input },
  );
}
