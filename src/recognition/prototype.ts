import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";
import { greatestCommonDivisor } from "../math/integer-matrix.js";
import type { SymmetryOptions } from "../symmetry/analysis.js";
import { type AsymmetricSite, asymmetricUnit } from "../symmetry/asymmetric-unit.js";
import { type LetterExchange, letterExchanges } from "./letter-exchanges.js";
import { type NamedStructureType, structureTypeOf, unordered } from "./structure-type.js";

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
  /** "cF8", "hR30": as `symmetry` has it; the label of a rhombohedral lattice counts a third of them. */
  readonly pearsonSymbol: string;
  readonly spaceGroupNumber: number;
  /** In alphabetical order: A, B, C of the label. */
  readonly species: readonly PrototypeSpecies[];
  /**
   * Every label that the choice of axes and origin leaves for the structure, `label` first: a database
   * may have another of them.
   */
  readonly equivalentLabels: readonly string[];
  /** The structure type that `fromPrototype` knows it by; undefined where it is none of these. */
  readonly type: NamedStructureType | undefined;

  constructor(parts: PrototypeParts) {
    this.anonymousFormula = parts.anonymousFormula;
    this.pearsonSymbol = parts.pearsonSymbol;
    this.spaceGroupNumber = parts.spaceGroupNumber;
    this.type = parts.type;
    const labels = parts.descriptions.map((species) => labelOf(parts, species));
    const known = labels.indexOf(parts.type?.aflow ?? "");
    this.species = parts.descriptions[Math.max(known, 0)];
    this.label = labels[Math.max(known, 0)];
    this.equivalentLabels = [...new Set([this.label, ...labels])];
  }

  /** "AB_cF8_225_a_b (rocksalt)" */
  toString(): string {
    return this.type === undefined ? this.label : `${this.label} (${this.type.name})`;
  }
}

interface PrototypeParts {
  readonly anonymousFormula: string;
  readonly pearsonSymbol: string;
  readonly labelSymbol: string;
  readonly spaceGroupNumber: number;
  /** The first one gives the label, unless the type's own is among them. */
  readonly descriptions: readonly (readonly PrototypeSpecies[])[];
  readonly type: NamedStructureType | undefined;
}

function labelOf(
  {
    anonymousFormula,
    labelSymbol,
    spaceGroupNumber,
  }: Pick<PrototypeParts, "anonymousFormula" | "labelSymbol" | "spaceGroupNumber">,
  species: readonly PrototypeSpecies[],
): string {
  return [anonymousFormula, labelSymbol, spaceGroupNumber, ...species.map(lettersOf)].join("_");
}

inspectAsText(PrototypeLabel);

/**
 * The label of a crystal's structure type after AFLOW: stoichiometry with the species in alphabetical
 * order as A, B, ..., Pearson symbol (with the sites of the rhombohedral cell), space group number, and for each species the Wyckoff letters of its
 * orbits, "2c" for two of them. Where the structure matches one of `prototypes()`, species exchanged, its
 * `type` is named.
 *
 * The same structure has several descriptions, as its origin can lie on either site of rock salt, and AFLOW
 * takes the one that a structure was published in: no rule tells it. So a named type gets AFLOW's own
 * label where the species are in the same order as in its compound. All others get the one of
 * `equivalentLabels` with the first letters in the alphabet, all orbits together and then species by species.
 *
 * @throws {SymmetryError} as `symmetry`.
 * @see Mehl et al., Comput. Mater. Sci. 136, S1 (2017); Hicks et al., npj Comput. Mater. 7, 30 (2021).
 * @example prototypeOf(nacl).type?.name // "rocksalt"
 */
export function prototypeOf(crystal: Crystal, options: SymmetryOptions = {}): PrototypeLabel {
  const { spaceGroup, sites } = asymmetricUnit(crystal, options);
  const descriptions = letterExchanges(spaceGroup)
    .map((exchange) => lettersBySpecies(sites, exchange))
    .sort(inOrder);
  const amounts = amountsOf(sites, descriptions[0]);
  const parts = {
    spaceGroupNumber: spaceGroup.number,
    ...pearsonSymbols(spaceGroup.bravaisLattice, sites),
  };
  const keys = descriptions.map((species) =>
    unordered(amounts.map(String), species.map(lettersOf)),
  );
  const type = structureTypeOf(crystal, { ...parts, descriptions: new Set(keys) }, options);
  return new PrototypeLabel({
    ...parts,
    anonymousFormula: anonymousFormula(amounts),
    descriptions,
    type,
  });
}

/** What a site is called: its species, or all that share it. */
function nameOf({ occupants }: AsymmetricSite): string {
  return occupants
    .map(({ species }) => species.symbol)
    .sort()
    .join("/");
}

function lettersBySpecies(
  sites: readonly AsymmetricSite[],
  exchange: LetterExchange,
): PrototypeSpecies[] {
  const letters = new Map<string, string[]>();
  for (const site of sites) {
    const letter = exchange.get(site.wyckoffLetter) ?? site.wyckoffLetter;
    const known = letters.get(nameOf(site));
    if (known === undefined) letters.set(nameOf(site), [letter]);
    else known.push(letter);
  }
  return [...letters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([species, found]) => ({ species, wyckoffLetters: found.sort(inAlphabet) }));
}

/** By all letters together, then species by species. */
function inOrder(a: readonly PrototypeSpecies[], b: readonly PrototypeSpecies[]): number {
  const [p, q] = [a, b].map((all) => all.flatMap(({ wyckoffLetters }) => wyckoffLetters));
  return compareLists(p.toSorted(inAlphabet), q.toSorted(inAlphabet)) || compareLists(p, q);
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

/** "a2c" */
function lettersOf({ wyckoffLetters }: PrototypeSpecies): string {
  return [...new Set(wyckoffLetters)]
    .map((letter) => {
      const count = wyckoffLetters.filter((other) => other === letter).length;
      return count === 1 ? letter : `${count}${letter}`;
    })
    .join("");
}

/** Smallest whole numbers. */
function amountsOf(
  sites: readonly AsymmetricSite[],
  all: readonly PrototypeSpecies[],
): readonly number[] {
  const counts = all.map(({ species }) =>
    sites.reduce((sum, site) => sum + (nameOf(site) === species ? site.multiplicity : 0), 0),
  );
  const divisor = counts.reduce(greatestCommonDivisor);
  return counts.map((count) => count / divisor);
}

function anonymousFormula(amounts: readonly number[]): string {
  return amounts.map((amount, index) => `${letterOf(index)}${amount === 1 ? "" : amount}`).join("");
}

/** A, B, ..., Z, then A1, B1, ... */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}

/** AFLOW's labels have C for any centring of one face, and the sites of the rhombohedral cell. */
function pearsonSymbols(
  bravaisLattice: string,
  sites: readonly AsymmetricSite[],
): { pearsonSymbol: string; labelSymbol: string } {
  const count = sites.reduce((sum, { multiplicity }) => sum + multiplicity, 0);
  const inLabel = bravaisLattice === "hR" ? count / 3 : count;
  return {
    pearsonSymbol: `${bravaisLattice}${count}`,
    labelSymbol: `${bravaisLattice.replace("S", "C")}${inLabel}`,
  };
}
