import {
  requireInRange,
  requireObject,
  requireOneOf,
  requirePositive,
  show,
} from "../base/check.js";
import { DomainError, InvalidConfiguration, type PrismError } from "../base/errors.js";
import { type Complete, nearest, requireKnownFields } from "../base/suggest.js";
import type { Runtime } from "./runtime.js";
import type { TaskProgress } from "./task.js";

/** Low to high. */
export const priorities = ["background", "normal", "interactive", "critical"] as const;

/**
 * Who is served first: a task of a higher priority starts before all queued ones of a lower one,
 * except that those that have waited long get one turn in eight, so none waits forever.
 */
export type Priority = (typeof priorities)[number];

export interface TaskOptions {
  /** Default: the runtime shared by the process. */
  readonly runtime?: Runtime;
  /** Cancels the task when it aborts. */
  readonly signal?: AbortSignal;
  /** Counted from the call; it covers waiting, running and every retry. */
  readonly timeoutMs?: number;
  /** Default "normal". */
  readonly priority?: Priority;
  /**
   * Bytes of inputs, scratch and results the task may hold. They are set aside before it starts: it
   * waits until that much of the runtime's memory is free. Without a limit the task takes what is
   * free as it goes.
   */
  readonly memoryLimit?: number;
  /** Runs the task again after a failure that can pass; default never. */
  readonly retry?: RetryOptions;
  /**
   * "process" runs the kernel in a child process, which may crash without harm to this one. The first
   * call starts the process (some 0.1 s), every call costs a copy of inputs and results and some
   * 0.1 ms. Default "thread".
   */
  readonly isolation?: "thread" | "process";
  /**
   * Called some times a second while the task runs, and once at its end. If it throws, the task is
   * cancelled and rejects with what was thrown.
   */
  readonly onProgress?: (progress: TaskProgress) => void;
}

export interface RetryOptions {
  /** How often the task runs at most, the first time included: 1 to 100. */
  readonly attempts: number;
  /** Wait before the second run, doubled before each further one; default 100 ms. */
  readonly backoffMs?: number;
  /**
   * Which failures are worth another run: their codes, or a function that says so. By default memory
   * that others held ("OUT_OF_MEMORY", and "QUOTA_EXCEEDED" of the whole runtime) and the death of
   * an isolated process.
   */
  readonly on?: readonly string[] | ((error: PrismError) => boolean);
}

const names = [
  "runtime",
  "signal",
  "timeoutMs",
  "priority",
  "memoryLimit",
  "retry",
  "isolation",
  "onProgress",
] as const satisfies readonly (keyof TaskOptions)[];

/** Options of a task that is made of other tasks. */
export type CompositeOptions = Pick<TaskOptions, "signal" | "timeoutMs" | "onProgress">;

/** Options of a call that gave none: nothing to check. */
export const noOptions: TaskOptions = Object.freeze({});

/**
 * The options as they are now: what the caller does with them later is not seen.
 *
 * @throws {DomainError | InvalidConfiguration} an option out of range or of a wrong type.
 */
export function checkedTaskOptions(options: TaskOptions): TaskOptions {
  if (options === noOptions) return options;
  const { timeoutMs, memoryLimit, signal, onProgress, priority, isolation, retry } = requireObject(
    "options",
    options,
    "{ timeoutMs: 5000 }",
  );
  refuseMisspelt(options);
  if (timeoutMs !== undefined) requirePositive("timeoutMs", timeoutMs, "ms");
  if (priority !== undefined) requireOneOf("priority", priority, priorities);
  if (isolation !== undefined) requireOneOf("isolation", isolation, ["thread", "process"]);
  checkMemoryLimit(memoryLimit);
  if (signal !== undefined && !isSignal(signal)) {
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
  const given = { timeoutMs, memoryLimit, signal, onProgress, priority, isolation };
  const again = retry === undefined ? undefined : checkedRetry(retry);
  return { ...given, retry: again } as TaskOptions; // undefined is as left out
}

/**
 * The options of a function that makes a task: its own, which are listed, and those of every task.
 *
 * @throws {InvalidConfiguration} no object, or a misspelt field.
 */
export function requireTaskOptions<
  T extends object,
  const Known extends readonly (Exclude<keyof T, keyof TaskOptions> & string)[],
>(
  of: string,
  options: T,
  known: Known & Complete<Omit<T, keyof TaskOptions>, Known>,
  example: string,
): T {
  if (options === noOptions) return options;
  requireObject("options", options, example);
  requireKnownFields(`the options of ${of}`, options, [...known, ...names]);
  return options;
}

/** @throws {InvalidConfiguration} options that such a task cannot have, too. */
export function checkedCompositeOptions(options: CompositeOptions): CompositeOptions {
  if (options === noOptions) return options;
  requireObject("options", options, "{ timeoutMs: 5000 }");
  requireKnownFields("options of a composed task", options, ["signal", "timeoutMs", "onProgress"]);
  return checkedTaskOptions(options);
}

/** Other fields are those of the function that was called, unless they nearly are one of ours. */
function refuseMisspelt(options: object): void {
  for (const field of Object.keys(options)) {
    if ((names as readonly string[]).includes(field)) continue;
    const near = nearest(field, names);
    if (near === undefined) continue;
    throw new InvalidConfiguration(`options have no field ${show(field)}; did you mean ${near}?`, {
      field,
      known: names,
    });
  }
}

/** What only has the prototype of a signal throws when it is asked. */
function isSignal(value: unknown): value is AbortSignal {
  try {
    return value instanceof AbortSignal && typeof value.aborted === "boolean";
  } catch {
    return false;
  }
}

/** @throws {DomainError} a limit that is no number of bytes. */
function checkMemoryLimit(memoryLimit: number | undefined): void {
  if (memoryLimit === undefined) return;
  requireInRange("memoryLimit", memoryLimit, 1, Number.MAX_SAFE_INTEGER, "bytes");
}

function checkedRetry(retry: RetryOptions): RetryOptions {
  const { attempts, backoffMs, on } = requireObject("retry", retry, "{ attempts: 3 }");
  requireKnownFields("retry options", retry, ["attempts", "backoffMs", "on"]);
  requireInRange("retry.attempts", attempts, 1, 100);
  if (!Number.isInteger(attempts)) {
    throw new DomainError(`retry.attempts must be a whole number, got ${attempts}`, { attempts });
  }
  if (backoffMs !== undefined) requireInRange("retry.backoffMs", backoffMs, 0, 1e9, "ms");
  const given = { attempts, backoffMs } as RetryOptions; // undefined is as left out
  if (on === undefined) return given;
  if (typeof on === "function") return { ...given, on };
  if (Array.isArray(on) && on.every((code) => typeof code === "string")) {
    return { ...given, on: [...on] };
  }
  throw new InvalidConfiguration(
    `retry.on must be a list of error codes such as ["OUT_OF_MEMORY"], or a function, got ${show(on)}`,
    { on },
  );
}
