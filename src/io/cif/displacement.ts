import type { SiteProperties } from "../../crystal/site-properties.js";
import type { Lattice } from "../../lattice/lattice.js";
import type { Expansion } from "../../symmetry/expand-sites.js";
import type { SymmetryOperation } from "../../symmetry/operation.js";
import { clip } from "../source.js";
import { type Atoms, labelTags } from "./atoms.js";
import type { CifColumn } from "./document.js";
import { numberIn, type Reader, warn } from "./reader.js";

/** B = 8π² U. */
const bOfU = 8 * Math.PI ** 2;
/** The order in which a tensor is stored, as pairs of axes. */
const pairs = [
  [0, 0],
  [1, 1],
  [2, 2],
  [1, 2],
  [0, 2],
  [0, 1],
] as const;

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
 * A tensor is U¹¹, U²², U³³, U²³, U¹³, U¹² of exp(−2π² Σ Uⁱʲ hᵢ hⱼ a*ᵢ a*ⱼ), and is turned onto the
 * images of an atom: Uⁱʲ a*ᵢ a*ⱼ is ⟨Δxᵢ Δxⱼ⟩ in fractional coordinates, which W carries to W ⟨ΔxΔx⟩ Wᵀ.
 * An atom with one of the two gets the other, U_iso as a third of the trace; one with neither gets 0,
 * with a warning.
 *
 * @see Trueblood, K. N. et al. (1996). Acta Cryst. A52, 770.
 */
export function displacementsOf(
  reader: Reader,
  atoms: Atoms,
  cell: {
    readonly expansion: Expansion;
    readonly operations: readonly SymmetryOperation[];
    readonly lattice: Lattice;
  },
): SiteProperties | undefined {
  const read = readDisplacements(reader, atoms);
  if (read === undefined) return undefined;
  complete(reader, atoms, cell.lattice, read);
  const { atomOfSite, operationOfSite } = cell.expansion;
  const uIso = Float64Array.from(atomOfSite, (atom) => read.isotropic[atom]);
  const { tensors } = read;
  if (tensors === undefined) return Object.freeze({ uIso });
  const uAniso = new Float64Array(6 * atomOfSite.length);
  const lengths = reciprocalLengths(cell.lattice);
  for (let site = 0; site < atomOfSite.length; site++) {
    const { rotation } = cell.operations[operationOfSite[site]];
    const tensor = tensors.subarray(6 * atomOfSite[site], 6 * atomOfSite[site] + 6);
    uAniso.set(turned(tensor, rotation, lengths), 6 * site);
  }
  return Object.freeze({ uIso, uAniso });
}

function readDisplacements(reader: Reader, atoms: Atoms): Displacements | undefined {
  const isotropic = readIsotropic(reader, atoms);
  const tensors = readTensors(reader, atoms);
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

function readTensors(reader: Reader, atoms: Atoms): Float64Array | undefined {
  const columns = tensorColumns(reader);
  if (columns === undefined) return undefined;
  const rowOf = tensorRows(reader, columns.label);
  const tensors = new Float64Array(6 * atoms.count).fill(Number.NaN);
  let hasAny = false;
  for (let atom = 0; atom < atoms.count; atom++) {
    const row = rowOf(atoms.rows[atom]);
    if (row === undefined) continue;
    const values = columns.elements.map((column) => optionalNumber(reader, column, row));
    if (values.some((value) => value === undefined)) continue;
    hasAny = true;
    for (let k = 0; k < 6; k++) tensors[6 * atom + k] = values[k]! / columns.scale;
  }
  return hasAny ? tensors : undefined;
}

interface TensorColumns {
  readonly label: CifColumn | undefined;
  readonly elements: readonly CifColumn[];
  /** What the elements are divided by to be U. */
  readonly scale: number;
}

/** U before B; the tags of the core dictionary before those of mmCIF. */
function tensorColumns({ block }: Reader): TensorColumns | undefined {
  for (const [letter, scale] of [
    ["u", 1],
    ["b", bOfU],
  ] as const) {
    const elements = pairs.map(([i, j]) =>
      block.find(
        `_atom_site_aniso_${letter}_${i + 1}${j + 1}`,
        `_atom_site_anisotrop_${letter}[${i + 1}][${j + 1}]`,
      ),
    );
    if (elements.some((column) => column === undefined)) continue;
    const label = block.find("_atom_site_aniso_label", "_atom_site_anisotrop_id");
    return { label, elements: elements as CifColumn[], scale };
  }
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
function optionalNumber(
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
  const cosines = pairs.map(
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
  return pairs.reduce((sum, [i, j], k) => {
    const times = i === j ? 1 : 2;
    return sum + (times * tensor[k] * lengths[i] * lengths[j] * metric[3 * i + j]) / 3;
  }, 0);
}

function turned(
  tensor: Float64Array,
  rotation: readonly number[],
  lengths: readonly number[],
): number[] {
  const [u11, u22, u33, u23, u13, u12] = tensor;
  const u = [u11, u12, u13, u12, u22, u23, u13, u23, u33];
  const w = (i: number, k: number) => (rotation[3 * i + k] * lengths[k]) / lengths[i];
  return pairs.map(([i, j]) => {
    let sum = 0;
    for (let k = 0; k < 3; k++) {
      for (let l = 0; l < 3; l++) sum += w(i, k) * u[3 * k + l] * w(j, l);
    }
    return sum;
  });
}

/** |a*|, |b*|, |c*| */
function reciprocalLengths(lattice: Lattice): [number, number, number] {
  const length = (i: number) => Math.sqrt(reciprocalMetric(lattice, i, i));
  return [length(0), length(1), length(2)];
}

function reciprocalMetric(lattice: Lattice, i: number, j: number): number {
  const m = lattice.reciprocal.matrix;
  return m[3 * i] * m[3 * j] + m[3 * i + 1] * m[3 * j + 1] + m[3 * i + 2] * m[3 * j + 2];
}
