import { Crystal } from "../../crystal/crystal.js";
import type { CrystalParts, CrystalWarning } from "../../crystal/crystal-parts.js";
import { type Expansion, expandSites } from "../../symmetry/expand-sites.js";
import { Source } from "../source.js";
import { type Atoms, listsAtoms, readAtoms } from "./atoms.js";
import { readCell } from "./cell.js";
import { disorderShares } from "./disorder.js";
import { displacementsOf } from "./displacement.js";
import { type CifBlock, type CifDocument, parseDocument } from "./document.js";
import { kindsOfSites } from "./occupants.js";
import { readOperations } from "./operations.js";
import { type CifOptions, checkedOptions, type Reader, warn } from "./reader.js";

/**
 * The first structure of a CIF: its asymmetric unit expanded to the whole cell, positions in [0, 1),
 * every site with the label of the atom it came from. What is odd but usable becomes a warning.
 *
 * @throws {ParseError} with file, line and column.
 */
export function parseCif(text: string, file?: string, options: CifOptions = {}): Crystal {
  return Crystal.fromParts(cifParts(text, file, options));
}

/** The same as the arrays behind a crystal. */
export function cifParts(
  text: string,
  file: string | undefined,
  options: CifOptions,
): CrystalParts {
  const source = new Source(text, file);
  const document = parseDocument(source);
  const warnings: CrystalWarning[] = [...document.warnings];
  const block = structureBlock(document, warnings);
  return partsOfBlock({ source, block, warnings, options: checkedOptions(options) });
}

/** The structure of a block that lists atoms. */
export function partsOfBlock(reader: Reader): CrystalParts {
  const lattice = readCell(reader);
  const atoms = readAtoms(reader, lattice, disorderShares(reader));
  const operations = readOperations(reader, lattice, atoms);
  const expansion = expandSites(atoms, operations, lattice);
  remarkMoves(reader, atoms, expansion);
  remarkHydrogens(reader);
  const { kinds, kindOfSite } = kindsOfSites(reader, atoms, expansion);
  return {
    lattice,
    fracPositions: expansion.positions,
    kinds,
    kindOfSite,
    periodic: [true, true, true],
    labels: labelsOf(atoms, expansion),
    siteProperties: displacementsOf(reader, atoms, { expansion, operations, lattice }),
    warnings: reader.warnings,
  };
}

function labelsOf(atoms: Atoms, { atomOfSite }: Expansion): string[] {
  const labels: string[] = new Array(atomOfSite.length);
  let last = -1;
  for (let site = 0; site < labels.length; site++) {
    const atom = atomOfSite[site];
    labels[site] = atom === last ? labels[site - 1] : atoms.label(atom);
    last = atom;
  }
  return labels;
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
        (others.length > 5 ? ", ..." : "") +
        "; readTrajectory(path) or trajectoryOf(text) reads all",
      line: source.lineOf(others[0].offset),
    });
  }
  return first;
}

/** From 0.05 Å on it is no longer the last digit of a coordinate. */
function remarkMoves(reader: Reader, atoms: Atoms, { moved }: Expansion): void {
  for (let atom = 0; atom < moved.length; atom++) {
    if (moved[atom] < 0.05) continue;
    const message = `"${atoms.label(atom)}" was moved by ${moved[atom].toFixed(3)} Å onto its special position`;
    warn(reader, "MOVED_TO_SPECIAL_POSITION", message, atoms.offset(atom));
  }
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
