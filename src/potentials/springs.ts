import { requireObject, requirePositive, requireWhole } from "../base/check.js";
import {
  DomainError,
  InvalidConfiguration,
  ResourceExhausted,
  ShapeError,
} from "../base/errors.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import type { NeighborList } from "../crystal/neighbors.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { type PairTable, pairLookup } from "./pair-term.js";
import { Potential, type PotentialTerm, type TermSites } from "./potential.js";

const code = 6;
/** Å: distances that differ by more belong to different shells. */
const shellGap = 0.1;
/** Times that the search for shells looks further out. */
const maxSearches = 12;
const mostShells = 1000;

export type SpringsOptions = TaskOptions & {
  /** eV/Å²: of all springs, or by the elements at their ends, null where there is none. */
  readonly k: number | PairTable<number>;
} & (
    | {
        /** Å: all pairs up to this distance are joined. */
        readonly cutoff: number;
      }
    | {
        /** Joins each site with its nearest shells of neighbours, parted by gaps of more than 0.1 Å. */
        readonly shells: number;
      }
  );

/**
 * A harmonic network, frozen from a crystal at rest: a spring between each pair of neighbours with their
 * distance as its length,
 *
 *   E = ½ Σ kᵢⱼ (rᵢⱼ − r⁰ᵢⱼ)²,
 *
 * 0 in the reference. It is for crystals with the same sites in the same order; which neighbours there are
 * no longer changes. For networks, quasicrystals and twisted layers that have no potential of their own.
 *
 * @throws {DomainError} k or a distance not positive; a pair without a k, sites on top of each other
 *   (rejects).
 * @throws {InvalidConfiguration} cutoff and shells both or neither.
 * @throws {ResourceExhausted} fewer shells than asked for (rejects).
 * @example const network = await springs(crystal, { k: 3, shells: 1 });
 */
export function springs(crystal: Crystal, options: SpringsOptions): Task<Potential> {
  requireCrystal(crystal);
  const known = ["k", "cutoff", "shells"] as const;
  const { k, cutoff, shells, ...task } = requireTaskOptions<AnySprings, typeof known>(
    "springs",
    options,
    known,
    "{ k: 3, cutoff: 3 }",
  );
  if ((cutoff === undefined) === (shells === undefined)) {
    throw new InvalidConfiguration("give cutoff or shells, one of them: { k: 3, shells: 1 }", {
      options,
    });
  }
  const stiffness = stiffnessOf(k);
  const frozen = (list: NeighborList) =>
    new Potential([networkTerm(crystal, networkOf(crystal, list, stiffness))]);
  if (cutoff !== undefined) return crystal.neighborList(cutoff, task).pipe(frozen);
  return shellsOf(crystal, requireWhole("shells", shells, 1, mostShells), task).pipe(frozen);
}

/** `SpringsOptions` in one piece. */
interface AnySprings extends TaskOptions {
  readonly k: SpringsOptions["k"];
  readonly cutoff?: number;
  readonly shells?: number;
}

function stiffnessOf(k: number | PairTable<number>): (a: string, b: string) => number | null {
  if (typeof k === "number") {
    requirePositive("k", k, "eV/Å²");
    return () => k;
  }
  requireObject("k", k, '3 or { "Si-O": 20, "O-O": null }');
  const boxed: Record<string, { value: number } | null> = {};
  for (const [pair, value] of Object.entries(k)) {
    boxed[pair] =
      value === null ? null : { value: requirePositive(`the k of ${pair}`, value, "eV/Å²") };
  }
  const table = pairLookup("springs", boxed, '{ "Si-O": 20 }');
  return (a, b) => table.of(a, b)?.value ?? null;
}

/** Springs from both ends, sorted by site: counts, and six numbers each as the engine wants them. */
interface Network {
  readonly counts: Uint32Array;
  readonly springs: Float64Array;
}

function networkOf(
  crystal: Crystal,
  list: NeighborList,
  stiffness: (a: string, b: string) => number | null,
): Network {
  const elements = crystal.sites.map(({ occupants }) => occupants[0].species.symbol);
  const counts = new Uint32Array(crystal.siteCount);
  const known = new Map<string, number | null>();
  const springs = new Float64Array(6 * list.i.length);
  let length = 0;
  for (let pair = 0; pair < list.i.length; pair++) {
    const [i, j] = [list.i[pair], list.j[pair]];
    const key = `${elements[i]}-${elements[j]}`;
    if (!known.has(key)) known.set(key, stiffness(elements[i], elements[j]));
    const k = known.get(key) ?? null;
    if (k === null) continue;
    const distance = list.distance[pair];
    if (distance === 0) {
      throw new DomainError(`sites ${i} and ${j} lie on top of each other`, { sites: [i, j] });
    }
    counts[i]++;
    springs.set([j, ...list.shift.subarray(3 * pair, 3 * pair + 3), k, distance], length);
    length += 6;
  }
  return { counts, springs: springs.subarray(0, length) };
}

