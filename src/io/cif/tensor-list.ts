import { bOfU, type ReciprocalLengths, tensorPairs } from "../../crystal/displacement-tensor.js";
import { clip } from "../source.js";
import { labelTags } from "./atoms.js";
import type { CifColumn } from "./document.js";
import { parseListValue } from "./list-value.js";
import { numberIn, numberOf, type Reader, warn } from "./reader.js";

/** The tensors of a block in one of the ways that files give them. */
export interface TensorList {
  /** U¹¹, U²², U³³, U²³, U¹³, U¹² in Å² of an atom's row; undefined where it has none. */
  tensor(row: number): number[] | undefined;
  /** The standard uncertainties of the same or, without them, their last digits. */
  precision(row: number): number[];
}

/**
 * U before B before β, and the tags of the core dictionary before those of mmCIF. All refer to the
 * reciprocal vectors: exp(−2π² Σ Uⁱʲ hᵢhⱼ a*ᵢa*ⱼ) = exp(−¼ Σ Bⁱʲ hᵢhⱼ a*ᵢa*ⱼ) = exp(−Σ βⁱʲ hᵢhⱼ), where
 * a pair i ≠ j is counted twice in each.
 *
 * @see Trueblood, K. N. et al. (1996). Acta Cryst. A52, 770.
 */
export function tensorLists(reader: Reader, lengths: ReciprocalLengths): TensorList[] {
  const ones = tensorPairs.map(() => 1);
  const toU = {
    u: ones,
    b: ones.map(() => 1 / bOfU),
    beta: tensorPairs.map(([i, j]) => 1 / (2 * Math.PI ** 2 * lengths[i] * lengths[j])),
  };
  return Object.entries(toU).flatMap(([name, scales]) => {
    return [elementList(reader, name, scales), matrixList(reader, name, scales)].filter(
      (list) => list !== undefined,
    );
  });
}

/** Six columns. */
function elementList(
  reader: Reader,
  name: string,
  scales: readonly number[],
): TensorList | undefined {
  const { block } = reader;
  const columns = tensorPairs.map(([i, j]) =>
    block.find(
      `_atom_site_aniso_${name}_${i + 1}${j + 1}`,
      `_atom_site_anisotrop_${name}[${i + 1}][${j + 1}]`,
    ),
  );
  if (columns.some((column) => column === undefined)) return undefined;
  const elements = columns as CifColumn[];
  const rowOf = tensorRows(reader, block.find("_atom_site_aniso_label", "_atom_site_anisotrop_id"));
  return {
    tensor(atomRow) {
      const row = rowOf(atomRow);
      if (row === undefined) return undefined;
      const values = elements.map((column) => optionalNumber(reader, column, row));
      if (values.some((value) => value === undefined)) return undefined;
      return values.map((value, k) => value! * scales[k]);
    },
    precision: (atomRow) =>
      elements.map((column, k) => lastDigit(column.text(rowOf(atomRow) ?? -1)) * scales[k]),
  };
}

/** One column of matrices, which are lists of CIF 2.0. */
function matrixList(
  reader: Reader,
  name: string,
  scales: readonly number[],
): TensorList | undefined {
  const { block } = reader;
  const own = block.find(`_atom_site_aniso_matrix_${name}`);
  const column = own ?? block.find(`_atom_site_tensor_${name}`);
  if (column === undefined) return undefined;
  const rowOf = tensorRows(reader, own && block.find("_atom_site_aniso_label"));
  const texts = (atomRow: number) => {
    const row = rowOf(atomRow);
    return row === undefined ? undefined : matrixAt(reader, column, row);
  };
  return {
    tensor: (atomRow) => texts(atomRow)?.map((text, k) => numberOf(text)! * scales[k]),
    precision: (atomRow) => (texts(atomRow) ?? []).map((text, k) => lastDigit(text) * scales[k]),
  };
}

/** The six elements, as texts that are numbers. */
function matrixAt(reader: Reader, column: CifColumn, row: number): string[] | undefined {
  if (column.isMissing(row)) return undefined;
  const value = parseListValue(column.text(row));
  const rows = Array.isArray(value) ? value : [];
  const elements = tensorPairs.map(([i, j]) => rows[i]?.[j] as unknown);
  if (elements.every((text) => typeof text === "string" && numberOf(text) !== undefined)) {
    return elements as string[];
  }
  const found = clip(column.text(row));
  const message = `${column.tag} is no list of three lists of numbers but ${found}; it was ignored`;
  warn(reader, "DISPLACEMENT_IGNORED", message, column.offsetOf(row));
  return undefined;
}

/** From the row of an atom to that of its tensor: by label, or the same where both are one list. */
function tensorRows(
  { block }: Reader,
  label: CifColumn | undefined,
): (row: number) => number | undefined {
  if (label === undefined) return (row) => row;
  const rows = new Map<string, number>();
  for (let row = label.rowCount - 1; row >= 0; row--) rows.set(label.text(row), row);
  const tags = label.tag.toLowerCase().includes("anisotrop") ? ["_atom_site_id"] : labelTags;
  const names = block.find(...tags);
  return (row) => (names === undefined ? undefined : rows.get(names.text(row)));
}

/** Displacements are worth having and no reason to refuse a structure. */
export function optionalNumber(
  reader: Reader,
  column: CifColumn | undefined,
  row: number,
): number | undefined {
  if (column === undefined || column.isMissing(row)) return undefined;
  const number = numberIn(column, row);
  if (number === undefined) {
    const message = `${column.tag} is no number but ${clip(column.text(row))}; it was ignored`;
    warn(reader, "DISPLACEMENT_IGNORED", message, column.offsetOf(row));
  }
  return number;
}

/** "0.0123(4)" is known to 0.0004, "0.0123" to 0.0001. */
function lastDigit(text: string): number {
  const [, decimals = "", exponent = "0", uncertainty] =
    /^[+-]?\d*\.?(\d*)(?:[eE]([+-]?\d+))?(?:\((\d+)\)?)?/.exec(text.trim()) ?? [];
  return Number(uncertainty ?? 1) * 10 ** (Number(exponent) - decimals.length);
}
