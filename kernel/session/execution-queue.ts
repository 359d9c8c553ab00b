import type { CellOutcome } from "../evaluate/evaluator.js";
import type { Cell } from "./cell.js";

/** The steps of a cell's life; the queue decides when each is due. */
export interface CellSteps {
  /** Never rejects. */
  run(cell: Cell): Promise<CellOutcome>;
  /** Tells the client how it ended. */
  conclude(cell: Cell, outcome: CellOutcome): void;
  /** Tells the client that it will not run. */
  abort(cell: Cell): void;
  /** Settles when all requests that had already arrived are in the queue. */
  settled(): Promise<void>;
}

/**
 * Runs cells one at a time in the order of their arrival. A failing cell with `stop_on_error` aborts
 * those the client had sent by then: what is still on its way is let in before the failure is told,
 * and a cell sent in reply to it runs.
 */
export class ExecutionQueue {
  readonly #steps: CellSteps;
  readonly #waiting: Cell[] = [];
  #running: Cell | undefined;
  #working = false;

  constructor(steps: CellSteps) {
    this.#steps = steps;
  }

  get running(): Cell | undefined {
    return this.#running;
  }

  enqueue(cell: Cell): void {
    this.#waiting.push(cell);
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let cell = this.#waiting.shift(); cell; cell = this.#waiting.shift()) {
      this.#running = cell;
      const outcome = await this.#steps.run(cell);
      const aborted = await this.#abortedBy(cell, outcome);
      this.#running = undefined;
      this.#steps.conclude(cell, outcome);
      for (const other of aborted) this.#steps.abort(other);
    }
    this.#working = false;
  }

  async #abortedBy(cell: Cell, outcome: CellOutcome): Promise<readonly Cell[]> {
    if (outcome.status === "ok" || !cell.execute.stopOnError) return [];
    // An interrupt comes long after the cells it is meant for; a failure may overtake them.
    if (outcome.status === "error") await this.#steps.settled();
    return this.#waiting.splice(0);
  }
}
