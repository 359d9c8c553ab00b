import type { Addon } from "./addon.js";

const recordsPerSlab = 256;
const intsPerRecord = 64;
const floatsPerRecord = 32;

/** Offsets of the int32 fields in a record; `native/src/record.zig` knows the same layout. */
export const int = {
  cancel: 0,
  chunksDone: 1,
  chunksTotal: 2,
  state: 3,
  status: 4,
  worker: 5,
  priority: 6,
  kernel: 7,
  paramCount: 8,
  hasResult: 9,
} as const;

/** Offsets of the float64 fields. Times are milliseconds of `Addon.now`. */
export const float = {
  serial: 6,
  evaluated: 7,
  scheduled: 8,
  started: 9,
  finished: 10,
  peakBytes: 11,
  memoryLimit: 12,
  timeoutMs: 13,
  reservedBytes: 14,
  params: 16,
} as const;

export const maxParams = 16;

/** Values of `int.state`. */
export const recordState = { idle: 0, queued: 1, running: 2, finished: 3 } as const;

/** 256 records in one SharedArrayBuffer, by the element types of their fields. */
export interface Slab {
  readonly ints: Int32Array;
  readonly floats: Float64Array;
}

/**
 * The words that tasks share with the threads that run them, recycled: a buffer a task would cost
 * more than a small task itself. A slot is the index of a record over all slabs.
 */
export class Records {
  private readonly addon: Addon;
  private readonly slabs: Slab[] = [];
  private readonly free: number[] = [];

  constructor(addon: Addon) {
    this.addon = addon;
  }

  /** A record of zeros. */
  take(): number {
    if (this.free.length === 0) this.grow();
    const slot = this.free.pop() as number;
    const { ints } = this.slabOf(slot);
    const base = intBase(slot);
    for (let i = 0; i < float.params * 2; i++) ints[base + i] = 0;
    return slot;
  }

  /** Only once no thread can touch the record any more. */
  release(slot: number): void {
    this.free.push(slot);
  }

  slabOf(slot: number): Slab {
    return this.slabs[slot >>> 8] as Slab;
  }

  private grow(): void {
    const buffer = new SharedArrayBuffer(4 * intsPerRecord * recordsPerSlab);
    const slab = { ints: new Int32Array(buffer), floats: new Float64Array(buffer) };
    this.addon.addRecords(slab.ints);
    const first = this.slabs.length * recordsPerSlab;
    this.slabs.push(slab);
    for (let i = recordsPerSlab - 1; i >= 0; i--) this.free.push(first + i);
  }
}

/** Index of a record's first int32 in its slab. */
export function intBase(slot: number): number {
  return (slot & (recordsPerSlab - 1)) * intsPerRecord;
}

/** Index of a record's first float64 in its slab. */
export function floatBase(slot: number): number {
  return (slot & (recordsPerSlab - 1)) * floatsPerRecord;
}
