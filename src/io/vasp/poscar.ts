import type { Crystal } from "../../crystal/crystal.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { Format, FormatContext, WriteOptions } from "../../crystal/formats.js";
import type { SiteProperty } from "../../crystal/site-properties.js";
import { crystalOf } from "../draft.js";
import { Lines } from "../lines.js";
import { oneLine, reportLosses, reportPeriodicity, requireOrdered } from "../losses.js";
import { parseNumber, vectorText } from "../numbers.js";
import { clip } from "../source.js";
import { lineAfterHeader, readHeader, type VaspHeader } from "./header.js";

/** POSCAR and CONTCAR of VASP: reads those of VASP 4, 5 and 6, writes that of VASP 5. */
export const poscar: Format = {
  name: "poscar",
  extensions: ["poscar", "contcar", "vasp"],
  fileNames: ["poscar", "contcar"],
  matches(text) {
    const after = lineAfterHeader(text);
    return after !== undefined && /^\s*[SsDdCcKk]/.test(after) && !/=|^\s*Konfig/i.test(after);
  },
  parse: parsePoscar,
  write: writePoscar,
};

/** @throws {ParseError} with file, line and column. */
function parsePoscar(text: string, context: FormatContext): Crystal {
  const lines = Lines.of(text, context.file);
  lines.expectLine("a comment");
  const header = readHeader(lines, context);
  const warnings = [...header.warnings];
  const { isCartesian, isSelective } = readMode(lines);
  const siteCount = header.kindOfSite.length;
  const positions = new Float64Array(3 * siteCount);
  const flags = isSelective ? new Float64Array(3 * siteCount) : undefined;
  for (let i = 0; i < siteCount; i++) {
    lines.expectLine(`atom ${i + 1} of ${siteCount}`);
    lines.takeNumbers(positions, 3 * i, 3, "a coordinate");
    if (isCartesian) for (let k = 0; k < 3; k++) positions[3 * i + k] *= header.factors[k];
    if (flags) readFlags(lines, flags, i);
  }
  const velocities = readVelocities(lines, siteCount, warnings);
  const siteProperties: Record<string, SiteProperty> = {
    ...(flags && { selectiveDynamics: flags }),
    ...(velocities && { velocities }),
  };
  const { lattice, kinds, kindOfSite } = header;
  const places = isCartesian ? { cartPositions: positions } : { fracPositions: positions };
  const draft = { lattice, kinds, kindOfSite, ...places, siteProperties, warnings };
  return withComment(
    crystalOf(draft, (message) => lines.error(message)),
    header,
  );
}

/** The comment is kept unless it is what a writer puts there for want of one. */
export function withComment(crystal: Crystal, { comment }: VaspHeader): Crystal {
  return comment === "" || comment === crystal.cellFormula
    ? crystal
    : crystal.withInfo({ comment });
}

function readMode(lines: Lines): { isCartesian: boolean; isSelective: boolean } {
  const expected = '"Direct" or "Cartesian"';
  lines.expectLine(expected);
  let word = lines.takeWord(expected);
  const isSelective = /^s/i.test(word);
  if (isSelective) {
    lines.expectLine(expected);
    word = lines.takeWord(expected);
  }
  if (!/^[dck]/i.test(word)) throw lines.error(`expected ${expected}, got ${clip(word)}`);
  return { isSelective, isCartesian: /^[ck]/i.test(word) };
}

function readFlags(lines: Lines, flags: Float64Array, site: number): void {
  for (let k = 0; k < 3; k++) {
    const flag = lines.takeWord(`three flags T or F of atom ${site + 1}`);
    if (!/^\.?[tf]/i.test(flag)) throw lines.error(`expected a flag T or F, got ${clip(flag)}`);
    flags[3 * site + k] = /^\.?t/i.test(flag) ? 1 : 0;
  }
}

