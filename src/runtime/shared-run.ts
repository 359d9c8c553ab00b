import { Composite } from "./composite.js";
import { interruptCounters } from "./interrupt.js";
import { Task } from "./task.js";
import { type CompositeOptions, noOptions } from "./task-options.js";

/** One run that several calls wait for: it is cancelled when the last of them has been. */
export class SharedRun<T> {
  readonly task: Task<T>;
  private followers = 0;
  private readonly epoch: number = Atomics.load(interruptCounters, 0);

  constructor(task: Task<T>) {
    this.task = task;
  }

  /**
   * Whether another call may join: not a run that is being cancelled, nor one that the stop button met, which may
   * never settle.
   */
  get isAlive(): boolean {
    if (this.followers === 0) return false;
    const { state } = this.task;
    const isOpen = state === "submitted" || state === "queued" || state === "running";
    return isOpen && Atomics.load(interruptCounters, 0) === this.epoch;
  }

  /** A task of its own, with its own signal, time limit and progress, for the run's result. */
  follow<U>(name: string, finish: (value: T) => U, options: CompositeOptions = noOptions): Task<U> {
    this.followers += 1;
    const leave = (): void => {
      this.followers -= 1;
      if (this.followers === 0) this.task.cancel();
    };
    return new Task(name, new Follower(name, this.task, finish, leave), options);
  }
}

class Follower<T, U> extends Composite<U> {
  private readonly shared: Task<T>;
  private readonly finish: (value: T) => U;
  private readonly leave: () => void;

  constructor(name: string, shared: Task<T>, finish: (value: T) => U, leave: () => void) {
    super(name, [], 1);
    this.shared = shared;
    this.finish = finish;
    this.leave = leave;
  }

  protected override async run(): Promise<U> {
    // A promise, not the task: a stop ends this one at once, and the run goes on for the others.
    const result = this.shared.then((value) => value);
    this.parts = [result];
    return this.finish(await result);
  }

  override chunks(): { readonly done: number; readonly total: number } {
    return { done: this.shared.measure().fraction, total: 1 };
  }

  override closed(): void {
    super.closed();
    this.leave();
  }
}
