import {
  DomainError,
  generatePattern,
  InvalidConfiguration,
  Lattice,
  Pattern,
  symmetry,
} from "prism-lab";
import { describe, expect, it } from "vitest";

const honeycomb = generatePattern({ patternType: "honeycomb", spacing: 1.45, counts: [2, 2] });

describe("decorating", () => {
  it("a lattice gives the crystal of its symmetry", () => {
    for (const [lattice, group] of [
      ["cF", 225],
      ["cI", 229],
      ["cP", 221],
      ["hR", 166],
      ["tI", 139],
      ["oF", 69],
      ["mC", 12],
      ["aP", 2],
    ] as const) {
      const crystal = generatePattern({
        patternType: "bravais",
        lattice,
        a: 3.6,
        counts: 1,
      }).decorate("Cu");
      expect(crystal.periodic).toEqual([true, true, true]);
      expect(symmetry(crystal).spaceGroupNumber).toBe(group);
    }
  });

  it("copper of 3.615 Å has the density of copper", () => {
    const copper = generatePattern({ patternType: "bravais", lattice: "cF", a: 3.615, counts: 2 });
    expect(copper.decorate("Cu").siteCount).toBe(32);
    expect(copper.decorate("Cu").density).toBeCloseTo(8.935, 2);
  });

  it("each kind gets its species, null none", () => {
    const nitride = honeycomb.decorate({ A: "B3+", B: "N3-" });
    expect(nitride.formula).toBe("BN");
    expect(nitride.siteCount).toBe(8);
    expect(honeycomb.decorate({ A: null, B: "N" }).siteCount).toBe(4);
    const alloy = honeycomb.decorate([
      { species: "Si", occupancy: 0.5 },
      { species: "C", occupancy: 0.5 },
    ]);
    expect(alloy.kinds).toHaveLength(1);
  });

  it("a layer lies in the middle of its vacuum and repeats in its plane, tilted or not", () => {
    for (const layer of [
      honeycomb,
      honeycomb.rotated([30, 0, 0]),
      honeycomb.mirrored({ normal: [0, 0, 1] }),
    ]) {
      const crystal = layer.decorate("C", { vacuum: 15 });
      expect(crystal.periodic).toEqual([true, true, false]);
      expect(crystal.lattice.parameters.c).toBeCloseTo(15, 9);
      expect(crystal.lattice.parameters.alpha).toBeCloseTo(90, 9);
      for (let i = 0; i < crystal.siteCount; i++) {
        expect(crystal.fracPositions[3 * i + 2]).toBeCloseTo(0.5, 9);
      }
    }
  });

  it("bonds of the crystal are those of the pattern", async () => {
    const { distance } = await honeycomb.decorate("C").neighborList(1.5);
    expect(distance).toHaveLength(24);
    for (const value of distance) expect(value).toBeCloseTo(1.45, 9);
  });

  it("a finite pattern gets a box with vacuum on all sides", () => {
    const cluster = generatePattern({ patternType: "grid", dimension: 3, radius: 2, spacing: 2 });
    const crystal = cluster.decorate("Po", { vacuum: 8 });
    expect(crystal.periodic).toEqual([false, false, false]);
    expect(crystal.lattice.parameters).toMatchObject({ a: 12, b: 12, c: 12 });
    expect(crystal.fracPositions.every((value) => value > 0 && value < 1)).toBe(true);
    expect(
      Pattern.fromPositions([5, 5, 5]).decorate("H", { vacuum: 0 }).lattice.volume,
    ).toBeCloseTo(1, 9);
  });

  it("takes a lattice of the caller's", () => {
    const crystal = Pattern.fromPositions([1, 1, 1]).decorate("Fe", { lattice: Lattice.cubic(4) });
    expect([...crystal.fracPositions]).toEqual([0.25, 0.25, 0.25]);
    expect(crystal.periodic).toEqual([true, true, true]);
  });

  it("says which kinds lack a species", () => {
    expect(() => honeycomb.decorate({ A: "B" })).toThrow(/B is missing/);
    expect(() => honeycomb.decorate({ A: "B", C: "N" })).toThrow(InvalidConfiguration);
    expect(() => honeycomb.decorate({ A: null, B: null })).toThrow(/left empty/);
    expect(() => honeycomb.decorate("Xx")).toThrow(DomainError);
    const plain = generatePattern({ patternType: "grid", counts: 2 });
    expect(() => plain.decorate({ A: "B" })).toThrow(/no kinds of points/);
    expect(() => plain.decorate("C", { vacuum: -1 })).toThrow(DomainError);
  });
});
