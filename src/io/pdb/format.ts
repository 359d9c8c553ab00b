import type { Format } from "../../crystal/formats.js";
import { countMatches, frameReading } from "../frames.js";
import { pdbFrames } from "./read.js";
import { pdbWriter, writePdb } from "./write.js";

const records =
  /^(?:ATOM {2}|HETATM|CRYST1|MODEL |HEADER|TITLE |REMARK|COMPND|SOURCE|KEYWDS|EXPDTA|AUTHOR|OBSLTE|SPLIT |CAVEAT|NUMMDL|ORIGX|SCALE)/;

/** Protein Data Bank format 3.3. */
export const pdb: Format = {
  name: "pdb",
  extensions: ["pdb", "ent", "pdb1"],
  matches: (text) =>
    records.test(text.slice(0, 2000).trimStart()) && /^(?:ATOM {2}|HETATM)/m.test(text),
  ...frameReading({
    frames: pdbFrames,
    countFrom: (text, at) => {
      const models = countMatches(text, at, /^MODEL /gm);
      if (models > 0) return models;
      // Models may also be divided by END alone; CONECT, MASTER and END belong to the first.
      const ends = countMatches(
        text,
        at,
        /^(?:ATOM {2}|HETATM).*\r?\n(?:ANISOU.*\r?\n)?(?:TER.*\r?\n)?END/gm,
      );
      return ends > 0 ? ends : undefined;
    },
  }),
  write: writePdb,
  frameWriter: pdbWriter,
};
