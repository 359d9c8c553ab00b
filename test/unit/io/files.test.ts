import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  Crystal,
  FileError,
  InvalidConfiguration,
  Lattice,
  ParseError,
  ResourceExhausted,
  readTrajectory,
  trajectoryOf,
  trajectoryText,
  writeTrajectory,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "prism-formats-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const target = path.join(folder, name);
  writeFileSync(target, content);
  return target;
}

async function collect(crystals: AsyncIterable<Crystal>): Promise<Crystal[]> {
  const all: Crystal[] = [];
  for await (const crystal of crystals) all.push(crystal);
  return all;
}

const steps = Array.from({ length: 5 }, (_, step) =>
  Crystal.create({
    lattice: Lattice.cubic(4 + step / 10),
    species: ["Na", "Cl"],
    fracPositions: [0, 0, 0, 0.5, 0.5, 0.5 + step / 100],
    info: { step },
  }),
);
const text = trajectoryText(steps, "extxyz");

describe("a gzip file", () => {
  it("is known by its first bytes, whatever its name", async () => {
    for (const name of ["a.extxyz.gz", "b.extxyz", "c"]) {
      const crystal = await Crystal.fromFile(file(name, gzipSync(text)));
      expect(crystal.info).toEqual({ step: 0 });
    }
  });

  it("that is cut off is an error", async () => {
    const packed = gzipSync(text);
    const cut = file("cut.gz", packed.subarray(0, packed.length - 20));
    await expect(Crystal.fromFile(cut)).rejects.toThrow(FileError);
    await expect(Crystal.fromFile(cut)).rejects.toThrow(/ends too early/);
    await expect(collect(readTrajectory(cut))).rejects.toThrow(/ends too early/);
  });

  it("that is damaged is an error", async () => {
    const packed = gzipSync(text);
    packed[20] ^= 0xff;
    packed[30] ^= 0xff;
    await expect(Crystal.fromFile(file("bad.gz", packed))).rejects.toThrow(FileError);
  });

  it("that grows beyond all measure is refused before it fills the memory", async () => {
    const bomb = file("bomb.xyz.gz", gzipSync(Buffer.alloc(100_000_000, "\n"), { level: 9 }));
    await expect(Crystal.fromFile(bomb)).rejects.toThrow(ResourceExhausted);
    await expect(Crystal.fromFile(bomb)).rejects.toThrow(/200 times/);
  });

  it("may be empty", async () => {
    await expect(Crystal.fromFile(file("empty.gz", gzipSync("")))).rejects.toThrow(/is empty/);
    await expect(collect(readTrajectory(file("empty", "\n")))).rejects.toThrow(/is empty/);
  });
});

