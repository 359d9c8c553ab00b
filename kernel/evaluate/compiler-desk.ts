import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { LanguageClient } from "./language-client.js";
import type { CompilerAnswer, CompilerQuestion } from "./messages.js";

/** The protocol worker's end of MAIN's line to the compiler. */
export class CompilerDesk {
  /** For MAIN. */
  readonly port: MessagePort;
  readonly signal: SharedArrayBuffer = new SharedArrayBuffer(4);
  private readonly own: MessagePort;
  private readonly language: LanguageClient;

  constructor(language: LanguageClient) {
    this.language = language;
    const { port1, port2 } = new MessageChannel();
    this.own = port1;
    this.port = port2;
  }

  async answer({ attempt, file, code }: CompilerQuestion): Promise<void> {
    this.send(
      await this.language.compile(file, code).then(
        (result) => ({ attempt, result }),
        (error: Error) => ({ attempt, failure: error.message }),
      ),
    );
  }

  close(): void {
    this.own.close();
  }

  private send(answer: CompilerAnswer): void {
    this.own.postMessage(answer);
    const signal = new Int32Array(this.signal);
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
  }
}
