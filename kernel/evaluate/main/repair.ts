import type { CellError } from "../evaluator.js";
import { repairBuiltins } from "./builtins.js";
import type { CellScripts } from "./cell-scripts.js";
import type { LiveCell } from "./cell-tracker.js";
import { errorReport, isKernelFault, UNREADABLE } from "./error-report.js";
import type { Outbox } from "./outbox.js";

/**
 * Puts back what cells have made of the language, and says so under a cell. For when the kernel itself
 * has failed.
 *
 * @returns Whether there was something to put back.
 */
export function repairFor(outbox: Outbox, cell: LiveCell | undefined): boolean {
  const names = repairBuiltins();
  if (names === "") return false;
  if (cell !== undefined) {
    outbox.note(cell, `The kernel could not go on and put back, as they were: ${names}`);
  }
  return true;
}

/** What was thrown; where that cannot be told, or was the kernel's own failure, told after the repair. */
export function soundReport(
  error: unknown,
  scripts: CellScripts,
  repair: () => boolean,
): CellError {
  const report = errorReport(error, scripts);
  const isUnwell = report.evalue === UNREADABLE || isFault(error);
  return isUnwell && repair() ? errorReport(error, scripts) : report;
}

/** Asked with what the cell has left of the language: where even this fails, it is one. */
function isFault(error: unknown): boolean {
  try {
    return isKernelFault(error);
  } catch {
    return true;
  }
}
