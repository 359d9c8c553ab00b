import { InvalidConfiguration, Runtime, steinhardt, voronoiCells } from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { bcc, fcc, hcp, jittered, randomCrystal, simpleCubic } from "./crystals.js";

const runtimes = [1, 3].map((threadCount) => new Runtime({ threadCount }));
afterAll(() => {
  for (const runtime of runtimes) runtime.close();
});

const weights = "voronoi";

/** q_l² = Σ w w' P_l(r̂·r̂') with weights that add up to 1. */
function byLegendre(l: number, faces: readonly { unit: number[]; area: number }[]): number {
  const total = faces.reduce((sum, { area }) => sum + area, 0);
  let sum = 0;
  for (const a of faces) {
    for (const b of faces) {
      const x = a.unit.reduce((dot, value, k) => dot + value * b.unit[k], 0);
      let [before, value] = [0, 1];
      for (let n = 1; n <= l; n++) {
        [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
      }
      sum += a.area * b.area * value;
    }
  }
  return Math.sqrt(Math.max(0, sum)) / total;
}

describe("steinhardt weighted by Voronoi faces", () => {
  it.each([
    ["fcc", fcc, [0.19094, 0.57452]],
    ["hcp", hcp, [0.09722, 0.48476]],
    ["simple cubic", simpleCubic, [0.76376, 0.35355]],
  ] as const)("has the values of equal neighbours in %s", async (_, crystal, expected) => {
    const { q } = await steinhardt(crystal, { weights });
    for (const [k, value] of expected.entries()) expect(q[k]).toBeCloseTo(value, 5);
  });

  it("weighs both shells of bcc by the faces of the truncated octahedron", async () => {
    const axes = [0, 1, 2].flatMap((k) =>
      [1, -1].map((sign) => ({ unit: [0, 1, 2].map((i) => (i === k ? sign : 0)), area: 1 })),
    );
    const diagonals = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
      unit: [1, 2, 4].map((bit) => (bits & bit ? 1 : -1) / Math.sqrt(3)),
      area: 1.5 * Math.sqrt(3),
    }));
    const { q, w } = await steinhardt(bcc, { weights, wl: true });
    expect(q[0]).toBeCloseTo(byLegendre(4, [...axes, ...diagonals]), 9);
    expect(q[1]).toBeCloseTo(byLegendre(6, [...axes, ...diagonals]), 9);
    // Of cubic symmetry there is one invariant of each sign.
    expect(Math.abs(w[0])).toBeCloseTo(0.15932, 4);
    expect(w[1]).toBeCloseTo(0.01316, 4);
  });

  it("agrees with Legendre polynomials over the faces of random cells", async () => {
    for (const periodic of [
      [true, true, true],
      [true, true, false],
    ] as const) {
      const crystal = randomCrystal(4, 40, periodic);
      const { q } = await steinhardt(crystal, { weights, l: [2, 6] });
      const { i, j, shift, distance, area } = await voronoiCells(crystal);
      const { cartPositions, lattice } = crystal;
      const faces = Array.from(i, (site, n) => ({
        site,
        area: area[n],
        unit: [0, 1, 2].map((k) => {
          const image = [0, 1, 2].reduce(
            (sum, row) => sum + shift[3 * n + row] * lattice.matrix[3 * row + k],
            0,
          );
          return (cartPositions[3 * j[n] + k] + image - cartPositions[3 * site + k]) / distance[n];
        }),
      }));
      for (let site = 0; site < 40; site++) {
        const own = faces.filter((face) => face.site === site);
        expect(q[2 * site]).toBeCloseTo(byLegendre(2, own), 6);
        expect(q[2 * site + 1]).toBeCloseTo(byLegendre(6, own), 6);
      }
    }
  });

  it("changes smoothly where the twelve nearest neighbours jump", async () => {
    const perfect = bcc.supercell([3, 3, 3]);
    const [still, moved] = [perfect, jittered(perfect, 1e-4)];
    const change = async (options: object) => {
      const [a, b] = await Promise.all([steinhardt(still, options), steinhardt(moved, options)]);
      return Math.max(...a.q.map((value, n) => Math.abs(value - b.q[n])));
    };
    expect(await change({ weights })).toBeLessThan(1e-3);
    expect(await change({ neighborCount: 12 })).toBeGreaterThan(1e-2);
  });

  it("gives the same on any number of threads", async () => {
    const crystal = jittered(fcc.supercell([4, 4, 4]), 0.3);
    const [one, three] = await Promise.all(
      runtimes.map((runtime) => steinhardt(crystal, { weights, wl: true, runtime })),
    );
    expect(three).toEqual(one);
  });

  it("takes no other way to choose neighbours, and no average", () => {
    for (const other of [{ cutoff: 3 }, { neighborCount: 12 }, { averaged: true }]) {
      expect(() => steinhardt(fcc, { weights, ...other })).toThrow(InvalidConfiguration);
    }
    expect(() => steinhardt(fcc, { weights: "area" as never })).toThrow(/voronoi/);
  });
});
