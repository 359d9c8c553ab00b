import { OutOfMemory, type PrismError, TaskFailed } from "../base/errors.js";
import type { TaskSpan } from "./activity.js";
import { type NativeResult, submitted } from "./addon.js";
import type { Applicant } from "./admission.js";
import type { Submission, Turn } from "./engine.js";
import { interruptCounters, unguarded } from "./interrupt.js";
import type { CheckedCall } from "./kernel-call.js";
import { float, floatBase, int, intBase, recordState, type Slab } from "./records.js";
import type { RuntimeCore } from "./runtime-core.js";
import {
  type Failure,
  failureError,
  outcomeOf,
  stoppedError,
  tooLargeError,
} from "./task-errors.js";
import { type Priority, priorities, type TaskOptions } from "./task-options.js";
import { copyOf, isShared } from "./views.js";
import type { End, Outcome, TaskStats, Work, WorkRecord } from "./work.js";

/** A tick is 0.1 µs. */
const ticksPerMs = 1e4;
const noInputs: readonly ArrayBufferView[] = [];
const settled = Promise.resolve();
const nothing: NativeResult = { message: "", outputs: [] };

/** A kernel on the threads of a runtime's pool. */
export class NativeWork<T> implements Work<T>, Submission, Applicant {
  readonly priority: Priority;
  /** Bytes it has declared; 0 for none. */
  readonly bytes: number;
  slot = -1;
  private readonly core: RuntimeCore;
  private readonly call: CheckedCall<T>;
  private readonly kernel: number;
  private inputs: readonly ArrayBufferView[];
  private readonly keepsInputs: boolean;
  private end: End<T> | undefined;
  private timeoutMs = 0;
  private startedAt = 0;
  /** The interrupt epoch when it began to wait for memory. */
  private epoch = 0;
  private serial = 0;
  /** Its record, from submission until it has finished. */
  private slab: Slab | undefined;
  private result: NativeResult | undefined;
  /** No thread has taken it, and none will. */
  private withdrawn = false;
  /** The caller's decoder has begun; one that the stop button has ended is not called again. */
  private isDecoding = false;
  /**
   * Taken over from the record when it has finished, in ticks after `startedAt`: small integers lie in
   * the object itself, and of a hundred thousand tasks the collector has half as much to look at.
   */
  private evaluated: number | undefined;
  private scheduled: number | undefined;
  private allocated: number | undefined;
  private executed: number | undefined;
  private freed: Turn | undefined;
  private worker = -1;
  private peakBytes = 0;
  private chunksDone = 0;
  private chunksTotal = 0;

  constructor(core: RuntimeCore, call: CheckedCall<T>, kernel: number, options: TaskOptions) {
    this.core = core;
    this.call = call;
    this.kernel = kernel;
    this.priority = options.priority ?? "normal";
    this.bytes = Math.floor(options.memoryLimit ?? 0);
    this.keepsInputs = options.retry !== undefined;
    const { inputs } = call;
    // The caller may write into its arrays between two attempts, or while the task waits.
    this.inputs = this.keepsInputs || this.bytes > 0 ? inputs.map(copyOf) : inputs;
    core.accepted(call.kernel);
  }

  isOf(core: RuntimeCore): boolean {
    return this.core === core;
  }

  get phase(): "submitted" | "queued" | "running" {
    if (this.slab === undefined) return this.executed === undefined ? "submitted" : "running";
    const state = this.slab.ints[intBase(this.slot) + int.state];
    return state === recordState.queued ? "queued" : "running";
  }

  start(end: End<T>, timeoutMs: number, at: number): void {
    this.end = end;
    this.timeoutMs = timeoutMs;
    this.startedAt = at;
    if (this.bytes === 0) {
      this.submit();
    } else if (this.bytes > this.core.memoryLimit) {
      const { name } = this.call;
      this.core.rejectedByQuota(this.call.kernel);
      end.fail("failed", () => tooLargeError(name, this.bytes, this.core.memoryLimit));
    } else {
      this.epoch = Atomics.load(interruptCounters, 0);
      this.core.admission.enter(this);
    }
  }

  /** Its memory is set aside. */
  admitted(): void {
    if (Atomics.load(interruptCounters, 0) !== this.epoch) {
      // What held the memory was stopped, and so is what waited for it.
      this.core.engine.addon.unreserve(this.core.poolId, this.bytes);
      this.endStopped("cancelled");
      return;
    }
    try {
      this.submit();
    } catch (error) {
      this.core.engine.addon.unreserve(this.core.poolId, this.bytes);
      this.end?.fail("failed", () => error);
    }
  }

