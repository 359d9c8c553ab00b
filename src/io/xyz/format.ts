import type { Format } from "../../crystal/formats.js";
import { type FrameFormat, frameReading, joinedWriting } from "../frames.js";
import { isExtended, readXyz } from "./read.js";
import { writeExtxyz, writeXyz } from "./write.js";

const frameFormat: FrameFormat = { frames: () => readXyz, countFrom };

/** XYZ: elements and Cartesian coordinates. Reads extended XYZ as well. */
export const xyz: Format = {
  name: "xyz",
  extensions: ["xyz"],
  matches: (text) => kindOf(text) === "xyz",
  ...frameReading(frameFormat),
  ...joinedWriting(writeXyz),
};

/** Extended XYZ: cell, site properties and values by key beside the coordinates. */
export const extxyz: Format = {
  name: "extxyz",
  extensions: ["extxyz", "exyz"],
  matches: (text) => kindOf(text) === "extxyz",
  ...frameReading(frameFormat),
  ...joinedWriting(writeExtxyz),
};

function kindOf(text: string): "xyz" | "extxyz" | undefined {
  const match = /^\uFEFF?\s*\d+[^\S\n]*\r?\n([^\n]*)\n([^\n]*)/.exec(text.slice(0, 100_000));
  if (!match) return undefined;
  const [, comment, atom] = match;
  if (isExtended(comment)) return "extxyz";
  const number = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d+)?`;
  const line = new RegExp(String.raw`^\s*(?:[A-Za-z]\S{0,7}|\d{1,3})(?:\s+${number}){3}(?:\s|$)`);
  return line.test(atom) ? "xyz" : undefined;
}

/** Goes from count to count without a look at the atoms. */
function countFrom(text: string, at: number): number {
  let count = 0;
  let offset = at;
  const atomCount = /\s*(\d{1,15})[^\S\n]*\r?\n/y;
  for (;;) {
    atomCount.lastIndex = offset;
    const match = atomCount.exec(text);
    if (!match) return count;
    count++;
    offset = atomCount.lastIndex;
    for (let skipped = 0; skipped <= Number(match[1]); skipped++) {
      offset = text.indexOf("\n", offset) + 1;
      if (offset === 0) return count;
    }
  }
}
