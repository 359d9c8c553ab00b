import type { Format } from "../../crystal/formats.js";
import { countMatches, frameReading } from "../frames.js";
import { parseLammpsData } from "./data-read.js";
import { writeLammpsData } from "./data-write.js";
import { dumpFrames } from "./dump-read.js";
import { dumpWriter, writeLammpsDump } from "./dump-write.js";

/** Data files of LAMMPS, read_data and write_data. */
export const lammpsData: Format = {
  name: "lammps-data",
  extensions: ["data", "lmp", "lammps"],
  fileNames: ["data."],
  matches(text) {
    const head = text.slice(0, 20_000);
    return (
      /\n[^\S\n]*\d+[^\S\n]+atoms\b/.test(head) &&
      /\n[^\n#]*\b(?:xlo[^\S\n]+xhi|avec)\b/.test(head) &&
      !head.startsWith("ITEM:")
    );
  },
  parse: parseLammpsData,
  write: writeLammpsData,
};

/** Text dumps of LAMMPS, styles atom and custom. */
export const lammpsDump: Format = {
  name: "lammps-dump",
  extensions: ["dump", "lammpstrj"],
  fileNames: ["dump."],
  matches: (text) =>
    /^\uFEFF?\s*ITEM: (?:TIMESTEP|UNITS|TIME|NUMBER OF ATOMS)\b/.test(text.slice(0, 1000)),
  ...frameReading({
    frames: dumpFrames,
    countFrom: (text, at) => countMatches(text, at, /^ITEM: ATOMS/gm),
  }),
  write: writeLammpsDump,
  frameWriter: dumpWriter,
};
