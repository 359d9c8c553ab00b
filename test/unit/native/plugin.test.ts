import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LoadedKernel } from "../../../src/runtime/addon.js";
import {
  addon,
  addonPath,
  type CallOptions,
  type CallResult,
  type Control,
  openPool,
  statusOf,
} from "./harness.js";
import { buildTimeoutMs, numbers, openWorkshop } from "./plugins.js";

const workshop = openWorkshop();
const hostile = join(workshop.folder, "hostile.so");
const hostileZig = join(workshop.folder, "hostile-zig.so");
const rawAddonPath = fileURLToPath(new URL("./raw-addon.cjs", import.meta.url));
const include = ["-I", "native/include"];

beforeAll(() => {
  const shared = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"];
  workshop.zig("cc", ...shared, ...include, "test/unit/native/plugins/hostile.c", "-o", hostile);
  const module = ["-O", "ReleaseSafe", "-lc", ...include];
  workshop.zig(
    ...["build-lib", "-dynamic", ...module, "--dep", "prism"],
    ...["-Mroot=test/unit/native/plugins/hostile.zig", ...module],
    ...["-Mprism=native/examples/zig/prism.zig", `-femit-bin=${hostileZig}`],
  );
}, buildTimeoutMs);

const pool = openPool(3);
afterAll(() => {
  pool.close();
  workshop.close();
});

function run(
  library: string,
  symbol: string,
  inputs: readonly ArrayBufferView[] = [],
  params: readonly number[] = [],
  options: CallOptions = {},
): Promise<CallResult> {
  const { kernel } = addon.loadKernel(library, symbol);
  return pool.call(kernel, inputs, params, options);
}

function refusal(library: string, symbol: string): Record<string, unknown> {
  try {
    addon.loadKernel(library, symbol);
  } catch (error) {
    const { code, found, expected, message } = error as Error & Record<string, unknown>;
    return { code, found, expected, message };
  }
  throw new Error(`${symbol} of ${library} was loaded`);
}

async function expectPoolWhole(): Promise<void> {
  const values = new Float64Array(100_000).fill(0.5);
  for (let round = 0; round < 5; round++) {
    expect(numbers(await pool.call("test.sum", [values]))[0]).toBe(50_000);
  }
  expect(addon.poolStats(pool.poolId).queued).toEqual([0, 0, 0, 0]);
}

const isMapped = (library: string): boolean =>
  readFileSync("/proc/self/maps", "utf8").includes(library);

