import { bOfU, reciprocalLengths, tensorPairs } from "../../crystal/displacement-tensor.js";
import type { SiteProperties } from "../../crystal/site-properties.js";
import type { Lattice } from "../../lattice/lattice.js";
import { dot, rowOf } from "../../math/vec3.js";
import { type ExpandedCell, tensorAtSite, tensorsOfSites } from "../site-tensors.js";
import type { Atoms } from "./atoms.js";
import { type Reader, warn } from "./reader.js";
import { optionalNumber, tensorLists } from "./tensor-list.js";

/** Mean-square displacements of the atoms in Å²; NaN where the file has none. */
interface Displacements {
  /** [n] */
  readonly isotropic: Float64Array;
  /** [n, 6]; undefined where no atom has a tensor. */
  readonly tensors: Float64Array | undefined;
}

/**
 * "uIso" and, where the file has tensors, "uAniso" of all sites, in Å².
 *
 * A tensor is U¹¹, U²², U³³, U²³, U¹³, U¹² of exp(−2π² Σ Uⁱʲ hᵢ hⱼ a*ᵢ a*ⱼ). On a special position it is
 * put to its mean over the site's symmetry, and it is turned onto the images of its atom. An atom with one of the two gets the other, U_iso as a third of the trace; one with neither gets 0,
 * with a warning.
 *
 * @see Trueblood, K. N. et al. (1996). Acta Cryst. A52, 770.
 */
export function displacementsOf(
  reader: Reader,
  atoms: Atoms,
  cell: ExpandedCell,
): SiteProperties | undefined {
  const read = readDisplacements(reader, atoms, cell);
  if (read === undefined) return undefined;
  complete(reader, atoms, cell.lattice, read);
  const uIso = Float64Array.from(cell.expansion.atomOfSite, (atom) => read.isotropic[atom]);
  const { tensors } = read;
  if (tensors === undefined) return Object.freeze({ uIso });
  return Object.freeze({ uIso, uAniso: tensorsOfSites(tensors, cell) });
}

function readDisplacements(
  reader: Reader,
  atoms: Atoms,
  cell: ExpandedCell,
): Displacements | undefined {
  const isotropic = readIsotropic(reader, atoms);
  const tensors = readTensors(reader, atoms, cell);
  if (isotropic === undefined && tensors === undefined) return undefined;
  return { isotropic: isotropic ?? new Float64Array(atoms.count).fill(Number.NaN), tensors };
}

function readIsotropic(reader: Reader, atoms: Atoms): Float64Array | undefined {
  const u = reader.block.find("_atom_site_u_iso_or_equiv");
  const b = reader.block.find("_atom_site_b_iso_or_equiv");
  if (u === undefined && b === undefined) return undefined;
  let hasAny = false;
  const values = Float64Array.from(atoms.rows, (row) => {
    const value = optionalNumber(reader, u, row) ?? scaled(optionalNumber(reader, b, row));
    hasAny ||= value !== undefined;
    return value ?? Number.NaN;
  });
  return hasAny ? values : undefined;
}

/** Tensors put into agreement with the symmetry of their sites. */
function readTensors(reader: Reader, atoms: Atoms, cell: ExpandedCell): Float64Array | undefined {
  const lengths = reciprocalLengths(cell.lattice);
  const lists = tensorLists(reader, lengths);
  if (lists.length === 0) return undefined;
  const tensors = new Float64Array(6 * atoms.count).fill(Number.NaN);
  let hasAny = false;
  for (let atom = 0; atom < atoms.count; atom++) {
    const row = atoms.rows[atom];
    for (const list of lists) {
      const tensor = list.tensor(row);
      if (tensor === undefined) continue;
      const settled = tensorAtSite(tensor, atom, cell, lengths);
      if (settled !== tensor) {
        remarkChange(reader, atoms, atom, { tensor, settled, precision: list.precision(row) });
      }
      tensors.set(settled, 6 * atom);
      hasAny = true;
      break;
    }
  }
  return hasAny ? tensors : undefined;
}

/** A change within the digits that the file gives is no news. */
function remarkChange(
  reader: Reader,
  atoms: Atoms,
  atom: number,
  change: Readonly<Record<"tensor" | "settled" | "precision", readonly number[]>>,
): void {
  const { tensor, settled, precision } = change;
  const changes = settled.map((value, k) => Math.abs(value - tensor[k]));
  if (changes.every((size, k) => size <= precision[k] + 1e-12)) return;
  const most = Number(Math.max(...changes).toPrecision(2));
  const message =
    `the displacement tensor of "${atoms.label(atom)}" does not have the symmetry of its site: its ` +
    `mean over that was taken, which changes it by up to ${most} Å²`;
  warn(reader, "DISPLACEMENT_SYMMETRIZED", message, atoms.offset(atom));
}

function scaled(b: number | undefined): number | undefined {
  return b === undefined ? undefined : b / bOfU;
}

/** Each kind of displacement from the other; 0 for an atom with neither. */
function complete(
  reader: Reader,
  atoms: Atoms,
  lattice: Lattice,
  { isotropic, tensors }: Displacements,
): void {
  const lengths = reciprocalLengths(lattice);
  const cosines = tensorPairs.map(
    ([i, j]) => reciprocalMetric(lattice, i, j) / (lengths[i] * lengths[j]),
  );
  let unknown = 0;
  for (let atom = 0; atom < atoms.count; atom++) {
    const tensor = tensors?.subarray(6 * atom, 6 * atom + 6);
    const hasTensor = tensor !== undefined && !Number.isNaN(tensor[0]);
    if (Number.isNaN(isotropic[atom])) {
      if (!hasTensor) unknown++;
      isotropic[atom] = hasTensor ? equivalent(tensor, lattice, lengths) : 0;
    }
    if (!hasTensor) tensor?.set(cosines.map((cosine) => isotropic[atom] * cosine));
  }
  if (unknown === 0) return;
  const message = `${unknown} of ${atoms.count} atoms have no displacement parameter: 0 was taken`;
  warn(reader, "NO_DISPLACEMENT", message, atoms.offset(0));
}

/** U_eq = ⅓ Σ Uⁱʲ a*ᵢ a*ⱼ aᵢ·aⱼ. @see Fischer, R. X. & Tillmanns, E. (1988). Acta Cryst. C44, 775. */
function equivalent(tensor: Float64Array, lattice: Lattice, lengths: readonly number[]): number {
  const metric = lattice.metricTensor;
  return tensorPairs.reduce((sum, [i, j], k) => {
    const times = i === j ? 1 : 2;
    return sum + (times * tensor[k] * lengths[i] * lengths[j] * metric[3 * i + j]) / 3;
  }, 0);
}

function reciprocalMetric(lattice: Lattice, i: number, j: number): number {
  return dot(rowOf(lattice.reciprocal.matrix, i), rowOf(lattice.reciprocal.matrix, j));
}
