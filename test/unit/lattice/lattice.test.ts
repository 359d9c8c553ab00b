import { DomainError, Lattice, ShapeError } from "prism-lab";
import { describe, expect, it } from "vitest";

describe("Lattice", () => {
  it("turns parameters into vectors and back", () => {
    const given = [5.1, 6.2, 7.3, 81, 97, 113] as const;
    const { parameters } = Lattice.fromMatrix(Lattice.fromParameters(...given).matrix);
    const back = [parameters.a, parameters.b, parameters.c];
    const angles = [parameters.alpha, parameters.beta, parameters.gamma];
    [...back, ...angles].forEach((value, i) => {
      expect(value).toBeCloseTo(given[i], 10);
    });
  });

  it("has the volume of the triclinic formula", () => {
    const [a, b, c, ...angles] = [5.1, 6.2, 7.3, 81, 97, 113];
    const [x, y, z] = angles.map((angle) => Math.cos((angle * Math.PI) / 180));
    const expected = a * b * c * Math.sqrt(1 - x * x - y * y - z * z + 2 * x * y * z);
    expect(Lattice.fromParameters(a, b, c, 81, 97, 113).volume).toBeCloseTo(expected, 9);
  });

  it("keeps cubic and hexagonal cells exact", () => {
    expect(Array.from(Lattice.cubic(4).matrix)).toEqual([4, 0, 0, 0, 4, 0, 0, 0, 4]);
    expect(Lattice.hexagonal(2, 5).matrix[3]).toBe(-1);
  });

  it("computes d-spacings by the quadratic forms of the textbooks", () => {
    expect(Lattice.cubic(5.431144).dSpacing([1, 1, 1])).toBeCloseTo(5.431144 / Math.sqrt(3), 12);
    const [a, c] = [4.916, 5.4054];
    const hexagonal = 1 / Math.sqrt((4 / 3) * (1 / (a * a)) + 1 / (c * c));
    expect(Lattice.hexagonal(a, c).dSpacing([1, 0, 1])).toBeCloseTo(hexagonal, 12);
  });

  it("has a reciprocal without 2π", () => {
    const lattice = Lattice.fromParameters(5.1, 6.2, 7.3, 81, 97, 113);
    const { matrix } = lattice.reciprocal;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const dot = [0, 1, 2].reduce(
          (s, k) => s + lattice.matrix[3 * i + k] * matrix[3 * j + k],
          0,
        );
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
      }
    }
  });

  it.each([
    [[-1, 2, 3, 90, 90, 90], /cell length a must be greater than 0 Å, got -1/],
    [[1, 0, 3, 90, 90, 90], /cell length b must be greater than 0/],
    [[1, 2, Number.NaN, 90, 90, 90], /cell length c must be a finite number in Å, got NaN/],
    [[1, 2, 3, 90, 180, 90], /cell angle beta must lie between 0 and 180 degrees, got 180/],
    [[1, 2, 3, 30, 40, 110], /no cell has the angles 30, 40, 110/],
  ])("refuses the parameters %j", (parameters, message) => {
    const [a, b, c, alpha, beta, gamma] = parameters as number[];
    const make = () => Lattice.fromParameters(a, b, c, alpha, beta, gamma);
    expect(make).toThrow(DomainError);
    expect(make).toThrow(message as RegExp);
  });

  it("refuses matrices of another shape, with NaN, or coplanar", () => {
    expect(() => Lattice.fromMatrix([1, 2, 3])).toThrow(ShapeError);
    expect(() => Lattice.fromMatrix([1, 0, 0, 0, 1, 0, 0, 0, Number.NaN])).toThrow(
      /vector c, component z/,
    );
    expect(() => Lattice.fromMatrix([1, 0, 0, 0, 1, 0, 1, 1, 0])).toThrow(/coplanar/);
  });

  it("refuses lengths without digits, and vectors that are none", () => {
    expect(() => Lattice.cubic(1e200)).toThrow(/cell length a must lie between/);
    expect(() => Lattice.fromMatrix(new Float64Array(9))).toThrow(/cell length a .* got 0/);
    const call = Lattice.cubic(4) as unknown as Record<string, (value?: unknown) => unknown>;
    for (const method of ["dSpacing", "toCartesian", "toFractional"]) {
      for (const value of [undefined, [1], [1, 2, Number.NaN], 5]) {
        expect(() => call[method](value)).toThrow(ShapeError);
      }
    }
  });
});
