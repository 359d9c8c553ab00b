// Kernels as a client feels them, over ZeroMQ on loopback: Prism beside ipykernel and tslab, in the same
// run, by the same client.
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Request } from "zeromq";
import { endpointOf } from "../dist/kernel/transport/connection-file.js";
import { cells } from "./kernels/cells.mjs";
import { openKernels } from "./kernels/peers.mjs";
import { elapsedMs, quantile } from "./measure.mjs";

/** What has not come by then does not come. */
const PATIENCE_MS = 5000;

const cases = {
  "kernel-cold-start": coldStart,
  "kernel-first-cell": firstCell,
  "kernel-one-plus-one": eachWarm(onePlusOne),
  "kernel-twenty-lines": eachWarm(twentyLines),
  "kernel-interrupt": eachWarm(interrupt),
  "kernel-heartbeat-busy": eachWarm(heartbeat),
  "kernel-completion": eachWarm(completion),
  "kernel-memory": memory,
  "kernel-loop": eachWarm(loop),
  "kernel-many-cells": eachWarm(manyCells),
  "kernel-flood": eachWarm(flood),
};

export async function* run({ wants, quick }) {
  const { peers, missing, close } = await openKernels();
  try {
    for (const [name, measure] of Object.entries(cases)) {
      if (!wants(name)) continue;
      const { size, runs, ms, of } = await measure(peers, quick);
      const absent = [...missing].map(([peer, reason]) => [peer, { ms: null, reason }]);
      const values = Object.assign({}, ...[...of, ...absent].map(prefixed));
      yield { case: name, size, secondsMedian: ms / 1000, runs, values };
    }
  } finally {
    await close();
  }
}

/** Prism's own values have no prefix. */
function prefixed([peer, values]) {
  if (peer === "prism") return values;
  const name = (key) => `${peer}${key[0].toUpperCase()}${key.slice(1)}`;
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), value]));
}

/** A case that asks each kernel by itself, in its middle age: some cells old. */
function eachWarm(measure) {
  return async (peers, quick) => {
    const of = [];
    let first;
    for (const peer of peers) {
      const kernel = await peer.launch();
      try {
        await repeated(20, () => execute(kernel, "[0, 1]"));
        const measured = await measure(kernel, peer, quick);
        first ??= measured;
        of.push([peer.name, measured.values]);
      } finally {
        await kernel.shutdown(1000);
      }
    }
    return { ...first, of };
  };
}

function summary(times, size = 1) {
  const values = {
    ms: quantile(times, 0.5),
    minMs: quantile(times, 0),
    p95Ms: quantile(times, 0.95),
    p99Ms: quantile(times, 0.99),
    ...(times.lost > 0 && { lost: times.lost }),
  };
  return { size, runs: times.length, ms: values.ms, values };
}

/** From the start of the process until it has answered kernel_info_request and iopub is live. */
async function coldStart(peers, quick) {
  return inRounds(peers, quick ? 1 : 10, async (peer) => {
    let kernel;
    const ms = await elapsedMs(async () => {
      kernel = await peer.launch();
    });
    await kernel.shutdown(1000);
    return ms;
  });
}

/** The twenty lines as the first cell of a notebook, sent as soon as the kernel is there. */
async function firstCell(peers, quick) {
  return inRounds(peers, quick ? 1 : 10, async (peer) => {
    const kernel = await peer.launch();
    const ms = await elapsedMs(() => kernel.execute(cells[peer.language].twentyLines));
    await kernel.shutdown(1000);
    return ms;
  });
}

async function inRounds(peers, rounds, measure) {
  const times = new Map(peers.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) times.get(peer.name).push(await measure(peer));
  }
  const of = peers.map(({ name }) => [name, summary(times.get(name)).values]);
  return { ...summary(times.get(peers[0].name)), of };
}

/** Until both the reply and idle have come. */
async function onePlusOne(kernel, _peer, quick) {
  return summary(await repeated(quick ? 10 : 300, () => execute(kernel, "1 + 1")));
}

