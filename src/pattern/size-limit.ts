import { ResourceExhausted } from "../base/errors.js";
import { machineMemoryLimit } from "../runtime/hardware.js";

/** Points that are generated at once: some tenths of a second on the JavaScript thread. */
const syncPointLimit = 2_000_000;

/** Positions, kinds and tiles of one point, and those of the step before. */
const bytesPerPoint = 128;
/** What a typed array of three numbers a point holds. */
const mostPoints = Math.floor(2 ** 31 / 3);

/** @throws {ResourceExhausted} more points than one call on the JavaScript thread should make. */
export function requireSyncSize(patternType: string, pointCount: number): void {
  if (pointCount <= syncPointLimit) return;
  throw new ResourceExhausted(
    `this ${patternType} pattern has about ${amount(pointCount)} points; beyond ` +
      `${amount(syncPointLimit)} use generatePatternAsync(config), which runs on another thread, or ` +
      "a smaller radius, extent or count",
    { patternType, pointCount, limit: syncPointLimit },
  );
}

/** @throws {ResourceExhausted} more points than fit in this machine's memory. */
export function requireFeasibleSize(patternType: string, pointCount: number): void {
  const limit = Math.floor(Math.min(mostPoints, machineMemoryLimit() / bytesPerPoint));
  if (pointCount <= limit) return;
  throw new ResourceExhausted(
    `this ${patternType} pattern has about ${amount(pointCount)} points; at most ` +
      `${amount(limit)} fit in this machine's memory: choose a smaller radius, extent or count`,
    { patternType, pointCount, limit },
  );
}

function amount(count: number): string {
  return count < 1e7 ? String(Math.round(count)) : count.toExponential(1);
}
