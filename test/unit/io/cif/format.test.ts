import { describe, expect, it } from "vitest";
import { InvalidConfiguration } from "../../../../src/base/errors.js";
import { Crystal } from "../../../../src/crystal/crystal.js";
import { cif } from "../../../../src/io/cif/format.js";
import { Lattice } from "../../../../src/lattice/lattice.js";
import "../../../../src/io/register.js";

const caesiumChloride = Crystal.create({
  lattice: Lattice.cubic(4.123),
  species: ["Cs", "Cl"],
  fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
});

describe("the CIF format", () => {
  it("is recognised by its first token", () => {
    expect(cif.matches("# comment\n\n DATA_x _a 1")).toBe(true);
    for (const text of ["", "Si\n1.0\n5.4 0 0", "5\nLattice=", "'open", "# x\n;open"]) {
      expect(cif.matches(text)).toBe(false);
    }
  });

  it("writes what it reads", () => {
    const text = caesiumChloride.toText("cif");
    expect(text).toContain("_cell_length_a 4.123\n");
    expect(text).toContain("Cl1 Cl 0.5 0.5 0.5 1\n");
    expect(Crystal.fromText(text).toText("cif")).toBe(text);
  });

  it("does not write a slab", () => {
    const slab = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["H"],
      fracPositions: [0, 0, 0],
      periodic: [true, true, false],
    });
    expect(() => slab.toText("cif")).toThrow(InvalidConfiguration);
  });
});
