import type { Species } from "../../crystal/species.js";
import { Lattice } from "../../lattice/lattice.js";
import { applyRotation } from "../../symmetry/operation.js";
import type { CifColumn } from "./document.js";
import { errorAt, numberAt, type Reader, warn } from "./reader.js";
import { speciesReader } from "./species-column.js";

const fracTags = ["_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z"] as const;
const cartTags = ["_atom_site_cartn_x", "_atom_site_cartn_y", "_atom_site_cartn_z"] as const;
export const labelTags = ["_atom_site_label", "_atom_site_label_atom_id", "_atom_site_id"] as const;
/** Cells away from the origin; beyond it a coordinate has lost half of its digits. */
const farthest = 1e8;
/** Of one atom, where the caller sets no other limit. */
const usualTolerance = 1.1;

/** Sites of the asymmetric unit, those rows of the atom list that are kept. */
export class Atoms {
  readonly count: number;
  /** Fractional, [n, 3]. */
  readonly positions: Float64Array;
  readonly occupancies: Float64Array;
  /** Of each atom its index into `species`. */
  readonly speciesOf: Int32Array;
  readonly species: readonly Species[];
  /** Of each atom its row in the list. */
  readonly rows: Int32Array;
  private readonly labels: CifColumn | undefined;
  private readonly first: CifColumn;

  constructor(
    arrays: Pick<Atoms, "count" | "positions" | "occupancies" | "speciesOf" | "species" | "rows">,
    first: CifColumn,
    labels: CifColumn | undefined,
  ) {
    this.count = arrays.count;
    this.positions = arrays.positions;
    this.occupancies = arrays.occupancies;
    this.speciesOf = arrays.speciesOf;
    this.species = arrays.species;
    this.rows = arrays.rows;
    this.first = first;
    this.labels = labels;
  }

  label(atom: number): string {
    const row = this.rows[atom];
    if (this.labels && !this.labels.isMissing(row)) return this.labels.text(row);
    return this.speciesAt(atom).symbol;
  }

  speciesAt(atom: number): Species {
    return this.species[this.speciesOf[atom]];
  }

  /** Where it is listed, for warnings. */
  offset(atom: number): number {
    return this.first.offsetOf(this.rows[atom]);
  }
}

/** Whether a block lists atoms at all. */
export function listsAtoms(block: Reader["block"]): boolean {
  return block.find(fracTags[0], cartTags[0]) !== undefined;
}

/**
 * The atoms of a block, at fractional coordinates. Atoms without coordinates, dummies and empty sites
 * are left out with a warning.
 *
 * @param shares By row what each occupancy is multiplied by; rows of 0 are left out.
 * @throws {ParseError} no atoms, an unknown element, a coordinate or occupancy that is no number.
 */
export function readAtoms(reader: Reader, lattice: Lattice, shares?: Float64Array): Atoms {
  const isFractional = reader.block.find(fracTags[0]) !== undefined;
  const columns = positionColumns(reader, isFractional ? fracTags : cartTags);
  const [x, y, z] = columns;
  const speciesAt = speciesReader(reader, x);
  const { block } = reader;
  const labels = block.find(...labelTags);
  const occupancyColumn = block.find("_atom_site_occupancy");
  const kinds = block.find("_atom_site_calc_flag");
  const { rowCount } = x;
  const positions = new Float64Array(3 * rowCount);
  const occupancies = new Float64Array(rowCount);
  const speciesOf = new Int32Array(rowCount);
  const rows = new Int32Array(rowCount);
  let count = 0;
  for (let row = 0; row < rowCount; row++) {
    if (shares?.[row] === 0) continue;
    if (kinds && isDummy(reader, kinds, row, x)) continue;
    if (x.isMissing(row) || y.isMissing(row) || z.isMissing(row)) {
      remarkUnplaced(reader, columns, row);
      continue;
    }
    positions[3 * count] = coordinate(reader, x, row);
    positions[3 * count + 1] = coordinate(reader, y, row);
    positions[3 * count + 2] = coordinate(reader, z, row);
    const index = speciesAt.index(row);
    const occupancy = occupancyColumn ? occupancyAt(reader, occupancyColumn, row) : 1;
    if (occupancy === 0) {
      const message = `atom ${row + 1} has occupancy 0 and was left out`;
      warn(reader, "EMPTY_SITE", message, x.offsetOf(row));
      continue;
    }
    occupancies[count] = shares ? Math.min(1, occupancy * shares[row]) : occupancy;
    speciesOf[count] = index;
    rows[count++] = row;
  }
  if (count === 0) {
    throw reader.source.error(
      "the atom list has no atom with coordinates and an occupancy above 0",
      x.offset,
    );
  }
  if (!isFractional) toFractional(reader, lattice, positions, count);
  const arrays = { count, positions, occupancies, speciesOf, species: speciesAt.species, rows };
  return new Atoms(arrays, x, labels);
}

