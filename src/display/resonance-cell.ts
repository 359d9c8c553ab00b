import type { Crystal } from "../crystal/crystal.js";
import { determinant } from "../math/mat3.js";
import { PhononSupercell } from "../phonons/phonon-cells.js";
import type { Resonance } from "../phonons/resonance-motion.js";

/** Sites of the conventional cells that are drawn in place of a smaller cell. */
const mostSites = 100;
const mostCounts = 100;

/** What is drawn of a resonance, with the site of `resonance.crystal` that each site moves as. */
export interface DrawnCell {
  readonly crystal: Crystal;
  readonly siteOf: Int32Array;
}

/**
 * Whole conventional cells that the waves fit into, a long side to the right: a compact cell is the least to compute with, but hard to recognise. A supercell that was asked for stays.
 */
export function drawnCell(resonance: Resonance): DrawnCell {
  const { supercell, isGiven } = resonance.cell;
  const matrix = isGiven ? undefined : conventionalMatrix(resonance);
  const drawn = matrix === undefined ? supercell : new PhononSupercell(supercell.primitive, matrix);
  const siteOf = drawn.atomOf.map((atom, site) => {
    const [u, v, w] = drawn.cellOf.subarray(3 * site, 3 * site + 3);
    return supercell.siteAt(atom, u, v, w);
  });
  return { crystal: drawn.crystal, siteOf };
}

function conventionalMatrix({ waves, cell }: Resonance): number[] | undefined {
  const { primitive } = cell.supercell;
  if (!primitive.periodic.every(Boolean)) return undefined;
  const { transformation, lattice } = primitive.lattice.bravais();
  const rows = [0, 1, 2].map((i) => Array.from(transformation.slice(3 * i, 3 * i + 3)));
  const counts = rows.map((row) => {
    for (let count = 1; count <= mostCounts; count++) {
      const isWhole = waves.every(({ qPoint }) => {
        const turns = count * qPoint.reduce((sum, x, k) => sum + x * row[k], 0);
        return Math.abs(turns - Math.round(turns)) < 1e-9;
      });
      if (isWhole) return count;
    }
    return Number.POSITIVE_INFINITY;
  });
  const sites = counts.reduce((product, count) => product * count, primitive.siteCount);
  if (!(sites * Math.abs(determinant(transformation)) <= mostSites)) return undefined;
  const { a, b, c } = lattice.parameters;
  const lengths = [a, b, c].map((length, i) => length * counts[i]);
  const longest = lengths.indexOf(Math.max(...lengths));
  const isLong = lengths.every((length, i) => i === longest || lengths[longest] > 1.3 * length);
  // In cyclic order, so that the axes stay right-handed.
  const order = isLong ? [longest + 2, longest, longest + 1].map((i) => i % 3) : [0, 1, 2];
  return order.flatMap((i) => rows[i].map((value) => counts[i] * value));
}