/** With the types checked, where a kernel does that, and in Prism also without. */
async function twentyLines(kernel, peer, quick) {
  const code = cells[peer.language].twentyLines;
  const runs = quick ? 3 : 50;
  await repeated(5, () => execute(kernel, code));
  const checked = summary(await repeated(runs, () => execute(kernel, code)), 20);
  if (peer.name !== "prism") return checked;
  await kernel.execute("%typecheck off");
  const unchecked = summary(await repeated(runs, () => execute(kernel, code)));
  const { ms, minMs, p95Ms } = unchecked.values;
  const values = {
    ...checked.values,
    uncheckedMs: ms,
    uncheckedMinMs: minMs,
    uncheckedP95Ms: p95Ms,
  };
  return { ...checked, values };
}

/** From the stop button to the reply of a cell in a busy loop, and in one that has awaited before. */
async function interrupt(kernel, peer, quick) {
  const { busy, busyAfterAwait } = cells[peer.language];
  const runs = quick ? 3 : 50;
  const plain = await stopTimes(kernel, peer, busy, runs);
  if (plain === undefined) return absent(UNSTOPPABLE);
  const awaited = await stopTimes(kernel, peer, busyAfterAwait, runs);
  const after = awaited
    ? { afterAwaitMs: summary(awaited).ms }
    : { afterAwaitMs: null, afterAwaitReason: UNSTOPPABLE };
  const result = summary(plain);
  return { ...result, values: { ...result.values, ...after } };
}

const UNSTOPPABLE = `does not end the loop within ${PATIENCE_MS} ms`;

async function stopTimes(kernel, peer, code, runs) {
  const times = [];
  for (let index = 0; index < runs; index++) {
    const ended = await startBusyLoop(kernel, code);
    let stopped;
    const ms = await elapsedMs(async () => {
      peer.interrupt(kernel).catch(() => undefined);
      stopped = await within(ended, PATIENCE_MS);
    });
    if (!stopped) return undefined;
    times.push(ms);
  }
  return times;
}

/** Round trips of the heartbeat, one after the other, while a cell is in a busy loop. */
async function heartbeat(kernel, peer, quick) {
  const ended = await startBusyLoop(kernel, cells[peer.language].busy);
  const heart = new Request({ linger: 0, receiveTimeout: PATIENCE_MS });
  heart.connect(endpointOf(kernel.connection, "hb_port"));
  try {
    const beat = async () => {
      await heart.send("beat");
      await heart.receive();
    };
    return summary(await repeated(quick ? 20 : 1000, beat));
  } catch {
    return absent(`no heartbeat within ${PATIENCE_MS} ms while a cell runs`);
  } finally {
    heart.close();
    await peer.interrupt(kernel).catch(() => undefined);
    await within(ended, PATIENCE_MS);
  }
}

/** Members of a variable of the notebook. */
async function completion(kernel, peer, quick) {
  const { declare, complete } = cells[peer.language];
  await kernel.execute(declare);
  const ask = async () => {
    const asked = kernel.complete(complete, complete.length);
    if (!(await within(() => asked, PATIENCE_MS))) throw unanswered("complete_request");
    const { matches } = await asked;
    if (matches.length < 5) throw new Error(`${peer.name} completes nothing`);
  };
  await repeated(5, ask);
  return summary(await repeated(quick ? 5 : 200, ask));
}

/** Resident memory of the kernel and its children: as soon as it answers, then at rest, then after 1 + 1. */
async function memory(peers, quick) {
  const of = [];
  for (const peer of peers) {
    const kernel = await peer.launch();
    const startMb = await residentMb(kernel.pid);
    await sleep(quick ? 100 : 5000);
    const restMb = await residentMb(kernel.pid);
    await kernel.execute("1 + 1");
    const usedMb = await residentMb(kernel.pid);
    of.push([peer.name, { startMb, restMb, usedMb }]);
    await kernel.shutdown(1000);
  }
  return { size: 1, runs: 1, ms: 0, of };
}

/** A sum of whole numbers and one of doubles, over variables of the notebook and in a function. */
async function loop(kernel, peer, quick) {
  // tslab needs 40 s for the steps that the others take at once.
  const steps = quick ? 1e4 : peer.name === "tslab" ? 1e6 : 5e7;
  const [declare, ...measures] = cells[peer.language].loops(steps);
  await kernel.execute(declare);
  const values = { steps };
  for (const code of measures) {
    const best = { top: Number.POSITIVE_INFINITY, inner: Number.POSITIVE_INFINITY };
    let name = "";
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      const { outputs } = await kernel.execute(code);
      const text = outputs.map(({ content }) => content.text ?? "").join("");
      const [, kind, top, inner] = /(\w+): ([\d.]+) ([\d.]+)/.exec(text);
      best.top = Math.min(best.top, Number(top));
      best.inner = Math.min(best.inner, Number(inner));
      name = kind;
    }
    values[`${name}TopLevelMs`] = best.top;
    values[`${name}FunctionMs`] = best.inner;
    values[`${name}Ratio`] = best.top / best.inner;
  }
  return { size: steps, runs: 3, ms: values.intsTopLevelMs, values };
}

