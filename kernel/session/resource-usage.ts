import { availableParallelism, cpus, freemem, hostname, totalmem } from "node:os";
import type { JsonObject } from "../protocol/json.js";

/**
 * Answers usage_request as ipykernel does. CPU is the mean since the answer before: that of this
 * process in percent of one core, from its start at first; that of the host in percent of all cores.
 */
export function createUsageMeter(now: () => number = () => performance.now()): () => JsonObject {
  let then = now() - process.uptime() * 1000;
  let usedBefore = { user: 0, system: 0 };
  let hostBefore = hostCpu();
  return () => {
    const time = now();
    const used = process.cpuUsage();
    const cpuMs = (used.user + used.system - usedBefore.user - usedBefore.system) / 1000;
    const percent = time > then ? (100 * cpuMs) / (time - then) : 0;
    then = time;
    usedBefore = used;
    const host = hostCpu();
    const hostMs = host.total - hostBefore.total;
    const hostPercent = hostMs > 0 ? (100 * (host.busy - hostBefore.busy)) / hostMs : 0;
    if (hostMs > 0) hostBefore = host;
    const total = totalmem();
    const available = freemem();
    return {
      hostname: hostname(),
      pid: process.pid,
      kernel_cpu: percent,
      kernel_memory: process.memoryUsage.rss(),
      host_cpu_percent: hostPercent,
      cpu_count: availableParallelism(),
      host_virtual_memory: {
        total,
        available,
        used: total - available,
        percent: (100 * (total - available)) / total,
      },
    };
  };
}

/** Of all cores since the host started, in ms. */
function hostCpu(): { busy: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { busy: total - idle, total };
}
