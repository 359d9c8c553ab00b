import { requirePositive } from "../base/check.js";
import { InvalidConfiguration, TaskCancelled } from "../base/errors.js";
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
  /** Called some times a second while the task runs, and once at its end. */
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
   * Asks the task to stop; it rejects with `TaskCancelled` within milliseconds. Without effect on a
   * settled task.
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

  get [Symbol.toStringTag](): string {
    return "Task";
  }

  private async run(options: TaskOptions): Promise<T> {
    const { signal, onProgress } = options;
    if (signal?.aborted) {
      this.currentState = "cancelled";
      throw new TaskCancelled(`${this.name} was given a signal that had already aborted`, {
        task: this.name,
      });
    }
    const abort = () => this.cancel();
    signal?.addEventListener("abort", abort, { once: true });
    const timer = onProgress && setInterval(() => onProgress(this.measure()), progressIntervalMs);
    try {
      const { value, stats } = await this.work.start();
      this.currentState = "done";
      this.settledStats = stats;
      this.settledAt = performance.now();
      onProgress?.(this.measure());
      return value;
    } catch (error) {
      this.currentState = stateOf(error);
      this.settledAt = performance.now();
      throw error;
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", abort);
    }
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

function checkTaskOptions(options: TaskOptions): void {
  if (options.timeoutMs !== undefined) requirePositive("timeoutMs", options.timeoutMs, "ms");
  if (options.memoryLimit !== undefined)
    requirePositive("memoryLimit", options.memoryLimit, "bytes");
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw new InvalidConfiguration("signal must be an AbortSignal", { signal: options.signal });
  }
}

function stateOf(error: unknown): TaskState {
  const code = (error as { code?: string }).code;
  if (code === "TASK_CANCELLED") return "cancelled";
  if (code === "TASK_TIMEOUT") return "timedOut";
  return "failed";
}
