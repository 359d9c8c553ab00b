import type { Crystal } from "../../crystal/crystal.js";
import { inverse, rowTimes } from "../../math/mat3.js";
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
  const spacings = planeSpacings(b.lattice.matrix);
  for (let site = 0; site < a.siteCount; site++) {
    const at = rowTimes(a.fracPositions.subarray(3 * site, 3 * site + 3), matrix);
    for (let k = 0; k < 3; k++) at[k] += translation[k];
    let least = Number.POSITIVE_INFINITY;
    for (let other = 0; other < kindOfB.length; other++) {
      if (kindOfB[other] !== pair.first.kindOfCrystalSite[site]) continue;
      if (!mayBeNearer(at, b.fracPositions, 3 * other, spacings, least)) continue;
      const distance = b.lattice.distance(at, b.fracPositions.subarray(3 * other, 3 * other + 3));
      if (distance >= least) continue;
      least = distance;
      mapping[site] = other;
    }
  }
  return mapping;
}

/** Distances of the lattice planes (100), (010), (001). */
function planeSpacings(cell: Float64Array): number[] {
  const m = inverse(cell);
  return [0, 1, 2].map((k) => 1 / Math.hypot(m[k], m[3 + k], m[6 + k]));
}

/** No image is nearer than the planes that the two sites lie in. */
function mayBeNearer(
  at: ArrayLike<number>,
  frac: Float64Array,
  i: number,
  spacings: readonly number[],
  least: number,
): boolean {
  for (let k = 0; k < 3; k++) {
    const x = at[k] - frac[i + k];
    if (Math.abs(x - Math.round(x)) * spacings[k] > least) return false;
  }
  return true;
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
