import { ResourceExhausted } from "../../base/errors.js";
import type { Lattice } from "../../lattice/lattice.js";
import { type SymmetryOperation, wrapUnit } from "../../symmetry/operation.js";
import { PositionIndex, squareLength } from "../../symmetry/position-index.js";
import type { Atom } from "./atoms.js";

/**
 * Å. Images of one atom, or atoms, that are closer than this are one site: four digits of a third in
 * a cell of 50 Å are 0.002 Å off, and no disorder model splits a site by so little.
 */
const sameSite = 0.02;
/**
 * Å. Images of one atom that together would be more than one atom are one site up to this distance:
 * a coordinate of two digits, "0.33", in a cell of 30 Å is 0.1 Å off.
 */
const sameFullSite = 0.25;
/** Images looked at: a bound on time and memory for absurd files. */
const imageLimit = 4e6;

/** All sites of the cell. */
export interface Expansion {
  /** Fractional, in [0, 1), [n, 3]. */
  readonly positions: Float64Array;
  /** For each site the index of the atom that it is an image of: the first of those that share it. */
  readonly atomOfSite: Int32Array;
  /** Sites that several atoms share -> all of these atoms. */
  readonly sharing: ReadonlyMap<number, readonly number[]>;
  /** Å by which each atom was moved onto its special position. */
  readonly moved: Float64Array;
}

/**
 * All sites of the cell: each atom put on its special position, its images wrapped into [0, 1), and
 * atoms on the same position joined into one site.
 *
 * @throws {ResourceExhausted} atoms times operations beyond 4 million.
 */
export function expand(
  atoms: readonly Atom[],
  operations: readonly SymmetryOperation[],
  lattice: Lattice,
): Expansion {
  const imageCount = checkedImageCount(atoms.length, operations.length);
  const index = new PositionIndex(lattice, sameSite, imageCount);
  const positions = new Float64Array(3 * imageCount);
  const atomOfSite = new Int32Array(imageCount);
  const sharing = new Map<number, number[]>();
  const moved = new Float64Array(atoms.length);
  let siteCount = 0;
  for (let atom = 0; atom < atoms.length; atom++) {
    const settled = settle(atoms[atom], operations, lattice);
    moved[atom] = settled.moved;
    const [x, y, z] = settled.position;
    for (const { rotation: w, translation: t } of operations) {
      const u = wrapUnit(w[0] * x + w[1] * y + w[2] * z + t[0]);
      const v = wrapUnit(w[3] * x + w[4] * y + w[5] * z + t[1]);
      const s = wrapUnit(w[6] * x + w[7] * y + w[8] * z + t[2]);
      const found = index.find(u, v, s);
      if (found >= 0) {
        share(sharing, found, atomOfSite[found], atom);
        continue;
      }
      index.insert(u, v, s);
      positions[3 * siteCount] = u;
      positions[3 * siteCount + 1] = v;
      positions[3 * siteCount + 2] = s;
      atomOfSite[siteCount++] = atom;
    }
  }
  return {
    positions: positions.slice(0, 3 * siteCount),
    atomOfSite: atomOfSite.slice(0, siteCount),
    sharing,
    moved,
  };
}

function checkedImageCount(atomCount: number, operationCount: number): number {
  const imageCount = atomCount * operationCount;
  if (imageCount <= imageLimit) return imageCount;
  throw new ResourceExhausted(
    `${atomCount} atoms times ${operationCount} operations are ${imageCount} images, above the limit of ` +
      `${imageLimit}: is the list of operations right?`,
    { atomCount, operationCount, imageLimit },
  );
}

function share(sharing: Map<number, number[]>, site: number, first: number, atom: number): void {
  const known = sharing.get(site);
  if (known === undefined && atom !== first) sharing.set(site, [first, atom]);
  else if (known !== undefined && known.at(-1) !== atom) known.push(atom);
}

/** The mean of an atom and those of its images that are the same site. */
function settle(
  atom: Atom,
  operations: readonly SymmetryOperation[],
  lattice: Lattice,
): { position: readonly [number, number, number]; moved: number } {
  const start = atom.fracPosition;
  if (operations.length === 1) return { position: start, moved: 0 };
  let tolerance = sameSite;
  const near = neighbouringImages(start, operations, lattice, sameFullSite);
  if (near.count * atom.occupancy > 1.1) tolerance = sameFullSite;
  let position = start;
  let count = 0;
  // The mean may come within reach of further images; each round can only add some.
  for (let round = 0; round < 4; round++) {
    const images = neighbouringImages(position, operations, lattice, tolerance);
    if (images.count === count) break;
    position = images.mean;
    count = images.count;
  }
  const [x, y, z] = [0, 1, 2].map((k) => position[k] - start[k]);
  return { position, moved: Math.sqrt(squareLength(lattice.matrix, x, y, z)) };
}

function neighbouringImages(
  x: readonly [number, number, number],
  operations: readonly SymmetryOperation[],
  lattice: Lattice,
  distance: number,
): { count: number; mean: readonly [number, number, number] } {
  const limit = distance * distance;
  let count = 0;
  let [sumX, sumY, sumZ] = [0, 0, 0];
  for (const { rotation: w, translation: t } of operations) {
    const dx = w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + t[0] - x[0];
    const dy = w[3] * x[0] + w[4] * x[1] + w[5] * x[2] + t[1] - x[1];
    const dz = w[6] * x[0] + w[7] * x[1] + w[8] * x[2] + t[2] - x[2];
    if (squareLength(lattice.matrix, dx, dy, dz) > limit) continue;
    count++;
    sumX += dx - Math.round(dx);
    sumY += dy - Math.round(dy);
    sumZ += dz - Math.round(dz);
  }
  return { count, mean: [x[0] + sumX / count, x[1] + sumY / count, x[2] + sumZ / count] };
}

/**
 * The shortest distance between sites in Å; Infinity for a single site. Images are the nearest by
 * fractions, which is exact for distances that are short beside the cell; of many sites only the
 * first thousand are compared with all.
 */
export function shortestDistance({ positions }: Expansion, lattice: Lattice): number {
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
