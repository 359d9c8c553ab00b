import { readFileSync } from "node:fs";
import { DomainError, InvalidConfiguration, Lattice } from "prism-lab";
import { describe, expect, it } from "vitest";
import { multiply } from "../../../src/math/mat3.js";

interface Golden {
  readonly symbol: string;
  readonly matrix: number[];
  readonly spglibNiggli: number[];
  readonly pymatgenNiggli: number[];
  readonly spglibDelaunay: number[];
  readonly pymatgenLll: number[];
}

const golden: Golden[] = JSON.parse(
  readFileSync(new URL("../../golden/lattice/reductions.json", import.meta.url), "utf8"),
);
const cases = golden.map((each, i) => ({ ...each, name: `${i} ${each.symbol}` }));
const valuesOf = ({ parameters: p }: Lattice) => [p.a, p.b, p.c, p.alpha, p.beta, p.gamma];
const lengthsOf = (values: readonly number[]) => values.slice(0, 3).sort((p, q) => p - q);

function expectClose(values: readonly number[], expected: readonly number[]) {
  values.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThan(1e-9);
  });
}

describe("reductions against spglib and pymatgen", () => {
  it.each(cases)("$name", (each) => {
    const lattice = Lattice.fromMatrix(each.matrix);
    const niggli = lattice.niggli();
    expectClose(valuesOf(niggli.lattice), each.spglibNiggli);
    expectClose(lengthsOf(valuesOf(niggli.lattice)), lengthsOf(each.pymatgenNiggli));
    const delaunay = lattice.delaunay();
    expectClose(lengthsOf(valuesOf(delaunay.lattice)), lengthsOf(each.spglibDelaunay));
    const lll = lattice.lll();
    expectClose(lengthsOf(valuesOf(lll.lattice)), lengthsOf(each.pymatgenLll));
    expect(lattice.bravais().symbol).toBe(each.symbol);
    expect(lattice.niggliCharacter().symbol).toBe(each.symbol);
    for (const reduced of [niggli, delaunay, lll]) {
      const matrix = multiply(reduced.transformation, lattice.matrix);
      expect(Array.from(matrix)).toEqual(Array.from(reduced.lattice.matrix));
    }
  });
});

describe("reductions", () => {
  it("reduces the example of Křivý and Gruber (1976)", () => {
    const [a, b, c] = [3, Math.sqrt(27), 2];
    const cosine = (x: number, p: number, q: number) =>
      (Math.acos(x / (2 * p * q)) * 180) / Math.PI;
    const given = Lattice.fromParameters(
      a,
      b,
      c,
      cosine(-5, b, c),
      cosine(-4, a, c),
      cosine(-22, a, b),
    );
    const { metricTensor } = given.niggli().lattice;
    // A, B, C, ξ/2, η/2, ζ/2 of the paper's table.
    const expected = [4, 9, 9, 4.5, 1.5, 2];
    [0, 4, 8, 5, 2, 1].forEach((at, i) => {
      expect(metricTensor[at]).toBeCloseTo(expected[i], 9);
    });
  });

  it("keeps the handedness", () => {
    const left = Lattice.fromMatrix([0, 3, 1, 4, 0, 0, 9, 0.5, 7]);
    const sign = (m: Float64Array) =>
      Math.sign(
        m[0] * (m[4] * m[8] - m[5] * m[7]) -
          m[1] * (m[3] * m[8] - m[5] * m[6]) +
          m[2] * (m[3] * m[7] - m[4] * m[6]),
      );
    for (const { lattice } of [left.niggli(), left.delaunay(), left.lll()]) {
      expect(sign(lattice.matrix)).toBe(sign(left.matrix));
    }
  });

  it("has no scale: reciprocal lattices and astronomical ones reduce alike", () => {
    const skewed = Lattice.fromParameters(4, 5, 6, 80, 95, 100).transformed([
      [1, 7, -3],
      [0, 1, 12],
      [0, 0, 1],
    ]);
    const { transformation } = skewed.niggli();
    for (const factor of [1e-20, 1e-3, 1e20]) {
      const scaled = Lattice.fromMatrix(skewed.matrix.map((value) => factor * value));
      expect(Array.from(scaled.niggli().transformation)).toEqual(Array.from(transformation));
    }
  });

  it("takes a slab with vacuum for what it is", () => {
    const { parameters } = Lattice.hexagonal(2.46, 1000).niggli().lattice;
    expect(parameters.gamma).toBeCloseTo(120, 9);
    expect(parameters.c).toBeCloseTo(1000, 6);
  });

  it("joins what the tolerance makes equal", () => {
    const distorted = Lattice.fromParameters(4.0001, 4, 4.0002, 90, 90.002, 90);
    expect(distorted.niggliCharacter({ tolerance: 1e-3 })).toEqual({ number: 3, symbol: "cP" });
    expect(distorted.niggliCharacter().symbol).toBe("mP");
    expect(distorted.bravais({ tolerance: 1e-3 }).symbol).toBe("cP");
    expect(distorted.bravais({ tolerance: 1e-6 }).symbol).toBe("mP");
  });

  it("refuses options without meaning", () => {
    const lattice = Lattice.cubic(4);
    expect(() => lattice.lll({ delta: 1 })).toThrow(DomainError);
    expect(() => lattice.lll({ delta: 0.2 })).toThrow(/delta must lie between/);
    expect(() => lattice.niggli({ tolerance: -1 })).toThrow(DomainError);
    expect(() => lattice.delaunay(5 as never)).toThrow(InvalidConfiguration);
  });
});
