import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ParseError, PrismError } from "../../src/base/errors.js";
import { Crystal } from "../../src/crystal/crystal.js";
import { formatNamed } from "../../src/crystal/formats.js";
import { framesOfChunks } from "../../src/crystal/structure-file.js";
import { trajectoryOf } from "../../src/io/trajectory.js";
import "../../src/io/register.js";

fc.configureGlobal({ seed: 20_240_611 });

const folder = new URL("../golden/formats/", import.meta.url);
const fixtures = readdirSync(folder)
  .filter((name) => /^(ase|pymatgen)/.test(name))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));
const formats = [
  ...["poscar", "xdatcar", "xyz", "extxyz", "pdb", "lammps-data", "lammps-dump", "xsf"],
  ...["optimade", "ase-json", "pymatgen-json"],
];
const written = formats.map((format) => ({
  name: format,
  text: Crystal.fromText(fixtures.find(({ name }) => name === "ase.extxyz")!.text).toText(format),
}));
const asymmetric = [
  "HEADER    PEPTIDE",
  "REMARK 290       1555   X,Y,Z",
  "REMARK 290       2555   -X+1/2,-Y,Z+1/2",
  "CRYST1   12.000   13.600   14.900  90.00  90.00  90.00 P 21 21 21    8",
  "ATOM      1  N   HIS A   1       9.668   4.248   0.436  1.00 25.00           N",
  "ATOM      2  CA AHIS A   1       0.000   0.000   0.784  0.60 16.00           C",
  "ATOM      3  CA BHIS A   1       0.000   0.000   0.884  0.40 16.00           C",
  "END",
  "",
].join("\n");
const all = [...fixtures, ...written, { name: "asymmetric", text: asymmetric }];
const elements = ["Ti", "O"];

const fragments = [
  ..."'\"{}[]=:,#!._- \t\r\n\0\u00A0\uFEFF\u2028",
  ...[
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    "1e999",
    "-1",
    "0",
    "1e9",
    "1000000000",
    "99999999999999999999",
  ],
  ...[
    "Lattice=",
    'Properties="',
    "pbc=",
    "_JSON [",
    "species:S:1:pos:R:3",
    "pos:R:9999",
    "forces:R:3",
  ],
  ...[
    "ITEM: ATOMS id",
    "ITEM: TIMESTEP\n",
    "PRIMVEC\n",
    "PRIMCOORD\n1000000000 1\n",
    "ATOMS\n",
    "BEGIN_BLOCK\n",
  ],
  ...[
    "MODEL ",
    "ENDMDL\n",
    "CRYST1",
    "SCALE1",
    "Direct\n",
    "Selective\n",
    "Xx",
    "Fe_pv",
    "vacancy",
    "__proto__",
  ],
  ...["P 21/c", "F d -3 m", "H 3", "C -1", "I 41 3 2", "REMARK 290       3555   -X,Y\n"],
  ...[
    '{"__ndarray__":',
    "null",
    "true",
    "[[[[",
    '"',
    "\\u0000",
    "\u{1F48E}",
    "1.2.3",
    "1d0",
    "0x10",
    "--1",
  ],
];

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 30 }),
  insert: fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 6, unit: "binary" })),
  copies: fc.constantFrom(1, 1, 1, 3, 200),
});

function mutate(
  text: string,
  { at, remove, insert, copies }: typeof mutation extends fc.Arbitrary<infer T> ? T : never,
): string {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + insert.repeat(copies) + text.slice(from + remove);
}

/** An error of the text has its place in it. */
function onlyGoodErrors(text: string, run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof PrismError)) throw error;
    if (!(error instanceof ParseError)) return;
    const { line, column } = error.data;
    const lineCount = text.split(/\r\n?|\n/).length;
    if (!(line >= 1 && line <= lineCount + 1))
      throw new Error(`line ${line} of ${lineCount}`, { cause: error });
    if (!(column >= 1 && column <= text.length + 2))
      throw new Error(`column ${column}`, { cause: error });
  }
}

/** Recognised and, if it came to that, as what it was. */
function readEveryWay(text: string, format: string | undefined): void {
  onlyGoodErrors(text, () => Crystal.fromText(text, { elements }));
  onlyGoodErrors(text, () => trajectoryOf(text, { elements }));
  if (format) onlyGoodErrors(text, () => Crystal.fromText(text, { format, elements }));
  if (text.includes("CRYST1")) {
    onlyGoodErrors(text, () => Crystal.fromText(text, { format: "pdb", expandSymmetry: true }));
  }
}

