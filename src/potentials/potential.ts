import { createHash } from "node:crypto";
import { requireMade, requireObject, show, showInstead } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";

/** What a term may look at besides the elements. */
export interface TermSites {
  readonly crystal: Crystal;
  /** Index of each site's element, [n]. */
  readonly kinds: Int32Array;
}

/** One summand of a potential, as the engine wants it. */
export interface PotentialTerm {
  /** Index of the term's kind in `native/src/forces/model.zig`, from 1. */
  readonly code: number;
  /** "Lennard-Jones"; for messages. */
  readonly name: string;
  /** Elements it is for; undefined where any will do. */
  readonly elements: readonly string[] | undefined;
  /** True where the numbers depend on more of a crystal than its elements, as charges of sites do. */
  readonly perCrystal?: boolean;
  /** In e, of each site, where the term is the Coulomb energy of rigid ions of these charges. */
  charges?(elements: readonly string[], sites: TermSites): Float64Array;
  /**
   * Its numbers for a crystal of these elements.
   *
   * @throws {DomainError} a pair of elements that it has no parameters for, or a crystal that it is not for.
   */
  numbers(elements: readonly string[], sites: TermSites): ArrayLike<number>;
  /** What a reader of its energies should know about them in a crystal of these elements. */
  warnings?(elements: readonly string[], sites: TermSites): readonly CrystalWarning[];
}

export interface PotentialEvaluation {
  /** eV, of the whole cell. */
  readonly energy: number;
  /** eV/Å, [n, 3]. */
  readonly forces: Float64Array;
  /**
   * eV/Å³ as xx, yy, zz, yz, xz, xy: (1/V) dE/dε, positive under tension. V is the volume of the
   * cell, which has a meaning where the crystal is periodic in all directions.
   */
  readonly stress: Float64Array;
  /** eV, [n]: shares of the sites, which add up to the energy. */
  readonly energies: Float64Array;
  /**
   * "DENSITY_BEYOND_TABLE": atoms closer than the tables of an embedded atom potential reach; "CHARGED_CELL":
   * charges that a uniform background neutralises.
   */
  readonly warnings: readonly CrystalWarning[];
}

/**
 * An interatomic potential: energy, forces and stress of a crystal. Potentials are sums of terms;
 * `plus` adds those of another one.
 *
 * @example
 * const argon = lennardJones({ epsilon: 0.0104, sigma: 3.4, cutoff: 8.5 });
 * const { energy, forces, stress } = await argon.evaluate(crystal);
 */
export class Potential {
  readonly terms: readonly PotentialTerm[];
  private readonly names: ReadonlyMap<string, string>;
  /** By the crystal's elements: in shared memory, so that no call copies a table. */
  private readonly encoded = new Map<string, Float64Array>();
  private readonly encodedCrystals = new WeakMap<Crystal, Float64Array>();
  private readonly digests = new WeakMap<Float64Array, string>();

  /** @internal Use `lennardJones`, `embeddedAtom` and the like. */
  constructor(terms: readonly PotentialTerm[], names: ReadonlyMap<string, string> = new Map()) {
    requireMade(Array.isArray(terms), "Potential", "lennardJones(...), morse(...) and the like");
    this.terms = terms;
    this.names = names;
  }

  /**
   * Energy, forces and stress at rest.
   *
   * @throws {DomainError} an element that the potential has no parameters for; sites that are shared by
   *   several species; sites so close that the energy is no number (rejects the task).
   * @example const { energy } = await copper.evaluate(crystal); // eV
   */
  evaluate(crystal: Crystal, options: TaskOptions = {}): Task<PotentialEvaluation> {
    requireTaskOptions("evaluate", options, [], "{ timeoutMs: 5000 }");
    const runtime = Runtime.of(options);
    return runtime.run(
      {
        kernel: "energyAndForces",
        name: "evaluate",
        inputs: this.inputsFor(crystal),
        decode: ([summary, forces, energies]) => ({
          energy: new Float64Array(summary)[0],
          forces: new Float64Array(forces),
          stress: new Float64Array(summary).slice(1, 7),
          energies: new Float64Array(energies),
          warnings: this.warningsFor(crystal, new Float64Array(summary)[7]),
        }),
      },
      options,
    );
  }

