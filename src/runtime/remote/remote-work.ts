import { OutOfMemory } from "../../base/errors.js";
import type { TaskSpan, TaskSpanState } from "../activity.js";
import type { Applicant } from "../admission.js";
import { interruptCounters, unguarded } from "../interrupt.js";
import type { CheckedCall } from "../kernel-call.js";
import { runtimeLog } from "../log.js";
import type { RegisteredKernel } from "../register-kernel.js";
import type { RuntimeCore } from "../runtime-core.js";
import {
  type Failure,
  failureError,
  outcomeOfError,
  stoppedError,
  tooLargeError,
} from "../task-errors.js";
import type { Priority, TaskOptions } from "../task-options.js";
import { copyOf, isShared } from "../views.js";
import type { End, Outcome, TaskStats, Work, WorkRecord } from "../work.js";
import type { Caller, Death, Host } from "./host.js";
import type { HostPool } from "./host-pool.js";
import { checkMessageSize } from "./message-size.js";
import { monotonicMs, type RemoteCall, type Reply, type RunRecord } from "./messages.js";
import { fromPortable, type Portable } from "./portable-error.js";
import { crashedError, notStartedError } from "./remote-errors.js";

/** A kernel that was asked to stop, and has not within this, is ended with its process or thread. */
const graceMs = 100;

const noInputs: readonly ArrayBufferView[] = [];

/** A kernel in another process, or one in JavaScript on a thread of its own. */
export class RemoteWork<T> implements Work<T>, Applicant, Caller {
  readonly priority: Priority;
  /** Bytes it has declared; 0 for none. */
  readonly bytes: number;
  private readonly core: RuntimeCore;
  private readonly call: CheckedCall<T>;
  private readonly origin: RegisteredKernel | undefined;
  private readonly isProcess: boolean;
  private readonly pool: HostPool;
  /** In the line for a host, where memory does not count. */
  private readonly seat: Applicant;
  private readonly keepsInputs: boolean;
  private inputs: readonly ArrayBufferView[];
  /** The inputs are copies of the caller's. */
  private ownsInputs = false;
  private stage: "submitted" | "queued" | "running" = "submitted";
  /** Set while an attempt is under way. */
  private end: End<T> | undefined;
  private host: Host | undefined;
  private why: "cancelled" | "timedOut" | undefined;
  private stoppedAt = 0;
  private epoch = 0;
  private serial = 0;
  private timeoutMs = 0;
  private startedAt: number = performance.now();
  private reserved = 0;
  private evaluated: number | undefined;
  private scheduled: number | undefined;
  private allocated: number | undefined;
  private executed: number | undefined;
  private freed: number | undefined;
  private peakBytes = 0;
  private lastChunks: { readonly done: number; readonly total: number } = { done: 0, total: 0 };

  /** @throws {ResourceExhausted} inputs that no message can hold. */
  constructor(
    core: RuntimeCore,
    call: CheckedCall<T>,
    options: TaskOptions,
    origin: RegisteredKernel | undefined,
  ) {
    const { inputs } = call;
    this.isProcess = options.isolation === "process";
    if (this.isProcess) checkMessageSize(call.name, "inputs", inputs);
    core.accepted(call.kernel);
    this.core = core;
    this.call = call;
    this.origin = origin;
    this.pool = this.isProcess ? core.hosts.processes : core.hosts.threads;
    this.priority = options.priority ?? "normal";
    this.bytes = Math.floor(options.memoryLimit ?? 0);
    this.keepsInputs = options.retry !== undefined;
    this.inputs = inputs;
    this.seat = {
      bytes: 0,
      priority: this.priority,
      admitted: () => this.seated(),
      refused: () => this.endStopped("cancelled"),
    };
  }

  get phase(): "submitted" | "queued" | "running" {
    return this.stage;
  }

  start(end: End<T>, timeoutMs: number, at: number): void {
    const { core } = this;
    core.requirePool();
    this.end = end;
    this.timeoutMs = timeoutMs;
    this.startedAt = at;
    if (this.bytes > core.memoryLimit) {
      const { name } = this.call;
      core.rejectedByQuota(this.call.kernel);
      this.finish(() =>
        end.fail("failed", () => tooLargeError(name, this.bytes, core.memoryLimit)),
      );
      return;
    }
    this.peakBytes = this.inputs.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (this.isOverQuota()) {
      this.finish(() => this.failOverQuota(end));
      return;
    }
    this.serial = core.engine.nextSerial();
    this.epoch = Atomics.load(interruptCounters, 0);
    // The caller may write into its arrays before the next attempt.
    if (this.keepsInputs) this.ownInputs();
    core.hosts.add(this);
    if (this.bytes > 0) core.admission.enter(this);
    else this.admitted();
    // Or while the task waits.
    if (this.waits) this.ownInputsOrEnd(end);
  }

