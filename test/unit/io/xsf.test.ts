import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { trajectoryOf, trajectoryText } from "../../../src/io/trajectory.js";
import "../../../src/io/register.js";

const cell = "PRIMVEC\n4 0 0\n0 5 0\n0 0 6\n";

describe("XSF", () => {
  it.each([
    ["CRYSTAL", [true, true, true]],
    ["SLAB", [true, true, false]],
    ["POLYMER", [true, false, false]],
    ["DIM-GROUP\n2 1", [true, true, false]],
  ])("%s says what is periodic", (word, periodic) => {
    const crystal = Crystal.fromText(`# x\n${word}\n${cell}PRIMCOORD\n1 1\nSi 0 0 0\n`);
    expect(crystal.periodic).toEqual(periodic);
    expect(crystal.lattice.parameters).toMatchObject({ a: 4, b: 5, c: 6 });
  });

  it("takes the primitive cell, and forces in Hartree/Å", () => {
    const conventional = cell.replace("PRIMVEC", "CONVVEC").replace("4 0 0", "8 0 0");
    const crystal = Crystal.fromText(
      `CRYSTAL\n${cell}${conventional}PRIMCOORD\n2 1\n14 0 0 0 1 0 0\n8 1 1 1 0 0.5 0\nBEGIN_BLOCK_DATAGRID_3D\nx\nEND_BLOCK_DATAGRID_3D\n`,
    );
    expect(crystal.lattice.parameters.a).toBe(4);
    expect((crystal.siteProperties.forces as Float64Array)[0]).toBeCloseTo(27.2113862, 6);
    expect(crystal.warnings).toEqual([]);
  });

  it("has atoms alone up to the next keyword", () => {
    const steps = trajectoryOf(
      "ANIMSTEPS 2\nATOMS 1\nO 0 0 0\nH 0 0 1\nATOMS 2\nO 0 0 0\nH 0 0 1.1\n",
    );
    expect(steps.map(({ cartPositions }) => cartPositions[5])).toEqual([1, 1.1]);
    expect(Crystal.fromText("MOLECULE\nATOMS\n85 0 0 0\n").formula).toBe("At");
  });

  it("keeps one cell for all steps, or has one each", () => {
    const step = (n: number) => `PRIMCOORD ${n}\n1 1\n1 0 0 0\n`;
    const fixed = `ANIMSTEPS 2\nCRYSTAL\n${cell}${step(1)}${step(2)}`;
    expect(trajectoryOf(fixed).length).toBe(2);
    const [first] = trajectoryOf(fixed);
    const larger = first.supercell([2, 1, 1]);
    const again = trajectoryOf(trajectoryText([first, larger], "xsf"));
    expect(again.map(({ lattice }) => lattice.parameters.a)).toEqual([4, 8]);
  });

  it.each([
    [`CRYSTAL\nPRIMCOORD\n1 1\n1 0 0 0\n`, /2:1: expected PRIMVEC before/],
    [`CRYSTAL\n${cell}PRIMCOORD\n2 1\n1 0 0 0\n`, /expected 2 atoms|atom 2 of 2/],
    [
      `CRYSTAL\n${cell}PRIMCOORD\n2 1\n1 0 0 0 0 0 0\n1 0 0 0\n`,
      /forces for all atoms or for none/,
    ],
    [`CRYSTAL\n${cell}PRIMCOORD\n1 1\nQq 0 0 0\n`, /8:1: expected an element/],
    [`CRYSTAL\nFOO\n`, /2:1: expected a keyword such as CRYSTAL/],
    [`CRYSTAL\n${cell}BEGIN_BLOCK_DATAGRID_3D\n`, /END_BLOCK_DATAGRID_3D" should stand/],
    ["ATOMS\n", /an atom should stand/],
    ["ATOMS\n?? 0 0 0\n", /expected an element/],
  ])("case %# is an error", (text, message) => {
    expect(() => Crystal.fromText(text, { format: "xsf" })).toThrow(message);
  });

  it("refuses what it has no word for", () => {
    const crystal = Crystal.fromText(`CRYSTAL\n${cell}PRIMCOORD\n1 1\n1 0 0 0\n`);
    const odd = Crystal.create({
      lattice: crystal.lattice,
      species: ["H"],
      fracPositions: [0, 0, 0],
      periodic: [false, true, true],
    });
    expect(() => odd.toText("xsf")).toThrow(
      /periodic = \[false, true, true\]: exchange its vectors/,
    );
    expect(() => trajectoryText([crystal, Crystal.fromText("ATOMS\n1 0 0 0\n")], "xsf")).toThrow(
      /of one periodicity/,
    );
  });
});