  /** The sum of two potentials: short-range terms and the electrostatic one, for example. */
  plus(other: Potential): Potential {
    if (!(other instanceof Potential)) {
      const given = showInstead("Potential", other);
      throw new InvalidConfiguration(`plus takes a Potential, got ${given}`, { given });
    }
    if (other.names.size + this.names.size > 0 && !sameNames(this.names, other.names)) {
      throw new InvalidConfiguration(
        "potentials that rename elements differently do not add up; call withNames on the sum",
        { names: [Object.fromEntries(this.names), Object.fromEntries(other.names)] },
      );
    }
    return new Potential([...this.terms, ...other.terms], this.names);
  }

  /**
   * The same potential for a crystal whose elements go by other names: `{ D: "H" }` takes deuterium
   * for hydrogen.
   *
   * @throws {InvalidConfiguration} names that are no text.
   */
  withNames(names: Readonly<Record<string, string>>): Potential {
    requireObject("names", names, '{ D: "H" }');
    for (const [from, to] of Object.entries(names)) {
      if (typeof to === "string") continue;
      throw new InvalidConfiguration(
        `withNames: ${show(from)} must be a name such as "H", got ${show(to)}`,
        { names },
      );
    }
    return new Potential(this.terms, new Map([...this.names, ...Object.entries(names)]));
  }

  /**
   * Hex SHA-256 of all that the potential says of a crystal: its terms and their numbers for the crystal's
   * elements, to the last bit. Potentials with equal hashes give a crystal the same energy, however they
   * were made.
   *
   * @throws {DomainError} as `evaluate`.
   * @example copper.hashFor(crystal) === embeddedAtomOf("Cu").hashFor(crystal)
   */
  hashFor(crystal: Crystal): string {
    requireCrystal(crystal);
    const { elements, kinds } = elementsOf(crystal);
    const encoded = this.encodedFor(elements, { crystal, kinds });
    const known = this.digests.get(encoded);
    if (known !== undefined) return known;
    const digest = createHash("sha256")
      .update(Uint8Array.from(bytesOf(encoded)))
      .digest("hex");
    this.digests.set(encoded, digest);
    return digest;
  }

  /** @internal Inputs 0 to 4 of the kernels that compute forces. */
  inputsFor(crystal: Crystal): readonly ArrayBufferView[] {
    requireCrystal(crystal);
    const { elements, kinds } = elementsOf(crystal);
    return [
      crystal.fracPositions,
      crystal.lattice.matrix,
      Int32Array.from(crystal.periodic, Number),
      kinds,
      this.encodedFor(elements, { crystal, kinds }),
    ];
  }

  /** @internal Of results in which so many sites have a density beyond its table. */
  warningsFor(crystal: Crystal, beyondTable: number): readonly CrystalWarning[] {
    const warnings: CrystalWarning[] = [];
    if (this.terms.some((term) => term.warnings !== undefined)) {
      const { elements, kinds } = elementsOf(crystal);
      const own = elements.map((element) => this.names.get(element) ?? element);
      const sites = { crystal, kinds };
      for (const term of this.terms) warnings.push(...(term.warnings?.(own, sites) ?? []));
    }
    if (beyondTable === 0) return warnings;
    const where = beyondTable === 1 ? "1 site" : `${beyondTable} sites`;
    const message = `the density at ${where} lies beyond the table of the embedding function, which goes on as a straight line: atoms are closer than the potential was made for`;
    return [...warnings, { code: "DENSITY_BEYOND_TABLE", message }];
  }

