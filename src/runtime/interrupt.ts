/**
 * Two counters that another thread of this process may use while this one is busy:
 * [0] the interrupt epoch: adding 1 cancels every native task submitted before;
 * [1] the number of native tasks in flight.
 *
 * The kernel's stop button works through them.
 */
export const interruptCounters: Int32Array = new Int32Array(new SharedArrayBuffer(8));
