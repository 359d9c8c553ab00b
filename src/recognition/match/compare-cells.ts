import { anonymousKey, compositionKey, kindPairings } from "./kind-pairings.js";
import type { MatchCell } from "./match-cell.js";
import type { CheckedMatchOptions } from "./match-options.js";
import { type Pair, type PairMatch, pairOf, searchPair } from "./pair-search.js";

/** Why two structures do not match: the first step that failed. */
export type Mismatch = "composition" | "cellSize" | "lattice" | "sites";

export interface Comparison {
  readonly matches: boolean;
  readonly reason?: Mismatch | undefined;
  readonly pair?: Pair;
  readonly best?: PairMatch;
}

/**
 * Compares reduced cells: they match if each can be laid on the other, so that their order does not
 * matter. `quick` ends with the first match and has no best one, which is of the first laid on the second.
 */
export function compareCells(
  first: MatchCell,
  second: MatchCell,
  options: CheckedMatchOptions,
  quick: boolean,
): Comparison {
  const there = layCells(first, second, options, quick);
  if (!there.matches) return there;
  const back = layCells(second, first, options, true);
  return back.matches ? there : { ...there, matches: false, reason: back.reason };
}

function layCells(
  first: MatchCell,
  second: MatchCell,
  options: CheckedMatchOptions,
  quick: boolean,
): Comparison {
  const key = options.anonymous ? anonymousKey : compositionKey;
  if (key(first) !== key(second)) return { matches: false, reason: "composition" };
  if (first.kindOfSite.length !== second.kindOfSite.length) {
    return { matches: false, reason: "cellSize" };
  }
  let found: Comparison = { matches: false };
  let hasLattice = false;
  for (const pairing of kindPairings(first, second, options.anonymous)) {
    const pair = pairOf(first, second, pairing, options.scale);
    const result = searchPair(pair, options, quick);
    hasLattice ||= result.hasLattice;
    if (quick && result.matches) return { matches: true };
    const matches = found.matches || result.matches;
    const isBetter =
      result.best !== undefined && result.best.rms < (found.best?.rms ?? Number.POSITIVE_INFINITY);
    found = isBetter ? { matches, pair, best: result.best } : { ...found, matches };
    if (!result.hasLattice) break; // which depends on no kind
  }
  if (found.matches) return found;
  return { ...found, reason: hasLattice ? "sites" : "lattice" };
}
