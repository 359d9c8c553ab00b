import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { multiply } from "../../../src/math/mat3.js";
import { primitiveMapping } from "../../../src/symmetry/primitive-mapping.js";
import { conventional, primitive } from "../../../src/symmetry/standardize.js";
import { quartz, rocksalt, rutile } from "./crystals.js";

const skew = [
  [1, 1, 0],
  [0, 2, 1],
  [-1, 0, 2],
];

describe("primitiveMapping", () => {
  it.each([
    ["rocksalt", rocksalt.supercell([2, 1, 3]), 2],
    ["rutile", rutile.supercell(skew), 6],
    ["quartz, primitive already", quartz(1), 9],
  ])("leads back from a supercell of %s", (_name, crystal, siteCount) => {
    const mapping = primitiveMapping(crystal);
    expect(mapping.crystal.siteCount).toBe(siteCount);
    const cell = multiply(mapping.matrix, mapping.crystal.lattice.matrix);
    cell.forEach((value, i) => {
      expect(value).toBeCloseTo(crystal.lattice.matrix[i], 9);
    });
    for (let i = 0; i < crystal.siteCount; i++) {
      const site = mapping.sites[i];
      expect(mapping.crystal.kindOfSite[site]).toBe(crystal.kindOfSite[i]);
      const position = [0, 1, 2].map(
        (k) => mapping.crystal.fracPositions[3 * site + k] + mapping.shifts[3 * i + k],
      );
      const cart = mapping.crystal.lattice.toCartesian(position);
      cart.forEach((value, k) => {
        expect(value).toBeCloseTo(crystal.cartPositions[3 * i + k], 9);
      });
    }
  });
});

describe("site properties of new cells", () => {
  const withProperties = (siteProperties: Record<string, number[] | string[]>) => {
    const { lattice, fracPositions, sites } = rutile.supercell([1, 1, 2]);
    return Crystal.create({
      lattice,
      fracPositions,
      species: sites.map((site) => site.occupants),
      siteProperties,
    });
  };
  const charge = [4, 4, 4, 4, ...Array<number>(8).fill(-2)];

  it("go with the sites where one value tells them", () => {
    const crystal = withProperties({
      charge,
      role: charge.map((q) => (q > 0 ? "cation" : "anion")),
    });
    for (const cell of [
      conventional(crystal),
      primitive(crystal),
      primitiveMapping(crystal).crystal,
    ]) {
      expect(cell.warnings).toEqual([]);
      cell.numbers.forEach((number, site) => {
        expect(cell.siteProperties.charge[site]).toBe(number === 22 ? 4 : -2);
        expect(cell.siteProperties.role[site]).toBe(number === 22 ? "cation" : "anion");
      });
    }
  });

  it("are left out with a warning where they differ or turn", () => {
    const crystal = withProperties({
      magneticMoment: charge.map((_, site) => (site % 2 === 0 ? 1 : -1)),
      forces: charge.flatMap(() => [0, 0, 1]),
      charge,
    });
    const cell = conventional(crystal);
    expect(Object.keys(cell.siteProperties)).toEqual(["charge"]);
    expect(cell.warnings.map(({ code }) => code)).toEqual([
      "SITE_PROPERTY_DROPPED",
      "SITE_PROPERTY_DROPPED",
    ]);
    expect(cell.warnings[0].message).toMatch(/magneticMoment.*pure translation/);
    expect(cell.warnings[1].message).toMatch(/forces.*3 values a site/);
    // The mapping keeps the axes, so that vectors stay what they are.
    const { siteProperties } = primitiveMapping(crystal).crystal;
    expect(Object.keys(siteProperties)).toEqual(["forces", "charge"]);
    expect([...siteProperties.forces.slice(0, 3)]).toEqual([0, 0, 1]);
  });
});