/** Å/fs; undefined where there are none. What VASP writes after them belongs to its integrator. */
function readVelocities(
  lines: Lines,
  siteCount: number,
  warnings: CrystalWarning[],
): Float64Array | undefined {
  if (!lines.next()) return undefined;
  if (/^\s*lattice/i.test(lines.line)) {
    for (let i = 0; i < 7; i++) lines.expectLine("velocities of the lattice");
    if (!lines.next()) return undefined;
  }
  const mode = lines.line.trim();
  const line = lines.lineNumber;
  if (!lines.nextFilled()) {
    if (mode !== "") warnings.push({ code: "TRAILING_TEXT", message: trailing, line });
    return undefined;
  }
  const isFirstNumber = lines.nextWord() && !Number.isNaN(wordNumber(lines));
  if (!isFirstNumber || (mode !== "" && !/^[dck]/i.test(mode))) {
    warnings.push({ code: "TRAILING_TEXT", message: trailing, line });
    return undefined;
  }
  if (/^d/i.test(mode)) {
    const message = "velocities in cell vectors per time step were left out: the step is not known";
    warnings.push({ code: "VELOCITIES_LEFT_OUT", message, line });
    return undefined;
  }
  lines.rewind();
  const velocities = new Float64Array(3 * siteCount);
  for (let i = 0; i < siteCount; i++) {
    if (i > 0) lines.expectLine(`the velocity of atom ${i + 1} of ${siteCount}`);
    lines.takeNumbers(velocities, 3 * i, 3, "a velocity");
  }
  return velocities;
}

const trailing = "what follows the atoms is neither blank nor velocities, and was not read";

function wordNumber(lines: Lines): number {
  return parseNumber(lines.text, lines.wordStart, lines.wordEnd);
}

/**
 * POSCAR of VASP 5, sites in their order: species that take turns are named again. Keeps
 * `selectiveDynamics`, `velocities` (Å/fs) and the comment.
 *
 * @throws {InvalidConfiguration} shared or partly occupied sites.
 */
function writePoscar(crystal: Crystal, options: WriteOptions): string {
  const { siteProperties, siteCount } = crystal;
  const isCartesian = options.positions === "cartesian";
  const flags = rowsOf(siteProperties.selectiveDynamics, siteCount);
  const velocities = rowsOf(siteProperties.velocities, siteCount);
  const text = [
    ...headerLines("poscar", crystal, options),
    ...(flags ? ["Selective dynamics"] : []),
    isCartesian ? "Cartesian" : "Direct",
  ];
  const positions = isCartesian ? crystal.cartPositions : crystal.fracPositions;
  for (let i = 0; i < siteCount; i++) {
    const letters = flags
      ? ` ${[0, 1, 2].map((k) => (flags[3 * i + k] ? "T" : "F")).join(" ")}`
      : "";
    text.push(`  ${vectorText(positions, i)}${letters}`);
  }
  if (velocities) {
    text.push("");
    for (let i = 0; i < siteCount; i++) text.push(`  ${vectorText(velocities, i)}`);
  }
  reportLosses("poscar", crystal, options, {
    siteProperties: [
      ...(flags ? ["selectiveDynamics"] : []),
      ...(velocities ? ["velocities"] : []),
    ],
    info: ["comment"],
  });
  reportPeriodicity("poscar", crystal, options);
  return `${text.join("\n")}\n`;
}

/** Comment, factor, cell, symbols and counts. */
export function headerLines(format: string, crystal: Crystal, options: WriteOptions): string[] {
  const species = requireOrdered(format, crystal);
  const names: string[] = [];
  const counts: number[] = [];
  for (const kind of crystal.kindOfSite) {
    const { symbol } = species[kind];
    if (names.at(-1) === symbol) counts[counts.length - 1]++;
    else counts[names.push(symbol) - 1] = 1;
  }
  const { comment } = crystal.info;
  const remark = options.comment ?? (typeof comment === "string" ? comment : crystal.cellFormula);
  return [
    oneLine(remark) || crystal.cellFormula,
    "1.0",
    ...[0, 1, 2].map((i) => `  ${vectorText(crystal.lattice.matrix, i)}`),
    names.join(" "),
    counts.join(" "),
  ];
}

function rowsOf(values: SiteProperty | undefined, siteCount: number): Float64Array | undefined {
  return values instanceof Float64Array && values.length === 3 * siteCount ? values : undefined;
}
