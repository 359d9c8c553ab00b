import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ParseError } from "../../../../src/base/errors.js";
import { Crystal } from "../../../../src/crystal/crystal.js";
import { cifFrames } from "../../../../src/io/cif/frames.js";
import { readTrajectory, trajectoryOf, trajectoryText } from "../../../../src/io/trajectory.js";
import { Lattice } from "../../../../src/lattice/lattice.js";
import "../../../../src/io/register.js";

const crystals = ["Cu", "Ag", "Au"].map((species, i) =>
  Crystal.create({ lattice: Lattice.cubic(3 + i), species: [species], fracPositions: [0, 0, 0] }),
);
const blocks = crystals.map((crystal) => crystal.toText("cif"));
const text = `# three metals\n${blocks[0]}data_global\n_journal 'no atoms'\n${blocks[1]}${blocks[2]}`;

describe("all structures of a CIF", () => {
  it("come from the blocks that list atoms", () => {
    expect(trajectoryOf(text).map(String)).toEqual(crystals.map(String));
    expect(trajectoryOf(text).flatMap(({ warnings }) => warnings)).toEqual([]);
    expect(Crystal.fromText(text).warnings[0].message).toContain("trajectoryOf(text)");
  });

  it("are the same after a byte order mark and with other ends of lines", () => {
    for (const end of ["\r\n", "\r"]) {
      const other = `\uFEFF${text.replaceAll("\n", end)}`;
      expect(trajectoryOf(other).map(String)).toEqual(crystals.map(String));
    }
  });

  it("are the same however the text comes in pieces", () => {
    for (let cut = 0; cut <= text.length; cut += 7) {
      const read = cifFrames({});
      const found: string[] = [];
      let [at, line, window] = [0, 1, text.slice(0, cut)];
      for (const isWhole of [false, true]) {
        if (isWhole) [window, at] = [window.slice(at) + text.slice(cut), 0];
        for (;;) {
          const frame = read({ text: window, at, line, isWhole });
          if (frame === undefined) break;
          ({ end: at, line } = frame);
          found.push(String(frame.crystal));
        }
      }
      expect(found).toEqual(crystals.map(String));
    }
  });

  it("keep their options and the lines of the file", () => {
    const bad = text.replace("Au1 Au 0 0 0 1", "Au1 Au 0 zero 0 1");
    const line = bad.slice(0, bad.indexOf("zero")).split("\n").length;
    expect(() => trajectoryOf(bad)).toThrow(
      expect.objectContaining({ constructor: ParseError, data: expect.objectContaining({ line }) }),
    );
    const full = text.replace("Au1 Au 0 0 0 1", "Au1 Au 0 0 0 1.4");
    expect(trajectoryOf(full, { occupancyTolerance: 1.5 })[2].warnings).toMatchObject([{ line }]);
  });

  it("are written as blocks of different names", () => {
    const written = trajectoryText(crystals, "cif");
    expect(written.match(/^data_\S+/gm)).toEqual(["data_Cu_1", "data_Ag_2", "data_Au_3"]);
    expect(trajectoryOf(written).map(String)).toEqual(crystals.map(String));
  });
});

describe("a long CIF", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prism-cif-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const count = 12_000;
  const head = blocks[0].slice(0, blocks[0].indexOf("Cu1"));
  const rows = Array.from({ length: count }, (_, i) => {
    const [x, y, z] = [i % 30, Math.floor(i / 30) % 30, Math.floor(i / 900)].map((n) => n / 30);
    return `Cu_\u00e9${i} Cu2+ ${x.toFixed(8)} ${y.toFixed(8)} ${z.toFixed(8)} 1 0.01\n`;
  });
  const long = `${head.replace("cell_length_a 3", "cell_length_a 80")}_atom_site_U_iso_or_equiv
${rows.join("")}`;

  it("is read on another thread into the same crystal, also from gzip", async () => {
    expect(long.length).toBeGreaterThan(1 << 19);
    const expected = Crystal.fromText(long);
    expect(expected.siteCount).toBe(count);
    for (const [name, bytes] of [
      ["long.cif", Buffer.from(long)],
      ["long.cif.gz", gzipSync(long)],
    ] as const) {
      const file = path.join(folder, name);
      await writeFile(file, bytes);
      const crystal = await Crystal.fromFile(file);
      expect(String(crystal)).toBe(String(expected));
      expect(crystal.fracPositions).toEqual(expected.fracPositions);
      expect(crystal.kinds).toEqual(expected.kinds);
      expect(crystal.kinds[0][0].species).toBe(expected.kinds[0][0].species);
      expect(crystal.labels).toEqual(expected.labels);
      expect(crystal.siteProperties).toEqual(expected.siteProperties);
      expect(crystal.warnings).toEqual(expected.warnings);
    }
  });

  it("fails with the error that it has, of the file and line", async () => {
    const file = path.join(folder, "bad.cif");
    await writeFile(file, `${long}Xx Xx 0 0 0 1 0\n`);
    await expect(Crystal.fromFile(file)).rejects.toMatchObject({
      constructor: ParseError,
      message: expect.stringMatching(/"Xx".*no chemical element/),
      data: { file, line: long.split("\n").length, column: 4 },
    });
  });

  it("gives its structures one by one", async () => {
    const file = path.join(folder, "many.cif");
    await writeFile(file, long + blocks[1] + blocks[2]);
    const sizes: number[] = [];
    for await (const crystal of readTrajectory(file)) sizes.push(crystal.siteCount);
    expect(sizes).toEqual([count, 1, 1]);
  });
});