describe("loading", () => {
  it("tells what the library declares, and gives a kernel one id for good", () => {
    const first = addon.loadKernel(hostile, "newer");
    const { name, description } = first;
    expect([name, description]).toEqual(["h.newer", "From the future"]);
    expect(first.kernel).toBeGreaterThanOrEqual(addon.kernels.length);
    expect(addon.loadKernel(hostile, "newer")).toEqual(first);
    expect(addon.loadKernel(hostile, "nested").kernel).not.toBe(first.kernel);
    expect(addon.loadKernel(hostile, "nested").description).toBe("");
  });

  it("runs a declaration that is larger than the one it knows", async () => {
    expect(statusOf(await run(hostile, "newer"))).toBe("ok");
  });

  it("refuses declarations that it cannot use", () => {
    expect(refusal(hostile, "wrong_version")).toMatchObject({
      ...{ code: "wrongAbiVersion", found: 77, expected: 1 },
    });
    expect(refusal(hostile, "plain_function")).toMatchObject({ code: "wrongAbiVersion" });
    expect(refusal(hostile, "too_small")).toMatchObject({
      ...{ code: "wrongSize", found: 24, expected: 32 },
    });
    expect(refusal(hostile, "no_run")).toMatchObject({ code: "noRun", message: "h.norun" });
    expect(refusal(hostile, "null_name")).toMatchObject({ code: "badName" });
    expect(refusal(hostile, "empty_name")).toMatchObject({ code: "badName" });
    expect(refusal(hostile, "long_name")).toMatchObject({ code: "badName" });
  });

  it("refuses a name that a kernel has, built in or registered", () => {
    expect(refusal(hostile, "built_in_name")).toMatchObject({
      ...{ code: "nameTaken", message: "powderLines" },
    });
    addon.loadKernel(hostile, "newer");
    expect(refusal(hostile, "twin")).toMatchObject({ code: "nameTaken", message: "h.newer" });
  });

  it("tells a missing file from one that is no library", () => {
    const text = join(workshop.folder, "text.so");
    const empty = join(workshop.folder, "empty.so");
    writeFileSync(text, "This is not a shared object, however long one reads it.\n".repeat(100));
    writeFileSync(empty, "");
    expect(refusal(join(workshop.folder, "none.so"), "k")).toMatchObject({ code: "fileMissing" });
    expect(refusal(join(text, "below"), "k")).toMatchObject({ code: "fileMissing" });
    for (const library of [text, empty, process.execPath]) {
      const { code, message } = refusal(library, "k");
      expect(code).toBe("notLoadable");
      expect(message).toContain(library);
    }
    expect(refusal(workshop.folder, "k")).toMatchObject({
      ...{ code: "notLoadable", message: "is a directory" },
    });
    expect(refusal("relative.so", "k")).toMatchObject({ code: "notLoadable" });
  });

  it("says which symbol of another library is missing, before a task needs it", () => {
    const library = join(workshop.folder, "unresolved.so");
    const source = "test/unit/native/plugins/unresolved.c";
    const flags = ["-O2", "-shared", "-fPIC", "-Wl,-z,lazy"];
    workshop.zig("cc", ...flags, ...include, source, "-o", library);
    const { code, message } = refusal(library, "unresolved");
    expect(code).toBe("notLoadable");
    expect(message).toMatch(/from_nowhere/);
  });

  it.skipIf(process.platform === "win32")("does not wait for a pipe", () => {
    const pipe = join(workshop.folder, "pipe.so");
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    const script = `
      const addon = require(${JSON.stringify(addonPath)});
      try { addon.loadKernel(${JSON.stringify(pipe)}, "k") } catch (error) {
        process.stdout.write(error.code + ": " + error.message);
      }`;
    const options = { encoding: "utf8", timeout: 20_000 } as const;
    const answer = execFileSync(process.execPath, ["-e", script], options);
    expect(answer).toBe("notLoadable: is not a regular file");
  });

  it("says which symbol is missing", () => {
    const { code, message } = refusal(hostile, "no_such_kernel");
    expect(code).toBe("symbolMissing");
    expect(message).toContain("no_such_kernel");
  });

  it("refuses arguments that are no text with a TypeError", () => {
    const load = addon.loadKernel as (...values: unknown[]) => LoadedKernel;
    for (const wrong of [[], [hostile], [1, 2], ["", "k"], [hostile, ""], [`${hostile}\0`, "k"]]) {
      expect(() => load(...wrong)).toThrow(TypeError);
    }
  });

  it("refuses an id that nothing is registered under", async () => {
    expect(() => pool.call(10_000)).toThrow(/refused with 3/);
  });

  it.runIf(existsSync("/proc/self/maps"))("keeps only libraries that it uses", () => {
    const copy = join(workshop.folder, "copy.so");
    copyFileSync(hostile, copy);
    for (const symbol of ["wrong_version", "too_small", "no_run", "none", "built_in_name"]) {
      refusal(copy, symbol);
      expect(isMapped(copy)).toBe(false);
    }
    addon.loadKernel(hostile, "newer");
    expect(isMapped(hostile)).toBe(true);
  });
});

describe("what a kernel sees", () => {
  it("gets inputs with their elements and counts, params, and aligned memory", async () => {
    const inputs = [
      Float64Array.of(1.5, -2, Number.NaN),
      Int32Array.of(7, 8),
      Uint8Array.of(1, 2, 3, 4, 5),
      new Float32Array(3),
    ];
    const result = await run(hostile, "describes", inputs, [0.5, Number.NaN, -1]);
    expect(numbers(result, 1)).toEqual(Float64Array.of(0.5, Number.NaN, -1));
    expect(numbers(result, 2)).toEqual(inputs[0]);
    expect([...new Int32Array(result.outputs[0]!)]).toEqual([1, 3, 2, 2, 0, 5, 0, 12]);
    expect([...new Int32Array(result.outputs[3]!)]).toEqual([0, 1, 1]);
  });

  it("gets bytes as they are", async () => {
    const result = await run(hostile, "describes", [Uint8Array.of(9, 8, 7)]);
    expect([...new Uint8Array(result.outputs[2]!)]).toEqual([9, 8, 7]);
  });

  it("may nest loops", async () => {
    for (let round = 0; round < 20; round++) {
      const result = await run(hostile, "nested");
      const cells = new Int32Array(result.outputs[0]!);
      expect(cells).toEqual(Int32Array.from({ length: 1500 }, (_, index) => index % 50));
    }
  });

  it("may mend what failed", async () => {
    const mended = await run(hostile, "mends");
    expect([statusOf(mended), mended.message]).toEqual(["ok", ""]);
    const modest = await run(hostile, "modest", [], [], { memoryLimit: 1_000_000 });
    expect(statusOf(modest)).toBe("ok");
  });
});

