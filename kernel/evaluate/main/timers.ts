import process from "node:process";
import { promisify } from "node:util";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object, Reflect } from "../intrinsics.js";
import type { CellTracker, LiveCell } from "./cell-tracker.js";

type Callback = (this: unknown, ...args: unknown[]) => unknown;
type Schedule = (callback: Callback, ...rest: unknown[]) => unknown;

/**
 * Timers that remember which cell set them: their output belongs to it, and those of a stopped cell
 * stay silent.
 */
export function trackTimers(tracker: CellTracker): void {
  globalThis.setImmediate = tickingImmediate(globalThis.setImmediate, process.nextTick);
  const stopInterval = globalThis.clearInterval;
  const ignore = (): void => {};
  replace("setTimeout", (cell, callback) => onBehalf(tracker, cell, callback, ignore));
  replace("setImmediate", (cell, callback) => onBehalf(tracker, cell, callback, ignore));
  replace("setInterval", (cell, callback) =>
    onBehalf(tracker, cell, callback, (timer) => stopInterval(timer as NodeJS.Timeout)),
  );
  replace("queueMicrotask", (cell, callback) => onBehalf(tracker, cell, callback, ignore));
  process.nextTick = wrapped(process.nextTick as Schedule, (cell, callback) =>
    onBehalf(tracker, cell, callback, ignore),
  ) as typeof process.nextTick;

  function replace(
    name: "setTimeout" | "setImmediate" | "setInterval" | "queueMicrotask",
    wrap: (cell: LiveCell, callback: Callback) => Callback,
  ): void {
    Object.assign(globalThis, { [name]: wrapped(globalThis[name] as Schedule, wrap) });
  }

  function wrapped(
    original: Schedule,
    wrap: (cell: LiveCell, callback: Callback) => Callback,
  ): Schedule {
    const schedule: Schedule = (callback, ...rest) => {
      const cell = tracker.current;
      if (cell === undefined || typeof callback !== "function") return original(callback, ...rest);
      return original(wrap(cell, callback), ...rest);
    };
    return carryingOver(original, schedule);
  }
}

/**
 * An immediate that runs its callback in the tick that follows it, before the next immediate. When the
 * stop button ends a callback within Node's own loop over immediates, the later ones are lost, and if
 * another one came before it, each later turn of that loop throws.
 */
function tickingImmediate(
  original: typeof setImmediate,
  nextTick: typeof process.nextTick,
): typeof setImmediate {
  const schedule: Schedule = (callback, ...args) => {
    if (typeof callback !== "function") return Reflect.apply(original, undefined, [callback]);
    return original(function (this: unknown) {
      nextTick(() => callback.apply(this, args));
    });
  };
  return carryingOver(original as Schedule, schedule) as typeof setImmediate;
}

/** Name of the original, and `promisify(setTimeout)` goes on to give the promise version. */
function carryingOver(original: Schedule, schedule: Schedule): Schedule {
  Object.defineProperty(schedule, "name", { value: original.name });
  const custom: unknown = Reflect.get(original, promisify.custom);
  if (custom !== undefined) Object.assign(schedule, { [promisify.custom]: custom });
  return schedule;
}

function onBehalf(
  tracker: CellTracker,
  cell: LiveCell,
  callback: Callback,
  whenStopped: (timer: unknown) => void,
): Callback {
  return function (this: unknown, ...args: unknown[]): unknown {
    if (cell.isStopped) return whenStopped(this);
    return tracker.run(cell, () => callback.apply(this, args));
  };
}