  /** Its memory is set aside. */
  admitted(): void {
    this.reserved = this.bytes;
    this.evaluated = performance.now();
    this.scheduled = this.evaluated;
    this.stage = "queued";
    this.pool.enter(this.seat);
  }

  refused(): void {
    this.endStopped("cancelled");
  }

  stop(why: "cancelled" | "timedOut"): boolean {
    if (this.end === undefined) return false;
    if (this.why !== undefined) return true;
    this.why = why;
    this.stoppedAt = performance.now();
    if (this.host !== undefined) {
      this.host.cancel();
    } else if (this.leave()) {
      this.endStopped(why);
    }
    return true;
  }

  /** Some times a second while it is in flight: was the stop button pressed, is it stuck? */
  look(epoch: number, now: number): void {
    if (epoch !== this.epoch) this.stop("cancelled");
    const { host, why } = this;
    if (why === undefined || now - this.stoppedAt < graceMs) return;
    if (host === undefined) {
      this.endStopped(why); // unwound on its way from the line to a host
      return;
    }
    this.keepChunks(host);
    this.pool.kill(host);
    this.endStopped(why);
  }

  replied(reply: Reply): void {
    const { host, end } = this;
    if (host === undefined || end === undefined) return;
    this.keepChunks(host);
    this.takeOver(reply.run);
    this.pool.giveBack(host);
    if (this.why !== undefined) this.endStopped(this.why);
    else if (end.isInterrupted) this.endStopped("cancelled");
    else if (this.isOverQuota()) this.finish(() => this.failOverQuota(end));
    else if (reply.kind === "done") this.finish(() => this.succeed(end, reply.outputs));
    else this.finish(() => this.fail(end, reply.error));
  }

  died(death: Death): void {
    const { host, end, why } = this;
    if (host === undefined || end === undefined) return;
    this.keepChunks(host);
    this.executed = performance.now();
    if (why !== undefined) {
      this.endStopped(why);
      return;
    }
    const stats = this.stats();
    runtimeLog().error({ task: this.call.name, ...death }, "its host died");
    this.finish(() =>
      end.fail("failed", () =>
        crashedError(this.call.name, this.isOwn, this.isProcess, death, stats),
      ),
    );
  }

  chunks(): { readonly done: number; readonly total: number } {
    return this.host?.chunks() ?? this.lastChunks;
  }

  record(): WorkRecord {
    const { evaluated, scheduled, allocated, executed, freed } = this;
    return {
      priority: this.priority,
      worker: undefined,
      steps: { evaluated, scheduled, allocated, executed, freed },
    };
  }

  stats(): TaskStats | undefined {
    const { allocated, executed } = this;
    if (allocated === undefined || executed === undefined) return undefined;
    return { queuedMs: this.queuedMs(), runMs: executed - allocated, peakBytes: this.peakBytes };
  }

  retried(): void {
    this.core.retried(this.call.kernel);
    this.remember("failed");
    this.stage = "submitted";
    this.evaluated = undefined;
    this.scheduled = undefined;
    this.allocated = undefined;
    this.executed = undefined;
    this.freed = undefined;
  }

  closed(outcome: Outcome, reason?: () => unknown): void {
    if (this.keepsInputs) this.core.forget(this);
    this.remember(outcome);
    const runMs = this.stats()?.runMs;
    this.core.settled(this.call, this.serial, outcome, this.queuedMs(), runMs, reason);
    this.inputs = noInputs;
  }

  /** For the timeline; undefined while it does not run. */
  span(): TaskSpan | undefined {
    return this.host === undefined ? undefined : this.spanOf("running", performance.now());
  }

  /** There is a host for it. */
  private seated(): void {
    const { name } = this.call;
    let host: Host;
    try {
      host = this.pool.take();
    } catch (error) {
      const place = this.isProcess ? "process" : "thread";
      this.endFailed(() => notStartedError(name, place, (error as Error).message));
      return;
    }
    const sentAt = performance.now();
    try {
      host.run(this.remoteCall(), this);
    } catch (error) {
      this.pool.giveBack(host);
      const detail = (error as Error).message;
      this.endFailed(
        () => new OutOfMemory(`${name} could not be sent: ${detail}`, { task: name, detail }),
      );
      return;
    }
    this.host = host;
    this.stage = "running";
    this.allocated = sentAt;
    if (!this.keepsInputs) this.inputs = this.inputs.filter(isShared);
  }

  private remoteCall(): RemoteCall {
    const { kernel, name, params } = this.call;
    const spentMs = performance.now() - this.startedAt;
    return {
      kernel,
      name,
      // A thread takes over what it is given; a process gets a copy in any case.
      inputs: this.isProcess || this.isTheirs ? this.inputs : this.inputs.map(copyOf),
      params,
      memoryLimit: this.bytes,
      timeoutMs: this.timeoutMs > 0 ? Math.max(this.timeoutMs - spentMs, 0.001) : 0,
      origin: this.origin,
    };
  }

