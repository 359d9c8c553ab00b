import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addon,
  type CallOptions,
  type CallResult,
  type Control,
  openPool,
  seededRandom,
  statusOf,
} from "./harness.js";
import { buildTimeoutMs, numbers, openWorkshop } from "./plugins.js";

const workshop = openWorkshop();
let debyeLibrary: string;
let voigtLibrary: string;

beforeAll(() => {
  debyeLibrary = workshop.buildExample("c");
  voigtLibrary = workshop.buildExample("zig");
}, buildTimeoutMs);

const pool = openPool(3);
afterAll(() => {
  pool.close();
  workshop.close();
});

function run(
  library: string,
  symbol: string,
  inputs: readonly ArrayBufferView[],
  params: readonly number[] = [],
  options: CallOptions = {},
): Promise<CallResult> {
  const { kernel } = addon.loadKernel(library, symbol);
  return pool.call(kernel, inputs, params, options);
}

describe("the header", () => {
  for (const [language, standard] of [
    ["c", "c99"],
    ["c++", "c++98"],
    ["c++", "c++17"],
  ]) {
    it(`is clean ${standard}`, () => {
      const file = join(workshop.folder, `include.${language === "c" ? "c" : "cc"}`);
      writeFileSync(file, '#include "prism_kernel.h"\n');
      const strict = ["-pedantic", "-Wall", "-Wextra", "-Werror", "-c"];
      workshop.zig(
        "cc",
        `-std=${standard}`,
        ...strict,
        "-I",
        "native/include",
        file,
        "-o",
        `${file}.o`,
      );
    });
  }
});

