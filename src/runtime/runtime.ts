import { totalmem } from "node:os";
import { requireInRange, requireObject, show } from "../base/check.js";
import {
  DomainError,
  InvalidConfiguration,
  OutOfMemory,
  type PrismError,
  QuotaExceeded,
  TaskCancelled,
  TaskFailed,
  TaskTimeout,
  ThreadCreationFailed,
} from "../base/errors.js";
import type { Addon, NativeResult, PoolInfo } from "./addon.js";
import { type ControlBlock, ControlBlocks, fractionDone, requestCancel } from "./control-blocks.js";
import { interruptCounters } from "./interrupt.js";
import { loadAddon } from "./load-addon.js";
import { checkMemoryLimit, Task, type TaskOptions, type TaskStats } from "./task.js";

export interface RuntimeOptions {
  /** 1 to 1024; default one a hardware thread. */
  readonly threadCount?: number;
  /** Bytes of stack a thread, at least 65,536; default 8 MiB. */
  readonly stackSize?: number;
  /** Bytes that one task may hold; default three quarters of the machine's memory. */
  readonly memoryLimit?: number;
}

/** A native kernel with its arguments, and how to read its result. */
export interface KernelCall<T> {
  /** Name in the native table of jobs. */
  readonly kernel: string;
  /** What the user called, for messages. */
  readonly name: string;
  readonly inputs: readonly ArrayBufferView[];
  readonly params?: readonly number[];
  decode(outputs: readonly ArrayBuffer[]): T;
}

const blocks = new ControlBlocks();
let shared: Runtime | undefined;

/** A pool of native threads. Most programs use the shared one and never make their own. */
export class Runtime {
  readonly threadCount: number;
  readonly memoryLimit: number;
  private readonly addon: Addon;
  private readonly poolId: number;
  private closed = false;

  /** @throws {DomainError} an option out of range. @throws {AddonUnavailable} engine not built. */
  constructor(options: RuntimeOptions = {}) {
    checkRuntimeOptions(options);
    this.addon = loadAddon();
    this.addon.setInterruptCounters(interruptCounters);
    const pool = openPool(this.addon, options);
    this.poolId = pool.poolId;
    this.threadCount = pool.threadCount;
    this.memoryLimit = Math.floor(options.memoryLimit ?? machineMemoryLimit());
  }

  /** The runtime that calls use when they are given none; starts on first use. */
  static get shared(): Runtime {
    shared ??= new Runtime();
    return shared;
  }

  /** @internal The runtime that a call's options name, or the shared one. */
  static of(options: TaskOptions): Runtime {
    requireObject("options", options, "{ timeoutMs: 5000 }");
    const { runtime } = options;
    if (runtime === undefined) return Runtime.shared;
    if (runtime instanceof Runtime) return runtime;
    throw new InvalidConfiguration(
      `runtime must be a Runtime, such as new Runtime({ threadCount: 2 }), got ${show(runtime)}`,
      { runtime },
    );
  }

  /** Threads at work, tasks waiting, jobs stolen since the start. */
  stats(): { readonly busy: number; readonly queued: number; readonly steals: number } {
    this.requireOpen();
    return this.addon.poolStats(this.poolId);
  }

  /** Cancels what still runs and lets the threads go. Closing twice is harmless. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (shared === this) shared = undefined;
    this.addon.closePool(this.poolId);
  }

  /** @internal Runs a native kernel: the one way from the library to the addon. */
  run<T>(call: KernelCall<T>, options: TaskOptions = {}): Task<T> {
    this.requireOpen();
    const kernel = this.addon.kernels.indexOf(call.kernel);
    if (kernel < 0) {
      throw new InvalidConfiguration(
        `the native engine has no kernel "${call.kernel}"; rebuild it with \`npm run install\``,
        { kernel: call.kernel, known: this.addon.kernels },
      );
    }
    let block: ControlBlock | undefined;
    const work = {
      start: async () => {
        const control = blocks.take();
        block = control;
        Atomics.add(interruptCounters, 1, 1);
        try {
          const result = await this.addon.submit({
            poolId: this.poolId,
            kernel,
            inputs: call.inputs,
            params: call.params ?? [],
            control: control.words,
            controlIndex: control.index,
            memoryLimit: Math.floor(options.memoryLimit ?? this.memoryLimit),
            timeoutMs: options.timeoutMs ?? 0,
          });
          return { value: this.settle(call, result, options), stats: statsOf(result) };
        } finally {
          Atomics.sub(interruptCounters, 1, 1);
          block = undefined;
          blocks.release(control);
        }
      },
      cancel: () => block && requestCancel(block),
      fraction: () => (block ? fractionDone(block) : 0),
    };
    return new Task(call.name, work, options);
  }

