import {
  type Crystal,
  DomainError,
  InvalidConfiguration,
  Lattice,
  Runtime,
  steinhardt,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import {
  bcc,
  elemental,
  fcc,
  hcp,
  jittered,
  randomCrystal,
  type Seen,
  seenFrom,
  simpleCubic,
} from "./crystals.js";

const runtimes = [1, 3].map((threadCount) => new Runtime({ threadCount }));
afterAll(() => {
  for (const runtime of runtimes) runtime.close();
});

/** By the addition theorem, without spherical harmonics: q_l² = Σ P_l(r̂ᵢ·r̂ⱼ) / N². */
function byLegendre(l: number, neighbors: readonly Seen[]): number {
  let sum = 0;
  for (const a of neighbors) {
    for (const b of neighbors) {
      const dot = a.delta.reduce((total, x, k) => total + x * b.delta[k], 0);
      sum += legendre(l, dot / (a.distance * b.distance));
    }
  }
  return Math.sqrt(Math.max(0, sum)) / neighbors.length;
}

function legendre(l: number, x: number): number {
  let [before, value] = [0, 1];
  for (let n = 1; n <= l; n++) {
    [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  }
  return value;
}

describe("steinhardt", () => {
  // Mickel et al., J. Chem. Phys. 138, 044501 (2013), table I; w_l: Steinhardt et al. (1983).
  it.each<[string, Crystal, number, readonly number[], readonly number[]]>([
    ["fcc", fcc, 12, [0.19094, 0.57452], [-0.15932, -0.01316]],
    ["hcp", hcp, 12, [0.09722, 0.48476], [0.1341, -0.01244]],
    ["bcc", bcc, 14, [0.03637, 0.51069], [0.15932, 0.01316]],
    ["simple cubic", simpleCubic, 6, [0.76376, 0.35355], [0.15932, 0.01316]],
  ])("has the known values of %s", async (_, crystal, neighborCount, q, w) => {
    const found = await steinhardt(crystal, { neighborCount, wl: true });
    expect(found.l).toEqual([4, 6]);
    for (const [k, value] of q.entries()) expect(found.q[k]).toBeCloseTo(value, 5);
    for (const [k, value] of w.entries()) expect(found.w[k]).toBeCloseTo(value, 4);
  });

  it("agrees with Legendre polynomials for every l", async () => {
    const l = Array.from({ length: 13 }, (_, index) => index);
    for (const periodic of [
      [true, true, true],
      [true, false, false],
    ] as const) {
      const crystal = randomCrystal(21, 60, periodic);
      const cutoff = 4.5;
      const { q } = await steinhardt(crystal, { l, cutoff });
      seenFrom(crystal, cutoff).forEach((neighbors, site) => {
        for (const degree of l) {
          const expected = neighbors.length === 0 ? 0 : byLegendre(degree, neighbors);
          expect(q[13 * site + degree]).toBeCloseTo(expected, 6);
        }
      });
    }
  });

  it("does not change when the crystal turns", async () => {
    const crystal = jittered(fcc.supercell([3, 3, 3]), 0.2);
    const options = { l: [3, 4, 6, 8], wl: true, neighborCount: 12 };
    const [cos, sin] = [Math.cos(0.7), Math.sin(0.7)];
    const turned = crystal.lattice.matrix.map((_, i, m) => {
      const row = 3 * Math.floor(i / 3);
      if (i % 3 === 0) return cos * m[row] - sin * m[row + 1];
      return i % 3 === 1 ? sin * m[row] + cos * m[row + 1] : m[row + 2];
    });
    const other = elemental(Lattice.fromMatrix(turned), [...crystal.fracPositions]);
    const [a, b] = await Promise.all([steinhardt(crystal, options), steinhardt(other, options)]);
    for (const [k, value] of a.q.entries()) expect(b.q[k]).toBeCloseTo(value, 9);
    for (const [k, value] of a.w.entries()) expect(b.w[k]).toBeCloseTo(value, 7);
  });

  it("averages q_lm before it takes the sum: nothing in a crystal, less in a melt", async () => {
    const perfect = await steinhardt(fcc, { averaged: true });
    expect(perfect.q[0]).toBeCloseTo(0.19094, 5);
    const melt = randomCrystal(8, 200, [true, true, true]);
    const [plain, averaged] = await Promise.all([
      steinhardt(melt, { l: [6] }),
      steinhardt(melt, { l: [6], averaged: true }),
    ]);
    const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(mean(averaged.q)).toBeLessThan(0.7 * mean(plain.q));
    expect(mean(averaged.q)).toBeGreaterThan(0.1 * mean(plain.q));
  });

  it("averages over the atom and its neighbours with equal weights", async () => {
    // Of l = 0 every q_lm is Y_00, and so is its mean; of a pair q̄ is (q(i) + q(j))/2, odd l cancel.
    const pair = randomCrystal(2, 2, [false, false, false]);
    const { q } = await steinhardt(pair, { l: [0, 1, 2, 3], cutoff: 50, averaged: true });
    for (const [k, value] of [1, 0, 1, 0, 1, 0, 1, 0].entries()) {
      expect(q[k]).toBeCloseTo(value, 9);
    }
  });

  it("is 0 without neighbours", async () => {
    const { q, w } = await steinhardt(simpleCubic, { cutoff: 1, wl: true });
    expect([...q, ...w]).toEqual([0, 0, 0, 0]);
  });

  it("gives the same on any number of threads", async () => {
    const crystal = jittered(fcc.supercell([6, 6, 6]), 0.2);
    const options = { averaged: true, wl: true, cutoff: 3.2 };
    const [one, three] = await Promise.all(
      runtimes.map((runtime) => steinhardt(crystal, { ...options, runtime })),
    );
    expect(three).toEqual(one);
  });

  it.each([
    [{ l: [] }, InvalidConfiguration, /list of different degrees/],
    [{ l: [4, 4] }, InvalidConfiguration, /list of different degrees/],
    [{ l: [13] }, DomainError, /from 0 to 12, got 13/],
    [{ cutoff: 3, neighborCount: 12 }, InvalidConfiguration, /give one of cutoff/],
    [{ neighborCount: 0 }, DomainError, /from 1 to 64, got 0/],
    [{ cutoff: Number.NaN }, DomainError, /finite/],
    [{ wl: "yes" }, InvalidConfiguration, /wl must be true or false/],
  ])("refuses %j", (options, type, message) => {
    expect(() => steinhardt(fcc, options as never)).toThrow(type);
    expect(() => steinhardt(fcc, options as never)).toThrow(message);
  });
});
