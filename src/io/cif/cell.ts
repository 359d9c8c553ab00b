import { DomainError } from "../../base/errors.js";
import { Lattice } from "../../lattice/lattice.js";
import { errorAt, numberAt, type Reader } from "./reader.js";

const lengths = ["a", "b", "c"] as const;
const angles = ["alpha", "beta", "gamma"] as const;

/** @throws {ParseError} a parameter missing, no number, not above 0, or angles no cell can have. */
export function readCell(reader: Reader): Lattice {
  const [a, b, c] = lengths.map((axis) => parameter(reader, `_cell_length_${axis}`, Infinity));
  const [alpha, beta, gamma] = angles.map((angle) =>
    parameter(reader, `_cell_angle_${angle}`, 180),
  );
  try {
    return Lattice.fromParameters(a, b, c, alpha, beta, gamma);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw errorAt(reader, reader.block.find("_cell_angle_alpha")!, 0, error.message);
  }
}

function parameter(reader: Reader, tag: string, limit: number): number {
  const column = reader.block.find(tag);
  if (column === undefined || column.isMissing(0)) {
    throw reader.source.error(
      `${tag} is missing in the data block "${reader.block.name.slice(0, 40)}": a structure needs all ` +
        "three lengths and all three angles of its cell",
      column?.offset ?? reader.block.offset,
      { tag },
    );
  }
  const value = numberAt(reader, column, 0);
  if (value > 0 && value < limit) return value;
  const range = limit === 180 ? "lie between 0 and 180 degrees" : "be greater than 0 Å";
  throw errorAt(reader, column, 0, `${tag} must ${range}, got ${value}`);
}
