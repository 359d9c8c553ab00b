// Not the global ones: a kernel's fall silent with the cell that set them.
import { clearTimeout, setTimeout } from "node:timers";

// As they were before a cell, which may declare a name that hides them.
const { add, compareExchange, load, store } = Atomics;
const lookMs = 20;

/**
 * Three numbers that another thread of this process may use while this one is busy:
 * [0] the interrupt epoch: adding 1 cancels every task submitted before, and those that have finished
 *     reject with `TaskCancelled` unless they have told so already;
 * [1] the number of tasks in flight;
 * [2] the gate, a `gate` value: who stops this thread closes it before.
 *
 * The kernel's stop button works through them.
 */
export const interruptCounters: Int32Array = new Int32Array(new SharedArrayBuffer(12));

/** `busy`: this thread changes what it knows of its tasks. `closed`: it is about to be unwound. */
const gate = { open: 0, busy: 1, closed: 2 } as const;

let depth = 0;

/**
 * From here to `leave` the stop button does not unwind this thread, so what lies between happens
 * whole or not at all. For microseconds of the library's own code; `leave` belongs into a `finally`.
 */
export function enter(): void {
  // A thread that finds the gate closed is unwound within the loop. One that finds it busy was
  // unwound in between by force.
  if (depth === 0) {
    while (compareExchange(interruptCounters, 2, gate.open, gate.busy) === gate.closed);
  }
  depth += 1;
}

export function leave(): void {
  depth -= 1;
  if (depth === 0) store(interruptCounters, 2, gate.open);
}

/** Code of the caller's within `enter` and `leave`: it may take long, and be stopped. */
export function unguarded<T>(body: () => T): T {
  const outer = depth;
  depth = 0;
  if (outer > 0) store(interruptCounters, 2, gate.open);
  try {
    return body();
  } finally {
    if (outer > 0) enter();
    depth = outer;
  }
}

/** Told some times a second while it is watched: a call that was unwound is made good by the next. */
export interface Watched {
  look(epoch: number, now: number): void;
}

const watched = new Set<Watched>();
let timer: NodeJS.Timeout | undefined;

export function watch(item: Watched): void {
  watched.add(item);
  timer ??= setTimeout(look, lookMs).unref();
}

export function unwatch(item: Watched): void {
  watched.delete(item);
  if (watched.size > 0) return;
  clearTimeout(timer);
  timer = undefined;
}

/**
 * For the stop button, on the thread that it has unwound, with nothing else on the stack. Of the tasks
 * submitted before none calls code of the caller's any more, also where it has finished by now.
 */
export function afterInterrupt(): void {
  depth = 0;
  add(interruptCounters, 0, 1);
  compareExchange(interruptCounters, 2, gate.busy, gate.open);
  clearTimeout(timer);
  timer = watched.size > 0 ? setTimeout(look, lookMs).unref() : undefined;
}

function look(): void {
  enter();
  try {
    timer = setTimeout(look, lookMs).unref(); // the last `unwatch` clears it
    const epoch = load(interruptCounters, 0);
    const now = performance.now();
    for (const item of [...watched]) item.look(epoch, now);
  } finally {
    leave();
  }
}
