import type { RegisteredKernel } from "../register-kernel.js";
import type { Portable } from "./portable-error.js";

/** A kernel call as it travels to a host. */
export interface RemoteCall {
  readonly kernel: string;
  /** What the user called, for messages. */
  readonly name: string;
  readonly inputs: readonly ArrayBufferView[];
  readonly params: readonly number[];
  /** Bytes; 0 for none. */
  readonly memoryLimit: number;
  /** What is left of it; 0 for none. */
  readonly timeoutMs: number;
  /** Where the kernel comes from, which the host may not know yet; undefined for the engine's own. */
  readonly origin: RegisteredKernel | undefined;
}

export type ToHost =
  | { readonly kind: "run"; readonly serial: number; readonly call: RemoteCall }
  | { readonly kind: "cancel"; readonly serial: number };

export type Reply =
  | {
      readonly kind: "done";
      readonly serial: number;
      readonly outputs: readonly ArrayBuffer[];
      readonly run: RunRecord | undefined;
    }
  | {
      readonly kind: "failed";
      readonly serial: number;
      readonly error: Portable;
      readonly run: RunRecord | undefined;
    };

export type FromHost =
  | Reply
  | {
      readonly kind: "progress";
      readonly serial: number;
      readonly done: number;
      readonly total: number;
    };

/** What the host knows of a run, in milliseconds of `monotonicMs`; undefined if it never began. */
export interface RunRecord {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly peakBytes: number;
}

/** One clock for all processes and threads of the machine, unlike `performance.now()`. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
