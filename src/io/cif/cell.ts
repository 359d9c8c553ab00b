import { DomainError } from "../../base/errors.js";
import { Lattice } from "../../lattice/lattice.js";
import { errorAt, numberAt, type Reader } from "./reader.js";

const lengths = ["a", "b", "c"] as const;
const angles = ["alpha", "beta", "gamma"] as const;
/** Å. No crystal repeats on a longer scale; beyond it the squares of lengths overflow in the end. */
const longest = 1e6;
/** Å. Less than a tenth of any bond. */
const shortest = 0.01;

/** @throws {ParseError} a parameter missing, no number, not above 0, or angles no cell can have. */
export function readCell(reader: Reader): Lattice {
  const [a, b, c] = lengths.map((axis) => parameter(reader, `_cell_length_${axis}`, longest));
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
  const least = limit === longest ? shortest : 0;
  if (value > least && value < limit) return value;
  throw errorAt(reader, column, 0, `${tag} must be ${allowed(value, limit)}, got ${value}`);
}

function allowed(value: number, limit: number): string {
  if (limit !== longest) return "between 0 and 180 degrees";
  if (value <= 0) return "greater than 0 Å";
  return `between ${shortest} and ${longest} Å`;
}
