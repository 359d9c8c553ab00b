import { show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import { Lattice } from "../lattice/lattice.js";
import { inverse, rowsTimes } from "../math/mat3.js";
import type { Task, TaskOptions } from "../runtime/task.js";
import { compositionOf, formulaOf, reducedFormulaOf } from "./composition.js";
import type { CrystalParts, CrystalWarning } from "./crystal-parts.js";
import { parseCrystal, readCrystal, writeCrystal } from "./formats.js";
import { type NeighborList, type NeighborOptions, neighborList } from "./neighbors.js";
import type { Site } from "./site.js";
import { Species, type SpeciesOccupancy } from "./species.js";
import { supercellParts } from "./supercell.js";

/** Shares of one site: one species, its symbol, or several that add up to at most 1. */
export type OccupantInput = string | Species | readonly SpeciesOccupancy[];

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
  readonly warnings?: readonly CrystalWarning[];
}

/**
 * A structure: a cell and the sites in it, periodic along any of the three cell vectors. Immutable:
 * what changes a crystal returns a new one. The typed arrays are the crystal's own: read, do not
 * write.
 *
 * @example
 * const nacl = Crystal.create({
 *   lattice: Lattice.cubic(5.6402),
 *   species: ["Na", "Na", "Na", "Na", "Cl", "Cl", "Cl", "Cl"],
 *   fracPositions: [0,0,0, 0,.5,.5, .5,0,.5, .5,.5,0, .5,.5,.5, .5,0,0, 0,.5,0, 0,0,.5],
 * });
 */
export class Crystal {
  readonly lattice: Lattice;
  readonly siteCount: number;
  /** Fractional coordinates, [n, 3], as given: not wrapped into the cell. */
  readonly fracPositions: Float64Array;
  /** Atomic number of each site's main occupant, [n]. */
  readonly numbers: Int32Array;
  /** The distinct sets of occupants, largest share first within each. */
  readonly kinds: readonly (readonly SpeciesOccupancy[])[];
  /** For each site its index into `kinds`, [n]. */
  readonly kindOfSite: Int32Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  readonly warnings: readonly CrystalWarning[];

  private readonly parts: CrystalParts;
  private cart: Float64Array | undefined;
  private siteObjects: readonly Site[] | undefined;

  private constructor(parts: CrystalParts) {
    this.lattice = parts.lattice;
    this.fracPositions = parts.fracPositions;
    this.kinds = parts.kinds;
    this.kindOfSite = parts.kindOfSite;
    this.siteCount = parts.kindOfSite.length;
    this.numbers = parts.kindOfSite.map((kind) => parts.kinds[kind][0].species.number);
    this.periodic = parts.periodic;
    this.parts = parts;
    this.warnings = parts.warnings;
  }

  /**
   * @throws {ShapeError} positions or labels do not fit the number of species.
   * @throws {DomainError} a coordinate that is not finite, an unknown element, an occupancy not in
   *   (0, 1].
   * @throws {InvalidConfiguration} no site, or both or neither kind of position.
   */
  static create(input: CrystalInput): Crystal {
    const lattice =
      input.lattice instanceof Lattice ? input.lattice : Lattice.fromMatrix(input.lattice);
    const siteCount = input.species.length;
    if (siteCount === 0) {
      throw new InvalidConfiguration("a crystal needs at least one site, got none", { siteCount });
    }
    if (input.labels && input.labels.length !== siteCount) {
      throw new ShapeError(
        `labels must have one entry for each of the ${siteCount} sites, got ${input.labels.length}`,
        { siteCount, labels: input.labels.length },
      );
    }
    const fracPositions = fractional(input, lattice, siteCount);
    const { kinds, kindOfSite } = collectKinds(input.species);
    return Crystal.fromParts({
      lattice,
      fracPositions,
      kinds,
      kindOfSite,
      periodic: input.periodic ?? [true, true, true],
      labels: input.labels,
      warnings: input.warnings ?? [],
    });
  }

  /** From site objects; the same checks as `create`. */
  static fromSites(input: {
    readonly lattice: Lattice;
    readonly sites: readonly Site[];
    readonly periodic?: readonly [boolean, boolean, boolean];
    readonly warnings?: readonly CrystalWarning[];
  }): Crystal {
    return Crystal.create({
      ...input,
      species: input.sites.map((site) => site.occupants),
      fracPositions: input.sites.flatMap((site) => site.fracPosition),
      labels: input.sites.map((site) => site.label),
    });
  }

  /** @internal Trusts its arrays: for builders that start from a valid crystal. */
  static fromParts(parts: CrystalParts): Crystal {
    return new Crystal(parts);
  }

  /**
   * Reads a structure from text; the format is recognised by its content unless named.
   *
   * @throws {ParseError} with line and column. @throws {InvalidConfiguration} unknown format.
   */
  static fromText(text: string, options: { readonly format?: string } = {}): Crystal {
    return parseCrystal(text, options);
  }

  /**
   * Reads a structure file; the format is recognised by its content and name.
   *
   * @throws {FileError} missing, unreadable or empty. @throws {ParseError} with line and column.
   */
  static fromFile(path: string): Promise<Crystal> {
    return readCrystal(path);
  }