  refused(): void {
    this.endStopped("cancelled");
  }

  stop(why: "cancelled" | "timedOut"): boolean {
    const { slab } = this;
    if (slab === undefined) {
      if (!this.core.admission.leave(this)) return false;
      this.endStopped(why);
      return true;
    }
    if (slab.floats[floatBase(this.slot) + float.finished] !== 0) return false;
    // The engine tells nothing of a task it has let go: if something unwinds this, it is redone.
    void settled.then(() => this.endWithdrawn(why));
    this.withdrawn = this.core.engine.addon.withdraw(this.slot);
    if (this.withdrawn) {
      this.endWithdrawn(why);
    } else if (why === "cancelled") {
      Atomics.store(slab.ints, intBase(this.slot) + int.cancel, 1);
    } // a deadline is the engine's own
    return true;
  }

  chunks(): { readonly done: number; readonly total: number } {
    if (this.slab !== undefined) this.readChunks(this.slab);
    return { done: this.chunksDone, total: this.chunksTotal };
  }

  record(): WorkRecord {
    return {
      priority: this.priority,
      worker: this.worker < 0 ? undefined : this.worker,
      steps: {
        evaluated: this.timeOf(this.evaluated),
        scheduled: this.timeOf(this.scheduled),
        allocated: this.timeOf(this.allocated),
        executed: this.timeOf(this.executed),
        freed: this.freed?.endedAt,
      },
    };
  }

  stats(): TaskStats | undefined {
    const runMs = this.runMs();
    if (runMs === undefined) return undefined;
    return { queuedMs: this.queuedMs(), runMs, peakBytes: this.peakBytes };
  }

  retried(): void {
    this.core.retried(this.call.kernel);
    this.evaluated = undefined;
    this.scheduled = undefined;
    this.allocated = undefined;
    this.executed = undefined;
    this.freed = undefined;
  }

  closed(outcome: Outcome, reason?: () => unknown): void {
    if (this.keepsInputs) this.core.forget(this);
    this.core.settled(this.call, this.serial, outcome, this.queuedMs(), this.runMs(), reason);
  }

  /** What the thread that runs it now does, for the timeline; undefined while no thread does. */
  span(): TaskSpan | undefined {
    if (this.slab === undefined || this.phase !== "running") return undefined;
    const started = this.slab.floats[floatBase(this.slot) + float.started];
    return {
      serial: this.serial,
      name: this.call.name,
      state: "running",
      worker: this.slab.ints[intBase(this.slot) + int.worker],
      startMs: started + this.core.engine.clockOffset,
      endMs: performance.now(),
      helper: false,
    };
  }

  /** Called by the engine, after an interrupt perhaps twice. */
  finished(turn: Turn): void {
    const { slab, slot, end } = this;
    if (slab === undefined || end === undefined) return;
    const base = intBase(slot);
    if (slab.ints[base + int.state] !== recordState.finished) return;
    if (this.result === undefined) {
      this.result =
        slab.ints[base + int.hasResult] === 0
          ? nothing
          : (this.core.engine.addon.takeResult(slot) ?? nothing);
    }
    this.takeOver(slab);
    const status = this.core.engine.addon.statuses[slab.ints[base + int.status]] as string;
    const { result } = this; // kept until `release`, for the second time
    if (status !== "ok") this.fail(end, status, result.message);
    else if (end.isInterrupted) this.endStopped("cancelled");
    else this.succeed(end, result, turn.beganAt);
    this.release();
    this.freed = turn;
  }

  private submit(): void {
    const { core } = this;
    const { engine } = core;
    core.requirePool();
    const slot = engine.records.take();
    const slab = engine.records.slabOf(slot);
    this.slot = slot;
    this.serial = engine.nextSerial();
    this.fill(slab);
    const inputs = this.inputs.length > 0 ? this.inputs : undefined;
    // No call of JavaScript from here to the submission, which something could unwind in between.
    engine.expect(this);
    this.slab = slab;
    let outcome: number;
    try {
      outcome = engine.addon.submit(core.poolId, slot, inputs);
    } catch (error) {
      this.slab = undefined;
      engine.forget(this);
      throw error;
    }
    if (outcome === submitted.inBurst) {
      engine.flushLater();
    } else if (outcome !== submitted.queued) {
      this.slab = undefined;
      engine.forget(this);
      throw refusedError(this.call.name, outcome);
    }
    if (!this.keepsInputs) this.inputs = this.inputs.filter(isShared);
  }

