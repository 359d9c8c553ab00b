import type { Evaluator } from "../evaluate/evaluator.js";
import type { Message } from "../protocol/message.js";
import { readInputReply } from "../protocol/requests.js";
import type { Cell } from "./cell.js";
import type { Publisher } from "./publisher.js";

/**
 * Questions of a running cell to its own client. At most one is open: a cell that asks waits. An
 * answer is taken only from the client that was asked; any other would speak into a cell not its own.
 */
export class InputDesk {
  readonly #publisher: Publisher;
  readonly #evaluator: Evaluator;
  #open: { readonly cell: Cell; readonly requestId: string } | undefined;

  constructor(publisher: Publisher, evaluator: Evaluator) {
    this.#publisher = publisher;
    this.#evaluator = evaluator;
  }

  ask(cell: Cell, prompt: string, password: boolean): void {
    const requestId = this.#publisher.requestInput(cell.request, { prompt, password });
    this.#open = { cell, requestId };
  }

  /** Returns what is wrong with an answer that is not taken. */
  answer(message: Message): string | undefined {
    if (!this.#open) return "no cell has asked for input";
    const { cell, requestId } = this.#open;
    if (!sameIdentities(message, cell.request.message)) {
      return "the answer to an input request came from another client";
    }
    const named = message.parentHeader.msg_id;
    if (named !== undefined && named !== requestId) {
      return "the answer belongs to another input request";
    }
    const value = readInputReply(message.content);
    if (!value.ok) return value.problem;
    this.#open = undefined;
    this.#evaluator.inputReply(value.value);
    return undefined;
  }

  /** A cell that has ended waits for nothing. */
  withdraw(cell: Cell): void {
    if (this.#open?.cell === cell) this.#open = undefined;
  }
}

function sameIdentities(one: Message, other: Message): boolean {
  return (
    one.identities.length === other.identities.length &&
    one.identities.every((identity, index) =>
      Buffer.from(identity).equals(other.identities[index] as Uint8Array),
    )
  );
}
