import type { Species } from "../../crystal/species.js";
import { Lattice } from "../../lattice/lattice.js";
import { applyRotation } from "../../symmetry/operation.js";
import { clip } from "../source.js";
import type { CifColumn } from "./document.js";
import {
  type ElementGuess,
  elementsOfFormula,
  speciesOfLabel,
  speciesOfSymbol,
} from "./element.js";
import { errorAt, numberAt, type Reader, textOf, warn } from "./reader.js";

/** One row of the atom list: a site of the asymmetric unit. */
export interface Atom {
  readonly label: string;
  readonly species: Species;
  readonly occupancy: number;
  readonly fracPosition: readonly [number, number, number];
  /** Where it is listed, for warnings. */
  readonly offset: number;
}

const fracTags = ["_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z"] as const;
const cartTags = ["_atom_site_cartn_x", "_atom_site_cartn_y", "_atom_site_cartn_z"] as const;

/** Whether a block lists atoms at all. */
export function listsAtoms(block: Reader["block"]): boolean {
  return block.find(fracTags[0], cartTags[0]) !== undefined;
}

/**
 * The atoms of a block, at fractional coordinates. Atoms without coordinates, dummies and empty sites
 * are left out with a warning.
 *
 * @throws {ParseError} no atoms, an unknown element, a coordinate or occupancy that is no number.
 */
export function readAtoms(reader: Reader, lattice: Lattice): Atom[] {
  const positions = positionReader(reader, lattice);
  const species = speciesReader(reader);
  const { block } = reader;
  const labels = block.find("_atom_site_label", "_atom_site_label_atom_id", "_atom_site_id");
  const occupancies = block.find("_atom_site_occupancy");
  const kinds = block.find("_atom_site_calc_flag");
  const atoms: Atom[] = [];
  for (let row = 0; row < positions.x.rowCount; row++) {
    const offset = positions.x.offsetOf(row);
    if (kinds && /^dum/i.test(textAt(kinds, row))) {
      warn(reader, "DUMMY_ATOM", `atom ${row + 1} is a dummy and was left out`, offset);
      continue;
    }
    const fracPosition = positions.read(row);
    if (fracPosition === undefined) continue;
    const kind = species(row);
    const occupancy = occupancies ? occupancyAt(reader, occupancies, row) : 1;
    if (occupancy === 0) {
      warn(reader, "EMPTY_SITE", `atom ${row + 1} has occupancy 0 and was left out`, offset);
      continue;
    }
    const label = labels && !labels.isMissing(row) ? labels.text(row) : kind.symbol;
    atoms.push({ label, species: kind, occupancy, fracPosition, offset });
  }
  if (atoms.length > 0) return atoms;
  throw reader.source.error(
    "the atom list has no atom with coordinates and an occupancy above 0",
    positions.x.offset,
  );
}

interface PositionReader {
  readonly x: CifColumn;
  /** Undefined, after a warning, for an atom without coordinates. */
  read(row: number): readonly [number, number, number] | undefined;
}

function positionReader(reader: Reader, lattice: Lattice): PositionReader {
  const fractional = reader.block.find(fracTags[0]) !== undefined;
  const tags = fractional ? fracTags : cartTags;
  const [x, y, z] = tags.map((tag) => {
    const column = reader.block.find(tag);
    if (column) return column;
    throw reader.source.error(
      `${tag} is missing: sites need three coordinates`,
      reader.block.offset,
      {
        tag,
      },
    );
  });
  const toFractional = fractional ? undefined : cartesianConvention(reader, lattice);
  const read = (row: number) => {
    const missing = [x, y, z].filter((column) => column.isMissing(row));
    if (missing.length > 0) {
      const message = `atom ${row + 1} has no ${missing.length === 3 ? "coordinates" : missing[0].tag} and was left out`;
      warn(reader, "NO_COORDINATES", message, x.offsetOf(row));
      return undefined;
    }
    const position = [x, y, z].map((column) => numberAt(reader, column, row));
    return toFractional
      ? toFractional(position)
      : ([position[0], position[1], position[2]] as const);
  };
  return { x, read };
}

/**
 * Cartesian coordinates are along a and in the ab plane (the convention of the Protein Data Bank and
 * of `Lattice.fromParameters`) unless the file gives its own matrix.
 */
function cartesianConvention(
  reader: Reader,
  lattice: Lattice,
): (position: readonly number[]) => readonly [number, number, number] {
  const { block } = reader;
  const element = (name: string): number | undefined => {
    const column = block.findValue(
      `_atom_sites_fract_tran_${name}`,
      `_atom_sites_fract_transf_${name}`,
    );
    return column && numberAt(reader, column, 0);
  };
  const matrix = [1, 2, 3].flatMap((i) => [1, 2, 3].map((j) => element(`matrix_${i}${j}`)));
  if (matrix.some((value) => value === undefined)) {
    const { a, b, c, alpha, beta, gamma } = lattice.parameters;
    const standard = Lattice.fromParameters(a, b, c, alpha, beta, gamma);
    return (position) => standard.toFractional(position);
  }
  const shift = [1, 2, 3].map((i) => element(`vector_${i}`) ?? 0);
  return (position) => {
    const [x, y, z] = applyRotation(matrix as number[], position);
    return [x + shift[0], y + shift[1], z + shift[2]];
  };
}

/** Species by row, each symbol and label looked up once. */
function speciesReader(reader: Reader): (row: number) => Species {
  const { block } = reader;
  const symbols = block.find("_atom_site_type_symbol");
  const labels = block.find("_atom_site_label", "_atom_site_label_atom_id");
  const elements = elementsOfFormula(textOf(reader, "_chemical_formula_sum")?.text ?? "");
  if (!symbols && !labels) {
    throw reader.source.error(
      "the atom list has neither _atom_site_type_symbol nor _atom_site_label: the elements are unknown",
      block.find(fracTags[0], cartTags[0])!.offset,
    );
  }
  const known = new Map<string, Species>();
  return (row) => {
    const bySymbol = symbols !== undefined && !symbols.isMissing(row);
    const column = bySymbol ? symbols : (labels ?? symbols!);
    const text = column.text(row).trim();
    const key = `${bySymbol} ${text}`;
    const found = known.get(key);
    if (found) return found;
    const guess = bySymbol ? speciesOfSymbol(text) : speciesOfLabel(text, elements);
    if (guess === undefined) throw unknownElement(reader, column, row, text);
    remark(reader, guess, column.offsetOf(row));
    known.set(key, guess.species);
    return guess.species;
  };
}

function remark(reader: Reader, guess: ElementGuess, offset: number): void {
  if (guess.remark !== undefined) warn(reader, "ELEMENT_GUESSED", guess.remark, offset);
}

function unknownElement(reader: Reader, column: CifColumn, row: number, text: string): Error {
  return errorAt(
    reader,
    column,
    row,
    `${clip(text)} in ${column.tag} is no chemical element; expected a symbol such as "Si", "O2-" or "Fe3+"`,
  );
}

function occupancyAt(reader: Reader, column: CifColumn, row: number): number {
  if (column.isMissing(row)) return 1;
  const value = numberAt(reader, column, row);
  if (value < 0 || value > 1.1) {
    throw errorAt(reader, column, row, `${column.tag} must lie between 0 and 1, got ${value}`);
  }
  if (value > 1) {
    warn(reader, "OCCUPANCY_ABOVE_ONE", `occupancy ${value} is above 1`, column.offsetOf(row));
  }
  return value;
}

function textAt(column: CifColumn, row: number): string {
  return column.isMissing(row) ? "" : column.text(row);
}
