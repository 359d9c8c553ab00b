import { describe, expect, it } from "vitest";
import { ParseError, PrismError } from "../../../../src/base/errors.js";
import type { Crystal } from "../../../../src/crystal/crystal.js";
import { parseCif } from "../../../../src/io/cif/structure.js";

const sizes = { a: "4", b: "5", c: "6" };
const angles = { alpha: "90", beta: "90", gamma: "90" };

function cell(
  changes: Partial<Record<keyof typeof sizes | keyof typeof angles, string>> = {},
): string {
  const length = Object.entries({ ...sizes, ...pick(changes, sizes) });
  const angle = Object.entries({ ...angles, ...pick(changes, angles) });
  return [
    "data_test",
    ...length.map(([axis, value]) => `_cell_length_${axis} ${value}`),
    ...angle.map(([name, value]) => `_cell_angle_${name} ${value}`),
    "",
  ].join("\n");
}

function pick<T extends object>(changes: object, keys: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([key]) => key in keys)) as Partial<T>;
}

function atoms(rows: string, tags = "label fract_x fract_y fract_z"): string {
  const lines = tags.split(" ").map((tag) => `_atom_site_${tag}`);
  return `loop_\n${lines.join("\n")}\n${rows}\n`;
}

const cube = cell({ b: "4", c: "4" });
const p1 = "_space_group_name_H-M_alt 'P 1'\n";

function codes(crystal: Crystal): string[] {
  return crystal.warnings.map((warning) => warning.code);
}

function positions(crystal: Crystal): string[] {
  return crystal.sites.map(
    (site) => `${site.label} ${site.fracPosition.map((x) => +x.toFixed(6))}`,
  );
}

