import { DomainError, InvalidConfiguration } from "prism-lab";
import { describe, expect, it } from "vitest";
import { checkedRuntimeOptions } from "../../../src/runtime/runtime-options.js";

/** What `checkedRuntimeOptions` throws, whatever the static type of its argument. */
function refusalOf(options: unknown): DomainError | InvalidConfiguration {
  try {
    checkedRuntimeOptions(options as object);
  } catch (error) {
    return error as DomainError;
  }
  throw new Error("the options were accepted");
}

describe("checkedRuntimeOptions", () => {
  it("returns what was given", () => {
    const options = {
      threadCount: 1024,
      stackSize: 65536,
      useHardwareThreads: false,
      memoryLimit: Number.MAX_SAFE_INTEGER,
    };
    expect(checkedRuntimeOptions(options)).toEqual(options);
    expect(checkedRuntimeOptions({ threadCount: 1, stackSize: 2 ** 31, memoryLimit: 1 })).toEqual({
      threadCount: 1,
      stackSize: 2 ** 31,
      memoryLimit: 1,
    });
  });

  it("leaves out what is undefined or not there", () => {
    expect(checkedRuntimeOptions()).toStrictEqual({});
    expect(checkedRuntimeOptions({})).toStrictEqual({});
    const partly = { threadCount: undefined, useHardwareThreads: true } as object;
    expect(checkedRuntimeOptions(partly)).toStrictEqual({ useHardwareThreads: true });
  });

  it("rounds a memory limit down to bytes", () => {
    expect(checkedRuntimeOptions({ memoryLimit: 1e6 + 0.5 })).toEqual({ memoryLimit: 1e6 });
  });

  it("takes fields from a prototype too", () => {
    expect(checkedRuntimeOptions(Object.create({ threadCount: 4 }))).toEqual({ threadCount: 4 });
  });

  it.each([
    [{ threadCount: 0 }, "threadCount must be a whole number from 1 to 1024, got 0"],
    [{ threadCount: -1 }, "threadCount must be a whole number from 1 to 1024, got -1"],
    [{ threadCount: 1.5 }, "threadCount must be a whole number from 1 to 1024, got 1.5"],
    [{ threadCount: 1e9 }, "threadCount must be a whole number from 1 to 1024, got 1000000000"],
    [{ threadCount: 1025 }, "threadCount must be a whole number from 1 to 1024, got 1025"],
    [{ threadCount: Number.NaN }, "threadCount must be a whole number from 1 to 1024, got NaN"],
    [
      { threadCount: Number.POSITIVE_INFINITY },
      "threadCount must be a whole number from 1 to 1024, got Infinity",
    ],
    [
      { stackSize: 65535 },
      "stackSize must be a whole number of bytes from 65536 to 2147483648, got 65535",
    ],
    [
      { stackSize: 2 ** 31 + 1 },
      "stackSize must be a whole number of bytes from 65536 to 2147483648, got 2147483649",
    ],
    [
      { stackSize: 1e6 + 0.5 },
      "stackSize must be a whole number of bytes from 65536 to 2147483648, got 1000000.5",
    ],
    [{ memoryLimit: 0 }, "memoryLimit must be a number of bytes from 1 to 9007199254740991, got 0"],
    [
      { memoryLimit: -5 },
      "memoryLimit must be a number of bytes from 1 to 9007199254740991, got -5",
    ],
    [
      { memoryLimit: Number.NaN },
      "memoryLimit must be a number of bytes from 1 to 9007199254740991, got NaN",
    ],
    [
      { memoryLimit: 2 ** 53 },
      "memoryLimit must be a number of bytes from 1 to 9007199254740991, got 9007199254740992",
    ],
  ])("refuses the number in %o", (options, message) => {
    const error = refusalOf(options);
    expect(error).toBeInstanceOf(DomainError);
    expect(error.message).toBe(message);
    const [[name, value]] = Object.entries(options);
    expect(error.data).toEqual({ name, value });
  });

  it.each([
    [{ threadCount: "4" }, 'threadCount must be a whole number from 1 to 1024, got "4"'],
    [{ threadCount: null }, "threadCount must be a whole number from 1 to 1024, got null"],
    [{ threadCount: 4n }, "threadCount must be a whole number from 1 to 1024, got 4n"],
    [{ useHardwareThreads: 1 }, "useHardwareThreads must be true or false, got 1"],
    [{ useHardwareThreads: "no" }, 'useHardwareThreads must be true or false, got "no"'],
    [null, "runtime options must be an object such as { threadCount: 4 }, got null"],
    [4, "runtime options must be an object such as { threadCount: 4 }, got 4"],
    [[], "runtime options must be an object such as { threadCount: 4 }, got []"],
  ])("refuses the type of %o", (options, message) => {
    const error = refusalOf(options);
    expect(error).toBeInstanceOf(InvalidConfiguration);
    expect(error.message).toBe(message);
  });

  it.each([
    ["thredCount", "did you mean threadCount?"],
    ["threadcount", "did you mean threadCount?"],
    ["threads", "did you mean threadCount?"],
    ["stack", "did you mean stackSize?"],
    ["memory", "did you mean memoryLimit?"],
    ["useHardwareThread", "did you mean useHardwareThreads?"],
    ["colour", "the fields are threadCount, stackSize, useHardwareThreads, memoryLimit"],
    ["", "the fields are threadCount, stackSize, useHardwareThreads, memoryLimit"],
    ["x".repeat(100_000), "the fields are threadCount, stackSize, useHardwareThreads, memoryLimit"],
  ])("refuses the unknown field %.20s", (field, remedy) => {
    const error = refusalOf({ threadCount: 4, [field]: 4 });
    expect(error).toBeInstanceOf(InvalidConfiguration);
    expect(error.message).toMatch(/^runtime options have no field ".{0,60}; /);
    expect(error.message.endsWith(`; ${remedy}`)).toBe(true);
  });
});
