import { requireFinite, requirePositive, show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import { rowTimes } from "../math/mat3.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { type Crystal, requireCrystal } from "./crystal.js";
import { decodedList, type NeighborList } from "./neighbors.js";

export interface NeighborTrackerOptions {
  /** Å */
  readonly cutoff: number;
  /** How far beyond the cutoff pairs are kept, Å; default 1. */
  readonly skin?: number;
  /** Each pair once instead of from both ends; default false. */
  readonly half?: boolean;
}

/** The longer list, in memory that the threads of the runtime read without a copy. */
interface Kept {
  readonly crystal: Crystal;
  readonly i: Int32Array;
  readonly j: Int32Array;
  readonly shift: Int32Array;
}

/**
 * Neighbour lists of a crystal that moves step by step. A list with all pairs up to cutoff + skin is
 * kept; as long as no site has moved by more than half the skin since it was made, a new list is a
 * selection from it (L. Verlet, Phys. Rev. 159, 98 (1967)).
 */
export class NeighborTracker {
  /** Å */
  readonly cutoff: number;
  /** Å */
  readonly skin: number;
  private readonly half: boolean;
  private kept: Kept | undefined;
  private builds = 0;

  /** @internal Made by `createNeighborTracker`. */
  constructor(options: NeighborTrackerOptions) {
    requireOptions("a neighbour tracker", options, ["cutoff", "skin", "half"], "{ cutoff: 6 }");
    this.cutoff = requirePositive("cutoff", options.cutoff, "Å");
    this.skin = requireFinite("skin", options.skin ?? 1, "Å");
    this.half = options.half ?? false;
    if (this.skin < 0) {
      throw new DomainError(`skin must be 0 Å or more, got ${this.skin}`, { skin: this.skin });
    }
    if (typeof this.half !== "boolean") {
      throw new InvalidConfiguration(`half must be true or false, got ${show(this.half)}`, options);
    }
  }

  /** How often the longer list was made. */
  get buildCount(): number {
    return this.builds;
  }

  /**
   * The neighbours now: the same list as `crystal.neighborList(cutoff)`. Made anew after a change of
   * the cell, of the number of sites or of a coordinate by a whole cell.
   *
   * @param crystal The sites in the same order, not wrapped between two calls.
   * @throws {ResourceExhausted} the list would not fit in memory.
   */
  update(crystal: Crystal, options: TaskOptions = {}): Task<NeighborList> {
    requireCrystal(crystal);
    requireTaskOptions("update", options, [], "{ timeoutMs: 5000 }");
    const { kept } = this;
    if (kept && hasStayed(kept.crystal, crystal, this.skin / 2)) {
      return this.selection(crystal, kept, options);
    }
    const reach = this.cutoff + this.skin;
    return crystal.neighborList(reach, { ...options, half: this.half }).pipe((list) => {
      this.builds += 1;
      const fresh = {
        crystal,
        i: shared(list.i),
        j: shared(list.j),
        shift: shared(list.shift),
      };
      this.kept = fresh;
      return this.selection(crystal, fresh, options);
    });
  }

  /** "neighbours within 6 Å, skin 1 Å, made 2 times" */
  toString(): string {
    const times = this.builds === 1 ? "once" : `${this.builds} times`;
    return `neighbours within ${this.cutoff} Å, skin ${this.skin} Å, made ${times}`;
  }

  private selection(
    crystal: Crystal,
    { i, j, shift }: Kept,
    options: TaskOptions,
  ): Task<NeighborList> {
    return Runtime.of(options).run(
      {
        kernel: "neighborFilter",
        name: "neighborList",
        inputs: [
          crystal.fracPositions,
          crystal.lattice.matrix,
          Int32Array.from(crystal.periodic, Number),
          i,
          j,
          shift,
        ],
        params: [this.cutoff],
        decode: (outputs) => decodedList(outputs) as NeighborList,
      },
      options,
    );
  }
}

inspectAsText(NeighborTracker);

/**
 * Neighbour lists for many steps of a simulation or a relaxation.
 *
 * @throws {DomainError} a cutoff not above 0, a skin below 0.
 * @example
 * const tracker = createNeighborTracker({ cutoff: 6, skin: 1 });
 * const list = await tracker.update(crystal); // again and again, as it moves
 */
export function createNeighborTracker(options: NeighborTrackerOptions): NeighborTracker {
  return new NeighborTracker(options);
}

function shared(values: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

/** Whether nothing but positions has changed, and no position by more than `limit` Å. */
function hasStayed(before: Crystal, now: Crystal, limit: number): boolean {
  const { matrix } = now.lattice;
  const isSame =
    before.siteCount === now.siteCount &&
    before.periodic.every((flag, k) => flag === now.periodic[k]) &&
    before.lattice.matrix.every((value, k) => value === matrix[k]);
  if (!isSame) return false;
  const [from, to] = [before.fracPositions, now.fracPositions];
  const moved = [0, 0, 0];
  for (let site = 0; site < now.siteCount; site++) {
    for (let k = 0; k < 3; k++) moved[k] = to[3 * site + k] - from[3 * site + k];
    const [x, y, z] = rowTimes(moved, matrix);
    if (!(x * x + y * y + z * z <= limit * limit)) return false;
  }
  return true;
}