  private settle<T>(call: KernelCall<T>, result: NativeResult, options: TaskOptions): T {
    const status = this.addon.statuses[result.status] ?? "unknown";
    if (status === "ok") return call.decode(result.outputs);
    throw failure(status, call.name, result, options.memoryLimit ?? this.memoryLimit, options);
  }

  private requireOpen(): void {
    if (!this.closed) return;
    throw new InvalidConfiguration(
      "this runtime is closed; make a new one or use the shared one",
      {},
    );
  }
}

/** What the engine of this process can do, for diagnostics. @throws {AddonUnavailable} */
export function runtimeInfo(): {
  readonly simdLevel: string;
  readonly threadCount: number;
  readonly kernels: readonly string[];
} {
  const { simdLevel, kernels } = loadAddon();
  return { simdLevel, kernels, threadCount: Runtime.shared.threadCount };
}

function statsOf({ queuedMs, runMs, peakBytes }: NativeResult): TaskStats {
  return { queuedMs, runMs, peakBytes };
}

function failure(
  status: string,
  name: string,
  result: NativeResult,
  memoryLimit: number,
  options: TaskOptions,
): PrismError {
  const data = { task: name, reason: status, detail: result.message, ...statsOf(result) };
  switch (status) {
    case "cancelled":
      return new TaskCancelled(`${name} was cancelled`, data);
    case "timedOut":
      return new TaskTimeout(
        `${name} did not finish within ${options.timeoutMs} ms; raise timeoutMs or make the input smaller`,
        { ...data, timeoutMs: options.timeoutMs },
      );
    case "quotaExceeded":
      return new QuotaExceeded(
        `${name} needs more than its limit of ${memoryLimit} bytes; raise memoryLimit or make the input smaller`,
        { ...data, memoryLimit },
      );
    case "outOfMemory":
      return new OutOfMemory(`${name} ran out of memory at ${result.peakBytes} bytes`, data);
    case "invalidInput":
      return new DomainError(`${name}: ${result.message}`, data);
    default:
      return new TaskFailed(
        `${name} failed in the native engine: ${result.message || status}. Please report this with its input.`,
        data,
      );
  }
}

function openPool(addon: Addon, { threadCount = 0, stackSize = 0 }: RuntimeOptions): PoolInfo {
  try {
    return addon.openPool(threadCount, stackSize);
  } catch (cause) {
    throw new ThreadCreationFailed(
      `the engine could start no thread (${(cause as Error).message}); ask for fewer threads or a ` +
        "smaller stackSize, or raise the system's limit (ulimit -u)",
      { threadCount, stackSize },
      { cause },
    );
  }
}

function checkRuntimeOptions(options: RuntimeOptions): void {
  const { threadCount, stackSize, memoryLimit } = requireObject(
    "runtime options",
    options,
    "{ threadCount: 4 }",
  );
  if (threadCount !== undefined) {
    requireInRange("threadCount", threadCount, 1, 1024);
    if (!Number.isInteger(threadCount)) {
      throw new DomainError(`threadCount must be a whole number, got ${threadCount}`, {
        threadCount,
      });
    }
  }
  if (stackSize !== undefined) requireInRange("stackSize", stackSize, 65536, 2 ** 31, "bytes");
  checkMemoryLimit(memoryLimit);
}

/** Bytes: three quarters of what the machine, or the control group this runs in, has. */
export function machineMemoryLimit(): number {
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.floor(0.75 * Math.min(totalmem(), constrained));
}
