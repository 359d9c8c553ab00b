import { ResourceExhausted } from "../base/errors.js";
import type { Lattice } from "../lattice/lattice.js";

type Visit = (index: number, distance: number, u: number, v: number, w: number) => boolean;

const radix = 2 ** 17;
/** Bins to look at about one place: some 50 ms. */
const mostBins = 1e6;

/**
 * Points of a cell in bins, so that those near a place are found without looking at all: with every
 * image, in any cell, for any radius. Points are added one by one.
 */
export class SiteBins {
  private readonly cell: Float64Array;
  private readonly periodic: readonly boolean[];
  /** Along each axis: bins of a cell, and the width of one in Å. */
  private readonly counts: readonly number[];
  private readonly widths: readonly number[];
  private readonly bins = new Map<number, number[]>();
  private readonly points: number[] = [];

  /** @param width Å; about the radius that is asked for most. */
  constructor(lattice: Lattice, periodic: readonly boolean[], width: number) {
    this.cell = lattice.matrix;
    this.periodic = periodic;
    const spacings = [0, 1, 2].map((k) => lattice.dSpacing([0, 1, 2].map((i) => Number(i === k))));
    this.counts = spacings.map((spacing) =>
      Math.max(1, Math.min(radix / 4, Math.floor(spacing / width))),
    );
    this.widths = spacings.map((spacing, k) => spacing / this.counts[k]);
  }

  get size(): number {
    return this.points.length / 3;
  }

  /** @returns the index of the point: 0, 1, 2, ... */
  insert(x: number, y: number, z: number): number {
    const index = this.size;
    const place = [x, y, z].map((value, k) =>
      this.periodic[k] ? value - Math.floor(value) : value,
    );
    this.points.push(...place);
    // A rounding error below 1 would lie in a bin beyond the last.
    const [i, j, k] = place.map((value, axis) => {
      const bin = this.binOf(value, axis);
      return this.periodic[axis] ? Math.min(bin, this.counts[axis] - 1) : bin;
    });
    const key = keyOf(i, j, k);
    const bin = this.bins.get(key);
    if (bin) bin.push(index);
    else this.bins.set(key, [index]);
    return index;
  }

  /**
   * Calls `visit` for every image of a point within the radius, with its distance in Å and the
   * fractional way to it, until it returns true.
   *
   * @throws {ResourceExhausted} a radius that reaches over too many cells.
   */
  some(x: number, y: number, z: number, radius: number, visit: Visit): boolean {
    const reach = this.widths.map((width) => Math.ceil(radius / width));
    requireFewBins(reach, radius);
    const [b0, b1, b2] = [this.binOf(x, 0), this.binOf(y, 1), this.binOf(z, 2)];
    for (let i = b0 - reach[0]; i <= b0 + reach[0]; i++) {
      for (let j = b1 - reach[1]; j <= b1 + reach[1]; j++) {
        for (let k = b2 - reach[2]; k <= b2 + reach[2]; k++) {
          if (this.visitBin(i, j, k, x, y, z, radius, visit)) return true;
        }
      }
    }
    return false;
  }

  private visitBin(
    i: number,
    j: number,
    k: number,
    x: number,
    y: number,
    z: number,
    radius: number,
    visit: Visit,
  ): boolean {
    const s0 = this.cellOf(i, 0);
    const s1 = this.cellOf(j, 1);
    const s2 = this.cellOf(k, 2);
    const [n0, n1, n2] = this.counts;
    const bin = this.bins.get(keyOf(i - s0 * n0, j - s1 * n1, k - s2 * n2));
    if (bin === undefined) return false;
    const m = this.cell;
    for (const index of bin) {
      const u = this.points[3 * index] + s0 - x;
      const v = this.points[3 * index + 1] + s1 - y;
      const w = this.points[3 * index + 2] + s2 - z;
      const distance = Math.hypot(
        u * m[0] + v * m[3] + w * m[6],
        u * m[1] + v * m[4] + w * m[7],
        u * m[2] + v * m[5] + w * m[8],
      );
      if (distance <= radius && visit(index, distance, u, v, w)) return true;
    }
    return false;
  }

  private binOf(x: number, axis: number): number {
    return Math.floor(x * this.counts[axis]);
  }

  /** Cells from the first one to that of a bin. */
  private cellOf(bin: number, axis: number): number {
    return this.periodic[axis] ? Math.floor(bin / this.counts[axis]) : 0;
  }
}

function requireFewBins([i, j, k]: readonly number[], radius: number): void {
  const count = (2 * i + 1) * (2 * j + 1) * (2 * k + 1);
  if (count <= mostBins) return;
  throw new ResourceExhausted(
    `${radius} Å about a site reach ${count.toPrecision(2)} images of the cell: it is too small, or too ` +
      "skewed; check its unit (Å), or reduce it",
    { radius, count, limit: mostBins },
  );
}

function keyOf(i: number, j: number, k: number): number {
  return ((i + radix / 2) * radix + (j + radix / 2)) * radix + (k + radix / 2);
}
