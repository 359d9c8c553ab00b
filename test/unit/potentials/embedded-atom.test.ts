import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import {
  Crystal,
  embeddedAtom,
  embeddedAtomOf,
  FileError,
  Lattice,
  molecularDynamics,
  ParseError,
  PrismError,
  relax,
  suttonChen,
} from "prism-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const golden = new URL("../../golden/potentials/embedded-atom/", import.meta.url);
const pathOf = (name: string) => fileURLToPath(new URL(name, golden));
let alloy: string;
let finnisSinclair: string;
let copper: string;
let folder: string;
beforeAll(async () => {
  const texts = ["cu-ag.eam.alloy", "cu-ag.eam.fs", "cu.eam"].map((name) =>
    readFile(pathOf(name), "utf8"),
  );
  [alloy, finnisSinclair, copper] = await Promise.all(texts);
  folder = await mkdtemp(join(tmpdir(), "embedded-atom-"));
});
afterAll(() => rm(folder, { recursive: true }));

function fcc(element: string, a: number): Crystal {
  return Crystal.create({
    lattice: Lattice.cubic(a),
    species: Array(4).fill(element),
    fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
  });
}

function dimer(r: number, species = ["Cu", "Cu"]): Crystal {
  return Crystal.create({
    lattice: Lattice.cubic(30),
    species,
    cartPositions: [0, 0, 0, r, 0, 0],
    periodic: [false, false, false],
  });
}

/** F(ρ) = −ρ/2, f = 1 − r/4, r φ = 1 − r/4 up to 4 Å: straight lines, which splines meet. */
function straight(element = "2 Cu"): string {
  const distances = Array.from({ length: 9 }, (_, k) => 1 - k / 8);
  const densities = Array.from({ length: 5 }, (_, k) => -k / 2);
  return [
    ...["a", "b", "c", `1 ${element.split(" ")[1]}`, "5 1.0 9 0.5 4.0", "29 63.5 3.6 fcc"],
    ...[densities, distances, distances].map((values) => values.join("\n")),
  ].join("\n");
}

describe("embedded atoms by hand", () => {
  it("embeds each atom in the density of the other", async () => {
    const { energy, energies, forces } = await embeddedAtomOf(straight()).evaluate(dimer(2.5));
    // ρ = 0.375 for each, φ = 0.375/2.5.
    expect(energy).toBeCloseTo(2 * -0.1875 + 0.15, 8);
    expect(energies[0]).toBeCloseTo(energy / 2, 12);
    // dE/dr = 2 · (−½)(−¼) + φ', φ' = −1/r².
    expect(forces[0]).toBeCloseTo(0.25 - 1 / 2.5 ** 2, 6);
    expect(forces[0] + forces[3]).toBeCloseTo(0, 12);
  });

  it("has no energy for an atom alone but F(0), nor beyond the cutoff", async () => {
    const { energy, forces } = await embeddedAtomOf(straight()).evaluate(dimer(4.01));
    expect(energy).toBe(0);
    expect([...forces].every((force) => force === 0)).toBe(true);
  });

  it("goes on in a straight line behind the table", async () => {
    const dense = fcc("Cu", 1.2);
    const one = await embeddedAtomOf(straight()).evaluate(dense);
    const longer = straight()
      .replace("5 1.0 9", "205 1.0 9")
      .replace(
        "\n0\n-0.5\n-1\n-1.5\n-2\n",
        `\n${Array.from({ length: 205 }, (_, k) => -k / 2).join("\n")}\n`,
      );
    const other = await embeddedAtomOf(longer).evaluate(dense);
    expect(one.energies[0]).toBeLessThan(-2);
    expect(one.energy).toBeCloseTo(other.energy, 8);
    expect(one.warnings).toMatchObject([{ code: "DENSITY_BEYOND_TABLE" }]);
    expect(one.warnings[0].message).toMatch(/density at 4 sites lies beyond the table/);
    expect(other.warnings).toEqual([]);
    for (let k = 0; k < 6; k++) expect(one.stress[k]).toBeCloseTo(other.stress[k], 8);
  });

  it("tells of it where atoms came to rest and where they move", async () => {
    const potential = embeddedAtomOf(straight());
    const dense = fcc("Cu", 1.2);
    const { warnings } = await relax(dense, potential, { maxSteps: 0 });
    expect(warnings.map(({ code }) => code)).toEqual(["DENSITY_BEYOND_TABLE"]);
    const run = await molecularDynamics(dense, potential, {
      temperature: 1,
      timeStepFs: 1e-3,
      steps: 1,
    });
    expect(run.warnings.map(({ code }) => code)).toEqual(["DENSITY_BEYOND_TABLE"]);
  });

  it("has no energy for atoms on top of one another", async () => {
    const potential = embeddedAtomOf(copper);
    await expect(potential.evaluate(dimer(0))).rejects.toThrow(
      /sites 0 and 1 are 0\.000e0 Å apart/,
    );
    await expect(relax(dimer(0), potential)).rejects.toThrow(/no number/);
    expect((await potential.evaluate(dimer(1e-6))).energy).toBeGreaterThan(0);
  });

  it("evaluates more neighbours than fit into one block", async () => {
    const crystal = fcc("Cu", 1.7);
    const potential = embeddedAtomOf(copper);
    const { energy } = await potential.evaluate(crystal);
    const { energy: all } = await potential.evaluate(crystal.supercell([2, 2, 2]));
    expect(Number.isFinite(energy)).toBe(true);
    expect(all / 8).toBeCloseTo(energy, 6);
  });
});

