import { describe, expect, it } from "vitest";
import type { Crystal } from "../../../src/crystal/crystal.js";
import { drawCrystal, siteLimit, solidLimit } from "../../../src/display/crystal-drawing.js";
import * as crystals from "./fixtures.js";

const all = { style: "ball-and-stick", bonds: true, images: true } as const;

describe("drawCrystal", () => {
  it("repeats atoms on the border on all faces, edges and corners", () => {
    const drawing = drawCrystal(crystals.rocksalt, all);
    // 3 x 3 x 3 points of the cube, and the 54 edges between them.
    expect(drawing.atoms).toHaveLength(27);
    expect(drawing.bonds).toHaveLength(54);
    expect(drawCrystal(crystals.silicon, all).atoms).toHaveLength(18);
    expect(drawCrystal(crystals.rocksalt, { ...all, images: false }).atoms).toHaveLength(8);
  });

  it("completes the tetrahedra of quartz", () => {
    const { atoms, bonds, sites } = drawCrystal(crystals.quartz, all);
    const sticks = atoms.map((_, i) => bonds.filter((bond) => bond.includes(i)).length);
    atoms.forEach(({ site }, i) => {
      if (sites[site].symbol === "Si") expect(sticks[i]).toBe(4);
    });
  });

  it("wraps sites into the cell, also from just below its border", () => {
    const moved = {
      ...at(crystals.iron),
      fracPositions: Float64Array.of(-1e-5, 3, -2, 1.5, 0.5, -0.5),
    };
    const { atoms } = drawCrystal(moved as unknown as Crystal, all);
    expect(atoms).toHaveLength(9);
  });

  it("draws the cell with twelve edges and three axes, and a molecule without", () => {
    const cell = drawCrystal(crystals.quartz, all);
    expect(cell.cellEdges).toHaveLength(12);
    expect(cell.axes.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    const molecule = drawCrystal(crystals.water, all);
    expect(molecule.cellEdges).toHaveLength(0);
    expect(molecule.axes).toHaveLength(0);
    expect(molecule.atoms).toHaveLength(3);
  });

  it("shares a ball between occupants and vacancy", () => {
    const { sites } = drawCrystal(crystals.disordered, all);
    expect(sites[0].sectors.map(({ symbol }) => symbol)).toEqual(["Mg", "Fe", ""]);
    expect(sites[0].sectors[2].from).toBeCloseTo(0.9);
    expect(sites[0].occupantText).toBe("Mg 70 %, Fe 20 %");
    expect(sites[1].sectors).toHaveLength(1);
  });

  it("draws touching balls and no sticks in the style spacefill", () => {
    const drawing = drawCrystal(crystals.silicon, { ...all, style: "spacefill" });
    expect(drawing.bonds).toHaveLength(0);
    expect(2 * drawing.sites[0].radius).toBeCloseTo(2.35, 0);
  });

  it("turns to markers and then leaves out sites, with a note, as the crystal grows", () => {
    const medium = drawCrystal(crystals.quartz.supercell([3, 3, 3]), all);
    expect(medium.atoms.length).toBeGreaterThan(solidLimit);
    expect(medium.detail).toBe("flat");
    expect(medium.note).toBeUndefined();
    const large = drawCrystal(crystals.rocksalt.supercell([9, 9, 9]), all);
    expect(large.atoms).toHaveLength(siteLimit);
    expect(large.note).toBe("5000 of 5832 sites drawn, those nearest to the centre");
  });
});

/** A crystal's members as a plain object: getters included. */
function at(crystal: Crystal): Record<string, unknown> {
  const { lattice, siteCount, numbers, periodic, sites, formula } = crystal;
  return { lattice, siteCount, numbers, periodic, sites, formula };
}
