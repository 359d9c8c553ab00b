import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import {
  Crystal,
  DomainError,
  FileError,
  InvalidConfiguration,
  Lattice,
  morse,
  ParseError,
  Phonons,
  type PhonopyTexts,
  phonons,
} from "prism-lab";
import { beforeAll, describe, expect, it } from "vitest";

const triclinic = Crystal.create({
  lattice: Lattice.fromMatrix([2.9, 0, 0, 0.2, 3.1, 0, -0.7, 0.1, 4.4]),
  species: ["Na", "Cl"],
  fracPositions: [0, 0, 0, 0.52, 0.46, 0.47],
});
const potential = morse({ depth: 0.34, alpha: 1.36, r0: 2.87, cutoff: 5.5 });
const points = [
  [0.13, 0.07, 0.21],
  [0.5, -0.5, 0],
  [0.31, -0.4, 0.12],
];

let vibrations: Phonons;
let texts: PhonopyTexts;
let forceConstants: string;
beforeAll(async () => {
  vibrations = await phonons(triclinic, potential, {
    supercell: [
      [2, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
    ],
    nonAnalytical: { bornCharges: { Na: 1.1, Cl: -1.1 }, dielectric: 2.3 },
  });
  const yaml = vibrations.toText("phonopy.yaml");
  texts = { yaml, forceSets: vibrations.toText("FORCE_SETS"), born: vibrations.toText("BORN") };
  forceConstants = vibrations.toText("FORCE_CONSTANTS");
});

function expectSame(found: Phonons): void {
  for (const q of points) {
    const expected = vibrations.frequencies(q);
    found.frequencies(q).forEach((value, branch) => {
      expect(Math.abs(value - expected[branch])).toBeLessThan(1e-9);
    });
  }
}

/** The YAML without an entry. */
function without(yaml: string, key: string): string {
  return yaml.replace(new RegExp(`^${key}:\\n(?:[ -].*\\n)*`, "m"), "");
}

describe("phonons written for phonopy and read again", () => {
  it("are the same, by any of the texts", async () => {
    const cells = without(texts.yaml, "displacements");
    expect(cells).not.toContain("forces:");
    const full = vibrations.toText("FORCE_CONSTANTS", { full: true });
    for (const each of [
      { yaml: texts.yaml },
      { ...texts, yaml: cells },
      { yaml: cells, forceConstants },
      { yaml: cells, forceConstants: full },
      { ...texts, yaml: texts.yaml.replaceAll("\n", "\r\n") },
    ]) {
      const found = await Phonons.fromPhonopy(each);
      expectSame(found);
      expect(found.supercell.siteCount).toBe(vibrations.supercell.siteCount);
      found.nonAnalytical!.bornCharges.forEach((charge, i) => {
        expect(charge).toBeCloseTo(vibrations.nonAnalytical!.bornCharges[i], 12);
      });
    }
    const given = await Phonons.fromPhonopy({ yaml: cells, forceConstants });
    expectSame(await Phonons.fromPhonopy({ yaml: given.toText("phonopy.yaml") }));
    expect(() => given.toText("FORCE_SETS")).toThrow("FORCE_CONSTANTS");
  });

  it("as files of a folder", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "prism-phonopy-"));
    try {
      const files = await vibrations.toPhonopy(folder);
      expect((await readdir(folder)).sort()).toEqual(["FORCE_CONSTANTS", "phonopy_params.yaml"]);
      expectSame(await Phonons.fromPhonopy(folder));
      expectSame(await Phonons.fromPhonopy(files[0]));
      const cells = without(without(texts.yaml, "displacements"), "born_effective_charge");
      await writeFile(files[0], cells);
      const bare = await Phonons.fromPhonopy(folder);
      expect(bare.nonAnalytical).toBeUndefined();
      expect(bare.displacements.length).toBe(0);
      await writeFile(path.join(folder, "BORN"), texts.born!);
      expectSame(await Phonons.fromPhonopy(folder));
    } finally {
      await rm(folder, { recursive: true });
    }
    await expect(Phonons.fromPhonopy(folder)).rejects.toThrow(FileError);
  });

  it("as files of a folder that is made, where no file has its name", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "prism-phonopy-"));
    try {
      const [file] = await vibrations.toPhonopy(path.join(folder, "new", "NaCl"));
      expectSame(await Phonons.fromPhonopy(path.dirname(file)));
      for (const taken of [file, path.join(file, "below")]) {
        const refused = expect(vibrations.toPhonopy(taken)).rejects;
        await refused.toThrow(FileError);
        await refused.toThrow("name another folder");
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("in any supercell", async () => {
    const entry = fc.integer({ min: -2, max: 2 });
    const row = fc.tuple(entry, entry, entry);
    const matrix = fc.tuple(row, row, row).filter(([a, b, c]) => {
      const volume =
        a[0] * (b[1] * c[2] - b[2] * c[1]) -
        a[1] * (b[0] * c[2] - b[2] * c[0]) +
        a[2] * (b[0] * c[1] - b[1] * c[0]);
      return volume !== 0 && Math.abs(volume) <= 8;
    });
    await fc.assert(
      fc.asyncProperty(matrix, async (supercell) => {
        const made = await phonons(triclinic, potential, { supercell });
        const yaml = made.toText("phonopy.yaml");
        const read = [
          await Phonons.fromPhonopy({ yaml }),
          await Phonons.fromPhonopy({ yaml, forceConstants: made.toText("FORCE_CONSTANTS") }),
        ];
        for (const found of read) {
          found.frequencies(points[0]).forEach((value, branch) => {
            expect(value).toBeCloseTo(made.frequencies(points[0])[branch], 8);
          });
        }
      }),
      { numRuns: 12, seed: 20261123 },
    );
  });
});

