import { show } from "../base/check.js";
import { elementByNumber } from "../base/elements.js";
import { type Line, numberOf, PotentialText } from "./potential-text.js";

/** By LAMMPS' names: funcfl, setfl, and setfl with densities by pairs (Finnis-Sinclair). */
export const embeddedAtomFormats = ["eam", "eam/alloy", "eam/fs"] as const;
export type EmbeddedAtomFormat = (typeof embeddedAtomFormats)[number];

/** Even grids from 0. */
export interface Grids {
  readonly densityCount: number;
  readonly densityStep: number;
  readonly distanceCount: number;
  /** Å. */
  readonly distanceStep: number;
  /** Å. */
  readonly cutoff: number;
}

/** DYNAMO's file of one element. */
export interface Funcfl {
  readonly format: "eam";
  readonly element: string;
  readonly grids: Grids;
  /** F in eV. */
  readonly embedding: Float64Array;
  /** Z(r), of which φ = 27.2 · 0.529 Zᵢ Zⱼ / r. */
  readonly charge: Float64Array;
  readonly density: Float64Array;
}

/** DYNAMO's file of several elements. */
export interface Setfl {
  readonly format: "eam/alloy" | "eam/fs";
  readonly elements: readonly string[];
  readonly grids: Grids;
  /** F of each element in eV. */
  readonly embeddings: readonly Float64Array[];
  /** What the first element gives to the second; all the same to every one in "eam/alloy". */
  readonly densities: readonly (readonly Float64Array[])[];
  /** r φ(r) in eV Å, of the first and the second, no later element. */
  readonly pairs: readonly (readonly Float64Array[])[];
}

/** Of the distance, within the cutoff. */
const fewestSteps = 4;

const gridWords =
  'five numbers "nrho drho nr dr cutoff": counts of at least 5, steps and cutoff above 0';

/**
 * @param format If the content is not to decide.
 * @throws {ParseError} anything that is not in the format.
 */
export function parseEmbeddedAtom(
  given: string,
  file: string | undefined,
  format: EmbeddedAtomFormat | undefined,
): Funcfl | Setfl {
  const text = new PotentialText(given, file);
  text.line("the comment of an embedded atom file");
  const second = text.line("its second line");
  const third = text.line("its third line");
  const isFuncfl = isAtomLine(second) && gridsOf(third) !== undefined;
  const isWanted = format === "eam" || (format === undefined && isFuncfl);
  const read = isWanted ? funcfl(text, second, third) : setfl(text, format);
  requireEnd(text);
  return read;
}

/** Comments may follow. Numbers would mean that those before them are not what they were taken for. */
function requireEnd(text: PotentialText): void {
  const { offset } = text;
  const left = text.numbersLeft();
  if (left === 0) return;
  throw text.error(
    `${left} more numbers follow the tables: the counts in the header do not fit, or it is another kind of file (adp, eam/cd)`,
    offset,
  );
}

function funcfl(text: PotentialText, atom: Line, gridLine: Line): Funcfl {
  const grids = requireGrids(text, gridLine);
  return {
    format: "eam",
    element: elementOf(text, atom),
    grids,
    embedding: text.numbers(grids.densityCount, "the embedding function"),
    charge: text.numbers(grids.distanceCount, "the effective charge"),
    density: text.numbers(grids.distanceCount, "the density"),
  };
}

