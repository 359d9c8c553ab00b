import { parentPort, workerData } from "node:worker_threads";
import { createEvaluator } from "../evaluate/create-evaluator.js";
import { endpointOf } from "../transport/connection-file.js";
import { Wire } from "../transport/wire.js";
import { HistoryFile, historyPath } from "./history-file.js";
import { kernelInfo } from "./kernel-info.js";
import { KernelSession } from "./kernel-session.js";
import { log } from "./log.js";
import { parentPid, watchParent } from "./parent-watch.js";
import { createUsageMeter } from "./resource-usage.js";
import type { ExitRequest, ProtocolWorkerData, SupervisorRequest } from "./threads.js";

/** MAIN has this long to follow an exit request; a cell may hold it in a call that nothing stops. */
const exitGraceMs = 500;

const { connection, mainPort, cwd } = workerData as ProtocolWorkerData;
let stopping = false;

await main();

async function main(): Promise<void> {
  const wire = await Wire.bind(connection, createSlowSubscriberLog()).catch(
    (error: Error & { address?: string }) => {
      log(`cannot bind ${error.address ?? endpointOf(connection, "shell_port")}: ${error.message}`);
      return undefined;
    },
  );
  if (!wire) return exit(1);

  const evaluator = createEvaluator({ mainPort, cwd, log });
  const historyStore = new HistoryFile(historyPath(), log);
  const session = new KernelSession({
    evaluator,
    outbox: wire,
    historyStore,
    kernelInfo,
    usage: createUsageMeter(),
    onShutdown: (restart) => void stop(0, restart),
    log,
  });

  const stop = async (exitCode: number, restart: boolean): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await evaluator.close().catch((error: Error) => log(`the evaluator: ${error.message}`));
    session.announceShutdown(restart);
    await Promise.all([wire.close(), historyStore.flushed()]);
    exit(exitCode);
  };
  const onFailure = (error: unknown): void => {
    log(`internal error: ${error instanceof Error ? error.stack : String(error)}`);
    void stop(1, false);
  };
  // By default Node prints them where the notebook's text comes from.
  process.removeAllListeners("warning");
  process.on("warning", ({ message }) => log(`warning: ${message}`));
  process.on("uncaughtException", onFailure);
  process.on("unhandledRejection", onFailure);
  parentPort?.on("message", (request: SupervisorRequest) => {
    if (request === "interrupt") session.interrupt();
    else void stop(0, false);
  });
  const parent = parentPid();
  if (parent !== undefined) watchParent(parent, () => void stop(0, false));

  wire.listen({
    onMessage: (channel, message) => {
      // A kernel that ends starts nothing new; who waits hears of its end.
      if (!stopping) session.receive(channel, message);
    },
    onDropped: createDropLog(),
    onSubscribed: (topic) => session.welcome(topic),
  });
}

/** Ends the process by way of MAIN, and without it where MAIN does not follow. */
function exit(exitCode: number): void {
  const request: ExitRequest = { exitCode };
  parentPort?.postMessage(request);
  setTimeout(() => {
    log("user code could not be stopped; the process is killed");
    process.kill(process.pid, "SIGKILL");
  }, exitGraceMs);
}

/** Logs at the first message missed, and again after ten times as many. */
function createSlowSubscriberLog(): () => void {
  let count = 0;
  return () => {
    count++;
    if (!Number.isInteger(Math.log10(count))) return;
    log(`a subscriber of iopub does not read: it misses outputs (${count} so far)`);
  };
}

/** Logs the 1st, 2nd, 4th, 8th, ... drop: a flood of forged messages must not become a flood of lines. */
function createDropLog(): (channel: string, reason: string) => void {
  let count = 0;
  return (channel, reason) => {
    count++;
    if (Number.isInteger(Math.log2(count))) log(`dropped message ${count} (${channel}): ${reason}`);
  };
}