  private fill({ ints, floats }: Slab): void {
    const base = intBase(this.slot);
    const { params } = this.call;
    ints[base + int.priority] = priorities.indexOf(this.priority);
    ints[base + int.kernel] = this.kernel;
    const at = floatBase(this.slot);
    floats[at + float.serial] = this.serial;
    floats[at + float.memoryLimit] = this.bytes;
    floats[at + float.reservedBytes] = this.bytes;
    floats[at + float.timeoutMs] =
      this.timeoutMs > 0
        ? Math.max(this.timeoutMs - (performance.now() - this.startedAt), 0.001)
        : 0;
    ints[base + int.paramCount] = params.length;
    for (let i = 0; i < params.length; i++) floats[at + float.params + i] = params[i];
  }

  private succeed(end: End<T>, result: NativeResult, at: number): void {
    let value: T;
    if (this.isDecoding) {
      this.isDecoding = false;
      this.endStopped("cancelled");
      return;
    }
    this.isDecoding = true;
    try {
      const { outputs } = result;
      value =
        outputs.length > 0 ? unguarded(() => this.call.decode(outputs)) : this.call.decode(outputs);
    } catch (error) {
      this.isDecoding = false;
      end.fail("failed", () => error);
      return;
    }
    this.isDecoding = false;
    end.succeed(value, at);
  }

  private fail(end: End<T>, status: string, detail: string): void {
    if (status === "quotaExceeded") this.core.rejectedByQuota(this.call.kernel);
    const failure: Failure = {
      status,
      detail,
      name: this.call.name,
      stats: this.stats() as TaskStats,
      timeoutMs: this.timeoutMs,
      memoryLimit: this.bytes > 0 ? this.bytes : this.core.memoryLimit,
      scope: this.bytes > 0 ? "task" : "runtime",
      isOwn: this.kernel < this.core.engine.addon.kernels.length,
    };
    end.fail(outcomeOf(status), () => failureError(failure));
  }

  private endStopped(why: "cancelled" | "timedOut"): void {
    const { name } = this.call;
    this.end?.fail(why, () => stoppedError(why, name, this.timeoutMs));
  }

  private endWithdrawn(why: "cancelled" | "timedOut"): void {
    const { slab } = this;
    if (slab === undefined || !this.withdrawn) return;
    this.takeOver(slab);
    this.endStopped(why);
    this.release();
    this.freed = { beganAt: 0, endedAt: performance.now() };
  }

  private takeOver(slab: Slab): void {
    const at = floatBase(this.slot);
    const origin = this.startedAt - this.core.engine.clockOffset;
    this.evaluated = ticks(slab.floats[at + float.evaluated] - origin);
    this.scheduled = ticks(slab.floats[at + float.scheduled] - origin);
    this.readChunks(slab);
    const finished = slab.floats[at + float.finished];
    if (finished === 0) return; // withdrawn
    this.allocated = ticks(slab.floats[at + float.started] - origin);
    this.executed = ticks(finished - origin);
    this.peakBytes = slab.floats[at + float.peakBytes];
    this.worker = slab.ints[intBase(this.slot) + int.worker];
  }

  private readChunks({ ints }: Slab): void {
    const base = intBase(this.slot);
    this.chunksDone = ints[base + int.chunksDone];
    this.chunksTotal = ints[base + int.chunksTotal];
  }

  /** The record goes back, and with it the memory that was set aside. */
  private release(): void {
    this.core.engine.forget(this); // first: what is unwound before it is done again
    this.slab = undefined;
    this.withdrawn = false;
    this.result = undefined;
    if (!this.keepsInputs) this.inputs = noInputs;
    this.core.released();
  }

  private queuedMs(): number {
    if (this.startedAt === 0) return 0; // its signal had aborted before
    if (this.allocated === undefined) return performance.now() - this.startedAt;
    return this.allocated / ticksPerMs;
  }

  private runMs(): number | undefined {
    if (this.allocated === undefined || this.executed === undefined) return undefined;
    return (this.executed - this.allocated) / ticksPerMs;
  }

  private timeOf(after: number | undefined): number | undefined {
    return after === undefined ? undefined : this.startedAt + after / ticksPerMs;
  }
}

function ticks(milliseconds: number): number {
  return Math.round(milliseconds * ticksPerMs);
}

function refusedError(name: string, outcome: number): PrismError {
  if (outcome === submitted.noMemory) {
    return new OutOfMemory(`${name} could not be queued: no memory for it`, { task: name });
  }
  const [detail] = Object.entries(submitted).find(([, code]) => code === outcome) ?? ["unknown"];
  const data = { task: name, reason: "refused", detail };
  return new TaskFailed(`the engine refused ${name} (${detail}). Please report this.`, data);
}
