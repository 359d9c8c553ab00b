import { show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { Backoff } from "./backoff.js";
import { Chain } from "./composite.js";
import { enter, interruptCounters, leave } from "./interrupt.js";
import { Retry } from "./retry.js";
import { abortedBefore, rejection, stoppedError, withCallers } from "./task-errors.js";
import {
  type CompositeOptions,
  checkedCompositeOptions,
  noOptions,
  type TaskOptions,
} from "./task-options.js";
import { TaskWatch } from "./task-watch.js";
import type { End, Outcome, TaskRecord, TaskStats, Work } from "./work.js";

/**
 * "submitted" while it waits for memory or for another attempt, "queued" while it waits for a thread.
 */
export type TaskState = "submitted" | "queued" | "running" | Outcome;

export interface TaskProgress {
  /** Share of the work that is done, 0 to 1. */
  readonly fraction: number;
  /** Chunks of work done. */
  readonly done: number;
  /** Chunks of work in all; 0 while unknown. */
  readonly total: number;
  readonly elapsedMs: number;
  /** Estimate from the pace so far; undefined before the first chunk is done. */
  readonly remainingMs: number | undefined;
}

const progressIntervalMs = 50;

/**
 * Work on the native threads: await it for the result, `cancel()` it, iterate over its `progress`.
 * It has started when you get it.
 *
 * @example
 * const task = powderPattern(crystal, { wavelength: "CuKa1", twoTheta: [10, 90] });
 * for await (const { fraction } of task.progress) console.log(fraction);
 * const pattern = await task;
 */
export class Task<T> implements PromiseLike<T>, End<T> {
  readonly name: string;
  private readonly work: Work<T>;
  private readonly submittedAt: number = performance.now();
  /** The interrupt epoch at its submission. */
  private readonly epoch: number = Atomics.load(interruptCounters, 0);
  private returnedAt: number | undefined;
  private outcome: Outcome | undefined;
  private value: T | undefined;
  private reason: (() => unknown) | undefined;
  /** Made when somebody waits: most of the price of a small task. */
  private promise: Promise<T> | undefined;
  private resolve: ((value: unknown) => void) | undefined;
  private readonly watch: TaskWatch | undefined = undefined;
  private readonly timeoutMs: number;
  private readonly retry: Retry | undefined;
  private backoff: Backoff | undefined;
  private stopping: "cancelled" | "timedOut" | undefined;
  /** The work had ended when it was told to stop: it ends as it did, and does not run again. */
  private isOver = false;

  /** @internal Calls of the library make tasks, of options that were checked. */
  constructor(name: string, work: Work<T>, options: TaskOptions = noOptions) {
    this.name = name;
    this.work = work;
    this.timeoutMs = options.timeoutMs ?? 0;
    this.retry = options.retry && new Retry(options.retry);
    try {
      this.watch = TaskWatch.of(this, options);
      if (options.signal?.aborted) {
        this.fail("cancelled", () => abortedBefore(name));
        return;
      }
      this.begin(this.submittedAt);
    } catch (error) {
      this.watch?.close();
      this.work.closed("failed");
      throw error;
    }
  }

  get state(): TaskState {
    return this.outcome ?? (this.backoff ? "submitted" : this.work.phase);
  }

  /** Undefined until the task has settled, and for one that did not run. */
  get stats(): TaskStats | undefined {
    return this.outcome === undefined ? undefined : this.work.stats();
  }

  /** What happened to the task and when: the seven steps from submitted to freed. */
  get record(): TaskRecord {
    const { steps, ...record } = this.work.record();
    const { freed, ...before } = steps;
    return {
      name: this.name,
      attempts: this.retry?.attempts ?? 1,
      ...record,
      steps: { submitted: this.submittedAt, ...before, returned: this.returnedAt, freed },
    };
  }

  /**
   * Asks the task to stop; it rejects with `TaskCancelled`, which nobody has to catch. All kernels of
   * the library stop within milliseconds. A kernel from outside that does not listen goes on to its
   * end first, unless it runs with `isolation: "process"`. Without effect on a settled task.
   */
  cancel(): void {
    this.stop("cancelled");
  }

  /** Progress from now on, ending with fraction 1 or with the task's failure (which is not thrown here). */
  get progress(): AsyncIterable<TaskProgress> {
    return { [Symbol.asyncIterator]: () => this.reports() };
  }

  // biome-ignore lint/suspicious/noThenProperty: a task is awaited for its result.
  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onFailure?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.settlement().then(onResult, onFailure);
  }

  catch<B = never>(onFailure: (reason: unknown) => B | PromiseLike<B>): Promise<T | B> {
    return this.settlement().catch(onFailure);
  }

  finally(onSettled: () => void): Promise<T> {
    return this.settlement().finally(onSettled);
  }

  /**
   * One task out of two: this one, then what `next` starts with its result. Cancelling, timing and
   * watching it covers both, and the first result is let go as soon as `next` has taken it.
   *
   * @example
   * const lines = symmetrised.pipe((crystal) => powderPattern(crystal, options));
   * lines.cancel(); // whichever of the two runs
   */
  pipe<U>(next: (value: T) => PromiseLike<U> | U, options: CompositeOptions = noOptions): Task<U> {
    const given = checkedCompositeOptions(options);
    if (typeof next !== "function") {
      throw new InvalidConfiguration(
        `pipe takes a function such as (crystal) => powderPattern(crystal, options), got ${show(next)}`,
        { next },
      );
    }
    const name = `${this.name}.pipe`;
    return new Task(name, new Chain<T, U>(name, this, next), given);
  }

  /** "powderPattern, running" */
  toString(): string {
    return `${this.name}, ${this.state}`;
  }

  get [Symbol.toStringTag](): string {
    return "Task";
  }

  /** @internal */
  get isInterrupted(): boolean {
    return Atomics.load(interruptCounters, 0) !== this.epoch;
  }

  /** @internal */
  succeed(value: T, at: number = performance.now()): void {
    if (this.returnedAt !== undefined) return;
    const { stopping } = this;
    if (stopping !== undefined && !this.isOver) {
      // Its kernel did not listen, or only just.
      this.fail(stopping, () => stoppedError(stopping, this.name, this.timeoutMs));
      return;
    }
    if (this.outcome === "done" || this.isInterrupted) {
      // For the second time, as the stop button has ended the last report; or it would be made of
      // code that has been stopped, and that nobody would stop again.
      this.fail("cancelled", () => stoppedError("cancelled", this.name, this.timeoutMs));
      return;
    }
    this.outcome = "done";
    this.value = value;
    if (this.watch !== undefined) {
      this.watch.close();
      if (this.watch.thrown) {
        this.reject("failed", this.watch.thrown);
        return;
      }
    }
    this.returnedAt = at;
    this.resolve?.(value);
    this.work.closed("done");
  }

  /** @internal */
  fail(outcome: Exclude<Outcome, "done">, reason: () => unknown): void {
    if (this.returnedAt !== undefined) return;
    const last = outcome === "failed" ? this.lastReason(reason) : reason;
    if (last === undefined) return;
    this.watch?.close();
    const thrown = this.watch?.thrown;
    if (thrown) this.reject("failed", thrown);
    else this.reject(outcome, last);
  }

  /** @internal */
  stop(why: "cancelled" | "timedOut"): void {
    if (this.outcome !== undefined || this.stopping !== undefined) return;
    enter();
    try {
      this.stopping = why;
      if (this.backoff === undefined) {
        this.isOver = !this.work.stop(why);
      } else {
        this.backoff.end();
        this.fail(why, () => stoppedError(why, this.name, this.timeoutMs));
      }
    } finally {
      leave();
    }
  }

  /** @internal Share, counters and pace of the work at this moment. */
  measure(): TaskProgress {
    const { done, total } = this.work.chunks();
    const elapsedMs = (this.returnedAt ?? performance.now()) - this.submittedAt;
    const fraction = this.outcome === "done" ? 1 : total > 0 ? Math.min(1, done / total) : 0;
    const remainingMs = fraction > 0 ? (elapsedMs * (1 - fraction)) / fraction : undefined;
    return { fraction, done, total, elapsedMs, remainingMs };
  }

  private begin(at: number): void {
    const spentMs = at - this.submittedAt;
    this.work.start(this, this.timeoutMs > 0 ? Math.max(this.timeoutMs - spentMs, 0.001) : 0, at);
  }

  /** Undefined when there is another attempt. */
  private lastReason(reason: () => unknown): (() => unknown) | undefined {
    if (this.retry === undefined || this.isStopping() || this.isInterrupted) return reason;
    let waitMs: number | undefined;
    let error = reason();
    try {
      waitMs = this.retry.next(error);
    } catch (thrown) {
      error = thrown;
    }
    if (waitMs === undefined || this.isStopping()) return () => withCallers(error);
    this.retry.count();
    this.work.retried();
    this.backoff = new Backoff(waitMs, this.epoch, {
      again: (at) => this.again(at),
      interrupted: () => this.stop("cancelled"),
    });
    return undefined;
  }

  /** Asked anew after code of the caller's, which may have stopped the task. */
  private isStopping(): boolean {
    return this.stopping !== undefined;
  }

  private again(at: number): void {
    this.backoff = undefined;
    try {
      this.begin(at);
    } catch (error) {
      this.fail("failed", () => error);
    }
  }

  private reject(outcome: Exclude<Outcome, "done">, reason: () => unknown): void {
    const explained = this.watch === undefined ? reason : this.watch.explained(reason);
    // Nobody waits: an unhandled failure is reported as that of any promise would be.
    const isTold = this.resolve !== undefined || outcome !== "cancelled";
    const rejected = isTold ? rejection(explained) : undefined;
    const now = performance.now();
    // What unwinds JavaScript does so at a call: from here to the end of the promise there is none.
    this.returnedAt = now;
    this.outcome = outcome;
    this.value = undefined;
    this.reason = explained;
    if (this.resolve !== undefined) this.resolve(rejected);
    else if (rejected !== undefined) this.promise = rejected;
    // But whoever stops a task need not await it too.
    if (outcome === "cancelled") this.promise?.catch(() => {});
    this.work.closed(outcome, explained);
  }

  private settlement(): Promise<T> {
    this.promise ??= this.newPromise();
    return this.promise;
  }

  private newPromise(): Promise<T> {
    if (this.outcome === "done") return Promise.resolve(this.value as T);
    if (this.reason !== undefined) return rejection(this.reason);
    return new Promise((resolve) => {
      this.resolve = resolve as (value: unknown) => void;
    });
  }

  private async *reports(): AsyncGenerator<TaskProgress, void> {
    const settled = this.settlement().then(
      () => {},
      () => {},
    );
    while (this.outcome === undefined) {
      let timer: NodeJS.Timeout | undefined;
      const tick = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, progressIntervalMs);
      });
      await Promise.race([settled, tick]);
      clearTimeout(timer);
      if (this.outcome === undefined) yield this.measure();
    }
    if (this.state === "done") yield this.measure();
  }
}

inspectAsText(Task);
