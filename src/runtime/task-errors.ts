import {
  DomainError,
  OutOfMemory,
  type PrismError,
  QuotaExceeded,
  TaskCancelled,
  TaskFailed,
  TaskTimeout,
} from "../base/errors.js";
import type { Outcome, TaskStats } from "./work.js";

/** What an attempt of a task in the engine ended with, other than success. */
export interface Failure {
  /** The engine's name of it: "panicked". */
  readonly status: string;
  /** What the user called. */
  readonly name: string;
  /** The kernel's own words. */
  readonly detail: string;
  readonly stats: TaskStats;
  readonly timeoutMs: number;
  /** Bytes that the task declared, or that the runtime has if it declared none. */
  readonly memoryLimit: number;
  /** Whose limit stopped it, where one did. */
  readonly scope: "task" | "runtime";
  /** Its kernel is the engine's own. */
  readonly isOwn: boolean;
}

/** In this time, this many errors get a stack. */
const floodMs = 10;
const stacksInFlood = 100;
let floodBegan = 0;
let made = 0;

/**
 * A promise that rejects with the error of a task, made where V8 finds the call that awaits it, so its
 * stack shows the user's line. That takes longer than a small task: when thousands fail or are
 * cancelled at once, all but the first have a message and no stack.
 */
export function rejection(reason: () => unknown): Promise<never> {
  made += 1;
  if (made <= stacksInFlood) return withStack(reason);
  const now = performance.now();
  if (now - floodBegan > floodMs) {
    floodBegan = now;
    made = 1;
    return withStack(reason);
  }
  const { stackTraceLimit } = Error;
  setStackTraceLimit(0);
  try {
    return Promise.reject(reason());
  } finally {
    setStackTraceLimit(stackTraceLimit);
  }
}

/** Without effect where the intrinsics of the language are frozen. */
function setStackTraceLimit(limit: number): void {
  Reflect.set(Error, "stackTraceLimit", limit);
}

async function withStack(reason: () => unknown): Promise<never> {
  // Until then the promise that this one resolves has nobody who waits for it.
  await undefined;
  await undefined;
  throw reason();
}

/**
 * An error that was made elsewhere, its stack continued by who awaits it: for the reason of a
 * `rejection`.
 */
export function withCallers(error: unknown): unknown {
  if (!(error instanceof Error) || typeof error.stack !== "string") return error;
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, withCallers);
  const known = new Set(error.stack.split("\n"));
  const more = (here.stack ?? "")
    .split("\n")
    .filter((line) => line.trimStart().startsWith("at async ") && !known.has(line));
  // A frozen error keeps its stack.
  if (more.length > 0) Reflect.set(error, "stack", [error.stack, ...more].join("\n"));
  return error;
}

export function outcomeOf(status: string): Exclude<Outcome, "done"> {
  return status === "cancelled" || status === "timedOut" ? status : "failed";
}

/** As `outcomeOf`, of an error that another task rejected with. */
export function outcomeOfError(error: unknown): Exclude<Outcome, "done"> {
  if (error instanceof TaskCancelled) return "cancelled";
  return error instanceof TaskTimeout ? "timedOut" : "failed";
}

export function failureError(failure: Failure): PrismError {
  const { status, name, detail, stats, memoryLimit } = failure;
  const data = { task: name, reason: status, ...(detail && { detail }), ...stats };
  switch (status) {
    case "cancelled":
    case "timedOut":
      return stoppedError(status, name, failure.timeoutMs, data);
    case "quotaExceeded":
      return new QuotaExceeded(quotaMessage(failure), {
        ...data,
        memoryLimit,
        scope: failure.scope,
      });
    case "outOfMemory":
      return new OutOfMemory(`${name} ran out of memory at ${stats.peakBytes} bytes`, data);
    case "invalidInput":
      return new DomainError(detail.startsWith(`${name}: `) ? detail : `${name}: ${detail}`, data);
    default:
      return new TaskFailed(
        failure.isOwn
          ? `${name} failed in the native engine: ${detail || status}. Please report this with its input.`
          : `${name} failed: its kernel ${status}${detail ? ` (${detail})` : ""}`,
        data,
      );
  }
}

export function stoppedError(
  why: "cancelled" | "timedOut",
  name: string,
  timeoutMs: number,
  data: object = { task: name, reason: why },
): PrismError {
  if (why === "cancelled") return new TaskCancelled(`${name} was cancelled`, data);
  return new TaskTimeout(
    `${name} did not finish within ${timeoutMs} ms; raise timeoutMs or make the input smaller`,
    { ...data, timeoutMs },
  );
}

export function abortedBefore(name: string): TaskCancelled {
  return new TaskCancelled(`${name} was given a signal that had already aborted`, { task: name });
}

/** A task that declares more than its runtime has: no waiting would help. */
export function tooLargeError(name: string, wanted: number, memoryLimit: number): QuotaExceeded {
  return new QuotaExceeded(
    `${name} declares a memoryLimit of ${wanted} bytes, its runtime has ${memoryLimit}; declare less ` +
      "or make a Runtime with a larger memoryLimit",
    { task: name, wanted, memoryLimit, scope: "task" },
  );
}

function quotaMessage({ name, detail, memoryLimit, scope }: Failure): string {
  if (scope === "task") {
    return `${name} needs more than its limit of ${memoryLimit} bytes (${detail}); raise memoryLimit or make the input smaller`;
  }
  return (
    `${name} found too little of its runtime's ${memoryLimit} bytes free (${detail}); if other tasks ` +
    "hold them, declare a memoryLimit so that this one waits; else make the input smaller, or a " +
    "Runtime with a larger memoryLimit"
  );
}
