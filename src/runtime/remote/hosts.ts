import { getHeapStatistics } from "node:v8";
import type { TaskSpan } from "../activity.js";
import { interruptCounters, unwatch, type Watched, watch } from "../interrupt.js";
import type { RuntimeOptions } from "../runtime-options.js";
import { HostPool } from "./host-pool.js";
import { ProcessHost } from "./process-host.js";
import type { RemoteWork } from "./remote-work.js";
import { ThreadHost } from "./thread-host.js";

const recentSpans = 512;
const mebibyte = 2 ** 20;
/** Node itself needs about half of it. */
const minHeapMiB = 32;

/** The processes and the threads in which a runtime runs calls outside of its pool. */
export class Hosts implements Watched {
  readonly processes: HostPool;
  readonly threads: HostPool;
  private readonly inFlight = new Set<RemoteWork<unknown>>();
  private readonly spans: TaskSpan[] = [];

  /** `options` as the runtime was given them: every process has a runtime like it. */
  constructor(options: RuntimeOptions, threadCount: number, memoryLimit: number) {
    const heapBytes = Math.min(memoryLimit, getHeapStatistics().heap_size_limit);
    const heapMiB = Math.max(minHeapMiB, Math.floor(heapBytes / mebibyte));
    this.processes = new HostPool(threadCount, () => new ProcessHost(options));
    this.threads = new HostPool(threadCount, () => new ThreadHost(heapMiB));
  }

  /** From the start of an attempt to its end, the stop button reaches it. */
  add(work: RemoteWork<unknown>): void {
    this.inFlight.add(work);
    Atomics.add(interruptCounters, 1, 1);
    watch(this);
  }

  remove(work: RemoteWork<unknown>): void {
    if (!this.inFlight.delete(work)) return;
    Atomics.sub(interruptCounters, 1, 1);
    if (this.inFlight.size === 0) unwatch(this);
  }

  works(): Iterable<RemoteWork<unknown>> {
    return this.inFlight;
  }

  /** What ran lately, oldest first. */
  recent(): readonly TaskSpan[] {
    return this.spans;
  }

  remember(span: TaskSpan): void {
    this.spans.push(span);
    if (this.spans.length > recentSpans) this.spans.shift();
  }

  cancelAll(): void {
    for (const work of [...this.inFlight]) work.stop("cancelled");
  }

  async close(): Promise<void> {
    await Promise.all([this.processes.close(), this.threads.close()]);
  }

  look(epoch: number, now: number): void {
    for (const work of [...this.inFlight]) work.look(epoch, now);
  }
}
