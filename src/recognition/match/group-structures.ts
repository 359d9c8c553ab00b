import { serialize } from "node:v8";
import { show } from "../../base/check.js";
import { InvalidConfiguration } from "../../base/errors.js";
import { inspectAsText } from "../../base/inspect.js";
import { type Crystal, requireCrystal } from "../../crystal/crystal.js";
import { registerKernel } from "../../runtime/register-kernel.js";
import { Runtime } from "../../runtime/runtime.js";
import type { Task } from "../../runtime/task.js";
import type { TaskOptions } from "../../runtime/task-options.js";
import type { GroupRequest } from "./group-worker.js";
import { givenCell } from "./match-cell.js";
import { checkedMatchOptions, type MatchOptions } from "./match-options.js";

const taskOptionNames = [
  "runtime",
  "signal",
  "timeoutMs",
  "priority",
  "memoryLimit",
  "retry",
  "isolation",
  "onProgress",
] as const satisfies readonly (keyof TaskOptions)[];

/** A list of structures, sorted into groups that match. */
export class StructureGroups {
  readonly structures: readonly Crystal[];
  /** Indices of the list, ascending, the group of the earliest structure first. */
  readonly groups: readonly (readonly number[])[];
  /** For each structure its index into `groups`, [n]. */
  readonly groupOf: Int32Array;

  /** @param firstOf For each structure the first one of its group. */
  constructor(structures: readonly Crystal[], firstOf: Int32Array) {
    this.structures = structures;
    const groups = new Map<number, number[]>();
    firstOf.forEach((first, index) => {
      const group = groups.get(first);
      if (group === undefined) groups.set(first, [index]);
      else group.push(index);
    });
    this.groups = [...groups.values()];
    this.groupOf = new Int32Array(firstOf.length);
    this.groups.forEach((group, at) => {
      for (const index of group) this.groupOf[index] = at;
    });
  }

  /** The first structure of each group: the list without its duplicates. */
  get representatives(): readonly number[] {
    return this.groups.map(([first]) => first);
  }

  /** "12 structures in 3 groups" */
  toString(): string {
    return `${this.groupOf.length} structures in ${this.groups.length} groups`;
  }
}

inspectAsText(StructureGroups);

/**
 * Sorts structures into groups that match, on a thread of its own. Two structures are in one group if
 * they match, or if a chain of matches leads from one to the other: so the groups do not depend on the
 * order of the list, where comparing with one representative each would. Structures of
 * another composition or number of sites of the reduced cell are not compared, nor are those that a
 * chain connects already; one within a twentieth of the tolerances of an earlier one is represented by
 * it, so that thousands of duplicates cost little.
 *
 * @throws {InvalidConfiguration | DomainError} as `matchStructures`.
 * @example
 * const { representatives } = await groupStructures(candidates);
 * const unique = representatives.map((index) => candidates[index]);
 */
export function groupStructures(
  structures: readonly Crystal[],
  options: MatchOptions & TaskOptions = {},
): Task<StructureGroups> {
  if (!Array.isArray(structures)) {
    throw new InvalidConfiguration(
      `structures must be a list of crystals, got ${show(structures)}`,
      { structures },
    );
  }
  structures.forEach(requireCrystal);
  const checked = checkedMatchOptions(options, taskOptionNames);
  const runtime = Runtime.of(options);
  const cells = structures.map((crystal) => givenCell(crystal, checked.compare));
  const kernel = registerKernel({
    name: "prism/groupStructures",
    module: workerModule(),
    export: "groupCells",
  });
  return runtime.run(
    {
      kernel: kernel.name,
      name: "groupStructures",
      inputs: [new Uint8Array(serialize({ cells, options: checked } satisfies GroupRequest))],
      decode: ([firstOf]) => new StructureGroups([...structures], new Int32Array(firstOf)),
    },
    options,
  );
}

/** Compiled, also when the sources run as they are, as the tests do. */
function workerModule(): URL {
  const worker = new URL("./group-worker.js", import.meta.url);
  if (!import.meta.url.endsWith(".ts")) return worker;
  return new URL("../../../dist/src/recognition/match/group-worker.js", import.meta.url);
}
