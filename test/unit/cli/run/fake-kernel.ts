import type { OutputEvent } from "../../../../kernel/cli/notebook/outputs.js";
import type { ExecuteReply, NotebookKernel } from "../../../../kernel/cli/run/notebook-kernel.js";

type Run = (onOutput: (event: OutputEvent) => void) => ExecuteReply | Promise<ExecuteReply>;

/** Answers each cell by what `runs` has for its source; counts what is asked of it. */
export class FakeKernel implements NotebookKernel {
  readonly kernelspec = {
    name: "prism",
    display_name: "Prism (TypeScript)",
    language: "typescript",
  };
  readonly languageInfo = { name: "typescript", version: "6.0.3" };
  readonly calls: string[] = [];
  readonly #runs: Readonly<Record<string, Run>>;
  #count = 0;
  #endRunning: ((reply: ExecuteReply) => void) | undefined;

  constructor(runs: Readonly<Record<string, Run>> = {}) {
    this.#runs = runs;
  }

  async execute(code: string, onOutput: (event: OutputEvent) => void): Promise<ExecuteReply> {
    this.calls.push(code);
    this.#count++;
    return this.#runs[code]?.(onOutput) ?? this.ok();
  }

  /** A cell that runs until it is interrupted; with `deaf`, for ever. */
  hang(deaf = false): Promise<ExecuteReply> {
    return new Promise((resolve) => {
      if (!deaf) this.#endRunning = resolve;
    });
  }

  ok(): ExecuteReply {
    return { status: "ok", executionCount: this.#count };
  }

  error(ename: string, evalue: string): ExecuteReply {
    return { status: "error", executionCount: this.#count, ename, evalue };
  }

  async interrupt(): Promise<void> {
    this.calls.push("(interrupt)");
    this.#endRunning?.(this.error("Interrupted", ""));
  }

  async close(): Promise<void> {
    this.calls.push("(close)");
  }
}