describe("damaged files", () => {
  it("give a crystal or an error with its place", () => {
    const mutated = fc.tuple(
      fc.constantFrom(...all),
      fc.array(mutation, { minLength: 1, maxLength: 5 }),
    );
    fc.assert(
      fc.property(mutated, ([{ name, text }, mutations]) => {
        readEveryWay(mutations.reduce(mutate, text), formats.includes(name) ? name : undefined);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(all.map(({ name, text }) => [name, text] as const))(
    "cut off anywhere: %s",
    (name, text) => {
      const format = formats.includes(name) ? name : undefined;
      for (let end = 0; end < text.length; end += text.length > 1500 ? 3 : 1) {
        readEveryWay(text.slice(0, end), format);
      }
    },
  );

  it("give an error in another format than their own", () => {
    for (const { text } of all) {
      for (const format of formats) onlyGoodErrors(text, () => Crystal.fromText(text, { format }));
    }
  });
});

describe("hostile files", () => {
  const size = 1_000_000;
  const poscarHead = "x\n1\n5 0 0\n0 5 0\n0 0 5\n";
  const dataHead = "x\n\n1 atoms\n1 atom types\n0 5 xlo xhi\n0 5 ylo yhi\n0 5 zlo zhi\n";
  const dumpHead = "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS\n0 5\n0 5\n0 5\n";
  it.each([
    ["xyz", "1000000000\n\nH 0 0 0\n"],
    ["xyz", "99999999999999999999999\n\nH 0 0 0\n"],
    ["xyz", `1\n\nH 0 0 ${"1".repeat(size)}x\n`],
    ["xyz", "1\n\n".repeat(size / 4)],
    ["xyz", "\n".repeat(size)],
    ["extxyz", `1\nLattice="${"1 ".repeat(size / 2)}"\nH 0 0 0\n`],
    ["extxyz", `1\nProperties=species:S:1:pos:R:3${":x:R:9999".repeat(size / 9)}\nH 0 0 0\n`],
    ["extxyz", `1000000\nProperties=species:S:1:pos:R:3:x:R:9999\n${"H 0 0 0\n".repeat(1000)}`],
    ["extxyz", `1\nProperties=species:S:1:pos:R:3 a=${"[".repeat(size)}\nH 0 0 0\n`],
    ["extxyz", `1\nProperties=species:S:1:pos:R:3 a="_JSON ${"[".repeat(size)}"\nH 0 0 0\n`],
    [
      "extxyz",
      `1\nProperties=species:S:1:pos:R:3 a="_JSON ${"[".repeat(size / 2)}${"]".repeat(size / 2)}"\nH 0 0 0\n`,
    ],
    ["extxyz", `1\nProperties=species:S:1:pos:R:3 ${"a".repeat(size)}\nH 0 0 0\n`],
    ["extxyz", `1\nProperties=species:S:1:pos:R:3 ${"a= ".repeat(size / 3)}\nH 0 0 0\n`],
    ["poscar", `${poscarHead}H\n1000000000\nDirect\n0 0 0\n`],
    ["poscar", `${poscarHead}${"H ".repeat(size / 2)}\n1\nDirect\n0 0 0\n`],
    ["poscar", `${poscarHead}${"H\n".repeat(size / 2)}`],
    ["poscar", `${poscarHead}${"1 ".repeat(size / 2)}`],
    ["xdatcar", `${poscarHead}H\n1\n${"Direct configuration= 1\n".repeat(size / 24)}`],
    ["pdb", "MODEL 1\n".repeat(size / 8)],
    ["pdb", `ATOM  ${" ".repeat(size)}`],
    ["pdb", `${"REMARK 290       2555   -X,-Y,Z\n".repeat(size / 32)}${asymmetric}`],
    ["pdb", `REMARK 290       2555   ${"-X".repeat(size / 2)}\n${asymmetric}`],
    [
      "pdb",
      "ATOM      1  H   UNL     1       0.000   0.000   0.000  1.00  0.00           H\nENDMDL\n".repeat(
        10_000,
      ),
    ],
    [
      "lammps-data",
      `${dataHead.replace("1 atoms", "1000000000 atoms")}\nMasses\n\n1 1\n\nAtoms\n\n1 1 0 0 0\n`,
    ],
    ["lammps-data", `${dataHead}\nBonds\n\n${"1\n".repeat(size / 2)}`],
    ["lammps-data", `${dataHead.replace("1 atom types", "999999999 atom types")}\nMasses\n\n1 1\n`],
    [
      "lammps-dump",
      `${dumpHead.replace("\n1\n", "\n1000000000\n")}ITEM: ATOMS id type x y z\n1 1 0 0 0\n`,
    ],
    [
      "lammps-dump",
      `${dumpHead}ITEM: ATOMS x y z ${Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(" ")}\n1\n`,
    ],
    [
      "lammps-dump",
      `${dumpHead}ITEM: ATOMS x y z ${Array.from({ length: 900 }, (_, i) => `c[${i + 1}]`).join(" ")}\n${"1 ".repeat(903)}`,
    ],
    ["xsf", "CRYSTAL\nPRIMVEC\n5 0 0\n0 5 0\n0 0 5\nPRIMCOORD\n1000000000 1\n1 0 0 0\n"],
    ["xsf", `ATOMS\n${"1 0 0 0\n".repeat(size / 8)}x`],
    ["xsf", "#\n".repeat(size / 2)],
    ["xsf", "BEGIN_INFO\n".repeat(size / 11)],
    ["optimade", "[".repeat(size)],
    ["pymatgen-json", `${"[".repeat(size / 2)}${"]".repeat(size / 2)}`],
    ["ase-json", '{"a":'.repeat(size / 5)],
    [
      "ase-json",
      `{"numbers":${"[".repeat(size / 2)}1${"]".repeat(size / 2)},"positions":[[0,0,0]]}`,
    ],
    [
      "ase-json",
      `{"numbers":[1],"positions":[[0,0,0]],"info":{"a":${"[".repeat(size / 2)}1${"]".repeat(size / 2)}}}`,
    ],
    ["optimade", `"${"\\u0000".repeat(size / 6)}`],
  ])("%s is read or refused in linear time: case %#", (format, text) => {
    const start = performance.now();
    onlyGoodErrors(text, () => Crystal.fromText(text, { format, elements }));
    onlyGoodErrors(text, () => Crystal.fromText(text, { elements, expandSymmetry: true }));
    onlyGoodErrors(text, () => trajectoryOf(text, { format, elements }));
    // Linear work takes some 100 ms here; quadratic work would take minutes.
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe("a file that comes in pieces", () => {
  const streamed = all.filter(({ text }) => !/^\s*[[{]/.test(text));

  it("gives the same structures however it is cut", async () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...streamed), cuts, async ({ name, text }, at) => {
        const whole = trajectoryOf(text, { elements });
        const frames = frameReaderOf(name, text);
        if (frames === undefined) return;
        const found: Crystal[] = [];
        for await (const crystal of framesOfChunks(pieces(text, at), frames, name))
          found.push(crystal);
        expect(found.map(String)).toEqual(whole.map(String));
        found.forEach((crystal, i) => {
          expect(crystal.fracPositions).toEqual(whole[i].fracPositions);
          expect(crystal.siteProperties).toEqual(whole[i].siteProperties);
          expect(crystal.info).toEqual(whole[i].info);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("has the same place of an error as the whole", async () => {
    const good = fixtures.find(({ name }) => name === "ase.extxyz")!.text;
    const bad = `${good}${good.replace(/^Ti .*/m, "Ti 0 x 0 0 0 0 0 0 0 0 0 0")}`;
    const frames = formatNamed("extxyz").frames!({ file: "run.extxyz" });
    const failure = async () => {
      const rest = framesOfChunks(pieces(bad, [0.1, 0.4, 0.45, 0.8]), frames, "run.extxyz");
      for await (const _ of rest);
    };
    await expect(failure()).rejects.toThrow(/^run\.extxyz:15:6: expected .* got "x"/);
  });
});

function frameReaderOf(name: string, text: string) {
  const format = formats.includes(name)
    ? name
    : formats.find((one) => formatNamed(one).matches(text));
  return format === undefined ? undefined : formatNamed(format).frames?.({ elements });
}

async function* pieces(text: string, cuts: readonly number[]): AsyncGenerator<string> {
  const offsets = cuts.map((at) => Math.floor(at * text.length)).sort((p, q) => p - q);
  let from = 0;
  for (const to of [...offsets, text.length]) {
    yield text.slice(from, to);
    from = to;
  }
}
