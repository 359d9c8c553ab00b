import { findElement } from "../../base/elements.js";
import { Species } from "../../crystal/species.js";
import type { Lines } from "../lines.js";
import { parseNumber } from "../numbers.js";
import { clip } from "../source.js";
import { identityOf } from "./anisotropic.js";
import { parseHybrid } from "./hybrid36.js";

/** One ATOM or HETATM record. */
export interface PdbAtom {
  readonly line: number;
  readonly isHetero: boolean;
  readonly name: string;
  readonly altLoc: string;
  readonly residueName: string;
  readonly chainId: string;
  readonly residueNumber: number;
  readonly insertionCode: string;
  /** Å */
  readonly position: readonly [number, number, number];
  readonly occupancy: number;
  /** Å² */
  readonly bFactor: number;
  readonly species: Species;
  /** Of its ANISOU record, xx, yy, zz, yz, xz, xy in Å². */
  tensor?: readonly number[];
  /** The columns that its ANISOU record repeats. */
  readonly identity: string;
}

/** Columns as in the wwPDB format 3.3; the current line is the record. */
export function readAtom(lines: Lines, isHetero: boolean): PdbAtom {
  const { line } = lines;
  const number = (start: number, end: number, what: string, missing?: number): number => {
    const word = line.slice(start, end).trim();
    // Fortran writes stars where a number does not fit.
    if (missing !== undefined && /^\**$/.test(word)) return missing;
    const value = parseNumber(word, 0, word.length);
    if (Number.isFinite(value)) return value;
    throw columnError(lines, start, end, what);
  };
  const occupancy = number(54, 60, "an occupancy", 1);
  if (occupancy < 0 || occupancy > 1.1)
    throw columnError(lines, 54, 60, "an occupancy from 0 to 1");
  const residue = line.slice(22, 26);
  const residueNumber = residue.trim() === "" ? 0 : parseHybrid(residue);
  if (residueNumber === undefined) throw columnError(lines, 22, 26, "a residue number");
  return {
    line: lines.lineNumber,
    isHetero,
    name: line.slice(12, 16).trim(),
    altLoc: line.slice(16, 17).trim(),
    residueName: line.slice(17, 21).trim(),
    chainId: line.slice(21, 22).trim(),
    residueNumber,
    insertionCode: line.slice(26, 27).trim(),
    position: [
      number(30, 38, "the coordinate x"),
      number(38, 46, "the coordinate y"),
      number(46, 54, "the coordinate z"),
    ],
    occupancy,
    bFactor: number(60, 66, "a B factor", 0),
    species: speciesOf(lines),
    identity: identityOf(line),
  };
}

/** From the element's columns 77-78 with the charge in 79-80, or from the atom's name. */
function speciesOf(lines: Lines): Species {
  const { line } = lines;
  const symbol = line.slice(76, 78).trim();
  if (/^[A-Za-z]{1,2}$/.test(symbol) && findElement(capitalised(symbol))) {
    const charge = /^([1-9][+-]|[+-][1-9])$/.exec(line.slice(78, 80))?.[1] ?? "";
    return Species.from(capitalised(symbol) + charge);
  }
  const element = elementOfName(line.slice(12, 16));
  if (element) return Species.from(element);
  throw columnError(
    lines,
    76,
    78,
    "an element, or an atom name that begins with one in columns 13-14,",
  );
}

/**
 * Element symbols are right-justified in columns 13-14: " CA " is carbon alpha, "CA  " calcium; names
 * of four characters, which hydrogen has ("HG11"), begin in column 13 all the same.
 */
function elementOfName(name: string): string | undefined {
  const letters = name.slice(0, 2);
  if (!/^[A-Za-z]/.test(letters)) {
    // "1HB " too, and names that someone has moved to the right.
    const letter = /[A-Za-z]/.exec(name)?.[0] ?? "";
    return findElement(capitalised(letter))?.symbol;
  }
  const [one, two] = [capitalised(letters.slice(0, 1)), capitalised(letters.trim())];
  if (name.trim().length === 4 && /^[HD]/.test(name)) return one;
  return [two, one].find((symbol) => findElement(symbol));
}

function capitalised(letters: string): string {
  return letters.slice(0, 1).toUpperCase() + letters.slice(1).toLowerCase();
}

function columnError(lines: Lines, start: number, end: number, what: string): Error {
  const found = clip(lines.line.slice(start, end));
  const message = `expected ${what} in columns ${start + 1} to ${end}, got ${found}`;
  return lines.error(message, {}, Math.min(lines.lineStart + start, lines.lineEnd));
}
