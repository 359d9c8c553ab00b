/** What `build/prism.node` exports. Only this folder knows it. */
export interface Addon {
  /** Raised whenever this interface changes; the loader refuses another one. */
  readonly abiVersion: number;
  readonly simdLevel: "generic" | "v2" | "v3" | "v4";
  /** Index = kernel id. The Zig table is the only place that lists them. */
  readonly kernels: readonly string[];
  /** Index = status of a settled task: "ok", "outOfMemory", "cancelled", "timedOut", ... */
  readonly statuses: readonly string[];
  /** Milliseconds of the monotonic clock that stamps the records. */
  now(): number;
  /**
   * Starts a pool, or shares the running one with equal arguments among all environments of the
   * process (reference counted). `threadCount` 0 means one a hardware thread; `memoryLimit` is for
   * all tasks together that are submitted under the id it returns.
   */
  openPool(threadCount: number, stackSize: number, memoryLimit: number): PoolInfo;
  /** Waits for nothing: queued and running tasks of this id are cancelled first. */
  closePool(poolId: number): void;
  poolStats(poolId: number): PoolStats;
  /** Five numbers a span: worker, serial of the task, start and end in ms, 1 for a helper. */
  poolSpans(poolId: number): Float64Array;
  /** Sets bytes aside for a task with `reservedBytes`, which gives them back; false if not free. */
  reserve(poolId: number, bytes: number): boolean;
  /** Gives bytes back that no task with `reservedBytes` will; without effect once the pool is closed. */
  unreserve(poolId: number, bytes: number): void;
  /** `counters[0]` is the interrupt epoch: tasks submitted under an older epoch are cancelled. */
  setInterruptCounters(counters: Int32Array): void;
  /** Counts in `counter[0]` how often this thread's heap has reached its limit; false if it cannot. */
  guardHeap(counter: Int32Array): boolean;
  /** Gives free pages of the C allocator back to the system; false if it cannot. */
  releaseMemory(): boolean;
  /**
   * Loads a kernel from outside, for the whole process. Throws an Error whose `code` says what is
   * wrong with the library, with `found` and `expected` of a version or a size.
   */
  loadKernel(library: string, symbol: string): LoadedKernel;
  /** Takes the next slab of records; see records.ts. */
  addRecords(slab: Int32Array): void;
  /**
   * `callback` runs when tasks have finished: `finished[0]` says how many, their slots follow.
   * It sets `finished[0]` to 0 when it has dealt with all of them; otherwise it is called again.
   * `setImmediate` brings what one call has no room for.
   */
  setOnFinished(
    callback: () => void,
    finished: Int32Array,
    setImmediate: (callback: () => void) => unknown,
  ): void;
  /**
   * Submits the task whose record is filled in. Inputs are copied unless backed by a
   * SharedArrayBuffer, which the caller keeps alive until the task has finished. Returns a
   * `Submitted`. Throws a TypeError for inputs that are no typed arrays, or detached.
   */
  submit(poolId: number, slot: number, inputs?: readonly ArrayBufferView[]): number;
  /**
   * After submissions that asked for it, before this thread waits: wakes a thread for those that did
   * not, since waking costs more than a small task. Without it they start a millisecond later.
   */
  flush(): void;
  /** Ends a task that no thread has taken yet, for good; false when one has. */
  withdraw(slot: number): boolean;
  /** Once, for a finished task whose record says that it has a result. */
  takeResult(slot: number): NativeResult | undefined;
}

/** What `submit` returns. */
export const submitted = {
  queued: 0,
  /** As `queued`; `flush` is due at the end of this turn. */
  inBurst: 1,
  unknownPool: 2,
  unknownKernel: 3,
  unknownRecord: 4,
  noMemory: 5,
} as const;

export interface PoolInfo {
  readonly poolId: number;
  /** Threads that really started. */
  readonly threadCount: number;
}

export interface LoadedKernel {
  /** For the word `kernel` of a record. */
  readonly kernel: number;
  /** As the library declares it. */
  readonly name: string;
  readonly description: string;
}

export interface PoolStats {
  /** Threads at work. */
  readonly busy: number;
  /** Tasks that wait for a thread, by priority, background first. */
  readonly queued: readonly number[];
  readonly steals: number;
  /** Inputs, scratch and results that tasks hold now, and the most they ever did. */
  readonly bytesInUse: number;
  readonly peakBytes: number;
}

export interface NativeResult {
  /** Panic message or detail of a failure; empty otherwise. */
  readonly message: string;
  /** Result buffers in the kernel's order; empty unless the status is "ok". */
  readonly outputs: readonly ArrayBuffer[];
}
