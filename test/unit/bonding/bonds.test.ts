import {
  bonds,
  Crystal,
  coordination,
  DomainError,
  InvalidConfiguration,
  Lattice,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { fluorite, halite, perovskite, rutile, silicate } from "./structures.js";

describe("bonds", () => {
  it.each([
    ["radii", halite, [6, 6, 6, 6, 6, 6, 6, 6]],
    ["voronoi", halite, [6, 6, 6, 6, 6, 6, 6, 6]],
    ["crystalNN", halite, [6, 6, 6, 6, 6, 6, 6, 6]],
    ["crystalNN", fluorite, [8, 8, 8, 8, 4, 4, 4, 4, 4, 4, 4, 4]],
    ["radii", perovskite, [0, 6, 2, 2, 2]],
    ["crystalNN", perovskite, [12, 6, 2, 2, 2]],
    ["radii", rutile, [6, 6, 3, 3, 3, 3]],
    ["crystalNN", rutile, [6, 6, 3, 3, 3, 3]],
    ["radii", silicate, [4, 1, 1, 1, 1]],
  ] as const)("by %s of %s", async (method, crystal, expected) => {
    const found = await bonds(crystal, { method });
    expect([...found.coordinationNumbers]).toEqual(expected);
    expect(found.method).toBe(method);
  });

  it("gives r = cart(j) + shift · M − cart(i), nearest first", async () => {
    for (const method of ["radii", "voronoi", "crystalNN"] as const) {
      const found = await bonds(rutile, { method });
      const { cartPositions: x, lattice } = rutile;
      for (const bond of found.of(2)) {
        const s = lattice.toCartesian(bond.shift);
        const r = s.map((t, k) => x[3 * bond.site + k] + t - x[3 * 2 + k]);
        expect(Math.hypot(...r)).toBeCloseTo(bond.distance, 10);
      }
      const distances = found.of(2).map(({ distance }) => distance);
      expect(distances).toEqual([...distances].sort((a, b) => a - b));
    }
  });

  it("goes as far as its options say", async () => {
    const count = async (options: Parameters<typeof bonds>[1]) =>
      (await bonds(fluorite, options)).i.length;
    const every = await count({ method: "voronoi", minWeight: 0 });
    expect(every).toBe(4 * 8 + 8 * (4 + 6));
    expect(await count({ method: "voronoi", minWeight: 0.9 })).toBeLessThan(every);
    expect(await count({ method: "radii", tolerance: -1 })).toBe(0);
  });

  it("joins metals to their nearest only where there is nothing else", async () => {
    const brass = Crystal.create({
      lattice: Lattice.cubic(2.95),
      species: ["Cu", "Zn"],
      fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
    });
    expect([...(await bonds(brass, { method: "radii" })).coordinationNumbers]).toEqual([8, 8]);
  });

  it("finds none for an atom far from all others", async () => {
    const argon = Crystal.create({
      lattice: Lattice.cubic(30),
      species: ["Ar"],
      fracPositions: [0, 0, 0],
      periodic: [false, false, false],
    });
    for (const method of ["radii", "voronoi", "crystalNN"] as const) {
      expect((await bonds(argon, { method })).i).toHaveLength(0);
    }
  });

  it("works for a molecule, whose cells are open", async () => {
    const carbonDioxide = Crystal.create({
      lattice: Lattice.cubic(10),
      species: ["C", "O", "O"],
      cartPositions: [0, 0, 0, 0, 0, 1.16, 0, 0, -1.16],
      periodic: [false, false, false],
    });
    expect([...(await bonds(carbonDioxide)).coordinationNumbers]).toEqual([2, 1, 1]);
  });

  it("refuses what it does not know", async () => {
    // @ts-expect-error no such method
    expect(() => bonds(halite, { method: "guess" })).toThrow(InvalidConfiguration);
    expect(() => bonds(halite, { method: "voronoi", minWeight: 2 })).toThrow(DomainError);
    const found = await bonds(halite);
    expect(() => found.of(8)).toThrow(DomainError);
    expect(() => coordination(rutile, found)).toThrow(/6 sites, got those of 8 sites; await bonds/);
  });

  it("is a table", async () => {
    const [titanium, , oxygen] = coordination(rutile, await bonds(rutile));
    expect(titanium).toMatchObject({ site: "Ti1", number: 6, neighbors: "O6" });
    expect(titanium.shortest).toBeCloseTo(1.9464, 4);
    expect(titanium.longest).toBeCloseTo(1.9835, 4);
    expect(oxygen).toMatchObject({ number: 3, neighbors: "Ti3" });
  });
});
