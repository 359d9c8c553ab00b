// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Atomics, Map, Promise, Set } from "../intrinsics.js";
import { isThenable } from "./bundle.js";
import type { CellScripts } from "./cell-scripts.js";
import { type CellTracker, Interrupted, type LiveCell, type OutputSink } from "./cell-tracker.js";
import { errorReport, interruptedReport } from "./error-report.js";
import type { Outbox } from "./outbox.js";

export interface TurnParts {
  readonly outbox: Outbox;
  readonly tracker: CellTracker;
  readonly scripts: CellScripts;
  /** One int32, read by the thread that takes the stop button. */
  readonly count: Int32Array;
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
    this.publishCount();
    return turn;
  }

  /** Runs a part of a turn; shows what it throws, and keeps the turn open until its promise settles. */
  attempt(turn: LiveCell, run: () => unknown): void {
    try {
      const returned = this.parts.tracker.run(turn, run);
      if (!isThenable(returned)) return;
      this.open.set(turn, (this.open.get(turn) ?? 0) + 1);
      const end = (): void => this.close(turn);
      Promise.resolve(returned).then(end, (error: unknown) => {
        this.report(turn, error);
        end();
      });
    } catch (error) {
      this.report(turn, error);
    }
  }

  close(turn: LiveCell): void {
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
    const report = errorReport(error, this.parts.scripts);
    this.parts.outbox.output({ kind: "error", error: report }, turn);
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
      for (const stop of turn.whenStopped) {
        turn.whenStopped.delete(stop);
        stop();
      }
      this.open.delete(turn);
    }
    this.publishCount();
  }

  private publishCount(): void {
    Atomics.store(this.parts.count, 0, this.open.size);
  }
}