function networkTerm(reference: Crystal, network: Network): PotentialTerm {
  return {
    code,
    name: "springs",
    elements: undefined,
    perCrystal: true,
    numbers: (_, { crystal }: TermSites) => {
      const { siteCount } = reference;
      if (crystal.siteCount !== siteCount) {
        throw new ShapeError(
          `these springs join ${siteCount} sites, but the crystal has ${crystal.siteCount}; make springs of a crystal of that size`,
          { siteCount, got: crystal.siteCount },
        );
      }
      const { counts, springs } = network;
      const numbers = new Float64Array(1 + siteCount + springs.length);
      numbers[0] = siteCount;
      numbers.set(counts, 1);
      numbers.set(shiftedSprings(network, cellsMoved(reference, crystal)), 1 + siteCount);
      return numbers;
    },
  };
}

/**
 * Whole cells by which a crystal's sites lie off those of the reference, as after wrapping; undefined
 * where none does. Relative to site 0, so that the crystal as a whole may drift.
 */
function cellsMoved(reference: Crystal, crystal: Crystal): Int32Array | undefined {
  const [old, now] = [reference.fracPositions, crystal.fracPositions];
  const cells = new Int32Array(now.length);
  for (let at = 0; at < now.length; at++) {
    const axis = at % 3;
    if (crystal.periodic[axis]) cells[at] = Math.round(now[at] - old[at] - (now[axis] - old[axis]));
  }
  return cells.some((count) => count !== 0) ? cells : undefined;
}

function shiftedSprings({ counts, springs }: Network, cells: Int32Array | undefined): Float64Array {
  if (cells === undefined) return springs;
  const shifted = springs.slice();
  let at = 0;
  for (const [i, count] of counts.entries()) {
    for (const end = at + 6 * count; at < end; at += 6) {
      const j = shifted[at];
      for (let axis = 0; axis < 3; axis++) {
        shifted[at + 1 + axis] += cells[3 * i + axis] - cells[3 * j + axis];
      }
    }
  }
  return shifted;
}

/** Pairs of which one is in the other's nearest shells. */
function shellsOf(crystal: Crystal, shells: number, task: TaskOptions): Task<NeighborList> {
  let cutoff = 2 * Math.cbrt((crystal.lattice.volume * (1 + shells)) / crystal.siteCount);
  if (crystal.periodic.includes(false)) cutoff = Math.min(cutoff, 4 * (1 + shells));
  let searches = 0;
  const search = (): Task<NeighborList> =>
    crystal.neighborList(cutoff, task).pipe((list) => {
      const radii = shellRadii(crystal.siteCount, list, shells, cutoff);
      if (radii !== undefined) return within(list, radii);
      cutoff *= 1.3;
      searches++;
      if (searches < maxSearches) return search();
      throw new ResourceExhausted(
        `a site has no ${shells} shells of neighbours within ${cutoff.toFixed(1)} Å; ask for fewer, or give a cutoff`,
        { shells, cutoff },
      );
    });
  return search();
}

/** How far the shells of each site reach; undefined where a gap is missing. */
function shellRadii(
  siteCount: number,
  { i, distance }: NeighborList,
  shells: number,
  cutoff: number,
): Float64Array | undefined {
  const radii = new Float64Array(siteCount);
  let begin = 0;
  for (let site = 0; site < siteCount; site++) {
    let end = begin;
    while (end < i.length && i[end] === site) end++;
    const sorted = [...distance.subarray(begin, end).toSorted(), cutoff];
    begin = end;
    let count = 0;
    for (let at = 1; at < sorted.length && count < shells; at++) {
      if (sorted[at] - sorted[at - 1] <= shellGap) continue;
      count++;
      radii[site] = sorted[at - 1];
    }
    if (count < shells) return undefined;
  }
  return radii;
}

function within(list: NeighborList, radii: Float64Array): NeighborList {
  const kept: number[] = [];
  for (let pair = 0; pair < list.i.length; pair++) {
    const radius = Math.max(radii[list.i[pair]], radii[list.j[pair]]);
    if (list.distance[pair] <= radius + 1e-9) kept.push(pair);
  }
  return {
    i: Int32Array.from(kept, (pair) => list.i[pair]),
    j: Int32Array.from(kept, (pair) => list.j[pair]),
    shift: Int32Array.from(
      kept.flatMap((pair) => [...list.shift.subarray(3 * pair, 3 * pair + 3)]),
    ),
    distance: Float64Array.from(kept, (pair) => list.distance[pair]),
  };
}
