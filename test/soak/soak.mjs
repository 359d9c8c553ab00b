// Keeps the engine under random load, and checks that every task settles once, as it may, and that
// the memory stays flat. Exit code 1 when anything was wrong.
//
//   node --expose-gc test/soak/soak.mjs [--tasks N | --seconds S] [--seed X]
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { Runtime } from "prism-lab";
import { mulberry32 } from "../../bench/structures.mjs";
import { Mix } from "./mix.mjs";
import { describe, Host, Tracker } from "./tracker.mjs";

const inFlight = 3000;
const submissionsPerTurn = 512;
/** Of the two runtimes; the tasks do not always fit into the second. */
const memoryLimits = [2 ** 30, 2 ** 23];
const visitorPatienceSeconds = 60;
/** Of the last quarter of the samples over the third, medians. */
const growthLimitMiB = 16;
const maxVisitorTasks = 3000;

class Soak {
  constructor({ tasks, seconds, seed }) {
    this.tasks = tasks;
    this.endsAt = seconds && performance.now() + 1000 * seconds;
    this.seed = seed;
    this.random = mulberry32(seed);
    this.mix = new Mix(this.random);
    this.tracker = new Tracker(this.mix);
    this.hosts = memoryLimits.map((memoryLimit) => this.open(memoryLimit));
    this.closing = new Set();
    this.visitor = undefined;
    this.counts = { closed: 0, visits: 0, terminated: 0, visitorTasks: 0 };
    this.rssMiB = [];
    const interval = Math.min(100_000, Math.ceil(tasks / 20));
    this.visitorTasks = Math.min(maxVisitorTasks, interval);
    this.rounds = [
      { every: interval, at: interval, act: () => this.sample() },
      { every: Math.ceil(interval / 2), at: interval / 3, act: () => this.reopen() },
      { every: Math.ceil(interval / 1.5), at: interval / 4, act: () => this.invite() },
    ];
  }

  open(memoryLimit) {
    return new Host(new Runtime({ threadCount: 1 + this.mix.below(4), memoryLimit }));
  }

  get isOver() {
    if (this.endsAt) return performance.now() >= this.endsAt;
    return this.tracker.submitted >= this.tasks;
  }

  async run() {
    const watchdog = setInterval(() => this.watch(), 1000);
    while (!this.isOver) {
      this.fill();
      for (const round of this.rounds) {
        if (this.tracker.submitted < round.at) continue;
        round.at += round.every;
        await round.act();
      }
      await this.turn();
    }
    await this.sample();
    for (const { runtime } of this.hosts) await runtime.close();
    this.checkMemory();
    clearInterval(watchdog);
  }

  fill() {
    const { tracker } = this;
    for (let i = 0; i < submissionsPerTurn && tracker.inFlight.size < inFlight; i++) {
      tracker.submit(this.hosts[this.mix.below(2)]);
    }
  }

  async turn() {
    this.tracker.cancelSome();
    await nextTurn();
  }

  /** Until nothing is in flight, closing or visiting. */
  async quiet() {
    this.tracker.abortShared();
    while (this.tracker.inFlight.size > 0) await this.turn();
    await Promise.all(this.closing);
    await this.visitor?.gone;
  }

  async sample() {
    await this.quiet();
    for (const host of this.hosts) {
      this.checkTotals(host);
      await this.checkIdle(host.runtime);
    }
    globalThis.gc();
    await nextTurn(); // the finalizers of results
    globalThis.gc();
    this.rssMiB.push(process.memoryUsage.rss() / 2 ** 20);
  }

  checkTotals({ runtime, totals }) {
    const stats = runtime.stats();
    for (const [name, count] of Object.entries(totals)) {
      if (stats.tasks[name] === count) continue;
      this.tracker.violation(`stats().tasks.${name} is ${stats.tasks[name]}, there were ${count}`);
    }
    for (const name of ["queued", "waiting", "running", "bytesInUse"]) {
      if (stats[name] === 0) continue;
      this.tracker.violation(`stats().${name} is ${stats[name]} with no task in flight`);
    }
    if (stats.peakBytes > runtime.memoryLimit) {
      this.tracker.violation(`stats().peakBytes is ${stats.peakBytes} of ${runtime.memoryLimit}`);
    }
  }

  /** A thread is busy until shortly after its task has settled. */
  async checkIdle(runtime) {
    for (let ms = 0; runtime.stats().busy > 0; ms++) {
      if (ms === 1000) return this.tracker.violation("a thread is busy with no task in flight");
      await delay(1);
    }
  }

