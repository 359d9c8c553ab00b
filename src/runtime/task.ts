import { requireInRange, requirePositive, show } from "../base/check.js";
import { InvalidConfiguration, TaskCancelled } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import type { Runtime } from "./runtime.js";

export type TaskState = "pending" | "done" | "failed" | "cancelled" | "timedOut";

export interface TaskOptions {
  /** Default: the runtime shared by the process. */
  readonly runtime?: Runtime;
  /** Cancels the task when it aborts. */
  readonly signal?: AbortSignal;
  /** Counted from the call. */
  readonly timeoutMs?: number;
  /** Bytes of scratch and results the task may take; default the runtime's limit. */
  readonly memoryLimit?: number;
  /**
   * Called some times a second while the task runs, and once at its end. If it throws, the task is
   * cancelled and rejects with what was thrown.
   */
  readonly onProgress?: (progress: TaskProgress) => void;
}

export interface TaskProgress {
  /** Share of the work that is done, 0 to 1. */
  readonly fraction: number;
  readonly elapsedMs: number;
  /** Estimate from the pace so far; undefined before the first chunk is done. */
  readonly remainingMs: number | undefined;
}

/** Known once the task has settled. */
export interface TaskStats {
  /** From submission to the first thread that took it. */
  readonly queuedMs: number;
  readonly runMs: number;
  /** Largest amount of scratch and results held at once. */
  readonly peakBytes: number;
}

/** What a task needs from whoever runs it. */
export interface TaskWork<T> {
  start(): Promise<{ readonly value: T; readonly stats: TaskStats }>;
  cancel(): void;
  fraction(): number;
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
export class Task<T> implements PromiseLike<T> {
  readonly name: string;
  private readonly work: TaskWork<T>;
  private readonly promise: Promise<T>;
  private readonly startedAt: number = performance.now();
  private currentState: TaskState = "pending";
  private settledStats: TaskStats | undefined;
  private settledAt: number | undefined;

  constructor(name: string, work: TaskWork<T>, options: TaskOptions = {}) {
    checkTaskOptions(options);
    this.name = name;
    this.work = work;
    this.promise = this.run(options);
  }

  get state(): TaskState {
    return this.currentState;
  }

  /** Undefined until the task has settled. */
  get stats(): TaskStats | undefined {
    return this.settledStats;
  }

  /**
   * Asks the task to stop; it rejects with `TaskCancelled` within milliseconds, which nobody has to
   * catch. Without effect on a settled task.
   */
  cancel(): void {
    this.work.cancel();
  }

  /** Progress from now on, ending with fraction 1 or with the task's failure (which is not thrown here). */
  get progress(): AsyncIterable<TaskProgress> {
    return { [Symbol.asyncIterator]: () => this.watch() };
  }

  // biome-ignore lint/suspicious/noThenProperty: a task is awaited for its result.
  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onFailure?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.promise.then(onResult, onFailure);
  }

  catch<B = never>(onFailure: (reason: unknown) => B | PromiseLike<B>): Promise<T | B> {
    return this.promise.catch(onFailure);
  }

  finally(onSettled: () => void): Promise<T> {
    return this.promise.finally(onSettled);
  }

  /** "powderPattern, pending" */
  toString(): string {
    return `${this.name}, ${this.currentState}`;
  }

  get [Symbol.toStringTag](): string {
    return "Task";
  }

  private async run({ signal, onProgress }: TaskOptions): Promise<T> {
    const abort = () => this.cancel();
    let thrown: { readonly error: unknown } | undefined;
    const report = () => {
      try {
        onProgress?.(this.measure());
      } catch (error) {
        thrown ??= { error };
        this.cancel();
      }
    };
    signal?.addEventListener("abort", abort, { once: true });
    const timer = onProgress && setInterval(report, progressIntervalMs);
    try {
      if (signal?.aborted) throw abortedBefore(this.name);
      const { value, stats } = await this.work.start();
      this.currentState = "done";
      this.settledStats = stats;
      this.settledAt = performance.now();
      report();
      if (thrown) throw thrown;
      return value;
    } catch (error) {
      const reason = thrown ? thrown.error : withAbortReason(error, signal);
      this.currentState = stateOf(reason);
      this.settledAt = performance.now();
      if (this.currentState === "cancelled") this.forgiveNeglect();
      throw reason;
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Whoever stops a task need not await it too: its rejection must not end the process. */
  private forgiveNeglect(): void {
    queueMicrotask(() => this.promise.catch(() => {}));
  }

  private measure(): TaskProgress {
    const elapsedMs = (this.settledAt ?? performance.now()) - this.startedAt;
    const fraction = this.currentState === "done" ? 1 : this.work.fraction();
    const remainingMs = fraction > 0 ? (elapsedMs * (1 - fraction)) / fraction : undefined;
    return { fraction, elapsedMs, remainingMs };
  }

  private async *watch(): AsyncGenerator<TaskProgress, void> {
    const settled = this.promise.then(
      () => {},
      () => {},
    );
    while (this.currentState === "pending") {
      let timer: NodeJS.Timeout | undefined;
      const tick = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, progressIntervalMs);
      });
      await Promise.race([settled, tick]);
      clearTimeout(timer);
      if (this.currentState === "pending") yield this.measure();
    }
    if (this.currentState === "done") yield this.measure();
  }
}

inspectAsText(Task);

/** What the caller gave to `abort(reason)` tells why; it becomes the cause. */
function withAbortReason(error: unknown, signal: AbortSignal | undefined): unknown {
  if (!signal?.aborted || !(error instanceof TaskCancelled)) return error;
  return new TaskCancelled(error.message, error.data, { cause: signal.reason });
}

function checkTaskOptions({ timeoutMs, memoryLimit, signal, onProgress }: TaskOptions): void {
  if (timeoutMs !== undefined) requirePositive("timeoutMs", timeoutMs, "ms");
  checkMemoryLimit(memoryLimit);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new InvalidConfiguration(
      `signal must be an AbortSignal, such as that of an AbortController, got ${show(signal)}`,
      { signal },
    );
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new InvalidConfiguration(
      `onProgress must be a function such as ({ fraction }) => {}, got ${show(onProgress)}`,
      { onProgress },
    );
  }
}

/** @throws {DomainError} a limit that is no number of bytes. */
export function checkMemoryLimit(memoryLimit: number | undefined): void {
  if (memoryLimit === undefined) return;
  requireInRange("memoryLimit", memoryLimit, 1, Number.MAX_SAFE_INTEGER, "bytes");
}

function abortedBefore(name: string): TaskCancelled {
  return new TaskCancelled(`${name} was given a signal that had already aborted`, { task: name });
}

function stateOf(error: unknown): TaskState {
  const code = (error as { code?: string } | null | undefined)?.code;
  if (code === "TASK_CANCELLED") return "cancelled";
  if (code === "TASK_TIMEOUT") return "timedOut";
  return "failed";
}
