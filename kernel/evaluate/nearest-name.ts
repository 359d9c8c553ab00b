// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Array, Math } from "./intrinsics.js";

/** Two slips away at most, and less than half of a short word. */
export function nearestName(typed: string, known: Iterable<string>): string | undefined {
  let least = Math.min(2, Math.ceil(typed.length / 2));
  let nearest: string | undefined;
  for (const name of known) {
    if (Math.abs(name.length - typed.length) > least) continue;
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase());
    if (distance > least || (distance === least && nearest !== undefined)) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

/** Levenshtein's: insertions, deletions and replacements that lead from one word to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, k) => k);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let k = 1; k <= to.length; k++) {
      const replaced = row[k - 1]! + (from[i - 1] === to[k - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[k]! + 1, next[k - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
