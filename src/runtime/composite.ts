import { outcomeOfError, stoppedError, withCallers } from "./task-errors.js";
import type { End, TaskStats, Work, WorkRecord } from "./work.js";

/** What a composite can stop and watch; a plain promise is neither. */
interface Part extends PromiseLike<unknown> {
  cancel(): void;
  measure(): { readonly fraction: number };
}

function isTask(part: unknown): part is Part {
  if (typeof part !== "object" || part === null) return false;
  return ["then", "cancel", "measure"].every(
    (name) => typeof Reflect.get(part, name) === "function",
  );
}

const noRecord: WorkRecord = {
  priority: "normal",
  worker: undefined,
  steps: {
    evaluated: undefined,
    scheduled: undefined,
    allocated: undefined,
    executed: undefined,
    freed: undefined,
  },
};

/** Work that consists of other tasks. */
export abstract class Composite<T> implements Work<T> {
  readonly phase = "running";
  protected why: "cancelled" | "timedOut" | undefined;
  private timeoutMs = 0;
  private end: End<T> | undefined;
  private readonly name: string;
  private readonly partCount: number;
  /** Those that are known so far. */
  protected parts: readonly unknown[];

  constructor(name: string, parts: readonly unknown[], partCount: number) {
    this.name = name;
    this.parts = [...parts];
    this.partCount = partCount;
  }

  protected abstract run(): Promise<T>;

  start(end: End<T>, timeoutMs: number): void {
    this.timeoutMs = timeoutMs;
    this.end = end;
    this.run().then(
      (value) => end.succeed(value),
      (error) => this.fail(end, error),
    );
  }

  stop(why: "cancelled" | "timedOut"): boolean {
    this.why = why;
    this.cancelParts();
    // Tasks are waited for: they end soon, with an error that says more. Nothing else has to end.
    if (!this.parts.every(isTask)) this.end?.fail(why, () => this.stopped(why));
    return true;
  }

  retried(): void {} // composites take no retry option

  closed(): void {
    this.parts = [];
  }

  chunks(): { readonly done: number; readonly total: number } {
    let done = this.partCount - this.parts.length;
    for (const part of this.parts) if (isTask(part)) done += part.measure().fraction;
    return { done, total: this.partCount };
  }

  record(): WorkRecord {
    return noRecord;
  }

  stats(): TaskStats | undefined {
    return undefined;
  }

  protected cancelParts(): void {
    for (const part of this.parts) if (isTask(part)) part.cancel();
  }

  protected requireWanted(): void {
    const isWanted = this.why === undefined && this.end?.isInterrupted !== true;
    if (!isWanted) throw this.stopped("cancelled");
  }

  private stopped(why: "cancelled" | "timedOut"): unknown {
    return stoppedError(why, this.name, this.timeoutMs);
  }

  private fail(end: End<T>, error: unknown): void {
    const outcome = outcomeOfError(error);
    if (this.why === "timedOut" && outcome === "cancelled") {
      end.fail("timedOut", () => this.stopped("timedOut"));
    } else {
      end.fail(outcome, () => withCallers(error));
    }
  }
}

type Results<T extends readonly unknown[]> = { -readonly [K in keyof T]: Awaited<T[K]> };

/** Several tasks as one: the first failure cancels the others. */
export class All<T extends readonly unknown[]> extends Composite<Results<T>> {
  constructor(name: string, parts: T) {
    super(name, parts, parts.length);
  }

  protected async run(): Promise<Results<T>> {
    try {
      return (await Promise.all(this.parts)) as Results<T>;
    } catch (error) {
      this.cancelParts();
      throw error;
    }
  }
}

/** A task and what follows from its result. */
export class Chain<T, U> extends Composite<U> {
  private readonly next: (value: T) => PromiseLike<U> | U;

  constructor(name: string, first: PromiseLike<T>, next: (value: T) => PromiseLike<U> | U) {
    super(name, [first], 2);
    this.next = next;
  }

  /** No variable outlives the call of `next`: the first result may be collected while it goes on. */
  protected run(): Promise<U> {
    const [first] = this.parts as readonly PromiseLike<T>[];
    return Promise.resolve(first?.then((value) => this.follow(value)) as PromiseLike<U>);
  }

  private follow(value: T): PromiseLike<U> | U {
    this.requireWanted();
    this.parts = [];
    const second = this.next(value);
    this.parts = [second];
    if (this.why !== undefined) this.stop(this.why);
    return second;
  }
}
