import {
  Crystal,
  DomainError,
  fromPrototype,
  InvalidConfiguration,
  nanoparticle,
  nanotube,
  nanotubeGeometry,
  ResourceExhausted,
  ShapeError,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const gold = fromPrototype("fcc", { species: ["Au"], a: 4.08 });

describe("nanotube", () => {
  it("names its kind and chiral angle", () => {
    expect(nanotubeGeometry(10, 0)).toMatchObject({ kind: "zigzag", chiralAngle: 0 });
    expect(nanotubeGeometry(6, 6).kind).toBe("armchair");
    expect(nanotubeGeometry(6, 6).chiralAngle).toBeCloseTo(30, 10);
    expect(nanotubeGeometry(6, 4)).toMatchObject({ kind: "chiral", hexagonCount: 76 });
  });

  it("bonds boron to nitrogen alone, through any number of periods", async () => {
    const tube = nanotube({ n: 6, m: 4, species: ["B", "N"], bond: 1.45, cells: 2, vacuum: 8 });
    expect(tube.formula).toBe("BN");
    expect(tube.periodic).toEqual([false, false, true]);
    expect(tube.siteCount).toBe(304);
    const { i, j } = await tube.neighborList(1.6, { half: true });
    expect(i.length).toBe(456);
    i.forEach((site, at) => {
      expect(tube.numbers[site]).not.toBe(tube.numbers[j[at]]);
    });
  });

  it("refuses what is no tube", () => {
    expect(() => nanotube({ n: 0, m: 3 })).toThrow(DomainError);
    expect(() => nanotube({ n: 5, m: 0.5 })).toThrow(DomainError);
    expect(() => nanotube({ n: 5, m: 5, cells: 0 })).toThrow(DomainError);
    expect(() => nanotube({ n: 5, m: 5, species: ["C"] as never })).toThrow(ShapeError);
    expect(() => nanotube({ n: 9, m: 8, config: { maxNodes: 100 } })).toThrow(ResourceExhausted);
    expect(() => nanotube({ n: 1e6, m: 1 })).toThrow(/at most 5000000/);
  });
});

describe("nanoparticle", () => {
  it("does not depend on how skewed the cell is", () => {
    const skewed = gold
      .supercell([[1, 20, 0], [0, 1, 20], [0, 0, 1]]) // biome-ignore format: rows
      .supercell([[1, 0, 0], [20, 1, 0], [0, 20, 1]]); // biome-ignore format: rows
    expect(nanoparticle(skewed, { shape: "sphere", radius: 6 }).siteCount).toBe(55);
  });

  it("is cut from a bulk crystal, by named planes, and has an end", () => {
    const { lattice, sites } = gold;
    const flat = Crystal.fromSites({ lattice, sites, periodic: [true, true, false] });
    expect(() => nanoparticle(flat, { shape: "sphere", radius: 6 })).toThrow(/periodic along a, b/);
    expect(() => nanoparticle(gold, { surfaceEnergies: {}, radius: 6 })).toThrow(/at least one/);
    expect(() => nanoparticle(gold, { shape: "icosahedron", shells: 1e6 })).toThrow(
      ResourceExhausted,
    );
  });

  it("has facets at distances in proportion to their energies", () => {
    const particle = nanoparticle(gold, {
      surfaceEnergies: { "111": 1.28, "100": 1.63 },
      radius: 20,
    });
    const p = particle.cartPositions;
    const middle = particle.lattice.parameters.a / 2;
    let [far100, far111] = [0, 0];
    for (let i = 0; i < p.length; i += 3) {
      const [x, y, z] = [p[i] - middle, p[i + 1] - middle, p[i + 2] - middle];
      far100 = Math.max(far100, x);
      far111 = Math.max(far111, (x + y + z) / Math.sqrt(3));
    }
    // Within a layer of the true planes: 2.04 and 2.36 Å.
    expect(Math.abs(far100 / 1.63 - far111 / 1.28)).toBeLessThan(2);
    const volume = particle.siteCount * gold.volumePerAtom;
    expect(Math.abs(Math.cbrt((3 * volume) / (4 * Math.PI)) - 20)).toBeLessThan(1);
    expect(particle.periodic).toEqual([false, false, false]);
  });

  it("cuts spheres, cubes and octahedra", () => {
    expect(nanoparticle(gold, { shape: "sphere", radius: 2.9 }).siteCount).toBe(13);
    // Octahedra of fcc sites: 6, 19, 44, 85, ...; about a site 19, 85, 231.
    expect(nanoparticle(gold, { shape: "octahedron", siteCount: 85 }).siteCount).toBe(85);
    expect(nanoparticle(gold, { shape: "cube", siteCount: 63 }).siteCount).toBe(63);
    const about = { shape: "octahedron", center: [0.5, 0, 0] } as const;
    expect(nanoparticle(gold, { ...about, siteCount: 44 }).siteCount).toBe(44);
  });

  it("takes planes as symmetry makes them of those given", () => {
    const mg = fromPrototype("hcp");
    const energies = { "0001": 0.6, "10-10": 0.7, "1 0 -1 1": 0.75 };
    const same = { "0001": 0.6, "01-10": 0.7, "0 1 -1 -1": 0.75 };
    const [p, q] = [energies, same].map((surfaceEnergies) =>
      nanoparticle(mg, { surfaceEnergies, radius: 12 }),
    );
    expect(p.siteCount).toBeGreaterThan(250);
    expect(q.hash).toBe(p.hash);
  });

  it("says what it needs", () => {
    const energies = { surfaceEnergies: { "111": 1 } };
    expect(() => nanoparticle(gold, { radius: 5 })).toThrow(/either surfaceEnergies or a shape/);
    expect(() => nanoparticle(gold, energies)).toThrow(/one size/);
    expect(() => nanoparticle(gold, { ...energies, radius: 5, siteCount: 5 })).toThrow(/one size/);
    expect(() => nanoparticle(gold, { ...energies, shells: 2 })).toThrow(InvalidConfiguration);
    expect(() => nanoparticle(gold, { shape: "icosahedron", siteCount: 60 })).toThrow(
      /13, 55, 147/,
    );
    expect(() => nanoparticle(gold, { shape: "ball" as never, radius: 5 })).toThrow(/octahedron/);
    expect(() => nanoparticle(gold, { surfaceEnergies: { "111": -1 }, radius: 5 })).toThrow(
      DomainError,
    );
    const open = fromPrototype("wurtzite");
    expect(() => nanoparticle(open, { surfaceEnergies: { "0001": 1 }, radius: 5 })).toThrow(
      DomainError,
    );
    expect(() => nanoparticle(gold, { shape: "sphere", radius: 1e3 })).toThrow(ResourceExhausted);
    expect(() => nanoparticle(open, { shape: "icosahedron", shells: 1 })).toThrow(/one species/);
  });
});
