import { ParseError } from "../../base/errors.js";
import { Crystal } from "../../crystal/crystal.js";
import type { Frame, FrameReader, FrameText } from "../../crystal/formats.js";
import { Source } from "../source.js";
import { listsAtoms } from "./atoms.js";
import { type BlockInText, parseBlock } from "./document.js";
import { isVersion2 } from "./lexer.js";
import { type CifOptions, checkedOptions } from "./reader.js";
import { partsOfBlock } from "./structure.js";

/** The structures of a CIF: one for each data block that lists atoms. */
export function cifFrames(context: CifOptions & { readonly file?: string }): FrameReader {
  const options = checkedOptions(context);
  let version2: boolean | undefined;
  let given: string | undefined;
  let source = new Source("");
  return (rest) => {
    // Most calls go on in the text of the one before.
    if (rest.text !== given) {
      given = rest.text;
      source = new Source(rest.text, context.file, rest.line - linesBefore(rest));
    }
    version2 ??= isVersion2(source.text);
    // A byte order mark that the source left out.
    const shift = given.length - source.text.length;
    for (let at = Math.max(0, rest.at - shift); ; ) {
      const found = blockAt(source, at, version2, rest.isWhole);
      if (found === undefined) return undefined;
      at = found.end;
      if (!listsAtoms(found.block)) continue;
      return frameOf(source, found, { options, shift });
    }
  };
}

/** Undefined where none is left, or where the text may end within it. */
function blockAt(
  source: Source,
  at: number,
  version2: boolean,
  isWhole: boolean,
): BlockInText | undefined {
  try {
    const found = parseBlock(source, at, version2);
    return found?.isLast && !isWhole ? undefined : found;
  } catch (error) {
    if (!isWhole && error instanceof ParseError) return undefined;
    throw error;
  }
}

function frameOf(
  source: Source,
  { block, warnings, end }: BlockInText,
  { options, shift }: { options: CifOptions; shift: number },
): Frame {
  const parts = partsOfBlock({ source, block, warnings: [...warnings], options });
  return { crystal: Crystal.fromParts(parts), end: end + shift, line: source.lineOf(end) };
}

function linesBefore({ text, at }: FrameText): number {
  let count = 0;
  for (let end = text.indexOf("\n"); end >= 0 && end < at; end = text.indexOf("\n", end + 1))
    count++;
  return count;
}
