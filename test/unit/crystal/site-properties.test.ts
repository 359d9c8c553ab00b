import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { Lattice } from "../../../src/lattice/lattice.js";

const input = {
  lattice: Lattice.cubic(4),
  species: ["Cs", "Cl"],
  fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
};
const withProperties = (siteProperties: Record<string, never>): Crystal =>
  Crystal.create({ ...input, siteProperties });

describe("site properties", () => {
  it("hold numbers, vectors and texts, as copies", () => {
    const charges = Float64Array.of(1, -1);
    const { siteProperties } = Crystal.create({
      ...input,
      siteProperties: { charges, forces: [[1, 2, 3], [4, 5, 6]], names: ["cage", "centre"] }, // biome-ignore format: rows
    });
    charges[0] = 7;
    expect(siteProperties).toEqual({
      charges: Float64Array.of(1, -1),
      forces: Float64Array.of(1, 2, 3, 4, 5, 6),
      names: ["cage", "centre"],
    });
  });

  it("are empty where none were given", () => {
    expect(Crystal.create(input).siteProperties).toEqual({});
  });

  it.each([
    [
      "too few",
      { charges: [1] },
      /"charges" must hold the same number of values for each of the 2/,
    ],
    ["none", { charges: [] }, /got 0 values/],
    ["no list", { charges: 1 }, /got 1/],
    [
      "not finite",
      { charges: [1, Number.NaN] },
      /"charges" must hold finite numbers or texts, got NaN/,
    ],
    ["mixed", { charges: [1, "a"] }, /got "a"/],
    ["too many texts", { charges: ["a", "b", "c", "d"] }, /one text a site/],
  ])("refuses %s", (_, properties, message) => {
    expect(() => withProperties(properties as never)).toThrow(message);
  });

  it("follow the sites into a supercell", () => {
    const big = Crystal.create({
      ...input,
      siteProperties: { pairs: [1, 2, 3, 4], names: ["a", "b"] },
    }).supercell([2, 1, 1]);
    expect(big.siteProperties.pairs).toEqual(Float64Array.of(1, 2, 1, 2, 3, 4, 3, 4));
    expect(big.siteProperties.names).toEqual(["a", "a", "b", "b"]);
  });

  it("leave tensors of the old cell out where its directions change", () => {
    const uAniso = [1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0];
    const crystal = Crystal.create({ ...input, siteProperties: { uAniso } });
    expect(crystal.supercell([2, 1, 1]).siteProperties.uAniso.length).toBe(24);
    for (const row of [
      [1, 1, 0],
      [-1, 0, 0],
    ]) {
      const other = crystal.supercell([row, [0, 1, 0], [0, 0, 1]]);
      expect(other.siteProperties).toEqual({});
      expect(other.warnings.map(({ code }) => code)).toContain("SITE_PROPERTY_DROPPED");
    }
  });
});
