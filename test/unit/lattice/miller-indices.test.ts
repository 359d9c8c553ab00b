import {
  DomainError,
  Lattice,
  miller,
  millerBravais,
  millerBravaisDirection,
  millerDirection,
  planeOfDirections,
  ShapeError,
  zoneAxis,
} from "prism-lab";
import { describe, expect, it } from "vitest";

describe("Miller-Bravais indices", () => {
  it("turns planes into four indices and back", () => {
    expect(millerBravais([1, 1, 0])).toEqual([1, 1, -2, 0]);
    expect(millerBravais([2, -1, 3])).toEqual([2, -1, -1, 3]);
    expect(miller([1, 1, -2, 0])).toEqual([1, 1, 0]);
    expect(millerBravais([0, 0, 1])).toEqual([0, 0, 0, 1]);
  });

  it("turns directions into smallest whole numbers and back", () => {
    const pairs: [number[], number[]][] = [
      [
        [1, 0, 0],
        [2, -1, -1, 0],
      ],
      [
        [2, 1, 0],
        [1, 0, -1, 0],
      ],
      [
        [1, 1, 0],
        [1, 1, -2, 0],
      ],
      [
        [0, 0, 1],
        [0, 0, 0, 1],
      ],
      [
        [1, 1, 1],
        [1, 1, -2, 3],
      ],
    ];
    for (const [uvw, uvtw] of pairs) {
      expect(millerBravaisDirection(uvw)).toEqual(uvtw);
      expect(millerDirection(uvtw)).toEqual(uvw);
    }
    expect(millerBravaisDirection([4, 2, 0])).toEqual([1, 0, -1, 0]);
  });

  it("gives a direction that is the sum U a₁ + V a₂ + T a₃ + W c", () => {
    const lattice = Lattice.hexagonal(3, 5);
    const [U, V, T, W] = millerBravaisDirection([3, -2, 1]);
    const sum = lattice.toCartesian([U - T, V - T, W]);
    expect(lattice.angleBetweenDirections(lattice.toFractional(sum), [3, -2, 1])).toBeCloseTo(0, 6);
  });

  it("checks that the first three add up to 0", () => {
    expect(() => miller([1, 1, 1, 0])).toThrow(/h \+ k \+ i must be 0.*third index is -2/);
    expect(() => millerDirection([1, 1, 0, 0])).toThrow(DomainError);
    expect(() => millerDirection([0, 0, 0, 0])).toThrow(/not all 0/);
    expect(() => millerBravaisDirection([0, 0, 0])).toThrow(DomainError);
    expect(() => millerBravais([1, 0.5, 0])).toThrow(ShapeError);
    expect(() => miller([1, 0, 0])).toThrow(/hkil must be 4 whole numbers/);
  });
});

describe("zones", () => {
  it("finds the zone axis of two planes and the plane of two directions", () => {
    expect(zoneAxis([1, 1, 0], [1, -1, 0])).toEqual([0, 0, -1]);
    expect(zoneAxis([2, 0, 0], [0, 0, 4])).toEqual([0, -1, 0]);
    expect(planeOfDirections([1, 0, 0], [0, 1, 1])).toEqual([0, -1, 1]);
    const lattice = Lattice.fromParameters(5, 6, 7, 80, 95, 103);
    const axis = zoneAxis([1, 2, 3], [-2, 0, 1]);
    expect(lattice.angleBetweenDirectionAndPlane(axis, [1, 2, 3])).toBeCloseTo(0, 10);
    expect(lattice.angleBetweenDirectionAndPlane(axis, [-2, 0, 1])).toBeCloseTo(0, 10);
  });

  it("refuses parallel planes", () => {
    expect(() => zoneAxis([1, 1, 0], [2, 2, 0])).toThrow(/not parallel/);
    expect(() => planeOfDirections([1, 0, 0], [-1, 0, 0])).toThrow(DomainError);
  });
});
