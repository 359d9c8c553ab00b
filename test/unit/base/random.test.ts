import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/base/random.js";

describe("SeededRandom", () => {
  it("repeats itself for a seed, and not for another", () => {
    const numbers = (seed: number) => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    expect(numbers(3)).toEqual(numbers(3));
    expect(numbers(3)).not.toEqual(numbers(4));
  });

  it("is even, and without correlation of neighbours", () => {
    const random = new SeededRandom(1);
    const n = 100_000;
    const values = Array.from({ length: n }, () => random.uniform());
    const bins = new Float64Array(20);
    for (const value of values) bins[Math.floor(20 * value)]++;
    const expected = n / 20;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 19 degrees of freedom: below 43.8 with a probability of 0.999.
    expect(chiSquare).toBeLessThan(43.8);
    const product = values.slice(1).reduce((sum, x, i) => sum + (x - 0.5) * (values[i] - 0.5), 0);
    // σ = 1 / (12 √n), here four of them.
    expect(Math.abs(product / n)).toBeLessThan(4 / (12 * Math.sqrt(n)));
  });

  it("shuffles every order with the same probability", () => {
    const random = new SeededRandom(5);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = random.shuffle([1, 2, 3]).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});
