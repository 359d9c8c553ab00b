// Not the global one: a kernel's falls silent with the cell that set it.
import { setImmediate } from "node:timers";
import { Composite } from "./composite.js";

/** Makes a part and waits for it; `weight` is its share of the progress. */
export type RunPart = <U>(weight: number, make: () => PromiseLike<U>) => Promise<U>;

interface Measured {
  measure(): { readonly fraction: number };
}

/**
 * Work written as a function: its parts are tasks that it makes as it goes, one after another or several at
 * once. They are stopped and watched with the whole; none begins after a stop, and other events of the thread have
 * their turn before each.
 *
 * @example new Task("both", new Procedure("both", 2, async (run) => {
 *   const a = await run(1, () => first());
 *   return run(1, () => second(a));
 * }), options)
 */
export class Procedure<T> extends Composite<T> {
  private readonly body: (run: RunPart) => Promise<T>;
  private readonly total: number;
  private done = 0;
  private readonly weights = new Map<unknown, number>();

  /** @param total Sum of the weights of its parts. */
  constructor(name: string, total: number, body: (run: RunPart) => Promise<T>) {
    super(name, [], 0);
    this.body = body;
    this.total = total;
  }

  protected override async run(): Promise<T> {
    try {
      return await this.body((weight, make) => this.part(weight, make));
    } catch (error) {
      this.cancelParts();
      throw error;
    }
  }

  override chunks(): { readonly done: number; readonly total: number } {
    let { done } = this;
    for (const [part, weight] of this.weights) {
      if ("measure" in (part as object)) done += weight * (part as Measured).measure().fraction;
    }
    return { done, total: this.total };
  }

  private async part<U>(weight: number, make: () => PromiseLike<U>): Promise<U> {
    await otherEvents();
    this.requireWanted();
    const part = make();
    this.parts = [...this.parts, part];
    this.weights.set(part, weight);
    try {
      return await part;
    } finally {
      this.parts = this.parts.filter((other) => other !== part);
      this.weights.delete(part);
      this.done += weight;
    }
  }
}

/**
 * Until timers and other events have had their turn: results that come one after another would keep a deadline or a stop
 * waiting to the end. The second one is of the next round, after its timers.
 */
function otherEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
