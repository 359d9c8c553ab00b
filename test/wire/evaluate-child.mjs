// A kernel process without sockets of Jupyter: MAIN runs cells, a worker drives the evaluator and
// takes its orders, one JSON text a line, from the test over a local socket.
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { isMainThread, MessageChannel, Worker, workerData } from "node:worker_threads";

if (isMainThread) await main();
else await supervisor();

async function main() {
  const { attachMainThread } = await import("../../dist/kernel/evaluate/main-thread.js");
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { mainPort: port2, cwd: process.cwd(), socket: process.argv[2] },
    transferList: [port2],
  });
  const mainThread = attachMainThread(port1, { cwd: process.cwd() });
  worker.on("exit", (code) => mainThread.exit(code));
}

async function supervisor() {
  const { createEvaluator } = await import("../../dist/kernel/evaluate/create-evaluator.js");
  const evaluator = createEvaluator(workerData);
  const socket = connect(workerData.socket);
  const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
  evaluator.onOutput = (output) => send({ output });
  for await (const line of createInterface({ input: socket })) {
    const { id, method, args } = JSON.parse(line);
    Promise.resolve(evaluator[method](...args)).then(
      (result) => {
        send({ id, result });
        if (method === "close") socket.end(() => process.exit(0));
      },
      (error) => send({ id, failure: error.stack }),
    );
  }
  // The test has gone.
  process.exit(0);
}
