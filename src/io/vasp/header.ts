import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { FormatContext } from "../../crystal/formats.js";
import { Lattice } from "../../lattice/lattice.js";
import { determinant } from "../../math/mat3.js";
import { Kinds, speciesNamed } from "../draft.js";
import { Lines } from "../lines.js";
import { parseNumber } from "../numbers.js";
import { clip } from "../source.js";

/** The lines that POSCAR and XDATCAR begin with. */
export interface VaspHeader {
  readonly comment: string;
  /** Factors of Cartesian x, y, z; the lattice has them already. */
  readonly factors: readonly [number, number, number];
  readonly lattice: Lattice;
  readonly kinds: Kinds;
  readonly kindOfSite: Int32Array;
  readonly warnings: readonly CrystalWarning[];
}

/** Reads the header; the current line is its first, the comment. */
export function readHeader(lines: Lines, context: FormatContext): VaspHeader {
  const comment = lines.line.trim();
  lines.expectLine("the scaling factor");
  const scale = readScale(lines);
  const rows = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    lines.expectLine(`cell vector ${"abc"[i]}`);
    rows.set(lines.takeVector(`cell vector ${"abc"[i]}`), 3 * i);
  }
  const factors = factorsOf(lines, scale, rows);
  const lattice = lines.located(() => Lattice.fromMatrix(rows.map((x, i) => x * factors[i % 3])));
  const warnings: CrystalWarning[] = [];
  const { names, counts } = readSpecies(lines, context, comment, warnings);
  return { comment, factors, lattice, warnings, ...sitesOf(lines, names, counts) };
}

/** One factor, a volume as a negative number, or three factors. */
function readScale(lines: Lines): readonly number[] {
  const first = lines.takeNumber("the scaling factor");
  const [second, third] = [numberHere(lines), numberHere(lines)];
  const isOne = second === undefined || third === undefined;
  const scale = isOne ? [first] : [first, second, third];
  if (scale.every((factor) => factor > 0) || (isOne && first < 0)) return scale;
  lines.rewind();
  lines.nextWord();
  throw lines.error(
    "expected one scaling factor, minus the volume in Å³, or three factors above 0, got " +
      clip(lines.line.trim()),
  );
}

function numberHere(lines: Lines): number | undefined {
  if (!lines.nextWord()) return undefined;
  const value = parseNumber(lines.text, lines.wordStart, lines.wordEnd);
  return Number.isNaN(value) ? undefined : value;
}

function factorsOf(
  lines: Lines,
  scale: readonly number[],
  rows: Float64Array,
): [number, number, number] {
  const [x, y, z] = scale;
  if (scale.length === 3) return [x, y, z];
  if (x > 0) return [x, x, x];
  const volume = Math.abs(determinant(rows));
  if (!(volume > 0)) throw lines.error("the cell vectors are coplanar: they have no volume");
  const factor = Math.cbrt(-x / volume);
  return [factor, factor, factor];
}

function readSpecies(
  lines: Lines,
  context: FormatContext,
  comment: string,
  warnings: CrystalWarning[],
): { names: readonly string[]; counts: readonly number[] } {
  lines.expectLine("the species or their counts");
  const named: string[] = [];
  for (let words = namesHere(lines); words.length > 0; words = namesHere(lines)) {
    for (const word of words) named.push(word);
    lines.expectLine("the number of atoms of each species");
  }
  const counts = countsHere(lines);
  while (counts.length < named.length) {
    lines.expectLine("the number of atoms of each species");
    const more = countsHere(lines);
    if (more.length === 0) {
      throw lines.error(
        `expected a number of atoms for each of the ${named.length} species, got ${counts.length}`,
      );
    }
    for (const count of more) counts.push(count);
  }
  if (counts.length === 0) {
    throw lines.error(`expected species or their counts, got ${clip(lines.line.trim())}`);
  }
  if (named.length > 0) return { names: named, counts: counts.slice(0, named.length) };
  return { names: namesFromElsewhere(lines, context, comment, counts, warnings), counts };
}