describe("files of embedded atoms", () => {
  it("are recognised by their content", async () => {
    const crystal = dimer(2.5, ["Cu", "Ag"]);
    for (const [text, format] of [
      [alloy, "eam/alloy"],
      [finnisSinclair, "eam/fs"],
    ] as const) {
      const guessed = await embeddedAtomOf(text).evaluate(crystal);
      const forced = await embeddedAtomOf(text, { format }).evaluate(crystal);
      expect(guessed).toEqual(forced);
    }
    const single = await embeddedAtomOf(copper).evaluate(dimer(2.5));
    expect(single).toEqual(await embeddedAtomOf(copper, { format: "eam" }).evaluate(dimer(2.5)));
  });

  it("may be packed, have other line ends and Fortran's exponents", async () => {
    const path = join(folder, "cu.eam.gz");
    await writeFile(path, gzipSync(copper));
    const expected = await embeddedAtomOf(copper).evaluate(dimer(2.5));
    const changed = copper.replaceAll("\n", "\r\n").replaceAll("e-", "D-");
    expect(await (await embeddedAtom(path)).evaluate(dimer(2.5))).toEqual(expected);
    expect(await embeddedAtomOf(changed).evaluate(dimer(2.5))).toEqual(expected);
    const given = await embeddedAtom({ text: copper, name: "given" });
    expect(await given.evaluate(dimer(2.5))).toEqual(expected);
  });

  it("have parameters for their elements alone", async () => {
    const potential = await embeddedAtom(pathOf("cu.eam"));
    expect(() => potential.evaluate(dimer(2.5, ["Cu", "Ag"]))).toThrow(/for Cu, not for Ag/);
    const renamed = potential.withNames({ Ni: "Cu" });
    const { energy } = await renamed.evaluate(dimer(2.5, ["Ni", "Ni"]));
    expect(energy).toBe((await potential.evaluate(dimer(2.5))).energy);
  });

  it.each([
    ["no elements", "a\nb\nc\nFe Ni\n", 4, /number of elements and their symbols/],
    ["an element twice", "a\nb\nc\n2 Cu Cu\n", 4, /listed twice/],
    ["no grids", "a\nb\nc\n1 Cu\n5 1 9 0.5\n", 5, /nrho drho nr dr cutoff/],
    ["a huge grid", "a\nb\nc\n1 Cu\n900000000 1 9 0.5 4\n29 63 3 fcc\n1 2", 7, /ends within/],
    ["no line of the element", "a\nb\nc\n1 Cu\n5 1 9 0.5 4\n0 0 0 0 0\n", 6, /atomic number/],
    ["a word", straight().replace("-1.5", "x"), 10, /number 4 of 5: expected a number, got "x"/],
    ["an end too early", straight().slice(0, -6), 28, /ends within the pair potential/],
    ["one line", "x", 1, /ends before/],
    ["numbers left over", `${straight()}\n1.5 2`, 30, /2 more numbers follow the tables/],
    ["counts too small", straight().replace("5 1.0 9", "5 1.0 8"), 28, /2 more numbers/],
    ["a cutoff far off", straight().replace("0.5 4.0", "0.5 8.0"), 5, /cutoff of 8 Å does not fit/],
    ["a step too long", straight().replace("0.5 4.0", "2.0 4.0"), 5, /does not fit/],
  ])("with %s are refused at the place", (_, text, line, message) => {
    const error = errorOf(() => embeddedAtomOf(text));
    expect(error).toBeInstanceOf(ParseError);
    expect(error.message).toMatch(message);
    expect((error as ParseError).data.line).toBe(line);
  });

  it("may end with a comment", () => {
    expect(String(embeddedAtomOf(`${straight()}\n# the end, 2001\n`))).toBe("embedded atom");
  });

  it("name the format to try where the wrong one was forced", () => {
    expect(() => embeddedAtomOf(finnisSinclair, { format: "eam/alloy" })).toThrow(
      /try \{ format: "eam\/fs" \}/,
    );
    expect(() => embeddedAtomOf(alloy, { format: "eam/fs" })).toThrow(ParseError);
    expect(() => embeddedAtomOf(alloy, { format: "eam" })).toThrow(ParseError);
    expect(() => embeddedAtomOf(alloy, { format: "meam" } as never)).toThrow(
      /format must be one of/,
    );
  });

  it("that do not go together are refused", () => {
    expect(() => embeddedAtomOf([alloy, copper])).toThrow(/one of the format "eam" for each/);
    expect(() => embeddedAtomOf([copper, copper])).toThrow(/two files are for Cu/);
    expect(() => embeddedAtomOf([])).toThrow(/got 0/);
    expect(() => embeddedAtomOf(7 as never)).toThrow(PrismError);
    expect(() => embeddedAtomOf(alloy, { formats: "eam" } as never)).toThrow(/formats/);
  });

  it("that are missing, binary or folders are refused", async () => {
    const binary = join(folder, "binary.eam");
    await writeFile(binary, Buffer.from([0, 1, 2, 3, 0, 255]));
    for (const [path, message] of [
      [join(folder, "none.eam"), /no file/],
      [binary, /binary/],
      [folder, /is a folder; expected a potential file/],
      ["", /path of a potential file/],
    ] as const) {
      const error = await embeddedAtom(path).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(FileError);
      expect((error as Error).message).toMatch(message);
    }
    await expect(embeddedAtom({ text: 3 } as never)).rejects.toThrow(/expected the text/);
    await expect(embeddedAtom(null as never)).rejects.toThrow(PrismError);
  });

  it("that were cut or garbled give a ParseError or a potential, never anything else", () => {
    const short = straight();
    fc.assert(
      fc.property(
        fc.nat(short.length),
        fc.nat(short.length),
        fc.string({ maxLength: 12 }),
        (from, to, middle) => {
          const text =
            short.slice(0, Math.min(from, to)) + middle + short.slice(Math.max(from, to));
          const error = errorOf(() => embeddedAtomOf(text));
          return error === undefined || error instanceof ParseError;
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe("Sutton and Chen's potential", () => {
  it.each([
    ["Cu", 3.61, 3.5],
    ["Ag", 4.09, 2.96],
    ["Au", 4.08, 3.78],
    ["Ni", 3.52, 4.44],
    ["Pd", 3.89, 3.94],
    ["Pt", 3.92, 5.86],
    ["Al", 4.05, 3.34],
    ["Pb", 4.95, 2.04],
    ["Ir", 3.84, 6.93],
    ["Rh", 3.8, 5.75],
  ])(
    "of %s has the cohesive energy and no pressure at a, given a long cutoff",
    async (element, a, cohesive) => {
      const potential = suttonChen({ elements: [element], cutoff: 7 * a, smoothFrom: 6.9 * a });
      const { energy, stress } = await potential.evaluate(fcc(element, a));
      expect(Math.abs(energy / 4 + cohesive)).toBeLessThan(0.003 * cohesive);
      expect(Math.abs(stress[0])).toBeLessThan(0.003);
    },
  );

  it("is the formula", async () => {
    const own = { n: 9, m: 6, epsilon: 0.01, c: 40, a: 3 };
    const potential = suttonChen({
      species: { Cu: own },
      elements: ["Ag"],
      cutoff: 9,
      smoothFrom: 8,
    });
    const { energy } = await potential.evaluate(dimer(2.5));
    expect(energy).toBeCloseTo(0.01 * ((3 / 2.5) ** 9 - 2 * 40 * (3 / 2.5) ** 3), 8);
    const mixed = await potential.evaluate(dimer(2.5, ["Cu", "Ag"]));
    const ratio = Math.sqrt(3 * 4.09) / 2.5;
    const root = Math.sqrt(ratio ** 6);
    expect(mixed.energy).toBeCloseTo(
      Math.sqrt(0.01 * 0.0025415) * ratio ** 10.5 - (0.01 * 40 + 0.0025415 * 144.41) * root,
      8,
    );
  });

  it("gives an atom alone no energy and no force", async () => {
    const { energy, forces } = await suttonChen({ elements: ["Cu"] }).evaluate(dimer(12));
    expect(energy).toBe(0);
    expect([...forces].every((force) => force === 0)).toBe(true);
  });

  it("says which options do not fit", () => {
    const own = { n: 9, m: 6, epsilon: 0.01, c: 40, a: 3 };
    expect(() => suttonChen({})).toThrow(/give elements/);
    expect(() => suttonChen({ elements: ["Fe"] })).toThrow(/no parameters for "Fe"/);
    expect(() => suttonChen({ elements: "Cu" } as never)).toThrow(/must be a list/);
    expect(() => suttonChen({ elements: ["Cu"], species: { Cu: own } })).toThrow(/choose one/);
    expect(() => suttonChen({ species: { Cu: { ...own, c: -1 } } })).toThrow(/c must be/);
    expect(() => suttonChen({ elements: ["Cu"], cutoff: 5, smoothFrom: 6 })).toThrow(/less than/);
  });
});

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  return undefined as never;
}
