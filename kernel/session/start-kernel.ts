import { resolve } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import { attachMainThread, type MainThread } from "../evaluate/main-thread.js";
import { readConnectionFile } from "../transport/connection-file.js";
import { log } from "./log.js";
import { Termination } from "./termination.js";
import type { ExitRequest, ProtocolWorkerData, SupervisorRequest } from "./threads.js";

export interface StartKernelOptions {
  readonly connectionFile: string;
  /** Directory in which cells run. Default: that of the process. */
  readonly cwd?: string;
}

/**
 * Turns this process into a kernel: the calling thread becomes the one that runs cells, a worker
 * speaks to the clients. Returns when both have been started; the process then lives until a client
 * or a signal ends it. SIGINT interrupts the running cell; it is seen between two turns of the event
 * loop, so a cell in a busy loop is stopped over the control channel. SIGTERM and SIGHUP end the
 * kernel: in good order, or at once while code of the user runs.
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
  const send = (request: SupervisorRequest) => (): void => worker.postMessage(request);
  const termination = new Termination(send("terminate"));
  const onBusy = (isBusy: boolean): void => termination.yield(isBusy);
  superviseWorker(worker, attachMainThread(port1, { cwd, onBusy }));
  process.on("SIGINT", send("interrupt"));
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
