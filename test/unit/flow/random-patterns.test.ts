import fc from "fast-check";
import { applyPattern, Pattern } from "prism-lab";
import { describe, expect, it } from "vitest";
import { contentOf, copper, metals } from "./flow-crystals.js";

const place = fc.double({ min: -9, max: 9, noNaN: true });
const patterns = fc
  .array(fc.tuple(place, place, place), { minLength: 1, maxLength: 6 })
  .map((points) => Pattern.fromPositions(points, { dimension: 3 }));

const changes = fc.record({
  as: fc.constantFrom("sites" as const, "substitution" as const, "vacancies" as const),
  tolerance: fc.double({ min: 0.05, max: 2, noNaN: true }),
  minDistance: fc.double({ min: 0, max: 2.5, noNaN: true }),
  misfits: fc.constantFrom("rollback" as const, "skip" as const),
  outside: fc.constantFrom("wrap" as const, "drop" as const),
  level: fc.constantFrom("none" as const, "positions" as const, "cell" as const),
  stabilityThreshold: fc.constantFrom(0, 0.5, 1),
  maxNodes: fc.constantFrom(32, 34, 1000),
});

describe("applyPattern with any points", () => {
  it("commits what holds all it promises, or gives back the identical crystal", async () => {
    let committed = 0;
    await fc.assert(
      fc.asyncProperty(patterns, changes, async (pattern, change) => {
        const { as, tolerance, minDistance, misfits, outside, level, ...config } = change;
        const crystal = copper.withConfig(config);
        const before = contentOf(crystal);
        const result = await applyPattern(crystal, pattern, {
          ...{ as, tolerance, minDistance, misfits, outside, level },
          ...(as === "vacancies" ? {} : { species: "Au" }),
          potential: metals,
          relax: { maxSteps: 200, fmax: 0.01 },
        });
        expect(contentOf(crystal)).toEqual(before);
        if (!result.committed) {
          expect(result.crystal).toBe(crystal);
          expect(result.reason?.message).not.toBe("");
          expect(result.patterns.size).toBe(0);
          return;
        }
        committed += 1;
        const { siteCount, numbers } = result.crystal;
        const gold = numbers.reduce((count, number) => count + Number(number === 79), 0);
        expect(siteCount).toBeLessThanOrEqual(config.maxNodes);
        expect(siteCount - crystal.siteCount).toBe(as === "sites" ? gold : siteCount - 32);
        if (as === "substitution") expect([siteCount, gold > 0]).toEqual([32, true]);
        if (as === "vacancies") expect([siteCount < 32, gold]).toEqual([true, 0]);
        expect(result.stability!.index).toBeGreaterThanOrEqual(config.stabilityThreshold);
        const { energy } = await metals.evaluate(result.crystal);
        expect(energy).toBeCloseTo(result.after!.energy, 6);
        if (level !== "none") expect(result.after!.fmax).toBeLessThanOrEqual(0.01);
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(committed).toBeGreaterThan(5);
    expect(committed).toBeLessThan(55);
  }, 120_000);
});
