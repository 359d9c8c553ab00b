/// <reference lib="esnext.disposable" preserve="true" />
import { requireObject, show, showInstead } from "../base/check.js";
import { InvalidConfiguration, ThreadCreationFailed } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { nearest, requireKnownFields } from "../base/suggest.js";
import type { RuntimeActivity, RuntimeStats, TaskSpan } from "./activity.js";
import type { Addon, PoolInfo } from "./addon.js";
import { All } from "./composite.js";
import { type Engine, engine } from "./engine.js";
import { hardwareThreads, machineMemoryLimit, physicalCores } from "./hardware.js";
import { enter, leave } from "./interrupt.js";
import { CheckedCall, type KernelCall } from "./kernel-call.js";
import { libraryKernel, libraryKernelIndex, libraryKernelNames } from "./library-kernels.js";
import { logWarning, runtimeLog } from "./log.js";
import { RuntimeMetrics } from "./metrics.js";
import { NativeWork } from "./native-work.js";
import { Hosts } from "./remote/hosts.js";
import { moduleKernel, moduleKernelNames } from "./remote/module-kernels.js";
import { RemoteWork } from "./remote/remote-work.js";
import { RuntimeCore } from "./runtime-core.js";
import { checkedRuntimeOptions, type RuntimeOptions } from "./runtime-options.js";
import { Task } from "./task.js";
import {
  type CompositeOptions,
  checkedCompositeOptions,
  checkedTaskOptions,
  noOptions,
  type TaskOptions,
} from "./task-options.js";
import type { Work } from "./work.js";

const valuesPerSpan = 5;

let shared: Runtime | undefined;

/**
 * A pool of native threads and the tasks on it. Most programs use the shared one and never make
 * their own; `threadCount`, memory and the end of its tasks are a runtime's own.
 *
 * @example
 * await using runtime = new Runtime({ threadCount: 2, memoryLimit: 2 ** 30 });
 * const pattern = await powderPattern(crystal, { wavelength: "CuKa1", twoTheta: [10, 90], runtime });
 */
export class Runtime implements RuntimeActivity {
  readonly threadCount: number;
  /** Bytes that all its tasks together may hold. */
  readonly memoryLimit: number;
  /** What is not as it was asked for: fewer threads than wanted, for example. */
  readonly warnings: readonly string[];
  /** For Prometheus: `runtime.metrics.text()`. */
  readonly metrics: RuntimeMetrics;
  private readonly core: RuntimeCore;
  private readonly kernels: ReadonlyMap<string, number>;
  private closing: Promise<void> | undefined;
  /** Of a closed runtime. */
  private last:
    | { readonly stats: RuntimeStats; readonly timeline: readonly TaskSpan[] }
    | undefined;

  /**
   * @throws {DomainError | InvalidConfiguration} an option out of range, of a wrong type or unknown.
   * @throws {AddonUnavailable} the native engine is not built or does not load.
   * @throws {ThreadCreationFailed} not a single thread could be started.
   */
  constructor(options: RuntimeOptions = {}) {
    const checked = checkedRuntimeOptions(options);
    const warnings: string[] = [];
    const wanted = wantedThreads(checked, warnings);
    this.memoryLimit = checked.memoryLimit ?? machineMemoryLimit();
    const own = engine();
    const pool = openPool(own.addon, wanted, checked.stackSize ?? 0, this.memoryLimit);
    this.threadCount = pool.threadCount;
    if (pool.threadCount < wanted) warnings.push(fewerThreads(pool.threadCount, wanted));
    const ignored = logWarning();
    if (ignored !== undefined) warnings.push(ignored);
    if (ignored !== undefined) process.emitWarning(ignored, "PrismWarning");
    this.warnings = warnings;
    const hosts = new Hosts(checked, this.threadCount, this.memoryLimit);
    this.core = new RuntimeCore(own, pool.poolId, this.memoryLimit, hosts);
    this.kernels = kernelsOf(own);
    this.metrics = new RuntimeMetrics(this.core.ledger, () => this.stats());
    for (const warning of warnings) runtimeLog().warn({}, warning);
    runtimeLog().info({ threadCount: this.threadCount, memoryLimit: this.memoryLimit }, "opened");
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
    const given = showInstead("Runtime", runtime);
    throw new InvalidConfiguration(
      `runtime must be a Runtime, such as new Runtime({ threadCount: 2 }), got ${given}`,
      { given },
    );
  }

