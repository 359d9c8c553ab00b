import { setImmediate } from "node:timers/promises";

/** ms; texts are read in pieces of that length, so that the JavaScript thread does other things between them. */
const piece = 15;

/** Lets others run once in a while; call it after each row or so. */
export class Pause {
  private since = performance.now();

  async rest(): Promise<void> {
    if (performance.now() - this.since < piece) return;
    await setImmediate();
    this.since = performance.now();
  }
}
