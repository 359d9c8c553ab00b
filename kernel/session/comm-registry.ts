import type { CommMessage } from "../evaluate/evaluator.js";

/** The open comms of both sides, for comm_info_request. */
export class CommRegistry {
  readonly #targets = new Map<string, string>();

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
}