  /**
   * Runs a kernel of the engine, or a registered one, by name.
   *
   * @example
   * const call = { kernel: "madelung", name: "madelung", inputs: [positions], decode: ([e]) => new Float64Array(e)[0] };
   * const energy = await runtime.run(call, { priority: "interactive", timeoutMs: 1000 });
   * @throws {RuntimeClosed} after `close`.
   * @throws {InvalidConfiguration} a kernel that nobody registered, or arguments that none takes.
   */
  run<T>(call: KernelCall<T>, options: TaskOptions = noOptions): Task<T> {
    const { core } = this;
    core.requireOpen();
    const checked = new CheckedCall(call);
    const given = checkedTaskOptions(options);
    enter();
    try {
      const work = this.workOf(checked, given);
      const task = new Task(checked.name, work, given);
      if (given.retry !== undefined) core.retries(work, task);
      return task;
    } finally {
      leave();
    }
  }

  /**
   * Several tasks as one, with their results in order. The first that fails cancels the others, and
   * cancelling or timing it out covers all of them.
   *
   * @example const [pattern, list] = await runtime.all([powderPattern(crystal, options), crystal.neighborList(6)]);
   */
  all<const T extends readonly unknown[]>(
    tasks: T,
    options: CompositeOptions = noOptions,
  ): Task<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
    this.core.requireOpen();
    if (!Array.isArray(tasks)) {
      throw new InvalidConfiguration(
        `tasks must be an array of tasks such as [a, b], got ${tasks instanceof Task ? `the task ${tasks}` : show(tasks)}`,
        {
          tasks,
        },
      );
    }
    const given = checkedCompositeOptions(options);
    return new Task("runtime.all", new All<T>("runtime.all", tasks), given);
  }

  /** Threads, queue, memory and tasks at this moment; of a closed runtime, at its end. */
  stats(): RuntimeStats {
    const { core, threadCount, memoryLimit } = this;
    if (this.last !== undefined) return this.last.stats;
    const { busy, steals, bytesInUse, peakBytes } = core.engine.addon.poolStats(core.poolId);
    const queuedByPriority = { background: 0, normal: 0, interactive: 0, critical: 0 };
    let queued = 0;
    let running = 0;
    for (const work of this.works()) {
      if (work.phase === "running") running += 1;
      if (work.phase !== "queued") continue;
      queued += 1;
      queuedByPriority[work.priority] += 1;
    }
    const waiting = core.admission.waiting;
    const tasks = core.ledger.totals();
    const memory = { bytesInUse, peakBytes, memoryLimit };
    return {
      threadCount,
      busy,
      queued,
      waiting,
      running,
      steals,
      ...memory,
      tasks,
      queuedByPriority,
    };
  }

  /** What the threads did lately and do now, in the order of its begin; kept when it is closed. */
  timeline(): readonly TaskSpan[] {
    if (this.last !== undefined) return this.last.timeline;
    const { engine: own, poolId, ledger } = this.core;
    const works = [...this.works()];
    const live = works.map((work) => work.span()).filter((span) => span !== undefined);
    const names = new Map(live.map((span) => [span.serial, span.name]));
    const values = own.addon.poolSpans(poolId);
    const spans: TaskSpan[] = [...live, ...this.core.hosts.recent()];
    for (let i = 0; i < values.length; i += valuesPerSpan) {
      const [worker, serial, start, end, helper] = values.subarray(i, i + valuesPerSpan);
      const known = ledger.nameOf(serial);
      const name = known?.name ?? names.get(serial);
      if (name === undefined) continue; // of another runtime that shares the threads, or long ago
      spans.push({
        serial: serial,
        name,
        state: known?.state ?? "running",
        worker: worker,
        startMs: start + own.clockOffset,
        endMs: end + own.clockOffset,
        helper: helper === 1,
      });
    }
    return spans.sort((a, b) => a.startMs - b.startMs);
  }

  /**
   * Ends the runtime: takes no more tasks, cancels those it has or, with `drain`, lets them finish,
   * and lets its threads go.
   *
   * @throws {RuntimeClosed} when it is closed already.
   */
  async close(options: { readonly drain?: boolean } = {}): Promise<void> {
    this.core.requireOpen();
    const { drain = false } = requireObject("options", options, "{ drain: true }");
    requireKnownFields("options of close", options, ["drain"]);
    this.closing = this.end(drain);
    await this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (this.core.isOpen ? this.close() : this.closing);
  }

  private async end(drain: boolean): Promise<void> {
    if (shared === this) shared = undefined;
    this.core.recount(this.works());
    if (drain) await this.core.drain();
    await this.core.stop([...this.works()]);
    this.last = { stats: this.stats(), timeline: this.timeline() };
    this.core.close();
    runtimeLog().info({ tasks: this.core.ledger.totals() }, "closed");
  }

  /** True once `close` has ended it. */
  get isClosed(): boolean {
    return this.last !== undefined;
  }

  /** "Runtime: 2 threads, 1 busy; 3 tasks running or queued, 120 done" */
  toString(): string {
    const { busy, queued, running, waiting, tasks } = this.stats();
    const state = this.isClosed ? ", closed" : "";
    return (
      `Runtime: ${this.threadCount} ${this.threadCount === 1 ? "thread" : "threads"}, ${busy} busy; ` +
      `${running + queued + waiting} tasks running or waiting, ${tasks.done} done${state}`
    );
  }

  private workOf<T>(call: CheckedCall<T>, options: TaskOptions): Work<T> {
    const origin = moduleKernel(call.kernel);
    if (origin !== undefined) return new RemoteWork(this.core, call, options, origin);
    const kernel = this.kernelIndex(call.kernel);
    return options.isolation === "process"
      ? new RemoteWork(this.core, call, options, libraryKernel(call.kernel))
      : new NativeWork(this.core, call, kernel, options);
  }

  private *works(): Generator<NativeWork<unknown> | RemoteWork<unknown>> {
    yield* this.core.hosts.works();
    for (const submission of this.core.engine.submissions()) {
      if (submission instanceof NativeWork && submission.isOf(this.core)) yield submission;
    }
  }

  private kernelIndex(kernel: string): number {
    const index = this.kernels.get(kernel) ?? libraryKernelIndex(kernel);
    if (index !== undefined) return index;
    const known = [...knownKernels(this.kernels), ...libraryKernelNames(), ...moduleKernelNames()];
    const near = nearest(kernel, known);
    throw new InvalidConfiguration(
      `there is no kernel ${show(kernel)}; ` +
        `${near === undefined ? "register it with registerKernel first" : `did you mean ${show(near)}?`}`,
      { kernel, known },
    );
  }
}