describe("parseCif: sites", () => {
  it("reads uncertainties, labels, charges and wraps into the cell", () => {
    const text =
      cell({ a: "4.0000(12)" }) +
      p1 +
      atoms(
        "Fe1 Fe3+ -0.25(3) 1.5 2.\nX2 O2- .1(2) +1e-1 1\nD3 D 0.3 0.3 0.3",
        "label type_symbol fract_x fract_y fract_z",
      );
    const crystal = parseCif(text);
    expect(crystal.warnings).toEqual([]);
    expect(crystal.lattice.parameters).toEqual({
      a: 4,
      b: 5,
      c: 6,
      alpha: 90,
      beta: 90,
      gamma: 90,
    });
    expect(positions(crystal)).toEqual(["Fe1 0.75,0.5,0", "X2 0.1,0.1,0", "D3 0.3,0.3,0.3"]);
    const species = crystal.sites.map((site) => String(site.occupants[0].species));
    expect(species).toEqual(["Fe3+", "O2-", "D"]);
    expect([...crystal.numbers]).toEqual([26, 8, 1]);
  });

  it("reads the same structure through carriage returns, tabs and upper-case tags", () => {
    const text = cell() + p1 + atoms("Na1 0 0 0\nCl1 0.5 0.5 0.5");
    const other = `\uFEFF# by hand\r\n${text.replaceAll("\n", "\r\n").replaceAll(" ", "\t")}`
      .replaceAll("_cell", "_CELL")
      .replaceAll("'P\t1'", "'P 1'");
    expect(positions(parseCif(other))).toEqual(positions(parseCif(text)));
  });

  it("joins atoms on one position into one site", () => {
    const text =
      cube +
      "_space_group_name_H-M_alt 'P m -3 m'\n" +
      atoms(
        "Na1 0 0 0 0.75\nK1 0 0 0 0.25\nCl1 0.5 0.5 0.5 1",
        "label fract_x fract_y fract_z occupancy",
      );
    const crystal = parseCif(text);
    expect(crystal.siteCount).toBe(2);
    expect(crystal.sites[0].occupants.map((o) => [o.species.symbol, o.occupancy])).toEqual([
      ["Na", 0.75],
      ["K", 0.25],
    ]);
    expect(crystal.formula).toBe("K0.25Na0.75Cl");
    expect(crystal.warnings).toEqual([]);
  });

  it("keeps occupancies slightly above 1, with a warning", () => {
    const tags = "label fract_x fract_y fract_z occupancy";
    const single = parseCif(cell() + p1 + atoms("Na1 0 0 0 1.02(3)", tags));
    expect(single.warnings).toMatchObject([{ code: "OCCUPANCY_ABOVE_ONE", line: 15 }]);
    expect(single.sites[0].occupants[0].occupancy).toBe(1.02);
    const sum = parseCif(cell() + p1 + atoms("Na1 0 0 0 0.6\nK1 0 0 0 0.5", tags));
    expect(codes(sum)).toEqual(["OCCUPANCY_ABOVE_ONE"]);
    const thirds = parseCif(cell() + p1 + atoms("Na1 0 0 0 .34\nK1 0 0 0 .67", tags));
    expect(codes(thirds)).toEqual([]);
    const missing = parseCif(cell() + p1 + atoms("Na1 0 0 0 ?\nK1 .5 0 0 .", tags));
    expect(missing.sites.map((site) => site.occupants[0].occupancy)).toEqual([1, 1]);
  });

  it("keeps one of two equal atoms, and leaves out empty, dummy and unplaced ones", () => {
    const twice = parseCif(cell() + p1 + atoms("Na1 0 0 0\nNa2 1 0 0"));
    expect(codes(twice)).toEqual(["ATOM_REPEATED"]);
    expect(twice.cellFormula).toBe("Na");
    const text = atoms(
      "Na1 0 0 0 1 d\nK1 .5 0 0 0 d\nCg ? ? ? 1 dum\nH1 ? ? ? 1 d",
      "label fract_x fract_y fract_z occupancy calc_flag",
    );
    const partial = parseCif(cell() + p1 + text);
    expect(partial.siteCount).toBe(1);
    expect(codes(partial)).toEqual(["EMPTY_SITE", "DUMMY_ATOM", "NO_COORDINATES"]);
  });

  it("keeps disordered alternatives with a warning", () => {
    const text = atoms(
      "C1 0 0 0 .5 1\nC2 .1 0 0 .5 2\nO1 .5 .5 .5 1 .",
      "label fract_x fract_y fract_z occupancy disorder_group",
    );
    const crystal = parseCif(cell() + p1 + text);
    expect(crystal.siteCount).toBe(3);
    expect(crystal.warnings).toMatchObject([{ code: "DISORDER", line: 16 }]);
  });

  it("reads Cartesian coordinates and the tags of mmCIF", () => {
    const text = `${cell().replaceAll("_length_", ".length_").replaceAll("_angle_", ".angle_")}
_symmetry.space_group_name_H-M 'P 1'
loop_
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
N N1 1 1 1
C CA 2 2.5 3
`;
    expect(positions(parseCif(text))).toEqual(["N1 0.25,0.2,0.166667", "CA 0.5,0.5,0.5"]);
  });

  it("takes the first block with atoms and names the others", () => {
    const text = `data_global _title x\n${cell()}${p1}${atoms("Na1 0 0 0")}data_next _atom_site_fract_x 0`;
    const crystal = parseCif(text);
    expect(crystal.formula).toBe("Na");
    expect(crystal.warnings).toMatchObject([{ code: "MORE_STRUCTURES", line: 16 }]);
    expect(crystal.warnings[0].message).toContain('"next"');
  });
});

