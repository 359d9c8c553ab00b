// Other ways to run an empty task on another thread. Each peer is { name, run, close }, where `run`
// starts one task and returns its promise.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { Runtime } from "prism-lab";
import { loadAsyncWork } from "../native/async-work.mjs";

const empty = { kernel: "empty", name: "empty", decode: () => undefined };

/** Prism and the others, each with a thread for every hardware thread; libuv with its own number. */
export async function openPeers() {
  const threads = availableParallelism();
  return [prism(threads), libuv(), await workerThreads(threads), piscina(threads)];
}

export async function closePeers(peers) {
  for (const { close } of peers) await close();
}

function prism(threadCount) {
  const runtime = new Runtime({ threadCount });
  return { name: "prism", run: () => runtime.run(empty), close: () => runtime.close() };
}

/** `napi_create_async_work`, on the four threads that libuv has unless UV_THREADPOOL_SIZE is set. */
function libuv() {
  const { run } = loadAsyncWork();
  return { name: "libuv", run, close: () => {} };
}

/** A message there and its echo; the threads take turns. */
async function workerThreads(threadCount) {
  const workers = Array.from(
    { length: threadCount },
    () => new Worker(new URL("./echo.mjs", import.meta.url)),
  );
  const waiting = new Map();
  for (const worker of workers) {
    worker.on("message", (id) => {
      const resolve = waiting.get(id);
      waiting.delete(id);
      resolve();
    });
  }
  let lastId = 0;
  const run = () =>
    new Promise((resolve) => {
      lastId += 1;
      waiting.set(lastId, resolve);
      workers[lastId % threadCount].postMessage(lastId);
    });
  await Promise.all(workers.map(run));
  const close = () => Promise.all(workers.map((worker) => worker.terminate()));
  return { name: "workerThreads", run, close };
}

/** With the settings that make its empty tasks fastest. */
function piscina(threadCount) {
  const pool = new Piscina({
    filename: fileURLToPath(new URL("./empty.mjs", import.meta.url)),
    name: "empty",
    minThreads: threadCount,
    maxThreads: threadCount,
    concurrentTasksPerWorker: 64,
    recordTiming: false,
  });
  return { name: "piscina", run: () => pool.run(), close: () => pool.destroy() };
}
