import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import { trajectoryOf } from "../../../src/io/trajectory.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import "../../../src/io/register.js";

const codes = (crystal: Crystal) => crystal.warnings.map(({ code, line }) => [code, line]);

describe("LAMMPS data", () => {
  const text = (sections: string, title = "title", tilt = "") =>
    `${title}\n\n2 atoms\n2 atom types\n1 bonds\n\n1.0 6.0 xlo xhi\n0 5 ylo yhi\n-1 4 zlo zhi\n${tilt}\n${sections}`;
  const masses = "Masses\n\n1 28.085 # Si\n2 15.999\n";
  const read = (sections: string, options = {}) =>
    Crystal.fromText(text(sections), { format: "lammps-data", ...options });

  it("shifts the box to the origin and sorts by id", () => {
    const crystal = read(`${masses}\nAtoms # atomic\n\n7 2 2 1 0\n3 1 1 0 -1 # first\n`);
    expect(crystal.labels).toEqual(["Si1", "O1"]);
    expect(crystal.cartPositions).toEqual(Float64Array.of(0, 0, 0, 1, 1, 1));
    expect(crystal.lattice).toEqual(Lattice.cubic(5));
  });

  it("has a tilted box", () => {
    const crystal = Crystal.fromText(
      text(`${masses}\nAtoms\n\n1 1 1 0 -1\n2 2 2 1 0\n`, "t", "1 -0.5 0.25 xy xz yz\n"),
    );
    expect(Array.from(crystal.lattice.matrix)).toEqual([5, 0, 0, 1, 5, 0, -0.5, 0.25, 5]);
  });

  it.each([
    ["atomic", "1 1 1 0 0\n2 2 2 0 0", {}],
    ["charge", "1 1 1.5 1 0 0\n2 2 -1.5 2 0 0", { charge: [1.5, -1.5] }],
    ["molecular", "1 9 1 1 0 0\n2 9 2 2 0 0", { moleculeId: [9, 9] }],
    [
      "full",
      "1 9 1 1.5 1 0 0 0 0 1\n2 9 2 -1.5 2 0 0 0 0 0",
      { charge: [1.5, -1.5], moleculeId: [9, 9], image: [0, 0, 1, 0, 0, 0] },
    ],
  ])("%s, named, told or guessed", (style, atoms, properties) => {
    const expected = Object.fromEntries(
      Object.entries(properties).map(([name, values]) => [name, Float64Array.from(values)]),
    );
    const named = read(`${masses}\nAtoms # ${style}\n\n${atoms}\n`);
    const told = read(`${masses}\nAtoms\n\n${atoms}\n`, { atomStyle: style });
    const guessed = read(`${masses}\nAtoms\n\n${atoms}\n`, { atomStyle: undefined });
    for (const crystal of [named, told, guessed]) expect(crystal.siteProperties).toEqual(expected);
    expect(codes(guessed)).toEqual(style === "molecular" ? [["ATOM_STYLE_GUESSED", 18]] : []);
  });

  it("finds the elements by option, label, remark or mass, or says what to do", () => {
    const atoms = "Atoms # atomic\n\n1 1 1 0 0\n2 2 2 0 0\n";
    expect(read(`Masses\n\n1 12\n2 1.008\n\n${atoms}`).formula).toBe("CH");
    expect(read(`Masses\n\n1 2.014\n2 55.8\n\n${atoms}`).labels).toEqual(["D1", "Fe1"]);
    expect(read(`${masses}\n${atoms}`, { elements: ["Ge", "S"] }).formula).toBe("GeS");
    expect(read(`Masses\n\n1 12.01 # Ca\n2 1.0 # Pt\n\n${atoms}`).formula).toBe("CH");
    const labelled = "Atom Type Labels\n\n1 Na\n2 Cl\n\nAtoms # atomic\n\n1 Na 1 0 0\n2 Cl 2 0 0\n";
    expect(read(labelled).formula).toBe("NaCl");
    expect(() => read(atoms)).toThrow(/the element of atom type 1 is not known \(no mass\); name/);
    expect(() => read(`Masses\n\n1 300\n2 1\n\n${atoms}`)).toThrow(/mass 300/);
    const same = read(`${masses}\n${atoms}`, { elements: ["Si", "Si"] });
    expect(same.siteProperties.atomType).toEqual(Float64Array.of(1, 2));
  });

  it("has velocities in Å/ps, or Å/fs in real units", () => {
    const atoms =
      "Atoms # atomic\n\n1 1 1 0 0\n2 2 2 0 0\n\nVelocities\n\n2 0 0 2\n1 1 0 0\n\nBonds\n\n1 1 1 2\n";
    const velocities = (title: string) =>
      Crystal.fromText(text(`${masses}\n${atoms}`, title)).siteProperties.velocities;
    expect(velocities("x")).toEqual(Float64Array.of(0.001, 0, 0, 0, 0, 0.002));
    expect(velocities("LAMMPS, units = real")).toEqual(Float64Array.of(1, 0, 0, 0, 0, 2));
    const reduced = Crystal.fromText(text(`${masses}\n${atoms}`, "units = lj"));
    expect(codes(reduced).map(([code]) => code)).toEqual(["REDUCED_UNITS", "VELOCITIES_LEFT_OUT"]);
  });

  it.each([
    [
      "Atoms # atomic\n\n1 3 0 0 0\n2 1 0 0 0\n",
      /13:3: expected an atom type from 1 to 2, got "3"/,
    ],
    ["Atoms # atomic\n\n1 1 0 0 0\n1 1 0 0 0\n", /two atoms have the id 1/],
    ["Atoms # sphere\n\n1 1 0 0 0\n", /expected the atom style atomic/],
    ["Atoms\n\n1 1 0 0 0 .5 .5 .5\n", /8 columns, which fit none/],
    ["Atoms # atomic\n\n1 1 0 0 0\n2 1 0 0 0\n3 1 0 0 0\n", /expected the name of a section/],
    ["Velocities\n\n1 0 0 0\n", /expected the section "Atoms" before/],
    ["Masses\n\n1 1\n2 1\n", /the section "Atoms" should stand/],
  ])("%j is an error", (sections, message) => {
    expect(() => read(sections)).toThrow(message);
  });
});