describe("parseCif: symmetry", () => {
  const hexagonal = cell({ b: "4", gamma: "120" });

  it("does not double atoms whose coordinates are rounded", () => {
    for (const third of ["0.3333", "0.333", ".33333"]) {
      const text = `${hexagonal}_space_group_name_H-M_alt 'P 63/m m c'\n${atoms(`Mg1 ${third} 0.6667 0.25`)}`;
      const crystal = parseCif(text);
      expect(positions(crystal)).toEqual([
        "Mg1 0.333333,0.666667,0.25",
        "Mg1 0.666667,0.333333,0.75",
      ]);
      expect(crystal.warnings).toEqual([]);
    }
  });

  it("says so when a site moved far to its special position", () => {
    const text = `${hexagonal}_space_group_name_H-M_alt 'P 63/m m c'\n${atoms("Mg1 0.32 0.67 0.25")}`;
    const crystal = parseCif(text);
    expect(crystal.siteCount).toBe(2);
    expect(codes(crystal)).toEqual(["MOVED_TO_SPECIAL_POSITION"]);
  });

  it("keeps split sites of half occupancy apart", () => {
    const tags = "label fract_x fract_y fract_z occupancy";
    const text = `${cell()}_space_group_name_Hall '-P 1'\n${atoms("O1 0.02 0 0 0.5", tags)}`;
    expect(parseCif(text).siteCount).toBe(2);
    expect(parseCif(text.replace("0 0.5\n", "0 1.0\n")).siteCount).toBe(1);
  });

  it("prefers operations, then Hall symbol, then H-M symbol, then number", () => {
    const operations = "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-x,-y,-z'\n";
    const hall = "_space_group_name_Hall 'P 2y'\n";
    const symbol = "_symmetry_space_group_name_H-M 'P 2 2 2'\n";
    const number = "_symmetry_Int_Tables_number 47\n";
    const count = (...symmetry: string[]) =>
      parseCif(cell() + symmetry.join("") + atoms("Na1 .1 .2 .3")).siteCount;
    expect(count(number, symbol, hall, operations)).toBe(2);
    expect(count(number, symbol, hall)).toBe(2);
    expect(count(number, symbol)).toBe(4);
    expect(count(number)).toBe(8);
    expect(count("_symmetry_space_group_name_H-M ?\n", number)).toBe(8);
    expect(count("_symmetry_space_group_name_H-M 'C -1'\n")).toBe(4);
  });

  it("takes the axes from the cell where the symbol leaves them open", () => {
    const rhombohedral = cell({ b: "4", c: "4", alpha: "70", beta: "70", gamma: "70" });
    const symbol = "_symmetry_space_group_name_H-M 'R -3 m'\n";
    expect(parseCif(rhombohedral + symbol + atoms("Bi1 0 0 0")).siteCount).toBe(1);
    expect(parseCif(hexagonal + symbol + atoms("Bi1 0 0 0")).siteCount).toBe(3);
    const uniqueC = cell({ gamma: "100" });
    const text = `${uniqueC}_symmetry_space_group_name_H-M 'P 2'\n${atoms("Na1 .1 .2 .3")}`;
    expect(positions(parseCif(text))[1]).toBe("Na1 0.9,0.8,0.3");
    expect(codes(parseCif(text))).toEqual([]);
  });

  it("chooses the origin that keeps atoms apart, and says so", () => {
    const symbol = "_symmetry_space_group_name_H-M 'F d -3 m'\n";
    const diamond = (x: string) => parseCif(cube + symbol + atoms(`C1 ${x} ${x} ${x}`));
    for (const x of ["0", "0.125"]) {
      expect(diamond(x).siteCount).toBe(8);
      expect(codes(diamond(x))).toEqual(["ORIGIN_CHOICE_ASSUMED"]);
    }
    const explicit = `${cube}_symmetry_space_group_name_H-M 'F d -3 m :2'\n${atoms("C1 0 0 0")}`;
    expect(parseCif(explicit).siteCount).toBe(16);
    const code = `${cube}${symbol}_space_group_IT_coordinate_system_code 2\n${atoms("C1 0 0 0")}`;
    expect(parseCif(code).siteCount).toBe(16);
  });

  it("warns about symmetry that is missing, cut short or does not fit", () => {
    expect(codes(parseCif(cell() + atoms("Na1 0 0 0")))).toEqual(["NO_SYMMETRY"]);
    const short = "_symmetry_space_group_name_H-M 'P 2 2 2'\n_symmetry_equiv_pos_as_xyz 'x,y,z'\n";
    expect(codes(parseCif(cell() + short + atoms("Na1 0 0 0")))).toEqual(["SYMMETRY_CONFLICT"]);
    const noIdentity = "_symmetry_equiv_pos_as_xyz '-x,-y,-z'\n";
    expect(codes(parseCif(cell() + noIdentity + atoms("Na1 0 0 0")))).toEqual(["NO_IDENTITY"]);
    const cubic = "_symmetry_Int_Tables_number 221\n";
    expect(codes(parseCif(cell() + cubic + atoms("Na1 0 0 0")))).toEqual([
      "SYMMETRY_CELL_MISMATCH",
    ]);
    const nonsense = "_space_group_name_Hall 'Q 7'\n_symmetry_Int_Tables_number 1\n";
    expect(codes(parseCif(cell() + nonsense + atoms("Na1 0 0 0")))).toEqual([
      "HALL_SYMBOL_UNKNOWN",
    ]);
  });
});

