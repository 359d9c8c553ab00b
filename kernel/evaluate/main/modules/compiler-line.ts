import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { ModuleCompilation } from "../../compile/compile-module.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Atomics, Error } from "../../intrinsics.js";
import type { CompilerAnswer, CompilerQuestion } from "../../messages.js";

export interface CompilerLineParts {
  /** To the protocol worker, which asks the language worker. */
  readonly ask: (question: CompilerQuestion) => void;
  readonly port: MessagePort;
  /** One int32: 1 once an answer lies in `port`. */
  readonly signal: Int32Array;
}

/**
 * TypeScript for this thread, which has none of its own: the compiler would cost every kernel some
 * sixty megabytes. The thread sleeps until the answer is there or the cell is stopped, so that
 * `require` of a TypeScript file can be synchronous.
 */
export class CompilerLine {
  private readonly parts: CompilerLineParts;
  private lastAttempt = 0;

  constructor(parts: CompilerLineParts) {
    this.parts = parts;
  }

  compile(file: string, code: string): ModuleCompilation {
    const { ask, port, signal } = this.parts;
    const attempt = ++this.lastAttempt;
    ask({ attempt, file, code });
    for (;;) {
      const answer: CompilerAnswer | undefined = receiveMessageOnPort(port)?.message;
      // An older one is of a cell that was stopped while it waited.
      if (answer?.attempt === attempt) return resultOf(answer);
      if (answer !== undefined) continue;
      Atomics.wait(signal, 0, 0);
      Atomics.store(signal, 0, 0);
    }
  }
}

function resultOf(answer: CompilerAnswer): ModuleCompilation {
  if ("result" in answer) return answer.result;
  throw new Error(`TypeScript could not look at the file (${answer.failure}); run the cell again`);
}