describe("LAMMPS dump", () => {
  const dump = (atoms: string, bounds = "BOX BOUNDS pp ff pp\n0 4\n-1 3\n0 4", step = 7) =>
    `ITEM: TIMESTEP\n${step}\nITEM: NUMBER OF ATOMS\n2\nITEM: ${bounds}\nITEM: ATOMS ${atoms}\n`;

  it.each([
    ["x y z", "1 0 2", "3 1 4"],
    ["xs ys zs", "0.25 0.25 0.5", "0.75 0.5 1"],
    ["xu yu zu", "1 0 2", "3 1 4"],
    ["xsu ysu zsu", "0.25 0.25 0.5", "0.75 0.5 1"],
  ])("has positions %s", (names, first, second) => {
    const crystal = Crystal.fromText(dump(`element id ${names}\nO 5 ${second}\nSi 2 ${first}`));
    expect(crystal.labels).toEqual(["Si1", "O1"]);
    expect(crystal.fracPositions).toEqual(Float64Array.of(0.25, 0.25, 0.5, 0.75, 0.5, 1));
    expect(crystal.periodic).toEqual([true, false, true]);
    expect(crystal.info).toEqual({ timestep: 7 });
  });

  it("has the bounds of a tilted box", () => {
    const bounds = "BOX BOUNDS xy xz yz pp pp pp\n-0.5 5.0 1.0\n0 4.25 -0.5\n0 4 0.25";
    const crystal = Crystal.fromText(dump("type x y z\nSi 0 0 0\nO 1 1 1", bounds));
    expect(Array.from(crystal.lattice.matrix)).toEqual([4, 0, 0, 1, 4, 0, -0.5, 0.25, 4]);
    expect(crystal.cartPositions).toEqual(Float64Array.of(0, 0, 0, 1, 1, 1));
  });

  it("has vectors, numbers and words of atoms", () => {
    const crystal = Crystal.fromText(
      dump(
        "id type x y z vx vy vz q ix iy iz c_e c_s[1] c_s[2] v_w mass\n" +
          "1 1 0 0 0 1 2 3 .5 0 0 1 -4 1 2 a 28\n2 2 1 1 1 4 5 6 -.5 0 0 0 -3 3 4 b 16",
      ),
      { elements: ["Si", "O"] },
    );
    expect(crystal.formula).toBe("SiO");
    expect(crystal.siteProperties).toEqual({
      velocities: Float64Array.of(0.001, 0.002, 0.003, 0.004, 0.005, 0.006),
      charge: Float64Array.of(0.5, -0.5),
      image: Float64Array.of(0, 0, 1, 0, 0, 0),
      c_e: Float64Array.of(-4, -3),
      c_s: Float64Array.of(1, 2, 3, 4),
      v_w: ["a", "b"],
    });
  });

  it("has forces in kcal/mol/Å where the units are real", () => {
    const forces = dump("element x y z fx fy fz\nH 0 0 0 23.0605478 0 0\nH 1 1 1 0 0 0");
    const crystal = Crystal.fromText(`ITEM: UNITS\nreal\n${forces}`);
    // 1 eV is 23.0605478 kcal/mol.
    expect((crystal.siteProperties.forces as Float64Array)[0]).toBeCloseTo(1, 8);
  });

  it("is a trajectory", () => {
    const steps = trajectoryOf(
      dump("element x y z\nH 0 0 0\nH 1 1 1", undefined, 0) +
        dump("element x y z\nH 0 0 0\nH 2 2 2", undefined, 50),
    );
    expect(steps.map(({ info }) => info.timestep)).toEqual([0, 50]);
  });

  it.each([
    [dump("id x y\n1 0 0\n2 0 0"), /expected columns x y z/],
    [
      dump("id type x y z\n1 1 0 0 0\n2 1 0 0 0"),
      /the element of "type 1" is not known; name the elements/,
    ],
    [dump("element x y z\nH 0 0 a\nH 0 0 0"), /10:7: expected z, a finite number, got "a"/],
    [dump("element x y z x\nH 0 0 0 0\nH 0 0 0 0"), /no column twice/],
    [dump("element x y z\nH 0 0 0"), /expected 2 atoms|atom 2 of 2/],
    ["ITEM: TIMESTEP\n0\nITEM: ATOMS x y z\n", /expected "ITEM: BOX BOUNDS" before/],
    [dump("element x y z\nH 0 0 0\nH 0 0 0", "BOX BOUNDS\n4 0\n0 4\n0 4"), /xlo < xhi/],
    [`${dump("element x y z\nH 0 0 0\nH 1 1 1")}rest\n${dump("x y z")}`, undefined],
  ])("case %# is an error", (text, message) => {
    expect(() => trajectoryOf(text)).toThrow(
      message ?? /expected a line that begins with "ITEM: "/,
    );
  });
});
