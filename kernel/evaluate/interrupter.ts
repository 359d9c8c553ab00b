import { Session } from "node:inspector";

/** The cell or the handlers to stop, as the interrupter sees them. */
export interface StopTarget {
  /** Its end has been reported. */
  readonly hasEnded: boolean;
  /** Resolves when its end is reported. */
  readonly ended: Promise<void>;
  /** Asks MAIN to give it up; resolves when MAIN answers this very question. */
  settle(): Promise<void>;
}

/** As the library has them in `runtime/interrupt.ts`, which this thread does without. */
const gate = { open: 0, busy: 1, closed: 2 } as const;
/** Native tasks poll for cancellation every few microseconds; their error then has to travel. */
const TASK_GRACE_MS = 40;
/** MAIN answers within this if it is idle: then nothing has to be forced. */
const IDLE_ANSWER_MS = 3;
const FREE_ANSWER_MS = 60;
/** The library's changes to what it knows of its tasks take microseconds. */
const GATE_MS = 250;
const FIRST_NUDGE_MS = 4;
const LAST_NUDGE_MS = 256;

/**
 * Stops what MAIN runs, from another thread, with all variables kept.
 *
 * V8's `terminateExecution` unwinds whatever JavaScript runs, and cannot be caught. On an idle
 * thread it would lie in wait and unwind whatever runs next, so it is used only where MAIN does not
 * answer, and MAIN is declared free only after V8 has confirmed that the termination is over and
 * MAIN has answered a question asked after that.
 */
export class Interrupter {
  private readonly session = new Session();
  private counters: Int32Array | undefined;
  private isClosed = false;

  constructor() {
    this.session.connectToMainThread();
  }

  /** The library's counters, once it is loaded: [0] interrupt epoch, [1] tasks in flight, [2] gate. */
  useCounters(counters: Int32Array): void {
    this.counters = counters;
  }

  /** Bytes in use on MAIN's heap; asked between two steps of whatever runs there. */
  async heapUsed(): Promise<number | undefined> {
    if (this.isClosed) return undefined;
    return new Promise((resolve) => {
      this.session.post("Runtime.getHeapUsage", (_error, usage?: { usedSize?: number }) =>
        resolve(usage?.usedSize),
      );
    });
  }

  /** Has MAIN drop what nothing leads to any more, between two steps of whatever runs there. */
  async collectGarbage(): Promise<void> {
    if (this.isClosed) return;
    return new Promise((resolve) => {
      this.session.post("HeapProfiler.collectGarbage", () => resolve());
    });
  }

  /** Returns whether force was used: messages on their way to MAIN may have been lost by it. */
  async stop(target: StopTarget): Promise<boolean> {
    if (this.cancelTasks()) await isWithin(target.ended, TASK_GRACE_MS);
    let isFree = target.hasEnded;
    if (!isFree) {
      isFree = await isWithin(target.settle(), IDLE_ANSWER_MS);
      if (!isFree) await this.free(target);
    }
    // Those that the cell has begun since.
    this.cancelTasks();
    return !isFree;
  }

  /**
   * Before the thread ends: a connected session holds up the process. A `stop` under way, of a cell
   * that nothing stops, gives up.
   */
  close(): void {
    this.isClosed = true;
    this.session.disconnect();
  }

  /** A cancelled task rejects; its own error says more than a bare interrupt. False if there is none. */
  private cancelTasks(): boolean {
    const { counters } = this;
    if (counters === undefined || Atomics.load(counters, 1) <= 0) return false;
    Atomics.add(counters, 0, 1);
    return true;
  }

  private async free(target: StopTarget): Promise<void> {
    while (!this.isClosed) {
      await this.terminate(target);
      if (await isWithin(target.settle(), FREE_ANSWER_MS)) return;
    }
  }

  private async terminate(target: StopTarget): Promise<void> {
    await this.closeGate();
    if (!this.isClosed) await this.unwind(target);
    this.openGate();
  }

  /** From here on MAIN cannot be within a change of the library's own state, which would stay half done. */
  private async closeGate(): Promise<void> {
    const { counters } = this;
    if (counters === undefined) return;
    const giveUpAt = performance.now() + GATE_MS;
    while (Atomics.compareExchange(counters, 2, gate.open, gate.closed) === gate.busy) {
      if (this.isClosed || performance.now() > giveUpAt) return;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  private openGate(): void {
    if (this.counters) Atomics.compareExchange(this.counters, 2, gate.closed, gate.open);
  }

  private async unwind(target: StopTarget): Promise<void> {
    let isOver = false;
    const over = new Promise<void>((resolve) => {
      this.session.post("Runtime.terminateExecution", () => {
        isOver = true;
        resolve();
      });
    });
    // A termination that finds MAIN idle waits for the next JavaScript: give it some to unwind.
    for (
      let wait = FIRST_NUDGE_MS;
      !isOver && !this.isClosed;
      wait = Math.min(wait * 2, LAST_NUDGE_MS)
    ) {
      if (await isWithin(over, wait)) return;
      void target.settle();
    }
  }
}

async function isWithin(promise: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const isFirst = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return isFirst;
}
