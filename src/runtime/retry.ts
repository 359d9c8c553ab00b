import { PrismError } from "../base/errors.js";
import { unguarded } from "./interrupt.js";
import type { RetryOptions } from "./task-options.js";

const defaultBackoffMs = 100;
/** A timer takes no more. */
const maxBackoffMs = 2 ** 31 - 1;

/** Whether, and when, a task that failed runs again. */
export class Retry {
  private readonly options: RetryOptions;
  private made = 1;
  /** True for good where the stop button has ended `on`: then there is no next run. */
  private isAsking = false;

  constructor(options: RetryOptions) {
    this.options = options;
  }

  /** Runs so far, the present one included. */
  get attempts(): number {
    return this.made;
  }

  /**
   * Milliseconds to wait before the next run; undefined when there is none.
   *
   * @throws what the caller's `on` throws.
   */
  next(error: unknown): number | undefined {
    if (this.made >= this.options.attempts || !this.isWorthIt(error)) return undefined;
    const waitMs = (this.options.backoffMs ?? defaultBackoffMs) * 2 ** (this.made - 1);
    return Math.min(waitMs, maxBackoffMs);
  }

  /** There is a next run. */
  count(): void {
    this.made += 1;
  }

  private isWorthIt(error: unknown): boolean {
    if (!(error instanceof PrismError)) return false;
    const { on } = this.options;
    if (on === undefined) return canPass(error);
    if (typeof on !== "function") return on.includes(error.code);
    if (this.isAsking) return false;
    this.isAsking = true;
    try {
      return unguarded(() => on(error));
    } finally {
      this.isAsking = false;
    }
  }
}

function canPass({ code, data }: PrismError): boolean {
  const { scope, signal } = (data ?? {}) as { scope?: string; signal?: string };
  if (code === "QUOTA_EXCEEDED") return scope === "runtime";
  return code === "OUT_OF_MEMORY" || (code === "TASK_FAILED" && signal !== undefined);
}