function setfl(text: PotentialText, format: EmbeddedAtomFormat | undefined): Setfl {
  const elements = elementsOf(text);
  const grids = requireGrids(text, text.line("the grids"));
  let layout = format;
  const embeddings: Float64Array[] = [];
  const densities: Float64Array[][] = [];
  for (const element of elements) {
    const header = text.filledLine(`the line of ${element}`);
    if (!isAtomLine(header)) {
      throw text.error(
        `expected the atomic number, mass, lattice constant and structure of ${element}, got ${show(header.words.join(" "))}${hint(layout)}`,
        header.offset,
      );
    }
    embeddings.push(text.numbers(grids.densityCount, `the embedding function of ${element}`));
    const first = text.numbers(grids.distanceCount, `the density of ${element}`);
    // A second element begins with its own line, or its density at the second one comes first.
    layout ??=
      elements.length === 1 || isAtomLine(text.peekLine("the second element"))
        ? "eam/alloy"
        : "eam/fs";
    densities.push(
      elements.map((other, index) => {
        if (layout === "eam/alloy" || index === 0) return first;
        return text.numbers(grids.distanceCount, `the density of ${element} at ${other}`);
      }),
    );
  }
  const pairs = elements.map((a, index) =>
    elements
      .slice(0, index + 1)
      .map((b) => text.numbers(grids.distanceCount, `the pair potential of ${a} and ${b}`)),
  );
  return {
    format: layout === "eam/fs" ? "eam/fs" : "eam/alloy",
    elements,
    grids,
    embeddings,
    densities,
    pairs,
  };
}

function hint(layout: EmbeddedAtomFormat | undefined): string {
  if (layout === undefined) return "";
  const other = layout === "eam/alloy" ? "eam/fs" : "eam/alloy";
  return `; the file was read as ${show(layout)}: try { format: ${show(other)} }`;
}

function elementsOf(text: PotentialText): readonly string[] {
  const line = text.line("the elements");
  const [count, ...elements] = line.words;
  if (/^\d+$/.test(count ?? "") && Number(count) === elements.length && elements.length > 0) {
    const again = elements.find((element, index) => elements.indexOf(element) !== index);
    if (again === undefined) return elements;
    throw text.error(`the element ${again} is listed twice`, line.offset);
  }
  throw text.error(
    `expected the number of elements and their symbols as in "2 Cu Ag", got ${show(line.words.join(" "))}: this is no setfl file (eam/alloy, eam/fs), nor is it funcfl (eam), whose third line has ${gridWords}`,
    line.offset,
  );
}

/** "29 63.55 3.615 fcc". */
function isAtomLine({ words }: Line): boolean {
  if (words.length < 3 || words.length > 4 || !/^\d+$/.test(words[0])) return false;
  if (!words.slice(1, 3).every((word) => Number.isFinite(numberOf(word)))) return false;
  return words.length === 3 || Number.isNaN(numberOf(words[3]));
}

function elementOf(text: PotentialText, line: Line): string {
  const number = numberOf(line.words[0] ?? "");
  if (number >= 1 && number <= 118 && Number.isInteger(number))
    return elementByNumber(number).symbol;
  throw text.error(
    `expected the atomic number, mass, lattice constant and structure as in "29 63.55 3.615 fcc", got ${show(line.words.join(" "))}`,
    line.offset,
  );
}

function gridsOf({ words }: Line): Grids | undefined {
  if (words.length !== 5) return undefined;
  const [densityCount, densityStep, distanceCount, distanceStep, cutoff] = words.map(numberOf);
  const counts = [densityCount, distanceCount];
  const lengths = [densityStep, distanceStep, cutoff];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 5)) return undefined;
  if (!lengths.every((length) => Number.isFinite(length) && length > 0)) return undefined;
  return { densityCount, densityStep, distanceCount, distanceStep, cutoff };
}

function requireGrids(text: PotentialText, line: Line): Grids {
  const grids = gridsOf(line);
  if (grids === undefined) {
    throw text.error(`expected ${gridWords}; got ${show(line.words.join(" "))}`, line.offset);
  }
  const { distanceCount, distanceStep, cutoff } = grids;
  const steps = cutoff / distanceStep;
  if (steps >= fewestSteps && steps <= distanceCount + 1) return grids;
  throw text.error(
    `the cutoff of ${cutoff} Å does not fit the tables of ${distanceCount} steps of ${distanceStep} Å`,
    line.offset,
  );
}
