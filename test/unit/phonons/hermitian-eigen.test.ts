import { Runtime } from "prism-lab";
import { describe, expect, it } from "vitest";
import {
  DomainError,
  InvalidConfiguration,
  QuotaExceeded,
  ShapeError,
  TaskCancelled,
} from "../../../src/base/errors.js";
import { hermitianEigen } from "../../../src/phonons/hermitian-eigen.js";

/** `count` Hermitian matrices from a fixed seed. */
function matricesOf(count: number, n: number): Float64Array {
  let state = n;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const out = new Float64Array(2 * count * n * n);
  for (let each = 0; each < count; each++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const [re, im] = [next(), i === j ? 0 : next()];
        out.set([re, im], 2 * ((each * n + i) * n + j));
        out.set([re, -im], 2 * ((each * n + j) * n + i));
      }
    }
  }
  return out;
}

/** To the last bit. */
function isSame(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const [left, right] = [a, b].map((each) =>
    Buffer.from(each.buffer, each.byteOffset, each.byteLength),
  );
  return left.equals(right);
}

describe("hermitianEigen", () => {
  it("diagonalises Pauli's matrix: -1 and 1, (1, i)/√2 and (1, -i)/√2 up to the phase", async () => {
    const pauliY = Float64Array.of(0, 0, 0, -1, 0, 1, 0, 0);
    const { values, vectors } = await hermitianEigen(pauliY, 2, { vectors: true });
    const half = Math.SQRT1_2;
    expect([...values]).toEqual([expect.closeTo(-1, 14), expect.closeTo(1, 14)]);
    const expected = [half, 0, 0, -half, half, 0, 0, half];
    expect([...(vectors ?? [])]).toEqual(expected.map((value) => expect.closeTo(value, 14)));
  });

  it("gives values alone unless asked for vectors, and nothing for no matrices", async () => {
    const { values, vectors } = await hermitianEigen(Float64Array.of(3, 0, -2, 0), 1);
    expect([...values]).toEqual([3, -2]);
    expect(vectors).toBeUndefined();
    const none = await hermitianEigen(new Float64Array(0), 7, { vectors: true });
    expect([none.values.length, none.vectors?.length]).toEqual([0, 0]);
  });

  it("finds A v = λ v for each row v, ascending", async () => {
    const n = 70;
    const matrix = matricesOf(1, n);
    const { values, vectors = new Float64Array() } = await hermitianEigen(matrix, n, {
      vectors: true,
    });
    for (let k = 0; k < n; k++) {
      if (k > 0) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]);
      for (let i = 0; i < n; i++) {
        let re = -values[k] * vectors[2 * (k * n + i)];
        let im = -values[k] * vectors[2 * (k * n + i) + 1];
        for (let j = 0; j < n; j++) {
          const [a, b] = matrix.subarray(2 * (i * n + j));
          const [c, d] = vectors.subarray(2 * (k * n + j));
          re += a * c - b * d;
          im += a * d + b * c;
        }
        expect(Math.hypot(re, im)).toBeLessThan(1e-13);
      }
    }
  });

  it.each([3, 20, 90])("gives the same bits for any number of threads, n = %i", async (n) => {
    const matrices = matricesOf(12, n);
    const results = [];
    for (const threadCount of [1, 2, 8]) {
      const runtime = new Runtime({ threadCount });
      results.push(await hermitianEigen(matrices, n, { vectors: true, runtime }));
      runtime.close();
    }
    const [first] = results;
    for (const { values, vectors } of results) {
      expect(isSame(values, first.values) && isSame(vectors, first.vectors)).toBe(true);
    }
    const size = 2 * n * n;
    const last = await hermitianEigen(matrices.slice(11 * size), n, { vectors: true });
    expect(isSame(last.values, first.values.subarray(11 * n))).toBe(true);
    expect(isSame(last.vectors, first.vectors?.subarray(11 * size))).toBe(true);
  });

  it("stops inside one large matrix", async () => {
    const n = 1200; // a second of work
    const matrix = new Float64Array(2 * n * n).map((_, i) => Math.sin(i * i));
    const task = hermitianEigen(matrix, n, { vectors: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const start = performance.now();
    task.cancel();
    await expect(task).rejects.toThrow(TaskCancelled);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it("reads the lower triangle alone", async () => {
    const n = 9;
    const matrix = matricesOf(1, n);
    const expected = await hermitianEigen(matrix, n, { vectors: true });
    for (let i = 0; i < n; i++) {
      matrix[2 * (i * n + i) + 1] = 5;
      for (let j = i + 1; j < n; j++) matrix[2 * (i * n + j)] = Number.NaN;
    }
    expect(await hermitianEigen(matrix, n, { vectors: true })).toEqual(expected);
  });

  it("names the first matrix that has no finite answer", async () => {
    const matrices = matricesOf(6, 5);
    matrices[2 * (4 * 25)] = Number.NaN;
    matrices[2 * (3 * 25 + 5)] = Number.POSITIVE_INFINITY;
    const task = hermitianEigen(matrices, 5);
    await expect(task).rejects.toThrow(DomainError);
    await expect(task).rejects.toThrow(/matrix 3 .* got inf/);
    matrices.fill(1e305);
    await expect(hermitianEigen(matrices, 5)).rejects.toThrow(/matrix 0 .* got 1e305/);
  });

  it("refuses what are no matrices of order n", () => {
    expect(() => hermitianEigen(new Float64Array(9), 2)).toThrow(ShapeError);
    expect(() => hermitianEigen([1, 0] as never, 1)).toThrow(ShapeError);
    for (const n of [0, 1.5, -1, Number.NaN, 1e9, "2" as never]) {
      expect(() => hermitianEigen(new Float64Array(8), n)).toThrow(DomainError);
    }
    const vectors = "yes" as never;
    expect(() => hermitianEigen(new Float64Array(8), 2, { vectors })).toThrow(InvalidConfiguration);
  });

  it("says what memory it lacks", async () => {
    const task = hermitianEigen(matricesOf(1, 100), 100, { vectors: true, memoryLimit: 400_000 });
    await expect(task).rejects.toThrow(QuotaExceeded);
  });
});
