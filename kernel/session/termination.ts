const signals = ["SIGTERM", "SIGHUP"] as const;

/**
 * The signals that end the kernel. They reach JavaScript between two turns of MAIN's event loop only,
 * which a busy cell may never come to: while code of the user runs the system ends the process.
 */
export class Termination {
  readonly #onSignal: () => void;

  constructor(onSignal: () => void) {
    this.#onSignal = onSignal;
    this.yield(false);
  }

  /**
   * By index: a cell may have broken the iterator of arrays.
   *
   * @param isBusy Whether the system is to end the process.
   */
  yield(isBusy: boolean): void {
    for (let i = 0; i < signals.length; i++) {
      if (isBusy) process.off(signals[i]!, this.#onSignal);
      else process.on(signals[i]!, this.#onSignal);
    }
  }
}
