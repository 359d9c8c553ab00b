import type { Lattice } from "../lattice/lattice.js";
import { type AsymmetricAtoms, type Expansion, expandSites } from "./expand-sites.js";
import { fitsCell } from "./fits-cell.js";
import { squareLength } from "./position-index.js";
import type { SpaceGroup } from "./space-group.js";

/** Of a file's cell, relative: some are printed with two digits. */
export const cellTolerance = 0.02;

/** One of the settings that a symbol may stand for. */
interface ChosenSetting {
  readonly group: SpaceGroup;
  /** Where the symbol leaves the origin open: the shortest distance between sites with it, in Å. */
  readonly assumedOrigin?: { readonly distance: number };
}

/**
 * The setting that a file means: the first whose operations fit the cell and, of two origins, the one
 * that keeps the sites further apart.
 */
export function settingOfSites(
  settings: readonly SpaceGroup[],
  lattice: Lattice,
  atoms: AsymmetricAtoms,
): ChosenSetting {
  const preferred =
    settings.find(({ operations }) => fitsCell(operations, lattice, cellTolerance)) ?? settings[0];
  const twin = settings.find((other) => isOtherOrigin(preferred, other));
  if (twin === undefined) return { group: preferred };
  const [group, distance] = [preferred, twin]
    .map((each) => {
      return [
        each,
        shortestDistance(expandSites(atoms, each.operations, lattice), lattice),
      ] as const;
    })
    .reduce((best, next) => (next[1] > best[1] + 0.01 ? next : best));
  return { group, assumedOrigin: { distance } };
}

/** The same axes with the other origin: "1" and "2", "1cab" and "2cab". */
function isOtherOrigin(group: SpaceGroup, other: SpaceGroup): boolean {
  const [choice, axes] = [group.setting.slice(0, 1), group.setting.slice(1)];
  if (choice !== "1" && choice !== "2") return false;
  return other.setting === (choice === "1" ? "2" : "1") + axes && other.number === group.number;
}

/**
 * The shortest distance between sites in Å; Infinity for a single site. Images are the nearest by
 * fractions, which is exact for distances that are short beside the cell; of many sites only the
 * first thousand are compared with all.
 */
function shortestDistance({ positions }: Expansion, lattice: Lattice): number {
  let shortest = Infinity;
  for (let i = 0; i < Math.min(positions.length, 3000); i += 3) {
    const [x, y, z] = positions.subarray(i, i + 3);
    for (let j = i + 3; j < positions.length; j += 3) {
      const [u, v, w] = [x - positions[j], y - positions[j + 1], z - positions[j + 2]];
      shortest = Math.min(shortest, squareLength(lattice.matrix, u, v, w));
    }
  }
  return Math.sqrt(shortest);
}
