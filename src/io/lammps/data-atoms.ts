import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import type { AtomStyle } from "../../crystal/formats.js";
import type { Lines } from "../lines.js";
import { clip } from "../source.js";
import { skipToFilled, uncommented } from "./data-header.js";
import type { AtomType } from "./types.js";

/** The section "Atoms", in the order of the ids. */
export interface AtomTable {
  readonly types: Int32Array;
  /** In the file's units and frame. */
  readonly positions: Float64Array;
  readonly siteOfId: ReadonlyMap<number, number>;
  readonly charges: Float64Array | undefined;
  readonly moleculeIds: Float64Array | undefined;
  readonly images: Float64Array | undefined;
}

/** Columns between the id and the coordinates. */
export const columnsOfStyle: Readonly<
  Record<AtomStyle, readonly ("molecule" | "type" | "charge")[]>
> = {
  atomic: ["type"],
  charge: ["type", "charge"],
  molecular: ["molecule", "type"],
  full: ["molecule", "type", "charge"],
};

interface Expected {
  readonly atomCount: number;
  readonly typeCount: number;
  /** Guessed unless known. */
  readonly style: AtomStyle | undefined;
}

export function readAtoms(
  lines: Lines,
  { atomCount, typeCount, style: known }: Expected,
  typesKnown: ReadonlyMap<number, AtomType>,
  warnings: CrystalWarning[],
): AtomTable {
  // "1 1 0 0 0"
  lines.requireLines(atomCount, 10, "atoms");
  if (!skipToFilled(lines)) throw lines.ended("the first atom");
  const style = known ?? guessStyle(lines, typeCount, warnings);
  const columns = columnsOfStyle[style];
  const typeOfLabel = new Map([...typesKnown].map(([type, { label }]) => [label, type]));
  const types = new Int32Array(atomCount);
  const ids = new Float64Array(atomCount);
  const positions = new Float64Array(3 * atomCount);
  const charges = columns.includes("charge") ? new Float64Array(atomCount) : undefined;
  const moleculeIds = columns.includes("molecule") ? new Float64Array(atomCount) : undefined;
  let images: Float64Array | undefined;
  for (let i = 0; i < atomCount; i++) {
    if (i > 0 && !skipToFilled(lines)) throw lines.ended(`atom ${i + 1} of ${atomCount}`);
    ids[i] = lines.takeInteger("an atom id", 0);
    for (const column of columns) {
      if (column === "type") types[i] = takeType(lines, typeOfLabel, typeCount);
      else if (column === "charge") charges![i] = lines.takeNumber("a charge");
      else moleculeIds![i] = lines.takeInteger("a molecule id", Number.MIN_SAFE_INTEGER);
    }
    lines.takeNumbers(positions, 3 * i, 3, "a coordinate");
    if (lines.nextWord() && /^[+-]?\d+$/.test(lines.word)) {
      images ??= new Float64Array(3 * atomCount);
      images[3 * i] = Number(lines.word);
      for (let k = 1; k < 3; k++)
        images[3 * i + k] = lines.takeInteger("an image count", -1e6, 1e6);
    }
  }
  return inOrderOfIds(lines, { ids, types, positions, charges, moleculeIds, images });
}

function takeType(
  lines: Lines,
  typeOfLabel: ReadonlyMap<string | undefined, number>,
  typeCount: number,
): number {
  const labelled = lines.nextWord() ? typeOfLabel.get(lines.word) : undefined;
  if (labelled !== undefined) return labelled;
  const type = Number(lines.word);
  if (/^\d{1,9}$/.test(lines.word) && type >= 1 && type <= typeCount) return type;
  const expected = `expected an atom type from 1 to ${typeCount}`;
  throw lines.error(`${expected}, got ${clip(lines.word)}: is the atom style right?`);
}

/** From the number of columns of the first atom, with and without image counts. */
function guessStyle(lines: Lines, typeCount: number, warnings: CrystalWarning[]): AtomStyle {
  const words = uncommented(lines)[0].split(/\s+/, 20);
  const hasImages = words.length > 7 && words.slice(-3).every((word) => /^[+-]?\d+$/.test(word));
  const count = words.length - (hasImages ? 3 : 0);
  if (count === 5) return "atomic";
  if (count === 7) return "full";
  if (count !== 6) {
    throw lines.error(
      `an atom has ${words.length} columns, which fit none of the styles atomic, charge, molecular and ` +
        'full; name it with { atomStyle: "charge" }',
    );
  }
  const third = Number(words[2]);
  // A charge is hardly ever 1 or 2 sharp, and a type is never anything else.
  if (!/^\d+$/.test(words[2]) || third < 1 || third > typeCount) return "charge";
  const message = 'the atom style is not named, and was taken as molecular; name it in "atomStyle"';
  warnings.push({ code: "ATOM_STYLE_GUESSED", message, line: lines.lineNumber });
  return "molecular";
}

/** LAMMPS writes the atoms as its processors hold them. */
function inOrderOfIds(
  lines: Lines,
  table: Omit<AtomTable, "siteOfId"> & { readonly ids: Float64Array },
): AtomTable {
  const { ids } = table;
  const order = orderOfIds(ids);
  const siteOfId = new Map<number, number>();
  order.forEach((row, site) => {
    siteOfId.set(ids[row], site);
  });
  if (siteOfId.size < ids.length) {
    const twice = order.findIndex((row, i) => i > 0 && ids[row] === ids[order[i - 1]]);
    throw lines.error(`two atoms have the id ${ids[order[twice]]}`);
  }
  const pick = (values: Float64Array | undefined, width: number) =>
    values && picked(values, width, order);
  return {
    siteOfId,
    types: Int32Array.from(order, (row) => table.types[row]),
    positions: picked(table.positions, 3, order),
    charges: pick(table.charges, 1),
    moleculeIds: pick(table.moleculeIds, 1),
    images: pick(table.images, 3),
  };
}

/** Rows in ascending order of their ids. */
export function orderOfIds(ids: Float64Array): Int32Array {
  const order = Int32Array.from(ids, (_, i) => i);
  const isSorted = ids.every((id, i) => i === 0 || ids[i - 1] < id);
  return isSorted ? order : order.sort((i, j) => ids[i] - ids[j]);
}

export function picked(values: Float64Array, width: number, order: Int32Array): Float64Array {
  const out = new Float64Array(values.length);
  order.forEach((row, i) => {
    for (let k = 0; k < width; k++) out[width * i + k] = values[width * row + k];
  });
  return out;
}
