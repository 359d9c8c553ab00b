import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { asymmetricUnit } from "../../../src/symmetry/asymmetric-unit.js";
import { conventional } from "../../../src/symmetry/standardize.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";

/** Steps of the golden ratio and its kin: no two sites are related. */
function points(count: number): number[][] {
  return Array.from({ length: count }, (_, i) => [
    (0.1 + i * 0.6180339887) % 1,
    (0.2 + i * 0.7548776662) % 1,
    (0.3 + i * 0.5698402909) % 1,
  ]);
}

const centre = [0.15, 0.4, 0.35];

/** 80 sites, with a centre of inversion if asked for; one site lies on another centre. */
function triclinic(isCentric: boolean, handedness: 1 | -1 = 1): Crystal {
  const half = points(isCentric ? 39 : 78);
  const images = half.map((x) => x.map((value, k) => 2 * centre[k] - value));
  const special = [centre, [centre[0] + 0.5, centre[1], centre[2]]];
  const all = [...half, ...(isCentric ? images : []), ...special];
  return Crystal.create({
    // A skew basis of a cell with the edges 9, 10 and 12 Å.
    lattice: [9, 0, 0, 10, 10, 0.5, 1, -9.7, 11.8 * handedness],
    species: all.map((_, i) => (i < 78 ? ["O", "Si", "Al"][(i % 39) % 3] : "Fe")),
    fracPositions: all,
  });
}

describe("symmetry of many sites in a triclinic cell", () => {
  it.each([
    ["P1", false, 1],
    ["P-1", true, 1],
    ["P1", false, -1],
    ["P-1", true, -1],
  ] as const)("finds %s", (symbol, isCentric, handedness) => {
    const crystal = triclinic(isCentric, handedness);
    const found = symmetry(crystal, { symprec: 1e-4 });
    expect(found.internationalSymbol).toBe(symbol);
    expect(found.pearsonSymbol).toBe("aP80");
    expect(found.operations).toHaveLength(isCentric ? 2 : 1);
    const given = crystal.lattice.niggli().lattice.parameters;
    const cell = conventional(crystal, { symprec: 1e-4 }).lattice.parameters;
    for (const name of ["a", "b", "c", "alpha", "beta", "gamma"] as const) {
      expect(cell[name]).toBeCloseTo(given[name], 6);
    }
  });

  it("puts the origin on a centre of inversion", () => {
    const crystal = triclinic(true);
    const { operations } = symmetry(crystal, { symprec: 1e-4 });
    const shift = operations[1].translation.map((value, k) => value - 2 * centre[k]);
    for (const value of shift) expect(Math.abs(value - Math.round(value))).toBeLessThan(1e-6);
    const { sites } = asymmetricUnit(crystal, { symprec: 1e-4 });
    expect(sites).toHaveLength(41);
    const special = sites.filter(({ multiplicity }) => multiplicity === 1);
    expect(special.map(({ siteSymmetry }) => siteSymmetry)).toEqual(["-1", "-1"]);
    for (const { fracPosition } of special) {
      for (const x of fracPosition) expect(Math.abs(2 * x - Math.round(2 * x))).toBeLessThan(1e-6);
    }
  });

  it("comes to the same cell again", () => {
    const cell = conventional(triclinic(true), { symprec: 1e-4 });
    const again = conventional(cell, { symprec: 1e-4 });
    Array.from(again.lattice.matrix).forEach((value, i) => {
      expect(value).toBeCloseTo(cell.lattice.matrix[i], 8);
    });
    expect(symmetry(again, { symprec: 1e-4 }).internationalSymbol).toBe("P-1");
  });
});
