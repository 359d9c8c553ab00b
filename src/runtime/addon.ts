/** What `build/prism.node` exports. Only this folder knows it. */
export interface Addon {
  /** Raised whenever this interface changes; the loader refuses another one. */
  readonly abiVersion: number;
  readonly simdLevel: "generic" | "v2" | "v3" | "v4";
  /** Index = kernel id. The Zig table is the only place that lists them. */
  readonly kernels: readonly string[];
  /** Index = status of a settled task: "ok", "outOfMemory", "cancelled", "timedOut", ... */
  readonly statuses: readonly string[];
  /**
   * Starts a pool, or shares the running one with equal arguments among all environments of the
   * process (reference counted). `threadCount` 0 means one a hardware thread. Returns its id.
   */
  openPool(threadCount: number, stackSize: number): PoolInfo;
  /** Waits for nothing: running tasks of this environment are cancelled first. */
  closePool(poolId: number): void;
  /** `counters[0]` is the interrupt epoch: tasks submitted under an older epoch are cancelled. */
  setInterruptCounters(counters: Int32Array): void;
  submit(job: NativeJob): Promise<NativeResult>;
  poolStats(poolId: number): { busy: number; queued: number; steals: number };
}

export interface PoolInfo {
  readonly poolId: number;
  /** Threads that really started. */
  readonly threadCount: number;
}

export interface NativeJob {
  readonly poolId: number;
  readonly kernel: number;
  /** Copied at submission unless backed by a SharedArrayBuffer. */
  readonly inputs: readonly ArrayBufferView[];
  /** Numbers by position, at most 16. */
  readonly params: readonly number[];
  /**
   * Four int32 at `controlIndex`: [0] set to 1 to cancel, [1] chunks done, [2] chunks in all.
   * Lives in a SharedArrayBuffer that the caller keeps alive until the task settles.
   */
  readonly control: Int32Array;
  readonly controlIndex: number;
  /** Bytes of scratch and results; 0 = no limit. */
  readonly memoryLimit: number;
  /** 0 = none. Counted from submission. */
  readonly timeoutMs: number;
}

/** Always resolved: a failed kernel is a status, not a rejection. */
export interface NativeResult {
  /** Index into `Addon.statuses`. */
  readonly status: number;
  /** Panic message or detail of a failure; empty otherwise. */
  readonly message: string;
  /** Result buffers in the kernel's order; empty unless the status is "ok". */
  readonly outputs: readonly ArrayBuffer[];
  readonly peakBytes: number;
  readonly queuedMs: number;
  readonly runMs: number;
}
