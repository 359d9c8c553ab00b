import {
  type ReciprocalLengths,
  reciprocalLengths,
  turnedDisplacement,
} from "../crystal/displacement-tensor.js";
import type { Lattice } from "../lattice/lattice.js";
import { type Expansion, siteStabilizer } from "../symmetry/expand-sites.js";
import type { SymmetryOperation } from "../symmetry/operation.js";

/** What the atoms of a file have become. */
export interface ExpandedCell {
  readonly expansion: Expansion;
  readonly operations: readonly SymmetryOperation[];
  readonly lattice: Lattice;
}

/** The mean of a tensor over the operations that take its atom to itself; the same one off them. */
export function tensorAtSite(
  tensor: number[],
  atom: number,
  { expansion, operations, lattice }: ExpandedCell,
  lengths: ReciprocalLengths,
): number[] {
  if (expansion.siteOrders[atom] === 1) return tensor;
  const position = expansion.settled.subarray(3 * atom, 3 * atom + 3);
  const group = siteStabilizer(position, operations, lattice);
  const turned = group.map(({ rotation }) => turnedDisplacement(tensor, rotation, lengths));
  return tensor.map((_, k) => turned.reduce((sum, image) => sum + image[k], 0) / group.length);
}

/** The tensors of the atoms, [n, 6], turned onto all sites of the cell. */
export function tensorsOfSites(
  tensors: Float64Array,
  { expansion, operations, lattice }: ExpandedCell,
): Float64Array {
  const { atomOfSite, operationOfSite } = expansion;
  const uAniso = new Float64Array(6 * atomOfSite.length);
  const lengths = reciprocalLengths(lattice);
  for (let site = 0; site < atomOfSite.length; site++) {
    const { rotation } = operations[operationOfSite[site]];
    const tensor = tensors.subarray(6 * atomOfSite[site], 6 * atomOfSite[site] + 6);
    uAniso.set(turnedDisplacement(tensor, rotation, lengths), 6 * site);
  }
  return uAniso;
}
