import { ParseError } from "../../base/errors.js";
import type { Format } from "../../crystal/formats.js";
import { Source } from "../source.js";
import { cifFrames } from "./frames.js";
import { Lexer } from "./lexer.js";
import { readLongCif } from "./read-file.js";
import { parseCif } from "./structure.js";
import { cifWriter, writeCif } from "./write.js";

/** Crystallographic Information File: reads 1.1 and what occurs of 2.0, writes 1.1. */
export const cif: Format = {
  name: "cif",
  extensions: ["cif", "mcif", "mmcif"],
  matches(text) {
    try {
      const first = new Lexer(new Source(text)).next();
      return first === "data" || first === "global";
    } catch (error) {
      // A first value whose quote has no end: no CIF begins with one.
      if (error instanceof ParseError) return false;
      throw error;
    }
  },
  parse: (text, context) => parseCif(text, context.file, context),
  readFile: readLongCif,
  frames: cifFrames,
  write: writeCif,
  frameWriter: cifWriter,
};
