import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";
import { greatestCommonDivisor } from "../math/integer-matrix.js";
import type { SymmetryOptions } from "../symmetry/analysis.js";
import type { SymmetryDataset } from "../symmetry/dataset.js";
import { conventional } from "../symmetry/standardize.js";
import { symmetry } from "../symmetry/symmetry.js";
import { equivalentDescriptions } from "./equivalent-descriptions.js";

/** The Wyckoff positions that one species occupies. */
export interface PrototypeSpecies {
  readonly species: string;
  /** One letter for each orbit, ascending: ["a", "c", "c"]. */
  readonly wyckoffLetters: readonly string[];
}

/** What a structure type is called, with the species taken out of it. */
export class PrototypeLabel {
  /** "AB_cF8_225_a_b" */
  readonly label: string;
  /** "AB", "A2B3": amounts in the order of `species`. */
  readonly anonymousFormula: string;
  /** "cF8"; of a rhombohedral lattice the sites of the rhombohedral cell, as AFLOW counts: "hR10". */
  readonly pearsonSymbol: string;
  readonly spaceGroupNumber: number;
  /** In alphabetical order: A, B, C of the label. */
  readonly species: readonly PrototypeSpecies[];

  constructor(parts: Omit<PrototypeLabel, "label" | "toString">) {
    this.anonymousFormula = parts.anonymousFormula;
    this.pearsonSymbol = parts.pearsonSymbol;
    this.spaceGroupNumber = parts.spaceGroupNumber;
    this.species = parts.species;
    const letters = parts.species.map(({ wyckoffLetters }) => counted(wyckoffLetters));
    this.label = [
      parts.anonymousFormula,
      parts.pearsonSymbol,
      parts.spaceGroupNumber,
      ...letters,
    ].join("_");
  }

  toString(): string {
    return this.label;
  }
}

inspectAsText(PrototypeLabel);

/**
 * The label of a crystal's structure type after AFLOW: stoichiometry with the species in alphabetical
 * order as A, B, ..., Pearson symbol, space group number, and for each species the Wyckoff letters of its
 * orbits, "2c" for two of them.
 *
 * The same structure has several descriptions, as its origin can lie on either site of rock salt. All that
 * the affine normaliser's signed permutations of the axes and shifts by quarters and thirds lead to are
 * compared; the one with the first letters in the alphabet, all orbits together and then species by
 * species, gives the label. The collection of AFLOW has another of them for some types: c_a for zinc
 * blende, which is a_c here.
 *
 * @throws {SymmetryError} as `symmetry`.
 * @see Mehl et al., Comput. Mater. Sci. 136, S1 (2017); Hicks et al., npj Comput. Mater. 7, 30 (2021).
 * @example prototypeOf(nacl).label // "AB_cF8_225_a_b"
 */
export function prototypeOf(crystal: Crystal, options: SymmetryOptions = {}): PrototypeLabel {
  const cell = conventional(crystal, options);
  const dataset = symmetry(cell, options);
  const names = speciesNames(cell);
  const [first, ...others] = [cell, ...equivalentDescriptions(cell, dataset.operations)].flatMap(
    (description) => {
      const found = description === cell ? dataset : symmetry(description, options);
      return found.hallNumber === dataset.hallNumber ? [lettersBySpecies(names, found)] : [];
    },
  );
  const species = others.reduce((best, next) => (precedes(next, best) ? next : best), first);
  return new PrototypeLabel({
    anonymousFormula: anonymousFormula(names, species),
    pearsonSymbol: primitiveRhombohedral(dataset.pearsonSymbol),
    spaceGroupNumber: dataset.spaceGroupNumber,
    species,
  });
}

/** What each site is called: its species, or all that share it. */
function speciesNames({ kinds, kindOfSite }: Crystal): string[] {
  const names = kinds.map((occupants) =>
    occupants
      .map(({ species }) => species.symbol)
      .sort()
      .join("/"),
  );
  return Array.from(kindOfSite, (kind) => names[kind]);
}

function lettersBySpecies(
  names: readonly string[],
  { orbits, wyckoffLetters }: SymmetryDataset,
): PrototypeSpecies[] {
  const letters = new Map<string, string[]>();
  orbits.forEach((first, site) => {
    if (first !== site) return;
    const known = letters.get(names[site]);
    if (known === undefined) letters.set(names[site], [wyckoffLetters[site]]);
    else known.push(wyckoffLetters[site]);
  });
  return [...letters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([species, found]) => ({ species, wyckoffLetters: found.sort(inAlphabet) }));
}

function precedes(a: readonly PrototypeSpecies[], b: readonly PrototypeSpecies[]): boolean {
  const together = (all: readonly PrototypeSpecies[]) =>
    all.flatMap(({ wyckoffLetters }) => wyckoffLetters).sort(inAlphabet);
  const order = compareLists(together(a), together(b));
  if (order !== 0) return order < 0;
  const apart = (all: readonly PrototypeSpecies[]) =>
    all.flatMap(({ wyckoffLetters }) => wyckoffLetters);
  return compareLists(apart(a), apart(b)) < 0;
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, letter] of a.entries()) {
    const order = inAlphabet(letter, b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** "A", the 27th letter of Pmmm, stands behind "z". */
function inAlphabet(a: string, b: string): number {
  const rank = (letter: string) => letter.charCodeAt(0) + (letter < "a" ? 64 : 0);
  return rank(a) - rank(b);
}

/** "a", "2c" */
function counted(letters: readonly string[]): string {
  return [...new Set(letters)]
    .map((letter) => {
      const count = letters.filter((other) => other === letter).length;
      return count === 1 ? letter : `${count}${letter}`;
    })
    .join("");
}

function anonymousFormula(names: readonly string[], all: readonly PrototypeSpecies[]): string {
  const counts = all.map(({ species }) => names.filter((name) => name === species).length);
  const divisor = counts.reduce(greatestCommonDivisor);
  return counts
    .map((count, index) => {
      const amount = count / divisor;
      return `${letterOf(index)}${amount === 1 ? "" : amount}`;
    })
    .join("");
}

/** A, B, ..., Z, then A1, B1, ... */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}

function primitiveRhombohedral(pearsonSymbol: string): string {
  if (!pearsonSymbol.startsWith("hR")) return pearsonSymbol;
  return `hR${Number(pearsonSymbol.slice(2)) / 3}`;
}
