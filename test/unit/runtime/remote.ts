import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Runtime, Task, TaskOptions } from "prism-lab";
import { registerModuleKernel } from "../../../src/runtime/remote/module-kernels.js";

export const modules = new URL("./kernels/kernels.mjs", import.meta.url);

/** Registers exports of kernels.mjs under their own names. */
export function registerAll(...names: readonly string[]): void {
  for (const name of names) registerModuleKernel({ name, module: modules, export: name });
}

export interface Arguments {
  readonly inputs?: readonly ArrayBufferView[];
  readonly params?: readonly number[];
}

export type Run = (kernel: string, given?: Arguments, options?: TaskOptions) => Task<number[][]>;

/** Calls kernels whose outputs are float64. */
export function runner(runtime: Runtime, always: TaskOptions = {}): Run {
  return (kernel, given = {}, options = {}) =>
    runtime.run(
      {
        kernel,
        name: kernel,
        ...given,
        decode: (outputs) => outputs.map((output) => [...new Float64Array(output)]),
      },
      { ...always, ...options },
    );
}

export async function until(condition: () => boolean, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`${condition} did not come true`);
    await sleep(5);
  }
}

/** Children of a process by their state: "Z" is one that ended and was not waited for. */
export function childrenOf(pid: number): { readonly pid: number; readonly state: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), ...statOf(name) }))
    .filter(({ parent }) => parent === pid);
}

export function isRunning(pid: number): boolean {
  const { state } = statOf(String(pid));
  return state !== "" && state !== "Z";
}

function statOf(pid: string): { readonly state: string; readonly parent: number } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return { state: "", parent: 0 };
  }
}
