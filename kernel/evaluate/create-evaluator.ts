import type { MessagePort } from "node:worker_threads";
import { CellEvaluator } from "./cell-evaluator.js";
import type { Evaluator } from "./evaluator.js";

export interface EvaluatorOptions {
  /** The other end is MAIN's, given to `attachMainThread`. */
  readonly mainPort: MessagePort;
  /** Folder of the notebook. */
  readonly cwd: string;
  /** Takes a line for the stderr of the process. Default: none. */
  readonly log?: (text: string) => void;
}

/**
 * The evaluator of the protocol worker: starts the language worker, connects to MAIN and takes cells
 * at once; the first one waits until both have loaded.
 */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const language = { cwd: options.cwd, libraryUrl: import.meta.resolve("prism-lab") };
  return new CellEvaluator(options.mainPort, language, options.log ?? (() => {}));
}
