import { requireOneOf, requirePositive, show } from "../base/check.js";
import { InvalidConfiguration, ResourceExhausted } from "../base/errors.js";
import type { Lattice } from "../lattice/lattice.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";

export interface NeighborOptions {
  /** Each pair once instead of from both ends; default false. */
  readonly half?: boolean;
  readonly fields?: "all";
}

/** Leaves shifts and distances out: two thirds of the time, and less than a third of the memory. */
export interface NeighborPairOptions {
  readonly half?: boolean;
  readonly fields: "pairs";
}

/** Which sites are neighbours, sorted by i, then j, then shift. Buffers belong to the caller. */
export interface NeighborPairs {
  /** Index of the first site, [m]. */
  readonly i: Int32Array;
  /** Index of the second site, [m]; once for each of its images within the cutoff. */
  readonly j: Int32Array;
}

/** Pairs with what lies between them. */
export interface NeighborList extends NeighborPairs {
  /** Cells from i's image to j's, [m, 3]: r = cart(j) + shift · M − cart(i). */
  readonly shift: Int32Array;
  /** Å, [m]. */
  readonly distance: Float64Array;
}

/** What the search reads of a crystal. */
export interface NeighborSource {
  readonly lattice: Lattice;
  readonly siteCount: number;
  readonly fracPositions: Float64Array;
  readonly periodic: readonly [boolean, boolean, boolean];
}

/** @see Crystal.neighborList */
export function neighborList(
  crystal: NeighborSource,
  cutoff: number,
  options: NeighborOptions & TaskOptions,
): Task<NeighborList>;
export function neighborList(
  crystal: NeighborSource,
  cutoff: number,
  options: (NeighborOptions | NeighborPairOptions) & TaskOptions,
): Task<NeighborList | NeighborPairs>;
export function neighborList(
  crystal: NeighborSource,
  cutoff: number,
  options: (NeighborOptions | NeighborPairOptions) & TaskOptions,
): Task<NeighborList | NeighborPairs> {
  requirePositive("cutoff", cutoff, "Å");
  requireTaskOptions("neighborList", options, ["half", "fields"], "{ half: true }");
  requireFeasible(crystal, cutoff);
  const runtime = Runtime.of(options);
  const { half = false, fields = "all" } = options;
  if (typeof half !== "boolean") {
    throw new InvalidConfiguration(`half must be true or false, got ${show(half)}`, { half });
  }
  requireOneOf("fields", fields, ["all", "pairs"]);
  return runtime.run<NeighborList | NeighborPairs>(
    {
      kernel: fields === "all" ? "neighborList" : "neighborPairs",
      name: "neighborList",
      inputs: [
        crystal.fracPositions,
        crystal.lattice.matrix,
        Int32Array.from(crystal.periodic, Number),
      ],
      params: [cutoff, Number(half)],
      decode: decodedList,
    },
    options,
  );
}

/** What the kernels return; of "neighborPairs" without shifts and distances. */
export function decodedList(outputs: readonly ArrayBuffer[]): NeighborPairs | NeighborList {
  const [i, j, shift, distance] = outputs;
  const pairs = { i: new Int32Array(i), j: new Int32Array(j) };
  if (shift === undefined) return pairs;
  return { ...pairs, shift: new Int32Array(shift), distance: new Float64Array(distance) };
}

/** Images and pairs are counted before any work, so that a slip of the unit costs no hour. */
function requireFeasible(crystal: NeighborSource, cutoff: number): void {
  const heights = Array.from({ length: 3 }, (_, k) =>
    crystal.lattice.dSpacing([Number(k === 0), Number(k === 1), Number(k === 2)]),
  );
  const images = heights
    .filter((_, k) => crystal.periodic[k])
    .reduce((product, height) => product * (2 * Math.ceil(cutoff / height) + 1), 1);
  const sphere = (4 / 3) * Math.PI * cutoff ** 3;
  const allPeriodic = crystal.periodic.every(Boolean);
  const pairs = allPeriodic ? (crystal.siteCount ** 2 * sphere) / crystal.lattice.volume : 0;
  if (images <= 1e8 && pairs <= 2 ** 31 - 1) return;
  throw new ResourceExhausted(
    `a cutoff of ${cutoff} Å reaches ${images.toExponential(1)} images of the cell ` +
      `(about ${pairs.toExponential(1)} pairs); choose a smaller one${cutoff > 12 ? ", such as 6 Å" : ", or check the unit of the cell"}`,
    { cutoff, images, pairs },
  );
}