describe("wrong texts", () => {
  const rejected = (changed: Partial<PhonopyTexts>) =>
    expect(Phonons.fromPhonopy({ ...texts, ...changed })).rejects;

  it("are told with their line", async () => {
    const { yaml, forceSets = "", born = "" } = texts;
    await rejected({ forceSets: forceSets.slice(0, -200) }).toThrow(ParseError);
    await rejected({ forceSets: forceSets.replace(/^\d+/, "17") }).toThrow("17 atoms");
    await rejected({ forceSets: forceSets.replace(/\n\d+\n/, "\n1000000000000\n") }).toThrow(/:2:/);
    await rejected({ forceSets: forceSets.replace(/\n\S+ (\S+ \S+)\n/, "\nnan $1\n") }).toThrow(
      "finite",
    );
    await rejected({ forceSets: "" }).toThrow(ParseError);
    await rejected({ forceSets: "1 2 3" }).toThrow("3 words");
    await rejected({ forceConstants: forceConstants.slice(0, -90) }).toThrow(ParseError);
    await rejected({ forceConstants: "1000000 1000000\n" }).toThrow(/<text>:1:/);
    await rejected({ forceConstants: forceConstants.replace("\n1 2\n", "\n1 3\n") }).toThrow(
      ParseError,
    );
    await rejected({ born: born.replace(/ \S+\n$/, "\n") }).toThrow("line ends");
    await rejected({ born: `${born}${born}` }).toThrow(ParseError);
    await rejected({ born: born.replace(/^\S+/, "2.0") }).toThrow(DomainError);
    await rejected({ yaml: "" }).toThrow("supercell");
    await rejected({ yaml: yaml.slice(0, 900) }).toThrow(ParseError);
    await rejected({ yaml: yaml.replace("symbol: Cl", "symbol: Qq") }).toThrow("Qq");
    await rejected({ yaml: yaml.replace("unit_cell:", "supercell:") }).toThrow("once more");
    await rejected({ yaml: yaml.replace("  version:", "  calculator: dream\n  version:") }).toThrow(
      InvalidConfiguration,
    );
    await rejected({ yaml: `${"[".repeat(1e5)}` }).toThrow(ParseError);
    await rejected({ yaml: yaml.replace("phonopy:\n", `phonopy: ${"[".repeat(1e5)}\n`) }).toThrow(
      "nest",
    );
    await rejected({ yaml: 7 as never }).toThrow(InvalidConfiguration);
    await expect(Phonons.fromPhonopy({ yaml: without(yaml, "displacements") })).rejects.toThrow(
      "FORCE_SETS",
    );
  });

  it("cut anywhere or with a line left out they reject with an error that has a code", async () => {
    const text = texts.yaml;
    const rows = text.split("\n");
    for (let cut = 1; cut < 30; cut++) {
      const shorter = text.slice(0, Math.floor((text.length * cut) / 30));
      await expect(Phonons.fromPhonopy({ yaml: shorter })).rejects.toHaveProperty("code");
      const lost = rows.toSpliced(Math.floor((rows.length * cut) / 30), 1).join("\n");
      await Phonons.fromPhonopy({ yaml: lost }).then(
        (found) => expect(Number.isFinite(found.frequencies(points[0])[0])).toBe(true),
        (error) => expect(error).toHaveProperty("code"),
      );
    }
  });

  it("of displacements that say too little", async () => {
    const [head, count, ...blocks] = texts.forceSets!.split("\n\n");
    expect(count).toContain("0.");
    const first = head.replace(/\n\d+$/, "\n1");
    await rejected({ forceSets: `${first}\n\n${count}\n` }).toThrow(/do not span space/);
    expect(blocks.length).toBeGreaterThan(3);
  });

  it("of numbers that no frequency comes of", async () => {
    const ended = (text: string, last: string) => text.replace(/\S+\n*$/, `${last}\n`);
    const forceSets = ended(texts.forceSets!, "1e308");
    await expect(Phonons.fromPhonopy({ ...texts, forceSets })).rejects.toThrow(DomainError);
    const large = { ...texts, forceConstants: ended(forceConstants, "1e200") };
    await expect(Phonons.fromPhonopy(large)).rejects.toThrow(/force constant of .*e\+\d+ eV/);
    const born = ended(texts.born!, "1e200");
    const charged = { yaml: without(texts.yaml, "born_effective_charge"), forceConstants, born };
    await expect(Phonons.fromPhonopy(charged)).rejects.toThrow(/Born charge of/);
    const heavy = texts.yaml.replace(/mass: [\d.]+/g, "mass: -1");
    await expect(Phonons.fromPhonopy({ ...texts, yaml: heavy })).rejects.toThrow(
      /expected a mass above 0 u, got -1/,
    );
  });

  it("and options that mean nothing", async () => {
    await expect(Phonons.fromPhonopy(texts, { sumRule: true } as object)).rejects.toThrow(
      "sumRules",
    );
    await expect(Phonons.fromPhonopy({ ...texts, BORN: "" } as never)).rejects.toThrow("born");
    expect(() => vibrations.toText("POSCAR" as never)).toThrow(InvalidConfiguration);
    expect(() => vibrations.toText("BORN", { ful: true } as object)).toThrow("full");
  });
});
