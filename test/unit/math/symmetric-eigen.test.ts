import { describe, expect, it } from "vitest";
import { multiply, transpose } from "../../../src/math/mat3.js";
import { symmetricEigen, symmetricFunction } from "../../../src/math/symmetric-eigen.js";

const matrices = [
  [2, -1, 0, -1, 2, -1, 0, -1, 2],
  [1, 0, 0, 0, 1, 0, 0, 0, 1],
  [0, 1, 0, 1, 0, 0, 0, 0, -3],
  [4, 1e-9, 0, 1e-9, 4, 2, 0, 2, 1e6],
];

describe("symmetricEigen", () => {
  it.each(matrices.map((matrix) => ({ matrix })))("diagonalises $matrix", ({ matrix }) => {
    const { values, vectors } = symmetricEigen(matrix);
    const scale = Math.max(...matrix.map(Math.abs));
    multiply(vectors, transpose(vectors)).forEach((value, i) => {
      expect(value).toBeCloseTo(Number(i % 4 === 0), 12);
    });
    multiply(multiply(vectors, matrix), transpose(vectors)).forEach((value, i) => {
      const expected = i % 4 === 0 ? values[i / 4] : 0;
      expect(Math.abs(value - expected)).toBeLessThan(1e-13 * scale);
    });
    expect(Array.from(values)).toEqual(Array.from(values).sort((p, q) => p - q));
  });

  it("knows the chain of three: 2 − √2, 2, 2 + √2", () => {
    const { values } = symmetricEigen(matrices[0]);
    [2 - Math.SQRT2, 2, 2 + Math.SQRT2].forEach((expected, i) => {
      expect(values[i]).toBeCloseTo(expected, 14);
    });
  });

  it("applies functions to eigenvalues", () => {
    const root = symmetricFunction(matrices[0], Math.sqrt);
    multiply(root, root).forEach((value, i) => {
      expect(value).toBeCloseTo(matrices[0][i], 12);
    });
  });
});
