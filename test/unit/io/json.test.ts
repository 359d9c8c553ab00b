import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { scanJson } from "../../../src/io/json/scan.js";
import { trajectoryOf } from "../../../src/io/trajectory.js";
import "../../../src/io/register.js";

describe("a place in JSON", () => {
  const text = '{"a": [1, {"b\\n": [true, null]}],\n "c": "x,]}", "a": 2}';

  it.each([
    [[], 0],
    [["a"], 6],
    [["a", 0], 7],
    [["a", 1], 10],
    [["a", 1, "b\n", 1], 25],
    [["c"], 40],
  ])("of %j", (path, offset) => {
    expect(scanJson(text, path).offset).toBe(offset);
  });

  it.each([
    ["", 0, "a value"],
    ["[1 2]", 3, '"," or "]"'],
    ["[1,]", 3, "a value"],
    ['{"a" 1}', 5, '":"'],
    ["{a: 1}", 1, "a key in quotes"],
    ['{"a": NaN}', 6, "a value"],
    ['["open', 6, "a value"],
    ["[1]]", 3, "the end"],
    ["[01]", 1, "a value"],
    ["[", 1, "a value"],
  ])("of what is wrong in %j", (json, offset, problem) => {
    expect(scanJson(json)).toEqual({ offset, problem });
  });
});

const optimade = (attributes: object, more = {}) =>
  JSON.stringify(
    {
      data: {
        id: "1",
        type: "structures",
        attributes: {
          lattice_vectors: [
            [4, 0, 0],
            [0, 4, 0],
            [0, 0, 4],
          ],
          cartesian_site_positions: [
            [0, 0, 0],
            [2, 2, 2],
          ],
          species_at_sites: ["A", "B"],
          species: [
            { name: "A", chemical_symbols: ["Fe", "vacancy"], concentration: [0.75, 0.25] },
            { name: "B", chemical_symbols: ["O"], concentration: [1] },
          ],
          ...attributes,
        },
      },
      ...more,
    },
    undefined,
    1,
  );

describe("OPTIMADE", () => {
  it("has species with vacancies, and missing vectors", () => {
    const crystal = Crystal.fromText(
      optimade({
        dimension_types: [1, 1, 0],
        lattice_vectors: [
          [4, 0, 0],
          [0, 4, 0],
          [null, null, null],
        ],
      }),
    );
    expect(crystal.cellFormula).toBe("Fe0.75O");
    expect(crystal.periodic).toEqual([true, true, false]);
    expect(crystal.lattice.parameters).toMatchObject({ a: 4, b: 4, c: 4, gamma: 90 });
  });

  it("is one entry, a list, or attributes alone", () => {
    const entry = JSON.parse(optimade({})).data;
    expect(Crystal.fromText(JSON.stringify(entry)).siteCount).toBe(2);
    expect(Crystal.fromText(JSON.stringify(entry.attributes)).siteCount).toBe(2);
    expect(trajectoryOf(JSON.stringify({ data: [entry, entry] })).length).toBe(2);
    expect(trajectoryOf(JSON.stringify([entry, entry, entry])).length).toBe(3);
    expect(Crystal.fromText(JSON.stringify({ data: [entry, entry] })).warnings[0].code).toBe(
      "MORE_STRUCTURES",
    );
  });

  it.each([
    [{ species_at_sites: ["A"] }, /species_at_sites, got an array of 1/],
    [
      { species_at_sites: ["A", "C"] },
      /a name of the list species in data\.attributes\.species_at_sites\.1, got "C"/,
    ],
    [
      {
        cartesian_site_positions: [
          [0, 0, 0],
          [1, 1],
        ],
      },
      /three numbers in .*positions\.1, got an array of 2/,
    ],
    [
      {
        cartesian_site_positions: [
          [0, 0, 0],
          [1, 1, "1"],
        ],
      },
      /32:6: .*positions\.1\.2/,
    ],
    [
      {
        lattice_vectors: [
          [4, 0, 0],
          [8, 0, 0],
          [0, 0, 4],
        ],
      },
      /coplanar/,
    ],
    [{ dimension_types: [1, 2, 0] }, /three numbers 0 or 1/],
    [
      { species: [{ name: "A", chemical_symbols: ["X"], concentration: [1] }] },
      /no chemical element/,
    ],
    [
      { species: [{ name: "A", chemical_symbols: ["Fe"], concentration: [7] }] },
      /a share in \(0, 1\]/,
    ],
  ])("%j is an error with its place", (attributes, message) => {
    expect(() => Crystal.fromText(optimade(attributes))).toThrow(message);
    expect(() => Crystal.fromText(optimade(attributes))).toThrow(/^<text>:\d+:\d+: /);
  });
});