describe("a file of several structures", () => {
  it("gives the first, and how many more there are and where", async () => {
    const crystal = await Crystal.fromFile(file("run.extxyz", text));
    expect(crystal.warnings).toEqual([
      { code: "MORE_STRUCTURES", message: expect.stringContaining("4 more"), line: 5 },
    ]);
    expect(crystal.lattice.parameters.a).toBe(4);
  });

  it.each([
    "xdatcar",
    "xyz",
    "extxyz",
    "pdb",
    "lammps-dump",
    "xsf",
    "optimade",
    "ase-json",
    "pymatgen-json",
  ])("%s: is written, packed, read back and counted", async (format) => {
    const target = path.join(folder, `${format}.gz`);
    await writeTrajectory(steps, target, { format });
    expect(gunzipSync(readFileSync(target)).toString()).toBe(trajectoryText(steps, format));
    const again = await collect(readTrajectory(target));
    expect(again.map((one) => one.siteCount)).toEqual([2, 2, 2, 2, 2]);
    const [warning] = (await Crystal.fromFile(target)).warnings;
    expect(warning.message).toContain("4 more");
  });

  it("is read as far as it is asked for", async () => {
    const target = file("broken.extxyz", `${text}1\n\nNa 0 0 zero\n`);
    const found: number[] = [];
    for await (const crystal of readTrajectory(target)) {
      found.push(crystal.info.step as number);
      if (found.length === 3) break;
    }
    expect(found).toEqual([0, 1, 2]);
    await expect(collect(readTrajectory(target))).rejects.toThrow(ParseError);
    await expect(collect(readTrajectory(target))).rejects.toThrow(/broken\.extxyz:23:/);
  });

  it("may be the one that is written", async () => {
    const target = file("own.extxyz", text);
    async function* everySecond() {
      let i = 0;
      for await (const crystal of readTrajectory(target)) if (i++ % 2 === 0) yield crystal;
    }
    await writeTrajectory(everySecond(), target);
    expect((await collect(readTrajectory(target))).map(({ info }) => info.step)).toEqual([0, 2, 4]);
  });

  it("stays as it was if the new one fails", async () => {
    const target = file("kept.extxyz", text);
    async function* failing() {
      yield steps[0];
      throw new RangeError("mine");
    }
    await expect(writeTrajectory(failing(), target)).rejects.toThrow(RangeError);
    expect(readFileSync(target, "utf8")).toBe(text);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("needs a format that holds it", async () => {
    const target = path.join(folder, "x.poscar");
    await expect(writeTrajectory(steps, target)).rejects.toThrow(/"poscar" holds one structure/);
    await expect(writeTrajectory(steps, path.join(folder, "x"))).rejects.toThrow(/tells no format/);
    await expect(writeTrajectory(steps, path.join(folder, "no/x.xyz"))).rejects.toThrow(FileError);
    await expect(writeTrajectory([42 as never], target)).rejects.toThrow(InvalidConfiguration);
    await expect(writeTrajectory(42 as never, target)).rejects.toThrow(/expected crystals/);
    await expect(
      writeTrajectory(readTrajectory(file("r.extxyz", text)), path.join(folder, "a.xsf")),
    ).rejects.toThrow(/write an array/);
    await writeTrajectory(steps.slice(0, 1), target);
    expect((await collect(readTrajectory(target))).length).toBe(1);
    expect(trajectoryOf(steps[0].toText("cif")).length).toBe(1);
  });

  it("is not held in memory as a whole", async () => {
    const frame = trajectoryText(steps.slice(0, 1), "extxyz").repeat(1000);
    const target = file("long.extxyz.gz", gzipSync(frame));
    let count = 0;
    for await (const crystal of readTrajectory(target)) count += crystal.siteCount;
    expect(count).toBe(2000);
  });
});

describe("a long JSON file", () => {
  it("is known by keys far from its beginning", async () => {
    const row = {
      forces: Array.from({ length: 10_000 }, () => [0.123456, 0, 0]),
      numbers: new Array(10_000).fill(14),
      positions: Array.from({ length: 10_000 }, (_, i) => [i, 0, 0]),
    };
    const [crystal] = await collect(readTrajectory(file("long.json", JSON.stringify(row))));
    expect(crystal.siteCount).toBe(10_000);
  });
});

describe("no structures", () => {
  it("are no file, and leave the one there is", async () => {
    async function* nothing(): AsyncGenerator<Crystal> {}
    const kept = file("kept-too.extxyz", text);
    for (const crystals of [[], nothing(), new Set<Crystal>()]) {
      await expect(writeTrajectory(crystals, kept)).rejects.toThrow(InvalidConfiguration);
      await expect(writeTrajectory(crystals, kept)).rejects.toThrow(
        /expected crystals, .* got \[\]/,
      );
    }
    expect(readFileSync(kept, "utf8")).toBe(text);
    expect(() => trajectoryText([], "optimade")).toThrow(/expected crystals/);
    const swapped = writeTrajectory as (...args: unknown[]) => Promise<void>;
    await expect(swapped(kept, steps)).rejects.toThrow(/the crystals come first, then the path/);
  });
});

describe("a file that cannot be written", () => {
  it.each([
    ["no/such/x.xyz", /there is no folder "[^"]*no\/such"/],
    ["plain/x.xyz", /plain" is a file, not a folder/],
    ["taken.xyz", /it is a folder; name a file in it/],
  ])("%s: says why, by the name that was given", async (name, message) => {
    writeFileSync(path.join(folder, "plain"), "");
    mkdirSync(path.join(folder, "taken.xyz"), { recursive: true });
    const target = path.join(folder, name);
    for (const write of [() => writeTrajectory(steps, target), () => steps[0].toFile(target)]) {
      const error = await write().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(FileError);
      expect((error as FileError).message).toMatch(message);
      expect((error as FileError).message).toContain(`cannot write "${target}"`);
      expect((error as FileError).message).not.toContain(".part");
    }
    expect(readdirSync(folder).filter((one) => one.endsWith(".part"))).toEqual([]);
  });
});

describe("crystal.toFile", () => {
  it("takes the format from the name, packs, and replaces the file at its end", async () => {
    const target = file("one.cif.gz", "before");
    await steps[1].toFile(target);
    expect(gunzipSync(readFileSync(target)).toString()).toBe(steps[1].toText("cif"));
    expect((await Crystal.fromFile(target)).lattice.parameters.a).toBe(4.1);
    await steps[1].toFile(path.join(folder, "POSCAR_new"), { comment: "mine" });
    expect(readFileSync(path.join(folder, "POSCAR_new"), "utf8")).toMatch(/^mine\n/);
    await steps[1].toFile(path.join(folder, "x.txt"), { format: "xyz" });
    expect((await Crystal.fromFile(path.join(folder, "x.txt"))).siteCount).toBe(2);
  });

  it("tells of losses, and keeps the file where the format cannot hold the crystal", async () => {
    const lost: string[] = [];
    const options = { onLoss: ({ code }: { code: string }) => lost.push(code) };
    await steps[1].toFile(path.join(folder, "lossy.xyz"), options);
    expect(lost.length).toBeGreaterThan(0);
    const target = file("kept.poscar", "before");
    const shared = steps[0].withSpecies({
      Na: [
        { species: "Na", occupancy: 0.5 },
        { species: "K", occupancy: 0.5 },
      ],
    });
    await expect(shared.toFile(target)).rejects.toThrow(InvalidConfiguration);
    expect(readFileSync(target, "utf8")).toBe("before");
  });

  it.each([
    ["data.json", /tells no format; name it, such as \{ format: "ase-json" \}/],
    ["a.out", /tells no format; name it, such as \{ format: "extxyz" \}/],
  ])("asks for the format of %s", async (name, message) => {
    await expect(steps[0].toFile(path.join(folder, name))).rejects.toThrow(message);
  });
});

describe("a file that is none", () => {
  it.each([
    [path.join(folder, "missing.xyz"), /no file/],
    [path.join(file("plain.txt", ""), "x.cif"), /a folder of its path is a file/],
    [folder, /is a folder/],
    ["", /expected the path/],
  ])("%s", async (target, message) => {
    await expect(Crystal.fromFile(target)).rejects.toThrow(FileError);
    await expect(Crystal.fromFile(target)).rejects.toThrow(message);
    await expect(collect(readTrajectory(target))).rejects.toThrow(message);
  });
});
