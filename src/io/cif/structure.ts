import { Crystal } from "../../crystal/crystal.js";
import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import { Source } from "../source.js";
import { type Atom, listsAtoms, readAtoms } from "./atoms.js";
import { readCell } from "./cell.js";
import { type CifBlock, type CifDocument, parseDocument } from "./document.js";
import { type Expansion, expand } from "./expand.js";
import { occupantsOfSites } from "./occupants.js";
import { readOperations } from "./operations.js";
import { type Reader, warn } from "./reader.js";

/**
 * The first structure of a CIF: its asymmetric unit expanded to the whole cell, positions in [0, 1),
 * every site with the label of the atom it came from. What is odd but usable becomes a warning.
 *
 * @throws {ParseError} with file, line and column.
 */
export function parseCif(text: string, file?: string): Crystal {
  const source = new Source(text, file);
  const document = parseDocument(source);
  const warnings: CrystalWarning[] = [...document.warnings];
  const reader: Reader = { source, block: structureBlock(document, warnings), warnings };
  const lattice = readCell(reader);
  const atoms = readAtoms(reader, lattice);
  const expansion = expand(atoms, readOperations(reader, lattice, atoms), lattice);
  remarkMoves(reader, atoms, expansion);
  remarkDisorder(reader);
  remarkHydrogens(reader);
  return Crystal.create({
    lattice,
    species: occupantsOfSites(reader, atoms, expansion),
    fracPositions: expansion.positions,
    labels: Array.from(expansion.atomOfSite, (atom) => atoms[atom].label),
    warnings,
  });
}

/** The first block that lists atoms; others are named in a warning. */
function structureBlock(document: CifDocument, warnings: CrystalWarning[]): CifBlock {
  const { source, blocks } = document;
  const structures = blocks.filter(listsAtoms);
  if (structures.length === 0) {
    const withCell = blocks.find((block) => block.find("_cell_length_a"));
    const { offset, name } = withCell ?? blocks[0];
    throw source.error(
      `no data block lists atoms: expected _atom_site_fract_x, _y, _z in ` +
        (withCell
          ? `"${name.slice(0, 40)}", which has a cell`
          : `one of ${blocks.length} data blocks`),
      offset,
      { blocks: blocks.length },
    );
  }
  const [first, ...others] = structures;
  if (others.length > 0) {
    const names = others.slice(0, 5).map((block) => `"${block.name.slice(0, 40)}"`);
    warnings.push({
      code: "MORE_STRUCTURES",
      message:
        `the structure of "${first.name.slice(0, 40)}" was read; ${others.length} more were not: ` +
        names.join(", ") +
        (others.length > 5 ? ", ..." : ""),
      line: source.lineOf(others[0].offset),
    });
  }
  return first;
}

/** From 0.05 Å on it is no longer the last digit of a coordinate. */
function remarkMoves(reader: Reader, atoms: readonly Atom[], { moved }: Expansion): void {
  atoms.forEach(({ label, offset }, i) => {
    if (moved[i] < 0.05) return;
    const message = `"${label}" was moved by ${moved[i].toFixed(3)} Å onto its special position`;
    warn(reader, "MOVED_TO_SPECIAL_POSITION", message, offset);
  });
}

function remarkDisorder(reader: Reader): void {
  const column = reader.block.find("_atom_site_disorder_group", "_atom_site_label_alt_id");
  if (column === undefined) return;
  let count = 0;
  let first = -1;
  for (let row = 0; row < column.rowCount; row++) {
    if (column.isMissing(row) || column.text(row) === "0") continue;
    if (count++ === 0) first = row;
  }
  if (count === 0) return;
  warn(
    reader,
    "DISORDER",
    `${count} atoms belong to alternatives of a disordered group: all are kept with their occupancies, ` +
      "so that sites of different alternatives may overlap",
    column.offsetOf(first),
  );
}

function remarkHydrogens(reader: Reader): void {
  const column = reader.block.find("_atom_site_attached_hydrogens");
  if (column === undefined) return;
  for (let row = 0; row < column.rowCount; row++) {
    if (column.isMissing(row) || !(Number(column.text(row)) > 0)) continue;
    const message =
      "hydrogen given only as attached to other atoms has no coordinates and is left out";
    warn(reader, "ATTACHED_HYDROGENS", message, column.offsetOf(row));
    return;
  }
}
