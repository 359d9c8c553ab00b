import { Crystal, type Format, InvalidConfiguration, registerFormat } from "prism-lab";
import { describe, expect, it } from "vitest";

const fromText = Crystal.fromText as (...args: unknown[]) => Crystal;

describe("Crystal.fromText", () => {
  it.each([[42], [undefined], [null], [Buffer.from("data_x")], [{}]])(
    "refuses %s, which is no text",
    (text) => {
      for (const options of [{}, { format: "cif" }]) {
        expect(() => fromText(text, options)).toThrow(InvalidConfiguration);
        expect(() => fromText(text, options)).toThrow(/expected the text of a structure file/);
      }
    },
  );

  it("refuses options that are none, and formats that are no names", () => {
    expect(() => fromText("data_x", null)).toThrow(InvalidConfiguration);
    expect(() => fromText("data_x", { format: 42 })).toThrow(/unknown structure format 42/);
  });
});

describe("registerFormat", () => {
  it("refuses what could not read a file", () => {
    for (const format of [undefined, { name: "x" }, { name: "x", extensions: "x" }]) {
      expect(() => registerFormat(format as unknown as Format)).toThrow(InvalidConfiguration);
    }
  });
});

describe("crystal.toText", () => {
  const crystal = Crystal.fromText("1\n\nHe 0 0 0\n");

  it.each([
    ["vasp", "poscar"],
    ["CONTCAR", "poscar"],
    ["json", "ase-json or pymatgen-json"],
    ["lammps", "lammps-data or lammps-dump"],
    [".axsf", "xsf"],
    ["cfi", "cif"],
    ["xyzz", "xyz"],
    ["opitmade", "optimade"],
  ])("answers %s with %s", (name, meant) => {
    expect(() => crystal.toText(name)).toThrow(InvalidConfiguration);
    expect(() => crystal.toText(name)).toThrow(`did you mean ${meant}? known: cif, poscar`);
  });

  it.each(["qe", "mol2", ""])("knows nothing like %j, and says what there is", (name) => {
    expect(() => crystal.toText(name)).toThrow(/unknown structure format ".*"; known: cif, poscar/);
  });

  it("asks for a function to tell of losses", () => {
    expect(() => crystal.toText("cif", { onLoss: true as never })).toThrow(/onLoss must be a func/);
  });
});
