import { nextTick } from "node:process";
// Not the global ones: a kernel's forget what a stopped cell has begun.
import { setImmediate } from "node:timers";
import { threadId } from "node:worker_threads";
import type { Addon } from "./addon.js";
import { enter, interruptCounters, leave } from "./interrupt.js";
import { loadAddon } from "./load-addon.js";
import { Records } from "./records.js";

/** Slots told in one turn of the event loop; the rest waits for the next, so timers stay alive. */
const finishedPerTurn = 512;

const settled = Promise.resolve();

/** What hears of the end of a task in the addon. */
export interface Submission {
  readonly slot: number;
  finished(turn: Turn): void;
}

/** One look at what has finished: its callers hear of it after `endedAt`, all of them together. */
export interface Turn {
  readonly beganAt: number;
  endedAt: number | undefined;
}

/**
 * The addon as this environment uses it: the records of its tasks and who waits for which of them.
 * One for the main thread and one for each worker thread; see `engine()`.
 */
class Engine {
  readonly addon: Addon;
  readonly records: Records;
  /** Adds to the times of the records to place them on the scale of `performance.now()`. */
  readonly clockOffset: number;
  private readonly waiting: (Submission | undefined)[] = [];
  /** Those that `finished` names. */
  private readonly told: (Submission | undefined)[] = [];
  private readonly flush = () => this.addon.flush();
  private readonly finished = new Int32Array(new SharedArrayBuffer(4 * (finishedPerTurn + 1)));
  /** No two environments of a process give the same one. */
  private lastSerial = threadId * 2 ** 36;

  constructor() {
    this.addon = loadAddon();
    this.records = new Records(this.addon);
    this.addon.setInterruptCounters(interruptCounters);
    this.addon.setOnFinished(() => this.settle(), this.finished, later);
    this.clockOffset = performance.now() - this.addon.now();
  }

  nextSerial(): number {
    this.lastSerial += 1;
    return this.lastSerial;
  }

  /** Before the submission; `forget` ends it. */
  expect(submission: Submission): void {
    Atomics.add(interruptCounters, 1, 1);
    this.waiting[submission.slot] = submission;
  }

  /**
   * At the end of this turn. The stop button may drop it: then a thread finds the tasks by itself a
   * millisecond later.
   */
  flushLater(): void {
    void settled.then(this.flush);
  }

  /** The record may be used again from here on. */
  forget(submission: Submission): void {
    if (this.waiting[submission.slot] !== submission) return;
    Atomics.sub(interruptCounters, 1, 1);
    this.waiting[submission.slot] = undefined;
    this.records.release(submission.slot);
  }

  /** Tasks that have not finished. */
  *submissions(): Generator<Submission> {
    for (const submission of this.waiting) if (submission !== undefined) yield submission;
  }

  /**
   * A decoder that is stopped unwinds this: the addon then calls again with the same slots and
   * more. By then a slot may belong to a task that has been submitted since, so it is looked up once.
   */
  private settle(): void {
    enter();
    try {
      this.settleGuarded();
    } finally {
      leave();
    }
  }

  private settleGuarded(): void {
    const { finished, told, waiting } = this;
    const count = finished[0];
    const turn: Turn = { beganAt: performance.now(), endedAt: undefined };
    while (told.length < count) told.push(waiting[finished[told.length + 1]]);
    for (let i = 0; i < count; i++) {
      const submission = told[i];
      if (submission !== undefined && waiting[submission.slot] === submission) {
        submission.finished(turn);
      }
    }
    turn.endedAt = performance.now();
    told.length = 0;
    finished[0] = 0;
  }
}

/**
 * In the next turn of the event loop. Not in the immediate itself: one that the stop button ends takes
 * all later ones with it, and leaves Node's queue of them broken.
 */
function later(callback: () => void): void {
  setImmediate(() => nextTick(callback));
}

let loaded: Engine | undefined;

/** @throws {AddonUnavailable} not built, built for another machine, or of another version. */
export function engine(): Engine {
  loaded ??= new Engine();
  return loaded;
}

export type { Engine };
