import { Chain } from "../runtime/composite.js";
import { Task } from "../runtime/task.js";
import {
  type CompositeOptions,
  checkedCompositeOptions,
  type TaskOptions,
} from "../runtime/task-options.js";

/** A task and what follows from its result, as one task that is stopped, timed and watched as a whole. */
export function inTwoSteps<T, U>(
  name: string,
  first: (options: TaskOptions) => PromiseLike<T>,
  second: (value: T, options: TaskOptions) => PromiseLike<U> | U,
  options: TaskOptions,
): Task<U> {
  const { runtime, priority, memoryLimit, retry, isolation } = options;
  const own = { runtime, priority, memoryLimit, retry, isolation } as TaskOptions; // undefined is as left out
  const { signal, timeoutMs, onProgress } = options;
  const whole = checkedCompositeOptions({ signal, timeoutMs, onProgress } as CompositeOptions);
  const work = new Chain<T, U>(name, first(own), (value) => second(value, own));
  return new Task(name, work, whole);
}
