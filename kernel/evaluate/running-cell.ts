import type { CellOutcome } from "./evaluator.js";
import type { MemoryShortage } from "./out-of-memory.js";

/** A cell between its request and its outcome, as the protocol worker sees it. */
export class RunningCell {
  readonly serial: number;
  readonly outcome: Promise<CellOutcome>;
  /** Resolves once MAIN has said how the cell ended. */
  readonly reported: Promise<void>;
  /** What MAIN said. */
  report: CellOutcome | undefined;
  isOnMain = false;
  isStopping = false;
  hasEnded = false;
  /** Why it is being stopped, where that is because it takes too much. */
  shortage: MemoryShortage | undefined;
  private resolveOutcome: (outcome: CellOutcome) => void = () => {};
  private markReported: () => void = () => {};

  constructor(serial: number) {
    this.serial = serial;
    this.outcome = new Promise((resolve) => {
      this.resolveOutcome = resolve;
    });
    this.reported = new Promise((resolve) => {
      this.markReported = resolve;
    });
  }

  get hasReported(): boolean {
    return this.report !== undefined;
  }

  /** MAIN's word; while the cell is being stopped the end waits until MAIN is known to be free. */
  take(report: CellOutcome): void {
    this.report = report;
    this.markReported();
    if (!this.isStopping) this.end(report);
  }

  end(outcome: CellOutcome): void {
    this.hasEnded = true;
    this.resolveOutcome(outcome);
  }
}
