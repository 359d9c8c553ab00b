import type { Crystal } from "../crystal/crystal.js";
import type { Format, FormatContext, FrameReader, WriteOptions } from "../crystal/formats.js";
import { moreStructures } from "../crystal/structure-file.js";
import { Lines, moreText } from "./lines.js";

/** Reads the next structure, or gives undefined if only blank lines are left. */
export type LineFrames = (context: FormatContext) => (lines: Lines) => Crystal | undefined;

export interface FrameFormat {
  readonly frames: LineFrames;
  /**
   * How many structures begin in the text after an offset; undefined where what is left belongs to the
   * first. Must be quick.
   */
  countFrom(text: string, at: number): number | undefined;
}

/** The reading part of a format whose files may hold several structures, line by line. */
export function frameReading({
  frames,
  countFrom,
}: FrameFormat): Required<Pick<Format, "parse" | "frames">> {
  const framesOf = (context: FormatContext): FrameReader => {
    const read = frames(context);
    return (rest) => {
      const lines = new Lines(rest, context.file);
      try {
        const crystal = read(lines);
        return crystal && { crystal, ...lines.position };
      } catch (signal) {
        if (signal === moreText) return undefined;
        throw signal;
      }
    };
  };
  return {
    frames: framesOf,
    parse(text, context) {
      const first = framesOf(context)({ text, at: 0, line: 1, isWhole: true });
      if (first === undefined) {
        const lines = Lines.of(text, context.file);
        while (lines.next());
        throw lines.ended("a structure");
      }
      const { crystal, end, line } = first;
      const rest = /\S/g;
      rest.lastIndex = end;
      if (!rest.test(text)) return crystal;
      const count = countFrom(text, end);
      if (count === undefined) return crystal;
      if (count > 0) return crystal.withWarning(moreStructures(count, line));
      const message = "what follows the structure is none, and was not read";
      return crystal.withWarning({ code: "TRAILING_TEXT", message, line });
    },
  };
}

/** The writing part of a format whose files of several structures are those of one, joined. */
export function joinedWriting(
  write: (crystal: Crystal, options: WriteOptions) => string,
): Required<Pick<Format, "write" | "frameWriter">> {
  return {
    write,
    frameWriter: (options) => ({ write: (crystal) => write(crystal, options) }),
  };
}

/** How often a pattern with the flag g is found after an offset. */
export function countMatches(text: string, at: number, pattern: RegExp): number {
  let count = 0;
  pattern.lastIndex = at;
  while (pattern.test(text)) count++;
  return count;
}
