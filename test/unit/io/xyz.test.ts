import { describe, expect, it } from "vitest";
import { Crystal } from "../../../src/crystal/crystal.js";
import "../../../src/io/register.js";

const head = 'Lattice="4 0 0 0 4 0 0 0 4"';
const info = (comment: string) => Crystal.fromText(`1\n${head} ${comment}\nH 0 0 0\n`).info;
const codes = (crystal: Crystal) => crystal.warnings.map(({ code, line }) => [code, line]);

describe("the comment line of extended XYZ", () => {
  it.each([
    ["a=1 b=-2.5e-3 c=1d2", { a: 1, b: -0.0025, c: 100 }],
    ["a=T b=False c=true d", { a: true, b: false, c: true, d: true }],
    ['a=word b="two words" c=\'single\' d="5"', { a: "word", b: "two words", c: "single", d: "5" }],
    [
      'a="1 2 3" b={1 2} c={x y} d="T F"',
      { a: [1, 2, 3], b: [1, 2], c: ["x", "y"], d: [true, false] },
    ],
    [
      'a=[1, 2.5] b=[[1,2],[3,4]] c=[x, "y z"] d=[]',
      {
        a: [1, 2.5],
        b: [
          [1, 2],
          [3, 4],
        ],
        c: ["x", "y z"],
        d: [],
      },
    ],
    [
      'a="_JSON {\\"k\\": [1, null]}" b="_JSON [broken"',
      { a: { k: [1, null] }, b: "_JSON [broken" },
    ],
    ['a = 1  "odd key"=2 c="say \\"hi\\""', { a: 1, "odd key": 2, c: 'say "hi"' }],
    ["a=nan b=x=y", { a: "nan", b: "x=y" }],
  ])("%s", (comment, expected) => {
    expect(info(comment)).toEqual(expected);
  });

  it.each([
    ['a="open', /2:\d+: expected " at the end/],
    ["a=[1, 2", /expected "\]"/],
    ["a={1 2", /expected "\}"/],
    ["=5", /2:\d+: expected key=value/],
    ['pbc="T T"', /expected three flags/],
    ["Properties=species:S:1:pos:R:2", /species:S:1 or Z:I:1, pos:R:3/],
    ["Properties=species:S:1:pos:R:3:x:Q:1", /got "x:Q:1"/],
    ["Properties=species:S:1:pos:R:3:x:R:1:x:R:1", /"x" twice/],
  ])("%s is an error", (comment, message) => {
    expect(() => info(comment)).toThrow(message);
  });

  it("says what is periodic", () => {
    const periodic = (comment: string) => Crystal.fromText(`1\n${comment}\nH 1 1 1\n`).periodic;
    expect(periodic(head)).toEqual([true, true, true]);
    expect(periodic(`${head} pbc="T F T"`)).toEqual([true, false, true]);
    expect(periodic("Properties=species:S:1:pos:R:3")).toEqual([false, false, false]);
    expect(() => periodic('Properties=species:S:1:pos:R:3 pbc="T F F"')).toThrow(/no Lattice/);
    expect(() => periodic('Lattice="1 0"')).toThrow(/expected 9 numbers in Lattice/);
  });

  it("may leave out vectors along which nothing repeats", () => {
    const wire = Crystal.fromText('1\nLattice="0 0 3 0 0 0 0 0 0" pbc="T F F"\nH 1 1 1\n');
    expect(wire.lattice.parameters).toMatchObject({ a: 3, alpha: 90, beta: 90, gamma: 90 });
    expect(wire.cartPositions).toEqual(Float64Array.of(1, 1, 1));
  });
});

describe("the columns of extended XYZ", () => {
  const read = (properties: string, atom: string) =>
    Crystal.fromText(`1\n${head} Properties=${properties}\n${atom}\n`);

  it("come in any order", () => {
    const crystal = read("forces:R:3:pos:R:3:tag:I:1:name:S:1:Z:I:1", "1 2 3 .5 .5 .5 7 x 26");
    expect(crystal.formula).toBe("Fe");
    expect(crystal.siteProperties).toEqual({
      forces: Float64Array.of(1, 2, 3),
      tag: Float64Array.of(7),
      name: ["x"],
    });
  });

  it("have Prism's names where it has its own", () => {
    const crystal = read(
      "species:S:1:pos:R:3:move_mask:L:1:initial_magmoms:R:1:magmoms:R:1",
      "H 0 0 0 F 1 2",
    );
    expect(crystal.siteProperties).toEqual({
      selectiveDynamics: Float64Array.of(0, 0, 0),
      magneticMoment: Float64Array.of(2),
      initial_magmoms: Float64Array.of(1),
    });
  });

  it("that are not finite are left out, except the coordinates", () => {
    const crystal = read("species:S:1:pos:R:3:e:R:1", "H 0 0 0 nan");
    expect(crystal.siteProperties).toEqual({});
    expect(codes(crystal)).toEqual([["PROPERTY_NOT_FINITE", 3]]);
    expect(() => read("species:S:1:pos:R:3", "H 0 0 nan")).toThrow(
      /3:7: expected a finite number for pos/,
    );
    expect(() => read("species:S:1:pos:R:3:e:R:1", "H 0 0 0")).toThrow(
      /expected e, but the line ends/,
    );
    expect(() => read("species:S:1:pos:R:3:m:L:1", "H 0 0 0 X")).toThrow(/expected T or F for m/);
    expect(() => read("Z:I:1:pos:R:3", "119 0 0 0")).toThrow(/atomic numbers from 1 to 118/);
  });

  it("__proto__ does no harm", () => {
    const crystal = read("species:S:1:pos:R:3:__proto__:R:1", "H 0 0 0 5");
    expect(Object.keys(crystal.siteProperties)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["0"]).toBeUndefined();
  });
});

describe("plain XYZ", () => {
  it("is a molecule in a box of powers of two", () => {
    const crystal = Crystal.fromText("3\nwater\nO 0 0 0.119\n1 0 .763 -.477\nH 0 -.763 -.477\n");
    expect(crystal.periodic).toEqual([false, false, false]);
    expect(Array.from(crystal.lattice.matrix)).toEqual([2, 0, 0, 0, 4, 0, 0, 0, 4]);
    expect(Array.from(crystal.cartPositions)).toEqual([
      ...[0, 0, 0.119],
      ...[0, 0.763, -0.477],
      ...[0, -0.763, -0.477],
    ]);
    expect(crystal.info).toEqual({ comment: "water" });
  });

  it("remarks on further columns and on what follows", () => {
    expect(codes(Crystal.fromText("1\n\nH 0 0 0 0.5\n"))).toEqual([["MORE_COLUMNS", 3]]);
    expect(codes(Crystal.fromText("1\n\nH 0 0 0\nthe end\n"))).toEqual([["TRAILING_TEXT", 4]]);
  });

  it.each([
    ["0\n\n", /1:1: expected the number of atoms, a whole number from 1 on, got "0"/],
    ["1.5\n\nH 0 0 0\n", /got "1.5"/],
    ["2 atoms\n\nH 0 0 0\nH 0 0 1\n", /1:3: expected the number of atoms alone/],
    ["1\n\nQq 0 0 0\n", /3:1: expected an element such as "Si" or 14, got "Qq"/],
    ["1\n\nH 0 0\n", /3:6: expected pos, but the line ends/],
    ["1\n\nH 0 0 1e400\n", /3:7: expected a finite number for pos, got "1e400"/],
    ["2\n\nH 0 0 0\n", /3:8: the file ends where atom 2 of 2 should stand/],
    ["3\n\nH 0.00000 0.00000 0.00000\n", /3:26: the file ends where atom 2 of 3 should stand/],
  ])("%j is an error", (text, message) => {
    expect(() => Crystal.fromText(text, { format: "xyz" })).toThrow(message);
  });
});
