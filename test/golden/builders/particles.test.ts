import { readFileSync } from "node:fs";
import { type Crystal, fromPrototype, nanoparticle, nanotube, nanotubeGeometry } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Described {
  readonly sites: number;
  readonly nearest: number;
  readonly pairs: number;
  readonly gyration: number;
}
interface Golden {
  readonly tubes: readonly Record<
    "n" | "m" | "bond" | "sites" | "period" | "radius" | "bonds" | "shortest" | "longest",
    number
  >[];
  readonly particles: readonly (Described & {
    readonly shape: "icosahedron" | "decahedron";
    readonly shells: number;
  })[];
  readonly wulff: readonly (Described & { readonly e100: number; readonly e111: number })[];
}
const golden = JSON.parse(readFileSync(new URL("./ase.json", import.meta.url), "utf8")) as Golden;

describe("nanotube", () => {
  it.each(golden.tubes)("($n, $m)", async ({ n, m, bond, ...expected }) => {
    const tube = nanotube({ n, m, bond });
    const { period, radius } = nanotubeGeometry(n, m, bond);
    expect(tube.siteCount).toBe(expected.sites);
    expect(tube.lattice.parameters.c).toBeCloseTo(expected.period, 4);
    expect([period, radius].map((x) => Number(x.toFixed(4)))).toEqual(
      [expected.period, expected.radius].map((x) => Number(x.toFixed(4))),
    );
    const { distance } = await tube.neighborList(1.6, { half: true });
    expect(distance.length).toBe(expected.bonds);
    expect(Math.min(...distance)).toBeCloseTo(expected.shortest, 4);
    expect(Math.max(...distance)).toBeCloseTo(expected.longest, 4);
  });
});

describe("nanoparticle", () => {
  const copper = fromPrototype("fcc");
  it.each(golden.particles)("$shape of $shells shells", ({ shape, shells, ...expected }) => {
    expectLike(nanoparticle(copper, { shape, shells }), expected);
    expect(nanoparticle(copper, { shape, siteCount: expected.sites }).siteCount).toBe(
      expected.sites,
    );
  });

  const gold = fromPrototype("fcc", { species: ["Au"], a: 4.08 });
  it.each(golden.wulff)(
    "Wulff shape of {100} $e100 and {111} $e111",
    ({ e100, e111, ...expected }) => {
      const surfaceEnergies = { "100": e100, "111": e111 };
      expectLike(nanoparticle(gold, { surfaceEnergies, siteCount: expected.sites }), expected);
    },
  );
});

function expectLike(crystal: Crystal, expected: Described): void {
  const { siteCount: n, cartPositions: p } = crystal;
  const mean = [0, 1, 2].map((k) => p.reduce((sum, x, i) => (i % 3 === k ? sum + x : sum), 0) / n);
  let [nearest, pairs, square] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let i = 0; i < n; i++) {
    square += [0, 1, 2].reduce((sum, k) => sum + (p[3 * i + k] - mean[k]) ** 2, 0);
    for (let j = 0; j < i; j++) {
      const distance = Math.hypot(...[0, 1, 2].map((k) => p[3 * i + k] - p[3 * j + k]));
      nearest = Math.min(nearest, distance);
      if (distance < 3.2) pairs++;
    }
  }
  expect(n).toBe(expected.sites);
  expect(pairs).toBe(expected.pairs);
  expect(nearest).toBeCloseTo(expected.nearest, 4);
  expect(Math.sqrt(square / n)).toBeCloseTo(expected.gyration, 4);
}
