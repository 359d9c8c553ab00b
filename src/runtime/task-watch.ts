import { TaskCancelled } from "../base/errors.js";
import { unguarded } from "./interrupt.js";
import type { Task } from "./task.js";
import type { TaskOptions } from "./task-options.js";

const progressIntervalMs = 50;

/** A timer counts whole milliseconds from the one it was set in: one more, and it is never early. */
function deadlineMs(timeoutMs: number): number {
  return Math.min(Math.ceil(timeoutMs) + 1, 2 ** 31 - 1);
}

/** Tasks to cancel when a signal aborts: one listener a signal, however many tasks share it. */
const listening = new WeakMap<AbortSignal, Set<Task<unknown>>>();

/** What goes on beside a task because its options ask for it: signal, deadline, reports. */
export class TaskWatch {
  /** Set when `onProgress` threw: what the task rejects with. */
  thrown: (() => unknown) | undefined;
  private readonly task: Task<unknown>;
  private readonly signal: AbortSignal | undefined;
  private readonly onProgress: TaskOptions["onProgress"];
  private readonly deadline: NodeJS.Timeout | undefined;
  private readonly reports: NodeJS.Timeout | undefined;
  private isClosed = false;

  private constructor(task: Task<unknown>, { signal, timeoutMs, onProgress }: TaskOptions) {
    this.task = task;
    this.signal = signal;
    this.onProgress = onProgress;
    if (signal !== undefined && !signal.aborted) listen(signal, task);
    if (timeoutMs !== undefined) {
      this.deadline = setTimeout(() => task.stop("timedOut"), deadlineMs(timeoutMs));
    }
    if (onProgress !== undefined) {
      this.reports = setInterval(() => this.report(), progressIntervalMs);
    }
  }

  /** Undefined when there is nothing to do. */
  static of(task: Task<unknown>, options: TaskOptions): TaskWatch | undefined {
    const { signal, timeoutMs, onProgress } = options;
    if (signal === undefined && timeoutMs === undefined && onProgress === undefined)
      return undefined;
    return new TaskWatch(task, options);
  }

  /** The task has settled. */
  close(): void {
    clearTimeout(this.deadline);
    clearInterval(this.reports);
    if (this.signal !== undefined) listening.get(this.signal)?.delete(this.task);
    // A report that the stop button has ended is not made again.
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.task.state === "done") this.report();
  }

  /** What the caller gave to `abort(reason)` tells why; it becomes the cause. */
  explained(reason: () => unknown): () => unknown {
    const { signal } = this;
    if (!signal?.aborted) return reason;
    return () => {
      const error = reason();
      if (error instanceof TaskCancelled && error.cause === undefined) error.cause = signal.reason;
      return error;
    };
  }

  private report(): void {
    if (this.task.isInterrupted) return;
    try {
      unguarded(() => this.onProgress?.(this.task.measure()));
    } catch (error) {
      this.thrown ??= () => error;
      this.task.cancel();
    }
  }
}

function listen(signal: AbortSignal, task: Task<unknown>): void {
  const known = listening.get(signal);
  if (known !== undefined) {
    known.add(task);
    return;
  }
  const tasks = new Set([task]);
  listening.set(signal, tasks);
  signal.addEventListener("abort", () => {
    listening.delete(signal);
    for (const each of tasks) each.cancel();
  });
}
