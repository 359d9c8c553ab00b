import { Lines } from "../../io/lines.js";
import { decimal } from "./decimal.js";

/** What a BORN file says. */
export interface BornText {
  /** e²/(4πε₀) in the program's units, where the first line has a number. */
  readonly factor: number | undefined;
  /** Whether that line also chooses a cutoff or Λ of phonopy's sum. */
  readonly choosesSum: boolean;
  readonly dielectric: Float64Array;
  /** [independent atoms, 3, 3] */
  readonly charges: Float64Array;
}

/**
 * The text of a BORN file: a factor, ε, and Z* of the atoms that the symmetry leaves.
 *
 * @throws {ParseError} lines of other than nine numbers.
 */
export function bornOf(text: string, file?: string): BornText {
  const lines = Lines.of(text, file);
  if (!lines.nextFilled()) throw lines.ended("a factor or a comment");
  const head = lines.words(3).map(Number);
  const dielectric = nine(lines, "the dielectric tensor");
  const charges: number[] = [];
  while (lines.nextFilled()) {
    lines.back();
    charges.push(...nine(lines, "a Born charge"));
  }
  if (charges.length === 0) throw lines.ended("a Born charge of nine numbers");
  return {
    factor: Number.isFinite(head[0]) ? head[0] : undefined,
    choosesSum: head.slice(1).some(Number.isFinite),
    dielectric,
    charges: Float64Array.from(charges),
  };
}

function nine(lines: Lines, what: string): Float64Array {
  if (!lines.nextFilled()) throw lines.ended(`${what} of nine numbers`);
  const tensor = new Float64Array(9);
  lines.takeNumbers(tensor, 0, 9, `a component of ${what}`);
  if (lines.nextWord()) throw lines.error(`expected nine numbers for ${what}, got more`);
  return tensor;
}

/** BORN in eV and Å. */
export function bornText(factor: number, dielectric: Float64Array, charges: Float64Array): string {
  const rows = [decimal(factor), Array.from(dielectric, decimal).join(" ")];
  for (let at = 0; at < charges.length; at += 9) {
    rows.push(Array.from(charges.subarray(at, at + 9), decimal).join(" "));
  }
  return `${rows.join("\n")}\n`;
}