  /** @internal Charges of rigid ions in e, [n], of the terms that have any. */
  ionCharges(crystal: Crystal): Float64Array | undefined {
    const { elements, kinds } = elementsOf(crystal);
    const own = elements.map((element) => this.names.get(element) ?? element);
    const parts = this.terms.flatMap((term) => {
      const charges = term.charges?.(own, { crystal, kinds });
      return charges === undefined ? [] : [charges];
    });
    // Energies of two sets of charges add up, charges do not.
    return parts.length === 1 ? parts[0] : undefined;
  }

  private encodedFor(elements: readonly string[], sites: TermSites): Float64Array {
    const perCrystal = this.terms.some((term) => term.perCrystal);
    const key = elements.join(" ");
    const known = perCrystal ? this.encodedCrystals.get(sites.crystal) : this.encoded.get(key);
    if (known !== undefined) return known;
    const encoded = this.encode(elements, sites);
    if (perCrystal) this.encodedCrystals.set(sites.crystal, encoded);
    else this.encoded.set(key, encoded);
    return encoded;
  }

  private encode(elements: readonly string[], sites: TermSites): Float64Array {
    const own = elements.map((element) => this.names.get(element) ?? element);
    const numbers = [this.terms.length, elements.length];
    const parts = this.terms.map((term) => {
      requireElements(term, own);
      return { code: term.code, numbers: finite(term, term.numbers(own, sites)) };
    });
    const length = parts.reduce((sum, part) => sum + 2 + part.numbers.length, numbers.length);
    const encoded = new Float64Array(new SharedArrayBuffer(8 * length));
    encoded.set(numbers);
    let at = numbers.length;
    for (const part of parts) {
      encoded.set([part.code, part.numbers.length], at);
      encoded.set(part.numbers, at + 2);
      at += 2 + part.numbers.length;
    }
    return encoded;
  }

  /** "Lennard-Jones + Coulomb (Ewald)". */
  toString(): string {
    return this.terms.map((term) => term.name).join(" + ");
  }
}

inspectAsText(Potential);

/** @throws {InvalidConfiguration} anything but a `Potential`. */
export function requirePotential(value: unknown): Potential {
  if (value instanceof Potential) return value;
  const given = showInstead("Potential", value);
  throw new InvalidConfiguration(
    `potential must be a Potential such as lennardJones({ epsilon: 0.0104, sigma: 3.4, cutoff: 8.5 }), got ${given}`,
    { given },
  );
}

function sameNames(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([from, to]) => b.get(from) === to);
}

/** @throws {DomainError} numbers that are none, as products of huge parameters are. */
function finite({ name }: PotentialTerm, numbers: ArrayLike<number>): ArrayLike<number> {
  for (let at = 0; at < numbers.length; at++) {
    if (Number.isFinite(numbers[at])) continue;
    throw new DomainError(`${name}: its parameters are beyond all measure; check their units`, {
      name,
    });
  }
  return numbers;
}

function requireElements(term: PotentialTerm, elements: readonly string[]): void {
  if (term.elements === undefined) return;
  const missing = elements.filter((element) => !term.elements?.includes(element));
  if (missing.length === 0) return;
  throw new DomainError(
    `${term.name} has parameters for ${term.elements.join(", ")}, not for ${missing.join(", ")}; rename elements by withNames({ ${missing[0]}: "${term.elements[0]}" }) if that is meant`,
    { missing, known: term.elements },
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The elements of a crystal, and which of them is on each site. */
function elementsOf(crystal: Crystal): { elements: string[]; kinds: Int32Array } {
  const elements: string[] = [];
  const elementOfKind = crystal.kinds.map((occupants) => {
    if (occupants.length !== 1 || occupants[0].occupancy !== 1) {
      throw new DomainError(
        `a potential needs whole atoms, but a site holds ${occupants
          .map(({ species, occupancy }) => `${species} (${occupancy})`)
          .join(", ")}; choose one species for each site first`,
        { occupants },
      );
    }
    const { symbol } = occupants[0].species;
    if (!elements.includes(symbol)) elements.push(symbol);
    return elements.indexOf(symbol);
  });
  return { elements, kinds: crystal.kindOfSite.map((kind) => elementOfKind[kind]) };
}
