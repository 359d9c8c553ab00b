/** Points sorted into cubes, so that those near a place are found without looking at all. */
export class PointBins {
  /** Sorted by slot: positions [n, 3], and which point each is. */
  readonly sorted: Float64Array;
  readonly order: Int32Array;
  private readonly bins: Float64Array;
  private readonly starts: Int32Array;
  private readonly slotCount: number;
  private readonly origin: readonly number[];
  private readonly counts: readonly number[];
  private readonly width: number;

  constructor(positions: Float64Array, width: number) {
    const count = positions.length / 3;
    const { low, high } = boundsOf(positions);
    // Bins are numbered exactly as long as there are fewer than 2^53 of them.
    const widest = Math.max(...high.map((value, k) => value - low[k]));
    this.width = Math.max(width, widest / 2 ** 17);
    this.origin = low;
    this.counts = low.map((value, k) => Math.floor((high[k] - value) / this.width) + 1);
    const total = this.counts[0] * this.counts[1] * this.counts[2];
    this.slotCount = Math.min(total, 2 * count + 1);
    this.bins = new Float64Array(count);
    this.starts = new Int32Array(this.slotCount + 1);
    this.order = new Int32Array(count);
    this.sorted = new Float64Array(3 * count);
    this.sort(positions, count);
  }

  /**
   * Calls `visit` for each point in the bins about a place that reaches as far as one width.
   *
   * @param at Index into `sorted`.
   */
  forEachNear(x: number, y: number, z: number, visit: (at: number) => void): void {
    const [nx, ny, nz] = this.counts;
    const bx = this.binAlong(x, 0);
    const by = this.binAlong(y, 1);
    const bz = this.binAlong(z, 2);
    for (let i = Math.max(0, bx - 1); i <= Math.min(nx - 1, bx + 1); i++) {
      for (let j = Math.max(0, by - 1); j <= Math.min(ny - 1, by + 1); j++) {
        for (let k = Math.max(0, bz - 1); k <= Math.min(nz - 1, bz + 1); k++) {
          const bin = (i * ny + j) * nz + k;
          const slot = bin % this.slotCount;
          for (let at = this.starts[slot]; at < this.starts[slot + 1]; at++) {
            if (this.bins[at] === bin) visit(at);
          }
        }
      }
    }
  }

  private binAlong(value: number, axis: number): number {
    return Math.floor((value - this.origin[axis]) / this.width);
  }

  /** Counting sort by slot. */
  private sort(positions: Float64Array, count: number): void {
    const bins = new Float64Array(count);
    const [, ny, nz] = this.counts;
    for (let i = 0; i < count; i++) {
      const bx = this.binAlong(positions[3 * i], 0);
      const by = this.binAlong(positions[3 * i + 1], 1);
      const bz = this.binAlong(positions[3 * i + 2], 2);
      bins[i] = (bx * ny + by) * nz + bz;
      this.starts[(bins[i] % this.slotCount) + 1]++;
    }
    for (let slot = 0; slot < this.slotCount; slot++) this.starts[slot + 1] += this.starts[slot];
    const next = this.starts.slice(0, this.slotCount);
    for (let i = 0; i < count; i++) {
      const at = next[bins[i] % this.slotCount]++;
      this.order[at] = i;
      this.bins[at] = bins[i];
      this.sorted[3 * at] = positions[3 * i];
      this.sorted[3 * at + 1] = positions[3 * i + 1];
      this.sorted[3 * at + 2] = positions[3 * i + 2];
    }
  }
}

/** Smallest and largest coordinates, three each. */
export function boundsOf(positions: Float64Array): { low: number[]; high: number[] } {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < positions.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const value = positions[i + k];
      if (value < low[k]) low[k] = value;
      if (value > high[k]) high[k] = value;
    }
  }
  return { low, high };
}
