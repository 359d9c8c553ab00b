import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Addon } from "../../../src/runtime/addon.js";

export const addonPath: string = fileURLToPath(
  new URL("../../../build/prism.node", import.meta.url),
);

const raw = createRequire(import.meta.url)("./raw-addon.cjs") as {
  load(path: string): Addon;
  callerOf(
    addon: Addon,
  ): (
    poolId: number,
    kernel: string | number,
    inputs?: readonly ArrayBufferView[],
    params?: readonly number[],
    options?: CallOptions,
  ) => Promise<CallResult>;
};

export const addon: Addon = raw.load(addonPath);
const callOn: ReturnType<typeof raw.callerOf> = raw.callerOf(addon);

export interface CallOptions {
  readonly memoryLimit?: number;
  readonly timeoutMs?: number;
  /** 0 background to 3 critical. */
  readonly priority?: number;
  readonly control?: Control;
}

/** Filled in when the task is submitted. */
export interface Control {
  cancel?(): void;
  withdraw?(): boolean;
  progress?(): readonly [number, number];
}

export interface CallResult {
  readonly status: number;
  readonly message: string;
  readonly outputs: readonly ArrayBuffer[];
  readonly peakBytes: number;
  readonly queuedMs: number;
  readonly runMs: number;
  readonly worker: number;
}

export function statusOf(result: CallResult): string {
  return addon.statuses[result.status] ?? `unknown status ${result.status}`;
}

export type Call = (
  kernel: string | number,
  inputs?: readonly ArrayBufferView[],
  params?: readonly number[],
  options?: CallOptions,
) => Promise<CallResult>;

export interface TestPool {
  readonly poolId: number;
  readonly threadCount: number;
  readonly call: Call;
  close(): void;
}

export function openPool(threadCount: number, stackSize = 0, memoryLimit = 2 ** 40): TestPool {
  const info = addon.openPool(threadCount, stackSize, memoryLimit);
  return {
    ...info,
    call: (...call) => callOn(info.poolId, ...call),
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