/** The words of the line as species, without the potentials' suffixes: "Fe_pv", "O/1a2b3c". */
function namesHere(lines: Lines): string[] {
  const names: string[] = [];
  lines.rewind();
  while (lines.nextWord()) {
    const { word } = lines;
    if (/^[!#]/.test(word) || /^[+-]?[\d.]/.test(word)) break;
    const [name] = word.split(/[_/]/);
    if (speciesNamed(name) === undefined) {
      throw lines.error(`expected the symbols of species, got ${clip(word)}`, { value: word });
    }
    names.push(name);
  }
  return names;
}

function countsHere(lines: Lines): number[] {
  const counts: number[] = [];
  lines.rewind();
  while (lines.nextWord()) {
    const count = parseNumber(lines.text, lines.wordStart, lines.wordEnd);
    if (Number.isNaN(count)) break;
    if (!Number.isSafeInteger(count) || count < 0) {
      throw lines.error(`expected a number of atoms, got ${clip(lines.word)}`);
    }
    counts.push(count);
  }
  return counts;
}

/** VASP 4 wrote no symbols. */
function namesFromElsewhere(
  lines: Lines,
  { elements }: FormatContext,
  comment: string,
  counts: readonly number[],
  warnings: CrystalWarning[],
): readonly string[] {
  const fits = (names: readonly string[]) =>
    names.length >= counts.length && names.every((name) => speciesNamed(name) !== undefined);
  if (elements !== undefined && fits(elements)) return elements.slice(0, counts.length);
  const inComment = comment.split(/\s+/).filter((word) => /^[A-Z][a-z]?$/.test(word));
  if (elements === undefined && inComment.length === counts.length && fits(inComment)) {
    const message = `the species ${inComment.join(", ")} were taken from the comment in the first line`;
    warnings.push({ code: "SPECIES_FROM_COMMENT", message, line: lines.lineNumber });
    return inComment;
  }
  const given = elements === undefined ? "" : `; elements has ${elements.slice(0, 10).join(", ")}`;
  throw lines.error(
    `the file counts ${counts.length} species and does not name them, as VASP 4 does: name them in ` +
      `elements, such as { elements: ["Na", "Cl"] }, or in a line above the counts${given}`,
    { counts },
  );
}

function sitesOf(
  lines: Lines,
  names: readonly string[],
  counts: readonly number[],
): { kinds: Kinds; kindOfSite: Int32Array } {
  const siteCount = counts.reduce((sum, count) => sum + count, 0);
  if (siteCount === 0) throw lines.error("expected at least one atom, got none");
  // "0 0 0"
  lines.requireLines(siteCount, 6, "atoms");
  const kinds = new Kinds();
  const kindOfSite = new Int32Array(siteCount);
  let site = 0;
  names.forEach((name, i) => {
    const kind = kinds.named(name)!;
    kindOfSite.fill(kind, site, site + counts[i]);
    site += counts[i];
  });
  return { kinds, kindOfSite };
}

/** The line after the counts, if a text begins as POSCAR and XDATCAR do. */
export function lineAfterHeader(text: string): string | undefined {
  const lines = Lines.of(text);
  const hasNumbers = (count: number) =>
    lines.next() &&
    Array.from({ length: count }, () => numberHere(lines)).every((x) => x !== undefined);
  if (!lines.next() || !hasNumbers(1)) return undefined;
  if (!hasNumbers(3) || !hasNumbers(3) || !hasNumbers(3)) return undefined;
  let limit = 40;
  const startsWith = (start: RegExp) => limit-- > 0 && start.test(lines.line.slice(0, 1000));
  if (!lines.next()) return undefined;
  while (startsWith(/^\s*[A-Za-z]/)) if (!lines.next()) return undefined;
  if (!startsWith(/^\s*\d+(\s|$)/)) return undefined;
  do {
    if (!lines.next()) return "";
  } while (startsWith(/^[\d\s]*\d[\d\s]*$/));
  return lines.line.slice(0, 1000);
}