describe("JSON that is broken", () => {
  it("says where", () => {
    const text = optimade({}).replace("0.25", "NaN");
    expect(() => Crystal.fromText(text)).toThrow(/^<text>:\d+:\d+: expected a value, got "NaN/);
    expect(() => Crystal.fromText("[1,", { format: "ase-json" })).toThrow(
      /1:4: expected a value, got "the end/,
    );
    expect(() => Crystal.fromText("[]", { format: "pymatgen-json" })).toThrow(
      /at least one structure/,
    );
    expect(() => Crystal.fromText("5", { format: "ase-json" })).toThrow(
      /expected an object in the text, got "5"/,
    );
  });
});

describe("JSON of ASE", () => {
  const row = {
    numbers: [14, 8],
    positions: [
      [0, 0, 0],
      [1, 1, 1],
    ],
  };

  it("has atoms without a cell, and lists in place of arrays", () => {
    const crystal = Crystal.fromText(JSON.stringify(row));
    expect(crystal.periodic).toEqual([false, false, false]);
    expect(crystal.formula).toBe("SiO");
  });

  it("has constraints as flags", () => {
    const constraints = [
      { name: "FixAtoms", kwargs: { indices: [0] } },
      { name: "FixCartesian", kwargs: { a: 1, mask: [false, true, false] } },
      { name: "FixBondLengths", kwargs: {} },
    ];
    const crystal = Crystal.fromText(JSON.stringify({ ...row, constraints }));
    expect(crystal.siteProperties.selectiveDynamics).toEqual(Float64Array.of(0, 0, 0, 1, 0, 1));
    expect(crystal.warnings.map(({ code }) => code)).toEqual(["CONSTRAINT_LEFT_OUT"]);
  });

  it.each([
    [{ ...row, numbers: [14] }, /three coordinates a number/],
    [{ ...row, numbers: [14, 119] }, /atomic numbers from 1 to 118, got 119/],
    [
      {
        ...row,
        positions: [
          [0, 0, 0],
          [1, 1, null],
        ],
      },
      /finite numbers in positions, got null as number 5/,
    ],
    [{ ...row, pbc: [true, true, true] }, /is 0, 0, 0/],
    [{ ...row, cell: [1, 2] }, /nine numbers/],
    [
      { ...row, constraints: [{ name: "FixAtoms", kwargs: { indices: [5] } }] },
      /indices of atoms from 0 to 1/,
    ],
  ])("case %# is an error", (value, message) => {
    expect(() => Crystal.fromText(JSON.stringify(value))).toThrow(message);
  });
});

describe("JSON of pymatgen", () => {
  const site = (more: object) => ({
    species: [{ element: "Fe", occu: 1 }],
    abc: [0, 0, 0],
    xyz: [0, 0, 0],
    ...more,
  });
  const lattice = {
    matrix: [
      [4, 0, 0],
      [0, 4, 0],
      [0, 0, 4],
    ],
    pbc: [true, true, false],
  };
  const read = (...sites: object[]) =>
    Crystal.fromText(JSON.stringify({ lattice, charge: null, sites }));

  it("has properties of one kind, and labels of its own", () => {
    const crystal = read(
      site({
        label: "A",
        properties: { magmom: 5, flags: [true, false], name: "a", odd: { x: 1 } },
      }),
      site({
        label: "B",
        abc: [0.5, 0.5, 0.5],
        properties: { magmom: 4, flags: [false, true], name: "b", odd: 5 },
      }),
    );
    expect(crystal.siteProperties).toEqual({
      magneticMoment: Float64Array.of(5, 4),
      flags: Float64Array.of(1, 0, 0, 1),
      name: ["a", "b"],
    });
    expect(crystal.warnings.map(({ code }) => code)).toEqual(["PROPERTY_LEFT_OUT"]);
    expect(crystal.labels).toEqual(["A", "B"]);
    expect(crystal.periodic).toEqual([true, true, false]);
    expect(read(site({ label: "Fe" }), site({ label: "Fe" })).labels).toEqual(["Fe1", "Fe2"]);
  });

  it.each([
    [site({ species: [] }), /at least one species/],
    [site({ species: [{ element: "Xx", occu: 1 }] }), /no chemical element/],
    [site({ species: [{ element: "Fe", occu: 2 }] }), /an occupancy in \(0, 1\]/],
    [site({ abc: [0, 0] }), /three numbers in sites\.0\.abc/],
    [site({ abc: [0, 0, 1e9] }), /within 100000000 cells/],
  ])("case %# is an error", (value, message) => {
    expect(() => read(value)).toThrow(message);
    expect(() => read(value)).toThrow(/^<text>:1:\d+: /);
  });
});
