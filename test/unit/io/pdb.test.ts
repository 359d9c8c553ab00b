import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { hybridText, parseHybrid } from "../../../src/io/pdb/hybrid36.js";
import { trajectoryOf, trajectoryText } from "../../../src/io/trajectory.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import "../../../src/io/register.js";

const atom = (name: string, x: number, rest = "  1.00  0.00") =>
  `ATOM      1 ${name.padEnd(4)} MOL A   1    ${x.toFixed(3).padStart(8)}   0.000   0.000${rest}`;
const codes = (crystal: Crystal) => crystal.warnings.map(({ code, line }) => [code, line]);

describe("PDB", () => {
  it.each([
    [" CA ", "C"],
    ["CA  ", "Ca"],
    ["HG11", "H"],
    ["HG  ", "Hg"],
    ["1HB ", "H"],
    ["FE  ", "Fe"],
    [" N1 ", "N"],
    ["NA  ", "Na"],
    ["DG2A", "D"],
    ["   O", "O"],
  ])("atom name %j is %s where the element's columns are blank", (name, symbol) => {
    const crystal = Crystal.fromText(`${atom(name, 0)}\nEND\n`);
    expect(crystal.sites[0].occupants[0].species.symbol).toBe(symbol);
  });

  it("without a cell, or with the dummy one, is a molecule", () => {
    const dummy = "CRYST1    1.000    1.000    1.000  90.00  90.00  90.00 P 1           1\n";
    for (const head of ["", dummy]) {
      expect(Crystal.fromText(`${head}${atom(" O", 1)}\n`).periodic).toEqual([false, false, false]);
    }
  });

  it("takes another frame from SCALE", () => {
    // a along y, b along -x.
    const text = [
      "CRYST1   10.000   20.000   30.000  90.00  90.00  90.00 P 1",
      "SCALE1      0.000000  0.100000  0.000000        0.00000",
      "SCALE2     -0.050000  0.000000  0.000000        0.25000",
      "SCALE3      0.000000  0.000000  0.033333        0.00000",
      atom(" C", 5),
    ].join("\n");
    const crystal = Crystal.fromText(text);
    expect(Array.from(crystal.fracPositions)).toEqual([0, 0, 0]);
    expect(crystal.lattice.matrix[1]).toBeCloseTo(10, 9);
    expect(crystal.lattice.matrix[3]).toBeCloseTo(-20, 9);
  });

  it("has models, divided by MODEL and ENDMDL or by END", () => {
    const model = (x: number) => `${atom(" C", x)}\n`;
    expect(
      trajectoryOf(`MODEL 1\n${model(0)}ENDMDL\nMODEL 2\n${model(1)}ENDMDL\nEND\n`).length,
    ).toBe(2);
    expect(trajectoryOf(`${model(0)}END\n${model(1)}END\n`).length).toBe(2);
    expect(codes(Crystal.fromText(`${model(0)}END\n${model(1)}END\n`))).toEqual([
      ["MORE_STRUCTURES", 3],
    ]);
    const single = Crystal.fromText(`MODEL 1\n${model(0)}ENDMDL\nCONECT    1    2\nMASTER\nEND\n`);
    expect(codes(single)).toEqual([]);
  });

  it("takes occupancies that are all 0 as 1, and stars as missing", () => {
    const zero = Crystal.fromText(
      `${atom(" C", 0, "  0.00  0.00")}\n${atom(" O", 1, "  0.00  0.00")}\n`,
    );
    expect(zero.cellFormula).toBe("CO");
    expect(codes(zero)).toEqual([["OCCUPANCY_ZERO", 1]]);
    expect(Crystal.fromText(`${atom(" C", 0, "************")}\n`).cellFormula).toBe("C");
  });

  it("leaves out atoms of occupancy 0, and joins alternatives on one position", () => {
    const alt = (letter: string, element: string, share: string) =>
      `ATOM      1  M  ${letter}MOL A   1       1.000   0.000   0.000  ${share}  0.00          ${element}`;
    const text = `${alt("A", "FE", "0.70")}\n${alt("B", "MG", "0.30")}\n${atom(" C", 2, "  0.00  0.00")}\n`;
    const crystal = Crystal.fromText(text);
    expect(crystal.cellFormula).toBe("Mg0.3Fe0.7");
    expect(codes(crystal)).toEqual([["EMPTY_SITE", 3]]);
  });

  it.each([
    [
      atom(" C", 0).replace("0.000   0.000", "0.0x0   0.000"),
      /1:31: expected the coordinate x in columns 31 to 38/,
    ],
    [atom("??", 0), /expected an element, or an atom name/],
    [atom(" C", 0, "  7.00  0.00"), /an occupancy from 0 to 1 in columns 55 to 60/],
    [
      `CRYST1   10.000   20.000      abc  90.00  90.00  90.00\n${atom(" C", 0)}`,
      /1:25: expected a cell length/,
    ],
    [atom(" C", 0).replace("MOL A   1", "MOL A  ?1"), /a residue number in columns 23 to 26/],
    ["END\n", /a structure should stand/],
  ])("case %# is an error", (text, message) => {
    expect(() => Crystal.fromText(text, { format: "pdb" })).toThrow(message);
  });

  it("turns the cell, and keeps what an atom record holds", () => {
    const crystal = Crystal.create({
      lattice: Lattice.fromMatrix([0, 0, 10, 10, 0, 0, 0, 10, 0]),
      species: ["Fe3+", "O2-"],
      fracPositions: [0.25, 0.5, 0.75, 0, 0, 0],
      labels: ["FE", "OXT"],
      siteProperties: {
        residueName: ["HEM", "ALA"],
        residueNumber: [9_999, 10_000],
        chainId: ["A", "B"],
        bFactor: [12.5, 3],
        hetero: [1, 0],
      },
    });
    const again = Crystal.fromText(trajectoryText([crystal], "pdb"));
    expect(Array.from(again.fracPositions)).toEqual([0.25, 0.5, 0.75, 0, 0, 0]);
    expect(again.siteProperties).toEqual(crystal.siteProperties);
    expect(again.sites).toEqual(crystal.sites);
  });
});

describe("hybrid-36", () => {
  // From the definition: the first and last number of each range.
  it.each([
    [9999, "9999"],
    [10_000, "A000"],
    [10_001, "A001"],
    [10_000 + 26 * 36 ** 3 - 1, "ZZZZ"],
    [10_000 + 26 * 36 ** 3, "a000"],
    [10_000 + 52 * 36 ** 3 - 1, "zzzz"],
    [-999, "-999"],
    [7, "   7"],
  ])("%d is %s", (value, text) => {
    expect(hybridText(value, 4)).toBe(text);
    expect(parseHybrid(text)).toBe(value);
  });

  it("has an end", () => {
    expect(hybridText(10_000 + 52 * 36 ** 3, 4)).toBeUndefined();
    expect(hybridText(-1000, 4)).toBeUndefined();
    expect(parseHybrid("A_00")).toBeUndefined();
    expect(parseHybrid("Aa00")).toBeUndefined();
  });
});
