// What a task costs: the way to a thread and back, alone and by the thousand, beside libuv's own
// threads, worker_threads and piscina; loops inside a task; more threads; stopping; inputs.
import { availableParallelism } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Runtime, structureFactors } from "prism-lab";
import { elapsedMs, inTurn, quantile } from "./measure.mjs";
import { closePeers, openPeers } from "./peers/peers.mjs";
import { fcc } from "./structures.mjs";

const hardwareThreads = availableParallelism();
const nothing = () => undefined;
const empty = { kernel: "empty", name: "empty", decode: nothing };
const spin = (milliseconds, chunks = 1) => ({
  kernel: "test.spin",
  name: "spin",
  params: [milliseconds, chunks],
  decode: nothing,
});

const cases = {
  "tasks-round-trip": roundTrip,
  "tasks-throughput": throughput,
  "tasks-fork-join": forkJoin,
  "tasks-scaling": scaling,
  "tasks-cancel-running": cancelRunning,
  "tasks-cancel-timeout": timeout,
  "tasks-cancel-queued": cancelQueued,
  "tasks-submit-input": submitInput,
};

export async function* run({ wants, quick }) {
  for (const [name, measure] of Object.entries(cases)) {
    if (!wants(name)) continue;
    for await (const result of measure(quick)) yield { case: name, ...result };
  }
}

/** One task after the other, each awaited; blocks of 1000 of each peer in turn. */
async function* roundTrip(quick) {
  const [blocks, perBlock] = quick ? [2, 50] : [20, 1000];
  const peers = await openPeers();
  const ways = peers.map(({ run }) => async () => {
    const times = new Float64Array(perBlock);
    for (let i = 0; i < perBlock; i++) {
      const start = performance.now();
      await run();
      times[i] = performance.now() - start;
    }
    return times;
  });
  const timesOf = await inTurn(ways, blocks);
  await closePeers(peers);
  const values = {};
  let secondsMedian = 0;
  for (const [index, { name }] of peers.entries()) {
    const times = timesOf[index].flatMap((block) => [...block]);
    const p50 = quantile(times, 0.5);
    if (index === 0) secondsMedian = p50 / 1000;
    values[valueName(index, name, "p50Us")] = 1000 * p50;
    values[valueName(index, name, "p99Us")] = 1000 * quantile(times, 0.99);
  }
  yield { size: 1, secondsMedian, runs: blocks * perBlock, values };
}

/** 100,000 tasks, first with 1024 in flight at any time, then all submitted at once. */
async function* throughput(quick) {
  const count = quick ? 1000 : 100_000;
  const sizes = quick ? [64, count] : [1024, count];
  const rounds = quick ? 1 : 5;
  const peers = await openPeers();
  for (const size of sizes) {
    const ways = peers.map((peer) => () => elapsedMs(() => keepInFlight(peer.run, size, count)));
    const timesOf = await inTurn(ways, rounds);
    const values = {};
    const medians = timesOf.map((times) => quantile(times, 0.5) / 1000);
    for (const [index, { name }] of peers.entries()) {
      values[valueName(index, name, "perSecond")] = Math.round(count / medians[index]);
    }
    yield { size, secondsMedian: medians[0], runs: rounds, values };
  }
  await closePeers(peers);
}

/** Prism's own values have no prefix. */
function valueName(index, peer, name) {
  return index === 0 ? name : `${peer}${name[0].toUpperCase()}${name.slice(1)}`;
}

async function keepInFlight(run, size, count) {
  let left = count;
  async function lane() {
    while (left > 0) {
      left -= 1;
      await run();
    }
  }
  await Promise.all(Array.from({ length: size }, lane));
}

/** A binary tree of nested joins whose leaves do nothing: what forking, stealing and joining cost. */
async function* forkJoin(quick) {
  const leaves = quick ? 1000 : 100_000;
  const call = { ...empty, kernel: "test.forkJoin", params: [leaves] };
  const [one, all] = [1, hardwareThreads].map((threadCount) => new Runtime({ threadCount }));
  const ways = [one, all].map((runtime) => async () => {
    const task = runtime.run(call);
    await task;
    return task.stats.runMs;
  });
  const rounds = quick ? 2 : 50;
  const [single, times] = await inTurn(ways, rounds);
  await Promise.all([one.close(), all.close()]);
  const median = quantile(times, 0.5);
  const values = { threadCount: hardwareThreads, oneThreadMs: quantile(single, 0.5) };
  yield { size: leaves, secondsMedian: median / 1000, runs: rounds, values };
}

