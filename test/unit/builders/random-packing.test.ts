import {
  DomainError,
  InvalidConfiguration,
  Lattice,
  type PrismError,
  ResourceExhausted,
  randomPacking,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const silica = {
  composition: { Si: 32, O: 64 },
  density: 2.2,
  minDistances: { "Si-O": 1.5, "O-O": 2.1, "Si-Si": 2.4 },
  seed: 1,
} as const;

describe("randomPacking", () => {
  it("keeps every distance, the density and the composition", async () => {
    const packing = randomPacking(silica);
    expect(packing.cellFormula).toBe("Si32O64");
    expect(packing.density).toBeCloseTo(2.2, 8);
    const { i, j, distance } = await packing.neighborList(2.6, { half: true });
    expect(i.length).toBeGreaterThan(0);
    distance.forEach((d, at) => {
      const oxygens = [i[at], j[at]].filter((site) => packing.numbers[site] === 8).length;
      expect(d).toBeGreaterThanOrEqual([2.4, 1.5, 2.1][oxygens]);
    });
  });

  it("repeats itself for a seed, in any lattice", () => {
    expect(randomPacking(silica).hash).toBe(randomPacking(silica).hash);
    expect(randomPacking({ ...silica, seed: 2 }).hash).not.toBe(randomPacking(silica).hash);
    const lattice = Lattice.fromParameters(12, 13, 14, 70, 80, 100);
    const argon = randomPacking({
      ...{ composition: { Ar: 30 }, lattice, minDistances: 3, seed: 5 },
    });
    expect(argon.lattice.equals(lattice)).toBe(true);
    for (let i = 0; i < 30; i++) {
      for (let j = 0; j < i; j++) expect(argon.distance(i, j)).toBeGreaterThanOrEqual(3);
    }
  });

  it("fails with what it reached where there is no room", () => {
    const crowded = { ...silica, minDistances: 3, maxAttempts: 500 };
    expect(() => randomPacking(crowded)).toThrow(ResourceExhausted);
    try {
      randomPacking(crowded);
    } catch (error) {
      const { placed } = (error as PrismError).data as { placed: number };
      expect(placed).toBeGreaterThan(20);
      expect(placed).toBeLessThan(96);
    }
  });

  it("says what it needs", () => {
    const { density: _, ...open } = silica;
    expect(() => randomPacking(open)).toThrow(/either a density in g\/cm³ or a lattice/);
    expect(() => randomPacking({ ...silica, minDistances: { "Si-O": 1.5 } })).toThrow(/none for/);
    expect(() => randomPacking({ ...silica, minDistances: -1 })).toThrow(DomainError);
    expect(() => randomPacking({ ...silica, composition: { Si: 0.5 } })).toThrow(
      InvalidConfiguration,
    );
    expect(() => randomPacking({ ...silica, minDistances: 30 })).toThrow(/cell repeats after/);
    expect(() => randomPacking({ ...silica, config: { maxNodes: 10 } })).toThrow(ResourceExhausted);
  });
});
