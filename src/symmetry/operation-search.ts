import { latticeRotations } from "../lattice/lattice-rotations.js";
import { transpose } from "../math/mat3.js";
import { applyRotation, identity, type SymmetryOperation, wrapUnit } from "./operation.js";
import { type PositionIndex, planeSpacings, squareLength } from "./position-index.js";
import { type Arrangement, countKinds, hasOverlap, indexSites } from "./translations.js";

/** An operation and where it takes each site. */
export interface FoundOperation extends SymmetryOperation {
  readonly image: Int32Array;
}

interface Search extends Arrangement {
  readonly symprec: number;
  readonly index: PositionIndex;
  /** Of the candidate that is being tried: most fail, and need no memory of their own. */
  readonly image: Int32Array;
  /** The last candidate that led to each site. */
  readonly takenBy: Int32Array;
  candidates: number;
}

/**
 * The operations of a primitive cell, the identity first: a rotation of the lattice and a translation
 * that leads one site of the rarest kind to another, checked on every site. Undefined where sites are
 * as close as the tolerance. Near the tolerance the operations that pass need not form a group.
 *
 * A wrong candidate mostly fails at its first sites, so that the search costs little more than the
 * number of rotations times that of sites of the rarest kind.
 */
export function searchOperations(
  arrangement: Arrangement,
  symprec: number,
): FoundOperation[] | undefined {
  const { lattice, kindOfSite } = arrangement;
  // A site is looked for within twice symprec of a candidate, whose own error is up to symprec.
  if (8 * symprec > Math.min(...planeSpacings(lattice))) return undefined;
  const index = indexSites(arrangement, 2 * symprec);
  if (hasOverlap(arrangement, index)) return undefined;
  const search: Search = {
    ...arrangement,
    ...{ symprec, index, candidates: 0 },
    image: new Int32Array(kindOfSite.length),
    takenBy: new Int32Array(kindOfSite.length),
  };
  const sites = sitesOfRarestKind(kindOfSite);
  const found: FoundOperation[] = [{ ...identity, image: kindOfSite.map((_, site) => site) }];
  for (const rows of latticeRotations(lattice.matrix, () => 3 * symprec)) {
    const rotation = Array.from(transpose(rows));
    if (rotation.join() === identity.rotation.join()) continue;
    const operation = operationWith(search, rotation, sites);
    if (operation) found.push(operation);
  }
  return found;
}

function sitesOfRarestKind(kindOfSite: Int32Array): number[] {
  const counts = [...countKinds(kindOfSite)];
  const [rarest] = counts.reduce((least, entry) => (entry[1] < least[1] ? entry : least));
  const sites: number[] = [];
  kindOfSite.forEach((kind, site) => {
    if (kind === rarest) sites.push(site);
  });
  return sites;
}

/** A primitive cell has at most one operation with each rotation. */
function operationWith(
  search: Search,
  rotation: readonly number[],
  sites: readonly number[],
): FoundOperation | undefined {
  const { fracPositions: x } = search;
  const first = 3 * sites[0];
  const [p0, p1, p2] = applyRotation(rotation, [x[first], x[first + 1], x[first + 2]]);
  const candidate = new Float64Array(3);
  for (const site of sites) {
    candidate[0] = x[3 * site] - p0;
    candidate[1] = x[3 * site + 1] - p1;
    candidate[2] = x[3 * site + 2] - p2;
    if (!findImage(search, rotation, candidate)) continue;
    const refined = refinedTranslation(search, rotation, candidate);
    if (refined) return { rotation, translation: refined, image: search.image.slice() };
  }
  return undefined;
}

/** Where an operation takes each site, into `image`; false if one of them meets no site of its kind. */
function findImage(search: Search, w: readonly number[], t: Float64Array): boolean {
  const { fracPositions: x, kindOfSite, index, image, takenBy } = search;
  const candidate = ++search.candidates;
  for (let i = 0; i < kindOfSite.length; i++) {
    const x0 = x[3 * i];
    const x1 = x[3 * i + 1];
    const x2 = x[3 * i + 2];
    const found = index.find(
      w[0] * x0 + w[1] * x1 + w[2] * x2 + t[0],
      w[3] * x0 + w[4] * x1 + w[5] * x2 + t[1],
      w[6] * x0 + w[7] * x1 + w[8] * x2 + t[2],
      kindOfSite[i],
    );
    if (found < 0 || takenBy[found] === candidate) return false;
    takenBy[found] = candidate;
    image[i] = found;
  }
  return true;
}

/** The translation that fits all sites best, or undefined where one stays farther off than symprec. */
function refinedTranslation(
  { fracPositions: x, lattice, symprec, image }: Search,
  w: readonly number[],
  t: Float64Array,
): [number, number, number] | undefined {
  const residuals = new Float64Array(3 * image.length);
  const mean = [0, 0, 0];
  for (let row = 0; row < 3; row++) {
    const w0 = w[3 * row];
    const w1 = w[3 * row + 1];
    const w2 = w[3 * row + 2];
    let sum = 0;
    for (let i = 0; i < image.length; i++) {
      const moved = w0 * x[3 * i] + w1 * x[3 * i + 1] + w2 * x[3 * i + 2] + t[row];
      const difference = x[3 * image[i] + row] - moved;
      residuals[3 * i + row] = difference - Math.round(difference);
      sum += residuals[3 * i + row];
    }
    mean[row] = sum / image.length;
  }
  const [m0, m1, m2] = mean;
  const largest = symprec * symprec;
  for (let i = 0; i < residuals.length; i += 3) {
    const square = squareLength(
      lattice.matrix,
      residuals[i] - m0,
      residuals[i + 1] - m1,
      residuals[i + 2] - m2,
    );
    if (square > largest) return undefined;
  }
  return [wrapUnit(t[0] + m0), wrapUnit(t[1] + m1), wrapUnit(t[2] + m2)];
}
