import type { Priority } from "./task-options.js";

/** How a task that has ended ended. */
export type Outcome = "done" | "failed" | "cancelled" | "timedOut";

/** Where a task hears of the end of its work. */
export interface End<T> {
  /** The stop button was pressed since: nothing of the caller's is to be called any more. */
  readonly isInterrupted: boolean;
  /** `at`: when, if that is known already. */
  succeed(value: T, at?: number): void;
  /** `reason` is called once, where its stack shows the call that is awaited. */
  fail(outcome: Exclude<Outcome, "done">, reason: () => unknown): void;
}

/**
 * The steps of a task in milliseconds of `performance.now()`; those to come are undefined.
 *
 * 1. submitted: the call. 2. evaluated: priority and memory were looked at, and it was admitted.
 * 3. scheduled: put into the queue. 4. allocated: a thread took it and gave it its scratch memory.
 * 5. executed: the kernel has returned. 6. returned: the caller has the result, or the error.
 * 7. freed: inputs, scratch, reserved memory and record are back.
 */
export interface TaskSteps {
  readonly submitted: number;
  readonly evaluated: number | undefined;
  readonly scheduled: number | undefined;
  readonly allocated: number | undefined;
  readonly executed: number | undefined;
  readonly returned: number | undefined;
  readonly freed: number | undefined;
}

/** What a task did, readable at any time. */
export interface TaskRecord {
  readonly name: string;
  readonly priority: Priority;
  /** How often it has run, the present run included. */
  readonly attempts: number;
  /** Index of the thread that ran it; undefined before, and for tasks made of other tasks. */
  readonly worker: number | undefined;
  /** Of the last attempt, except for `submitted`. */
  readonly steps: TaskSteps;
}

/** What a work knows of the record. */
export type WorkRecord = Omit<TaskRecord, "name" | "attempts" | "steps"> & {
  readonly steps: Omit<TaskSteps, "submitted" | "returned">;
};

/** Known once the task has settled. */
export interface TaskStats {
  /** From submission to the first thread that took it. */
  readonly queuedMs: number;
  readonly runMs: number;
  /** Largest amount of inputs, scratch and results held at once, in bytes. */
  readonly peakBytes: number;
}

/** What a task needs from whoever runs it. */
export interface Work<T> {
  /** Begins an attempt `at` this time, which ends with one call of `end`, at once or later. */
  start(end: End<T>, timeoutMs: number, at: number): void;
  /** Asks the attempt to stop; false when it is over, and only its end has not been told yet. */
  stop(why: "cancelled" | "timedOut"): boolean;
  /** The attempt failed, and another one will follow. */
  retried(): void;
  /** The task has settled: no attempt follows. */
  closed(outcome: Outcome, reason?: () => unknown): void;
  readonly phase: "submitted" | "queued" | "running";
  /** Chunks of work done and in all; in all is 0 while it is unknown. */
  chunks(): { readonly done: number; readonly total: number };
  record(): WorkRecord;
  stats(): TaskStats | undefined;
}
