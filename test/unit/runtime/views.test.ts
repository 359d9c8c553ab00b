import { runInNewContext } from "node:vm";
import { InvalidConfiguration, Runtime, type TaskOptions } from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { isShared } from "../../../src/runtime/views.js";
import { sum } from "./calls.js";

const runtime = new Runtime({ threadCount: 1 });
afterAll(() => runtime.close());

/** Those that copy inputs in JavaScript, and the one that does not. */
const ways: readonly TaskOptions[] = [{}, { memoryLimit: 10_000 }, { retry: { attempts: 2 } }];

describe("inputs", () => {
  it("may be of a class derived from a typed array, whatever its constructor takes", async () => {
    class Zeroed extends Float64Array {
      constructor(length: number) {
        super(length);
        this.fill(0);
      }
    }
    class Sized extends Float64Array {
      constructor(size: { readonly of: { readonly length: number } }) {
        super(size.of.length);
      }
    }
    const derived = [new Zeroed(3), new Sized({ of: { length: 3 } })];
    for (const values of derived) {
      values.set([1, 2, 3]);
      for (const options of ways) expect(await runtime.run(sum(values), options)).toBe(6);
    }
  });

  it("may lie over memory that grows and shrinks, as it is at the call", async () => {
    const buffer = new (ArrayBuffer as unknown as ResizableBuffer)(24, { maxByteLength: 64 });
    const values = new Float64Array(buffer);
    values.set([1, 2, 3]);
    for (const options of ways) expect(await runtime.run(sum(values), options)).toBe(6);
    const last = new Float64Array(buffer, 16, 1);
    buffer.resize(16);
    expect(await runtime.run(sum(values))).toBe(3);
    expect(() => runtime.run(sum(last))).toThrow(InvalidConfiguration);
    expect(() => runtime.run(sum(last))).toThrow(/inputs\[0\].*made smaller/);
  });

  it("are shared when their memory is, also of another realm", () => {
    expect(isShared(new Float64Array(new SharedArrayBuffer(8)))).toBe(true);
    expect(isShared(runInNewContext("new Float64Array(new SharedArrayBuffer(8))"))).toBe(true);
    expect(isShared(runInNewContext("new Float64Array(1)"))).toBe(false);
  });
});

/** Not yet in the library that the tests are compiled with. */
type ResizableBuffer = new (
  length: number,
  options: { readonly maxByteLength: number },
) => ArrayBuffer & { resize(length: number): void };
