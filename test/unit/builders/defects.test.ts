import {
  Crystal,
  DomainError,
  fromPrototype,
  InvalidConfiguration,
  interstitial,
  interstitialSites,
  Lattice,
  randomAlloy,
  substitution,
  symmetry,
  vacancy,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const copper = fromPrototype("fcc");
const nacl = fromPrototype("rocksalt").supercell([2, 2, 2]);

describe("point defects", () => {
  it("takes a site away or changes its species, keeping the symmetry about it", () => {
    const empty = vacancy(nacl, 0);
    expect(empty.cellFormula).toBe("Na31Cl32");
    expect(symmetry(empty).spaceGroupNumber).toBe(221);
    const doped = substitution(nacl, 0, "K");
    expect(doped.cellFormula).toBe("KNa31Cl32");
    expect(symmetry(doped).spaceGroupNumber).toBe(221);
    expect(() => substitution(nacl, () => false, "K")).toThrow(InvalidConfiguration);
    expect(() => vacancy(nacl, 99)).toThrow(DomainError);
  });
});

describe("interstitialSites", () => {
  // Distances in cell lengths, by hand: fcc 1/2 and √3/4, bcc √5/4, diamond √3/4 and √11/8.
  it.each([
    [
      "fcc",
      [
        [6, 4, 1 / 2],
        [4, 8, Math.sqrt(3) / 4],
      ],
    ],
    ["bcc", [[4, 12, Math.sqrt(5) / 4]]],
    [
      "diamond",
      [
        [4, 8, Math.sqrt(3) / 4],
        [6, 16, Math.sqrt(11) / 8],
      ],
    ],
    ["rocksalt", [[8, 8, Math.sqrt(3) / 4]]],
  ])("finds the voids of %s, the widest first", (name, expected) => {
    const crystal = fromPrototype(name);
    const { a } = crystal.lattice.parameters;
    const found = interstitialSites(crystal);
    expect(found.map((each) => [each.coordination, each.multiplicity])).toEqual(
      expected.map(([coordination, multiplicity]) => [coordination, multiplicity]),
    );
    found.forEach(({ distance }, i) => {
      expect(distance).toBeCloseTo(expected[i][2] * a, 6);
    });
  });

  it("finds the same voids in a primitive cell and in a supercell", () => {
    const shape = (crystal: Crystal) =>
      interstitialSites(crystal).map(({ distance, multiplicity }) => [
        Number(distance.toFixed(5)),
        multiplicity / crystal.siteCount,
      ]);
    const expected = shape(copper);
    expect(shape(fromPrototype("fcc", { primitive: true }))).toEqual(expected);
    expect(shape(copper.supercell([2, 1, 1])).length).toBeGreaterThanOrEqual(expected.length);
  });

  it("gives empty spheres: no site is nearer than its distance", () => {
    const quartz = fromPrototype("quartz");
    for (const { fracPosition, distance } of interstitialSites(quartz)) {
      const probe = quartz.withSite({ species: "H", fracPosition });
      const nearest = Math.min(...Array.from({ length: 9 }, (_, i) => probe.distance(i, 9)));
      expect(nearest).toBeCloseTo(distance, 6);
    }
  });
});

describe("interstitial", () => {
  it("fills the widest void, another one, or the place that is named", () => {
    const filled = interstitial(copper, { species: "H" });
    expect(filled.cellFormula).toBe("Cu4H");
    expect(filled.distance(0, 4) === 0).toBe(false);
    const nearest = (crystal: Crystal) =>
      Math.min(...Array.from({ length: 4 }, (_, i) => crystal.distance(i, 4)));
    expect(nearest(filled)).toBeCloseTo(3.6149 / 2, 6);
    expect(nearest(interstitial(copper, { species: "H", site: 1 }))).toBeCloseTo(1.5653, 4);
    expect(() => interstitial(copper, { species: "H", site: 2 })).toThrow(/2 kinds of void/);
    expect(() => interstitial(copper, { species: "H", fracPosition: [0.05, 0, 0] })).toThrow(
      /nearer than minDistance/,
    );
    const film = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Cu"],
      fracPositions: [0, 0, 0],
      periodic: [true, true, false],
    });
    expect(() => interstitial(film, { species: "H" })).toThrow(InvalidConfiguration);
    expect(interstitial(film, { species: "H", fracPosition: [0, 0, 0.5] }).siteCount).toBe(2);
  });
});

describe("randomAlloy", () => {
  const large = copper.supercell([4, 4, 4]);

  it("shares sites out in exact numbers, the same for the same seed", () => {
    const alloy = randomAlloy(large, { fractions: { Cu: 0.7, Au: 0.3 }, seed: 3 });
    expect(alloy.composition).toEqual(
      new Map([
        ["Cu", 179],
        ["Au", 77],
      ]),
    );
    expect(randomAlloy(large, { fractions: { Cu: 0.7, Au: 0.3 }, seed: 3 }).hash).toBe(alloy.hash);
    expect(randomAlloy(large, { fractions: { Cu: 0.7, Au: 0.3 }, seed: 4 }).hash).not.toBe(
      alloy.hash,
    );
  });

  it("leaves the other sublattice alone, and pairs at random", async () => {
    const mixed = randomAlloy(nacl.supercell([2, 2, 2]), {
      site: "Na",
      fractions: { Na: 0.5, K: 0.5 },
      seed: 1,
    });
    expect(mixed.cellFormula).toBe("K128Na128Cl256");
    const { i, j } = await mixed.neighborList(4.2, { half: true });
    let [like, all] = [0, 0];
    i.forEach((site, at) => {
      if (mixed.numbers[site] === 17 || mixed.numbers[j[at]] === 17) return;
      all++;
      if (mixed.numbers[site] === mixed.numbers[j[at]]) like++;
    });
    // Of 1,536 pairs half are alike, σ = 20.
    expect(all).toBe(1536);
    expect(Math.abs(like - all / 2)).toBeLessThan(80);
  });

  it("refuses fractions that do not add up", () => {
    expect(() => randomAlloy(large, { fractions: { Cu: 0.5, Au: 0.4 }, seed: 1 })).toThrow(
      DomainError,
    );
    expect(() => randomAlloy(large, { site: "Ni", fractions: { Au: 1 }, seed: 1 })).toThrow(
      InvalidConfiguration,
    );
  });
});
