import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { bondedSites, completesCenter } from "../../../src/display/bonds.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import * as crystals from "./fixtures.js";

const bonds = (crystal: Crystal) => bondedSites(crystal, crystal.fracPositions);
const counts = (crystal: Crystal) => bonds(crystal).map((list) => list.length);

describe("bondedSites", () => {
  it("finds the tetrahedra of quartz with their Si-O distances", () => {
    const found = bonds(crystals.quartz);
    expect(found.map((list) => list.length)).toEqual([4, 4, 4, 2, 2, 2, 2, 2, 2]);
    for (const { distance } of found.flat()) expect(distance).toBeCloseTo(1.61, 1);
  });

  it("gives the coordination numbers of simple structures", () => {
    expect(counts(crystals.rocksalt)).toEqual(Array(8).fill(6));
    expect(counts(crystals.silicon)).toEqual(Array(8).fill(4));
    expect(counts(crystals.copper)).toEqual(Array(4).fill(12));
    // Not the six second neighbours, 15 % further away.
    expect(counts(crystals.iron)).toEqual([8, 8]);
    expect(counts(crystals.water)).toEqual([2, 1, 1]);
  });

  it("leaves large cations free where their neighbours bond to something else", () => {
    expect(counts(crystals.perovskite)).toEqual([0, 6, 2, 2, 2]);
    expect(counts(crystals.lanthanumBoride)).toEqual([0, 5, 5, 5, 5, 5, 5]);
  });

  it("lists every bond from both ends with opposite shifts", () => {
    const found = bonds(crystals.quartz);
    found.forEach((list, i) => {
      for (const { site, shift } of list) {
        const back = found[site].filter(
          (bond) =>
            bond.site === i &&
            bond.shift.every((cells, k) => cells === -shift[k] || cells + shift[k] === 0),
        );
        expect(back).toHaveLength(1);
      }
    });
  });

  it("reaches over several cells where the cell is shorter than the bonds", () => {
    const half = 3.615 / 2;
    const primitive = Crystal.create({
      lattice: Lattice.fromMatrix([0, half, half, half, 0, half, half, half, 0]),
      species: ["Cu"],
      fracPositions: [0, 0, 0],
    });
    const [found] = bonds(primitive);
    expect(found).toHaveLength(12);
    for (const { distance } of found) expect(distance).toBeCloseTo(half * Math.SQRT2, 10);
  });
});

describe("completesCenter", () => {
  it("is for covalent centres and for hydrogen", () => {
    const [h, c, o, na, si, cl] = [1, 6, 8, 11, 14, 17];
    expect(completesCenter(si, o)).toBe(true);
    expect(completesCenter(c, o)).toBe(true);
    expect(completesCenter(o, h)).toBe(true);
    expect(completesCenter(o, si)).toBe(false);
    expect(completesCenter(si, si)).toBe(false);
    expect(completesCenter(na, cl)).toBe(false);
  });

  it("draws none in a cell that is a sliver, whose images it could not count", () => {
    const sliver = Crystal.create({
      lattice: Lattice.fromParameters(5, 5, 5, 90, 90, 0.001),
      species: ["Si"],
      fracPositions: [0, 0, 0],
    });
    expect(counts(sliver)).toEqual([0]);
  });
});
