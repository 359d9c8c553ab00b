import { setTimeout } from "node:timers";
import { enter, leave } from "prism-lab/internal";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object, Reflect } from "../intrinsics.js";
import { findNodeTimers, type NodeTimers, type TimerList } from "./node-timers.js";

const guarded = ["insert", "percolateDown", "percolateUp", "removeAt", "shift"] as const;

/**
 * Keeps the stop button from leaving Node's own timers half changed. Unwound between its two steps of
 * dropping a list of timers that has become empty, Node would go through that list over and over, in a
 * loop that no termination ends since C++ begins it anew; unwound while it adds one, no timer of that
 * duration would fire ever again.
 */
export class TimerGuard {
  private timers: NodeTimers | undefined;

  /** Where this Node keeps its timers in a way that is not known, they stay as they are; `prism doctor` says so. */
  install(): void {
    const timers = findNodeTimers();
    if (timers === undefined) return;
    for (const name of guarded) wrap(timers, name);
    dropStray(timers);
    this.timers = timers;
  }

  /** After something has been unwound: puts each list where Node looks for it. */
  repair(): void {
    if (this.timers === undefined) return;
    const { queue, lists } = this.timers;
    enter();
    try {
      while (queue.shift() !== undefined);
      for (const list of Object.values(lists)) queue.insert(list);
    } finally {
      leave();
    }
    // Node sets its clock for a duration that it has no list of.
    let unused = 1;
    while (lists[unused] !== undefined) unused += 1;
    setTimeout(() => {}, unused).unref();
  }
}

/** The change happens whole or not at all. */
function wrap({ queue }: NodeTimers, name: (typeof guarded)[number]): void {
  const original = queue[name] as (argument?: unknown) => unknown;
  const { apply } = Reflect;
  queue[name] = (argument?: unknown): TimerList | undefined => {
    enter();
    try {
      return apply(original, queue, [argument]) as TimerList | undefined;
    } finally {
      leave();
    }
  };
}

/** Node has forgotten a list and was unwound before it took it out of the queue as well. */
function dropStray({ queue, lists }: NodeTimers): void {
  const peek = queue.peek.bind(queue);
  queue.peek = (): TimerList | undefined => {
    for (;;) {
      const first = peek();
      if (first === undefined || lists[first.msecs] === first) return first;
      queue.shift();
    }
  };
}
