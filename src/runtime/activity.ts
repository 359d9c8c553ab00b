/** What a runtime does and has done, as numbers: for displays, metrics and diagnostics. */
export interface RuntimeStats {
  readonly threadCount: number;
  /** Threads at work. */
  readonly busy: number;
  /** Tasks that no thread has taken yet. */
  readonly queued: number;
  /** Tasks held back until memory is free. */
  readonly waiting: number;
  /** Tasks that a thread has taken and not yet ended. */
  readonly running: number;
  /** Jobs that an idle thread took from a busy one, since the start. */
  readonly steals: number;
  /** Bytes of inputs, scratch and results that tasks of the pool hold now, or have set aside. */
  readonly bytesInUse: number;
  readonly peakBytes: number;
  /** Bytes. */
  readonly memoryLimit: number;
  /** Since the start. */
  readonly tasks: {
    readonly submitted: number;
    readonly done: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly timedOut: number;
    /** Attempts after the first. */
    readonly retried: number;
    readonly rejectedByQuota: number;
  };
  readonly queuedByPriority: {
    readonly background: number;
    readonly normal: number;
    readonly interactive: number;
    readonly critical: number;
  };
}

export type TaskSpanState = "running" | "done" | "failed" | "cancelled" | "timedOut";

/** A stretch of time that one thread spent on one task. */
export interface TaskSpan {
  /** Counts the tasks of the runtime. */
  readonly serial: number;
  /** What the user called: "powderPattern". */
  readonly name: string;
  readonly state: TaskSpanState;
  /** Index of the thread; negative outside the pool. */
  readonly worker: number;
  /** On the scale of `performance.now()`. */
  readonly startMs: number;
  /** As `startMs`; the present for a task that runs. */
  readonly endMs: number;
  /** The thread joined in a task that another one had taken. */
  readonly helper: boolean;
}

/** What a display needs of a runtime. */
export interface RuntimeActivity {
  stats(): RuntimeStats;
  /** Recent tasks, in any order. */
  timeline(): readonly TaskSpan[];
  readonly warnings: readonly string[];
  /** Nothing changes any more. */
  readonly isClosed: boolean;
}
