import { PrismError, RuntimeClosed } from "../base/errors.js";
import { Admission } from "./admission.js";
import type { Engine } from "./engine.js";
import { enter, leave } from "./interrupt.js";
import type { CheckedCall } from "./kernel-call.js";
import { TaskLedger } from "./ledger.js";
import { runtimeLog } from "./log.js";
import type { Hosts } from "./remote/hosts.js";
import type { Task } from "./task.js";
import type { Outcome, Work } from "./work.js";

/** What a runtime shares with the works of its tasks. */
export class RuntimeCore {
  readonly engine: Engine;
  readonly poolId: number;
  /** Bytes, for all its tasks together. */
  readonly memoryLimit: number;
  readonly admission: Admission;
  /** For calls that run outside of the pool. */
  readonly hosts: Hosts;
  readonly ledger: TaskLedger = new TaskLedger();
  /** Tasks that have not settled. */
  private active = 0;
  private phase: "open" | "draining" | "closing" | "closed" = "open";
  private drained: (() => void) | undefined;
  /** They may be between two attempts, where nobody else knows of them. */
  private readonly retrying = new Map<Work<unknown>, Task<unknown>>();

  constructor(engine: Engine, poolId: number, memoryLimit: number, hosts: Hosts) {
    this.engine = engine;
    this.poolId = poolId;
    this.memoryLimit = memoryLimit;
    this.hosts = hosts;
    this.admission = new Admission((bytes) => engine.addon.reserve(poolId, bytes));
  }

  get isOpen(): boolean {
    return this.phase === "open";
  }

  /** @throws {RuntimeClosed} for a new task, also while the old ones go on. */
  requireOpen(): void {
    if (this.phase !== "open") throw new RuntimeClosed();
  }

  /** @throws {RuntimeClosed} for another attempt of a task accepted before. */
  requirePool(): void {
    if (this.phase === "closing" || this.phase === "closed") throw new RuntimeClosed();
  }

  accepted(kernel: string): void {
    this.active += 1;
    this.ledger.submitted(kernel);
    const log = runtimeLog();
    if (log.traceEnabled) log.trace({ kernel }, "accepted");
  }

  retried(kernel: string): void {
    this.ledger.retried(kernel);
    runtimeLog().info({ kernel }, "runs again");
  }

  rejectedByQuota(kernel: string): void {
    this.ledger.rejectedByQuota(kernel);
  }

  settled(
    call: CheckedCall<unknown>,
    serial: number,
    outcome: Outcome,
    waitMs: number,
    runMs: number | undefined,
    reason?: () => unknown,
  ): void {
    this.active -= 1;
    this.ledger.settled(call.kernel, outcome, waitMs, runMs);
    this.ledger.remember(serial, call.name, outcome);
    const log = runtimeLog();
    if (log.debugEnabled || (log.warnEnabled && outcome === "failed")) {
      const error = outcome === "failed" ? errorCode(reason?.()) : undefined;
      const fields = {
        task: call.name,
        kernel: call.kernel,
        serial,
        outcome,
        error,
        waitMs,
        runMs,
      };
      log[outcome === "failed" ? "warn" : "debug"](fields, "settled");
    }
    if (this.active === 0 && this.drained !== undefined) this.drained();
  }

  /** A record, and with it perhaps memory, has come back. */
  released(): void {
    if (this.admission.waiting > 0) this.admission.advance();
  }

  /** Until `forget`, as long as the task has not settled already. */
  retries(work: Work<unknown>, task: Task<unknown>): void {
    if (task.record.steps.returned === undefined) this.retrying.set(work, task);
  }

  forget(work: Work<unknown>): void {
    this.retrying.delete(work);
  }

  /** `works` are under way; more than these wait. Others, unwound by the stop button, never settle. */
  recount(works: Iterable<Work<unknown>>): void {
    const waiting = this.admission.applicants();
    this.active = new Set<unknown>([...works, ...waiting, ...this.retrying.keys()]).size;
  }

  /** Accepts no more tasks, and resolves when those it has are settled. */
  drain(): Promise<void> {
    this.phase = "draining";
    return this.settledAll();
  }

  /** Cancels what is left, and resolves when it is settled. */
  async stop(works: readonly Work<unknown>[]): Promise<void> {
    this.phase = "closing";
    enter();
    try {
      this.admission.close();
      for (const task of this.retrying.values()) task.cancel();
      for (const work of works) work.stop("cancelled");
      this.hosts.cancelAll();
    } finally {
      leave();
    }
    await this.settledAll();
    await this.hosts.close();
  }

  /** Lets the threads go. */
  close(): void {
    this.engine.addon.closePool(this.poolId);
    this.phase = "closed";
  }

  private async settledAll(): Promise<void> {
    if (this.active === 0) return;
    await new Promise<void>((resolve) => {
      this.drained = resolve;
    });
  }
}

/** What tells failures apart in a log. */
function errorCode(error: unknown): string | undefined {
  if (error instanceof PrismError) return error.code;
  return error instanceof Error ? error.name : undefined;
}
