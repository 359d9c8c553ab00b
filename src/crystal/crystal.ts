import { show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import type { Lattice } from "../lattice/lattice.js";
import { rowsTimes } from "../math/mat3.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";
import { compositionOf, formulaOf, reducedFormulaOf } from "./composition.js";
import { type CrystalInput, partsOf, requireSites } from "./crystal-input.js";
import type { CrystalParts, CrystalWarning } from "./crystal-parts.js";
import { parseCrystal, type ReadOptions, type WriteOptions, writeCrystal } from "./formats.js";
import { type Info, infoOf } from "./info.js";
import { type NeighborList, type NeighborOptions, neighborList } from "./neighbors.js";
import type { Site } from "./site.js";
import type { SiteProperties } from "./site-properties.js";
import type { SpeciesOccupancy } from "./species.js";
import { readCrystal } from "./structure-file.js";
import { supercellParts } from "./supercell.js";

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
  /** The distinct sets of occupants, largest share first within each. */
  readonly kinds: readonly (readonly SpeciesOccupancy[])[];
  /** For each site its index into `kinds`, [n]. */
  readonly kindOfSite: Int32Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  /** What else is known of the sites, by name; {} where nothing is. */
  readonly siteProperties: SiteProperties;
  /** What is known of the structure as a whole, such as what its file says of it; {} if nothing. */
  readonly info: Info;
  readonly warnings: readonly CrystalWarning[];

  private readonly parts: CrystalParts;
  private cart: Float64Array | undefined;
  private atomicNumbers: Int32Array | undefined;
  private siteObjects: readonly Site[] | undefined;

  private constructor(parts: CrystalParts) {
    this.lattice = parts.lattice;
    this.fracPositions = parts.fracPositions;
    this.kinds = parts.kinds;
    this.kindOfSite = parts.kindOfSite;
    this.siteCount = parts.kindOfSite.length;
    this.periodic = parts.periodic;
    this.siteProperties = parts.siteProperties ?? {};
    this.info = parts.info ?? {};
    this.parts = parts;
    this.warnings = parts.warnings;
  }

  /**
   * Its arguments are copied.
   *
   * @throws {ShapeError} positions or labels do not fit the number of species.
   * @throws {DomainError} a coordinate that is not finite, an unknown element, an occupancy not in
   *   (0, 1].
   * @throws {InvalidConfiguration} no site, both or neither kind of position, or a part of the wrong
   *   kind.
   */
  static create(input: CrystalInput): Crystal {
    return Crystal.fromParts(partsOf(input));
  }

  /** From site objects; the same checks as `create`. */
  static fromSites(input: {
    readonly lattice: Lattice;
    readonly sites: readonly Site[];
    readonly periodic?: readonly [boolean, boolean, boolean];
    readonly warnings?: readonly CrystalWarning[];
  }): Crystal {
    const sites = requireSites(input);
    return Crystal.create({
      ...input,
      species: sites.map((site) => site.occupants),
      fracPositions: sites.map((site) => site.fracPosition),
      labels: sites.map((site) => site.label),
    });
  }

  /** @internal Trusts its arrays: for builders that start from a valid crystal. */
  static fromParts(parts: CrystalParts): Crystal {
    return new Crystal(parts);
  }

  /**
   * Reads a structure from text; the format is recognised by its content unless named. Of several
   * structures it is the first, with a warning.
   *
   * @throws {ParseError} with line and column. @throws {InvalidConfiguration} unknown format, or no
   *   text.
   */
  static fromText(text: string, options: ReadOptions = {}): Crystal {
    return parseCrystal(text, options);
  }

  /**
   * Reads a structure file, also one packed by gzip; the format is recognised by its content, then by
   * its name, unless given. Of several structures it is the first, with a warning. A long CIF is
   * read on a thread of its own.
   *
   * @throws {FileError} missing, unreadable, damaged or empty. @throws {ParseError} with line and
   *   column. @throws {ResourceExhausted} a gzip file that grows more than 200 times.
   */
  static fromFile(path: string, options: ReadOptions = {}): Promise<Crystal> {
    return readCrystal(path, options);
  }

  /**
   * Writes the structure in a registered format, such as "cif" or "extxyz".
   *
   * @throws {InvalidConfiguration} what the format cannot hold.
   * @example crystal.toText("poscar", { onLoss: ({ message }) => console.log(message) })
   */
  toText(format: string, options: WriteOptions = {}): string {
    return writeCrystal(this, format, options);
  }

  /** The same structure with other `info`. @throws {InvalidConfiguration} values JSON does not know. */
  withInfo(info: Info): Crystal {
    return Crystal.fromParts({ ...this.parts, info: infoOf(info) });
  }

  /** @internal With a further remark. */
  withWarning(warning: CrystalWarning): Crystal {
    return Crystal.fromParts({ ...this.parts, warnings: [...this.warnings, warning] });
  }

  /** Cartesian coordinates in Å, [n, 3]. */
  get cartPositions(): Float64Array {
    this.cart ??= rowsTimes(this.fracPositions, this.lattice.matrix);
    return this.cart;
  }

  /** Atomic number of each site's main occupant, [n]. */
  get numbers(): Int32Array {
    this.atomicNumbers ??= numbersOf(this.kinds, this.kindOfSite);
    return this.atomicNumbers;
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
  supercell(scaling: ArrayLike<number> | readonly ArrayLike<number>[]): Crystal {
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

  /** "SiO2, 9 sites, cell 4.916, 4.916, 5.4054 Å, 90, 90, 120°" */
  toString(): string {
    const sites = this.siteCount === 1 ? "1 site" : `${this.siteCount} sites`;
    return `${this.formula}, ${sites}, cell ${this.lattice}`;
  }
}

inspectAsText(Crystal);

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

function numbersOf(
  kinds: readonly (readonly SpeciesOccupancy[])[],
  kindOfSite: Int32Array,
): Int32Array {
  const numberOfKind = Int32Array.from(kinds, ([main]) => main.species.number);
  const numbers = new Int32Array(kindOfSite.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = numberOfKind[kindOfSite[i]];
  return numbers;
}

/** @throws {InvalidConfiguration} anything else, such as a crystal that is still being read. */
export function requireCrystal(value: Crystal): void {
  if (value instanceof Crystal) return;
  const given: unknown = value;
  const isPending = typeof given === "object" && given !== null && "then" in given;
  throw new InvalidConfiguration(
    `expected a Crystal, got ${isPending ? "a promise; await it first" : show(given)}`,
    { value },
  );
}
