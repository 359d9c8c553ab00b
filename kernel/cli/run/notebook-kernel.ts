import type { KernelspecMetadata } from "../notebook/document.js";
import type { OutputEvent } from "../notebook/outputs.js";

/** A running kernel as `prism run` sees it, wherever it runs. */
export interface NotebookKernel {
  readonly kernelspec: KernelspecMetadata;
  /** `language_info` of its kernel_info_reply, for the notebook's metadata. */
  readonly languageInfo: Readonly<Record<string, unknown>>;
  /**
   * Runs one cell and settles when the kernel is idle again, so every output of the cell has been
   * handed over by then.
   *
   * @throws {KernelDied} The kernel went away before it answered.
   */
  execute(code: string, onOutput: (event: OutputEvent) => void): Promise<ExecuteReply>;
  interrupt(): Promise<void>;
  /** Ends the kernel. Never rejects: what is left of a kernel that does not answer is killed. */
  close(): Promise<void>;
}

export type ExecuteReply =
  | { readonly status: "ok"; readonly executionCount: number | null }
  | {
      readonly status: "error";
      readonly executionCount: number | null;
      readonly ename: string;
      readonly evalue: string;
    };
