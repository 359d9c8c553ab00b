import { ResourceExhausted } from "../base/errors.js";
import type { Lattice } from "../lattice/lattice.js";
import { applyRotation, type SymmetryOperation, wrapUnit } from "./operation.js";
import { PositionIndex, planeSpacings, squareLength } from "./position-index.js";

/** Distances in Å up to which positions are one site. */
export interface SiteTolerances {
  /** Images of one atom, or atoms. */
  readonly site: number;
  /** Images of one atom that together would be more than one atom. */
  readonly fullSite: number;
}

/**
 * Of files: four digits of a third in a cell of 50 Å are 0.002 Å off, and no disorder model splits a
 * site by 0.02 Å; a coordinate of two digits, "0.33", in a cell of 30 Å is 0.1 Å off.
 */
const ofFiles: SiteTolerances = { site: 0.02, fullSite: 0.25 };
/** Images looked at: a bound on time and memory for absurd files. */
const imageLimit = 4e6;

/** The atoms of an asymmetric unit; arrays may be longer than they need to be. */
export interface AsymmetricAtoms {
  readonly count: number;
  /** Fractional, [n, 3]. */
  readonly positions: Float64Array;
  /** [n] */
  readonly occupancies: Float64Array;
}

/** All sites of the cell. */
export interface Expansion {
  /** Fractional, in [0, 1), [n, 3]. */
  readonly positions: Float64Array;
  /** For each site the index of the atom that it is an image of: the first of those that share it. */
  readonly atomOfSite: Int32Array;
  /** For each site the index of the operation that makes it from that atom. */
  readonly operationOfSite: Int32Array;
  /** Sites that several atoms share -> all of these atoms. */
  readonly sharing: ReadonlyMap<number, readonly number[]>;
  /** Of each atom its place on its special position, fractional, [m, 3]. */
  readonly settled: Float64Array;
  /** How many operations take each atom to itself, [m]: 1 on a general position. */
  readonly siteOrders: Int32Array;
  /** Å by which each atom was moved onto its special position. */
  readonly moved: Float64Array;
}

/**
 * All sites of the cell: each atom put on its special position, its images wrapped into [0, 1), and
 * atoms on the same position joined into one site.
 *
 * @throws {ResourceExhausted} atoms times operations beyond 4 million.
 */
export function expandSites(
  atoms: AsymmetricAtoms,
  operations: readonly SymmetryOperation[],
  lattice: Lattice,
  tolerances: SiteTolerances = ofFiles,
): Expansion {
  const imageCount = checkedImageCount(atoms.count, operations.length);
  const index = new PositionIndex(lattice, tolerances.site, imageCount);
  const positions = new Float64Array(3 * imageCount);
  const atomOfSite = new Int32Array(imageCount);
  const operationOfSite = new Int32Array(imageCount);
  const sharing = new Map<number, number[]>();
  const table = tableOf(operations);
  const placed = settle(atoms, table, lattice, tolerances);
  const { settled } = placed;
  let siteCount = 0;
  for (let atom = 0; atom < atoms.count; atom++) {
    const x = settled[3 * atom];
    const y = settled[3 * atom + 1];
    const z = settled[3 * atom + 2];
    for (let w = 0; w < table.length; w += 12) {
      const u = wrapUnit(table[w] * x + table[w + 1] * y + table[w + 2] * z + table[w + 9]);
      const v = wrapUnit(table[w + 3] * x + table[w + 4] * y + table[w + 5] * z + table[w + 10]);
      const s = wrapUnit(table[w + 6] * x + table[w + 7] * y + table[w + 8] * z + table[w + 11]);
      const found = index.find(u, v, s);
      if (found >= 0) {
        if (atomOfSite[found] !== atom) share(sharing, found, atomOfSite[found], atom);
        continue;
      }
      index.insert(u, v, s);
      positions[3 * siteCount] = u;
      positions[3 * siteCount + 1] = v;
      positions[3 * siteCount + 2] = s;
      operationOfSite[siteCount] = w / 12;
      atomOfSite[siteCount++] = atom;
    }
  }
  return {
    positions: siteCount === imageCount ? positions : positions.slice(0, 3 * siteCount),
    atomOfSite: siteCount === imageCount ? atomOfSite : atomOfSite.slice(0, siteCount),
    operationOfSite:
      siteCount === imageCount ? operationOfSite : operationOfSite.slice(0, siteCount),
    sharing,
    ...placed,
  };
}

