import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InvalidConfiguration, PluginError } from "../../../src/base/errors.js";
import {
  type LibraryRegistration,
  libraryKernel,
  libraryKernelIndex,
} from "../../../src/runtime/library-kernels.js";
import { registerKernel } from "../../../src/runtime/register-kernel.js";
import { Runtime } from "../../../src/runtime/runtime.js";
import { buildTimeoutMs, openWorkshop } from "../native/plugins.js";

const workshop = openWorkshop();
const symbol = "debye_kernel";
let library: string;
beforeAll(() => {
  library = workshop.buildExample("c");
}, buildTimeoutMs);
afterAll(() => workshop.close());

function errorOf(registration: unknown): unknown {
  try {
    registerKernel(registration as LibraryRegistration);
  } catch (error) {
    return error;
  }
  throw new Error("the registration was accepted");
}

describe("registerKernel", () => {
  it("makes a kernel known by a name of the caller's", () => {
    const kernel = registerKernel({ name: "debye", library, symbol });
    const declaredName = "example.debye";
    const description = "Debye scattering of a finite set of atoms";
    expect(kernel).toEqual({ name: "debye", library, symbol, declaredName, description });
    expect(libraryKernel("debye")).toBe(kernel);
    expect(libraryKernelIndex("debye")).toBeGreaterThan(0);
  });

  it.each(["thread", "process"] as const)("runs it as a task, in a %s", async (isolation) => {
    registerKernel({ name: "debye", library, symbol });
    await using runtime = new Runtime({ threadCount: 2 });
    const call = {
      kernel: "debye",
      name: "debye",
      inputs: [new Float64Array(3), Float64Array.of(3), Float64Array.of(1)],
      decode: ([intensity]: readonly ArrayBuffer[]) => [...new Float64Array(intensity)],
    };
    expect(await runtime.run(call, { isolation })).toEqual([9]);
  });

  it("keeps names apart from those of JavaScript modules", () => {
    registerKernel({ name: "debye", library, symbol });
    expect(() => registerKernel({ name: "debye", module: "node:fs" })).toThrow(/is taken/);
    registerKernel({ name: "of a module", module: "node:fs" });
    expect(() => registerKernel({ name: "of a module", library, symbol })).toThrow(/is taken/);
  });

  it("gives the same kernel for the same registration, also by a relative path", () => {
    const kernel = registerKernel({ name: "debye", library, symbol });
    const path = relative(process.cwd(), library);
    expect(registerKernel({ name: "debye", library: path, symbol })).toBe(kernel);
  });

  it("lets a kernel have several names", () => {
    registerKernel({ name: "debye", library, symbol });
    registerKernel({ name: "another debye", library, symbol });
    expect(libraryKernelIndex("another debye")).toBe(libraryKernelIndex("debye"));
  });

  it("knows nothing of names that were refused or never given", () => {
    errorOf({ name: "failed", library, symbol: "none" });
    expect(libraryKernelIndex("failed")).toBeUndefined();
    expect(libraryKernel("never")).toBeUndefined();
  });

  it("refuses a name that is taken", () => {
    registerKernel({ name: "debye", library, symbol });
    const taken = errorOf({ name: "debye", library: "/other.so", symbol });
    expect(taken).toBeInstanceOf(InvalidConfiguration);
    expect((taken as Error).message).toMatch(/"debye" is taken by debye_kernel of/);
    const builtIn = errorOf({ name: "neighborList", library, symbol });
    expect(builtIn).toBeInstanceOf(InvalidConfiguration);
    expect((builtIn as Error).message).toMatch(/kernel "neighborList" of its own/);
  });

  const wrong: [string, unknown, RegExp][] = [
    ["no options", undefined, /kernel registration must be an object such as \{ name: "debye"/],
    ["no name", { library: "x.so", symbol }, /name must be .*, got undefined/],
    ["an empty name", { name: "", library: "x.so", symbol }, /name must be .*, got ""/],
    ["a number for a path", { name: "k", library: 7, symbol }, /library must be .*, got 7/],
    ["a path with a NUL", { name: "k", library: "a\0b", symbol }, /library must be/],
    ["no symbol", { name: "k", library: "x.so" }, /symbol must be .*, got undefined/],
  ];
  for (const [what, registration, message] of wrong) {
    it(`refuses ${what}`, () => {
      const error = errorOf(registration);
      expect(error).toBeInstanceOf(InvalidConfiguration);
      expect((error as Error).message).toMatch(message);
    });
  }

  it("says what is wrong with a library, in words and in data", () => {
    const missing = join(workshop.folder, "none.so");
    const text = join(workshop.folder, "text.so");
    writeFileSync(text, "no library");
    const errors: [string, string, string, RegExp][] = [
      [missing, symbol, "fileMissing", /^there is no file .*none\.so; build the library first/],
      [
        text,
        symbol,
        "notLoadable",
        /does not load as a shared object: .*; build it for this machine/,
      ],
      [workshop.folder, symbol, "notLoadable", /is a directory/],
      [library, "none", "symbolMissing", /exports no "none": .*expected a prism_kernel/],
    ];
    for (const [path, name, reason, message] of errors) {
      const error = errorOf({ name: "k", library: path, symbol: name }) as PluginError;
      expect(error).toBeInstanceOf(PluginError);
      expect(error.code).toBe("PLUGIN_ERROR");
      expect(error.data).toMatchObject({ library: path, symbol: name, reason });
      expect(error.message).toMatch(message);
    }
  });

  it("gives the versions and the sizes that differ", () => {
    const hostile = join(workshop.folder, "hostile.so");
    const source = "test/unit/native/plugins/hostile.c";
    workshop.zig("cc", "-O2", "-shared", "-fPIC", "-I", "native/include", source, "-o", hostile);
    const version = errorOf({ name: "k", library: hostile, symbol: "wrong_version" });
    expect(version).toMatchObject({ data: { reason: "wrongAbiVersion", found: 77, expected: 1 } });
    expect((version as Error).message).toMatch(/ABI version 77, expected 1; rebuild it/);
    const size = errorOf({ name: "k", library: hostile, symbol: "too_small" });
    expect(size).toMatchObject({ data: { reason: "wrongSize", found: 24, expected: 32 } });
    for (const [declared, reason] of [
      ["no_run", "noRun"],
      ["null_name", "badName"],
      ["built_in_name", "nameTaken"],
    ] as const) {
      const error = errorOf({ name: "k", library: hostile, symbol: declared }) as PluginError;
      expect(error.data.reason).toBe(reason);
      expect("found" in error.data).toBe(false);
    }
  });
});
