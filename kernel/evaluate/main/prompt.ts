import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Atomics, String } from "../intrinsics.js";
import type { CellTracker } from "./cell-tracker.js";
import { KernelError } from "./kernel-error.js";
import type { Outbox } from "./outbox.js";

const { store, wait } = Atomics;

export interface PromptParts {
  readonly outbox: Outbox;
  readonly tracker: CellTracker;
  /** One int32: 1 once the answer lies in `port`. */
  readonly signal: Int32Array;
  readonly port: MessagePort;
}

/** `prompt` and `password`: the thread sleeps until the answer is there or the cell is stopped. */
export function createPrompt(parts: PromptParts, password: boolean): (question?: string) => string {
  return (question = "") => {
    const { outbox, tracker, signal, port } = parts;
    if (tracker.owner?.mayPrompt !== true) {
      throw new KernelError(
        "STDIN_UNAVAILABLE",
        "this client does not answer questions: run the notebook in a front end that does, or assign the value in a cell",
        { question },
      );
    }
    // An answer that came after its question was given up would answer this one.
    while (receiveMessageOnPort(port) !== undefined);
    store(signal, 0, 0);
    outbox.output({ kind: "input", prompt: String(question), password });
    wait(signal, 0, 0);
    const answer: unknown = receiveMessageOnPort(port)?.message;
    return typeof answer === "string" ? answer : "";
  };
}
