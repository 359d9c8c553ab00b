import { DomainError, Lattice, ShapeError } from "prism-lab";
import { describe, expect, it } from "vitest";

const quartz = Lattice.hexagonal(4.916, 5.4054);

describe("angles", () => {
  it("knows those of the cube", () => {
    const cube = Lattice.cubic(4);
    expect(cube.angleBetweenDirections([1, 0, 0], [1, 1, 1])).toBeCloseTo(54.735610317245346, 10);
    expect(cube.angleBetweenPlanes([1, 1, 1], [-1, 1, 1])).toBeCloseTo(70.52877936550931, 10);
    expect(cube.angleBetweenDirectionAndPlane([1, 1, 0], [1, 0, 0])).toBeCloseTo(45, 12);
    expect(cube.angleBetweenDirectionAndPlane([0, 1, 0], [1, 0, 0])).toBe(0);
    expect(cube.angleBetweenDirections([1, 2, 3], [-1, -2, -3])).toBeCloseTo(180, 10);
  });

  it("has r and z of quartz, m and m', where the mineralogists measure them", () => {
    expect(quartz.angleBetweenPlanes([1, 0, 0], [0, 1, 0])).toBeCloseTo(60, 12);
    // m ^ r = 38°13': Dana's System of Mineralogy.
    expect(quartz.angleBetweenPlanes([1, 0, 0], [1, 0, 1])).toBeCloseTo(38 + 13 / 60, 1);
    expect(quartz.angleBetweenDirections([1, 0, 0], [0, 1, 0])).toBeCloseTo(120, 12);
  });

  it("is 90° between a plane and its normal, and 0 within it", () => {
    const lattice = Lattice.fromParameters(5, 6, 7, 80, 95, 103);
    expect(lattice.angleBetweenDirectionAndPlane([1, -1, 0], [1, 1, 4])).toBeCloseTo(0, 10);
    const normal = lattice.toFractional(lattice.planeNormal([1, 1, 4]));
    expect(lattice.angleBetweenDirectionAndPlane(normal, [1, 1, 4])).toBeCloseTo(90, 6);
    expect(Math.hypot(...lattice.planeNormal([1, 1, 4]))).toBeCloseTo(1, 12);
  });

  it("refuses what is no direction and no plane", () => {
    expect(() => quartz.angleBetweenPlanes([0, 0, 0], [1, 0, 0])).toThrow(DomainError);
    expect(() => quartz.angleBetweenDirections([1, 0, 0], [0, 0, 0])).toThrow(/otherUvw/);
    expect(() => quartz.planeNormal([1, 0])).toThrow(ShapeError);
    expect(() => quartz.dSpacing([0, 0, 0])).toThrow(/not all 0/);
  });
});

describe("reciprocal2Pi", () => {
  it("is 2π times the crystallographic one", () => {
    expect(Lattice.cubic(4).reciprocal2Pi.parameters.a).toBeCloseTo(Math.PI / 2, 12);
    expect(quartz.reciprocal2Pi.volume).toBeCloseTo((2 * Math.PI) ** 3 / quartz.volume, 9);
  });
});