inspectAsText(Runtime);

/** What the engine of this process can do, for diagnostics. @throws {AddonUnavailable} */
export function runtimeInfo(): {
  readonly simdLevel: string;
  readonly threadCount: number;
  readonly kernels: readonly string[];
} {
  const { simdLevel } = engine().addon;
  const kernels = knownKernels(kernelsOf(engine()));
  return { simdLevel, kernels, threadCount: Runtime.shared.threadCount };
}

let indices: ReadonlyMap<string, number> | undefined;

function kernelsOf({ addon }: Engine): ReadonlyMap<string, number> {
  indices ??= new Map(addon.kernels.map((name, index) => [name, index]));
  return indices;
}

/** Without those of the engine's own tests. */
function knownKernels(indices: ReadonlyMap<string, number>): readonly string[] {
  return [...indices.keys()].filter((name) => !name.startsWith("test."));
}

function wantedThreads(options: RuntimeOptions, warnings: string[]): number {
  if (options.threadCount !== undefined) return options.threadCount;
  if (options.useHardwareThreads !== false) return hardwareThreads();
  const { count, warning } = physicalCores();
  if (warning !== undefined) warnings.push(warning);
  return count;
}

function fewerThreads(started: number, wanted: number): string {
  return (
    `the system refused ${wanted - started} of ${wanted} threads: this runtime works with ${started}; ` +
    "ask for fewer or a smaller stackSize, or raise the system's limit (ulimit -u, ulimit -v)"
  );
}

function openPool(addon: Addon, threads: number, stackSize: number, memory: number): PoolInfo {
  try {
    return addon.openPool(threads, stackSize, memory);
  } catch (cause) {
    throw new ThreadCreationFailed(
      `the engine could start no thread (${(cause as Error).message}); ask for fewer threads or a ` +
        "smaller stackSize, or raise the system's limit (ulimit -u)",
      { threadCount: threads, stackSize },
      { cause },
    );
  }
}
