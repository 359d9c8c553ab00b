import type { Lattice } from "../lattice/lattice.js";

/** Sites looked at per search, in the mean, beyond which the bins are too wide. */
const crowded = 64;
const mostBins = 1 << 20;
const largestTable = 1 << 22;

/**
 * Finds the site at a position, up to lattice vectors and within a distance, in constant time: sites
 * are put into bins of the cell at least twice as wide as the tolerance, about one a bin if they fill
 * the cell. Where they turn out to crowd in a part of it, the bins are made narrower and share the
 * slots of the table.
 */
export class PositionIndex {
  readonly tolerance: number;
  private readonly cell: Float64Array;
  /** Å, of the planes (100), (010), (001). */
  private readonly spacings: readonly number[];
  private readonly expectedCount: number;
  /** Bins along each axis. */
  private bins: readonly number[];
  /** The tolerance along each axis, in bins. */
  private margin: readonly number[] = [];
  /** Of each slot the last site in it; as many as a power of 2. */
  private heads: Int32Array = new Int32Array(0);
  /** For each site the one before it in its slot. */
  private next: Int32Array;
  private positions: Float64Array;
  private kinds: Int32Array;
  private count = 0;
  private searches = 0;
  private lookedAt = 0;

  /**
   * @param tolerance Å; below half the smallest spacing of lattice planes, or images are missed.
   * @param expectedCount Sites to come: sets the number of bins and the first memory, not a limit.
   */
  constructor(lattice: Lattice, tolerance: number, expectedCount: number) {
    this.tolerance = tolerance;
    this.cell = lattice.matrix;
    this.spacings = planeSpacings(lattice);
    this.expectedCount = expectedCount;
    const [h0, h1, h2] = this.spacings;
    const density = Math.cbrt(Math.min(expectedCount, 1e6) / (h0 * h1 * h2));
    this.bins = this.spacings.map((h) => {
      const widest = Math.floor(h / (2 * tolerance));
      return Math.max(1, Math.min(1024, widest, Math.floor(h * density)));
    });
    const capacity = Math.max(64, Math.min(1 << 20, expectedCount));
    this.next = new Int32Array(capacity);
    this.positions = new Float64Array(3 * capacity);
    this.kinds = new Int32Array(capacity);
    this.makeTable(this.bins[0] * this.bins[1] * this.bins[2]);
  }

  /** Adds a position (fractional) and returns its index: 0, 1, 2, ... */
  insert(x: number, y: number, z: number, kind = 0): number {
    const index = this.count++;
    if (index === this.next.length) this.grow();
    this.kinds[index] = kind;
    this.positions[3 * index] = x;
    this.positions[3 * index + 1] = y;
    this.positions[3 * index + 2] = z;
    this.link(index);
    return index;
  }

  /** Index of the nearest position of a kind within the tolerance, or -1; `except` is passed over. */
  find(x: number, y: number, z: number, kind = 0, except = -1): number {
    const { bins, margin, heads, next, kinds } = this;
    const mask = heads.length - 1;
    const n0 = bins[0];
    const n1 = bins[1];
    const n2 = bins[2];
    const firstI = firstBin(x, n0, margin[0]);
    const lastI = lastBin(x, n0, margin[0]);
    const firstJ = firstBin(y, n1, margin[1]);
    const lastJ = lastBin(y, n1, margin[1]);
    const firstK = firstBin(z, n2, margin[2]);
    const lastK = lastBin(z, n2, margin[2]);
    let best = -1;
    let bestSquare = this.tolerance * this.tolerance;
    let looked = 0;
    for (let i = firstI; i <= lastI; i++) {
      const row = Math.imul(inCell(i, n0), n1);
      for (let j = firstJ; j <= lastJ; j++) {
        const column = Math.imul(row + inCell(j, n1), n2);
        for (let k = firstK; k <= lastK; k++) {
          let at = heads[(column + inCell(k, n2)) & mask];
          for (; at >= 0; at = next[at]) {
            looked++;
            if (kinds[at] !== kind || at === except) continue;
            const square = this.squareDistance(at, x, y, z);
            if (square > bestSquare || (square === bestSquare && best >= 0 && best < at)) continue;
            best = at;
            bestSquare = square;
          }
        }
      }
    }
    this.searches++;
    this.lookedAt += looked;
    if (looked > crowded && this.lookedAt > crowded * this.searches) this.refine();
    return best;
  }

