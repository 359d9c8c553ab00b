// The kernel over ZeroMQ on loopback, as a client feels it: start, a small cell with its type
// check, the stop button, and the heartbeat while a cell is busy.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Request } from "zeromq";
import { endpointOf } from "../dist/kernel/transport/connection-file.js";
import { KernelClient } from "../dist/kernel/transport/kernel-client.js";
import { quantile } from "./measure.mjs";

export async function* run() {
  const dataHome = await mkdtemp(join(tmpdir(), "prism-bench-"));
  const launch = () => KernelClient.launch({ env: { XDG_DATA_HOME: dataHome } });
  try {
    yield await coldStart(launch, 7);
    const kernel = await launch();
    for (let warmUp = 0; warmUp < 20; warmUp++) await kernel.execute("1 + 1");
    yield await onePlusOne(kernel, 200);
    yield await interrupt(kernel, 30);
    yield await heartbeat(kernel, 1000);
    await kernel.shutdown();
  } finally {
    await rm(dataHome, { recursive: true });
  }
}

/** From the start of the process until it has answered kernel_info_request and iopub is live. */
async function coldStart(launch, runs) {
  const seconds = [];
  for (let index = 0; index < runs; index++) {
    const start = performance.now();
    const kernel = await launch();
    seconds.push(secondsSince(start));
    await kernel.shutdown();
  }
  return summary("kernel-cold-start", seconds);
}

/** Until both the reply and idle have come. */
async function onePlusOne(kernel, runs) {
  const seconds = [];
  for (let index = 0; index < runs; index++) {
    const start = performance.now();
    await kernel.execute("1 + 1");
    seconds.push(secondsSince(start));
  }
  return summary("kernel-one-plus-one", seconds);
}

/** From interrupt_request to the reply of a cell in a busy loop. */
async function interrupt(kernel, runs) {
  const seconds = [];
  for (let index = 0; index < runs; index++) {
    const { ended } = await startBusyLoop(kernel);
    const start = performance.now();
    const accepted = kernel.interrupt();
    await ended;
    seconds.push(secondsSince(start));
    await accepted;
  }
  return summary("kernel-interrupt", seconds);
}

async function heartbeat(kernel, runs) {
  const { ended } = await startBusyLoop(kernel);
  const heart = new Request({ linger: 0 });
  heart.connect(endpointOf(kernel.connection, "hb_port"));
  const seconds = [];
  for (let index = 0; index < runs; index++) {
    const start = performance.now();
    await heart.send("beat");
    await heart.receive();
    seconds.push(secondsSince(start));
  }
  heart.close();
  await kernel.interrupt();
  await ended;
  return summary("kernel-heartbeat-busy", seconds);
}

/** The cell is in its loop when the line it prints before has arrived. */
async function startBusyLoop(kernel) {
  let ended;
  await new Promise((resolve) => {
    const code = 'console.log("in the loop"); while (true) {}';
    ended = kernel.execute(code, { onOutput: resolve });
  });
  return { ended };
}

function secondsSince(start) {
  return (performance.now() - start) / 1000;
}

function summary(name, seconds) {
  return {
    case: name,
    size: 1,
    secondsMedian: quantile(seconds, 0.5),
    runs: seconds.length,
    values: {
      secondsMin: quantile(seconds, 0),
      secondsP99: quantile(seconds, 0.99),
      secondsMax: quantile(seconds, 1),
    },
  };
}
