import type { Format } from "../../crystal/formats.js";
import { countMatches, frameReading } from "../frames.js";
import { xsfFrames } from "./read.js";
import { writeXsf, xsfWriter } from "./write.js";

const keyword =
  /^\uFEFF?(?:[^\S\n]*(?:#[^\n]*)?\r?\n)*[^\S\n]*(?:ANIMSTEPS[^\S\n]+\d+|(?:CRYSTAL|SLAB|POLYMER|MOLECULE|DIM-GROUP|PRIMVEC|BEGIN_INFO|ATOMS)(?:[^\S\n]+\d+)?)[^\S\n]*(?:\r?\n|$)/;

/** XSF of XCrySDen, one structure or an animation. */
export const xsf: Format = {
  name: "xsf",
  extensions: ["xsf", "axsf"],
  matches: (text) => keyword.test(text.slice(0, 10_000)),
  ...frameReading({
    frames: xsfFrames,
    countFrom: (text, at) =>
      countMatches(text, at, /^[^\S\n]*(?:PRIMCOORD|ATOMS)\b/gm) || undefined,
  }),
  write: writeXsf,
  frameWriter: xsfWriter,
};
