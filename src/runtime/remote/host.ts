import { enter, leave } from "../interrupt.js";
import type { FromHost, RemoteCall, Reply, ToHost } from "./messages.js";

/** How a host ended. */
export interface Death {
  /** "SIGSEGV"; null if it ended by itself. */
  readonly signal: string | null;
  readonly exitCode: number | null;
  /** What ended it, as far as that is an error. */
  readonly cause?: unknown;
}

/** Who waits for the end of a call; hears of exactly one of the two. */
export interface Caller {
  replied(reply: Reply): void;
  died(death: Death): void;
}

/** A process or a thread that runs one call at a time. While idle, it keeps no process alive. */
export abstract class Host {
  /** Resolves when it has ended, for whatever reason. */
  readonly gone: Promise<void>;
  /** Called then, before the caller hears of it: a stopped cell takes what waits for promises with it. */
  onGone: (() => void) | undefined;
  private caller: Caller | undefined;
  /** Of the present call, or the last one. */
  private serial = 0;
  private resolveGone: () => void = () => {};

  constructor() {
    this.gone = new Promise((resolve) => {
      this.resolveGone = resolve;
    });
  }

  /** @throws what the system says to a message that it cannot send. */
  run(call: RemoteCall, caller: Caller): void {
    this.serial += 1;
    this.clearChunks();
    this.post({ kind: "run", serial: this.serial, call });
    this.caller = caller;
    this.hold(true);
  }

  /** Asks the call to stop; its end is told as ever. */
  cancel(): void {
    this.post({ kind: "cancel", serial: this.serial });
  }

  /** Ends it at once. The caller hears no more of it. */
  kill(): void {
    this.caller = undefined;
    this.hold(false);
    this.destroy();
  }

  /** Ends an idle host. */
  abstract end(): void;
  /** Chunks of the present call that are done, and in all. */
  abstract chunks(): { readonly done: number; readonly total: number };
  protected abstract post(message: ToHost): void;
  /** Whether it keeps this process alive. */
  protected abstract hold(alive: boolean): void;
  protected abstract destroy(): void;
  protected abstract clearChunks(): void;
  protected abstract setChunks(done: number, total: number): void;

  /** A kernel may post messages of its own, which are nobody's. */
  protected received(message: FromHost | null | undefined): void {
    enter();
    try {
      this.take(message);
    } finally {
      leave();
    }
  }

  protected lost(death: Death): void {
    enter();
    try {
      const { caller } = this;
      this.caller = undefined;
      this.resolveGone();
      this.onGone?.();
      caller?.died(death);
    } finally {
      leave();
    }
  }

  private take(message: FromHost | null | undefined): void {
    const { caller } = this;
    if (caller === undefined || message?.serial !== this.serial) return;
    if (message.kind === "progress") {
      this.setChunks(message.done, message.total);
      return;
    }
    this.caller = undefined;
    this.hold(false);
    caller.replied(message);
  }
}
