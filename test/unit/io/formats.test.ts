import { describe, expect, it } from "vitest";
import { InvalidConfiguration } from "../../../src/base/errors.js";
import { Crystal } from "../../../src/crystal/crystal.js";
import { formatNamed, formatOfFileName } from "../../../src/crystal/formats.js";
import { trajectoryText } from "../../../src/io/trajectory.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import "../../../src/io/register.js";

const names = [
  ...["cif", "poscar", "xdatcar", "xyz", "extxyz", "pdb", "lammps-data", "lammps-dump", "xsf"],
  ...["optimade", "ase-json", "pymatgen-json"],
];
const crystal = Crystal.create({
  lattice: Lattice.fromParameters(4, 5, 6, 80, 95, 105),
  species: ["Na", "Cl"],
  fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
});
const molecule = Crystal.create({
  lattice: Lattice.cubic(8),
  species: ["O", "H"],
  cartPositions: [0, 0, 0, 0, 0, 0.97],
  periodic: [false, false, false],
});

/** Texts of every format, the odd ones too, by the format that they are in. */
const texts: readonly (readonly [name: string, text: string])[] = [
  ...names.map((name) => [name, crystal.toText(name)] as const),
  ...names
    .filter((name) => formatNamed(name).frameWriter)
    .map((name) => [name, trajectoryText([crystal, crystal], name)] as const),
  ...["xyz", "extxyz", "xsf", "pdb", "optimade", "ase-json", "pymatgen-json"].map(
    (name) => [name, molecule.toText(name)] as const,
  ),
  ["poscar", "8\n1.0\n5 0 0\n0 5 0\n0 0 5\n4 4\nDirect\n0 0 0\n"],
  [
    "poscar",
    "Fe O\n1 1 1 ! factors\n5 0 0 a\n0 5 0 b\n0 0 5 c\nFe_pv\tO_s\n 1  1 ! atoms\nSel\nCart\n",
  ],
  ["xdatcar", "x\n1\n5 0 0\n0 5 0\n0 0 5\nH\n1\n\n0 0 0\n\n0 0 0.1\n"],
  ["xyz", "2\n\nC 0 0 0\nO 0 0 1.1 0.3\n"],
  ["xyz", "  1\r\ncomment\r\n6 1e-3 -.5 2.\r\n"],
  ["extxyz", '1\nenergy=-1 Properties="species:S:1:pos:R:3"\nH 0 0 0\n'],
  ["pdb", "REMARK 1\nHETATM    1  O   HOH     1       0.000   0.000   0.000\n"],
  ["lammps-data", "# LAMMPS\n\n 2 atoms\n\n 0 5 xlo xhi\n"],
  ["lammps-dump", "ITEM: UNITS\nmetal\nITEM: TIMESTEP\n0\n"],
  ["xsf", "# made by hand\n\nMOLECULE\nATOMS\n8 0 0 0\n"],
  ["xsf", "DIM-GROUP\n3 1\nPRIMVEC\n1 0 0\n"],
];

describe("recognition by content", () => {
  it.each(texts)("%s is matched by itself alone: text %#", (name, text) => {
    expect(names.filter((one) => formatNamed(one).matches(text))).toEqual([name]);
    const marked = `\uFEFF${text.replace(/\r?\n/g, "\r\n")}`;
    expect(names.filter((one) => formatNamed(one).matches(marked))).toEqual([name]);
  });

  it.each([
    "",
    " \n\n",
    "hello\nworld\n",
    "12\n",
    "12\n\nnot an atom\n",
    "{}",
    '{"sites": 1}',
    "1\n2\n3\n4\n5\n6\n7\n8\n",
    "a,b,c\n1,2,3\n",
    "<html></html>",
    "ATOM\n",
    "ITEM\n",
    "CRYSTALS ARE NICE\n",
  ])("nothing matches %j", (text) => {
    expect(names.filter((one) => formatNamed(one).matches(text))).toEqual([]);
    expect(() => Crystal.fromText(text)).toThrow(InvalidConfiguration);
  });
});

