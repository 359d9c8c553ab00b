import type { MessagePort } from "node:worker_threads";

export interface MainThreadOptions {
  /** Folder of the notebook: packages and relative imports of cells resolve from here. */
  readonly cwd: string;
  /** Called when code of the user begins that may keep the thread from its event loop, and at its end. */
  readonly onBusy?: (isBusy: boolean) => void;
}

export interface MainThread {
  /** Ends the process; `process.exit` itself belongs to the user's code and refuses. */
  exit(code: number): never;
}

/**
 * Makes the calling thread, which must be the main one, run the cells that come through the port.
 * Returns at once; the library loads while the other threads start.
 */
export function attachMainThread(port: MessagePort, options: MainThreadOptions): MainThread {
  const exit = process.exit.bind(process);
  import("./main/user-space.js").then(
    ({ openUserSpace }) => openUserSpace(port, options),
    (error: unknown) => {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`prism: the library does not load: ${reason}\n`);
      exit(1);
    },
  );
  return { exit };
}
