import { readFileSync } from "node:fs";
import { Lattice, ResourceExhausted } from "prism-lab";
import { describe, expect, it } from "vitest";
import { multiply, transpose } from "../../../src/math/mat3.js";

interface Golden {
  readonly matrix: number[];
  readonly other: number[];
  readonly lengthTolerance: number;
  readonly angleTolerance: number;
  readonly transformations: number[][];
}

const golden: Golden[] = JSON.parse(
  readFileSync(new URL("../../golden/lattice/mappings.json", import.meta.url), "utf8"),
);

describe("mappings", () => {
  it.each(golden.map((each, i) => ({ ...each, i })))("finds pymatgen's cells: $i", (each) => {
    const { matrix, other, lengthTolerance, angleTolerance } = each;
    const found = Lattice.fromMatrix(matrix).mappings(Lattice.fromMatrix(other), {
      lengthTolerance,
      angleTolerance,
    });
    const keys = Array.from(found, ({ transformation }) => transformation.join()).sort();
    expect(keys).toEqual(each.transformations.map((row) => row.join()).sort());
  });

  it("gives the cell, and the rotation that takes the other one to it", () => {
    const lattice = Lattice.hexagonal(3, 5);
    const other = lattice.rotated([1, 2, 3], 50);
    const found = [...lattice.mappings(other)];
    expect(found).toHaveLength(24);
    for (const { lattice: cell, transformation, map } of found) {
      expect(cell.equals(lattice.transformed(transformation))).toBe(true);
      expect(other.deformed(map).equals(cell, 1e-9)).toBe(true);
      multiply(map, transpose(map)).forEach((value, i) => {
        expect(value).toBeCloseTo(Number(i % 4 === 0), 9);
      });
    }
  });

  it("keeps to the number of lattice points that is asked for", () => {
    const primitive = Lattice.fromMatrix([0, 2, 2, 2, 0, 2, 2, 2, 0]);
    expect([...primitive.mappings(Lattice.cubic(4), { index: 4 })]).toHaveLength(48);
    expect([...primitive.mappings(Lattice.cubic(4), { index: 1 })]).toHaveLength(0);
  });

  it("refuses searches without end", () => {
    const search = () => [...Lattice.cubic(1).mappings(Lattice.cubic(1e4))];
    expect(search).toThrow(ResourceExhausted);
    expect(search).toThrow(/compare reduced cells/);
  });
});

describe("equals, isEquivalent", () => {
  it("ask for a lattice", () => {
    const cubic = Lattice.cubic(4);
    for (const other of [undefined, cubic.matrix] as never[]) {
      expect(() => cubic.equals(other)).toThrow(/a Lattice is needed/);
      expect(() => cubic.isEquivalent(other)).toThrow(/a Lattice is needed/);
      expect(() => [...cubic.mappings(other)]).toThrow(/a Lattice is needed/);
    }
  });

  const lattice = Lattice.fromParameters(5, 6, 7, 80, 95, 103);

  it("compares vectors", () => {
    expect(lattice.equals(Lattice.fromParameters(5, 6, 7, 80, 95, 103))).toBe(true);
    expect(lattice.equals(lattice.rotated([0, 0, 1], 1))).toBe(false);
    expect(lattice.equals(Lattice.fromParameters(5.001, 6, 7, 80, 95, 103), 1e-3)).toBe(true);
  });

  it("compares lattices in any cell and orientation", () => {
    const same = lattice.rotated([1, 1, 0], 77).transformed([1, 4, 0, 0, 1, -3, 2, 8, 1]);
    expect(lattice.isEquivalent(same)).toBe(true);
    expect(same.isEquivalent(lattice)).toBe(true);
    expect(lattice.isEquivalent(lattice.transformed([2, 0, 0, 0, 1, 0, 0, 0, 1]))).toBe(false);
    expect(lattice.isEquivalent(lattice.scaledToVolume(lattice.volume * 1.001))).toBe(false);
    expect(lattice.isEquivalent(lattice.scaledToVolume(lattice.volume * 1.001), 1e-3)).toBe(true);
    expect(Lattice.cubic(4).isEquivalent(Lattice.tetragonal(4, 4.01))).toBe(false);
  });

  it("stays equal for a test after its parts have been used", () => {
    const used = Lattice.cubic(4);
    used.minimumImage([0.9, 0, 0]);
    expect(used.dSpacing([1, 0, 0])).toBe(4);
    expect(used).toEqual(Lattice.cubic(4));
  });
});