describe("a kernel that fails", () => {
  const ends: [string, string, string | RegExp][] = [
    ["fails", "invalidInput", "expected a cell of positive volume, got −1 Å³"],
    ["fails_long", "invalidInput", "x".repeat(256)],
    ["fails_in_chunk", "invalidInput", "row 70 is not finite"],
    ["refuses_silently", "invalidInput", "h.silent refused its input without a message"],
    ["unknown_status", "panicked", "h.unknown returned the unknown status 42"],
    ["unknown_status_in_chunk", "panicked", "h.chunkunknown returned the unknown status 43"],
    ["panics", "panicked", "the metric tensor is not positive"],
    ["panics_in_chunk", "panicked", "the metric tensor is not positive"],
    ["no_body", "panicked", "h.nobody calls for_each without a body"],
    ["many_outputs", "panicked", "h.outputs takes more outputs than there can be"],
    ["output_in_chunk", "panicked", /^h\.chunkoutput takes an output in a chunk/],
    ["odd_output", "panicked", /unknown element type/],
    ["overflowing", "outOfMemory", ""],
  ];
  for (const [symbol, status, message] of ends) {
    it(`ends its task alone: ${symbol}`, async () => {
      for (let round = 0; round < 20; round++) {
        const result = await run(hostile, symbol);
        expect(statusOf(result)).toBe(status);
        if (typeof message === "string") expect(result.message).toBe(message);
        else expect(result.message).toMatch(message);
        expect(result.outputs).toEqual([]);
      }
      await expectPoolWhole();
    });
  }

  it("ends its task alone when Zig finds the bug", async () => {
    const values = Float64Array.of(1, 2, 3);
    const inside = await run(hostileZig, "out_of_bounds", [values], [2]);
    expect(numbers(inside)[0]).toBe(3);
    const beyond = await run(hostileZig, "out_of_bounds", [values], [9]);
    expect(statusOf(beyond)).toBe("panicked");
    expect(beyond.message).toBe("index out of bounds: index 9, len 3");
    const chunk = await run(hostileZig, "out_of_bounds_in_chunk", [new Float64Array(500)]);
    expect(statusOf(chunk)).toBe("panicked");
    expect(chunk.message).toBe("index out of bounds: index 500, len 500");
    const overflow = await run(hostileZig, "overflow", [], [1]);
    expect([statusOf(overflow), overflow.message]).toEqual(["panicked", "integer overflow"]);
    await expectPoolWhole();
  });

  it("is stopped at its memory limit, with the peak", async () => {
    const result = await run(hostile, "hungry", [], [], { memoryLimit: 10_000_000 });
    expect(statusOf(result)).toBe("quotaExceeded");
    expect(result.peakBytes).toBe(10_000_000);
    await expectPoolWhole();
  });

  for (const symbol of ["endless", "endless_chunks"]) {
    it(`is stopped by a cancel and by a timeout: ${symbol}`, async () => {
      const control: Control = {};
      const task = run(hostile, symbol, [], [], { control });
      while (addon.poolStats(pool.poolId).busy === 0) await new Promise(setImmediate);
      control.cancel?.();
      expect(statusOf(await task)).toBe("cancelled");
      expect(statusOf(await run(hostile, symbol, [], [], { timeoutMs: 20 }))).toBe("timedOut");
      await expectPoolWhole();
    });
  }
});

describe("worker threads", () => {
  it("that register the same kernels at the same time share them", async () => {
    const symbols = ["fails", "panics", "nested", "describes", "endless", "hungry"];
    const body = `
      const { parentPort, workerData } = require("node:worker_threads");
      const raw = require(${JSON.stringify(rawAddonPath)});
      const addon = raw.load(${JSON.stringify(addonPath)});
      const callOn = raw.callerOf(addon);
      parentPort.once("message", async () => {
        const { library, symbols } = workerData;
        const ids = symbols.map((symbol) => addon.loadKernel(library, symbol).kernel);
        const { poolId } = addon.openPool(2, 0, 2 ** 40);
        const result = await callOn(poolId, ids[2]);
        parentPort.postMessage({ ids, bytes: result.outputs[0].byteLength });
      });
      parentPort.postMessage("ready");`;
    // Not loaded here before, so that the workers race for the first registration.
    const library = join(workshop.folder, "raced.so");
    const shared = ["-std=c11", "-O2", "-shared", "-fPIC", '-DPREFIX="raced."'];
    workshop.zig("cc", ...shared, ...include, "test/unit/native/plugins/hostile.c", "-o", library);
    const workers = [0, 1].map(
      () => new Worker(body, { eval: true, workerData: { library, symbols } }),
    );
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const answers = workers.map((worker) => once(worker, "message"));
    const exits = workers.map((worker) => once(worker, "exit"));
    for (const worker of workers) worker.postMessage("go");
    const [first, second] = (await Promise.all(answers)).map(([answer]) => answer);
    expect(second).toEqual(first);
    expect(first.bytes).toBe(4 * 1500);
    await Promise.all(exits);
    expect(symbols.map((symbol) => addon.loadKernel(library, symbol).kernel)).toEqual(first.ids);
    expect(new Set(first.ids).size).toBe(symbols.length);
  });
});
