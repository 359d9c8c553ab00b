import { type ModuleCall, type ModuleFunction, Runtime, registerKernel } from "prism-lab";
import { expect, it } from "vitest";

const module = new URL("../../../native/examples/javascript/histogram.mjs", import.meta.url);

const { histogram } = (await import(module.href)) as { histogram: ModuleFunction };

it("the example of a kernel in JavaScript counts distances, on a thread and in a process", async () => {
  registerKernel({ name: "histogram", module, export: "histogram" });
  await using runtime = new Runtime({ threadCount: 1 });
  const call = {
    kernel: "histogram",
    inputs: [Float64Array.of(0, 0, 0, 1.1, 0, 0, 0, 2.5, 0)],
    params: [5, 10],
    decode: ([counts]: readonly ArrayBuffer[]) => [...new Float64Array(counts)],
  };
  // 1.1, 2.5 and the hypotenuse, 2.73.
  const expected = [0, 0, 1, 0, 0, 2, 0, 0, 0, 0];
  const fractions: number[] = [];
  const onProgress = ({ fraction }: { fraction: number }) => fractions.push(fraction);
  expect(await runtime.run(call, { onProgress })).toEqual(expected);
  expect(fractions.at(-1)).toBe(1);
  expect(await runtime.run(call, { isolation: "process" })).toEqual(expected);
  const stopped = { ...call, isCancelled: () => true, progress: () => {} };
  expect(histogram(stopped as unknown as ModuleCall)).toEqual([]);
});
