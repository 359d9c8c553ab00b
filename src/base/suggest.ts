import { show } from "./check.js";
import { InvalidConfiguration } from "./errors.js";

/** The known word that was probably meant: a slip or two away, or with the same beginning. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  // Nobody slips that far, and the time is that of both lengths multiplied.
  if (typed.length > 100) return undefined;
  const word = typed.toLowerCase();
  return (
    known.find((name) => editDistance(word, name.toLowerCase()) <= 2) ??
    known.find((name) => word.length >= 5 && name.toLowerCase().startsWith(word.slice(0, 5)))
  );
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
    const remedy =
      near === undefined ? `the fields are ${known.join(", ")}` : `did you mean ${near}?`;
    throw new InvalidConfiguration(`${what} have no field ${show(field)}; ${remedy}`, {
      field,
      known,
    });
  }
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
