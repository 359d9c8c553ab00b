import { inverse } from "../math/mat3.js";
import { cross, dot, norm } from "../math/vec3.js";

/** Pairs i < j of a periodic cell within a reach, each image of j for itself. */
export interface ContactPairs {
  readonly count: number;
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Å to add to position j − position i, [m, 3]. */
  readonly shift: Float64Array;
}

/** Bins of a cell with the sites in them, those of bin b at starts[b] to starts[b + 1]. */
interface SortedSites {
  readonly counts: readonly number[];
  readonly starts: Int32Array;
  readonly order: Int32Array;
  readonly binOf: Int32Array;
  /** Whole cells that a site lies from the first one, [n, 3]. */
  readonly wraps: Int32Array;
}

/**
 * @param matrix Rows a, b, c. @param positions Cartesian, not wrapped, [n, 3]. @param reach Å.
 */
export function contactPairs(
  matrix: Float64Array,
  positions: Float64Array,
  reach: number,
): ContactPairs {
  const heights = heightsOf(matrix);
  const sites = sortedSites(matrix, positions, heights, reach);
  const ranges = sites.counts.map((count, k) => Math.ceil((reach * count) / heights[k] + 1e-9));
  const found = new PairList();
  for (let i = 0; i < positions.length / 3; i++) {
    pairsOf(i, matrix, positions, sites, ranges, reach, found);
  }
  return found;
}

function heightsOf(m: Float64Array): number[] {
  const rows = [0, 3, 6].map((at) => Array.from(m.subarray(at, at + 3)));
  const volume = Math.abs(dot(rows[0], cross(rows[1], rows[2])));
  return [0, 1, 2].map((k) => volume / norm(cross(rows[(k + 1) % 3], rows[(k + 2) % 3])));
}

function sortedSites(
  matrix: Float64Array,
  positions: Float64Array,
  heights: readonly number[],
  reach: number,
): SortedSites {
  const siteCount = positions.length / 3;
  const most = Math.max(1, Math.ceil(Math.cbrt(siteCount)));
  const counts = heights.map((height) => Math.max(1, Math.min(most, Math.floor(height / reach))));
  const toFrac = inverse(matrix);
  const wraps = new Int32Array(positions.length);
  const binOf = new Int32Array(siteCount);
  const starts = new Int32Array(counts[0] * counts[1] * counts[2] + 1);
  for (let i = 0; i < siteCount; i++) {
    let bin = 0;
    for (let k = 0; k < 3; k++) {
      const frac =
        positions[3 * i] * toFrac[k] +
        positions[3 * i + 1] * toFrac[3 + k] +
        positions[3 * i + 2] * toFrac[6 + k];
      const wrap = Math.floor(frac);
      wraps[3 * i + k] = wrap;
      bin = bin * counts[k] + Math.min(counts[k] - 1, Math.floor((frac - wrap) * counts[k]));
    }
    binOf[i] = bin;
    starts[bin + 1]++;
  }
  for (let bin = 1; bin < starts.length; bin++) starts[bin] += starts[bin - 1];
  const next = starts.slice();
  const order = new Int32Array(siteCount);
  for (let i = 0; i < siteCount; i++) order[next[binOf[i]]++] = i;
  return { counts, starts, order, binOf, wraps };
}

function pairsOf(
  i: number,
  m: Float64Array,
  x: Float64Array,
  { counts, starts, order, binOf, wraps }: SortedSites,
  ranges: readonly number[],
  reach: number,
  found: PairList,
): void {
  const [na, nb, nc] = counts;
  const bin = binOf[i];
  const [a0, b0, c0] = [Math.floor(bin / (nb * nc)), Math.floor(bin / nc) % nb, bin % nc];
  for (let a = a0 - ranges[0]; a <= a0 + ranges[0]; a++) {
    const sa = Math.floor(a / na);
    for (let b = b0 - ranges[1]; b <= b0 + ranges[1]; b++) {
      const sb = Math.floor(b / nb);
      for (let c = c0 - ranges[2]; c <= c0 + ranges[2]; c++) {
        const sc = Math.floor(c / nc);
        const near = ((a - sa * na) * nb + (b - sb * nb)) * nc + (c - sc * nc);
        for (let at = starts[near]; at < starts[near + 1]; at++) {
          const j = order[at];
          if (j <= i) continue;
          const u = sa - wraps[3 * j] + wraps[3 * i];
          const v = sb - wraps[3 * j + 1] + wraps[3 * i + 1];
          const w = sc - wraps[3 * j + 2] + wraps[3 * i + 2];
          const tx = u * m[0] + v * m[3] + w * m[6];
          const ty = u * m[1] + v * m[4] + w * m[7];
          const tz = u * m[2] + v * m[5] + w * m[8];
          const dx = x[3 * j] - x[3 * i] + tx;
          const dy = x[3 * j + 1] - x[3 * i + 1] + ty;
          const dz = x[3 * j + 2] - x[3 * i + 2] + tz;
          if (dx * dx + dy * dy + dz * dz > reach * reach) continue;
          found.add(i, j, tx, ty, tz);
        }
      }
    }
  }
}

class PairList implements ContactPairs {
  count = 0;
  first = new Int32Array(1024);
  second = new Int32Array(1024);
  shift = new Float64Array(3 * 1024);

  add(i: number, j: number, x: number, y: number, z: number): void {
    if (this.count === this.first.length) this.grow();
    const at = this.count++;
    this.first[at] = i;
    this.second[at] = j;
    this.shift[3 * at] = x;
    this.shift[3 * at + 1] = y;
    this.shift[3 * at + 2] = z;
  }

  private grow(): void {
    const larger = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const room = 2 * this.count;
    this.first = larger(this.first, new Int32Array(room));
    this.second = larger(this.second, new Int32Array(room));
    this.shift = larger(this.shift, new Float64Array(3 * room));
  }
}