  /** The inputs are copies that nobody else needs. */
  private get isTheirs(): boolean {
    return this.ownsInputs && !this.keepsInputs;
  }

  /** False when it does not wait any more. */
  private leave(): boolean {
    return this.stage === "queued" ? this.pool.leave(this.seat) : this.core.admission.leave(this);
  }

  private get waits(): boolean {
    return this.end !== undefined && this.host === undefined;
  }

  private ownInputsOrEnd(end: End<T>): void {
    try {
      this.ownInputs();
    } catch (error) {
      this.leave();
      this.finish(() => end.fail("failed", () => error));
    }
  }

  private ownInputs(): void {
    if (this.ownsInputs) return;
    this.inputs = this.inputs.map(copyOf);
    this.ownsInputs = true;
  }

  private succeed(end: End<T>, outputs: readonly ArrayBuffer[]): void {
    let value: T;
    try {
      value = unguarded(() => this.call.decode(outputs));
    } catch (error) {
      end.fail("failed", () => error);
      return;
    }
    end.succeed(value);
  }

  /** A kernel in JavaScript allocates as it likes: only its inputs and results can be measured. */
  private isOverQuota(): boolean {
    const isModule = this.origin !== undefined && "module" in this.origin;
    return isModule && this.peakBytes > this.limitBytes;
  }

  /** A kernel of the engine. */
  private get isOwn(): boolean {
    return this.origin === undefined;
  }

  private get limitBytes(): number {
    return this.bytes > 0 ? this.bytes : this.core.memoryLimit;
  }

  private failOverQuota(end: End<T>): void {
    this.core.rejectedByQuota(this.call.kernel);
    const failure: Failure = {
      status: "quotaExceeded",
      detail: `its inputs and results are ${this.peakBytes} bytes`,
      name: this.call.name,
      stats: this.stats() ?? { queuedMs: 0, runMs: 0, peakBytes: this.peakBytes },
      timeoutMs: this.timeoutMs,
      memoryLimit: this.limitBytes,
      scope: this.bytes > 0 ? "task" : "runtime",
      isOwn: this.isOwn,
    };
    end.fail("failed", () => failureError(failure));
  }

  private fail(end: End<T>, error: Portable): void {
    const code = error.kind === "error" ? error.code : undefined;
    if (code === "QUOTA_EXCEEDED") this.core.rejectedByQuota(this.call.kernel);
    if (code === "TASK_TIMEOUT") {
      end.fail("timedOut", () => this.stopped("timedOut"));
    } else {
      end.fail(outcomeOfError(fromPortable(error)), () => fromPortable(error));
    }
  }

  private endStopped(why: "cancelled" | "timedOut"): void {
    const { end } = this;
    this.finish(() => end?.fail(why, () => this.stopped(why)));
  }

  private endFailed(reason: () => unknown): void {
    const { end } = this;
    this.finish(() => end?.fail("failed", reason));
  }

  private stopped(why: "cancelled" | "timedOut"): unknown {
    const { name } = this.call;
    const stats = this.stats();
    const data = { task: name, reason: why, ...stats };
    return stoppedError(why, name, this.timeoutMs, data);
  }

  /** Before the task is told: what follows from its end finds memory and host free. */
  private finish(tell: () => void): void {
    if (this.host !== undefined) this.executed ??= performance.now();
    this.end = undefined;
    this.host = undefined;
    this.why = undefined;
    this.core.hosts.remove(this);
    if (this.reserved > 0) {
      this.core.engine.addon.unreserve(this.core.poolId, this.reserved);
      this.reserved = 0;
      this.core.released();
    }
    if (!this.keepsInputs) this.inputs = noInputs;
    tell();
    this.freed = performance.now();
  }

  /** The host's clock is not ours to the last digit; the order of the steps is. */
  private takeOver(run: RunRecord | undefined): void {
    const now = performance.now();
    this.executed = now;
    if (run === undefined) return;
    const offset = now - monotonicMs();
    const sent = this.allocated ?? now;
    this.allocated = Math.min(now, Math.max(sent, run.startedAt + offset));
    this.executed = Math.min(now, Math.max(this.allocated, run.endedAt + offset));
    this.peakBytes = run.peakBytes;
  }

  private keepChunks(host: Host): void {
    this.lastChunks = host.chunks();
  }

  private remember(state: TaskSpanState): void {
    if (this.executed !== undefined) this.core.hosts.remember(this.spanOf(state, this.executed));
  }

  private spanOf(state: TaskSpanState, endMs: number): TaskSpan {
    const { serial, allocated = endMs } = this;
    const { name } = this.call;
    return { serial, name, state, worker: -1, startMs: allocated, endMs, helper: false };
  }

  private queuedMs(): number {
    return (this.allocated ?? performance.now()) - this.startedAt;
  }
}
