import {
  Crystal,
  fromPrototype,
  InvalidConfiguration,
  interstitialSites,
  Lattice,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const hcp = Crystal.create({
  lattice: Lattice.hexagonal(3, 3 * Math.sqrt(8 / 3)),
  species: ["Mg", "Mg"],
  fracPositions: [1 / 3, 2 / 3, 0.25, 2 / 3, 1 / 3, 0.75],
});
/** Radius of spheres that touch, in units of a. */
const touching = { fcc: Math.SQRT2 / 4, bcc: Math.sqrt(3) / 4, hcp: 1 / 2 };

describe("voids of close-packed and body-centred metals", () => {
  // Multiplicities and letters: International Tables A, with the atoms of fcc and bcc at a and of hcp at c.
  it.each([
    ["fcc", fromPrototype("fcc"), "octahedral", 4, "b", 1 / 2 - touching.fcc],
    ["fcc", fromPrototype("fcc"), "tetrahedral", 8, "c", Math.sqrt(3) / 4 - touching.fcc],
    ["bcc", fromPrototype("bcc"), "tetrahedral", 12, "d", Math.sqrt(5) / 4 - touching.bcc],
    ["hcp", hcp, "octahedral", 2, "a", Math.SQRT1_2 - touching.hcp],
    ["hcp", hcp, "tetrahedral", 4, "f", Math.sqrt(3 / 8) - touching.hcp],
  ] as const)("%s: %s ones", (_, crystal, shape, multiplicity, letter, radius) => {
    const found = interstitialSites(crystal).find((each) => each.shape === shape)!;
    const { a } = crystal.lattice.parameters;
    expect([found.multiplicity, found.wyckoffLetter]).toEqual([multiplicity, letter]);
    expect(found.radius / a).toBeCloseTo(radius, 6);
  });

  it("have no others than these", () => {
    const shapes = (crystal: Crystal) => interstitialSites(crystal).map(({ shape }) => shape);
    expect(shapes(fromPrototype("fcc"))).toEqual(["octahedral", "tetrahedral"]);
    expect(shapes(fromPrototype("bcc"))).toEqual(["tetrahedral"]);
    expect(shapes(hcp)).toEqual(["octahedral", "tetrahedral"]);
    expect(shapes(fromPrototype("rocksalt"))).toEqual(["cubic"]);
  });

  it("lie at the centre of the fcc cell or an equivalent place", () => {
    const [{ fracPosition }] = interstitialSites(fromPrototype("fcc"));
    const halves = fracPosition.map((x) => Math.abs(2 * x - Math.round(2 * x)));
    expect(Math.max(...halves)).toBeLessThan(1e-9);
    expect(fracPosition.reduce((sum, x) => sum + Math.round(2 * x), 0) % 2).toBe(1);
  });
});

describe("interstitialSites", () => {
  it("has letters and multiplicities of the primitive cell and a supercell alike", () => {
    const primitive = interstitialSites(fromPrototype("fcc", { primitive: true }));
    expect(primitive.map((each) => [each.multiplicity, each.wyckoffLetter])).toEqual([
      [1, "b"],
      [2, "c"],
    ]);
  });

  it("merges near vertices into one, where the symmetry puts it", () => {
    // Stretched by 2 %, the octahedron of fcc has its six corners at two distances.
    const { lattice } = fromPrototype("fcc");
    const { a } = lattice.parameters;
    const stretched = Crystal.create({
      lattice: Lattice.fromParameters(a, a, 1.02 * a, 90, 90, 90),
      species: Array<string>(4).fill("Cu"),
      fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
    });
    const merged = interstitialSites(stretched, { tolerance: 0.3 });
    expect(merged.map(({ multiplicity }) => multiplicity)).toEqual([4, 8]);
    expect(merged[0].shape).toBe("octahedral");
    expect(merged[0].distance).toBeCloseTo(a / 2, 9);
  });

  it("takes radii by element", () => {
    const salt = fromPrototype("rocksalt");
    const { a } = salt.lattice.parameters;
    const [found] = interstitialSites(salt, { radii: { Na: 1.16, Cl: 1.67 } });
    expect(found.radius).toBeCloseTo((Math.sqrt(3) / 4) * a - 1.67, 6);
    expect(() => interstitialSites(salt, { radii: { Na: 1.16 } })).toThrow(InvalidConfiguration);
    expect(() => interstitialSites(salt, { radii: { Na: 1.16 } })).toThrow(/none for Cl/);
  });
});
