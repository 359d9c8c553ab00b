/** How a task ended. */
export type TaskOutcome = "done" | "failed" | "cancelled" | "timedOut";

/** Numbers of tasks since the start. */
export interface TaskTotals {
  readonly submitted: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly timedOut: number;
  readonly retried: number;
  readonly rejectedByQuota: number;
}

/** What is known about the tasks of one kernel. */
export interface KernelRecord extends TaskTotals {
  readonly kernel: string;
  readonly wait: DurationHistogram;
  readonly run: DurationHistogram;
}

export interface DurationHistogram {
  /** Durations above the bound before and up to `durationBoundsUs[i]`; the last has no bound. */
  readonly counts: readonly number[];
  readonly count: number;
  readonly sumMs: number;
}

export interface RecentTask {
  readonly name: string;
  readonly state: TaskOutcome;
}

/** Microseconds: 4ᵏ from 1 to 4¹⁵, which is 1074 s. */
export const durationBoundsUs: readonly number[] = Array.from({ length: 16 }, (_, k) => 4 ** k);

/** Stands for all kernels beyond the first `maxKernels - 1`: names from outside must not fill memory. */
const otherKernels = "other";
const maxKernels = 128;
const recentTasks = 2048;

const countNames = [
  "submitted",
  "done",
  "failed",
  "cancelled",
  "timedOut",
  "retried",
  "rejectedByQuota",
] as const satisfies readonly (keyof TaskTotals)[];
const countWidth = countNames.length;
const submittedColumn = 0;
const outcomeColumn: Readonly<Record<TaskOutcome, number>> = {
  done: 1,
  failed: 2,
  cancelled: 3,
  timedOut: 4,
};
const retriedColumn = 5;
const rejectedColumn = 6;

/**
 * What a runtime remembers about its tasks. Memory is fixed, and a call is a few stores into typed
 * arrays: it stands in the way of every task.
 */
export class TaskLedger {
  private readonly rows = new Map<string, number>([[otherKernels, 0]]);
  private readonly counts = new Float64Array(maxKernels * countWidth);
  private readonly waits = new Durations();
  private readonly runs = new Durations();
  private lastKernel: string = otherKernels;
  private lastRow = 0;
  private readonly recentSerials = new Float64Array(recentTasks).fill(-1);
  private readonly recentNames: string[] = new Array(recentTasks).fill("");
  private readonly recentStates: TaskOutcome[] = new Array(recentTasks).fill("done");

  submitted(kernel: string): void {
    this.counts[this.rowOf(kernel) * countWidth + submittedColumn] += 1;
  }

  /**
   * Once a task, however often it was tried.
   *
   * @param waitMs From submission to the first thread that took it, or to its end if none did.
   * @param runMs Undefined for a task that never ran, which the run times then leave out.
   */
  settled(kernel: string, state: TaskOutcome, waitMs: number, runMs: number | undefined): void {
    const row = this.rowOf(kernel);
    this.counts[row * countWidth + outcomeColumn[state]] += 1;
    this.waits.record(row, waitMs);
    if (runMs !== undefined) this.runs.record(row, runMs);
  }

  retried(kernel: string): void {
    this.counts[this.rowOf(kernel) * countWidth + retriedColumn] += 1;
  }

  rejectedByQuota(kernel: string): void {
    this.counts[this.rowOf(kernel) * countWidth + rejectedColumn] += 1;
  }

  /** Keeps a settled task's name for `nameOf`, in the place of the one 2048 serials before it. */
  remember(serial: number, name: string, state: TaskOutcome): void {
    const place = serial % recentTasks;
    this.recentSerials[place] = serial;
    this.recentNames[place] = name;
    this.recentStates[place] = state;
  }

  /** Undefined for a task that was never remembered, or too long ago. */
  nameOf(serial: number): RecentTask | undefined {
    const place = serial % recentTasks;
    if (this.recentSerials[place] !== serial) return undefined;
    return { name: this.recentNames[place], state: this.recentStates[place] };
  }

  /** Over all kernels. */
  totals(): TaskTotals {
    const sums = new Array<number>(countWidth).fill(0);
    for (let i = 0; i < this.rows.size * countWidth; i++) sums[i % countWidth] += this.counts[i];
    return totalsOf(sums);
  }

  /** The kernels that were called, in the order of their first call, then the "other" ones. */
  kernels(): KernelRecord[] {
    const [others, ...named] = [...this.rows].map(([kernel, row]) => this.recordOf(kernel, row));
    return [...named, others].filter(wasCalled);
  }

  private recordOf(kernel: string, row: number): KernelRecord {
    const counts = this.counts.subarray(row * countWidth, (row + 1) * countWidth);
    return {
      kernel,
      ...totalsOf(counts),
      wait: this.waits.histogram(row),
      run: this.runs.histogram(row),
    };
  }

  private rowOf(kernel: string): number {
    if (kernel === this.lastKernel) return this.lastRow;
    let row = this.rows.get(kernel);
    if (row === undefined) {
      row = this.rows.size < maxKernels ? this.rows.size : 0;
      if (row > 0) this.rows.set(kernel, row);
    }
    this.lastKernel = kernel;
    this.lastRow = row;
    return row;
  }
}

/** One histogram a kernel. */
class Durations {
  private readonly width = durationBoundsUs.length + 1;
  private readonly counts = new Float64Array(maxKernels * this.width);
  private readonly sums = new Float64Array(maxKernels);

  record(row: number, durationMs: number): void {
    // A clock set back, or none: one NaN in a sum would stay there.
    const duration = durationMs > 0 ? durationMs : 0;
    this.counts[row * this.width + bucketOf(duration)] += 1;
    this.sums[row] += duration;
  }

  histogram(row: number): DurationHistogram {
    const counts = [...this.counts.subarray(row * this.width, (row + 1) * this.width)];
    return {
      counts,
      count: counts.reduce((sum, count) => sum + count, 0),
      sumMs: this.sums[row],
    };
  }
}

/**
 * Index of the first bound 4ᵏ µs that is not below the duration. With n = ⌈µs⌉ − 1 this is
 * n < 4ᵏ, so k is half the number of n's binary digits, rounded up.
 */
function bucketOf(durationMs: number): number {
  const n = Math.min(Math.ceil(durationMs * 1000) - 1, 2 ** 30);
  return n <= 0 ? 0 : (33 - Math.clz32(n)) >> 1;
}

function totalsOf(counts: ArrayLike<number>): TaskTotals {
  const entries = countNames.map((name, column) => [name, counts[column]]);
  return Object.fromEntries(entries) as TaskTotals;
}

function wasCalled(record: KernelRecord): boolean {
  return countNames.some((name) => record[name] > 0);
}
