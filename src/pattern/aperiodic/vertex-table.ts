/**
 * Numbers vectors of whole numbers in the order in which they first come: each component gets a field
 * of bits in one of a few 32-bit words, and an open hash table finds the words again. Two vectors are
 * one vertex only where all their components agree; no distance is ever compared.
 *
 * The hash is the cell of a coarse raster over space in which a vertex lies, reckoned in whole numbers:
 * who walks through space finds its slots side by side in the cache, which halves the time of a tiling
 * of a million vertices.
 */
export interface VertexTable {
  readonly dimension: number;
  /** Words a vector is packed into. */
  readonly wordCount: number;
  /** Word of each component, and what one unit of it adds to that word. */
  readonly wordOf: Int32Array;
  readonly unitOf: Int32Array;
  readonly bitCount: number;
  /** Added to each component, so that the fields hold no negative number. */
  readonly bias: number;
  /** [dimension, 3]: motion over the raster by one unit of each component, in 2^-10 cells. */
  readonly motion: Int32Array;
  /** Cells of the raster along each axis are 2^this. */
  readonly axisBits: readonly [number, number, number];
  count: number;
  /** [expected, wordCount] */
  readonly keys: Int32Array;
  /** Index + 1 of the vector in each slot, 0 for a free one; a power of two of them. */
  readonly slots: Int32Array;
}

/** A packed vector and its place over the raster; changed in place by `step`. */
export interface PackedVector {
  readonly words: Int32Array;
  x: number;
  y: number;
  z: number;
}

export interface VertexSpace {
  /** [dimension, 2 or 3]: where one unit of each component leads to. */
  readonly directions: readonly (readonly number[])[];
  /** All vertices lie in a cube or square of this half-width about some point. */
  readonly extent: number;
  /** No component of any vector is larger than this, by its amount. */
  readonly reach: number;
  /** No more vertices than this; the table does not grow. */
  readonly expected: number;
}

const fraction = 10;

export function vertexTable({ directions, extent, reach, expected }: VertexSpace): VertexTable {
  const dimension = directions.length;
  const bias = reach + 1;
  const bitCount = Math.ceil(Math.log2(2 * bias + 1));
  const perWord = Math.max(1, Math.floor(31 / bitCount));
  const wordCount = Math.ceil(dimension / perWord);
  const components = Array.from({ length: dimension }, (_, i) => i);
  const axes = directions[0].length;
  const bits = Math.max(6, Math.ceil(Math.log2(2.2 * expected)));
  const axisBits = [0, 1, 2].map((axis) =>
    axis < axes ? Math.floor((bits + axis) / axes) : 0,
  ) as unknown as readonly [number, number, number];
  const motion = new Int32Array(3 * dimension);
  for (const i of components) {
    for (let axis = 0; axis < axes; axis++) {
      const cellsPerLength = 2 ** axisBits[axis] / (2 * extent);
      motion[3 * i + axis] = Math.round(directions[i][axis] * cellsPerLength * 2 ** fraction);
    }
  }
  return {
    dimension,
    wordCount,
    wordOf: Int32Array.from(components, (i) => Math.floor(i / perWord)),
    unitOf: Int32Array.from(components, (i) => 2 ** (bitCount * (i % perWord))),
    bitCount,
    bias,
    motion,
    axisBits,
    count: 0,
    keys: new Int32Array(expected * wordCount),
    slots: new Int32Array(2 ** axisBits[0] * 2 ** axisBits[1] * 2 ** axisBits[2]),
  };
}

export function packedVector(table: VertexTable): PackedVector {
  return { words: new Int32Array(table.wordCount), x: 0, y: 0, z: 0 };
}

export function pack(table: VertexTable, vector: ArrayLike<number>, into: PackedVector): void {
  const { dimension, bias, wordOf, unitOf, motion } = table;
  const { words } = into;
  words.fill(0);
  let [x, y, z] = [0, 0, 0];
  for (let i = 0; i < dimension; i++) {
    const value = vector[i];
    words[wordOf[i]] += (value + bias) * unitOf[i];
    x += value * motion[3 * i];
    y += value * motion[3 * i + 1];
    z += value * motion[3 * i + 2];
  }
  into.x = x;
  into.y = y;
  into.z = z;
}

/** Adds `steps` to component i. */
export function step(table: VertexTable, packed: PackedVector, i: number, steps: number): void {
  packed.words[table.wordOf[i]] += steps * table.unitOf[i];
  packed.x += steps * table.motion[3 * i];
  packed.y += steps * table.motion[3 * i + 1];
  packed.z += steps * table.motion[3 * i + 2];
}

/** Number of the vector, or -1 if it has none. */
export function findVector(table: VertexTable, packed: PackedVector): number {
  return table.slots[slotOf(table, packed)] - 1;
}

/** Number of the vector; a new one gets the number `table.count` had before. */
export function addVector(table: VertexTable, packed: PackedVector): number {
  const slot = slotOf(table, packed);
  const found = table.slots[slot];
  if (found !== 0) return found - 1;
  const { wordCount } = table;
  const index = table.count++;
  const start = index * wordCount;
  for (let w = 0; w < wordCount; w++) table.keys[start + w] = packed.words[w];
  table.slots[slot] = index + 1;
  return index;
}

/** The slot that holds the vector, or the free one where it belongs. */
function slotOf(table: VertexTable, { words, x, y, z }: PackedVector): number {
  const { keys, slots, wordCount, axisBits } = table;
  const mask = slots.length - 1;
  const cellX = (x >> fraction) & ((1 << axisBits[0]) - 1);
  const cellY = (y >> fraction) & ((1 << axisBits[1]) - 1);
  const cellZ = (z >> fraction) & ((1 << axisBits[2]) - 1);
  let slot = (((cellZ << axisBits[1]) | cellY) << axisBits[0]) | cellX;
  for (;;) {
    const entry = slots[slot];
    if (entry === 0) return slot;
    const start = (entry - 1) * wordCount;
    let w = 0;
    while (w < wordCount && keys[start + w] === words[w]) w++;
    if (w === wordCount) return slot;
    slot = (slot + 1) & mask;
  }
}
