import process from "node:process";
import type { CellScripts } from "./cell-scripts.js";
import type { CellTracker, LiveCell } from "./cell-tracker.js";
import { Interrupted } from "./cell-tracker.js";
import { errorReport } from "./error-report.js";
import { KernelError } from "./kernel-error.js";
import type { Outbox } from "./outbox.js";

/** What would end the process is shown in the notebook instead: its variables are worth more. */
export function guardProcess(outbox: Outbox, tracker: CellTracker, scripts: CellScripts): void {
  process.exit = (code) => {
    throw new KernelError(
      "PROCESS_EXIT",
      "process.exit() would end the kernel and lose all variables: throw an error to end the cell, or restart the kernel from the menu",
      { exitCode: code },
    );
  };
  const show = (reason: unknown, cell: LiveCell | undefined): void => {
    if (reason instanceof Interrupted) return;
    outbox.output({ kind: "error", error: errorReport(reason, scripts) }, cell);
  };
  stay("uncaughtException", (error) => show(error, tracker.takeFailed()));
  stay("unhandledRejection", (reason, promise) => show(reason, tracker.ownerOf(promise as object)));
}

/** Listens for good: `process.removeAllListeners()` in a cell or a library would end the process. */
function stay(event: string, listener: (...args: unknown[]) => void): void {
  const { nextTick } = process;
  const watch = (name: string | symbol, removed: unknown): void => {
    if (name === event && removed === listener) nextTick(listen);
  };
  const listen = (): void => {
    process.on(event, listener);
    const watching = (process as NodeJS.EventEmitter).listeners("removeListener");
    if (!watching.includes(watch)) process.on("removeListener", watch);
  };
  listen();
}
