import path from "node:path";
import type { PrismError } from "prism-lab";
import {
  type CellDifference,
  compareNotebooks,
  differencesAsText,
} from "../check/compare-notebooks.js";
import { NothingStored, OutputsDiffer } from "../errors.js";
import { codeCellsOf, hasTag, type Notebook, SKIP_TAG } from "../notebook/document.js";
import { serializeNotebook, writeFileAtomically } from "../notebook/serialize.js";
import type { NotebookKernel } from "./notebook-kernel.js";
import type { NotebookJob } from "./plan-run.js";
import type { CellResult, RunObserver } from "./run-notebook.js";
import { runNotebook } from "./run-notebook.js";
import type { RunCommandOptions, RunSurroundings } from "./run-options.js";
import { withoutRecord, withRecord } from "./run-record.js";

/** What became of one notebook. */
export interface JobResult {
  readonly job: NotebookJob;
  readonly state: "ran" | "stopped" | "up to date" | "not started" | "nothing stored";
  readonly seconds: number;
  /** Of the cells that ran or were skipped, in order. */
  readonly cells: readonly CellResult[];
  /** With `--check`: the cells whose outputs are not those stored. */
  readonly differences: readonly CellDifference[];
  /** Why it stopped, why it could not be written, how it differs. */
  readonly failures: readonly unknown[];
  /** On what the notebook does not show. */
  readonly warnings: readonly string[];
  readonly written: readonly string[];
}

const TOLERANCE = 1e-6;

/**
 * Runs one notebook in a fresh kernel, compares or writes it, and tells how it went. What ran until
 * a failure is written all the same. Never rejects.
 */
export async function runJob(
  job: NotebookJob,
  options: RunCommandOptions,
  surroundings: RunSurroundings,
  observer: RunObserver,
): Promise<JobResult> {
  const nothing = {
    job,
    seconds: 0,
    cells: [],
    differences: [],
    failures: [],
    warnings: [],
    written: [],
  };
  if (job.upToDate) return { ...nothing, state: "up to date" };
  if (surroundings.signal.aborted) return { ...nothing, state: "not started" };
  if (options.check && holdsNothing(job.notebook)) {
    return { ...nothing, state: "nothing stored", failures: [nothingStored(job)] };
  }
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  let kernel: NotebookKernel;
  try {
    kernel = await surroundings.startKernel(path.resolve(job.file), options);
  } catch (error) {
    return { ...nothing, state: "stopped", seconds: seconds(), failures: [error] };
  }
  const stored = options.check ? structuredClone(job.notebook) : undefined;
  const { cells, failures, warnings } = await execute(
    job,
    kernel,
    options,
    surroundings.signal,
    observer,
  );
  const state = failures.length === 0 ? "ran" : "stopped";
  let differences: readonly CellDifference[] = [];
  if (stored) {
    differences = differencesOf(stored, job.notebook, cells, options);
    if (differences.length > 0) failures.push(outputsDiffer(job, differences));
  }
  const written = await writeResults(job).catch((error: unknown) => {
    failures.push(error);
    return [];
  });
  return { job, state, seconds: seconds(), cells, differences, failures, warnings, written };
}

async function execute(
  { notebook, digest }: NotebookJob,
  kernel: NotebookKernel,
  { timeout, allowErrors = false }: RunCommandOptions,
  signal: AbortSignal,
  observer: RunObserver,
): Promise<{ cells: CellResult[]; failures: unknown[]; warnings: string[] }> {
  const cells: CellResult[] = [];
  const warnings: string[] = [];
  notebook.metadata = withoutRecord(notebook.metadata);
  try {
    await runNotebook(notebook, kernel, {
      signal,
      allowErrors,
      warn: (sentence) => warnings.push(sentence),
      observer: {
        started: (cell, index, total) => observer.started(cell, index, total),
        finished: (result) => {
          cells.push(result);
          observer.finished(result);
        },
      },
      ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    });
    notebook.metadata = withRecord(notebook.metadata, digest);
    return { cells, failures: [], warnings };
  } catch (error) {
    return { cells, failures: [error], warnings };
  } finally {
    await kernel.close();
  }
}

/** Of a cell that failed the traceback says more than that its outputs are not complete. */
function differencesOf(
  stored: Notebook,
  notebook: Notebook,
  cells: readonly CellResult[],
  { tolerance = TOLERANCE }: RunCommandOptions,
): readonly CellDifference[] {
  const compared = cells.filter(({ status }) => status === "ok" || status === "tolerated");
  return compareNotebooks(stored, notebook, new Set(compared.map(({ cell }) => cell)), tolerance);
}

/** Whether it has cells to run, and none of them has run: those that run carry a count. */
function holdsNothing(notebook: Notebook): boolean {
  const cells = codeCellsOf(notebook).filter((cell) => !hasTag(cell, SKIP_TAG));
  const isFresh = cells.every((cell) => cell.outputs.length === 0 && cell.execution_count === null);
  return cells.length > 0 && isFresh;
}

function nothingStored({ file }: NotebookJob): PrismError {
  return new NothingStored(
    `${file}: expected stored outputs to compare with, but the notebook was never run, or its outputs ` +
      "were cleared; run it first without --check, with --in-place, and look at what it gives",
    { file },
  );
}

function outputsDiffer(
  { file, notebook }: NotebookJob,
  differences: readonly CellDifference[],
): PrismError {
  const total = codeCellsOf(notebook).length;
  return new OutputsDiffer(
    `${file}: expected the outputs that are stored, got others in ${differences.length} of ${total} cells ` +
      "(- stored, + now); if the new ones are right, run it again with --in-place\n" +
      differencesAsText(differences),
    { file, cells: differences.map(({ index }) => index) },
  );
}

/** The notebook last: the digest in it says that all is there. */
async function writeResults({ file, notebook, output, html }: NotebookJob): Promise<string[]> {
  if (html !== undefined) {
    const { renderPage } = await import("../html/page.js");
    await writeFileAtomically(html, await renderPage(notebook, path.resolve(file)));
  }
  if (output !== undefined) await writeFileAtomically(output, serializeNotebook(notebook));
  return [output, html].filter((target) => target !== undefined);
}
