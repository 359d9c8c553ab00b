import { loadAddon } from "./load-addon.js";

/**
 * From now on `counter[0]` grows by 1 whenever the JavaScript heap of the calling thread has reached
 * its limit, where V8 would end the process; the limit is then raised by half of what it was at first,
 * so that another thread has the time to stop what fills it. Call it once a thread.
 *
 * @param counter Int32Array over a SharedArrayBuffer; kept for good.
 * @returns False where this build of Node does not offer it, or the engine is not built.
 */
export function guardHeap(counter: Int32Array): boolean {
  try {
    return loadAddon().guardHeap(counter);
  } catch {
    return false;
  }
}

/**
 * Gives memory that the process holds and does not use back to the system: what a C allocator keeps
 * for the next request. Some milliseconds.
 *
 * @returns False where the allocator has no such function, or the engine is not built.
 */
export function releaseMemory(): boolean {
  try {
    return loadAddon().releaseMemory();
  } catch {
    return false;
  }
}
