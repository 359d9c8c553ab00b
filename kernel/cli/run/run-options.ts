import type { NotebookKernel } from "./notebook-kernel.js";

/** The options of `prism run` as the command line gives them. */
export interface RunCommandOptions {
  /** A file; for several notebooks, and where it ends in a slash or is one, a folder. */
  readonly output?: string;
  /** Likewise. */
  readonly html?: string;
  /** Each notebook is written over itself. */
  readonly inPlace?: boolean;
  /** How many notebooks run at a time. Default 1. */
  readonly jobs?: number;
  /** Name -> value of JSON. */
  readonly parameters?: ReadonlyMap<string, unknown>;
  /** Seconds for each cell. */
  readonly timeout?: number;
  readonly allowErrors?: boolean;
  readonly check?: boolean;
  /** Relative, for numbers with a decimal point or an exponent. Default 1e-6. */
  readonly tolerance?: number;
  readonly resume?: boolean;
  readonly junit?: string;
  readonly server?: string;
  readonly token?: string;
  readonly kernel: string;
}

/** Where the command writes, and how it gets a kernel: replaced in tests. */
export interface RunSurroundings {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: NodeJS.WriteStream;
  startKernel(notebook: string, options: RunCommandOptions): Promise<NotebookKernel>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}
