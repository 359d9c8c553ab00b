import { ansi } from "./code-frame.js";
import type { CellError } from "./evaluator.js";
import type { MemorySource } from "./memory-guard.js";

const MEGABYTE = 2 ** 20;

/** Why something is stopped, and what to do about it. */
export interface MemoryShortage {
  readonly note: string;
  readonly remedy: string;
  /** Of the whole process, where not its heap alone is too large. */
  readonly residentBytes?: number;
}

/** @param stopped What is, with its verb; empty where nothing runs that could be. */
export function fullHeap(used: number, limit: number, stopped: string): MemoryShortage {
  const has = Math.round(used / MEGABYTE);
  return {
    note: `the JavaScript heap is nearly full: ${has} of ${megabytes(limit)}; ${consequence(stopped)}`,
    remedy:
      "all variables are kept; let go of the large ones, or allow more: restart with NODE_OPTIONS=--max-old-space-size=MEGABYTES",
  };
}

/** @param stopped What is, with its verb; empty where nothing runs that could be. */
export function fullMemory(
  { owner, remedy, totalBytes }: MemorySource,
  residentBytes: number,
  stopped: string,
): MemoryShortage {
  const share = `${Math.round(residentBytes / MEGABYTE)} of ${megabytes(totalBytes)}`;
  return {
    note: `the memory ${owner} is nearly used up: the kernel holds ${share}; ${consequence(stopped)}`,
    remedy: `all variables are kept; let go of the large ones (an array is freed once no variable leads to it), or ${remedy}`,
    residentBytes,
  };
}

/** @param heapBytes On MAIN's heap, if it has said so. */
export function outOfMemory(shortage: MemoryShortage, heapBytes?: number): CellError {
  const { note, remedy, residentBytes } = shortage;
  const ename = "OutOfMemory";
  const outside =
    residentBytes === undefined || heapBytes === undefined
      ? ""
      : ` (${megabytes(Math.max(residentBytes - heapBytes, 0))} outside the JavaScript heap: typed arrays, buffers, native results)`;
  const evalue = `${note}${outside}. ${remedy}`;
  return { status: "error", ename, evalue, traceback: [`${ansi.red(ename)}: ${evalue}`] };
}

function consequence(stopped: string): string {
  return stopped === "" ? "let go of what is large" : `${stopped} stopped`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / MEGABYTE)} MB`;
}
