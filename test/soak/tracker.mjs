// Submits tasks and judges what becomes of them.
import { TaskCancelled, TaskTimeout } from "prism-lab";

/** Timers of Node count whole milliseconds of a clock that is read once a turn. */
const earliestTimeoutMs = 2;
const maxMessages = 20;
const patienceSeconds = 5;
const tasksPerSignal = 300;

/** A runtime with what the tracker knows of its tasks. */
export class Host {
  constructor(runtime) {
    this.runtime = runtime;
    this.inFlight = new Set();
    this.totals = {
      submitted: 0,
      done: 0,
      failed: 0,
      cancelled: 0,
      timedOut: 0,
      retried: 0,
      rejectedByQuota: 0,
    };
  }
}

export class Tracker {
  violations = [];
  submitted = 0;
  settled = 0;
  /** In the order of their submission. */
  inFlight = new Set();
  #mix;
  #later = [];
  #shared = { controller: new AbortController(), entries: [] };

  constructor(mix) {
    this.#mix = mix;
  }

  violation(message) {
    this.violations.push(message);
    if (this.violations.length <= maxMessages) console.error(`soak: ${message}`);
  }

  /** Submits the next task of the mix, or three of them as one. */
  submit(host) {
    if (!this.#mix.chance(0.003)) {
      this.#start(host, this.#mix.next());
      return;
    }
    const parts = [0, 1, 2].map(() => this.#start(host, this.#mix.next()));
    for (const part of parts) part.isPart = true;
    this.#watch({ spec: { name: "all", need: 0 }, host, parts, decodes: 0 }, () =>
      host.runtime.all(parts.map((part) => part.task)),
    );
  }

  #start(host, spec) {
    const entry = { spec, host, decodes: 0 };
    const options = { ...spec.options };
    if (spec.plan === "before") options.signal = AbortSignal.abort();
    if (spec.plan === "signal") options.signal = this.#shareSignal(entry);
    if (spec.plan === "signal" && spec.isEndless) setTimeout(() => this.abortShared(), 2);
    this.#watch(entry, () => spec.start(host.runtime, options, () => this.#decoded(entry)));
    host.totals.submitted += 1;
    if (spec.plan === "now") this.#cancel(entry);
    if (spec.plan === "later") this.#later.push(entry);
    return entry;
  }

  /** The start of the task, and its end, once. */
  #watch(entry, start) {
    entry.at = performance.now();
    entry.task = start();
    this.submitted += 1;
    this.inFlight.add(entry);
    entry.host.inFlight.add(entry);
    const listen = () =>
      entry.task.then(
        (value) => this.#end(entry, "done", value),
        (error) => this.#end(entry, outcomeOf(error), error),
      );
    // Whoever stops a task may come for its end much later, or never.
    const { plan, name, isShort } = entry.spec;
    if (plan === "now" && name === "empty" && !isShort) setImmediate(listen);
    else listen();
  }

  #decoded(entry) {
    entry.decodes += 1;
    if (entry.decodes > 1) this.#wrong(entry, "its result was read twice");
  }

  #shareSignal(entry) {
    const shared = this.#shared;
    shared.entries.push(entry);
    if (shared.entries.length > tasksPerSignal) this.abortShared();
    return shared.controller.signal;
  }

  abortShared() {
    const { controller, entries } = this.#shared;
    this.#shared = { controller: new AbortController(), entries: [] };
    for (const entry of entries) entry.isStopped = true;
    controller.abort();
  }

  /** About half of the tasks that are to be cancelled later. */
  cancelSome() {
    const kept = [];
    for (const entry of this.#later) {
      if (entry.hasEnded) continue;
      if (this.#mix.chance(0.5)) this.#cancel(entry);
      else kept.push(entry);
    }
    this.#later = kept;
  }

  #cancel(entry) {
    entry.isStopped = true;
    entry.task.cancel();
  }

  /**
   * What hangs, if anything does; to be called once a second. It counts these calls, so that a
   * machine that stood still is no hanging task.
   */
  hanging() {
    const [oldest] = this.inFlight;
    if (oldest === undefined) return undefined;
    oldest.seconds = (oldest.seconds ?? 0) + 1;
    return oldest.seconds > patienceSeconds ? `${describe(oldest)}: hangs` : undefined;
  }

  /** Before everything of a host is cancelled. */
  stopAll(host) {
    for (const entry of host.inFlight) entry.isStopped = true;
  }

  #end(entry, outcome, result) {
    if (entry.hasEnded) return this.#wrong(entry, "settled twice");
    entry.hasEnded = true;
    this.settled += 1;
    this.inFlight.delete(entry);
    entry.host.inFlight.delete(entry);
    if (entry.task.state !== outcome) this.#wrong(entry, `is ${outcome}, and its state is not`);
    if (entry.parts) return this.#judgeAll(entry, outcome, result);
    const { totals } = entry.host;
    totals[outcome] += 1;
    totals.retried += entry.task.record.attempts - 1;
    if (result?.code === "QUOTA_EXCEEDED") totals.rejectedByQuota += 1;
    const why = impossible(entry, outcome, result);
    if (why !== undefined) this.#wrong(entry, `${outcome}: ${why}`, result);
    this.#checkSteps(entry, outcome);
  }

  /** As its parts: all done with their results, or the way of the first that was not. */
  #judgeAll(entry, outcome, result) {
    if (outcome === "done") {
      const isRight = entry.parts.every(({ spec }, i) => isResult(spec, result[i]));
      if (!isRight) this.#wrong(entry, "has other results than its parts");
    } else if (!entry.parts.some(({ task }) => task.state === outcome)) {
      this.#wrong(entry, `${outcome}, as no part is`, result);
    }
  }

  /** The engine's own steps come in their order, from one clock. */
  #checkSteps(entry, outcome) {
    const { evaluated, scheduled, allocated, executed } = entry.task.record.steps;
    const steps = [evaluated, scheduled, allocated, executed].filter((step) => step !== undefined);
    for (let i = 1; i < steps.length; i++) {
      if (steps[i] < steps[i - 1]) this.#wrong(entry, `steps out of order: ${steps}`);
    }
    if (outcome === "done" && steps.length < 4) this.#wrong(entry, `done in ${steps.length} steps`);
  }

  #wrong(entry, what, result) {
    this.violation(`${describe(entry)}: ${what}${result instanceof Error ? `: ${result}` : ""}`);
  }
}