describe("parseCif: what it refuses", () => {
  const site = atoms("Na1 0 0 0");
  it.each([
    ["empty text", "", 1, 1, /empty/],
    ["no structure", "data_a _b 1\ndata_c", 1, 1, /one of 2 data blocks/],
    ["no atoms", `data_x\n${cell()}`, 2, 1, /no data block lists atoms/],
    ["an atom list that is cut off", cell() + p1 + atoms("Na1 0 0 0\nCl1 0.5"), 15, 1, /cut off/],
    [
      "a missing length",
      cell().replace("_cell_length_b 5\n", "") + site,
      1,
      1,
      /_cell_length_b is missing/,
    ],
    ["an unknown angle", cell({ beta: "?" }) + site, 6, 1, /_cell_angle_beta is missing/],
    ["a negative length", cell({ c: "-6" }) + site, 4, 16, /greater than 0 Å, got -6/],
    ["a zero length", cell({ a: "0.0(1)" }) + site, 2, 16, /greater than 0/],
    ["a length beyond any crystal", cell({ a: "1e7" }) + site, 2, 16, /between 0.01 and 1000000 Å/],
    ["a length in metres", cell({ a: "5e-10" }) + site, 2, 16, /between 0.01/],
    ["an angle of 180", cell({ gamma: "180" }) + site, 7, 19, /between 0 and 180/],
    [
      "impossible angles",
      cell({ alpha: "20", beta: "20", gamma: "90" }) + site,
      5,
      19,
      /no cell has/,
    ],
    ["a length in words", cell({ a: "abc" }) + site, 2, 16, /finite number.*"abc"/],
    [
      "NaN",
      cell() + p1 + atoms("Na1 nan 0 0"),
      14,
      5,
      /_atom_site_fract_x must be a finite number/,
    ],
    ["infinity", cell() + p1 + atoms("Na1 0 1e999 0"), 14, 7, /finite number/],
    ["a hexadecimal number", cell() + p1 + atoms("Na1 0 0 0x10"), 14, 9, /finite number/],
    ["a decimal comma", cell() + p1 + atoms("Na1 0,5 0 0"), 14, 5, /is a point/],
    [
      "an unknown element",
      cell() + p1 + atoms("Na1 0 0 0\nXx1 0 0 0"),
      15,
      1,
      /"Xx1".*no chemical element/,
    ],
    [
      "an unknown type symbol",
      cell() + p1 + atoms("A Qq 0 0 0", "label type_symbol fract_x fract_y fract_z"),
      15,
      3,
      /"Qq" in _atom_site_type_symbol/,
    ],
    [
      "a missing coordinate column",
      cell() + p1 + atoms("Na1 0 0", "label fract_x fract_y"),
      1,
      1,
      /fract_z is missing/,
    ],
    ["no labels", cell() + p1 + atoms("0 0 0", "fract_x fract_y fract_z"), 10, 1, /neither/],
    ["only unplaced atoms", cell() + p1 + atoms("Na1 ? ? ?"), 11, 1, /no atom with coordinates/],
    [
      "occupancy 2",
      cell() + p1 + atoms("Na1 0 0 0 2", "label fract_x fract_y fract_z occupancy"),
      15,
      11,
      /between 0 and 1/,
    ],
    [
      "occupancy below 0",
      cell() + p1 + atoms("Na1 0 0 0 -1", "label fract_x fract_y fract_z occupancy"),
      15,
      11,
      /between 0 and 1/,
    ],
    [
      "a bad operation",
      `${cell()}_symmetry_equiv_pos_as_xyz 'x,y,w'\n${site}`,
      8,
      29,
      /no symmetry operation/,
    ],
    [
      "an unknown group",
      `${cell()}_symmetry_space_group_name_H-M 'P 9'\n${site}`,
      8,
      33,
      /no known space group/,
    ],
    ["group 231", `${cell()}_symmetry_Int_Tables_number 231\n${site}`, 8, 29, /from 1 to 230/],
    ["an open quote", `${cell()}_title 'open\n${site}`, 8, 8, /no closing '/],
    ["an open text field", `${cell()}_title\n;open\n${site}`, 9, 1, /no end/],
  ])("%s", (_name, text, line, column, message) => {
    let error: unknown;
    try {
      parseCif(text, "bad.cif");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ParseError);
    expect((error as ParseError).message).toMatch(message);
    expect((error as ParseError).data).toMatchObject({ file: "bad.cif", line, column });
  });

  it("refuses absurd numbers of images instead of filling the memory", () => {
    const text = `${cube}_symmetry_Int_Tables_number 225\n${atoms("Na1 .1 .2 .3\n".repeat(25_000))}`;
    expect(() => parseCif(text)).toThrow(
      expect.objectContaining({ constructor: expect.any(Function), code: "RESOURCE_EXHAUSTED" }),
    );
    expect(() => parseCif(text)).toThrow(PrismError);
  });
});