  /** Writes the structure in a registered format, such as "cif". */
  toText(format: string): string {
    return writeCrystal(this, format);
  }

  /** Cartesian coordinates in Å, [n, 3]. */
  get cartPositions(): Float64Array {
    this.cart ??= rowsTimes(this.fracPositions, this.lattice.matrix);
    return this.cart;
  }

  get labels(): readonly string[] {
    return this.parts.labels ?? this.sites.map((site) => site.label);
  }

  get sites(): readonly Site[] {
    this.siteObjects ??= makeSites(this.parts);
    return this.siteObjects;
  }

  /** Amount of each element in the cell, in the order of a chemical formula. */
  get composition(): ReadonlyMap<string, number> {
    return compositionOf(this);
  }

  /** Reduced formula, electropositive element first: "SiO2", "CaTiO3", "Mg0.9Fe0.1O". */
  get formula(): string {
    return reducedFormulaOf(this.composition);
  }

  /** Formula of the whole cell: "Si3O6". */
  get cellFormula(): string {
    return formulaOf(this.composition);
  }

  /** g/cm³; undefined where an element has no standard mass. */
  get density(): number | undefined {
    let mass = 0;
    for (const kind of this.kindOfSite) {
      for (const { species, occupancy } of this.kinds[kind]) {
        if (species.mass === undefined) return undefined;
        mass += species.mass * occupancy;
      }
    }
    // 1 u/Å³ = 1.66053906892 g/cm³ (CODATA 2022).
    return (mass / this.lattice.volume) * 1.66053906892;
  }

  /**
   * The crystal repeated: by three counts along a, b, c or by an integer matrix whose rows are the
   * new cell vectors in terms of the old ones. Images of one site stay together, in site order.
   *
   * @throws {DomainError} entries that are no integers, counts below 1, a determinant of 0.
   */
  supercell(scaling: readonly number[] | readonly (readonly number[])[]): Crystal {
    return Crystal.fromParts(supercellParts(this.parts, scaling));
  }

  /**
   * All pairs of sites within a distance, through any number of periodic images.
   *
   * @param cutoff Å.
   * @throws {DomainError} cutoff not above 0 or not finite.
   * @throws {ResourceExhausted} the list would not fit in memory.
   */
  neighborList(cutoff: number, options: NeighborOptions & TaskOptions = {}): Task<NeighborList> {
    return neighborList(this, cutoff, options);
  }

  toString(): string {
    return `${this.formula}, ${this.siteCount} sites, cell ${this.lattice}`;
  }
}

function fractional(input: CrystalInput, lattice: Lattice, siteCount: number): Float64Array {
  const { fracPositions, cartPositions } = input;
  if ((fracPositions === undefined) === (cartPositions === undefined)) {
    throw new InvalidConfiguration("give either fracPositions or cartPositions", {
      given: Object.keys(input),
    });
  }
  const name = fracPositions ? "fracPositions" : "cartPositions";
  const flat = flatten(fracPositions ?? cartPositions!);
  if (flat.length !== 3 * siteCount) {
    throw new ShapeError(
      `${name} must hold 3 numbers for each of the ${siteCount} species, got ${flat.length}`,
      { siteCount, length: flat.length },
    );
  }
  const bad = flat.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new DomainError(
      `site ${Math.floor(bad / 3)} (${show(input.species[Math.floor(bad / 3)])}): coordinate ` +
        `${"xyz"[bad % 3]} must be a finite number, got ${flat[bad]}`,
      { site: Math.floor(bad / 3), axis: "xyz"[bad % 3], value: flat[bad] },
    );
  }
  return fracPositions ? flat : rowsTimes(flat, inverse(lattice.matrix));
}

function collectKinds(species: readonly OccupantInput[]): {
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
  if (!Array.isArray(input) || input.length === 0) {
    throw new InvalidConfiguration(
      `each site needs a species or a list of { species, occupancy }, got ${show(input)}`,
      { species: input },
    );
  }
  for (const { species, occupancy } of input) {
    if (occupancy > 0 && occupancy <= 1.1) continue;
    throw new DomainError(`occupancy of ${species} must lie in (0, 1], got ${show(occupancy)}`, {
      species: String(species),
      occupancy,
    });
  }
  return [...input].sort((p, q) => q.occupancy - p.occupancy);
}

function makeSites({ fracPositions, kinds, kindOfSite, labels }: CrystalParts): readonly Site[] {
  const counters = new Map<string, number>();
  return Array.from(kindOfSite, (kind, i) => {
    const { symbol } = kinds[kind][0].species;
    const counter = (counters.get(symbol) ?? 0) + 1;
    counters.set(symbol, counter);
    return {
      label: labels?.[i] ?? `${symbol}${counter}`,
      occupants: kinds[kind],
      fracPosition: [fracPositions[3 * i], fracPositions[3 * i + 1], fracPositions[3 * i + 2]],
    };
  });
}

function flatten(rows: ArrayLike<number> | readonly ArrayLike<number>[]): Float64Array {
  if (rows.length > 0 && typeof rows[0] === "object") {
    return Float64Array.from(
      (rows as readonly ArrayLike<number>[]).flatMap((row) => Array.from(row)),
    );
  }
  return Float64Array.from(rows as ArrayLike<number>);
}
