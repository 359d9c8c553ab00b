import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Addon, NativeJob, NativeResult } from "../../../src/runtime/addon.js";

export const addonPath: string = fileURLToPath(
  new URL("../../../build/prism.node", import.meta.url),
);

export const addon: Addon = createRequire(import.meta.url)(addonPath) as Addon;

export function kernelId(name: string): number {
  const id = addon.kernels.indexOf(name);
  if (id < 0) throw new Error(`no kernel ${name}, there are ${addon.kernels.join(", ")}`);
  return id;
}

export function statusOf(result: NativeResult): string {
  return addon.statuses[result.status] ?? `unknown status ${result.status}`;
}

export function newControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(16));
}

export type Call = (
  kernel: string,
  inputs?: readonly ArrayBufferView[],
  params?: readonly number[],
  options?: Partial<NativeJob>,
) => Promise<NativeResult>;

export interface TestPool {
  readonly poolId: number;
  readonly threadCount: number;
  readonly call: Call;
  close(): void;
}

export function openPool(threadCount: number, stackSize = 0): TestPool {
  const info = addon.openPool(threadCount, stackSize);
  return {
    ...info,
    call: (kernel, inputs = [], params = [], options = {}) =>
      addon.submit({
        poolId: info.poolId,
        kernel: kernelId(kernel),
        inputs,
        params,
        control: newControl(),
        controlIndex: 0,
        memoryLimit: 0,
        timeoutMs: 0,
        ...options,
      }),
    close: () => addon.closePool(info.poolId),
  };
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rows a, b, c of a skewed cell, edges about `edge`. */
export function randomLattice(random: () => number, edge: number): Float64Array {
  return Float64Array.from({ length: 9 }, (_, index) => {
    const isDiagonal = index % 4 === 0;
    return edge * (isDiagonal ? 0.8 + 0.4 * random() : 0.7 * (random() - 0.5));
  });
}

export function randomNumbers(random: () => number, count: number, scale = 1): Float64Array {
  return Float64Array.from({ length: count }, () => scale * random());
}