export function describe({ spec, task, isStopped, isPart, at }) {
  const age = Math.round(performance.now() - at);
  const facts = { plan: spec.plan, ...spec.options, need: spec.need, isStopped, isPart, age };
  return `${spec.name} ${task?.state} ${JSON.stringify(facts)}`;
}

function outcomeOf(error) {
  if (error instanceof TaskCancelled) return "cancelled";
  return error instanceof TaskTimeout ? "timedOut" : "failed";
}

/** Why the outcome cannot be; undefined if it can. */
function impossible(entry, outcome, result) {
  const { spec, host, isStopped, isPart, at } = entry;
  const { timeoutMs, memoryLimit } = spec.options;
  if (spec.plan === "before" && outcome !== "cancelled") return "its signal had aborted before";
  switch (outcome) {
    case "done":
      if (spec.isEndless) return "it has no end";
      if (spec.isShort) return `it takes ${spec.need} bytes and had ${memoryLimit}`;
      if (spec.failure) return `it has to fail with ${spec.failure}`;
      return isResult(spec, result) ? undefined : `its result is wrong: ${result}`;
    case "cancelled":
      if (isStopped || isPart || spec.plan === "before") return undefined;
      return "nobody stopped it";
    case "timedOut":
      if (performance.now() - at > timeoutMs - earliestTimeoutMs) return undefined;
      return "before its time";
    default:
      return impossibleFailure(spec, host, result) ?? missingAttempt(entry, result);
  }
}

function missingAttempt({ spec, task, isStopped, isPart }, { code }) {
  const { retry, timeoutMs } = spec.options;
  if (!retry?.on.includes(code) || timeoutMs !== undefined || isStopped || isPart) return undefined;
  const { attempts } = task.record;
  return attempts === retry.attempts ? undefined : `after ${attempts} attempts`;
}

function impossibleFailure({ failure, need, isShort, options }, { runtime }, { code, data }) {
  if (code === "QUOTA_EXCEEDED") {
    if (isShort) return data.scope === "task" ? undefined : "the limit was the task's own";
    const isUndeclared = options.memoryLimit === undefined;
    if (isUndeclared && need > 0 && runtime.memoryLimit < 2 ** 28) return undefined;
    return "there was memory enough";
  }
  if (isShort) return `it had ${options.memoryLimit} bytes for ${need}`;
  return code === failure ? undefined : `it may fail with ${failure ?? "nothing"}`;
}

function isResult({ value, check }, result) {
  return check ? check(result) : result === value;
}
