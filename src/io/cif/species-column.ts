import type { Species } from "../../crystal/species.js";
import { clip } from "../source.js";
import type { CifColumn } from "./document.js";
import { elementsOfFormula, speciesOfLabel, speciesOfSymbol } from "./element.js";
import { errorAt, type Reader, textOf, warn } from "./reader.js";

/** Species by row of the atom list. */
export interface SpeciesReader {
  /** Those met so far. */
  readonly species: readonly Species[];
  /** Of a row's species among them. @throws {ParseError} an unknown element. */
  index(row: number): number;
}

/**
 * By type symbol, or by label where there is none. Each text is looked up once.
 *
 * @param first A column of the list, for errors.
 * @throws {ParseError} the list has neither.
 */
export function speciesReader(reader: Reader, first: CifColumn): SpeciesReader {
  const symbols = reader.block.find("_atom_site_type_symbol");
  const labels = reader.block.find("_atom_site_label", "_atom_site_label_atom_id");
  if (!symbols && !labels) {
    throw reader.source.error(
      "the atom list has neither _atom_site_type_symbol nor _atom_site_label: the elements are unknown",
      first.offset,
    );
  }
  const species: Species[] = [];
  let ofFormula: ReadonlySet<string> | undefined;
  const elements = () => {
    ofFormula ??= elementsOfFormula(textOf(reader, "_chemical_formula_sum")?.text ?? "");
    return ofFormula;
  };
  const bySymbol = new Map<string, number>();
  const byLabel = new Map<string, number>();
  const index = (row: number): number => {
    const hasSymbol = symbols !== undefined && !symbols.isMissing(row);
    const column = hasSymbol ? symbols : (labels ?? symbols!);
    const known = hasSymbol ? bySymbol : byLabel;
    const text = column.text(row);
    const found = known.get(text);
    if (found !== undefined) return found;
    const read = readSpecies(reader, column, row, hasSymbol ? undefined : elements);
    const position = species.indexOf(read);
    const fresh = position < 0 ? species.push(read) - 1 : position;
    known.set(text, fresh);
    return fresh;
  };
  return { species, index };
}

/** @param elements Of the chemical formula, where the text is a label. */
function readSpecies(
  reader: Reader,
  column: CifColumn,
  row: number,
  elements: (() => ReadonlySet<string>) | undefined,
): Species {
  const text = column.text(row).trim();
  const guess = elements === undefined ? speciesOfSymbol(text) : speciesOfLabel(text, elements());
  if (guess === undefined) {
    throw errorAt(
      reader,
      column,
      row,
      `${clip(text)} in ${column.tag} is no chemical element; expected a symbol such as "Si", "O2-" or "Fe3+"`,
    );
  }
  if (guess.remark !== undefined) {
    warn(reader, "ELEMENT_GUESSED", guess.remark, column.offsetOf(row));
  }
  return guess.species;
}
