import {
  type Crystal,
  DomainError,
  densePacking,
  InvalidConfiguration,
  Lattice,
  type PrismError,
  ResourceExhausted,
  Runtime,
  randomPacking,
  TaskCancelled,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";

const runtimes = [1, 3].map((threadCount) => new Runtime({ threadCount }));
afterAll(() => {
  for (const runtime of runtimes) runtime.close();
});

/** Spheres of the diameter 2 Å that fill a share of a cube. */
function spheres(count: number, fraction: number) {
  const edge = Math.cbrt((count * (Math.PI / 6) * 8) / fraction);
  return {
    composition: { Ar: count },
    lattice: Lattice.cubic(edge),
    minDistances: 2,
    seed: 4,
  };
}

/** Mean of g(r) over [from, to). */
async function pairDistribution(packing: Crystal, from: number, to: number): Promise<number> {
  const { distance } = await packing.neighborList(to);
  const found = distance.filter((r) => r >= from).length;
  const { siteCount, lattice } = packing;
  const shell = (4 / 3) * Math.PI * (to ** 3 - from ** 3);
  return found / ((siteCount * siteCount * shell) / lattice.volume);
}

describe("densePacking", () => {
  it.each([0.5, 0.58, 0.62])("fills %d of the volume with spheres that touch", async (fraction) => {
    const packing = await densePacking(spheres(400, fraction));
    const { distance } = await packing.neighborList(2.2);
    expect(packing.siteCount).toBe(400);
    expect(Math.min(...distance)).toBeGreaterThanOrEqual(2);
    expect(await pairDistribution(packing, 2, 2.02)).toBeGreaterThan(10);
    // The second shell of a disordered packing lies near 2 diameters, and nothing is ordered far away.
    expect(await pairDistribution(packing, 2.6, 3)).toBeLessThan(1);
    expect(Math.abs((await pairDistribution(packing, 6, 10)) - 1)).toBeLessThan(0.03);
  });

  it("is far denser than what sequential addition reaches", async () => {
    const dense = spheres(200, 0.6);
    expect(() => randomPacking(dense)).toThrow(ResourceExhausted);
    expect((await densePacking(dense)).siteCount).toBe(200);
  });

  it("keeps a distance for each pair of species, in any cell", async () => {
    const wanted = [2.9, 2.65, 2.4];
    const packing = await densePacking({
      composition: { Cu: 120, Zr: 70 },
      lattice: Lattice.fromParameters(16, 15, 17, 75, 85, 110),
      minDistances: { "Zr-Zr": wanted[0], "Cu-Zr": wanted[1], "Cu-Cu": wanted[2] },
      seed: 9,
    });
    expect(packing.cellFormula).toBe("Zr70Cu120");
    const { i, j, distance } = await packing.neighborList(3);
    distance.forEach((d, at) => {
      const coppers = [i[at], j[at]].filter((site) => packing.numbers[site] === 29).length;
      expect(d).toBeGreaterThanOrEqual(wanted[coppers]);
    });
    const isInside = packing.fracPositions.every((x) => x >= 0 && x < 1);
    expect(isInside).toBe(true);
  });

  it("keeps images apart where the cell is hardly wider than a sphere", async () => {
    const lattice = Lattice.fromParameters(2.1, 2.3, 30, 90, 90, 60);
    const packing = await densePacking({
      ...{ composition: { Ar: 9 }, lattice, minDistances: 2, seed: 1 },
    });
    const { distance } = await packing.neighborList(2.5);
    expect(Math.min(...distance)).toBeGreaterThanOrEqual(2);
  });

  it("repeats itself for a seed, on any number of threads", async () => {
    const options = spheres(100, 0.55);
    const [one, three] = await Promise.all(
      runtimes.map((runtime) => densePacking({ ...options, runtime })),
    );
    expect(three.hash).toBe(one.hash);
    expect((await densePacking({ ...options, seed: 5 })).hash).not.toBe(one.hash);
  });

  it("tells the fraction it reached where there is no room", async () => {
    const crowded = densePacking({ ...spheres(200, 0.72), maxAttempts: 2 });
    const error = (await crowded.then(
      () => undefined,
      (reason: unknown) => reason,
    )) as PrismError;
    expect(error).toBeInstanceOf(ResourceExhausted);
    expect(error.message).toMatch(/ask for 0\.720 of the volume/);
    const { reachedFraction, attempts } = error.data as Record<string, number>;
    expect(attempts).toBe(2);
    expect(reachedFraction).toBeGreaterThan(0.5);
    expect(reachedFraction).toBeLessThan(0.66);
    expect(() => densePacking(spheres(50, 1.2))).toThrow(ResourceExhausted);
  });

  it("can be cancelled, and says how far it is", async () => {
    let reached = 0;
    const task = densePacking({
      ...spheres(3000, 0.68),
      maxIterations: 1e6,
      onProgress: ({ done }) => {
        reached = Math.max(reached, done);
        if (done > 0) task.cancel();
      },
    });
    await expect(task).rejects.toThrow(TaskCancelled);
    expect(reached).toBeGreaterThan(0);
  });

  it("says what it needs", () => {
    const good = spheres(10, 0.4);
    expect(() => densePacking({ ...good, density: 2 })).toThrow(/either a density/);
    expect(() => densePacking({ ...good, minDistances: 30 })).toThrow(/cell repeats after/);
    expect(() => densePacking({ ...good, maxAttempts: 0 })).toThrow(DomainError);
    expect(() => densePacking({ ...good, maxSteps: 3 } as never)).toThrow(InvalidConfiguration);
  });
});
