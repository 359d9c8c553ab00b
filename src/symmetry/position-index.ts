import type { Lattice } from "../lattice/lattice.js";

/**
 * Finds the site at a position, up to lattice vectors and within a distance, in constant time: sites
 * are hashed into bins of the cell at least twice as wide as the tolerance.
 */
export class PositionIndex {
  readonly tolerance: number;
  private readonly cell: Float64Array;
  /** Bins along each axis. */
  private readonly bins: readonly number[];
  /** The tolerance along each axis, in bins. */
  private readonly margin: readonly number[];
  private readonly heads: Int32Array;
  private next: Int32Array;
  private positions: Float64Array;
  private kinds: Int32Array;
  private count = 0;

  /**
   * @param tolerance Å; below half the smallest spacing of lattice planes, or images are missed.
   * @param expectedCount Sites to come: sets the number of bins, not a limit.
   */
  constructor(lattice: Lattice, tolerance: number, expectedCount: number) {
    this.tolerance = tolerance;
    this.cell = lattice.matrix;
    const spacings = planeSpacings(lattice);
    const [h0, h1, h2] = spacings;
    const density = Math.cbrt(Math.min(expectedCount, 1e6) / (h0 * h1 * h2));
    this.bins = spacings.map((h) => {
      const widest = Math.floor(h / (2 * tolerance));
      return Math.max(1, Math.min(1024, widest, Math.floor(h * density)));
    });
    this.margin = spacings.map((h, axis) => (tolerance / h) * this.bins[axis]);
    this.heads = new Int32Array(this.bins[0] * this.bins[1] * this.bins[2]).fill(-1);
    this.next = new Int32Array(64);
    this.positions = new Float64Array(3 * 64);
    this.kinds = new Int32Array(64);
  }

  /** Adds a position (fractional) and returns its index: 0, 1, 2, ... */
  insert(x: number, y: number, z: number, kind = 0): number {
    const index = this.count++;
    if (index === this.next.length) this.grow();
    this.kinds[index] = kind;
    this.positions[3 * index] = x;
    this.positions[3 * index + 1] = y;
    this.positions[3 * index + 2] = z;
    const [n0, n1, n2] = this.bins;
    const bin = (binOf(x, n0) * n1 + binOf(y, n1)) * n2 + binOf(z, n2);
    this.next[index] = this.heads[bin];
    this.heads[bin] = index;
    return index;
  }

  /** Index of the nearest position of a kind within the tolerance, or -1; `except` is passed over. */
  find(x: number, y: number, z: number, kind = 0, except = -1): number {
    const { heads, next, kinds, bins, margin } = this;
    const [n0, n1, n2] = bins;
    // The bins that the interval x ± margin touches: possibly one below 0 or one above the last.
    const x0 = scaled(x, n0);
    const y0 = scaled(y, n1);
    const z0 = scaled(z, n2);
    const xs = n0 === 1 ? 0 : Math.floor(x0 + margin[0]);
    const ys = n1 === 1 ? 0 : Math.floor(y0 + margin[1]);
    const zs = n2 === 1 ? 0 : Math.floor(z0 + margin[2]);
    let best = -1;
    let bestSquare = this.tolerance * this.tolerance;
    for (let i = n0 === 1 ? 0 : Math.floor(x0 - margin[0]); i <= xs; i++) {
      const row = (i < 0 ? n0 - 1 : i % n0) * n1;
      for (let j = n1 === 1 ? 0 : Math.floor(y0 - margin[1]); j <= ys; j++) {
        const column = (row + (j < 0 ? n1 - 1 : j % n1)) * n2;
        for (let k = n2 === 1 ? 0 : Math.floor(z0 - margin[2]); k <= zs; k++) {
          let at = heads[column + (k < 0 ? n2 - 1 : k % n2)];
          for (; at >= 0; at = next[at]) {
            if (kinds[at] !== kind || at === except) continue;
            const square = this.squareDistance(at, x, y, z);
            if (square > bestSquare || (square === bestSquare && best >= 0 && best < at)) continue;
            best = at;
            bestSquare = square;
          }
        }
      }
    }
    return best;
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

/** In bins, from 0 to their count. */
function scaled(x: number, count: number): number {
  return (x - Math.floor(x)) * count;
}
