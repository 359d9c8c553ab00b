import { DomainError, InvalidConfiguration } from "prism-lab";
import { describe, expect, it } from "vitest";
import { fibonacciChain } from "../../../src/pattern/aperiodic/fibonacci.js";
import type { PatternParts } from "../../../src/pattern/pattern-parts.js";

const word = ({ kindOfPoint, kindNames }: PatternParts) =>
  Array.from(kindOfPoint!, (kind) => kindNames![kind]).join("");

describe("fibonacciChain", () => {
  it("substitutes L by LS and S by L", () => {
    const words = ["L", "LS", "LSL", "LSLLS", "LSLLSLSL"];
    words.forEach((expected, generations) => {
      // The last letter is the interval after the word's own end.
      expect(word(fibonacciChain({ generations })).slice(0, -1)).toBe(expected);
    });
    expect(word(fibonacciChain({ generations: 2, mean: 3 }))).toBe("LLLSLLLSLLLSLL");
  });

  it.each([1, 2, 3, 4])("projects what it substitutes, mean %i", (mean) => {
    const substituted = word(fibonacciChain({ generations: mean === 1 ? 18 : 7, mean }));
    const chain = fibonacciChain({ radius: 200, mean });
    // The characteristic word begins one interval to the right of the origin, where n f is whole.
    const origin = chain.positions.findIndex((x, i) => i % 3 === 0 && x === 0) / 3;
    const right = word(chain).slice(origin + 1);
    expect(substituted.startsWith(right)).toBe(true);
  });

  it.each([1, 2, 3])("has S to the right of the origin and L to its left, mean %i", (mean) => {
    // ⌊f⌋ − ⌊0⌋ = 0 and ⌊0⌋ − ⌊−f⌋ = 1, though 0 · f is on the edge of the strip.
    const chain = fibonacciChain({ radius: 20, mean });
    const origin = chain.positions.findIndex((x, i) => i % 3 === 0 && x === 0) / 3;
    expect(word(chain).slice(origin - 1, origin + 1)).toBe("LS");
  });

  it.each([1, 2, 3])("has λ long intervals to a short one, λ times as long, mean %i", (mean) => {
    const lambda = (mean + Math.sqrt(mean * mean + 4)) / 2;
    const chain = fibonacciChain({ radius: 5000, mean, spacing: 1.5, phase: 0.3 });
    const { positions, tiles, facts } = chain;
    let longs = 0;
    tiles!.kind.forEach((kind, t) => {
      const [from, to] = tiles!.vertices.subarray(tiles!.offsets[t], tiles!.offsets[t + 1]);
      const length = positions[3 * to] - positions[3 * from];
      expect(length).toBeCloseTo(tiles!.kindNames[kind] === "L" ? 1.5 * lambda : 1.5, 9);
      if (tiles!.kindNames[kind] === "L") longs++;
    });
    expect(longs / (tiles!.kind.length - longs)).toBeCloseTo(lambda, 1);
    expect(positions.length / 3 / 10_000 / Number(facts!.density)).toBeCloseTo(1, 3);
    expect(facts!.ratio).toBeCloseTo(lambda, 14);
    expect(Math.max(...positions) - Math.min(...positions)).toBeLessThanOrEqual(10_000);
  });

  it("has n + 1 different words of n letters, as every Sturmian word", () => {
    const letters = word(fibonacciChain({ radius: 5000, phase: 0.123 }));
    for (const length of [1, 2, 5, 9]) {
      const found = new Set<string>();
      for (let i = 0; i + length <= letters.length; i++) found.add(letters.slice(i, i + length));
      expect(found.size).toBe(length + 1);
    }
  });

  it("only adds points when the radius grows", () => {
    const small = fibonacciChain({ radius: 30, phase: 0.7 });
    const large = new Set(fibonacciChain({ radius: 3000, phase: 0.7 }).positions);
    expect(small.positions.every((x) => large.has(x))).toBe(true);
  });

  it("refuses what means nothing", () => {
    expect(() => fibonacciChain({})).toThrow(InvalidConfiguration);
    expect(() => fibonacciChain({ radius: 5, generations: 3 })).toThrow(/leave out radius/);
    expect(() => fibonacciChain({ phase: 0.1, generations: 3 })).toThrow(/leave out phase/);
    expect(() => fibonacciChain({ radius: 5, phase: 1 })).toThrow(DomainError);
    expect(() => fibonacciChain({ radius: 5n } as never)).toThrow(DomainError);
    expect(() => fibonacciChain({ radius: 5, mean: 0 })).toThrow(/1 to 20, got 0/);
    expect(() => fibonacciChain({ generations: 60 })).toThrow(/more than the 50000000/);
  });
});