/** The operations that take a position to itself within the tolerance of files, the identity among them. */
export function siteStabilizer(
  position: ArrayLike<number>,
  operations: readonly SymmetryOperation[],
  lattice: Lattice,
): readonly SymmetryOperation[] {
  return operations.filter(({ rotation, translation }) => {
    const image = applyRotation(rotation, position);
    const [dx, dy, dz] = image.map((value, k) => {
      const difference = value + translation[k] - position[k];
      return difference - Math.round(difference);
    });
    return squareLength(lattice.matrix, dx, dy, dz) <= ofFiles.site ** 2;
  });
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

/** Twelve numbers an operation: the rotation by rows, then the translation. */
function tableOf(operations: readonly SymmetryOperation[]): Float64Array {
  const table = new Float64Array(12 * operations.length);
  for (let i = 0; i < operations.length; i++) {
    const { rotation, translation } = operations[i];
    for (let k = 0; k < 9; k++) table[12 * i + k] = rotation[k];
    for (let k = 0; k < 3; k++) table[12 * i + 9 + k] = translation[k];
  }
  return table;
}

function share(sharing: Map<number, number[]>, site: number, first: number, atom: number): void {
  const known = sharing.get(site);
  if (known === undefined) sharing.set(site, [first, atom]);
  else if (known[known.length - 1] !== atom) known.push(atom);
}

/** Each atom at the mean of itself and those of its images that are the same site. */
function settle(
  { count, positions, occupancies }: AsymmetricAtoms,
  table: Float64Array,
  lattice: Lattice,
  { site, fullSite }: SiteTolerances,
): Pick<Expansion, "settled" | "siteOrders" | "moved"> {
  const moved = new Float64Array(count);
  const siteOrders = new Int32Array(count).fill(1);
  if (table.length === 12) return { settled: positions, siteOrders, moved };
  const settled = positions.slice(0, 3 * count);
  const images = new NeighbouringImages(table, lattice);
  for (let at = 0; at < 3 * count; at += 3) {
    const atom = at / 3;
    const near = images.look(settled, at, fullSite);
    // Alone within the larger distance, it is alone within the smaller one.
    if (near === 1) continue;
    const tolerance = near * occupancies[atom] > 1.1 ? fullSite : site;
    let last = 0;
    // The mean may come within reach of further images; each round can only add some.
    for (let round = 0; round < 4; round++) {
      const found = images.look(settled, at, tolerance);
      if (found === last) break;
      settled.set(images.mean, at);
      last = found;
    }
    siteOrders[atom] = last;
    const dx = settled[at] - positions[at];
    const dy = settled[at + 1] - positions[at + 1];
    const dz = settled[at + 2] - positions[at + 2];
    moved[atom] = Math.sqrt(squareLength(lattice.matrix, dx, dy, dz));
  }
  return { settled, siteOrders, moved };
}

/** Counts the images of a position that are near it, and takes their mean. */
class NeighbouringImages {
  readonly mean: Float64Array = new Float64Array(3);
  /** As `tableOf` gives it. */
  private readonly table: Float64Array;
  private readonly cell: Float64Array;
  /** Å, of the planes (100), (010), (001). */
  private readonly spacings: readonly [number, number, number];

  constructor(table: Float64Array, lattice: Lattice) {
    this.table = table;
    this.cell = lattice.matrix;
    this.spacings = planeSpacings(lattice);
  }

  look(positions: Float64Array, at: number, distance: number): number {
    const { table, cell } = this;
    const x = positions[at];
    const y = positions[at + 1];
    const z = positions[at + 2];
    const mostX = distance / this.spacings[0];
    const mostY = distance / this.spacings[1];
    const mostZ = distance / this.spacings[2];
    const limit = distance * distance;
    let count = 0;
    let sumX = 0;
    let sumY = 0;
    let sumZ = 0;
    for (let w = 0; w < table.length; w += 12) {
      let dx = table[w] * x + table[w + 1] * y + table[w + 2] * z + table[w + 9] - x;
      dx -= Math.round(dx);
      if (Math.abs(dx) > mostX) continue;
      let dy = table[w + 3] * x + table[w + 4] * y + table[w + 5] * z + table[w + 10] - y;
      dy -= Math.round(dy);
      if (Math.abs(dy) > mostY) continue;
      let dz = table[w + 6] * x + table[w + 7] * y + table[w + 8] * z + table[w + 11] - z;
      dz -= Math.round(dz);
      if (Math.abs(dz) > mostZ) continue;
      if (squareLength(cell, dx, dy, dz) > limit) continue;
      count++;
      sumX += dx;
      sumY += dy;
      sumZ += dz;
    }
    this.mean[0] = x + sumX / count;
    this.mean[1] = y + sumY / count;
    this.mean[2] = z + sumZ / count;
    return count;
  }
}
