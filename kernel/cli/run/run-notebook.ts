import { setImmediate } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { KernelDied } from "../../transport/errors.js";
import { CellFailed, CellTimeout, RunInterrupted } from "../errors.js";
import {
  type CodeCell,
  clearResults,
  codeCellsOf,
  firstLine,
  hasTag,
  type Notebook,
  SKIP_TAG,
} from "../notebook/document.js";
import { OutputFolder } from "../notebook/outputs.js";
import { deathRemedy } from "./death-remedy.js";
import type { ExecuteReply, NotebookKernel } from "./notebook-kernel.js";

export interface RunNotebookOptions {
  /** For each cell; absent = no limit. */
  readonly timeoutMs?: number;
  /** Interrupts the running cell and ends the run. */
  readonly signal?: AbortSignal;
  /** Time an interrupted cell has to answer before it is left behind. Default 5000. */
  readonly graceMs?: number;
  readonly observer?: RunObserver;
  /** Goes on after a cell that throws. What ends a run all the same: a time-out, a stop, a death. */
  readonly allowErrors?: boolean;
  /** Takes sentences on what the notebook does not show, at the end of the run. */
  readonly warn?: (sentence: string) => void;
}

/** Told of each cell in turn. */
export interface RunObserver {
  /** `index` counts the cells that have code, from 1. */
  started(cell: CodeCell, index: number, total: number): void;
  finished(result: CellResult): void;
}

export interface CellResult {
  readonly cell: CodeCell;
  readonly index: number;
  readonly total: number;
  readonly seconds: number;
  /** `tolerated`: it threw and was allowed to; `skipped`: its tag says not to run it. */
  readonly status: "ok" | "tolerated" | "failed" | "skipped";
  readonly error?: unknown;
}

/** A cell of this tag may throw. */
const RAISES_TAG = "raises-exception";

/**
 * Executes all code cells in order and fills their outputs and counts in place. Old outputs go
 * first, so a run that stops half-way leaves nothing stale behind. Cells tagged `skip-execution` are
 * left as they are; those tagged `raises-exception` may throw.
 *
 * @throws {CellFailed} A cell threw; `data` has `index`, `ename`, `evalue`.
 * @throws {CellTimeout} A cell exceeded `timeoutMs`.
 * @throws {RunInterrupted} `signal` was raised.
 * @throws {KernelDied} The kernel went away.
 */
export async function runNotebook(
  notebook: Notebook,
  kernel: NotebookKernel,
  options: RunNotebookOptions = {},
): Promise<void> {
  clearResults(notebook);
  const { kernelspec, languageInfo } = kernel;
  notebook.metadata = { ...notebook.metadata, kernelspec, language_info: languageInfo };
  const cells = codeCellsOf(notebook);
  const folder = new OutputFolder();
  try {
    await runCells(cells, kernel, folder, options);
  } finally {
    for (const cell of cells) warnOfMissingText(cell, folder.finish(cell), options);
  }
  refuseLateErrors(cells, options);
}

async function runCells(
  cells: readonly CodeCell[],
  kernel: NotebookKernel,
  folder: OutputFolder,
  options: RunNotebookOptions,
): Promise<void> {
  for (const [at, cell] of cells.entries()) {
    const place: Place = { index: at + 1, total: cells.length };
    if (hasTag(cell, SKIP_TAG)) {
      options.observer?.finished({ cell, ...place, seconds: 0, status: "skipped" });
      continue;
    }
    options.observer?.started(cell, place.index, place.total);
    const start = performance.now();
    const finish = (status: CellResult["status"], error?: unknown): void => {
      const seconds = (performance.now() - start) / 1000;
      options.observer?.finished({ cell, ...place, seconds, status, error });
    };
    let tolerated: CellFailed | undefined;
    try {
      tolerated = await runCell(cell, place, kernel, folder, options);
    } catch (error) {
      finish("failed", error);
      throw error;
    }
    finish(tolerated ? "tolerated" : "ok", tolerated);
  }
}

function warnOfMissingText(cell: CodeCell, missing: number, { warn }: RunNotebookOptions): void {
  if (missing === 0) return;
  const amount = `${(missing / 1e6).toFixed(1)} million characters`;
  warn?.(
    `${amount} of the text of the cell (${firstLine(cell.source)}) are left out of its middle`,
  );
}

interface Place {
  readonly index: number;
  readonly total: number;
}

/** Errors that came after their cell had ended. */
function refuseLateErrors(cells: readonly CodeCell[], options: RunNotebookOptions): void {
  for (const [at, cell] of cells.entries()) {
    if (mayThrow(cell, options) || hasTag(cell, SKIP_TAG)) continue;
    const failure = shownFailure(cell, { index: at + 1, total: cells.length });
    if (failure) throw failure;
  }
}

function mayThrow(cell: CodeCell, { allowErrors }: RunNotebookOptions): boolean {
  return allowErrors === true || hasTag(cell, RAISES_TAG);
}

