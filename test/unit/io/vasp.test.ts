import { describe, expect, it } from "vitest";
import { ParseError } from "../../../src/base/errors.js";
import { Crystal } from "../../../src/crystal/crystal.js";
import { trajectoryOf } from "../../../src/io/trajectory.js";
import { Lattice } from "../../../src/lattice/lattice.js";
import "../../../src/io/register.js";

const cell = "2 0 0\n0 3 0\n0 0 4\n";
const poscar = (text: string, options = {}) =>
  Crystal.fromText(text, { format: "poscar", ...options });
const codes = (crystal: Crystal) => crystal.warnings.map(({ code, line }) => [code, line]);

describe("POSCAR", () => {
  it("has one factor, minus a volume, or three factors", () => {
    const at = (scale: string, mode: string) =>
      poscar(`x\n${scale}\n${cell}H\n1\n${mode}\n0.5 0.5 0.5\n`);
    expect(at("2 ! times", "Direct").lattice).toEqual(Lattice.orthorhombic(4, 6, 8));
    expect(at("2", "Cartesian").cartPositions).toEqual(Float64Array.of(1, 1, 1));
    expect(at("-192", "k").lattice.volume).toBeCloseTo(192, 9);
    expect(at("1 2 3", "D").lattice).toEqual(Lattice.orthorhombic(2, 6, 12));
    expect(at("1 2 3", "Cart").cartPositions).toEqual(Float64Array.of(0.5, 1, 1.5));
  });

  it.each([
    ["0", /2:1: expected one scaling factor/],
    ["1 -2 3", /2:1: expected one scaling factor/],
    ["one", /2:1: expected the scaling factor, a finite number, got "one"/],
  ])("has no factor %s", (scale, message) => {
    expect(() => poscar(`x\n${scale}\n${cell}H\n1\nD\n0 0 0\n`)).toThrow(message);
  });

  it("keeps flags of selective dynamics and velocities in Å/fs, and leaves out comments", () => {
    const crystal = poscar(
      `my run\n1.0\n${cell}Na Cl ! both\n1 1\nSelective\nDirect\n0 0 0 T F .TRUE. Na\n.5 .5 .5 F F F # end\n\n` +
        "0.1 0 0\n0 0.2 0\n\n1\n0.5\n",
    );
    expect(crystal.siteProperties.selectiveDynamics).toEqual(Float64Array.of(1, 0, 1, 0, 0, 0));
    expect(crystal.siteProperties.velocities).toEqual(Float64Array.of(0.1, 0, 0, 0, 0.2, 0));
    expect(crystal.info).toEqual({ comment: "my run" });
    expect(codes(crystal)).toEqual([]);
  });

  it("takes names without the suffixes of potentials, over several lines", () => {
    const crystal = poscar(
      `x\n1\n${cell}Fe_pv O/1f2a\nNa_sv\n1 1\n2\nDirect\n${"0 0 0\n".repeat(4)}`,
    );
    expect(crystal.sites.map(({ label }) => label)).toEqual(["Fe1", "O1", "Na1", "Na2"]);
  });

  it("of VASP 4 takes names from the options or the comment, or says what to do", () => {
    const text = (comment: string) => `${comment}\n1\n${cell}1 1\nDirect\n0 0 0\n.5 .5 .5\n`;
    expect(poscar(text("x"), { elements: ["Na", "Cl"] }).formula).toBe("NaCl");
    expect(codes(poscar(text("Cs I cell")))).toEqual([["SPECIES_FROM_COMMENT", 6]]);
    expect(poscar(text("Cs I cell")).formula).toBe("CsI");
    expect(() => poscar(text("my cell"))).toThrow(/6:\d+: .*as VASP 4 does: name them in elements/);
    expect(() => poscar(text("x"), { elements: ["Na"] })).toThrow(/elements has Na/);
  });

  it("says where it stumbles", () => {
    const error = (() => {
      try {
        return poscar(`x\n1\n${cell}H\n2\nDirect\n0 0 0\n0 0 z\n`);
      } catch (thrown) {
        return thrown as ParseError;
      }
    })();
    expect(error).toBeInstanceOf(ParseError);
    expect((error as ParseError).data).toMatchObject({ line: 10, column: 5 });
    const cases = [
      [`x\n1\n${cell}H\n-1\nD\n0 0 0\n`, /7:1: expected a number of atoms, got "-1"/],
      [`x\n1\n${cell}H He\n1\nD\n0 0 0\n`, /expected a number of atoms for each of the 2 species/],
      [`x\n1\n${cell}Qq\n1\nD\n0 0 0\n`, /6:1: expected the symbols of species, got "Qq"/],
      [`x\n1\n${cell}H\n0\nD\n`, /expected at least one atom/],
      [`x\n1\n${cell}H\n1\nFoo\n0 0 0\n`, /8:1: expected "Direct" or "Cartesian", got "Foo"/],
      [`x\n1\n1 0 0\n2 0 0\n0 0 1\nH\n1\nD\n0 0 0\n`, /coplanar/],
      [`x\n1\n${cell}H\n1\nS\nD\n0 0 0 T X F\n`, /10:9: expected a flag T or F, got "X"/],
      [`x\n1\n${cell}H\n3\nD\n0 0 0\n`, /9:6: the file ends where atom 2 of 3/],
    ] as const;
    for (const [text, message] of cases) expect(() => poscar(text)).toThrow(message);
  });

  it("remarks on what it does not read", () => {
    const head = `x\n1\n${cell}H\n1\nD\n0 0 0\n`;
    expect(codes(poscar(`${head}\nDirect\n`))).toEqual([["TRAILING_TEXT", 10]]);
    expect(codes(poscar(`${head}Direct\n0 0 0\n`))).toEqual([["VELOCITIES_LEFT_OUT", 10]]);
    const lattice = `Lattice velocities and vectors\n1\n${"0 0 0\n".repeat(6)}`;
    expect(poscar(`${head}${lattice}\n1 2 3\n`).siteProperties.velocities).toEqual(
      Float64Array.of(1, 2, 3),
    );
  });

  it("is written in the order of the sites", () => {
    const crystal = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Na", "Cl", "Cl", "Na"],
      fracPositions: [0, 0, 0, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5],
    });
    expect(crystal.toText("poscar").split("\n").slice(0, 9)).toEqual([
      ...["Na2Cl2", "1.0", "  4 0 0", "  0 4 0", "  0 0 4", "Na Cl Na", "1 2 1", "Direct"],
      "  0 0 0",
    ]);
    const cartesian = crystal.toText("poscar", { positions: "cartesian", comment: "a\nb" });
    expect(cartesian).toMatch(/^a b\n[\s\S]*Cartesian\n {2}0 0 0\n {2}2 0 0\n/);
  });
});

describe("XDATCAR", () => {
  const step = (z: number) => `Direct configuration=     1\n0 0 ${z}\n`;
  const head = (a: number) => `run\n1\n${a} 0 0\n0 5 0\n0 0 5\nH\n1\n`;

  it("has one header, or one a step", () => {
    expect(
      trajectoryOf(head(5) + step(0) + step(0.1)).map(({ fracPositions }) => fracPositions[2]),
    ).toEqual([0, 0.1]);
    const lengths = trajectoryOf(head(5) + step(0) + head(6) + step(0.1)).map(
      ({ lattice }) => lattice.parameters.a,
    );
    expect(lengths).toEqual([5, 6]);
  });

  it("may have blank lines between the steps", () => {
    expect(trajectoryOf(`${head(5)}\n0 0 0\n\n0 0 .1\n\n0 0 .2\n\n`).length).toBe(3);
  });

  it("says in which step it stumbles", () => {
    expect(() => trajectoryOf(`${head(5) + step(0)}Direct configuration= 2\n0 0\n`)).toThrow(
      /11:\d+: expected a coordinate/,
    );
  });
});