/** Each cell uses the one before. */
async function manyCells(kernel, peer, quick) {
  const { chain } = cells[peer.language];
  const [count, part] = quick ? [20, 5] : [2000, 100];
  const times = await repeated(count, async (index) => {
    const { reply } = await execute(kernel, chain(index));
    if (reply.status !== "ok") throw new Error(`${peer.name}: ${chain(index)} has failed`);
  });
  const firstMs = quantile(times.slice(0, part), 0.5);
  const lastMs = quantile(times.slice(-part), 0.5);
  const { lost } = times;
  const ratio = lastMs / firstMs;
  const values = { firstMs, lastMs, ratio, maxMs: quantile(times, 1), ...(lost > 0 && { lost }) };
  return { size: count, runs: count, ms: quantile(times, 0.5), values };
}

/** Lines of text until reply and idle, and the kernel's memory at its highest. */
async function flood(kernel, peer, quick) {
  const [lines, timeoutMs] = quick ? [1000, 5000] : [1e6, 60_000];
  let received = 0;
  let messages = 0;
  const stop = kernel.onIopub(({ header, content }) => {
    if (header.msg_type !== "stream") return;
    messages += 1;
    received += content.text.split("\n").length - 1;
  });
  try {
    const code = cells[peer.language].flood(lines);
    const ms = await elapsedMs(() => kernel.execute(code, { timeoutMs }));
    const values = { ms, received, messages, peakMb: await peakMb(kernel.pid) };
    return { size: lines, runs: 1, ms, values };
  } catch (error) {
    return absent(`${error.message.split(";")[0]}, ${received} lines received`);
  } finally {
    stop();
  }
}

/** The cell is in its loop when the line it prints before has arrived. */
async function startBusyLoop(kernel, code) {
  for (;;) {
    let ended;
    const isBusy = await new Promise((resolve) => {
      ended = kernel.execute(code, { onOutput: () => resolve(true) });
      // A kernel that is killed in its loop ends with an error that nobody waits for.
      ended.then(
        () => resolve(false),
        () => resolve(false),
      );
    });
    // A bare promise would be awaited by whoever awaits this function.
    if (isBusy) return () => ended;
    // For a while after an error tslab runs nothing.
    await sleep(250);
  }
}

async function within(ended, timeoutMs) {
  const limit = new AbortController();
  const late = sleep(timeoutMs, false, { signal: limit.signal }).catch(() => false);
  const inTime = ended().then(() => true);
  const result = await Promise.race([inTime, late]);
  limit.abort();
  return result;
}

function absent(reason) {
  return { size: 1, runs: 0, ms: 0, values: { ms: null, reason } };
}

/** Times of the runs that were answered; tslab loses a reply now and then. */
async function repeated(runs, work) {
  const times = [];
  let lost = 0;
  for (let index = 0; index < runs; index++) {
    try {
      times.push(await elapsedMs(() => work(index)));
    } catch (error) {
      lost += 1;
      if (error.code !== "KERNEL_TIMEOUT" || lost > MOST_LOST) throw error;
    }
  }
  return Object.assign(times, { lost });
}

const MOST_LOST = 10;

function unanswered(request) {
  return Object.assign(new Error(`no reply to ${request}`), { code: "KERNEL_TIMEOUT" });
}

function execute(kernel, code) {
  return kernel.execute(code, { timeoutMs: PATIENCE_MS });
}

async function residentMb(pid) {
  let sum = await statusMb(pid, "VmRSS");
  for (const child of await childrenOf(pid)) sum += await residentMb(child);
  return sum;
}

function peakMb(pid) {
  return statusMb(pid, "VmHWM");
}

async function statusMb(pid, field) {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) / 1024;
}

async function childrenOf(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8"));
  return (await Promise.all(lists)).flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}