  /** Closes one of the runtimes with its tasks in flight, and opens another in its place. */
  reopen() {
    const index = this.mix.below(2);
    const host = this.hosts[index];
    const drain = this.mix.chance(0.5);
    if (!drain) this.tracker.stopAll(host);
    const closed = host.runtime.close({ drain }).then(() => this.checkClosed(host));
    this.closing.add(closed);
    closed.finally(() => this.closing.delete(closed));
    this.hosts[index] = this.open(memoryLimits[index]);
    this.counts.closed += 1;
  }

  checkClosed({ runtime, inFlight: left }) {
    for (const entry of left) {
      if (entry.parts || !["submitted", "queued", "running"].includes(entry.task.state)) continue;
      this.tracker.violation(`${describe(entry)}: its runtime is closed`);
    }
    try {
      runtime.run({ kernel: "empty", name: "empty", decode: () => 0 });
      this.tracker.violation("a closed runtime took a task");
    } catch (error) {
      if (error.code !== "RUNTIME_CLOSED") this.tracker.violation(`a closed runtime: ${error}`);
    }
  }

  /** A worker thread that shares the threads of a pool, to its end or until it is terminated. */
  invite() {
    if (this.visitor !== undefined) return;
    const { threadCount } = this.hosts[this.mix.below(2)].runtime;
    this.counts.visits += 1;
    const seed = this.seed + this.counts.visits;
    const worker = new Worker(new URL("./visitor.mjs", import.meta.url), {
      workerData: { seed, threadCount, tasks: this.visitorTasks },
    });
    worker.on("message", ({ settled, violations }) => {
      this.counts.visitorTasks += settled;
      for (const violation of violations) this.tracker.violation(`visitor: ${violation}`);
    });
    worker.on("error", (error) => this.tracker.violation(`visitor: ${error.stack}`));
    if (this.mix.chance(0.5)) this.terminate(worker);
    const gone = new Promise((resolve) => {
      worker.on("exit", () => {
        this.visitor = undefined;
        resolve();
      });
    });
    this.visitor = { seconds: 0, gone };
  }

  terminate(worker) {
    const timer = setTimeout(() => {
      this.counts.terminated += 1;
      worker.terminate();
    }, 100 + this.mix.below(400));
    worker.on("exit", () => clearTimeout(timer));
  }

  watch() {
    const hanging = this.tracker.hanging();
    if (hanging !== undefined) this.giveUp(hanging);
    if (this.visitor === undefined) return;
    this.visitor.seconds += 1;
    if (this.visitor.seconds > visitorPatienceSeconds) this.giveUp("a worker thread does not end");
  }

  giveUp(message) {
    const stats = this.hosts.map(({ runtime }) => JSON.stringify(runtime.stats()));
    this.tracker.violation(`${message}; the open runtimes: ${stats.join(" ")}`);
    this.report();
    process.exit(1);
  }

  checkMemory() {
    const growth = this.growthMiB();
    if (growth === undefined || growth <= growthLimitMiB) return;
    const samples = this.rssMiB.map(Math.round).join(" ");
    this.tracker.violation(
      `memory grew by ${growth.toFixed(1)} MiB over the second half: ${samples}`,
    );
  }

  /** Undefined with too few samples. */
  growthMiB() {
    const quarter = Math.floor(this.rssMiB.length / 4);
    if (quarter < 2) return undefined;
    const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
    return median(this.rssMiB.slice(-quarter)) - median(this.rssMiB.slice(-2 * quarter, -quarter));
  }

  report() {
    const { tracker, counts, seed } = this;
    console.log(
      JSON.stringify({
        seed,
        seconds: Math.round(performance.now() - startedAt) / 1000,
        submitted: tracker.submitted,
        settled: tracker.settled,
        ...counts,
        rssMiB: this.rssMiB.length > 0 ? Math.round(this.rssMiB.at(-1)) : undefined,
        growthMiB: this.growthMiB(),
        violations: tracker.violations.length,
      }),
    );
    process.exitCode = tracker.violations.length > 0 ? 1 : 0;
  }
}

function positive(name, text) {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`--${name} must be a number above 0, got ${text}`);
}

if (globalThis.gc === undefined) throw new Error("start the soak with node --expose-gc");
const { values } = parseArgs({
  options: {
    tasks: { type: "string", default: "2000000" },
    seconds: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const startedAt = performance.now();
const soak = new Soak({
  tasks: positive("tasks", values.tasks),
  seconds: values.seconds && positive("seconds", values.seconds),
  seed: positive("seed", values.seed),
});
process.on("unhandledRejection", (reason) => {
  soak.tracker.violation(`unhandled rejection: ${reason?.stack ?? reason}`);
});
await soak.run();
soak.report();