/** Run time of the structure factors of 4000 sites, some 300 ms on one thread, on more threads. */
async function* scaling(quick) {
  const [indices, rounds] = quick ? [500, 1] : [100_000, 7];
  const crystal = fcc("Cu", 10, 3.615, 0.05);
  const hkl = Int32Array.from({ length: 3 * indices }, (_, i) => (i * 7919) % 60);
  const threads = [...new Set([1, 2, hardwareThreads, 2 * hardwareThreads, 4 * hardwareThreads])];
  const runtimes = threads.map((threadCount) => new Runtime({ threadCount }));
  const ways = runtimes.map((runtime) => async () => {
    const task = structureFactors(crystal, hkl, { runtime });
    await task;
    return task.stats.runMs;
  });
  const timesOf = await inTurn(ways, rounds);
  for (const runtime of runtimes) await runtime.close();
  const medianMs = new Map(threads.map((count, i) => [count, quantile(timesOf[i], 0.5)]));
  const slower = (factor) =>
    medianMs.get(factor * hardwareThreads) / medianMs.get(hardwareThreads) - 1;
  const values = {
    hardwareThreads,
    oneThreadMs: medianMs.get(1),
    speedup2: medianMs.get(1) / medianMs.get(2),
    slowdownAt2x: slower(2),
    slowdownAt4x: slower(4),
  };
  yield { size: indices, secondsMedian: medianMs.get(2) / 1000, runs: rounds, values };
}

/** From cancel() of a task on all threads to its rejection. */
async function* cancelRunning(quick) {
  const runs = quick ? 3 : 200;
  const runtime = new Runtime({ threadCount: hardwareThreads });
  const times = [];
  for (let i = 0; i < runs; i++) {
    const task = runtime.run(spin(10_000, hardwareThreads));
    while (task.state !== "running") await nextTurn();
    times.push(
      await elapsedMs(() => {
        task.cancel();
        return rejection(task);
      }),
    );
  }
  await runtime.close();
  yield summaryMs(times, { size: 1 });
}

/** How long after its time a running task with timeoutMs = 20 has rejected. */
async function* timeout(quick) {
  const timeoutMs = 20;
  const runtime = new Runtime({ threadCount: hardwareThreads });
  const times = [];
  for (let i = 0; i < (quick ? 3 : 100); i++) {
    const call = spin(10_000, hardwareThreads);
    const total = await elapsedMs(() => rejection(runtime.run(call, { timeoutMs })));
    times.push(total - timeoutMs);
  }
  await runtime.close();
  yield summaryMs(times, { size: 1 });
}

/** From the first cancel(), or the abort of the signal they share, until all promises have settled. */
async function* cancelQueued(quick) {
  const [count, rounds] = quick ? [200, 1] : [10_000, 9];
  const runtime = new Runtime({ threadCount: hardwareThreads });
  const busy = Array.from({ length: hardwareThreads }, () => runtime.run(spin(1e6)));
  while (busy.some((task) => task.state !== "running")) await nextTurn();
  const oneByOne = () => {
    const tasks = Array.from({ length: count }, () => runtime.run(empty));
    return stopAll(tasks, () => {
      for (const task of tasks) task.cancel();
    });
  };
  const bySignal = () => {
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const tasks = Array.from({ length: count }, () => runtime.run(empty, options));
    return stopAll(tasks, () => controller.abort());
  };
  const [cancels, aborts] = await inTurn([oneByOne, bySignal], rounds);
  for (const task of busy) task.cancel();
  await runtime.close();
  const values = { cancelMs: quantile(cancels, 0.5), signalMs: quantile(aborts, 0.5) };
  yield { size: count, secondsMedian: values.cancelMs / 1000, runs: rounds, values };
}

function stopAll(tasks, stop) {
  const settled = Promise.all(tasks.map(rejection));
  return elapsedMs(() => {
    stop();
    return settled;
  });
}

/** A task that has to fail, or the benchmark measures something else. */
async function rejection(task) {
  try {
    await task;
  } catch {
    return;
  }
  throw new Error(`${task} was to be stopped, and has finished`);
}

/** A round trip with 1 MB: copied at the call, and over shared memory. */
async function* submitInput(quick) {
  const length = 131_072;
  const blocks = quick ? 1 : 40;
  const runtime = new Runtime({ threadCount: hardwareThreads });
  const inputs = [new Float64Array(length), new Float64Array(new SharedArrayBuffer(8 * length))];
  const ways = inputs.map((input) => async () => {
    const call = { ...empty, inputs: [input.fill(1)] };
    const times = [];
    for (let i = 0; i < 25; i++) times.push(await elapsedMs(() => runtime.run(call)));
    return times;
  });
  const [copied, shared] = (await inTurn(ways, blocks)).map((each) => quantile(each.flat(), 0.5));
  await runtime.close();
  const values = { copiedUs: 1000 * copied, sharedUs: 1000 * shared };
  yield { size: length, secondsMedian: copied / 1000, runs: 25 * blocks, values };
}

function summaryMs(times, { size }) {
  const values = { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
  return { size, secondsMedian: values.p50Ms / 1000, runs: times.length, values };
}
