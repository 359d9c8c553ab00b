import { findElement } from "../../base/elements.js";
import { Species } from "../../crystal/species.js";

/** Water and hydroxyl groups written as one atom: their oxygen is what the coordinates are of. */
const groups: ReadonlyMap<string, string> = new Map([
  ["wat", "O"],
  ["ow", "O"],
  ["oh", "O"],
  ["oh2", "O"],
  ["h2o", "O"],
  ["hw", "H"],
]);

export interface ElementGuess {
  readonly species: Species;
  /** Why the reading is not certain. */
  readonly remark?: string;
}

/**
 * Species of a type symbol: "Si", "SI", "Si4+", "O2-", "Fe+3", "D", "Wat"; digits without a sign are
 * no charge ("Ca2"). Undefined if it is none.
 */
export function speciesOfSymbol(symbol: string): ElementGuess | undefined {
  const group = groups.get(symbol.toLowerCase());
  if (group) {
    const remark = `"${symbol}" is taken as ${group}; hydrogen without coordinates is left out`;
    return { species: Species.from(group), remark };
  }
  const match = /^([A-Za-z]{1,2})(?![A-Za-z])(\d+(?:\.\d+)?[+-]|[+-]\d*)?/.exec(symbol);
  if (!match || !findElement(capitalised(match[1]))) return undefined;
  const charge = match[2] === "+" ? "1+" : match[2] === "-" ? "1-" : (match[2] ?? "");
  return { species: Species.from(capitalised(match[1]) + charge) };
}

/**
 * Species of a site label, which begins with its element: "Si1", "O1A", "FE2", "Wat1".
 *
 * @param elements Those of the chemical formula: they decide whether "CA1" is calcium or carbon A1.
 */
export function speciesOfLabel(
  label: string,
  elements: ReadonlySet<string>,
): ElementGuess | undefined {
  const letters = /^[A-Za-z]*/.exec(label)![0];
  // Mineralogists number waters "Wat1" and "WatX2"; without this they would be tungsten.
  const group = /^wat/i.test(letters) ? "Wat" : letters;
  if (groups.has(group.toLowerCase())) return speciesOfSymbol(group);
  const one = capitalised(letters.slice(0, 1));
  const two = capitalised(letters.slice(0, 2));
  const candidates = (letters.length > 1 ? [two, one] : [one]).filter(findElement);
  const inFormula = candidates.filter((symbol) => elements.has(symbol));
  const symbol = inFormula[0] ?? candidates[0];
  if (symbol === undefined) return undefined;
  const charge = letters.length === symbol.length ? chargeOf(label.slice(symbol.length)) : "";
  const species = Species.from(symbol + charge);
  const clear = candidates.length === 1 || inFormula.length === 1 || /^[A-Z][a-z]/.test(letters);
  if (clear) return { species };
  return {
    species,
    remark: `the label "${label}" may mean ${candidates.join(" or ")}; ${symbol} is used`,
  };
}

/** A label may be no more than a species: "Fe3+". */
function chargeOf(rest: string): string {
  return /^(?:\d[+-]|[+-]\d)$/.test(rest) ? rest : "";
}

function capitalised(letters: string): string {
  return letters.slice(0, 1).toUpperCase() + letters.slice(1).toLowerCase();
}

/** The element symbols in a chemical formula, "C2 H6 O" or "Ca0.5 Mg0.5 (C O3)". */
export function elementsOfFormula(formula: string): ReadonlySet<string> {
  return new Set(formula.match(/[A-Z][a-z]?/g)?.filter(findElement) ?? []);
}
