import { elements } from "chemical-elements";
import { DomainError } from "./errors.js";

export interface Element {
  /** Atomic number Z. */
  readonly number: number;
  readonly symbol: string;
  readonly name: string;
  /** Standard atomic mass in u; undefined where the element has no stable isotope. */
  readonly mass: number | undefined;
}

const bySymbol = new Map<string, Element>();
const byNumber: (Element | undefined)[] = [];
for (const { number, symbol, name, mass } of elements) {
  const element: Element = { number, symbol, name, mass: mass ?? undefined };
  bySymbol.set(symbol, element);
  byNumber[number] = element;
}
// Hydrogen's isotopes have symbols of their own in structure files; masses of AME2020, in u.
bySymbol.set("D", { number: 1, symbol: "D", name: "Deuterium", mass: 2.014101778 });
bySymbol.set("T", { number: 1, symbol: "T", name: "Tritium", mass: 3.016049281 });

/** Looks an element up by symbol ("Si", "D"), exact case; undefined if there is none. */
export function findElement(symbol: string): Element | undefined {
  return bySymbol.get(symbol);
}

/** @throws {DomainError} no such atomic number. */
export function elementByNumber(number: number): Element {
  const element = byNumber[number];
  if (element) return element;
  throw new DomainError(`atomic number must lie between 1 and 118, got ${number}`, { number });
}

type Group = number | "lanthanoid" | "actinoid" | "hydrogen";

/** Electropositive first. */
const formulaOrder: readonly Group[] = [
  ...([18, 1, 2, "actinoid", "lanthanoid", 3, 4, 5, 6, 7, 8, 9] as const),
  ...([10, 11, 12, 13, 14, 15, "hydrogen", 16, 17] as const),
];

/**
 * Rank of an element in a chemical formula, electropositive first, heavier first within a group,
 * after the element sequence of the IUPAC Red Book (2005), table VI.
 */
export function formulaRank(number: number): number {
  const { group, period } = periodicPosition(number);
  const inGroup = typeof group === "string" ? number : 10 - period;
  return formulaOrder.indexOf(group) * 1000 + inGroup;
}

function periodicPosition(number: number): { group: Group; period: number } {
  if (number === 1) return { group: "hydrogen", period: 1 };
  if (number >= 57 && number <= 71) return { group: "lanthanoid", period: 6 };
  if (number >= 89 && number <= 103) return { group: "actinoid", period: 7 };
  const nobleGases = [0, 2, 10, 18, 36, 54, 86, 118];
  const period = nobleGases.findIndex((z) => number <= z);
  const inPeriod = number - nobleGases[period - 1];
  const length = nobleGases[period] - nobleGases[period - 1];
  if (number === 2 || (length === 8 && inPeriod > 2))
    return { group: 18 - (length - inPeriod), period };
  return { group: length === 32 && inPeriod > 2 ? inPeriod - 14 : inPeriod, period };
}
