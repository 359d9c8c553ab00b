import { setImmediate } from "node:timers/promises";
import {
  DomainError,
  InvalidConfiguration,
  OutOfMemory,
  PrismError,
  QuotaExceeded,
  ResourceExhausted,
  ShapeError,
  SymmetryError,
} from "../base/errors.js";
import type { Task } from "../runtime/task.js";
import { outcomeOfError, stoppedError, withCallers } from "../runtime/task-errors.js";
import type { TaskOptions } from "../runtime/task-options.js";
import type { Outcome } from "../runtime/work.js";
import { type FlowStep, type FlowStepName, Refusal } from "./flow-record.js";

/** What the steps of a flow hand on to their tasks. */
export type PartOptions = Pick<
  TaskOptions,
  "runtime" | "priority" | "isolation" | "retry" | "memoryLimit"
>;

/** A step while it runs: what it says in the record, and whether there was anything to do. */
export interface RunningStep {
  detail: string;
  isSkipped: boolean;
}

interface Explained {
  readonly outcome: Exclude<Outcome, "done">;
  readonly reason: () => unknown;
}

/** Milliseconds of plain code after which others get their turn. */
const turnMs = 10;

/** What goes wrong in these steps is the pattern's fault, in others that of what was asked for. */
const patternFaults: ReadonlySet<FlowStepName> = new Set(["generate", "update"]);

/**
 * Leads a flow from step to step. It changes nothing: steps make new values, and what they made is let
 * go unless the last step is reached.
 */
export class FlowRun {
  /** What the user called. */
  readonly name: string;
  private readonly onStep: ((step: FlowStep) => void) | undefined;
  private readonly steps: FlowStep[] = [];
  private options: PartOptions;
  private why: "cancelled" | "timedOut" | undefined;
  private part: Task<unknown> | undefined;
  /** Share of the present step that is done, and where its part will have brought it. */
  private share = 0;
  private shareAfterPart = 0;
  private turnBegan = 0;

  constructor(name: string, options: PartOptions, onStep: ((step: FlowStep) => void) | undefined) {
    this.name = name;
    this.options = options;
    this.onStep = onStep;
  }

  /** What happened so far: a copy. */
  get record(): readonly FlowStep[] {
    const last = this.steps.at(-1);
    if (last?.status !== "running") return [...this.steps];
    return [...this.steps.slice(0, -1), { ...last, ms: performance.now() - last.startedAt }];
  }

  /** The step that runs, or ran last. */
  get current(): FlowStep | undefined {
    return this.steps.at(-1);
  }

  /** From now on every part declares this much memory; undefined: none. */
  declare(memoryLimit: number | undefined): void {
    const { memoryLimit: _, ...rest } = this.options;
    this.options = memoryLimit === undefined ? rest : { ...rest, memoryLimit };
  }

  async step<S>(name: FlowStepName, body: (step: RunningStep) => Promise<S> | S): Promise<S> {
    this.requireWanted();
    const running: RunningStep = { detail: "", isSkipped: false };
    const startedAt = performance.now();
    this.share = 0;
    this.shareAfterPart = 0;
    this.turnBegan = startedAt;
    this.steps.push({ step: name, status: "running", startedAt, ms: 0, detail: "" });
    this.tell();
    try {
      // Whoever was told may have stopped it.
      this.requireWanted();
      const value = await body(running);
      this.requireWanted();
      this.end({ status: running.isSkipped ? "skipped" : "done", detail: running.detail });
      return value;
    } catch (error) {
      throw this.failed(name, error);
    }
  }

  /** Runs a task as a part of the present step, which it brings to `upTo`, a share in [0, 1]. */
  async run<S>(make: (options: PartOptions) => Task<S>, upTo = 1): Promise<S> {
    this.requireWanted();
    const part = make(this.options);
    this.part = part;
    this.shareAfterPart = Math.max(upTo, this.share);
    try {
      return await part;
    } finally {
      this.part = undefined;
      this.share = this.shareAfterPart;
      this.turnBegan = performance.now();
    }
  }

  /** For plain code that takes long: lets others have their turn, and ends when the flow is stopped. */
  async breathe(): Promise<void> {
    if (performance.now() - this.turnBegan < turnMs) return;
    await setImmediate();
    this.requireWanted();
    this.turnBegan = performance.now();
  }

  /** Share of the present step. */
  get shareDone(): number {
    const ahead = this.shareAfterPart - this.share;
    return this.share + ahead * (this.part?.measure().fraction ?? 0);
  }

  get isStopped(): boolean {
    return this.why !== undefined;
  }

  stop(why: "cancelled" | "timedOut"): void {
    this.why = why;
    this.part?.cancel();
  }

  /** The end that is no result: with the record, so that it is seen how far it came. */
  explained(error: unknown, timeoutMs: number): Explained {
    const outcome = this.why ?? outcomeOfError(error);
    const { name, record } = this;
    if (outcome !== "failed") {
      const data = { task: name, reason: outcome, record };
      return { outcome, reason: () => stoppedError(outcome, name, timeoutMs, data) };
    }
    // The error is the flow's own: tasks make theirs for who awaits them.
    if (error instanceof PrismError && typeof error.data === "object") {
      Reflect.set(error, "data", { ...error.data, record });
    }
    return { outcome, reason: () => withCallers(error) };
  }

  private requireWanted(): void {
    if (this.why !== undefined) throw stoppedError(this.why, this.name, 0);
  }

  /** What physics or resources forbid becomes a refusal, which rolls back; the rest is an error. */
  private failed(step: FlowStepName, error: unknown): unknown {
    if (this.current?.status !== "running") return error; // thrown by `onStep`, when all was over
    if (this.why !== undefined || outcomeOfError(error) !== "failed") {
      this.end({ status: "cancelled", detail: "stopped" });
      return error;
    }
    const refusal = refusalOf(step, error);
    if (refusal === undefined) {
      this.end({
        status: "failed",
        detail: error instanceof Error ? error.message : String(error),
      });
      return error;
    }
    const { code, message, data } = refusal;
    const reason = { step, code, message, ...(data === undefined ? {} : { data }) };
    this.end({ status: "failed", detail: message, reason });
    return refusal;
  }

  private end(how: Pick<FlowStep, "status" | "detail" | "reason">): void {
    const { step, startedAt } = this.steps.pop()!;
    this.steps.push({ step, startedAt, ms: performance.now() - startedAt, ...how });
    this.tell();
  }

  private tell(): void {
    this.onStep?.(this.steps.at(-1)!);
  }
}

/** Undefined for what is neither physics nor resources: the engine failed, or somebody's code. */
function refusalOf(step: FlowStepName, error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (!(error instanceof PrismError)) return undefined;
  const { message, data } = error;
  if (error instanceof ResourceExhausted) {
    const isOfNodes = typeof data === "object" && data !== null && "maxNodes" in data;
    return new Refusal(isOfNodes ? "MAX_NODES" : "MEMORY", message, data, { cause: error });
  }
  if (error instanceof QuotaExceeded || error instanceof OutOfMemory) {
    return new Refusal("MEMORY", message, data, { cause: error });
  }
  const isOfInput = [DomainError, InvalidConfiguration, ShapeError, SymmetryError].some(
    (type) => error instanceof type,
  );
  if (!isOfInput) return undefined;
  const code = patternFaults.has(step) ? "PATTERN" : "CONFIGURATION";
  return new Refusal(code, message, data, { cause: error });
}
