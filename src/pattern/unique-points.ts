/**
 * Which points are the same within a tolerance: for each its first occurrence, [n]. A point is equal
 * to the first kept one that lies no farther than the tolerance away.
 */
export function firstOccurrences(positions: Float64Array, tolerance: number): Int32Array {
  const count = positions.length / 3;
  const first = new Int32Array(count);
  // Twice the tolerance: the ball about a point then touches at most two bins along each axis.
  const width = Math.max(2 * tolerance, Number.MIN_VALUE * 1e10);
  const table = new HashTable(count);
  const range = new Float64Array(6);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      // Half a bin aside, so that points on a plane such as z = 0 lie in the middle of a bin.
      const at = positions[3 * i + k] / width + 0.5;
      range[2 * k] = Math.floor(at - 0.5);
      range[2 * k + 1] = Math.floor(at + 0.5);
    }
    const found = findNear(positions, i, tolerance, range, table);
    first[i] = found < 0 ? i : found;
    if (found < 0) table.insert(i, ...binOf(positions, i, width));
  }
  return first;
}

function findNear(
  positions: Float64Array,
  i: number,
  tolerance: number,
  range: Float64Array,
  table: HashTable,
): number {
  const limit = tolerance * tolerance;
  let best = -1;
  for (let a = range[0]; a <= range[1]; a++) {
    for (let b = range[2]; b <= range[3]; b++) {
      for (let c = range[4]; c <= range[5]; c++) {
        for (let j = table.head(a, b, c); j >= 0; j = table.next[j]) {
          const x = positions[3 * j] - positions[3 * i];
          const y = positions[3 * j + 1] - positions[3 * i + 1];
          const z = positions[3 * j + 2] - positions[3 * i + 2];
          if (x * x + y * y + z * z <= limit && (best < 0 || j < best)) best = j;
        }
      }
    }
  }
  return best;
}

function binOf(positions: Float64Array, i: number, width: number): [number, number, number] {
  return [
    Math.floor(positions[3 * i] / width + 0.5),
    Math.floor(positions[3 * i + 1] / width + 0.5),
    Math.floor(positions[3 * i + 2] / width + 0.5),
  ];
}

/** Chains of points by the hash of their bin; different bins may share a chain. */
class HashTable {
  readonly next: Int32Array;
  private readonly heads: Int32Array;
  private readonly mask: number;

  constructor(count: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * count)));
    this.heads = new Int32Array(size).fill(-1);
    this.next = new Int32Array(count);
    this.mask = size - 1;
  }

  head(a: number, b: number, c: number): number {
    return this.heads[this.slot(a, b, c)];
  }

  insert(i: number, a: number, b: number, c: number): void {
    const slot = this.slot(a, b, c);
    this.next[i] = this.heads[slot];
    this.heads[slot] = i;
  }

  private slot(a: number, b: number, c: number): number {
    let hash = Math.imul(a | 0, 0x9e3779b1) ^ Math.imul(b | 0, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae3d) ^ Math.imul(c | 0, 0x27d4eb2f);
    return (hash ^ (hash >>> 13)) & this.mask;
  }
}
