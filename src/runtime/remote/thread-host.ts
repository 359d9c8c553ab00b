import { Worker } from "node:worker_threads";
import { isShared } from "../views.js";
import { builtFile } from "./built-file.js";
import { Host } from "./host.js";
import type { FromHost, ToHost } from "./messages.js";
import { ThreadControl } from "./thread-control.js";

/** A thread for kernels in JavaScript. */
export class ThreadHost extends Host {
  private readonly worker: Worker;
  private readonly control = new ThreadControl();
  private cause: unknown;

  constructor(heapMiB: number) {
    super();
    const main = builtFile(new URL("./thread-main.js", import.meta.url));
    this.worker = new Worker(main, {
      workerData: this.control.buffer,
      // Those of this process may say how to read its own main script.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMiB },
    });
    this.worker.on("message", (message: FromHost) => this.received(message));
    this.worker.on("error", (cause) => {
      this.cause = cause;
    });
    this.worker.on("exit", (exitCode) => {
      this.lost({ exitCode, signal: null, cause: this.cause });
    });
    this.hold(false);
  }

  end(): void {
    this.destroy();
  }

  /** A kernel that computes reads no messages. */
  override cancel(): void {
    this.control.cancel();
  }

  chunks(): { readonly done: number; readonly total: number } {
    return this.control.chunks();
  }

  /** The inputs of a call are the host's: those that are not shared are transferred. */
  protected post(message: ToHost): void {
    const inputs = message.kind === "run" ? message.call.inputs : [];
    const owned = inputs.filter((view) => !isShared(view));
    this.worker.postMessage(
      message,
      owned.map((view) => view.buffer as ArrayBuffer),
    );
  }

  protected hold(alive: boolean): void {
    if (alive) this.worker.ref();
    else this.worker.unref();
  }

  protected destroy(): void {
    void this.worker.terminate();
  }

  protected clearChunks(): void {
    this.control.clear();
  }

  protected setChunks(): void {} // read from shared memory
}
