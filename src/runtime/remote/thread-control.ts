/** The words that a runtime shares with a thread that runs a kernel in JavaScript. */
export class ThreadControl {
  readonly buffer: SharedArrayBuffer;
  private readonly stop: Int32Array;
  private readonly counters: Float64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(24)) {
    this.buffer = buffer;
    this.stop = new Int32Array(buffer, 0, 1);
    this.counters = new Float64Array(buffer, 8, 2);
  }

  cancel(): void {
    Atomics.store(this.stop, 0, 1);
  }

  isCancelled(): boolean {
    return Atomics.load(this.stop, 0) === 1;
  }

  setChunks(done: number, total: number): void {
    this.counters[0] = done > 0 ? done : 0;
    this.counters[1] = total > 0 ? total : 0;
  }

  chunks(): { readonly done: number; readonly total: number } {
    return { done: this.counters[0], total: this.counters[1] };
  }

  /** Before a call. */
  clear(): void {
    Atomics.store(this.stop, 0, 0);
    this.setChunks(0, 0);
  }
}
