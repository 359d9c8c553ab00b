import type { KernelCall } from "prism-lab";

/** Keeps `chunks` threads busy for so long in all; it polls cancellation all the time. */
export const spin = (milliseconds: number, chunks = 1): KernelCall<string> => ({
  kernel: "test.spin",
  name: "spin",
  params: [milliseconds / chunks, chunks],
  decode: () => "done",
});

/** Takes `count` blocks of scratch memory. */
export const take = (count: number, bytes: number): KernelCall<string> => ({
  kernel: "test.alloc",
  name: "take",
  params: [count, bytes],
  decode: () => "taken",
});

export const sum = (values: ArrayBufferView): KernelCall<number> => ({
  kernel: "test.sum",
  name: "sum",
  inputs: [values],
  decode: ([total]) => new Float64Array(total)[0],
});

export const empty: KernelCall<undefined> = {
  kernel: "empty",
  name: "empty",
  decode: () => undefined,
};

/** Until a thread has taken it. */
export async function untilRunning(task: { readonly state: string }): Promise<void> {
  while (task.state === "submitted" || task.state === "queued") {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
