import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import { cartesianTensor, expectClose } from "./tensors.js";

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

  it("mean the same displacements along the axes of a supercell", () => {
    const lattice = Lattice.fromParameters(4, 5, 6, 80, 95, 103);
    const uAniso = [0.01, 0.02, 0.03, 0.004, -0.005, 0.006, 0.03, 0.01, 0.02, 0, 0.002, 0.001];
    const crystal = Crystal.create({ ...input, lattice, siteProperties: { uAniso } });
    expect(crystal.supercell([2, 1, 3]).siteProperties.uAniso.slice(30, 36)).toEqual(
      Float64Array.from(uAniso.slice(0, 6)),
    );
    const skewed = crystal.supercell([
      [1, 1, 0],
      [-1, 2, 0],
      [0, 1, -1],
    ]);
    expect(skewed.warnings).toEqual([]);
    for (let site = 0; site < skewed.siteCount; site++) {
      const parent = Math.floor(site / 3);
      expectClose(cartesianTensor(skewed, site), cartesianTensor(crystal, parent));
    }
  });

  it("are left out where they are about the old cell, with a warning", () => {
    const crystal = Crystal.create({
      ...input,
      siteProperties: {
        image: [1, 0, 0, 0, 0, 0],
        selectiveDynamics: [1, 1, 0, 1, 1, 1],
        velocities: [1, 2, 3, 4, 5, 6],
      },
    });
    const longer = crystal.supercell([2, 1, 1]);
    expect(Object.keys(longer.siteProperties)).toEqual(["selectiveDynamics", "velocities"]);
    const skewed = crystal.supercell([
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(skewed.siteProperties).toEqual({ velocities: Float64Array.of(1, 2, 3, 4, 5, 6) });
    expect(skewed.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/"image".*counts cells/),
      expect.stringMatching(/"selectiveDynamics".*directions/),
    ]);
    const still = { ...input, siteProperties: { image: [0, 0, 0, 0, 0, 0] } };
    expect(Crystal.create(still).supercell([2, 1, 1]).warnings).toEqual([]);
  });
});
