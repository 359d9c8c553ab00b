import { ResourceExhausted } from "../../base/errors.js";
import { PointBins } from "./point-bins.js";
import { type ImagedPoints, type PointCloud, withImages } from "./point-cloud.js";

/** Neighbours of each point: point i has the entries offsets[i] to offsets[i + 1]. */
export interface NeighborTable {
  readonly offsets: Int32Array;
  /** Which point, images included. */
  readonly index: Int32Array;
  /** From the point to its neighbour, in the cloud's frame, [m, 3]. */
  readonly vector: Float64Array;
}

/** Twelve neighbours of a million points. */
const mostPairs = 5e7;
const samples = 32;

/**
 * All neighbours within a distance, through any number of images; points at the same place, closer
 * than a billionth of the cutoff, have no direction and are not neighbours of each other.
 *
 * @throws {ResourceExhausted} more pairs than memory holds.
 */
export function neighborTable(cloud: PointCloud, cutoff: number): NeighborTable {
  const imaged = withImages(cloud, cutoff);
  const bins = new PointBins(imaged.positions, cutoff);
  const offsets = new Int32Array(imaged.pointCount + 1);
  const limits = { near: (1e-9 * cutoff) ** 2, far: cutoff * cutoff * (1 + 1e-9) };
  eachPair(imaged, bins, limits, (i) => offsets[i + 1]++);
  let total = 0;
  for (let i = 0; i < imaged.pointCount; i++) {
    total += offsets[i + 1];
    offsets[i + 1] = total;
  }
  if (total > mostPairs) {
    throw new ResourceExhausted(
      `a cutoff of ${cutoff} Å gives ${total} pairs of neighbours; choose a smaller one`,
      { cutoff, pairs: total, limit: mostPairs },
    );
  }
  const index = new Int32Array(total);
  const vector = new Float64Array(3 * total);
  const next = offsets.slice(0, -1);
  eachPair(imaged, bins, limits, (i, j, x, y, z) => {
    const at = next[i]++;
    index[at] = j;
    vector[3 * at] = x;
    vector[3 * at + 1] = y;
    vector[3 * at + 2] = z;
  });
  return { offsets, index, vector };
}

function eachPair(
  { positions, pointCount, source }: ImagedPoints,
  bins: PointBins,
  limits: { readonly near: number; readonly far: number },
  visit: (i: number, j: number, x: number, y: number, z: number) => void,
): void {
  const { sorted, order } = bins;
  const { near, far } = limits;
  for (let i = 0; i < pointCount; i++) {
    const px = positions[3 * i];
    const py = positions[3 * i + 1];
    const pz = positions[3 * i + 2];
    bins.forEachNear(px, py, pz, (at) => {
      const x = sorted[3 * at] - px;
      const y = sorted[3 * at + 1] - py;
      const z = sorted[3 * at + 2] - pz;
      const squared = x * x + y * y + z * z;
      if (squared > far || squared <= near) return;
      const j = order[at];
      visit(i, source === undefined ? j : source[j], x, y, z);
    });
  }
}

/**
 * Distance of each point to its nearest neighbour, [n]; 0 for points at the same place, and infinite
 * for a single one.
 */
export function nearestDistances(cloud: PointCloud): Float64Array {
  const count = cloud.positions.length / 3;
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  if (count === 1 && cloud.periods.length === 0) return nearest;
  let left = Int32Array.from({ length: count }, (_, i) => i);
  for (let reach = 1.2 * firstReach(cloud); left.length > 0; reach *= 2) {
    const imaged = withImages(cloud, reach);
    const bins = new PointBins(imaged.positions, reach);
    for (const i of left) nearest[i] = nearestWithin(imaged, bins, i, reach);
    left = left.filter((i) => nearest[i] === Number.POSITIVE_INFINITY);
  }
  return nearest;
}

function nearestWithin(
  { positions }: ImagedPoints,
  bins: PointBins,
  i: number,
  reach: number,
): number {
  const { sorted, order } = bins;
  const px = positions[3 * i];
  const py = positions[3 * i + 1];
  const pz = positions[3 * i + 2];
  let best = Number.POSITIVE_INFINITY;
  bins.forEachNear(px, py, pz, (at) => {
    if (order[at] === i) return;
    const x = sorted[3 * at] - px;
    const y = sorted[3 * at + 1] - py;
    const z = sorted[3 * at + 2] - pz;
    best = Math.min(best, x * x + y * y + z * z);
  });
  const distance = Math.sqrt(best);
  // What the bins show beyond the reach need not be the nearest.
  return distance <= reach ? distance : Number.POSITIVE_INFINITY;
}

/** Points among which the first shell is looked for. */
const shellSamples = 3000;
/** Share of points that have a neighbour in the first shell. */
const mostPoints = 0.95;
/** A shell ends at a gap as wide as this, in units of its first distance. */
const shellGap = 0.2;

/**
 * Where the first shell of neighbours ends: in the middle of the first gap among the distances beyond
 * those at which nearly all points have a neighbour. Undefined if there is none up to twice as far.
 */
export function firstShell(cloud: PointCloud, nearest: Float64Array): number | undefined {
  const ordered = nearest.filter((distance) => distance > 0 && Number.isFinite(distance)).sort();
  if (ordered.length === 0) return undefined;
  const start = ordered[Math.min(ordered.length - 1, Math.floor(mostPoints * ordered.length))];
  const reach = (2 + shellGap) * start;
  const imaged = withImages(cloud, reach);
  const bins = new PointBins(imaged.positions, reach);
  const { sorted } = bins;
  const squares: number[] = [start * start];
  const step = Math.max(1, Math.ceil(imaged.pointCount / shellSamples));
  for (let i = 0; i < imaged.pointCount; i += step) {
    const [x, y, z] = imaged.positions.subarray(3 * i, 3 * i + 3);
    bins.forEachNear(x, y, z, (at) => {
      const dx = sorted[3 * at] - x;
      const dy = sorted[3 * at + 1] - y;
      const dz = sorted[3 * at + 2] - z;
      const square = dx * dx + dy * dy + dz * dz;
      if (square > start * start && square <= reach * reach) squares.push(square);
    });
  }
  const distances = Float64Array.from(squares, Math.sqrt).sort();
  for (let n = 0; n < distances.length && distances[n] <= 2 * start; n++) {
    const next = n + 1 < distances.length ? distances[n + 1] : reach;
    if (next - distances[n] >= shellGap * start) return (distances[n] + next) / 2;
  }
  return undefined;
}

/** A typical nearest distance: the median over some points, at most the shortest period. */
function firstReach({ positions, periods }: PointCloud): number {
  const count = positions.length / 3;
  const sampleCount = Math.min(count, samples);
  const found = Array.from({ length: sampleCount }, (_, sample) =>
    nearestOf(positions, Math.floor((sample * count) / sampleCount)),
  )
    .filter((distance) => distance > 0 && Number.isFinite(distance))
    .sort((a, b) => a - b);
  const lengths = periods.map((row) => Math.hypot(...row));
  // Where all points coincide any reach finds them.
  return Math.min(found[Math.floor(found.length / 2)] ?? Number.MAX_VALUE, ...lengths, 1e9);
}

function nearestOf(positions: Float64Array, i: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let j = 0; j < positions.length; j += 3) {
    if (j === 3 * i) continue;
    const x = positions[j] - positions[3 * i];
    const y = positions[j + 1] - positions[3 * i + 1];
    const z = positions[j + 2] - positions[3 * i + 2];
    best = Math.min(best, x * x + y * y + z * z);
  }
  return Math.sqrt(best);
}
