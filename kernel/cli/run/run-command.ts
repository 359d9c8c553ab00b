import path from "node:path";
import { PrismError } from "prism-lab";
import { RunFailed, RunInterrupted } from "../errors.js";
import { codeCellsOf } from "../notebook/document.js";
import { writeFileAtomically } from "../notebook/serialize.js";
import { junitReport } from "./junit.js";
import type { NotebookKernel } from "./notebook-kernel.js";
import { planRun } from "./plan-run.js";
import { createProgress } from "./progress.js";
import { type JobResult, runJob } from "./run-job.js";
import type { RunCommandOptions, RunSurroundings } from "./run-options.js";
import { parseServerAddress } from "./server-address.js";

/**
 * Executes the notebooks, each in a fresh kernel, and writes what was asked for, also of those that
 * fail. A failure does not keep the others from running; it is thrown when all is written.
 *
 * @throws {UsageError} Before anything runs.
 * @throws {RunFailed} Several things failed. One alone is thrown as it is.
 */
export async function runCommand(
  files: readonly string[],
  options: RunCommandOptions,
  surroundings: RunSurroundings,
): Promise<void> {
  const { stdout, stderr } = surroundings;
  const jobs = await planRun(files, options, (sentence) => stderr.write(`prism: ${sentence}\n`));
  const start = performance.now();
  const progress = createProgress(stderr, jobs.length);
  const results = await inParallel(jobs, options.jobs ?? 1, async (job) => {
    const bar = progress.notebook(job.file);
    const result = await runJob(job, options, surroundings, bar);
    bar.ended(result.failures.length === 0);
    return result;
  }).finally(() => progress.stop());
  if (options.junit !== undefined) {
    await writeFileAtomically(options.junit, junitReport(results));
  }
  for (const result of results) {
    const { job, warnings } = result;
    for (const sentence of warnings) stderr.write(`prism: ${job.file}: ${sentence}\n`);
    stdout.write(`${sentenceOn(result, options)}\n`);
  }
  if (results.length > 1) {
    stdout.write(`${summaryOf(results)} in ${tenths((performance.now() - start) / 1000)} s\n`);
  }
  throwFailures(results);
}

/** As many at a time as `limit`; results in the order of the items. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of waiting) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

function sentenceOn(
  { job, state, seconds, written, differences }: JobResult,
  { check }: RunCommandOptions,
): string {
  const { file, output } = job;
  if (state === "up to date") return `skipped ${file}: ${output} is up to date`;
  if (state === "not started") return `did not start ${file}`;
  if (state === "nothing stored") return `did not check ${file}: no outputs are stored`;
  const time = `${file} in ${tenths(seconds)} s`;
  const where =
    written.length > 0
      ? `, wrote ${written.join(" and ")}`
      : "; nothing is kept without -o or --html";
  if (!check || state === "stopped") return `${state} ${time}${where}`;
  const total = codeCellsOf(job.notebook).length;
  const found =
    differences.length === 0
      ? "all outputs are as stored"
      : `${differences.length} of ${total} cells differ`;
  return `checked ${time}: ${found}`;
}

function summaryOf(results: readonly JobResult[]): string {
  const counts = new Map<string, number>();
  for (const result of results) {
    const name = fateOf(result);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const parts = ["ok", "up to date", "failed", "stopped", "not started"]
    .filter((name) => counts.has(name))
    .map((name) => `${counts.get(name)} ${name}`);
  return `${results.length} notebooks: ${parts.join(", ")}`;
}

function fateOf({ state, failures }: JobResult): string {
  if (failures.some((error) => error instanceof RunInterrupted)) return "stopped";
  if (failures.length > 0) return "failed";
  return state === "ran" ? "ok" : state;
}

function tenths(seconds: number): string {
  return seconds.toFixed(1);
}

function throwFailures(results: readonly JobResult[]): void {
  const all = results.flatMap(({ job, failures }) => failures.map((error) => ({ job, error })));
  const unstarted = results.filter(({ state }) => state === "not started").length;
  const [only] = all;
  if (only === undefined && unstarted === 0) return;
  if (only !== undefined && results.length === 1 && all.length === 1) throw only.error;
  const failed = new Set(all.map(({ job }) => job.file)).size;
  const reports = all.map(({ job, error }) => `${headOf(job.file, error)}`);
  const data = { failed, unstarted, total: results.length };
  const cause = all[0]?.error;
  if (unstarted > 0 || all.some(({ error }) => error instanceof RunInterrupted)) {
    const head = `the run was stopped; ${unstarted} of ${results.length} notebooks were not started`;
    throw new RunInterrupted([head, ...reports].join("\n"), data);
  }
  const head = `${failed} of ${results.length} notebooks failed`;
  throw new RunFailed([head, ...reports].join("\n"), data, { cause });
}

function headOf(file: string, error: unknown): string {
  if (!(error instanceof PrismError)) return `${file}: unexpected ${String(error)}`;
  const name = error.message.startsWith(`${file}:`) ? "" : `${file}: `;
  return `[${error.code}] ${name}${error.message}`;
}

/** A kernel of this machine, or of the server that `--server` names. */
export async function startKernel(
  notebook: string,
  options: RunCommandOptions,
): Promise<NotebookKernel> {
  if (options.server === undefined) {
    const { startLocalKernel } = await import("./local-kernel.js");
    return startLocalKernel(path.dirname(notebook));
  }
  const { startServerKernel } = await import("./server-kernel.js");
  const server = parseServerAddress(options.server, options.token);
  return startServerKernel({ server, kernelName: options.kernel, notebook });
}