  private link(index: number): void {
    const { bins, heads } = this;
    const row = Math.imul(binOf(this.positions[3 * index], bins[0]), bins[1]);
    const column = Math.imul(row + binOf(this.positions[3 * index + 1], bins[1]), bins[2]);
    const slot = (column + binOf(this.positions[3 * index + 2], bins[2])) & (heads.length - 1);
    this.next[index] = heads[slot];
    heads[slot] = index;
  }

  private makeTable(slots: number): void {
    this.margin = this.spacings.map((h, axis) => (this.tolerance / h) * this.bins[axis]);
    this.heads = new Int32Array(2 ** Math.ceil(Math.log2(slots))).fill(-1);
    for (let index = 0; index < this.count; index++) this.link(index);
  }

  /** Once: bins so narrow that few sites which are not the same fit into one. */
  private refine(): void {
    this.searches = Infinity;
    // Odd, so that no axis falls out of the lower bits of a slot's number.
    this.bins = this.spacings.map((h) => {
      return Math.min(mostBins, Math.max(1, Math.floor(h / (8 * this.tolerance)))) | 1;
    });
    this.makeTable(Math.min(largestTable, Math.max(2 * this.count, this.expectedCount, 64)));
  }

  private squareDistance(index: number, x: number, y: number, z: number): number {
    const dx = x - this.positions[3 * index];
    const dy = y - this.positions[3 * index + 1];
    const dz = z - this.positions[3 * index + 2];
    return squareLength(this.cell, dx, dy, dz);
  }

  private grow(): void {
    const next = new Int32Array(2 * this.next.length);
    next.set(this.next);
    this.next = next;
    const positions = new Float64Array(2 * this.positions.length);
    positions.set(this.positions);
    this.positions = positions;
    const kinds = new Int32Array(2 * this.kinds.length);
    kinds.set(this.kinds);
    this.kinds = kinds;
  }
}

/**
 * Squared length in Å² of a fractional difference after taking whole cells off: exact for
 * differences that are short beside the cell.
 */
export function squareLength(cell: Float64Array, dx: number, dy: number, dz: number): number {
  const x = dx - Math.round(dx);
  const y = dy - Math.round(dy);
  const z = dz - Math.round(dz);
  const u = x * cell[0] + y * cell[3] + z * cell[6];
  const v = x * cell[1] + y * cell[4] + z * cell[7];
  const w = x * cell[2] + y * cell[5] + z * cell[8];
  return u * u + v * v + w * w;
}

/** Distances of the lattice planes (100), (010), (001) in Å: the volume over the area of their cell. */
export function planeSpacings({ matrix: m, volume }: Lattice): [number, number, number] {
  const spacing = (i: number, j: number) =>
    volume /
    Math.hypot(
      m[i + 1] * m[j + 2] - m[i + 2] * m[j + 1],
      m[i + 2] * m[j] - m[i] * m[j + 2],
      m[i] * m[j + 1] - m[i + 1] * m[j],
    );
  return [spacing(3, 6), spacing(6, 0), spacing(0, 3)];
}

function binOf(x: number, count: number): number {
  const bin = Math.floor((x - Math.floor(x)) * count);
  return bin < count ? bin : 0;
}

/** The first bin that the interval x ± margin touches, possibly one below 0. */
function firstBin(x: number, count: number, margin: number): number {
  return count === 1 ? 0 : Math.floor((x - Math.floor(x)) * count - margin);
}

/** The last one, possibly one above the last of the cell. */
function lastBin(x: number, count: number, margin: number): number {
  return count === 1 ? 0 : Math.floor((x - Math.floor(x)) * count + margin);
}

function inCell(bin: number, count: number): number {
  if (bin < 0) return bin + count;
  return bin < count ? bin : bin - count;
}
