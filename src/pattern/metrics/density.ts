import type { PointCloud } from "./point-cloud.js";

/** Where a finite pattern is seen whole: a ball about its centroid. */
export interface DensityWindow {
  readonly density: number;
  /** Weights exp(−r²/2σ²), σ = R/4, cut off at R. */
  gaussian(): { weights: Float64Array; power: number; radius: number };
}

/** Directions in which the reach of a pattern is looked for. */
const directionCounts = { 1: 2, 2: 72, 3: 400 } as const;
/** Points among which the reach is looked for. */
const sampled = 50_000;

export function densityWindow({ positions, dimension }: PointCloud): DensityWindow {
  const count = positions.length / 3;
  const center = centroid(positions);
  const radius = smallestReach(positions, center, directionCounts[dimension], dimension);
  const squared = (i: number) =>
    (positions[3 * i] - center[0]) ** 2 +
    (positions[3 * i + 1] - center[1]) ** 2 +
    (positions[3 * i + 2] - center[2]) ** 2;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const share = 1 - squared(i) / radius ** 2;
    if (share > 0) sum += share * share;
  }
  // ∫ (1 − r²/R²)² dr over the segment, disc or ball.
  const integrals = [(16 / 15) * radius, (Math.PI / 3) * radius ** 2];
  const integral = integrals[dimension - 1] ?? ((32 * Math.PI) / 105) * radius ** 3;
  return {
    density: sum / integral,
    gaussian() {
      const weights = new Float64Array(count);
      let power = 0;
      for (let i = 0; i < count; i++) {
        const share = squared(i) / radius ** 2;
        if (share > 1) continue;
        weights[i] = Math.exp(-8 * share);
        power += weights[i] ** 2;
      }
      return { weights, power, radius };
    },
  };
}

function centroid(positions: Float64Array): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < positions.length; i++) sum[i % 3] += positions[i];
  const count = positions.length / 3;
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** min over directions u of max over points of (r − centre)·u. */
function smallestReach(
  positions: Float64Array,
  center: readonly number[],
  directionCount: number,
  dimension: number,
): number {
  let smallest = Number.POSITIVE_INFINITY;
  const turn = Math.PI * (3 - Math.sqrt(5));
  const stride = 3 * Math.ceil(positions.length / (3 * sampled));
  for (let d = 0; d < directionCount; d++) {
    const z = dimension === 3 ? 1 - (2 * d + 1) / directionCount : 0;
    const angle = dimension === 3 ? turn * d : (2 * Math.PI * d) / directionCount;
    const r = Math.sqrt(1 - z * z);
    const [ux, uy] = [r * Math.cos(angle), r * Math.sin(angle)];
    const offset = ux * center[0] + uy * center[1] + z * center[2];
    let reach = 0;
    for (let i = 0; i < positions.length; i += stride) {
      reach = Math.max(
        reach,
        ux * positions[i] + uy * positions[i + 1] + z * positions[i + 2] - offset,
      );
    }
    smallest = Math.min(smallest, reach);
  }
  return smallest;
}
