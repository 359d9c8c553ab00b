import { availableParallelism, freemem, hostname, totalmem } from "node:os";
import type { JsonObject } from "../protocol/json.js";

/**
 * Answers usage_request for this process; CPU is the mean since the answer before, in percent of one
 * core, so the first answer covers the time since the start.
 */
export function createUsageMeter(now: () => number = () => performance.now()): () => JsonObject {
  let then = now() - process.uptime() * 1000;
  let usedBefore = { user: 0, system: 0 };
  return () => {
    const time = now();
    const used = process.cpuUsage();
    const cpuMs = (used.user + used.system - usedBefore.user - usedBefore.system) / 1000;
    const percent = time > then ? (100 * cpuMs) / (time - then) : 0;
    then = time;
    usedBefore = used;
    const total = totalmem();
    const available = freemem();
    return {
      hostname: hostname(),
      pid: process.pid,
      kernel_cpu: percent,
      kernel_memory: process.memoryUsage.rss(),
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