describe("the example in C", () => {
  const random = seededRandom(1);
  const count = 150;
  const positions = Float64Array.from({ length: 3 * count }, () => 20 * random());
  const weights = Float64Array.from({ length: count }, () => 1 + 10 * random());
  const q = Float64Array.from({ length: 37 }, (_, k) => 0.25 * k);

  it("agrees with the double sum", async () => {
    const found = numbers(await run(debyeLibrary, "debye_kernel", [positions, weights, q]));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    expect(found.length).toBe(q.length);
    for (const [k, wanted] of debyeSum(positions, weights, q).entries()) {
      expect(Math.abs(found[k]! - wanted)).toBeLessThan(1e-13 * total ** 2);
    }
  });

  it("gives 2 w² (1 + sin(qr)/(qr)) for two equal atoms", async () => {
    const pair = [
      Float64Array.of(0, 0, 0, 0, 1.5, 2),
      Float64Array.of(3, 3),
      Float64Array.of(0, 2),
    ];
    const found = numbers(await run(debyeLibrary, "debye_kernel", pair));
    expect(found[0]).toBeCloseTo(36, 12);
    expect(found[1]).toBeCloseTo(18 * (1 + Math.sin(5) / 5), 12);
  });

  it("gives the same bits on any number of threads", async () => {
    const { kernel } = addon.loadKernel(debyeLibrary, "debye_kernel");
    const results: Float64Array[] = [];
    for (const threadCount of [1, 2, 5]) {
      const own = openPool(threadCount);
      results.push(numbers(await own.call(kernel, [positions, weights, q])));
      own.close();
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it("counts its chunks for the progress", async () => {
    const control: Control = {};
    await run(debyeLibrary, "debye_kernel", [positions, weights, q], [], { control });
    expect(control.progress?.()).toEqual([10, 10]);
  });

  it("says what is wrong with its input", async () => {
    const wrong: [ArrayBufferView[], RegExp][] = [
      [[positions, weights], /expected positions, weights and q/],
      [[positions, weights, Int32Array.of(1)], /every input must be a Float64Array/],
      [[positions.subarray(3), weights, q], /3 numbers for each weight/],
    ];
    for (const [inputs, message] of wrong) {
      const result = await run(debyeLibrary, "debye_kernel", inputs);
      expect(statusOf(result)).toBe("invalidInput");
      expect(result.message).toMatch(message);
    }
  });

  it("takes nothing for nothing", async () => {
    const none = new Float64Array(0);
    expect(numbers(await run(debyeLibrary, "debye_kernel", [none, none, q]))).toEqual(
      new Float64Array(q.length),
    );
    expect(
      numbers(await run(debyeLibrary, "debye_kernel", [positions, weights, none])).length,
    ).toBe(0);
  });

  it("stops in the middle of a long sum, and at its memory limit", async () => {
    const sites = 20_000;
    const many = [new Float64Array(3 * sites), new Float64Array(sites), new Float64Array(2000)];
    const result = await run(debyeLibrary, "debye_kernel", many, [], { timeoutMs: 30 });
    expect(statusOf(result)).toBe("timedOut");
    expect(result.queuedMs + result.runMs).toBeLessThan(3000);
    const limited = await run(debyeLibrary, "debye_kernel", many, [], { memoryLimit: 1_000_000 });
    expect(statusOf(limited)).toBe("quotaExceeded");
  });
});

describe("the example in Zig", () => {
  const positions = Float64Array.of(21.3, 26.7, 36.5);
  const intensities = Float64Array.of(22, 100, 7);
  const grid = Float64Array.from({ length: 1000 }, (_, k) => 20 + 0.02 * k);
  const lines = [positions, intensities, grid];

  it("agrees with the sum of profiles", async () => {
    const shapes: [number, number][] = [
      [0.1, 0.5],
      [0.3, 0],
      [0.05, 1],
    ];
    for (const params of shapes) {
      const found = numbers(await run(voigtLibrary, "pseudo_voigt_kernel", lines, params));
      const wanted = grid.map((x) =>
        positions.reduce(
          (sum, position, k) => sum + intensities[k]! * pseudoVoigt(x - position, ...params),
          0,
        ),
      );
      for (const [k, value] of wanted.entries()) expect(found[k]).toBeCloseTo(value, 10);
    }
  });

  it("has half of its height at half of its width", async () => {
    const line = [Float64Array.of(5), Float64Array.of(1), Float64Array.of(4.75, 5, 5.25)];
    for (const eta of [0, 0.3, 1]) {
      const [left, top, right] = numbers(
        await run(voigtLibrary, "pseudo_voigt_kernel", line, [0.5, eta]),
      );
      expect(left! / top!).toBeCloseTo(0.5, 12);
      expect(right).toBe(left);
    }
  });

  it("says what is wrong with its input", async () => {
    const wrong: [ArrayBufferView[], number[], RegExp][] = [
      [lines, [0.1], /expected the width and eta/],
      [lines, [0, 0.5], /width must be greater than 0/],
      [lines, [Number.NaN, 0.5], /width must be greater than 0/],
      [lines, [0.1, 1.5], /eta must lie in/],
      [[positions], [0.1, 0.5], /input intensities must hold f64 numbers/],
      [[positions, grid, grid], [0.1, 0.5], /one intensity a position/],
    ];
    for (const [inputs, params, message] of wrong) {
      const result = await run(voigtLibrary, "pseudo_voigt_kernel", inputs, params);
      expect(statusOf(result)).toBe("invalidInput");
      expect(result.message).toMatch(message);
    }
  });
});

function debyeSum(positions: Float64Array, weights: Float64Array, q: Float64Array): Float64Array {
  return q.map((value) => {
    let sum = 0;
    for (const [i, left] of weights.entries()) {
      for (const [j, right] of weights.entries()) {
        const phase =
          value *
          Math.hypot(
            positions[3 * i]! - positions[3 * j]!,
            positions[3 * i + 1]! - positions[3 * j + 1]!,
            positions[3 * i + 2]! - positions[3 * j + 2]!,
          );
        sum += left * right * (phase === 0 ? 1 : Math.sin(phase) / phase);
      }
    }
    return sum;
  });
}

function pseudoVoigt(distance: number, width: number, eta: number): number {
  const gamma = width / 2;
  const sigma = width / Math.sqrt(8 * Math.LN2);
  const lorentz = gamma / (Math.PI * (distance ** 2 + gamma ** 2));
  const gauss = Math.exp(-((distance / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
  return eta * lorentz + (1 - eta) * gauss;
}
