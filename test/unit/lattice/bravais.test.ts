import { Lattice } from "prism-lab";
import { describe, expect, it } from "vitest";
import { determinant } from "../../../src/math/mat3.js";

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

describe("bravais", () => {
  it.each([
    ["cubic", "cP", Lattice.cubic(4)],
    ["tetragonal", "tP", Lattice.tetragonal(4, 6)],
    ["orthorhombic", "oP", Lattice.orthorhombic(4, 5, 6)],
    ["hexagonal", "hP", Lattice.hexagonal(3, 5)],
    ["trigonal", "hR", Lattice.rhombohedral(5, 70)],
    ["monoclinic", "mP", Lattice.monoclinic(5, 6, 7, 100)],
    ["triclinic", "aP", Lattice.fromParameters(5, 6, 7, 80, 85, 75)],
  ])("finds the %s system", (system, symbol, lattice) => {
    expect(lattice.crystalSystem()).toBe(system);
    expect(lattice.bravais().symbol).toBe(symbol);
  });

  it("leaves a conventional cell as it is", () => {
    const cells = [
      Lattice.cubic(4),
      Lattice.tetragonal(4, 6),
      Lattice.tetragonal(6, 4),
      Lattice.orthorhombic(4, 5, 6),
      Lattice.hexagonal(3, 5),
      Lattice.hexagonal(5, 3),
      Lattice.monoclinic(5, 6, 7, 100),
    ];
    for (const cell of cells) {
      expect(Array.from(cell.bravais().transformation)).toEqual(identity);
    }
  });

  it.each([
    ["cF", 4, [0, 2, 2, 2, 0, 2, 2, 2, 0], [4, 4, 4, 90, 90, 90]],
    ["cI", 2, [-2, 2, 2, 2, -2, 2, 2, 2, -2], [4, 4, 4, 90, 90, 90]],
    ["tI", 2, [-2, 2, 3, 2, -2, 3, 2, 2, -3], [4, 4, 6, 90, 90, 90]],
    ["oF", 4, [0, 3, 4, 2, 0, 4, 2, 3, 0], [4, 6, 8, 90, 90, 90]],
    ["oI", 2, [-2, 3, 4, 2, -3, 4, 2, 3, -4], [4, 6, 8, 90, 90, 90]],
    ["oC", 2, [2, 3, 0, -2, 3, 0, 0, 0, 3.5], [4, 6, 3.5, 90, 90, 90]],
  ])("finds the conventional cell of %s", (symbol, points, primitive, expected) => {
    const found = Lattice.fromMatrix(primitive).bravais();
    expect(found.symbol).toBe(symbol);
    expect(determinant(found.transformation)).toBe(points);
    const { a, b, c, alpha, beta, gamma } = found.lattice.parameters;
    [a, b, c, alpha, beta, gamma].forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 9);
    });
  });

  it("takes hexagonal axes in the obverse setting for a rhombohedral lattice", () => {
    // Corundum: a = 4.7597, c = 12.9935 Å.
    const [a, c] = [4.7597, 12.9935];
    const side = Math.sqrt((a * a) / 3 + (c * c) / 9);
    const angle = 2 * Math.asin(a / 2 / side) * (180 / Math.PI);
    const primitive = Lattice.rhombohedral(side, angle);
    const { symbol, lattice } = primitive.bravais();
    expect(symbol).toBe("hR");
    expect(lattice.parameters.a).toBeCloseTo(a, 9);
    expect(lattice.parameters.c).toBeCloseTo(c, 9);
    const point = primitive.toFractional(lattice.toCartesian([2 / 3, 1 / 3, 1 / 3]));
    for (const coordinate of point)
      expect(Math.abs(coordinate - Math.round(coordinate))).toBeLessThan(1e-9);
  });

  it("chooses the C-centred cell of a monoclinic lattice, β obtuse, b the twofold axis", () => {
    const conventional = Lattice.monoclinic(8.5, 13, 7.2, 116);
    const primitive = conventional.transformed([0.5, 0.5, 0, -0.5, 0.5, 0, 0, 0, 1]);
    const other = primitive.transformed([1, 2, 0, 0, 1, 3, 0, 0, 1]);
    for (const cell of [primitive, other]) {
      const { symbol, lattice } = cell.bravais();
      expect(symbol).toBe("mC");
      expect(lattice.parameters.a).toBeCloseTo(8.5, 9);
      expect(lattice.parameters.b).toBeCloseTo(13, 9);
      expect(lattice.parameters.c).toBeCloseTo(7.2, 9);
      expect(lattice.parameters.beta).toBeCloseTo(116, 9);
      // (a + b)/2 is a lattice point.
      for (const coordinate of cell.toFractional(lattice.toCartesian([0.5, 0.5, 0]))) {
        expect(Math.abs(coordinate - Math.round(coordinate))).toBeLessThan(1e-9);
      }
    }
  });
});
