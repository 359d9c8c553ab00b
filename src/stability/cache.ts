import { show } from "../base/check.js";
import { DomainError } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { Procedure } from "../runtime/procedure.js";
import type { Runtime } from "../runtime/runtime.js";
import { SharedRun } from "../runtime/shared-run.js";
import { Task } from "../runtime/task.js";
import type { CompositeOptions } from "../runtime/task-options.js";
import type { StabilityParts } from "./result.js";

/** A finished run: what it found, and the positions of the crystal that was judged. @internal */
export interface JudgedRun {
  readonly parts: StabilityParts;
  /** Of the relaxed crystal; undefined where it was judged as given. */
  readonly moved:
    | { readonly lattice: Float64Array; readonly fracPositions: Float64Array }
    | undefined;
}

interface Entry {
  readonly run: JudgedRun;
  readonly bytes: number;
}

interface Running extends RunPlace {
  readonly shared: SharedRun<JudgedRun>;
}

/** Calls share a run where it would run alike. @internal */
export interface RunPlace {
  readonly runtime: Runtime;
  readonly isolation: "thread" | "process";
  readonly memoryLimit: number | undefined;
}

const mostBytes = 2 ** 28;

/**
 * What was judged lately, by content: crystal, potential and options. The least recently used goes first when there
 * are more than `limit` runs or more than `byteLimit` bytes of them. Stopped and failed runs are not kept.
 */
export class StabilityCache {
  #limit = 64;
  #byteLimit = mostBytes;
  #hits = 0;
  #misses = 0;
  #bytes = 0;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Map<string, Running>();

  /** Runs that are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** Of their force constants, forces and tensors; estimated. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Calls that were answered without a run of their own, those that joined one included. */
  get hits(): number {
    return this.#hits;
  }

  get misses(): number {
    return this.#misses;
  }

  /** The most runs that are kept; default 64. 0 keeps none. @throws {DomainError} no whole number. */
  get limit(): number {
    return this.#limit;
  }

  set limit(value: number) {
    this.#limit = requireWhole("stabilityCache.limit", value);
    this.#trim();
  }

  /** The most bytes that are kept; default 256 MiB. @throws {DomainError} no whole number. */
  get byteLimit(): number {
    return this.#byteLimit;
  }

  set byteLimit(value: number) {
    this.#byteLimit = requireWhole("stabilityCache.byteLimit", value);
    this.#trim();
  }

  /** Forgets all runs, and the counts. Runs on the way are not kept either. */
  clear(): void {
    this.#entries.clear();
    this.#running.clear();
    this.#bytes = 0;
    this.#hits = 0;
    this.#misses = 0;
  }

  /**
   * A task for a run by its key: of a run that is kept, of one that another call began in the same place, or of one
   * of its own.
   *
   * @internal
   */
  follow<T>(
    key: string,
    place: RunPlace,
    begin: () => Task<JudgedRun>,
    finish: (run: JudgedRun) => T,
    options: CompositeOptions,
  ): Task<T> {
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      this.#hits++;
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      return new Task(name, new Procedure(name, 1, async () => finish(entry.run)), options);
    }
    const running = this.#running.get(key);
    if (running?.shared.isAlive && isSame(running, place)) {
      this.#hits++;
      return running.shared.follow(name, finish, options);
    }
    this.#misses++;
    const shared = new SharedRun(begin());
    const own = { shared, ...place };
    this.#running.set(key, own);
    shared.task.then(
      (run) => this.#ended(key, own, run),
      () => this.#ended(key, own),
    );
    return shared.follow(name, finish, options);
  }

  /** "3 runs, 1.2 of 256 MiB, 5 hits, 3 misses" */
  toString(): string {
    const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
    return `${this.size} of ${this.limit} runs, ${mebibytes(this.bytes)} of ${mebibytes(this.byteLimit)} MiB, ${this.hits} hits, ${this.misses} misses`;
  }

  #ended(key: string, own: Running, run?: JudgedRun): void {
    // Unless it was cleared meanwhile, or another one took its place.
    if (this.#running.get(key) !== own) return;
    this.#running.delete(key);
    if (run === undefined) return;
    const bytes = bytesOf(run);
    this.#entries.set(key, { run, bytes });
    this.#bytes += bytes;
    this.#trim();
  }

  #trim(): void {
    for (const [key, { bytes }] of this.#entries) {
      if (this.size <= this.#limit && this.#bytes <= this.#byteLimit) return;
      this.#entries.delete(key);
      this.#bytes -= bytes;
    }
  }
}

inspectAsText(StabilityCache);

const name = "stability";

/** The one that `stability` uses. */
export const stabilityCache: StabilityCache = new StabilityCache();

function isSame(a: RunPlace, b: RunPlace): boolean {
  return a.runtime === b.runtime && a.isolation === b.isolation && a.memoryLimit === b.memoryLimit;
}

/** Of what grows with the crystal. */
function bytesOf({ parts, moved }: JudgedRun): number {
  const { phonons, worstMode } = parts;
  let bytes = 4096;
  if (phonons !== undefined) {
    const { forceConstants, displacedForces, supercell } = phonons;
    bytes += forceConstants.byteLength + displacedForces.byteLength;
    bytes += phonons.dynamicalMatrix().coefficients.byteLength + 100 * supercell.siteCount;
  }
  if (worstMode !== undefined) bytes += worstMode.eigenvector.byteLength;
  return bytes + (moved?.fracPositions.byteLength ?? 0);
}

function requireWhole(what: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw new DomainError(`${what} must be a whole number from 0, got ${show(value)}`, { value });
}
