import { matrixMappings } from "../../lattice/mappings.js";
import { determinant, inverse, rowsTimes } from "../../math/mat3.js";
import { wrapped } from "./arrangement.js";
import type { MatchCell } from "./match-cell.js";
import type { MatchTolerances } from "./match-options.js";
import { meanCell, shapeOf } from "./mean-cell.js";
import { SiteSearch, type SortedSites } from "./site-search.js";

/** Two cells with equally many sites of each kind, in one order of kinds. */
export interface Pair extends SortedSites {
  readonly first: MatchCell;
  readonly second: MatchCell;
  /** Cell vectors at the volume that both are brought to. */
  readonly firstMatrix: Float64Array;
  readonly secondMatrix: Float64Array;
  /** Positions in order of kind, the rarest first. */
  readonly firstFrac: Float64Array;
  readonly secondFrac: Float64Array;
  /** Place in that order -> site of the cell. */
  readonly firstOrder: Int32Array;
  readonly secondOrder: Int32Array;
}

/** The best way to lay one cell on the other. */
export interface PairMatch {
  /** In units of (V/n)^{1/3}. */
  readonly rms: number;
  readonly maxDistance: number;
  /** The first cell's vectors that correspond to the second's, in terms of the first's; whole numbers. */
  readonly change: Int32Array;
  /** Added to the second's positions, in fractions of it. */
  readonly translation: Float64Array;
  /** Place of the second -> place of the first. */
  readonly partner: Int32Array;
}

export interface PairResult {
  /** Whether some mapping has every site within the tolerance. */
  readonly matches: boolean;
  /** That of the smallest rms, if it is within the tolerance. */
  readonly best: PairMatch | undefined;
  /** What failed first: no lattice mapping, or no sites in one. */
  readonly hasLattice: boolean;
}

/** Below this rms there is nothing better to be found. */
const exact = 1e-5;

/** @param kindOfSecond Kind of the first cell that each kind of the second stands for. */
export function pairOf(
  first: MatchCell,
  second: MatchCell,
  kindOfSecond: readonly number[],
  scale: boolean,
): Pair {
  const sameKinds = second.kindOfSite.map((kind) => kindOfSecond[kind]);
  const order = kindOrder(first.kinds.length, sameKinds);
  const firstOrder = sortedBy(order, first.kindOfSite);
  const secondOrder = sortedBy(order, sameKinds);
  const starts = [0];
  for (const kind of order) starts.push(starts[starts.length - 1] + countOf(kind, sameKinds));
  const factor = scale ? (second.volume / first.volume) ** (1 / 6) : 1;
  return {
    first,
    second,
    siteCount: firstOrder.length,
    starts: Int32Array.from(starts),
    firstMatrix: first.matrix.map((value) => value * factor),
    secondMatrix: second.matrix.map((value) => value / factor),
    firstFrac: picked(first.fracPositions, firstOrder),
    secondFrac: picked(second.fracPositions, secondOrder),
    firstOrder,
    secondOrder,
  };
}

/** Tries every lattice mapping and every translation; `quick` ends with the first match. */
export function searchPair(pair: Pair, tolerances: MatchTolerances, quick: boolean): PairResult {
  const { siteTolerance } = tolerances;
  const search = new SiteSearch(pair, siteTolerance);
  const shape = shapeOf(pair.secondMatrix);
  let best: PairMatch | undefined;
  let matches = false;
  let hasLattice = false;
  for (const { transformation, matrix } of matrixMappings(
    pair.firstMatrix,
    pair.secondMatrix,
    tolerances,
  )) {
    if (Math.abs(determinant(transformation)) !== 1) continue;
    hasLattice = true;
    const mean = meanCell(shapeOf(matrix), shape, pair.siteCount, siteTolerance);
    const frac = wrapped(rowsTimes(pair.firstFrac, inverse(transformation)));
    for (let target = 0; target < pair.starts[1]; target++) {
      if (!search.compare(mean, frac, pair.secondFrac, target, 0)) continue;
      const { rms, maxDistance, translation, partner } = search.fit;
      matches ||= maxDistance < siteTolerance;
      if (quick && matches) return { matches, best, hasLattice };
      if (rms >= siteTolerance || rms >= (best?.rms ?? Number.POSITIVE_INFINITY)) continue;
      best = {
        rms,
        maxDistance,
        change: transformation,
        translation: translation.slice(),
        partner: partner.slice(),
      };
      if (rms < exact) return { matches, best, hasLattice };
    }
  }
  return { matches, best, hasLattice };
}

/** Kinds by number of sites; of equally rare ones the kind of the earlier site. */
function kindOrder(kindCount: number, kindOfSite: Int32Array): number[] {
  const kinds = Array.from({ length: kindCount }, (_, kind) => kind);
  return kinds
    .filter((kind) => kindOfSite.includes(kind))
    .sort(
      (a, b) =>
        countOf(a, kindOfSite) - countOf(b, kindOfSite) ||
        kindOfSite.indexOf(a) - kindOfSite.indexOf(b),
    );
}

export function countOf(kind: number, kindOfSite: Int32Array): number {
  let count = 0;
  for (const other of kindOfSite) if (other === kind) count++;
  return count;
}

function sortedBy(order: readonly number[], kindOfSite: Int32Array): Int32Array {
  const sites: number[] = [];
  for (const kind of order) {
    for (let site = 0; site < kindOfSite.length; site++) {
      if (kindOfSite[site] === kind) sites.push(site);
    }
  }
  return Int32Array.from(sites);
}

function picked(frac: Float64Array, order: Int32Array): Float64Array {
  const out = new Float64Array(3 * order.length);
  order.forEach((site, place) => {
    out.set(frac.subarray(3 * site, 3 * site + 3), 3 * place);
  });
  return out;
}
