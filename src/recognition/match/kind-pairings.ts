import { greatestCommonDivisor } from "../../math/integer-matrix.js";
import type { MatchCell } from "./match-cell.js";
import { countOf } from "./pair-search.js";

/** For each kind of the second cell the kind of the first that it stands for. */
export type KindPairing = readonly number[];

/** Number of sites of each kind over their common divisor, by name. */
export function compositionKey(cell: Pick<MatchCell, "kinds" | "kindOfSite">): string {
  const shares = reducedCounts(cell);
  return cell.kinds
    .map((kind, index) => `${kind} ${shares[index]}`)
    .filter((_, index) => shares[index] > 0)
    .sort()
    .join("; ");
}

/** As `compositionKey` without the names. */
export function anonymousKey(cell: Pick<MatchCell, "kinds" | "kindOfSite">): string {
  return reducedCounts(cell)
    .filter((share) => share > 0)
    .sort((a, b) => a - b)
    .join(" ");
}

/** The one pairing by name, or all that keep the numbers of sites. */
export function kindPairings(
  first: MatchCell,
  second: MatchCell,
  anonymous: boolean,
): KindPairing[] {
  const counts = first.kinds.map((_, kind) => countOf(kind, first.kindOfSite));
  const wanted = second.kinds.map((_, kind) => countOf(kind, second.kindOfSite));
  if (!anonymous) {
    const byName = second.kinds.map((name) => first.kinds.indexOf(name));
    const fits = byName.every((kind, index) => (counts[kind] ?? 0) === wanted[index]);
    return fits ? [byName] : [];
  }
  const found: number[][] = [];
  const extend = (chosen: readonly number[]): void => {
    if (chosen.length === wanted.length) {
      found.push([...chosen]);
      return;
    }
    counts.forEach((count, kind) => {
      if (count === wanted[chosen.length] && !chosen.includes(kind)) extend([...chosen, kind]);
    });
  };
  extend([]);
  return found;
}

function reducedCounts({ kinds, kindOfSite }: Pick<MatchCell, "kinds" | "kindOfSite">): number[] {
  const counts = kinds.map((_, kind) => countOf(kind, kindOfSite));
  const divisor = counts.reduce(greatestCommonDivisor, 0);
  return counts.map((count) => count / Math.max(divisor, 1));
}
