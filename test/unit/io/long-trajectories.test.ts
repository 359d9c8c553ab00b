import { execFile, execFileSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import {
  Crystal,
  FileError,
  Lattice,
  ParseError,
  readTrajectory,
  trajectoryOf,
  trajectoryText,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "prism-long-"));
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

const atoms = Array.from({ length: 400 }, (_, i) => i);
/** Turned, left-handed along none, with all that a format may keep. */
const steps = Array.from({ length: 60 }, (_, step) =>
  Crystal.create({
    lattice: Lattice.fromParameters(9 + step / 100, 10, 11, 80, 95, 103),
    species: atoms.map((i) => (i % 3 === 0 ? "Na" : "Cl")),
    fracPositions: atoms.map((i) => [
      (i + step) / 400,
      ((7 * i) % 400) / 400,
      ((31 * i) % 400) / 400,
    ]),
    labels: atoms.map((i) => `A${i % 7}\u00df`),
    siteProperties: {
      forces: atoms.map((i) => [i, step, 1 / (i + 1)]),
      residueName: atoms.map((i) => `R${i % 5}`),
    },
    info: { step, nested: { list: [1, "two", null] } },
  }),
);

describe("a long trajectory, read on another thread", () => {
  it.each(["extxyz", "xyz", "xdatcar", "pdb", "lammps-dump", "xsf", "cif"])(
    "%s: is what it is on this one",
    async (format) => {
      const text = trajectoryText(steps, format);
      expect(text.length).toBeGreaterThan(2 ** 19);
      const here = trajectoryOf(text, { format });
      const there = await collect(readTrajectory(file(`run.${format}`, text), { format }));
      expect(there.length).toBe(here.length);
      there.forEach((crystal, i) => {
        expect(crystal.hash).toBe(here[i].hash);
        expect(crystal.labels).toEqual(here[i].labels);
        expect(crystal.info).toEqual(here[i].info);
        expect(crystal.warnings).toEqual(here[i].warnings);
        expect(crystal.lattice.parameters).toEqual(here[i].lattice.parameters);
      });
    },
  );

  it("is read as far as it is asked for, and fails where it is reached", async () => {
    const text = trajectoryText(steps, "extxyz");
    const target = file("broken.extxyz", `${text}1\n\nNa 0 0 zero\n${text}`);
    const found: unknown[] = [];
    for await (const crystal of readTrajectory(target)) {
      found.push(crystal.info.step);
      if (found.length === 3) break;
    }
    expect(found).toEqual([0, 1, 2]);
    const seen: unknown[] = [];
    const all = async () => {
      for await (const crystal of readTrajectory(target)) seen.push(crystal.info.step);
    };
    const failure = await all().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ParseError);
    expect((failure as ParseError).data).toMatchObject({ line: 60 * 402 + 3, file: target });
    expect(seen.length).toBe(60);
  });

  it("that is cut off when packed gives what there is, then an error", async () => {
    const packed = gzipSync(trajectoryText(steps, "extxyz"));
    const cut = file("cut.extxyz.gz", packed.subarray(0, packed.length - 1000));
    let count = 0;
    const all = async () => {
      for await (const _ of readTrajectory(cut)) count++;
    };
    await expect(all()).rejects.toThrow(FileError);
    await expect(all()).rejects.toThrow(/ends too early/);
    expect(count).toBeGreaterThan(10);
  });

  it("keeps no process alive that does not wait for it", async () => {
    const target = file("left.extxyz", trajectoryText(steps, "extxyz"));
    const library = new URL("../../../dist/src/index.js", import.meta.url).href;
    const program = `import { readTrajectory } from ${JSON.stringify(library)};
const steps = readTrajectory(${JSON.stringify(target)});
console.log((await steps.next()).value.siteCount);`;
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      timeout: 60_000,
    });
    expect((await run).stdout.trim()).toBe("400");
  });
});

describe.skipIf(process.platform === "win32")("a pipe", () => {
  function pipe(
    name: string,
    content: string | Uint8Array,
  ): { path: string; written: Promise<void> } {
    const target = path.join(folder, name);
    execFileSync("mkfifo", [target]);
    // In pieces, as another program writes.
    const bytes = Buffer.from(content);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 50_000) }, (_, i) =>
      bytes.subarray(50_000 * i, 50_000 * (i + 1)),
    );
    return { path: target, written: pipeline(Readable.from(pieces), createWriteStream(target)) };
  }

  const text = trajectoryText(steps, "extxyz");

  it.each([
    ["plain", text],
    ["packed", gzipSync(text)],
  ])("gives all structures of a trajectory: %s", async (name, content) => {
    const { path: target, written } = pipe(`${name}.run`, content);
    const crystals = await collect(readTrajectory(target));
    await written;
    expect(crystals.map(({ hash }) => hash)).toEqual(trajectoryOf(text).map(({ hash }) => hash));
  });

  it.each(["cif", "poscar", "extxyz"])("gives the whole of a long %s", async (format) => {
    const crystal = steps[0].supercell([5, 5, 4]);
    const long = crystal.toText(format);
    expect(long.length).toBeGreaterThan(2 ** 20);
    const { path: target, written } = pipe(`long.${format}`, long);
    const again = await Crystal.fromFile(target, { format });
    await written;
    expect(again.siteCount).toBe(crystal.siteCount);
    expect(again.hash).toBe(Crystal.fromText(long, { format }).hash);
  });

  it("of a short file is read as one", async () => {
    const { path: target, written } = pipe("short", steps[0].toText("poscar"));
    expect((await Crystal.fromFile(target)).siteCount).toBe(400);
    await written;
  });
});
