import type { Crystal } from "../../crystal/crystal.js";
import type { Format, FormatContext, WriteOptions } from "../../crystal/formats.js";
import { crystalOf } from "../draft.js";
import { countMatches, frameReading } from "../frames.js";
import type { Lines } from "../lines.js";
import { reportLosses, reportPeriodicity } from "../losses.js";
import { parseNumber, vectorText } from "../numbers.js";
import { clip } from "../source.js";
import { lineAfterHeader, readHeader, type VaspHeader } from "./header.js";
import { headerLines, withComment } from "./poscar.js";

const marker = /^\s*(?:direct\s+configuration|konfig)\s*=/i;

/** XDATCAR of VASP: positions along a run, with one header or, where the cell varies, one a step. */
export const xdatcar: Format = {
  name: "xdatcar",
  extensions: ["xdatcar"],
  fileNames: ["xdatcar"],
  matches(text) {
    const after = lineAfterHeader(text);
    return after !== undefined && (marker.test(after) || /^\s*$/.test(after)) && hasPositions(text);
  },
  ...frameReading({
    frames: (context) => {
      let header: VaspHeader | undefined;
      return (lines) => {
        if (!lines.nextFilled()) return undefined;
        const known = header;
        const next = isStep(lines, known) ? known! : readNextHeader(lines, context);
        const crystal = readStep(lines, next);
        header = next;
        return crystal;
      };
    },
    countFrom: (text, at) => countMatches(text, at, /configuration\s*=|konfig\s*=/gi),
  }),
  write: (crystal, options) => stepText(crystal, options, 1),
  frameWriter(options) {
    let header = "";
    let step = 0;
    return {
      write(crystal) {
        const own = headerLines("xdatcar", crystal, options).join("\n");
        const isSame = own === header;
        header = own;
        step++;
        return stepText(crystal, options, step, isSame);
      },
    };
  },
};

/** An old XDATCAR has blank lines in place of the markers; a header alone is none. */
function hasPositions(text: string): boolean {
  return (
    marker.test(lineAfterHeader(text) ?? "") || /\n\s*\n\s*[-+.\d]/.test(text.slice(0, 100_000))
  );
}

/** Whether the current line begins a step without a header of its own. */
function isStep(lines: Lines, header: VaspHeader | undefined): boolean {
  if (header === undefined) return false;
  return marker.test(lines.line) || isRowOfNumbers(lines);
}

function isRowOfNumbers(lines: Lines): boolean {
  const words = lines.words(4);
  lines.rewind();
  return (
    words.length === 3 && words.every((word) => !Number.isNaN(parseNumber(word, 0, word.length)))
  );
}

function readNextHeader(lines: Lines, context: FormatContext): VaspHeader {
  const header = readHeader(lines, context);
  lines.expectLine('"Direct configuration="');
  if (marker.test(lines.line)) return header;
  if (!lines.isBlank) {
    throw lines.error(`expected "Direct configuration=", got ${clip(lines.line.trim())}`);
  }
  if (!lines.nextFilled()) throw lines.ended("the first configuration");
  return header;
}

/** The current line is the marker, or the first position. */
function readStep(lines: Lines, header: VaspHeader): Crystal {
  const { lattice, kinds, kindOfSite, warnings } = header;
  const siteCount = kindOfSite.length;
  const fracPositions = new Float64Array(3 * siteCount);
  const isMarked = marker.test(lines.line);
  for (let i = 0; i < siteCount; i++) {
    if (isMarked || i > 0) lines.expectLine(`atom ${i + 1} of ${siteCount}`);
    lines.takeNumbers(fracPositions, 3 * i, 3, "a coordinate");
  }
  const draft = { lattice, kinds, kindOfSite, fracPositions, warnings };
  return withComment(
    crystalOf(draft, (message) => lines.error(message)),
    header,
  );
}

function stepText(
  crystal: Crystal,
  options: WriteOptions,
  step: number,
  isHeaderKnown = false,
): string {
  const text = isHeaderKnown ? [] : headerLines("xdatcar", crystal, options);
  text.push(`Direct configuration= ${String(step).padStart(5)}`);
  for (let i = 0; i < crystal.siteCount; i++)
    text.push(`  ${vectorText(crystal.fracPositions, i)}`);
  reportLosses("xdatcar", crystal, options, { info: ["comment"] });
  reportPeriodicity("xdatcar", crystal, options);
  return `${text.join("\n")}\n`;
}
