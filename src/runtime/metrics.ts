import { createRequire } from "node:module";
import type * as Prometheus from "prom-client";
import type { RuntimeStats } from "./activity.js";
import {
  type DurationHistogram,
  durationBoundsUs,
  type KernelRecord,
  type TaskLedger,
  type TaskOutcome,
  type TaskTotals,
} from "./ledger.js";

/**
 * The runtime's numbers for Prometheus, read from it when they are asked for. Times are seconds and
 * memory is bytes, as its conventions want; counters start at 0 with the runtime.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @example
 * createServer(async (_, response) => {
 *   response.setHeader("Content-Type", runtime.metrics.registry.contentType);
 *   response.end(await runtime.metrics.text());
 * }).listen(9100, "127.0.0.1");
 */
export class RuntimeMetrics {
  private readonly ledger: TaskLedger;
  private readonly stats: () => RuntimeStats;
  private built: Prometheus.Registry | undefined;

  constructor(ledger: TaskLedger, stats: () => RuntimeStats) {
    this.ledger = ledger;
    this.stats = stats;
  }

  /** A registry of this runtime's own: merge it with others, or give it default labels. */
  get registry(): Prometheus.Registry {
    this.built ??= registryOf(this.ledger, this.stats);
    return this.built;
  }

  /** The metrics in the registry's format, Prometheus' text format unless it was set otherwise. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

interface Reading<Source> {
  readonly name: string;
  readonly help: string;
  readonly value: (source: Source) => number;
}

const gauges: readonly Reading<RuntimeStats>[] = [
  {
    name: "prism_queue_depth",
    help: "Tasks that no thread has taken yet.",
    value: (stats) => stats.queued,
  },
  {
    name: "prism_tasks_waiting_for_memory",
    help: "Tasks that wait for memory to become free.",
    value: (stats) => stats.waiting,
  },
  {
    name: "prism_tasks_running",
    help: "Tasks that a thread has taken.",
    value: (stats) => stats.running,
  },
  {
    name: "prism_threads",
    help: "Threads of the pool.",
    value: (stats) => stats.threadCount,
  },
  {
    name: "prism_threads_busy",
    help: "Threads at work.",
    value: (stats) => stats.busy,
  },
  {
    name: "prism_memory_bytes",
    help: "Memory that the tasks hold.",
    value: (stats) => stats.bytesInUse,
  },
  {
    name: "prism_memory_peak_bytes",
    help: "Largest memory that the tasks have held at once.",
    value: (stats) => stats.peakBytes,
  },
  {
    name: "prism_memory_limit_bytes",
    help: "Memory that the tasks may hold.",
    value: (stats) => stats.memoryLimit,
  },
];

const counters: readonly Reading<TaskTotals>[] = [
  {
    name: "prism_tasks_submitted_total",
    help: "Tasks submitted.",
    value: (totals) => totals.submitted,
  },
  {
    name: "prism_retries_total",
    help: "Attempts of tasks after their first.",
    value: (totals) => totals.retried,
  },
  {
    name: "prism_quota_rejections_total",
    help: "Tasks rejected because they asked for more memory than they may have.",
    value: (totals) => totals.rejectedByQuota,
  },
];

const outcomes: readonly TaskOutcome[] = ["done", "failed", "cancelled", "timedOut"];

function registryOf(ledger: TaskLedger, stats: () => RuntimeStats): Prometheus.Registry {
  const prometheus = createRequire(import.meta.url)("prom-client") as typeof Prometheus;
  const registry = new prometheus.Registry();
  const counter = <Source>({ name, help, value }: Reading<Source>, source: () => Source) =>
    new prometheus.Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(value(source()));
      },
    });
  addTasksTotal(prometheus, registry, ledger);
  for (const reading of counters) counter(reading, () => ledger.totals());
  for (const { name, help, value } of gauges) {
    new prometheus.Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value(stats()));
      },
    });
  }
  const steals = { name: "prism_steals_total", help: "Jobs that one thread took from another." };
  counter({ ...steals, value: (now: RuntimeStats) => now.steals }, stats);
  for (const histogram of histogramsOf(ledger)) {
    // The registry asks no more of a metric than `LedgerHistogram` has; its types name four classes.
    registry.registerMetric(histogram as unknown as Prometheus.Metric);
  }
  return registry;
}

function addTasksTotal(
  prometheus: typeof Prometheus,
  registry: Prometheus.Registry,
  ledger: TaskLedger,
): void {
  new prometheus.Counter({
    name: "prism_tasks_total",
    help: "Tasks settled, by kernel and by how they ended.",
    labelNames: ["kernel", "state"],
    registers: [registry],
    collect() {
      this.reset();
      for (const record of ledger.kernels()) {
        for (const state of outcomes) this.inc({ kernel: record.kernel, state }, record[state]);
      }
    },
  });
}

function histogramsOf(ledger: TaskLedger): LedgerHistogram[] {
  return [
    new LedgerHistogram(
      "prism_task_wait_seconds",
      "Time from a task's submission to the first thread that took it.",
      ledger,
      (record) => record.wait,
    ),
    new LedgerHistogram(
      "prism_task_run_seconds",
      "Time that a task ran.",
      ledger,
      (record) => record.run,
    ),
  ];
}

type Sample = Prometheus.MetricValueWithName<"kernel" | "le">;

/**
 * A histogram whose buckets are filled elsewhere. prom-client's own wants every value handed to it,
 * at a cost above that of a small task.
 */
class LedgerHistogram {
  readonly name: string;
  readonly help: string;
  readonly type = "histogram";
  readonly aggregator = "sum";
  private readonly ledger: TaskLedger;
  private readonly durations: (record: KernelRecord) => DurationHistogram;

  constructor(
    name: string,
    help: string,
    ledger: TaskLedger,
    durations: (record: KernelRecord) => DurationHistogram,
  ) {
    this.name = name;
    this.help = help;
    this.ledger = ledger;
    this.durations = durations;
  }

  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    const values = this.ledger
      .kernels()
      .flatMap((record) => samples(name, record.kernel, this.durations(record)));
    return { name, help, type, aggregator, values };
  }

  /** The registry's `resetMetrics` calls it; the ledger goes on counting, as for the counters. */
  reset(): void {}
}

function samples(name: string, kernel: string, histogram: DurationHistogram): Sample[] {
  let upTo = 0;
  const buckets = histogram.counts.map((count, i) => {
    upTo += count;
    const le = i < durationBoundsUs.length ? durationBoundsUs[i] / 1e6 : "+Inf";
    return { metricName: `${name}_bucket`, labels: { kernel, le }, value: upTo };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { kernel }, value: histogram.sumMs / 1000 },
    { metricName: `${name}_count`, labels: { kernel }, value: histogram.count },
  ];
}
