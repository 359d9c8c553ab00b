import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import type * as Prometheus from "prom-client";
import { describe, expect, it } from "vitest";
import type { RuntimeStats } from "../../../src/runtime/activity.js";
import { TaskLedger } from "../../../src/runtime/ledger.js";
import { RuntimeMetrics } from "../../../src/runtime/metrics.js";
import { idleStats } from "../display/runtime-fixtures.js";

const { Registry } = createRequire(import.meta.url)("prom-client") as typeof Prometheus;

const stats: RuntimeStats = {
  ...idleStats,
  threadCount: 8,
  busy: 3,
  queued: 11,
  waiting: 2,
  running: 4,
  steals: 77,
  bytesInUse: 4096,
  peakBytes: 65536,
  memoryLimit: 1e9,
};

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly type: string;
  readonly samples: Sample[];
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
};

/** Prometheus' text format 0.0.4, refused where it departs from it. */
function parse(text: string): Map<string, Family> {
  expect(text.endsWith("\n")).toBe(true);
  const families = new Map<string, Family>();
  let helped = "";
  let current = "";
  const seen = new Set<string>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const help = /^# HELP ([a-z_:][a-z0-9_:]*) \S.*$/.exec(line);
    const type = /^# TYPE ([a-z_:][a-z0-9_:]*) (counter|gauge|histogram)$/.exec(line);
    if (help) {
      helped = help[1];
      expect(families.has(helped), `${helped} twice`).toBe(false);
    } else if (type) {
      expect(type[1], "TYPE follows its HELP").toBe(helped);
      current = type[1];
      families.set(current, { type: type[2], samples: [] });
    } else {
      expect(seen.has(line.slice(0, line.lastIndexOf(" "))), `${line} twice`).toBe(false);
      seen.add(line.slice(0, line.lastIndexOf(" ")));
      const sample = parseSample(line);
      const family = families.get(current)!;
      expect(suffixes[family.type].map((suffix) => current + suffix)).toContain(sample.name);
      family.samples.push(sample);
    }
  }
  return families;
}

