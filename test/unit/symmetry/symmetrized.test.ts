import { describe, expect, it } from "vitest";
import { SymmetryError } from "../../../src/base/errors.js";
import { Crystal } from "../../../src/crystal/crystal.js";
import { symmetrized } from "../../../src/symmetry/symmetrized.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";
import { quartz, rocksalt, rutile } from "./crystals.js";

/** Cell vectors and coordinates moved by up to the amplitude in Å. */
function distorted(crystal: Crystal, amplitude: number): Crystal {
  return Crystal.create({
    lattice: crystal.lattice.matrix.map((x, i) => x + amplitude * Math.sin(3 * i + 1)),
    species: crystal.sites.map((site) => site.occupants),
    cartPositions: crystal.cartPositions.map((x, i) => x + amplitude * Math.sin(7 * i + 1)),
  });
}

describe("symmetrized", () => {
  it.each([
    ["quartz", quartz(1)],
    ["rutile", rutile],
    ["rocksalt", rocksalt],
    [
      "rutile in a skew supercell",
      rutile.supercell([
        [1, 1, 0],
        [0, 2, 1],
        [-1, 0, 2],
      ]),
    ],
    ["a supercell whose shape breaks the cubic group", rocksalt.supercell([1, 1, 2])],
  ])("makes %s exact, in its own cell, and only once", (_name, crystal) => {
    const noisy = distorted(crystal, 0.003);
    const { spaceGroupNumber } = symmetry(crystal);
    expect(symmetry(noisy, { symprec: 1e-6 }).spaceGroupNumber).toBe(1);
    const clean = symmetrized(noisy, { symprec: 0.05 });
    expect(clean.spaceGroupNumber).toBe(spaceGroupNumber);
    expect(symmetry(clean.crystal, { symprec: 1e-8 }).spaceGroupNumber).toBe(spaceGroupNumber);
    expect(clean.maxDisplacement).toBeGreaterThan(1e-4);
    expect(clean.maxDisplacement).toBeLessThan(0.012);
    expect(Math.max(...clean.displacements)).toBe(clean.maxDisplacement);
    expect(clean.maxStrain).toBeGreaterThan(1e-5);
    expect(clean.maxStrain).toBeLessThan(0.003);
    const again = symmetrized(clean.crystal, { symprec: 0.05 });
    expect(again.maxDisplacement).toBeLessThan(1e-12);
    expect(again.maxStrain).toBe(0);
    expect(again.crystal.lattice.matrix).toEqual(clean.crystal.lattice.matrix);
  });

  it("moves the lone atom of a dimer by half of what breaks the mirror", () => {
    const crystal = Crystal.create({
      lattice: [4, 0, 0, 0, 5, 0, 0, 0, 6],
      species: ["H", "O", "H"],
      fracPositions: [
        [-0.25, 0, 0],
        [0.001, 0, 0],
        [0.25, 0, 0],
      ],
    });
    const { crystal: clean, displacements } = symmetrized(crystal, { symprec: 0.02 });
    const middle = (clean.fracPositions[0] + clean.fracPositions[6]) / 2;
    expect(clean.fracPositions[3]).toBeCloseTo(middle, 12);
    expect(displacements[1]).toBeGreaterThan(0);
    expect(symmetry(clean, { symprec: 1e-8 }).internationalSymbol).toBe("Pmmm");
  });

  it("keeps labels, properties and the order of sites", () => {
    const labels = ["Ti", "Ti", "Oa", "Ob", "Oc", "Od"];
    const crystal = Crystal.create({
      lattice: rutile.lattice,
      species: rutile.sites.map((site) => site.occupants),
      fracPositions: rutile.fracPositions,
      labels,
      siteProperties: { charge: [4, 4, -2, -2, -2, -2] },
    });
    const { crystal: clean } = symmetrized(crystal);
    expect(clean.labels).toEqual(labels);
    expect(clean.siteProperties).toEqual(crystal.siteProperties);
    expect(clean.lattice.matrix).toEqual(crystal.lattice.matrix);
  });

  it("refuses what has no space group", () => {
    const slab = Crystal.create({
      lattice: [4, 0, 0, 0, 4, 0, 0, 0, 4],
      species: ["H"],
      fracPositions: [0, 0, 0],
      periodic: [true, true, false],
    });
    expect(() => symmetrized(slab)).toThrow(SymmetryError);
  });
});