function positionColumns(reader: Reader, tags: readonly string[]): CifColumn[] {
  return tags.map((tag) => {
    const column = reader.block.find(tag);
    if (column) return column;
    const message = `${tag} is missing: sites need three coordinates`;
    throw reader.source.error(message, reader.block.offset, { tag });
  });
}

function coordinate(reader: Reader, column: CifColumn, row: number): number {
  const value = numberAt(reader, column, row);
  if (Math.abs(value) <= farthest) return value;
  const message = `${column.tag} must lie between -${farthest} and ${farthest}, got ${value}`;
  throw errorAt(reader, column, row, message);
}

function isDummy(reader: Reader, kinds: CifColumn, row: number, x: CifColumn): boolean {
  if (kinds.isMissing(row) || !/^dum/i.test(kinds.text(row))) return false;
  warn(reader, "DUMMY_ATOM", `atom ${row + 1} is a dummy and was left out`, x.offsetOf(row));
  return true;
}

function remarkUnplaced(reader: Reader, columns: readonly CifColumn[], row: number): void {
  const missing = columns.filter((column) => column.isMissing(row));
  const what = missing.length === 3 ? "coordinates" : missing[0].tag;
  const message = `atom ${row + 1} has no ${what} and was left out`;
  warn(reader, "NO_COORDINATES", message, columns[0].offsetOf(row));
}

/**
 * Cartesian coordinates are along a and in the ab plane (the convention of the Protein Data Bank and
 * of `Lattice.fromParameters`) unless the file gives its own matrix.
 */
function toFractional(
  reader: Reader,
  lattice: Lattice,
  positions: Float64Array,
  count: number,
): void {
  const convert = cartesianConvention(reader, lattice);
  for (let at = 0; at < 3 * count; at += 3) {
    positions.set(convert(positions.subarray(at, at + 3)), at);
  }
}

function cartesianConvention(
  reader: Reader,
  lattice: Lattice,
): (position: ArrayLike<number>) => readonly [number, number, number] {
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
    return (position) => standard.toFractional(Array.from(position));
  }
  const shift = [1, 2, 3].map((i) => element(`vector_${i}`) ?? 0);
  return (position) => {
    const [x, y, z] = applyRotation(matrix as number[], position);
    return [x + shift[0], y + shift[1], z + shift[2]];
  };
}

function occupancyAt(reader: Reader, column: CifColumn, row: number): number {
  if (column.isMissing(row)) return 1;
  const value = numberAt(reader, column, row);
  if (value >= 0 && value <= 1) return value;
  const tolerance = reader.options.occupancyTolerance;
  const most = tolerance ?? usualTolerance;
  if (value < 0 || value > most) {
    const remedy = value < 0 ? "" : "; { occupancyTolerance } accepts more, scaled to 1";
    const message = `${column.tag} must lie between 0 and 1, got ${value}${remedy}`;
    throw errorAt(reader, column, row, message);
  }
  const end = tolerance === undefined ? "" : ", and 1 was taken";
  const message = `occupancy ${value} is above 1${end}`;
  warn(reader, "OCCUPANCY_ABOVE_ONE", message, column.offsetOf(row));
  return tolerance === undefined ? value : 1;
}
