// A worker thread with tasks of its own, which may be terminated in the midst of them.
import { setImmediate as nextTurn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Runtime } from "prism-lab";
import { mulberry32 } from "../../bench/structures.mjs";
import { Mix } from "./mix.mjs";
import { Host, Tracker } from "./tracker.mjs";

const inFlight = 200;
const { seed, tasks, threadCount } = workerData;
const tracker = new Tracker(new Mix(mulberry32(seed)));
const host = new Host(new Runtime({ threadCount }));
const watchdog = setInterval(() => {
  const hanging = tracker.hanging();
  if (hanging === undefined) return;
  tracker.violation(hanging);
  report();
  process.exit();
}, 1000);
while (tracker.submitted < tasks) {
  while (tracker.inFlight.size < inFlight) tracker.submit(host);
  tracker.cancelSome();
  await nextTurn();
}
tracker.abortShared();
while (tracker.inFlight.size > 0) {
  tracker.cancelSome();
  await nextTurn();
}
await host.runtime.close();
clearInterval(watchdog);
report();

function report() {
  parentPort.postMessage({ settled: tracker.settled, violations: tracker.violations });
}
