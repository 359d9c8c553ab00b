const wordsPerBlock = 4;
const blocksPerSlab = 256;

/** The words a task shares with the threads that run it. */
export interface ControlBlock {
  readonly words: Int32Array;
  readonly index: number;
}

/**
 * Recycled control blocks in a few large SharedArrayBuffers: one buffer a task would cost more than
 * a small task itself.
 */
export class ControlBlocks {
  private readonly free: ControlBlock[] = [];

  take(): ControlBlock {
    if (this.free.length === 0) this.grow();
    const block = this.free.pop()!;
    block.words.fill(0, block.index, block.index + wordsPerBlock);
    return block;
  }

  /** Only once no thread can touch the block any more. */
  release(block: ControlBlock): void {
    this.free.push(block);
  }

  private grow(): void {
    const words = new Int32Array(new SharedArrayBuffer(4 * wordsPerBlock * blocksPerSlab));
    for (let i = blocksPerSlab - 1; i >= 0; i--) {
      this.free.push({ words, index: i * wordsPerBlock });
    }
  }
}

export function requestCancel(block: ControlBlock): void {
  Atomics.store(block.words, block.index, 1);
}

/** Share of the work that is done, 0 to 1; 0 while the amount of work is unknown. */
export function fractionDone(block: ControlBlock): number {
  const done = Atomics.load(block.words, block.index + 1);
  const total = Atomics.load(block.words, block.index + 2);
  return total > 0 ? Math.min(1, done / total) : 0;
}
