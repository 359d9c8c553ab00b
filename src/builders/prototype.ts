import { requireFinite, requireObject, requirePositive, show } from "../base/check.js";
import { InvalidConfiguration, ShapeError } from "../base/errors.js";
import { nearest, requireKnownFields } from "../base/suggest.js";
import type { CrystalConfig } from "../crystal/config.js";
import type { Crystal } from "../crystal/crystal.js";
import type { OccupantInput } from "../crystal/crystal-input.js";
import { primitive } from "../symmetry/standardize.js";
import { type PrototypeEntry, prototypeEntries } from "./data/prototypes.js";
import { fromSpaceGroup } from "./space-group-crystal.js";

export interface PrototypeOptions {
  /** One for each role, in the order of `prototypes()`; default the compound that names the type. */
  readonly species?: readonly OccupantInput[];
  /** Å; needed with species of your own. */
  readonly a?: number;
  /** Å; default as long beside a as in the compound that names the type. */
  readonly c?: number;
  /** Free coordinates by name, such as { x: 0.305 }; default those of the compound. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** The primitive cell in place of the conventional one; default false. */
  readonly primitive?: boolean;
  readonly config?: Partial<CrystalConfig>;
}

/** One structure type: a row of `prototypes()`. */
export interface Prototype {
  readonly name: string;
  readonly aliases: string;
  readonly strukturbericht: string;
  /** "cF8", "hR30": as `symmetry` has it, with the sites of the conventional cell. */
  readonly pearson: string;
  readonly spaceGroup: number;
  readonly aflow: string;
  /** By role, as `fromPrototype` takes them: "Sr, Ti, O". */
  readonly species: string;
  /** "a = 4.5937, c = 2.9587, x = 0.3048" */
  readonly parameters: string;
  readonly citation: string;
}

/** All structure types that `fromPrototype` builds, as rows of a table. */
export function prototypes(): readonly Prototype[] {
  return prototypeEntries.map((entry) => ({
    name: entry.name,
    aliases: entry.aliases.join(", "),
    strukturbericht: entry.strukturbericht,
    pearson: entry.pearson,
    spaceGroup: entry.number,
    aflow: entry.aflow,
    species: entry.species.join(", "),
    parameters: Object.entries({ ...entry.cell, ...entry.parameters })
      .map(([name, value]) => `${name} = ${value}`)
      .join(", "),
    citation: entry.citation,
  }));
}

/**
 * A crystal of a known structure type, found by its name ("rutile", "fcc", "Cu3Au"), its AFLOW label,
 * its Strukturbericht symbol or its Pearson symbol where only one type has it.
 *
 * @returns The conventional cell of the type's space group.
 * @throws {InvalidConfiguration} no such type, or several; species without a lattice constant; an
 *   unknown parameter; sites that overlap. @throws {ShapeError} not one species for each role.
 * @throws {DomainError} lengths not above 0.
 * @example fromPrototype("rocksalt", { species: ["Mg", "O"], a: 4.212 }).formula // "MgO"
 */
export function fromPrototype(name: string, options: PrototypeOptions = {}): Crystal {
  requireObject("options", options, '{ species: ["Mg", "O"], a: 4.212 }');
  requireKnownFields("the options of a prototype", options, [
    ...["species", "a", "c", "parameters", "primitive", "config"],
  ]);
  const entry = entryOf(name);
  const species = speciesOf(entry, options);
  const parameters = parametersOf(entry, options);
  const crystal = fromSpaceGroup({
    group: entry.group,
    lattice: cellOf(entry, options),
    species: entry.sites.map(([role]) => species[role]),
    fracPositions: entry.sites.map(([, text]) =>
      text.split(",").map((term) => coordinate(term, parameters)),
    ),
    ...(options.config === undefined ? {} : { config: options.config }),
  });
  if (options.primitive !== true) return crystal;
  return primitive(crystal).withConfig(options.config ?? {});
}

/** Words as people write them: "Rock salt", "L1_0" and "L10" are one. */
function key(text: string): string {
  return text.toLowerCase().replace(/[\s_-]/g, "");
}

function entryOf(name: string): PrototypeEntry {
  const asked = key(String(name));
  const lists: ((entry: PrototypeEntry) => readonly string[])[] = [
    (entry) => [entry.name],
    (entry) => [...entry.aliases, entry.aflow],
    (entry) => (entry.strukturbericht === "" ? [] : [entry.strukturbericht]),
    (entry) => [entry.pearson],
  ];
  for (const namesOf of lists) {
    const found = prototypeEntries.filter((entry) =>
      namesOf(entry).some((each) => key(each) === asked),
    );
    if (found.length === 1) return found[0];
    if (found.length > 1) {
      const names = found.map((entry) => entry.name);
      throw new InvalidConfiguration(
        `${show(name)} stands for several structure types: ${names.join(", ")}; name one of them`,
        { name, names },
      );
    }
  }
  const known = prototypeEntries.flatMap((entry) => [entry.name, ...entry.aliases]);
  const near = typeof name === "string" ? nearest(name, known) : undefined;
  throw new InvalidConfiguration(
    `${show(name)} is no known structure type; ` +
      (near === undefined ? "prototypes() lists them" : `did you mean ${near}?`),
    { name, known },
  );
}

function speciesOf(entry: PrototypeEntry, { species }: PrototypeOptions): readonly OccupantInput[] {
  if (species === undefined) return entry.species;
  if (Array.isArray(species) && species.length === entry.species.length) return species;
  throw new ShapeError(
    `${entry.name} needs ${entry.species.length} species, in the order of ${entry.species.join(", ")}; ` +
      `got ${show(species)}`,
    { prototype: entry.name, expected: entry.species, species },
  );
}

function cellOf(
  entry: PrototypeEntry,
  { species, a, c }: PrototypeOptions,
): { a: number; c?: number } {
  const { cell } = entry;
  if (species !== undefined && a === undefined) {
    throw new InvalidConfiguration(
      `${entry.name} with species of your own needs its lattice constant a in Å; ` +
        `for ${entry.species.join(", ")} it is ${cell.a}`,
      { prototype: entry.name, default: cell },
    );
  }
  const length = requirePositive("a", a ?? cell.a, "Å");
  if (cell.c === undefined) {
    if (c === undefined || c === length) return { a: length };
    throw new InvalidConfiguration(`${entry.name} is cubic: leave c out, got ${show(c)}`, { c });
  }
  return { a: length, c: requirePositive("c", c ?? (length * cell.c) / cell.a, "Å") };
}

function parametersOf(
  entry: PrototypeEntry,
  { parameters = {} }: PrototypeOptions,
): Readonly<Record<string, number>> {
  const known = entry.parameters ?? {};
  requireObject("parameters", parameters, "{ x: 0.305 }");
  if (Object.keys(known).length === 0 && Object.keys(parameters).length > 0) {
    throw new InvalidConfiguration(
      `${entry.name} has no free parameters, got ${show(parameters)}`,
      {
        parameters,
      },
    );
  }
  requireKnownFields(`the parameters of ${entry.name}`, parameters, Object.keys(known));
  for (const [name, value] of Object.entries(parameters)) requireFinite(name, value);
  return { ...known, ...parameters };
}

/** "1/3", "x", "2x", "0" */
function coordinate(term: string, parameters: Readonly<Record<string, number>>): number {
  const fraction = /^(\d+)(?:\/(\d+))?$/.exec(term);
  if (fraction) return Number(fraction[1]) / Number(fraction[2] ?? 1);
  const [, factor, name] = /^(\d*)([a-z]\d*)$/.exec(term)!;
  return Number(factor || 1) * parameters[name];
}
