import type { Crystal } from "../../crystal/crystal.js";
import { rowTimes } from "../../math/mat3.js";
import type { StructureTransformation } from "./match-structures.js";
import type { Pair, PairMatch } from "./pair-search.js";

/**
 * Site of `a` -> site of `b`: the pairs that the search found, or, where it compared smaller cells, the
 * nearest site of the same kind at the transformed position.
 */
export function siteMapping(
  a: Crystal,
  b: Crystal,
  pair: Pair,
  { partner }: PairMatch,
  { matrix, translation }: StructureTransformation,
): Int32Array {
  const mapping = new Int32Array(a.siteCount);
  if (!pair.first.isMerged && !pair.second.isMerged) {
    partner.forEach((place, other) => {
      mapping[pair.firstOrder[place]] = pair.secondOrder[other];
    });
    return mapping;
  }
  const kindOfB = kindsAsInFirst(pair, partner);
  for (let site = 0; site < a.siteCount; site++) {
    const at = rowTimes(a.fracPositions.subarray(3 * site, 3 * site + 3), matrix).map(
      (value, k) => value + translation[k],
    );
    let least = Number.POSITIVE_INFINITY;
    kindOfB.forEach((kind, other) => {
      if (kind !== pair.first.kindOfCrystalSite[site]) return;
      const distance = b.lattice.distance(at, b.fracPositions.subarray(3 * other, 3 * other + 3));
      if (distance >= least) return;
      least = distance;
      mapping[site] = other;
    });
  }
  return mapping;
}

/** Kind of each site of the second crystal, as the first names it. */
function kindsAsInFirst(
  { first, second, firstOrder, secondOrder }: Pair,
  partner: Int32Array,
): Int32Array {
  const kindOf = new Map<number, number>();
  partner.forEach((place, other) => {
    kindOf.set(second.kindOfSite[secondOrder[other]], first.kindOfSite[firstOrder[place]]);
  });
  return second.kindOfCrystalSite.map((kind) => kindOf.get(kind) ?? -1);
}