function parseSample(line: string): Sample {
  const parts = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (!parts) throw new Error(`no sample: ${line}`);
  const [, name, list = "", number] = parts;
  const labels: Record<string, string> = {};
  let rest = list;
  while (rest !== "") {
    const label = /^([a-z_][a-z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,|$)/.exec(rest);
    if (!label) throw new Error(`no label at ${rest} in ${line}`);
    labels[label[1]] = label[2].replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
    rest = rest.slice(label[0].length);
  }
  return { name, labels, value: parseNumber(number) };
}

function parseNumber(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  expect(text).toMatch(/^\d+(\.\d+)?(e[+-]?\d+)?$/);
  return Number(text);
}

/** The value of the only sample with the name and labels. */
function sampleOf(families: Map<string, Family>, name: string, labels = {}): number {
  const samples = [...families.values()].flatMap((family) => family.samples);
  const found = samples.filter(
    (sample) => sample.name === name && isDeepStrictEqual(sample.labels, labels),
  );
  expect(found, `${name} ${JSON.stringify(labels)}`).toHaveLength(1);
  return found[0].value;
}

const metricsOf = (ledger: TaskLedger) => new RuntimeMetrics(ledger, () => stats);

describe("RuntimeMetrics", () => {
  it("shows the pool and its memory", async () => {
    const families = parse(await metricsOf(new TaskLedger()).text());
    const expected = {
      prism_queue_depth: ["gauge", 11],
      prism_tasks_waiting_for_memory: ["gauge", 2],
      prism_tasks_running: ["gauge", 4],
      prism_threads: ["gauge", 8],
      prism_threads_busy: ["gauge", 3],
      prism_memory_bytes: ["gauge", 4096],
      prism_memory_peak_bytes: ["gauge", 65536],
      prism_memory_limit_bytes: ["gauge", 1e9],
      prism_steals_total: ["counter", 77],
      prism_tasks_submitted_total: ["counter", 0],
      prism_retries_total: ["counter", 0],
      prism_quota_rejections_total: ["counter", 0],
    };
    for (const [name, [type, value]] of Object.entries(expected)) {
      expect([name, families.get(name)?.type, sampleOf(families, name)]).toEqual([
        name,
        type,
        value,
      ]);
    }
    expect([...families.keys()].sort()).toEqual(
      [
        ...Object.keys(expected),
        "prism_tasks_total",
        "prism_task_wait_seconds",
        "prism_task_run_seconds",
      ].sort(),
    );
  });

  it("counts tasks by kernel and state, every state from the start", async () => {
    const ledger = new TaskLedger();
    for (let i = 0; i < 3; i++) ledger.submitted("powder");
    ledger.settled("powder", "done", 1, 1);
    ledger.settled("powder", "done", 1, 1);
    ledger.settled("powder", "timedOut", 1, 1);
    ledger.retried("powder");
    ledger.rejectedByQuota("bonds");
    const families = parse(await metricsOf(ledger).text());
    const settled = (kernel: string, state: string) =>
      sampleOf(families, "prism_tasks_total", { kernel, state });
    expect(families.get("prism_tasks_total")?.type).toBe("counter");
    expect(settled("powder", "done")).toBe(2);
    expect(settled("powder", "timedOut")).toBe(1);
    expect(settled("powder", "failed")).toBe(0);
    expect(settled("bonds", "cancelled")).toBe(0);
    expect(sampleOf(families, "prism_tasks_submitted_total")).toBe(3);
    expect(sampleOf(families, "prism_retries_total")).toBe(1);
    expect(sampleOf(families, "prism_quota_rejections_total")).toBe(1);
  });

  it("reads the values at each scrape, and counts nothing twice", async () => {
    const ledger = new TaskLedger();
    let queued = 1;
    const metrics = new RuntimeMetrics(ledger, () => ({ ...stats, queued }));
    ledger.submitted("powder");
    await metrics.text();
    ledger.submitted("powder");
    ledger.settled("powder", "done", 1, 1);
    queued = 5;
    for (let scrape = 0; scrape < 2; scrape++) {
      const families = parse(await metrics.text());
      expect(sampleOf(families, "prism_queue_depth")).toBe(5);
      expect(sampleOf(families, "prism_tasks_submitted_total")).toBe(2);
      expect(sampleOf(families, "prism_steals_total")).toBe(77);
      expect(sampleOf(families, "prism_task_run_seconds_count", { kernel: "powder" })).toBe(1);
    }
  });

  it("gives wait and run times as cumulative histograms in seconds", async () => {
    const ledger = new TaskLedger();
    const runTimesMs = [0.0005, 0.003, 0.004, 2, 2, 300, 5e6];
    for (const ms of runTimesMs) ledger.settled("powder", "done", 0.25, ms);
    ledger.settled("powder", "cancelled", 0.25, undefined);
    ledger.settled("bonds", "done", 0, 0);
    const families = parse(await metricsOf(ledger).text());
    const run = histogram(families, "prism_task_run_seconds", "powder");
    expect(run.count).toBe(7);
    expect(run.sum).toBeCloseTo(5000.3040075, 9);
    expect(run.bounds.slice(0, 4)).toEqual([1e-6, 4e-6, 16e-6, 64e-6]);
    expect(run.upTo(1e-6)).toBe(1);
    expect(run.upTo(4e-6)).toBe(3);
    expect(run.upTo(1024e-6)).toBe(3);
    expect(run.upTo(4096e-6)).toBe(5);
    expect(run.upTo(1073.741824)).toBe(6);
    expect(histogram(families, "prism_task_wait_seconds", "powder")).toMatchObject({
      count: 8,
      sum: 0.002,
    });
    expect(histogram(families, "prism_task_run_seconds", "bonds").count).toBe(1);
  });

  it("escapes what a kernel from outside may be called", async () => {
    const ledger = new TaskLedger();
    const kernel = 'my "fast"\\kernel\n, v2} 1';
    ledger.settled(kernel, "done", 1, 1);
    const families = parse(await metricsOf(ledger).text());
    expect(sampleOf(families, "prism_tasks_total", { kernel, state: "done" })).toBe(1);
    expect(histogram(families, "prism_task_wait_seconds", kernel).count).toBe(1);
  });

  it("has a registry of its own that labels, resets, merges and turns into JSON", async () => {
    const ledger = new TaskLedger();
    ledger.settled("powder", "done", 1, 1);
    const metrics = metricsOf(ledger);
    const { registry } = metrics;
    expect(metrics.registry).toBe(registry);
    expect(metricsOf(ledger).registry).not.toBe(registry);
    expect(registry.contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
    registry.resetMetrics();
    const merged = parse(await Registry.merge([registry]).metrics());
    expect(sampleOf(merged, "prism_task_run_seconds_count", { kernel: "powder" })).toBe(1);
    const json = await registry.getMetricsAsJSON();
    expect(json.map(({ name }) => name)).toContain("prism_task_run_seconds");
    registry.setDefaultLabels({ runtime: "main" });
    const labelled = parse(await metrics.text());
    expect(sampleOf(labelled, "prism_queue_depth", { runtime: "main" })).toBe(11);
    const labels = { kernel: "powder", runtime: "main" };
    expect(sampleOf(labelled, "prism_task_run_seconds_count", labels)).toBe(1);
  });

  it("rejects with what reading the pool throws", async () => {
    const metrics = new RuntimeMetrics(new TaskLedger(), () => {
      throw new Error("this runtime is closed");
    });
    await expect(metrics.text()).rejects.toThrow("this runtime is closed");
  });
});

/** A kernel's histogram, held to the rules that Prometheus has for one. */
function histogram(families: Map<string, Family>, name: string, kernel: string) {
  expect(families.get(name)?.type).toBe("histogram");
  const samples = families.get(name)!.samples.filter(({ labels }) => labels.kernel === kernel);
  const buckets = samples
    .filter((sample) => sample.name === `${name}_bucket`)
    .map(({ labels, value }) => ({ le: parseNumber(labels.le), value }));
  const bounds = buckets.map(({ le }) => le);
  const counts = buckets.map(({ value }) => value);
  expect(bounds).toEqual([...new Set(bounds)].sort((a, b) => a - b));
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(bounds.at(-1)).toBe(Number.POSITIVE_INFINITY);
  const count = sampleOf(families, `${name}_count`, { kernel });
  expect(counts.at(-1)).toBe(count);
  return {
    bounds,
    count,
    sum: sampleOf(families, `${name}_sum`, { kernel }),
    upTo: (bound: number) => counts[bounds.indexOf(bound)],
  };
}
