// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Atomics, Map, Set } from "../intrinsics.js";
import { isThenable } from "./bundle.js";
import type { BusyState } from "./busy-state.js";
import type { CellScripts } from "./cell-scripts.js";
import {
  type CellTracker,
  Interrupted,
  type LiveCell,
  type OutputSink,
  stopDependents,
} from "./cell-tracker.js";
import { interruptedReport } from "./error-report.js";
import type { Outbox } from "./outbox.js";
import { repairFor, soundReport } from "./repair.js";

const { store } = Atomics;

export interface TurnParts {
  readonly outbox: Outbox;
  readonly tracker: CellTracker;
  readonly scripts: CellScripts;
  /** One int32, read by the thread that takes the stop button. */
  readonly count: Int32Array;
  readonly busy: BusyState;
}

export interface TurnOptions {
  readonly commMessageId?: string;
  readonly sink?: OutputSink;
}

/**
 * Code that runs because something happened, in the name of the cell that asked for it: what it shows
 * goes there, and the stop button ends it apart from that cell.
 */
export class HandlerTurns {
  private readonly parts: TurnParts;
  /** What each open turn waits for: its own end, and promises. */
  private readonly open = new Map<LiveCell, number>();

  constructor(parts: TurnParts) {
    this.parts = parts;
  }

  /** The turn has to be closed again. */
  begin(owner: LiveCell | undefined, options: TurnOptions = {}): LiveCell {
    const turn: LiveCell = {
      serial: owner?.serial ?? 0,
      code: owner?.code ?? "",
      commMessageId: options.commMessageId,
      // What shows something within a cell whose output is taken is taken there too.
      sink: options.sink ?? owner?.sink,
      mayPrompt: false,
      isStopped: false,
      pending: new Set(),
      whenStopped: new Set(),
      payload: [],
    };
    this.open.set(turn, 1);
    try {
      this.publishCount();
    } catch (error) {
      // Nobody would close a turn that was never handed out.
      this.open.delete(turn);
      store(this.parts.count, 0, this.open.size);
      throw error;
    }
    return turn;
  }

  /** Runs a part of a turn; shows what it throws, and keeps the turn open until its promise settles. */
  attempt(turn: LiveCell, run: () => unknown): void {
    try {
      const returned = this.parts.tracker.run(turn, run);
      if (!isThenable(returned)) return;
      this.open.set(turn, (this.open.get(turn) ?? 0) + 1);
      void this.closeAfter(turn, returned);
    } catch (error) {
      this.report(turn, error);
    }
  }

  /** Never rejects, and calls no method of a promise: a cell may have replaced those. */
  private async closeAfter(turn: LiveCell, returned: PromiseLike<unknown>): Promise<void> {
    try {
      await returned;
    } catch (error) {
      this.report(turn, error);
    }
    this.close(turn);
  }

  close(turn: LiveCell): void {
    try {
      this.release(turn);
    } catch (error) {
      if (!repairFor(this.parts.outbox, turn)) throw error;
      this.release(turn);
    }
  }

  private release(turn: LiveCell): void {
    const waits = this.open.get(turn);
    // Stopped meanwhile.
    if (waits === undefined) return;
    if (waits > 1) this.open.set(turn, waits - 1);
    else this.open.delete(turn);
    this.publishCount();
  }

  has(cell: LiveCell): boolean {
    return this.open.has(cell);
  }

  /** Shows what a turn, or a cell that has ended, has thrown. */
  report(turn: LiveCell | undefined, error: unknown): void {
    if (error instanceof Interrupted) return;
    const { outbox, scripts } = this.parts;
    const report = soundReport(error, scripts, () => repairFor(outbox, turn));
    outbox.output({ kind: "error", error: report }, turn);
  }

  /**
   * Gives up all that are open; what is left of them ends at its next await or timer. May itself be
   * unwound at any point: what it has not come to stays open for the next call.
   */
  stop(): void {
    for (const turn of [...this.open.keys()]) {
      if (!turn.isStopped) {
        turn.isStopped = true;
        this.parts.outbox.refresh({ kind: "error", error: interruptedReport() }, turn);
      }
      stopDependents(turn);
      this.open.delete(turn);
    }
    this.publishCount();
  }

  private publishCount(): void {
    store(this.parts.count, 0, this.open.size);
    this.parts.busy.set("handlers", this.open.size > 0);
  }
}
