import { resolve } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import { attachMainThread, type MainThread } from "../evaluate/main-thread.js";
import { readConnectionFile } from "../transport/connection-file.js";
import { log } from "./log.js";
import type { ExitRequest, ProtocolWorkerData, SupervisorRequest } from "./threads.js";

export interface StartKernelOptions {
  readonly connectionFile: string;
  /** Directory in which cells run. Default: that of the process. */
  readonly cwd?: string;
}

/**
 * Turns this process into a kernel: the calling thread becomes the one that runs cells, a worker
 * speaks to the clients. Returns when both have been started; the process then lives until a client
 * or a signal ends it. SIGINT interrupts the running cell, SIGTERM ends the kernel; both are seen
 * between two turns of the event loop, so a cell in a busy loop is stopped over the control channel.
 *
 * @throws {FileError} The connection file is missing or cannot be read.
 * @throws {InvalidConfiguration} It is not a connection file.
 */
export async function startKernel(options: StartKernelOptions): Promise<void> {
  const connection = await readConnectionFile(options.connectionFile);
  const cwd = resolve(options.cwd ?? process.cwd());
  const { port1, port2 } = new MessageChannel();
  const workerData: ProtocolWorkerData = { connection, mainPort: port2, cwd };
  const worker = new Worker(new URL("./protocol-worker.js", import.meta.url), {
    workerData,
    transferList: [port2],
  });
  // The worker boots while this thread gets ready.
  superviseWorker(worker, attachMainThread(port1, { cwd }));
  forwardSignals(worker);
}

function superviseWorker(worker: Worker, main: MainThread): void {
  worker.on("message", ({ exitCode }: ExitRequest) => main.exit(exitCode));
  worker.on("error", (error) => {
    log(`the protocol worker failed: ${error.stack ?? error.message}`);
    main.exit(1);
  });
  worker.on("exit", () => {
    log("the protocol worker ended unexpectedly");
    main.exit(1);
  });
}

function forwardSignals(worker: Worker): void {
  const forward = (request: SupervisorRequest) => (): void => worker.postMessage(request);
  process.on("SIGINT", forward("interrupt"));
  process.on("SIGTERM", forward("terminate"));
}
