import type { RuntimeStats, TaskSpan } from "../../../src/runtime/activity.js";

export const idleStats: RuntimeStats = {
  threadCount: 4,
  busy: 0,
  queued: 0,
  waiting: 0,
  running: 0,
  steals: 0,
  bytesInUse: 0,
  peakBytes: 0,
  memoryLimit: 12 * 2 ** 30,
  tasks: {
    submitted: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    timedOut: 0,
    retried: 0,
    rejectedByQuota: 0,
  },
  queuedByPriority: { background: 0, normal: 0, interactive: 0, critical: 0 },
};

export const busyStats: RuntimeStats = {
  threadCount: 4,
  busy: 3,
  queued: 1211,
  waiting: 2,
  running: 3,
  steals: 48_213,
  bytesInUse: 1.25 * 2 ** 30,
  peakBytes: 5 * 2 ** 30,
  memoryLimit: 12 * 2 ** 30,
  tasks: {
    submitted: 104_217,
    done: 102_990,
    failed: 4,
    cancelled: 6,
    timedOut: 1,
    retried: 3,
    rejectedByQuota: 2,
  },
  queuedByPriority: { background: 1200, normal: 8, interactive: 0, critical: 3 },
};

let serial = 0;

export function span(name: string, worker: number, startMs: number, endMs: number): TaskSpan {
  serial += 1;
  return { serial, name, state: "done", worker, startMs, endMs, helper: false };
}

/** `count` tasks back to back on each of `workers`, their names in turn. */
export function shortSpans(count: number, workers: number, names: readonly string[]): TaskSpan[] {
  const each = 0.01;
  return Array.from({ length: workers * count }, (_, i) => {
    const start = 5000 + Math.floor(i / workers) * each;
    return span(names[Math.floor(i / workers) % names.length], i % workers, start, start + each);
  });
}
