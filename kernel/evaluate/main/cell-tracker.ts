import { promiseHooks } from "node:v8";
import type { Payload } from "../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Error } from "../intrinsics.js";
import type { MainOutput } from "../messages.js";
import type { StreamName } from "../text-ring.js";

/** Takes what a piece of code shows, in place of the notebook. */
export interface OutputSink {
  text(name: StreamName, text: string): void;
  output(output: MainOutput): void;
}

/**
 * A cell that has started, which outlives its end through timers and promises; or a handler that runs
 * in the name of a cell, by which it can be stopped apart from that.
 */
export interface LiveCell {
  readonly serial: number;
  readonly code: string;
  /** msg_id of the comm message that is handled. */
  readonly commMessageId?: string | undefined;
  readonly sink?: OutputSink | undefined;
  /** It is running and its client answers questions. */
  mayPrompt: boolean;
  /** The stop button was pressed: what is left of it must not go on. */
  isStopped: boolean;
  /** Displays under way; the cell is not done before them. */
  readonly pending: Set<Promise<unknown>>;
  /** What else the stop button ends: commands of the shell. */
  readonly whenStopped: Set<() => void>;
  /** For the reply: text for the next cell. */
  readonly payload: Payload[];
}

/** What the stop button ends beside the code. May itself be unwound, and is then to be called again. */
export function stopDependents(cell: LiveCell): void {
  for (const stop of cell.whenStopped) {
    stop();
    cell.whenStopped.delete(stop);
  }
}

/** Thrown into code of a stopped cell when what it awaited arrives. */
export class Interrupted extends Error {
  override readonly name: string = "Interrupted";

  constructor() {
    super("the cell was stopped");
  }
}

/**
 * A private field on an object that another class made: invisible to the user's `inspect`, and an
 * order of magnitude cheaper than a WeakMap for something done to every promise.
 */
class Adopt {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the returned object gets the field below
    return target;
  }
}

class Owned extends Adopt {
  #cell: LiveCell;

  constructor(promise: object, cell: LiveCell) {
    super(promise);
    this.#cell = cell;
  }

  static of(promise: object): LiveCell | undefined {
    return #cell in promise ? promise.#cell : undefined;
  }
}

/**
 * Knows which cell the code that runs now belongs to, also in timers and after awaits. Promise hooks
 * instead of AsyncLocalStorage: with the latter, stopping a cell after an await aborts Node 20.
 */
export class CellTracker {
  current: LiveCell | undefined;
  /** Blamed for what cannot be traced, such as a callback of the file system. */
  latest: LiveCell | undefined;
  /** Whose timer has just thrown; asked by the handler of uncaught exceptions. */
  private failed: LiveCell | undefined;

  start(): void {
    promiseHooks.createHook({
      init: (promise) => {
        if (this.current !== undefined) new Owned(promise, this.current);
      },
      before: (promise) => {
        this.current = Owned.of(promise);
      },
      after: () => {
        this.current = undefined;
      },
    });
  }

  get owner(): LiveCell | undefined {
    return this.current ?? this.latest;
  }

  ownerOf(promise: object): LiveCell | undefined {
    return Owned.of(promise) ?? this.owner;
  }

  /** Throws where the code that runs now belongs to a cell that was stopped. */
  refuseStopped(): void {
    if (this.current?.isStopped === true) throw new Interrupted();
  }

  /** Runs a callback on behalf of a cell. */
  run<T>(cell: LiveCell, callback: () => T): T {
    const outer = this.current;
    this.current = cell;
    try {
      return callback();
    } catch (error) {
      this.failed = cell;
      throw error;
    } finally {
      this.current = outer;
    }
  }

  takeFailed(): LiveCell | undefined {
    const cell = this.failed ?? this.owner;
    this.failed = undefined;
    return cell;
  }
}
