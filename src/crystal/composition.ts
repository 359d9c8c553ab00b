import { formulaRank } from "../base/elements.js";
import { greatestCommonDivisor } from "../math/integer-matrix.js";
import type { SpeciesOccupancy } from "./species.js";

/** Amount of each element in the cell, electropositive first. */
export function compositionOf(crystal: {
  readonly kinds: readonly (readonly SpeciesOccupancy[])[];
  readonly kindOfSite: Int32Array;
}): ReadonlyMap<string, number> {
  const rank = new Map<string, number>();
  const amounts = new Map<string, number>();
  for (const kind of crystal.kindOfSite) {
    for (const { species, occupancy } of crystal.kinds[kind]) {
      rank.set(species.symbol, formulaRank(species.number));
      amounts.set(species.symbol, (amounts.get(species.symbol) ?? 0) + occupancy);
    }
  }
  // Isotopes have one rank: by symbol, or the order of the sites would show in the formula.
  return new Map([...amounts].sort(([a], [b]) => rank.get(a)! - rank.get(b)! || (a < b ? -1 : 1)));
}

export function formulaOf(composition: ReadonlyMap<string, number>): string {
  return [...composition].map(([symbol, amount]) => symbol + amountText(amount)).join("");
}

/** Amounts divided by the greatest common divisor of those that are whole numbers. */
export function reducedFormulaOf(composition: ReadonlyMap<string, number>): string {
  return formulaOf(reducedCompositionOf(composition));
}

function amountText(amount: number): string {
  const rounded = Number(amount.toFixed(3));
  return rounded === 1 ? "" : String(rounded);
}

/** Amounts divided as for the reduced formula. */
export function reducedCompositionOf(
  composition: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const whole = [...composition.values()].filter((n) => Math.abs(n - Math.round(n)) < 1e-6);
  const divisor = whole.map(Math.round).reduce(greatestCommonDivisor, 0) || 1;
  return new Map([...composition].map(([symbol, n]) => [symbol, n / divisor]));
}

/** Letters in place of elements, from the rarest on: "ABC3" for CaTiO3. */
export function anonymousFormulaOf(composition: ReadonlyMap<string, number>): string {
  const amounts = [...reducedCompositionOf(composition).values()].sort((p, q) => p - q);
  return amounts.map((amount, i) => letter(i) + amountText(amount)).join("");
}

function letter(i: number): string {
  const last = String.fromCharCode(65 + (i % 26));
  return i < 26 ? last : letter(Math.floor(i / 26) - 1) + last.toLowerCase();
}

/** u of each element's share; undefined where one has no standard mass. */
export function massesOf(crystal: {
  readonly kinds: readonly (readonly SpeciesOccupancy[])[];
  readonly kindOfSite: Int32Array;
}): ReadonlyMap<string, number> | undefined {
  const masses = new Map([...compositionOf(crystal).keys()].map((symbol) => [symbol, 0]));
  for (const kind of crystal.kindOfSite) {
    for (const { species, occupancy } of crystal.kinds[kind]) {
      if (species.mass === undefined) return undefined;
      masses.set(species.symbol, masses.get(species.symbol)! + species.mass * occupancy);
    }
  }
  return masses;
}
