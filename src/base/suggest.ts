import { requireObject, show } from "./check.js";
import { InvalidConfiguration } from "./errors.js";

/** The known word that was probably meant: a slip or two away, or with the same beginning. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  // Nobody slips that far, and the time is that of both lengths multiplied.
  if (typed.length > 100) return undefined;
  const word = typed.toLowerCase();
  const slips = known.map((name) => editDistance(word, name.toLowerCase()));
  const fewest = slips.reduce((least, count) => Math.min(least, count), Number.POSITIVE_INFINITY);
  if (fewest <= 2) return known[slips.indexOf(fewest)];
  return known.find((name) => word.length >= 5 && name.toLowerCase().startsWith(word.slice(0, 5)));
}

/**
 * Refuses fields that mean nothing: a misspelt option would be ignored in silence.
 *
 * @throws {InvalidConfiguration} with the name that was probably meant.
 */
export function requireKnownFields(what: string, given: object, known: readonly string[]): void {
  for (const field of Object.keys(given)) {
    if (known.includes(field)) continue;
    const near = nearest(field, known);
    const all = known.length === 0 ? "there are none" : `the fields are ${known.join(", ")}`;
    const remedy = near === undefined ? all : `did you mean ${near}?`;
    throw new InvalidConfiguration(`${what} have no field ${show(field)}; ${remedy}`, {
      field,
      known,
    });
  }
}

/** What a list of the fields of T must be beside a list: nothing, or a type error with those left out. */
export type Complete<T, Known extends readonly PropertyKey[]> = [
  Exclude<keyof T, Known[number]>,
] extends [never]
  ? unknown
  : { readonly leftOut: Exclude<keyof T, Known[number]> };

/**
 * The options of a function, an object of known fields; a field that the list lacks is a type error.
 *
 * @throws {InvalidConfiguration} no object, or a misspelt field.
 */
export function requireOptions<T extends object, const Known extends readonly (keyof T & string)[]>(
  of: string,
  options: T,
  known: Known & Complete<T, Known>,
  example: string,
): T {
  requireObject("options", options, example);
  requireKnownFields(`the options of ${of}`, options, known);
  return options;
}

/** Levenshtein's: insertions, deletions and replacements that lead from one word to the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = previous[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, previous[j] + 1, row[j - 1] + 1));
    }
    previous = row;
  }
  return previous[to.length];
}