/** @returns What the cell threw, where it may. */
async function runCell(
  cell: CodeCell,
  place: Place,
  kernel: NotebookKernel,
  folder: OutputFolder,
  options: RunNotebookOptions,
): Promise<CellFailed | undefined> {
  if (options.signal?.aborted) throw stoppedBefore(cell, place);
  const running = kernel.execute(cell.source, (event) => folder.add(cell, event));
  const stop = stopRequest(options);
  let reply: ExecuteReply | StopReason;
  try {
    reply = await Promise.race([running, stop.promise]);
  } catch (error) {
    throw error instanceof KernelDied ? deathIn(cell, place, error) : error;
  } finally {
    stop.release();
  }
  if (typeof reply === "string") {
    const answered = await interruptCell(cell, running, kernel, options.graceMs ?? 5000);
    throw stopError(reply, cell, place, answered, options);
  }
  cell.execution_count = reply.executionCount;
  if (reply.status === "error") {
    // Ctrl-C reaches a local kernel as well, whose answer may be seen before the signal is.
    await setImmediate();
    if (options.signal?.aborted) throw stopError("signal", cell, place, true, options);
  }
  const failure =
    reply.status === "ok" ? shownFailure(cell, place) : cellFailure(cell, place, reply);
  if (failure && !mayThrow(cell, options)) throw failure;
  return failure;
}

type StopReason = "timeout" | "signal";

/** Settles when the cell has to be stopped; `release` lets the process end before. */
function stopRequest(options: RunNotebookOptions): {
  promise: Promise<StopReason>;
  release(): void;
} {
  const { promise, resolve } = withResolvers<StopReason>();
  const { signal, timeoutMs } = options;
  const onAbort = (): void => resolve("signal");
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => resolve("timeout"), timeoutMs);
  return {
    promise,
    release: () => {
      signal?.removeEventListener("abort", onAbort);
      clearTimeout(timer);
    },
  };
}

/** Whether the cell came to rest in the time of grace; its outputs are complete then. */
async function interruptCell(
  cell: CodeCell,
  running: Promise<ExecuteReply>,
  kernel: NotebookKernel,
  graceMs: number,
): Promise<boolean> {
  const settled = running.then(
    (reply) => {
      cell.execution_count = reply.executionCount;
      return true;
    },
    () => false,
  );
  const grace = withResolvers<false>();
  const timer = setTimeout(() => grace.resolve(false), graceMs);
  try {
    return await Promise.race([kernel.interrupt().then(() => settled), grace.promise]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((accept) => {
    resolve = accept;
  });
  return { promise, resolve };
}

function named(cell: CodeCell, place: Place): string {
  return `cell ${place.index} of ${place.total} (${firstLine(cell.source)})`;
}

/** A promise that nobody awaited may fail in a cell whose own end was good. */
function shownFailure(cell: CodeCell, place: Place): CellFailed | undefined {
  const error = cell.outputs.find((output) => output.output_type === "error");
  return error && cellFailure(cell, place, error);
}

function cellFailure(
  cell: CodeCell,
  place: Place,
  { ename, evalue }: { readonly ename: string; readonly evalue: string },
): CellFailed {
  const error = cell.outputs.find((output) => output.output_type === "error");
  const traceback = error?.traceback.map((line) => `\n${stripVTControlCharacters(line)}`) ?? [];
  return new CellFailed(`${named(cell, place)} failed: ${ename}: ${evalue}${traceback.join("")}`, {
    ...place,
    cellId: cell.id,
    ename,
    evalue,
  });
}

function deathIn(cell: CodeCell, place: Place, cause: KernelDied): KernelDied {
  const data = { ...(cause.data as object), ...place, cellId: cell.id };
  const message = `${named(cell, place)}: ${cause.message}\n${deathRemedy(cause.data)}`;
  return new KernelDied(message, data, { cause });
}

function stopError(
  reason: StopReason,
  cell: CodeCell,
  place: Place,
  answered: boolean,
  options: RunNotebookOptions,
): CellTimeout | RunInterrupted {
  const end = answered
    ? "it was interrupted"
    : "it did not answer the interrupt, so its kernel was ended";
  const data = { ...place, cellId: cell.id, answered };
  if (reason === "signal") {
    return new RunInterrupted(`the run was stopped in ${named(cell, place)}; ${end}`, data);
  }
  const { timeoutMs = 0 } = options;
  return new CellTimeout(
    `${named(cell, place)} took longer than ${timeoutMs / 1000} s and ${end}; ` +
      "allow more with --timeout, or make the cell smaller",
    { ...data, timeoutMs },
  );
}

function stoppedBefore(cell: CodeCell, place: Place): RunInterrupted {
  return new RunInterrupted(`the run was stopped before ${named(cell, place)}`, {
    ...place,
    cellId: cell.id,
  });
}
