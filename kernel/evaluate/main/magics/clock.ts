import { performance } from "node:perf_hooks";
import process from "node:process";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Array, Math, Number } from "../../intrinsics.js";
import { isThenable } from "../bundle.js";

interface Moment {
  readonly wallMs: number;
  readonly cpu: NodeJS.CpuUsage;
}

type Print = (line: string) => void;

/** The clocks of one cell, the innermost last. */
export class Clocks {
  private readonly print: Print;
  private readonly started: Moment[] = [];

  constructor(print: Print) {
    this.print = print;
  }

  start(): void {
    this.started.push({ wallMs: performance.now(), cpu: process.cpuUsage() });
  }

  stop(): void {
    const now = performance.now();
    const start = this.started.pop();
    if (start === undefined) return;
    // Of all threads of the process: tasks on several of them use more CPU time than wall time.
    const { user, system } = process.cpuUsage(start.cpu);
    const wall = `Wall time: ${duration(now - start.wallMs)}`;
    const parts = `user ${duration(user / 1e3)}, system ${duration(system / 1e3)}`;
    this.print(`${wall}, CPU time: ${duration((user + system) / 1e3)} (${parts})`);
  }
}

/** A run shorter than this says little about one loop. */
const LEAST_RUN_MS = 200;
const DEFAULT_RUNS = 7;
const MOST_LOOPS = 1e9;

/**
 * As IPython's: loops in powers of ten until a run takes 0.2 s, then seven such runs.
 *
 * @param resumed Throws once the cell was stopped.
 */
export async function timeit(
  body: () => unknown,
  options: string,
  resumed: () => void,
  print: Print,
): Promise<void> {
  const { loops: wanted, runs } = optionsOf(options);
  const measure = (await isAwaited(body)) ? awaitedRun : plainRun;
  let loops = wanted ?? 1;
  if (wanted === undefined) {
    while ((await measure(body, loops, resumed)) < LEAST_RUN_MS && loops < MOST_LOOPS) loops *= 10;
  }
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push((await measure(body, loops, resumed)) / loops);
  print(summary(times, loops));
}

function optionsOf(options: string): { loops: number | undefined; runs: number } {
  const value = (name: string): number | undefined => {
    const digits = new RegExp(`-${name}[ \\t]*(\\d+)`).exec(options)?.[1];
    return digits === undefined ? undefined : Math.max(1, Number(digits));
  };
  return { loops: value("n"), runs: value("r") ?? DEFAULT_RUNS };
}

/** One time unmeasured: what is compiled or read at first use is not what is asked for. */
async function isAwaited(body: () => unknown): Promise<boolean> {
  const value = body();
  if (!isThenable(value)) return false;
  await value;
  return true;
}

async function awaitedRun(
  body: () => unknown,
  loops: number,
  resumed: () => void,
): Promise<number> {
  const start = performance.now();
  for (let loop = 0; loop < loops; loop++) {
    await body();
    resumed();
  }
  return performance.now() - start;
}

/** Values go somewhere, or the compiler would leave out what makes them. */
const sink: { value: unknown } = { value: undefined };

function plainRun(body: () => unknown, loops: number): number {
  const start = performance.now();
  for (let loop = 0; loop < loops; loop++) sink.value = body();
  const elapsed = performance.now() - start;
  sink.value = undefined;
  return elapsed;
}

function summary(times: readonly number[], loops: number): string {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length;
  const spread = `${duration(mean)} ± ${duration(Math.sqrt(variance))} per loop`;
  const count = (number: number, one: string): string =>
    `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;
  const runs = `mean ± std. dev. of ${count(times.length, "run")}, ${count(loops, "loop")} each`;
  return `${spread} (${runs})`;
}

/** Milliseconds with three significant digits and a unit that fits. */
function duration(milliseconds: number): string {
  if (milliseconds >= 60_000) {
    const minutes = Math.floor(milliseconds / 60_000);
    return `${minutes} min ${Math.round((milliseconds - minutes * 60_000) / 1e3)} s`;
  }
  const units = Array.of<[number, string]>([1e3, "s"], [1, "ms"], [1e-3, "µs"], [1e-6, "ns"]);
  const [size, unit] = units.find(([least]) => milliseconds >= least) ?? [1e-6, "ns"];
  return `${Number((milliseconds / size).toPrecision(3))} ${unit}`;
}
