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

  describe("symmetry", () => {
    const cell = (symbol: string) =>
      `CRYST1   10.000   11.000   12.000  90.00  90.00  90.00 ${symbol.padEnd(11)}   4\n`;
    const water = (name: string, x: number, y: number, z: number, share = 1) =>
      `HETATM    1  ${name.padEnd(3)} HOH A  17    ${[x, y, z].map((v) => v.toFixed(3).padStart(8)).join("")}` +
      `${share.toFixed(2).padStart(6)} 20.00           O  \n`;
    const read = (text: string) => Crystal.fromText(text, { format: "pdb", expandSymmetry: true });

    it("is not applied unless that is asked for, and either is said", () => {
      const text = cell("P 21 21 21") + water("O1", 1, 2, 3) + water("O2", 3, 4, 5);
      const model = Crystal.fromText(text);
      expect(model.siteCount).toBe(2);
      expect(model.info).toEqual({ spaceGroup: "P 21 21 21", spaceGroupNumber: 19 });
      expect(model.warnings).toMatchObject([{ code: "ASYMMETRIC_UNIT" }]);
      expect(model.warnings[0].message).toContain("{ expandSymmetry: true }");
      const whole = read(text);
      expect(whole.labels).toEqual(["O1", "O1", "O1", "O1", "O2", "O2", "O2", "O2"]);
      expect(whole.siteProperties.residueNumber).toEqual(new Float64Array(8).fill(17));
      expect(whole.siteProperties.bFactor).toEqual(new Float64Array(8).fill(20));
      expect(whole.warnings).toMatchObject([{ code: "SYMMETRY_APPLIED" }]);
      // A cell that is whole, or none, is left as it is, without a word.
      expect(read(cell("P 1") + water("O1", 1, 2, 3)).warnings).toEqual([]);
      expect(read(water("O1", 1, 2, 3)).periodic).toEqual([false, false, false]);
    });

    it("counts the halves of an atom on an axis together, and joins alternatives", () => {
      const onAxis = read(cell("P 1 1 2") + water("O1", 0, 0, 3, 0.5) + water("O2", 5, 5.5, 1));
      expect(onAxis.siteCount).toBe(2);
      expect(onAxis.sites.map(({ occupants }) => occupants[0].occupancy)).toEqual([1, 1]);
      expect(onAxis.warnings.map(({ code }) => code)).toEqual([
        "SPECIAL_POSITION_OCCUPANCY",
        "SYMMETRY_APPLIED",
      ]);
      const twice = read(cell("P 1 1 2") + water("O1", 1, 2, 3, 0.6) + water("O2", 1, 2, 3, 0.4));
      expect(twice.sites.map(({ occupants }) => occupants[0].occupancy)).toEqual([1, 1]);
    });

    it("follows the operations of REMARK 290, or else the symbol", () => {
      const listed = [
        "REMARK 290 CRYSTALLOGRAPHIC SYMMETRY",
        "REMARK 290      SYMOP   SYMMETRY",
        "REMARK 290     NNNMMM   OPERATOR",
        "REMARK 290       1555   X,Y,Z",
        "REMARK 290       2555   -X+1/2,-Y,Z+1/2",
        "REMARK 290   SMTRY1   1  1.000000  0.000000  0.000000        0.00000",
        "",
      ].join("\n");
      const crystal = read(listed + cell("NO GROUP") + water("O1", 1, 2, 3));
      expect(Array.from(crystal.fracPositions, (x) => +x.toFixed(6))).toEqual(
        [0.1, 2 / 11, 0.25, 0.4, 9 / 11, 0.75].map((x) => +x.toFixed(6)),
      );
      const unknown = read(cell("NO GROUP") + water("O1", 1, 2, 3));
      expect(unknown.siteCount).toBe(1);
      expect(unknown.warnings.map(({ code }) => code)).toEqual([
        "SYMBOL_UNKNOWN",
        "ASYMMETRIC_UNIT",
      ]);
      const misfit = read(cell("P 4") + water("O1", 1, 2, 3));
      expect(misfit.warnings[0].code).toBe("SYMMETRY_CELL_MISMATCH");
      const refused = () =>
        Crystal.fromText(cell("P 4"), { format: "pdb", expandSymmetry: 1 as never });
      expect(refused).toThrow(/expandSymmetry must be true or false, got 1/);
    });
  });

  it("tells what its columns round", () => {
    const lossesOf = (x: number, a: number) => {
      const crystal = Crystal.create({
        lattice: Lattice.cubic(a),
        species: ["O"],
        cartPositions: [x, 0, 0],
      });
      const losses: { readonly code: string; readonly message: string }[] = [];
      crystal.toText("pdb", { onLoss: (loss) => losses.push(loss) });
      trajectoryText([crystal], "pdb", { onLoss: (loss) => losses.push(loss) });
      return losses;
    };
    expect(lossesOf(1.234, 10.5)).toEqual([]);
    const losses = lossesOf(1.2344, 10.12345);
    expect(losses.map(({ code }) => code)).toEqual(["DIGITS_LOST", "DIGITS_LOST"]);
    expect(losses[0].message).toBe(
      '"pdb" rounds cell length by up to 0.0005, coordinate by up to 0.0004',
    );
  });
});
