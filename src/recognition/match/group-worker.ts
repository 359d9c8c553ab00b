import { deserialize } from "node:v8";
import type { ModuleCall } from "../../runtime/remote/module-kernels.js";
import type { Arrangement } from "./arrangement.js";
import { compareCells } from "./compare-cells.js";
import { anonymousKey, compositionKey } from "./kind-pairings.js";
import { type MatchCell, reducedCell } from "./match-cell.js";
import type { CheckedMatchOptions } from "./match-options.js";

export interface GroupRequest {
  readonly cells: readonly Arrangement[];
  readonly options: CheckedMatchOptions;
}

/** Share of the tolerances within which one structure stands for another. */
const nearness = 0.05;

/** Runs on a thread of its own: for each structure the first one of its group. */
export function groupCells({ inputs, isCancelled, progress }: ModuleCall): [Int32Array] {
  const { cells, options } = deserialize(inputs[0] as Uint8Array) as GroupRequest;
  const leader = Int32Array.from(cells, (_, index) => index);
  const reduced: MatchCell[] = [];
  for (const cell of cells) {
    if (isCancelled()) return [leader];
    reduced.push(reducedCell(cell, options.primitive));
  }
  let done = 0;
  for (const bucket of bucketsOf(reduced, options.anonymous)) {
    // Those that the others of the bucket are compared with.
    const distinct: number[] = [];
    for (const index of bucket) {
      if (isCancelled()) return [leader];
      const isDuplicate = joinNearlyEqual(index, distinct, reduced, leader, options);
      if (!isDuplicate) {
        joinMatching(index, distinct, reduced, leader, options);
        distinct.push(index);
      }
      progress(++done, cells.length);
    }
  }
  return [leader.map((_, index) => rootOf(leader, index))];
}

/** Only structures of one composition and size can match. */
function bucketsOf(cells: readonly MatchCell[], anonymous: boolean): number[][] {
  const buckets = new Map<string, number[]>();
  cells.forEach((cell, index) => {
    const composition = anonymous ? anonymousKey(cell) : compositionKey(cell);
    const key = `${cell.kindOfSite.length} ${composition}`;
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, [index]);
    else bucket.push(index);
  });
  return [...buckets.values()];
}

/** True when one of the others is so near that it stands for this one from now on. */
function joinNearlyEqual(
  index: number,
  others: readonly number[],
  cells: readonly MatchCell[],
  leader: Int32Array,
  options: CheckedMatchOptions,
): boolean {
  const tight = {
    ...options,
    lengthTolerance: nearness * options.lengthTolerance,
    angleTolerance: nearness * options.angleTolerance,
    siteTolerance: nearness * options.siteTolerance,
  };
  const twin = others.find(
    (other) => compareCells(cells[other], cells[index], tight, true).matches,
  );
  if (twin === undefined) return false;
  join(leader, twin, index);
  return true;
}

/** One match with a group is enough; the others of it are then not compared. */
function joinMatching(
  index: number,
  others: readonly number[],
  cells: readonly MatchCell[],
  leader: Int32Array,
  options: CheckedMatchOptions,
): void {
  for (const other of others) {
    if (rootOf(leader, other) === rootOf(leader, index)) continue;
    if (compareCells(cells[other], cells[index], options, true).matches) join(leader, other, index);
  }
}

function join(leader: Int32Array, a: number, b: number): void {
  const [p, q] = [rootOf(leader, a), rootOf(leader, b)];
  leader[Math.max(p, q)] = Math.min(p, q);
}

function rootOf(leader: Int32Array, index: number): number {
  let root = index;
  while (leader[root] !== root) root = leader[root];
  leader[index] = root;
  return root;
}
