import { requireMade, showInstead } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import type { StrainMeasure } from "../lattice/deformation.js";
import type { Lattice } from "../lattice/lattice.js";
import { rowsTimes } from "../math/mat3.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";
import {
  anonymousFormulaOf,
  compositionOf,
  formulaOf,
  massesOf,
  reducedCompositionOf,
  reducedFormulaOf,
} from "./composition.js";
import { type CrystalConfig, configuredParts, defaultConfig, requireNodes } from "./config.js";
import { contentHash } from "./content-hash.js";
import { type CrystalInput, inputOfSites, partsOf, type SitesInput } from "./crystal-input.js";
import { type CrystalParts, type CrystalWarning, numbersOf, sitesOf } from "./crystal-parts.js";
import {
  addedSite,
  type PerturbationOptions,
  perturbedParts,
  positionedParts,
  propertiedParts,
  relatticed,
  type SiteInput,
  type SiteSelection,
  selectedSites,
  sortedParts,
  translatedParts,
  withoutSites,
  wrappedParts,
} from "./edits.js";
import {
  type FileWriteOptions,
  parseCrystal,
  type ReadOptions,
  requireReadOptions,
  type WriteOptions,
  writeCrystal,
  writeCrystalFile,
} from "./formats.js";
import { type Info, infoOf } from "./info.js";
import {
  type NeighborList,
  type NeighborOptions,
  type NeighborPairOptions,
  type NeighborPairs,
  neighborList,
} from "./neighbors.js";
import type { Site } from "./site.js";
import type { SiteProperties, SitePropertyInput } from "./site-properties.js";
import type { SpeciesOccupancy } from "./species.js";
import {
  type OxidationStates,
  oxidizedParts,
  replacedSpecies,
  type SpeciesReplacement,
} from "./species-edits.js";
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
  /** The rules it keeps to, with their defaults. */
  readonly config: CrystalConfig;

  /** @internal The arrays behind it. */
  readonly parts: CrystalParts;
  private cart: Float64Array | undefined;
  private atomicNumbers: Int32Array | undefined;
  private siteObjects: readonly Site[] | undefined;
  private digest: string | undefined;

  private constructor(parts: CrystalParts) {
    const makers = "Crystal.create({ lattice, species, fracPositions }) or Crystal.fromFile(path)";
    requireMade(ArrayBuffer.isView(parts?.kindOfSite), "Crystal", makers);
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
    this.config = parts.config ?? defaultConfig;
    requireNodes("the crystal", this.siteCount, this.config);
  }

  /**
   * Its arguments are copied.
   *
   * @throws {ShapeError} positions or labels do not fit the number of species.
   * @throws {DomainError} a coordinate that is not finite, an unknown element, an occupancy not in
   *   (0, 1], shares of a site that add up to more than 1.05.
   * @throws {InvalidConfiguration} no site, both or neither kind of position, a part of the wrong
   *   kind, or a lattice with less symmetry than `config.systemType`.
   * @throws {ResourceExhausted} more sites than `config.maxNodes`.
   */
  static create(input: CrystalInput): Crystal {
    return Crystal.fromParts(partsOf(input));
  }

  /** From site objects; the same checks as `create`. */
  static fromSites(input: SitesInput): Crystal {
    return Crystal.create(inputOfSites(input));
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
    requireReadOptions("fromText", options);
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
   * The structure as text in a registered format, such as "cif" or "extxyz"; `toFile` writes it to a
   * file, `trajectoryText` makes one text of several.
   *
   * @throws {InvalidConfiguration} an unknown format, or what it cannot hold.
   * @example crystal.toText("poscar", { onLoss: ({ message }) => console.log(message) })
   */
  toText(format: string, options: WriteOptions = {}): string {
    return writeCrystal(this, format, options);
  }

  /**
   * Writes the structure to a file, in the format that its name tells unless one is named; packed by
   * gzip if it ends in ".gz". The file appears, or replaces the one before, when all is written.
   * `writeTrajectory` writes several to one file.
   *
   * @throws {InvalidConfiguration} what the format cannot hold, or a path that tells no format.
   * @throws {FileError} the file cannot be written.
   * @example await crystal.toFile("relaxed.cif.gz", { symmetry: true })
   */
  async toFile(path: string, options: FileWriteOptions = {}): Promise<void> {
    await writeCrystalFile(this, path, options);
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
    this.siteObjects ??= sitesOf(this.parts);
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

  /** Amounts of the reduced formula. */
  get reducedComposition(): ReadonlyMap<string, number> {
    return reducedCompositionOf(this.composition);
  }

  /** The formula with letters for elements, the rarest first: "AB2", "ABC3". */
  get anonymousFormula(): string {
    return anonymousFormulaOf(this.composition);
  }

  /** Share of each element in the mass; undefined where an element has no standard mass. */
  get weightFractions(): ReadonlyMap<string, number> | undefined {
    const masses = massesOf(this);
    const total = this.mass;
    if (masses === undefined || total === undefined) return undefined;
    return new Map([...masses].map(([symbol, mass]) => [symbol, mass / total]));
  }

  /** u, of the cell; undefined where an element has no standard mass. */
  get mass(): number | undefined {
    const masses = massesOf(this);
    return masses && [...masses.values()].reduce((sum, mass) => sum + mass, 0);
  }

  /** g/cm³; undefined where an element has no standard mass. */
  get density(): number | undefined {
    const { mass } = this;
    // 1 u/Å³ = 1.66053906892 g/cm³ (CODATA 2022).
    return mass === undefined ? undefined : (mass / this.lattice.volume) * 1.66053906892;
  }

  /** Å³ a site, of the whole cell, vacuum included. */
  get volumePerAtom(): number {
    return this.lattice.volume / this.siteCount;
  }

  /**
   * Hex SHA-256 of the content: the same for crystals with equal lattice, sites in the same order,
   * periodic directions and site properties, to the last bit of every number, −0 being 0. Labels,
   * info, warnings and config do not count.
   */
  get hash(): string {
    this.digest ??= contentHash(this.parts);
    return this.digest;
  }

  /**
   * Distance of two sites in Å, the nearest images of them; of a site from itself it is 0.
   *
   * @throws {DomainError} no such site.
   */
  distance(i: number, j: number): number {
    const [p, q] = [i, j].map(
      (site) => this.sites[selectedSites(this.sites, site)[0]].fracPosition,
    );
    return this.lattice.distance(p, q, { periodic: this.periodic });
  }

  // ---- changed crystals -------------------------------------------------------------------------

  /**
   * The same crystal held to other rules; members left out stay as they are.
   *
   * `maxNodes` bounds this crystal, its supercells and all that is built from it. `systemType` is
   * held against the lattice here, in `create` and in `withLattice`; a supercell is the same crystal,
   * whatever the shape of its cell, and is not asked again. `optimizationLevel` and
   * `stabilityThreshold` are only kept here, for what optimises and judges.
   *
   * @throws {InvalidConfiguration} an unknown member or value, or a lattice with less symmetry than
   *   `systemType`. @throws {ResourceExhausted} the crystal has more than `maxNodes` sites.
   * @example silicon.withConfig({ systemType: "cubic", maxNodes: 10_000 })
   */
  withConfig(config: Partial<CrystalConfig>): Crystal {
    return Crystal.fromParts(configuredParts(this.parts, config));
  }

  /**
   * With one more site, the last.
   *
   * @throws {InvalidConfiguration} both or neither kind of position, or a property that the other
   *   sites have is missing. @throws {ResourceExhausted} above `config.maxNodes`.
   * @example crystal.withSite({ species: "Li", fracPosition: [0.5, 0.5, 0.5] })
   */
  withSite(site: SiteInput): Crystal {
    return Crystal.fromParts(addedSite(this.parts, site));
  }

  /**
   * Without the sites of an index, of several, or for which a function says true.
   *
   * @throws {DomainError} no such site. @throws {InvalidConfiguration} none would be left.
   * @example crystal.withoutSite((site) => site.occupants[0].species.symbol === "H")
   */
  withoutSite(selection: SiteSelection): Crystal {
    return Crystal.fromParts(withoutSites(this.parts, selectedSites(this.sites, selection)));
  }

  /**
   * With other species, by element, by species or by a function of the site; shares of a mixed site
   * are replaced each by itself.
   *
   * @throws {InvalidConfiguration} a species that the crystal does not have.
   * @example rutile.withSpecies({ Ti: [{ species: "Ti", occupancy: 0.9 }, { species: "Nb", occupancy: 0.1 }] })
   */
  withSpecies(replacement: SpeciesReplacement): Crystal {
    return Crystal.fromParts(replacedSpecies(this.parts, this.sites, replacement));
  }

  /**
   * With oxidation states by element, by species or one a site. "guess" takes common states, one for
   * each element, that make the cell neutral.
   *
   * @throws {InvalidConfiguration} an element without a state; nothing to guess.
   * @example rutile.withOxidationStates("guess").sites[0].occupants[0].species.toString() // "Ti4+"
   */
  withOxidationStates(states: OxidationStates): Crystal {
    return Crystal.fromParts(oxidizedParts(this.parts, states));
  }

  /**
   * With site properties added or replaced; undefined takes one away. Errors as in `create`.
   *
   * @example crystal.withSiteProperties({ magneticMoment: [1, -1], forces: undefined })
   */
  withSiteProperties(properties: Readonly<Record<string, SitePropertyInput | undefined>>): Crystal {
    return Crystal.fromParts(propertiedParts(this.parts, properties));
  }

  /**
   * In another cell: "frac" keeps the fractional positions, so that the sites follow the cell; "cart"
   * keeps the places.
   *
   * @throws {InvalidConfiguration} less symmetry than `config.systemType`. @throws {DomainError} no
   *   cell.
   */
  withLattice(
    lattice: Lattice | ArrayLike<number> | readonly ArrayLike<number>[],
    keep: "frac" | "cart" = "frac",
  ): Crystal {
    return Crystal.fromParts(relatticed(this.parts, lattice, keep));
  }

  /**
   * Under a homogeneous strain without rotation, the sites at the same fractions: see
   * `lattice.strained`. Errors as there and as of `withLattice`.
   *
   * @example crystal.strained([0.01, 0.01, 0, 0, 0, 0]) // 1 % longer along x and y
   */
  strained(
    strain: ArrayLike<number> | readonly ArrayLike<number>[],
    options: { readonly measure?: StrainMeasure } = {},
  ): Crystal {
    return this.withLattice(this.lattice.strained(strain, options));
  }

  /**
   * The same sites at other places, [n, 3]: fractional, or Cartesian in Å.
   *
   * @throws {ShapeError} not three numbers a site. @throws {DomainError} numbers that are none.
   */
  withPositions(positions: ArrayLike<number>, frame: "frac" | "cart" = "frac"): Crystal {
    return Crystal.fromParts(positionedParts(this.parts, positions, frame));
  }

  /** Fractional positions in [0, 1) along the periodic directions. */
  wrapped(): Crystal {
    return Crystal.fromParts(wrappedParts(this.parts));
  }

  /** Sites of one species together, in the order of a formula, or in the order of a comparison. */
  sorted(compare?: (p: Site, q: Site) => number): Crystal {
    return Crystal.fromParts(sortedParts(this.parts, this.sites, compare));
  }

  /**
   * All sites, or some, moved by one vector: fractional, or Cartesian in Å. Not wrapped.
   *
   * @throws {ShapeError} not three numbers. @throws {DomainError} no such site.
   */
  translated(
    vector: ArrayLike<number>,
    options: { readonly frame?: "frac" | "cart"; readonly sites?: SiteSelection } = {},
  ): Crystal {
    requireOptions("translated", options, ["frame", "sites"], '{ frame: "cart" }');
    const { frame = "frac", sites } = options;
    const chosen = sites === undefined ? undefined : selectedSites(this.sites, sites);
    return Crystal.fromParts(translatedParts(this.parts, vector, frame, chosen));
  }

  /**
   * Every site moved by a vector of its own, drawn evenly from a ball; the same for the same seed on
   * every machine.
   *
   * @throws {DomainError} a distance not above 0, or a seed that is none.
   * @example crystal.perturbed({ maxDistance: 0.05, seed: 1 })
   */
  perturbed(options: PerturbationOptions): Crystal {
    return Crystal.fromParts(perturbedParts(this.parts, options));
  }

  /**
   * The crystal repeated: by three counts along a, b, c or by an integer matrix whose rows are the
   * new cell vectors in terms of the old ones. Images of one site stay together, in site order;
   * sites are wrapped into the new cell along the directions in which it repeats, and along those alone.
   * `uAniso` goes over to the new axes, and what has no meaning in the new cell, such as `image`, is
   * left out with a warning `SITE_PROPERTY_DROPPED`.
   *
   * @throws {DomainError} entries that are no integers, counts below 1, a determinant of 0, or a
   *   direction in which the crystal is not periodic.
   * @throws {ResourceExhausted} above `config.maxNodes`, or more than memory holds.
   */
  supercell(scaling: ArrayLike<number> | readonly ArrayLike<number>[]): Crystal {
    return Crystal.fromParts(supercellParts(this.parts, scaling));
  }

  /**
   * All pairs of sites within a distance, through any number of periodic images.
   *
   * @param cutoff Å; distances equal to it count.
   * @param options `half` gives each pair once; `fields: "pairs"` leaves shifts and distances out.
   * @throws {DomainError} cutoff not above 0 or not finite.
   * @throws {ResourceExhausted} the list would not fit in memory.
   */
  neighborList(cutoff: number, options: NeighborPairOptions & TaskOptions): Task<NeighborPairs>;
  neighborList(cutoff: number, options?: NeighborOptions & TaskOptions): Task<NeighborList>;
  neighborList(
    cutoff: number,
    options: (NeighborOptions | NeighborPairOptions) & TaskOptions = {},
  ): Task<NeighborList | NeighborPairs> {
    return neighborList(this, cutoff, options);
  }

  /** "SiO2, 9 sites, cell 4.916, 4.916, 5.4054 Å, 90, 90, 120°" */
  toString(): string {
    const sites = this.siteCount === 1 ? "1 site" : `${this.siteCount} sites`;
    return `${this.formula}, ${sites}, cell ${this.lattice}`;
  }
}

inspectAsText(Crystal);

/** @throws {InvalidConfiguration} anything else, such as a crystal that is still being read. */
export function requireCrystal(value: Crystal): void {
  if (value instanceof Crystal) return;
  const given = showInstead("Crystal", value);
  throw new InvalidConfiguration(`expected a Crystal, got ${given}`, { given });
}
