import type { Channel, Message } from "../protocol/message.js";

export interface ExchangeHooks {
  readonly onIopub?: (message: Message) => void;
  readonly onStdin?: (message: Message) => void;
}

/** One request and everything it brings: output and status on iopub, questions, the reply. */
export class Exchange {
  /** The reply, as soon as it is there. */
  readonly replied: Promise<Message>;
  /** The reply, when the kernel is idle again too: nothing of this request follows. */
  readonly completed: Promise<Message>;
  readonly #hooks: ExchangeHooks;
  readonly #onEnd: () => void;
  readonly #reply: Deferred<Message> = deferred();
  readonly #idle: Deferred<void> = deferred();

  /** @param onEnd Called once, when nothing more is expected. */
  constructor(hooks: ExchangeHooks, onEnd: () => void) {
    this.#hooks = hooks;
    this.#onEnd = onEnd;
    this.replied = this.#reply.promise;
    this.completed = Promise.all([this.#reply.promise, this.#idle.promise]).then(([reply]) => {
      onEnd();
      return reply;
    });
    // Whoever waits hears of a failure; a promise nobody waits for must not end the process.
    this.replied.catch(() => {});
    this.#idle.promise.catch(() => {});
    this.completed.catch(() => {});
  }

  receive(channel: Channel, message: Message): void {
    if (channel === "stdin") {
      this.#hooks.onStdin?.(message);
    } else if (channel === "iopub") {
      this.#hooks.onIopub?.(message);
      if (isIdle(message)) this.#idle.resolve();
    } else {
      this.#reply.resolve(message);
    }
  }

  fail(error: Error): void {
    this.#reply.reject(error);
    this.#idle.reject(error);
    this.#onEnd();
  }

  /** Expect nothing more; the promises stay as they are. */
  forget(): void {
    this.#onEnd();
  }
}

function isIdle({ header, content }: Message): boolean {
  return header.msg_type === "status" && content.execution_state === "idle";
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