describe("recognition by name", () => {
  it.each([
    ["a.cif", "cif"],
    ["POSCAR", "poscar"],
    ["runs/3/CONTCAR.relaxed", "poscar"],
    ["slab.vasp", "poscar"],
    ["XDATCAR.gz", "xdatcar"],
    ["run.EXTXYZ", "extxyz"],
    ["a.xyz.gz", "xyz"],
    ["1abc.ent", "pdb"],
    ["data.water", "lammps-data"],
    ["water.lmp", "lammps-data"],
    ["dump.1000", "lammps-dump"],
    ["run.lammpstrj", "lammps-dump"],
    ["a.axsf", "xsf"],
    ["data.xyz", "xyz"],
    ["README.md", undefined],
    ["atoms.json", undefined],
  ])("%s is %s", (path, name) => {
    expect(formatOfFileName(path)?.name).toBe(name);
  });
});

describe("what a format cannot hold", () => {
  const shared = Crystal.create({
    lattice: crystal.lattice,
    species: [[{ species: "Fe", occupancy: 0.5 }]],
    fracPositions: [0, 0, 0],
  });
  const left = Crystal.create({
    lattice: Lattice.fromMatrix([0, 4, 0, 4, 0, 0, 0, 0, 4]),
    species: ["Po"],
    fracPositions: [0, 0, 0],
  });

  it.each(["poscar", "xdatcar", "xyz", "extxyz", "lammps-data", "lammps-dump", "xsf", "ase-json"])(
    "%s refuses partial occupancy and says what to do",
    (name) => {
      expect(() => shared.toText(name)).toThrow(/whole atoms only.*Fe 0\.5; write "cif"/);
    },
  );

  it.each(["pdb", "lammps-data", "lammps-dump"])("%s refuses a left-handed cell", (name) => {
    expect(() => left.toText(name)).toThrow(/left-handed.*supercell/);
    const swapped = left.supercell([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(Crystal.fromText(swapped.toText(name)).siteCount).toBe(1);
  });

  it("tells of everything that is left out", () => {
    const rich = Crystal.create({
      lattice: crystal.lattice,
      species: ["Fe3+", "O2-"],
      fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
      periodic: [true, true, false],
      labels: ["M", "X"],
      siteProperties: { spin: [1, 2] },
      info: { run: 3 },
    });
    const losses: string[] = [];
    rich.toText("poscar", { onLoss: ({ code }) => losses.push(code) });
    expect(losses).toEqual([
      "OXIDATION_STATES_LOST",
      "LABELS_LOST",
      "SITE_PROPERTIES_LOST",
      "INFO_LOST",
      "PERIODICITY_LOST",
    ]);
  });

  it("refuses numbers beyond the columns of pdb", () => {
    const far = Crystal.create({
      lattice: Lattice.cubic(5),
      species: ["H"],
      cartPositions: [12_345.6789, 0, 0],
    });
    expect(() => far.toText("pdb")).toThrow(/do not hold the coordinate 12345\.67/);
  });

  it("refuses an atom style that is none", () => {
    const options = { atomStyle: "sphere" as "full" };
    expect(() => crystal.toText("lammps-data", options)).toThrow(/atomStyle must be one of atomic/);
    expect(() => crystal.toText("lammps-data", { elements: ["Na"] })).toThrow(/Cl is not in Na/);
  });
});

describe("a text that is written", () => {
  const zero = -0;
  const tiny = -1e-7;
  const signed = Crystal.create({
    lattice: Lattice.fromMatrix([4, zero, 0, zero, 4, zero, zero, 0, 4]),
    species: ["Si", "C"],
    fracPositions: [zero, 0, tiny, 0.25, zero, zero],
    siteProperties: {
      charge: [zero, 1],
      forces: [zero, 0, 0, zero, 0, 0],
      velocities: [zero, 0, 0, zero, 0, 0],
      uAniso: [0.01, 0.01, 0.01, zero, 0, 0, 0.01, 0.01, 0.01, zero, 0, 0],
    },
    info: { energy: zero },
  });

  it.each([
    ...names.map((name) => [name, {}] as const),
    ["poscar", { positions: "cartesian" } as const] as const,
  ])("has no sign before a zero: %s %j", (name, options) => {
    const text = signed.toText(name, options);
    expect(text).not.toMatch(/(?<![\w.])-0(?:\.0*)?(?![\d.e])/);
    expect(text).toMatch(name === "pdb" ? /0\.000/ : /-\d(?:\.\d+)?e-7|-0\.0000004/);
  });
});
