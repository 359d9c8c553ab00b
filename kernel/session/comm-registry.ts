import type { CommMessage } from "../evaluate/evaluator.js";
import type { Header } from "../protocol/message.js";

/** The open comms of both sides, for comm_info_request, and the messages that clients sent over them. */
export class CommRegistry {
  readonly #targets = new Map<string, string>();
  readonly #headers = new Map<string, Header>();
  readonly #capacity: number;

  /** @param capacity Of messages; past it the oldest is forgotten, and late answers to it name none. */
  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** Notes what a message, of either side, opens or closes. */
  note(message: Pick<CommMessage, "type" | "commId" | "targetName">): void {
    if (message.type === "comm_open") this.#targets.set(message.commId, message.targetName ?? "");
    if (message.type === "comm_close") this.#targets.delete(message.commId);
  }

  /** Without a name, those of all targets. */
  list(targetName: string | undefined): Readonly<Record<string, { readonly target_name: string }>> {
    const entries = [...this.#targets].filter(
      ([, target]) => targetName === undefined || target === targetName,
    );
    return Object.fromEntries(entries.map(([id, target]) => [id, { target_name: target }]));
  }

  /** A client's message that may be answered. */
  remember(header: Header): void {
    this.#headers.set(header.msg_id, header);
    if (this.#headers.size > this.#capacity) {
      this.#headers.delete(this.#headers.keys().next().value as string);
    }
  }

  headerOf(messageId: string): Header | undefined {
    return this.#headers.get(messageId);
  }
}
