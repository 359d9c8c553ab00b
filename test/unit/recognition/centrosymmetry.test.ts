import { centrosymmetry, DomainError, Runtime } from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import {
  bcc,
  fcc,
  hcp,
  jittered,
  randomCrystal,
  type Seen,
  seenFrom,
  withPeriodic,
} from "./crystals.js";

const runtimes = [1, 3].map((threadCount) => new Runtime({ threadCount }));
afterAll(() => {
  for (const runtime of runtimes) runtime.close();
});

function parameterOf(neighbors: readonly Seen[]): number {
  const values = neighbors.flatMap((a, i) =>
    neighbors.slice(0, i).map((b) => a.delta.reduce((sum, x, k) => sum + (x + b.delta[k]) ** 2, 0)),
  );
  return values
    .sort((a, b) => a - b)
    .slice(0, neighbors.length / 2)
    .reduce((sum, value) => sum + value, 0);
}

describe("centrosymmetry", () => {
  it("is 0 at centres of inversion", async () => {
    for (const value of await centrosymmetry(fcc.supercell([3, 3, 3]))) {
      expect(value).toBeCloseTo(0, 20);
    }
    for (const value of await centrosymmetry(bcc, { neighborCount: 8 })) {
      expect(value).toBeCloseTo(0, 20);
    }
  });

  it("is a² of hcp: six pairs of the layer cancel, three miss by a/√3 twice over", async () => {
    const [value] = await centrosymmetry(hcp);
    expect(value).toBeCloseTo(9, 10);
  });

  it.each<readonly [boolean, boolean, boolean]>([
    [true, true, true],
    [true, false, true],
    [false, true, false],
    [false, false, false],
  ])("agrees with all pairs of all images, periodic %j %j %j", async (...periodic) => {
    for (const [seed, siteCount] of [
      [11, 40],
      [12, 7],
      [13, 90],
    ]) {
      const crystal = randomCrystal(seed, siteCount, periodic);
      const neighborCount = 6;
      const found = await centrosymmetry(crystal, { neighborCount });
      const seen = seenFrom(crystal, periodic.filter(Boolean).length > 1 ? 11 : 40);
      found.forEach((value, site) => {
        expect(seen[site].length).toBeGreaterThanOrEqual(neighborCount);
        // An atom's own images come in pairs, of which one may be the last neighbour: either will do.
        const next = seen[site][neighborCount]?.distance ?? Number.POSITIVE_INFINITY;
        if (next - seen[site][neighborCount - 1].distance < 1e-9) return;
        expect(value).toBeCloseTo(parameterOf(seen[site].slice(0, neighborCount)), 8);
      });
    }
  });

  it("grows with the shift of an atom, and at a surface", async () => {
    const slab = withPeriodic(fcc.supercell([3, 3, 4]), [true, true, false]);
    const values = await centrosymmetry(slab);
    const height = slab.fracPositions.filter((_, i) => i % 3 === 2);
    values.forEach((value, site) => {
      const isSurface = height[site] < 0.05 || height[site] > 0.8;
      expect(value > 1).toBe(isSurface);
    });
  });

  it("gives the same on any number of threads", async () => {
    const crystal = jittered(fcc.supercell([6, 6, 6]), 0.2);
    const [one, three] = await Promise.all(
      runtimes.map((runtime) => centrosymmetry(crystal, { runtime })),
    );
    expect(three).toEqual(one);
  });

  it("has no value for an atom with too few neighbours", async () => {
    const molecule = randomCrystal(3, 5, [false, false, false]);
    expect([...(await centrosymmetry(molecule))]).toEqual(Array(5).fill(Number.NaN));
    expect((await centrosymmetry(molecule, { neighborCount: 4 })).every(Number.isFinite)).toBe(
      true,
    );
  });

  it.each([
    [{ neighborCount: 7 }, /must be even/],
    [{ neighborCount: 0 }, /from 2 to 32, got 0/],
    [{ neighborCount: 34 }, /from 2 to 32/],
  ])("refuses %j", (options, message) => {
    expect(() => centrosymmetry(fcc, options)).toThrow(DomainError);
    expect(() => centrosymmetry(fcc, options)).toThrow(message);
  });
});
