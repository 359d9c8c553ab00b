import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hermitianEigen } from "../../../src/phonons/hermitian-eigen.js";

interface Reference {
  readonly n: number;
  readonly seed?: number;
  readonly matrix?: number[];
  readonly values: number[];
  readonly vectors: Record<string, number[]>;
}

const file = new URL("eigen.json", import.meta.url);
const references = JSON.parse(readFileSync(file, "utf8")) as Record<string, Reference>;

/** The lower triangle counts, so the upper one may be anything. */
function randomMatrix(n: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: 2 * n * n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

describe.each(Object.entries(references))("%s", (_, { n, seed, matrix, values, vectors }) => {
  const given = matrix === undefined ? randomMatrix(n, seed ?? 0) : Float64Array.from(matrix);
  const largest = Math.max(...values.map(Math.abs));

  it.each([true, false])("eigenvalues agree with numpy, with vectors: %s", async (wanted) => {
    const found = await hermitianEigen(given, n, { vectors: wanted });
    values.forEach((value, k) => {
      expect(Math.abs(found.values[k] - value)).toBeLessThan(1e-14 * largest);
    });
  });

  it("eigenvectors agree with numpy, up to a phase", async () => {
    const found = await hermitianEigen(given, n, { vectors: true });
    for (const [k, expected] of Object.entries(vectors)) {
      const own = found.vectors?.subarray(2 * n * Number(k)) ?? [];
      let [re, im] = [0, 0];
      for (let i = 0; i < 2 * n; i += 2) {
        re += expected[i] * own[i] + expected[i + 1] * own[i + 1];
        im += expected[i] * own[i + 1] - expected[i + 1] * own[i];
      }
      for (let i = 0; i < 2 * n; i += 2) {
        const [a, b] = [expected[i], expected[i + 1]];
        expect(Math.abs(own[i] - (a * re - b * im))).toBeLessThan(1e-12);
        expect(Math.abs(own[i + 1] - (a * im + b * re))).toBeLessThan(1e-12);
      }
    }
  });
});
