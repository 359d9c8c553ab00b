import type { CrystalWarning } from "../../crystal/crystal-parts.js";
import { bOfU, displacementsInCell, reciprocalLengths } from "../../crystal/displacement-tensor.js";
import type { Lattice } from "../../lattice/lattice.js";
import type { Lines } from "../lines.js";
import { parseNumber } from "../numbers.js";
import { type ExpandedCell, tensorAtSite, tensorsOfSites } from "../site-tensors.js";
import type { PdbAtom } from "./atom.js";

/** Å² of the last digit of an ANISOU record. */
export const tensorUnit = 1e-4;

/** From U11, U22, U33, U12, U13, U23 of the file to xx, yy, zz, yz, xz, xy, and back. */
export const tensorOrder: readonly number[] = [0, 1, 2, 5, 4, 3];

/** ANISOU records that belong to no atom, or hold no numbers. */
export interface IgnoredTensors {
  count: number;
  line: number;
}

/**
 * Gives an ANISOU record to the atom before it: whole numbers of 1e-4 Å² in the Cartesian frame of the
 * coordinates, wwPDB format 3.3.
 */
export function readTensor(lines: Lines, atom: PdbAtom | undefined, ignored: IgnoredTensors): void {
  const { line } = lines;
  const values = tensorOrder.map((place) => {
    const word = line.slice(28 + 7 * place, 35 + 7 * place).trim();
    return word === "" ? Number.NaN : tensorUnit * parseNumber(word, 0, word.length);
  });
  if (atom?.identity === identityOf(line) && values.every(Number.isFinite)) {
    atom.tensor = values;
    return;
  }
  if (ignored.count++ === 0) ignored.line = lines.lineNumber;
}

/** Name, alternative, residue and chain of an atom, the columns that its other records repeat. */
export function identityOf(line: string): string {
  return line.slice(12, 27);
}

/**
 * "uAniso" of the listed atoms, or of the whole cell; undefined where the file has none. An atom without
 * a record has U = B/8π² in all directions.
 */
export function tensorsOf(
  atoms: readonly PdbAtom[],
  lattice: Lattice,
  whole: ExpandedCell | undefined,
  warnings: CrystalWarning[],
): Float64Array | undefined {
  if (atoms.every(({ tensor }) => tensor === undefined)) return undefined;
  const cartesian = Float64Array.from(
    atoms.flatMap(({ tensor, bFactor }) => {
      const u = bFactor / bOfU;
      return tensor ?? [u, u, u, 0, 0, 0];
    }),
  );
  const tensors = displacementsInCell(cartesian, lattice);
  if (whole === undefined) return tensors;
  settle(tensors, whole, warnings);
  return tensorsOfSites(tensors, whole);
}

/** Puts tensors on special positions to their mean over the symmetry of the site. */
function settle(tensors: Float64Array, whole: ExpandedCell, warnings: CrystalWarning[]): void {
  const lengths = reciprocalLengths(whole.lattice);
  let changed = 0;
  let most = 0;
  for (let at = 0; at < tensors.length; at += 6) {
    const tensor = Array.from(tensors.subarray(at, at + 6));
    const settled = tensorAtSite(tensor, at / 6, whole, lengths);
    const change = Math.max(...settled.map((value, k) => Math.abs(value - tensor[k])));
    if (change > tensorUnit) changed++;
    most = Math.max(most, change);
    tensors.set(settled, at);
  }
  if (changed === 0) return;
  const message =
    `the displacement tensors of ${changed} atoms do not have the symmetry of their sites: their means ` +
    `over that were taken, which changes them by up to ${most.toPrecision(2)} Å²`;
  warnings.push({ code: "DISPLACEMENT_SYMMETRIZED", message });
}

export function remarkIgnored({ count, line }: IgnoredTensors, warnings: CrystalWarning[]): void {
  if (count === 0) return;
  const message =
    `${count} ANISOU records were ignored, the first of them here: each follows the ATOM record of its ` +
    "atom, and holds six whole numbers in columns 29 to 70";
  warnings.push({ code: "DISPLACEMENT_IGNORED", message, line });
}
