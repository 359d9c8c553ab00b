import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { FileError } from "../base/errors.js";
import { Crystal } from "../crystal/crystal.js";
import { fromPortable } from "../runtime/remote/portable-error.js";
import { unpack } from "./packed.js";
import type { FromTrajectory, ToTrajectory, TrajectoryRequest } from "./trajectory-messages.js";

/** Structures that the thread may be ahead: it reads the next one while this one is looked at. */
const ahead = 2;

/** The compiled file of the thread, also when the sources run as they are, as the tests do. */
function workerFile(): URL {
  const { url } = import.meta;
  return url.endsWith(".ts")
    ? new URL("../../dist/src/io/trajectory-worker.js", url)
    : new URL("./trajectory-worker.js", url);
}

/** Whether there is a file for the thread to run: a bundle may be without it. */
export function hasTrajectoryThread(): boolean {
  return existsSync(workerFile());
}

/**
 * The structures of a text that comes in pieces, made on a thread of its own: this one passes the text on
 * and takes the arrays over. The thread ends with the iteration, and keeps no process alive that does not
 * wait for it.
 *
 * @throws what the reader of the format throws, and the chunks.
 */
export async function* framesOnThread(
  chunks: AsyncIterator<string, unknown, undefined>,
  request: Omit<TrajectoryRequest, "ahead">,
): AsyncGenerator<Crystal, void, undefined> {
  const worker = new Worker(workerFile(), { workerData: { ...request, ahead }, execArgv: [] });
  const inbox = new Inbox(worker, request.path);
  const send = (message: ToTrajectory) => worker.postMessage(message);
  try {
    for (;;) {
      const message = await inbox.next();
      switch (message.kind) {
        case "more": {
          const { value, done } = await chunks.next();
          send({ kind: "text", text: done ? undefined : (value as string) });
          break;
        }
        case "frame":
          send({ kind: "taken" });
          yield Crystal.fromParts(unpack(message.buffers));
          break;
        case "failed":
          throw fromPortable(message.error);
        case "end":
          return;
      }
    }
  } finally {
    void worker.terminate();
  }
}

/** What the thread has sent and nobody has looked at. */
class Inbox {
  private readonly messages: FromTrajectory[] = [];
  private failure: unknown;
  private wake: () => void = () => {};
  private readonly worker: Worker;

  constructor(worker: Worker, path: string) {
    this.worker = worker;
    worker.on("message", (message: FromTrajectory) => {
      this.messages.push(message);
      this.wake();
    });
    worker.on("error", (error) => this.fail(error));
    worker.on("exit", () => {
      this.fail(new FileError(`the thread that read "${path}" has ended`, { path }));
    });
    worker.unref();
  }

  async next(): Promise<FromTrajectory> {
    while (this.messages.length === 0) {
      if (this.failure !== undefined) throw this.failure;
      this.worker.ref();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.worker.unref();
    }
    return this.messages.shift()!;
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.wake();
  }
}
