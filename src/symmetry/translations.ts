import { Lattice } from "../lattice/lattice.js";
import { greatestCommonDivisor } from "../math/integer-matrix.js";
import { determinant, inverse, multiply, rowsTimes, rowTimes } from "../math/mat3.js";
import { divisorsOf, extendGroup, modulo, residue, spannedLattice } from "./integer-lattice.js";
import { wrapUnit } from "./operation.js";
import { PositionIndex, squareLength } from "./position-index.js";

/** Sites of a cell, each of a kind: only sites of one kind can be equivalent. */
export interface Arrangement {
  readonly lattice: Lattice;
  readonly fracPositions: Float64Array;
  readonly kindOfSite: Int32Array;
}

/** A cell without pure translations, and how the given cell is made of it. */
export interface Reduction extends Arrangement {
  /** Rows: the primitive cell vectors in terms of the given ones. */
  readonly basis: Float64Array;
  /** All pure translations of the given cell, fractional, [0, 0, 0] first. */
  readonly translations: readonly (readonly [number, number, number])[];
  /** Given site -> primitive site. */
  readonly primitiveSite: Int32Array;
  /** Primitive site -> the first given site that it stands for. */
  readonly firstSite: Int32Array;
}

/** A pure translation (whole numbers over `Search.divisor`) and where it takes each site. */
interface Generator {
  readonly vector: readonly number[];
  readonly image: Int32Array;
}

interface Search extends Arrangement {
  readonly symprec: number;
  readonly index: PositionIndex;
  /** Common divisor of the counts of all kinds: every pure translation is a fraction over it. */
  readonly divisor: number;
}

/**
 * Reduces an arrangement to its primitive cell. A symmetry search on a supercell costs the square of
 * the number of its translations and more, so that they are taken out first.
 *
 * Translations act freely on the sites of each kind, so that their number divides the count of each,
 * and each is a fraction whose denominator divides it too: candidates lead from one site of the
 * rarest kind to the others, are put on the exact fraction, and are then checked on every site. Sites
 * of the primitive cell are the mean over their images; its axes are right-handed.
 */
export function reduceToPrimitive(arrangement: Arrangement, symprec: number): Reduction {
  return rightHanded(withoutTranslations(arrangement, symprec));
}

/** One reduction after another, from the cell that the first one starts from. */
export function composed(first: Reduction, second: Reduction): Reduction {
  const { translations } = first;
  const cosets = second.translations.map((vector) => rowTimes(vector, first.basis));
  return {
    ...second,
    basis: multiply(second.basis, first.basis),
    translations: cosets.flatMap(([u, v, w]) =>
      translations.map(([x, y, z]) => [wrapUnit(x + u), wrapUnit(y + v), wrapUnit(z + w)] as const),
    ),
    primitiveSite: first.primitiveSite.map((site) => second.primitiveSite[site]),
    firstSite: second.firstSite.map((site) => first.firstSite[site]),
  };
}

/** moyo takes left-handed axes for right-handed ones and would name the mirror image's group. */
function rightHanded(reduction: Reduction): Reduction {
  if (determinant(reduction.lattice.matrix) > 0) return reduction;
  const negative = (values: Float64Array) => values.map((value) => 0 - value);
  return {
    ...reduction,
    lattice: Lattice.fromMatrix(negative(reduction.lattice.matrix)),
    basis: negative(reduction.basis),
    fracPositions: negative(reduction.fracPositions),
  };
}

function withoutTranslations(arrangement: Arrangement, symprec: number): Reduction {
  const counts = countKinds(arrangement.kindOfSite);
  const divisor = [...counts.values()].reduce(greatestCommonDivisor);
  if (divisor === 1) return trivialReduction(arrangement);
  const search = { ...arrangement, symprec, divisor, index: indexSites(arrangement, symprec) };
  const { generators, group } = findTranslations(search, counts);
  if (group.length === 1) return trivialReduction(arrangement);
  const orbits = orbitsOf(generators, arrangement.kindOfSite.length);
  // Sites that jitter by more than symprec can chain into orbits that are no orbits of a group.
  if (orbits.sizes.some((size) => size !== group.length)) return trivialReduction(arrangement);
  return makeReduction(search, generators, group, orbits);
}

function trivialReduction(arrangement: Arrangement): Reduction {
  const sites = arrangement.kindOfSite.map((_, i) => i);
  return {
    ...arrangement,
    basis: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    translations: [[0, 0, 0]],
    primitiveSite: sites,
    firstSite: sites,
  };
}

export function countKinds(kindOfSite: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const kind of kindOfSite) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

export function indexSites(
  { lattice, fracPositions: x, kindOfSite }: Arrangement,
  tolerance: number,
): PositionIndex {
  const index = new PositionIndex(lattice, tolerance, kindOfSite.length);
  for (let i = 0; i < kindOfSite.length; i++) {
    index.insert(x[3 * i], x[3 * i + 1], x[3 * i + 2], kindOfSite[i]);
  }
  return index;
}

/** Whether two sites of one kind are closer than the tolerance of the index. */
export function hasOverlap(
  { fracPositions: x, kindOfSite }: Arrangement,
  index: PositionIndex,
): boolean {
  return kindOfSite.some(
    (kind, site) => index.find(x[3 * site], x[3 * site + 1], x[3 * site + 2], kind, site) >= 0,
  );
}

function findTranslations(
  search: Search,
  counts: ReadonlyMap<number, number>,
): { generators: Generator[]; group: number[][] } {
  const { fracPositions: x, kindOfSite, divisor } = search;
  const [rarest] = [...counts].reduce((least, entry) => (entry[1] < least[1] ? entry : least));
  const denominators = divisorsOf(divisor);
  const origin = kindOfSite.indexOf(rarest);
  const generators: Generator[] = [];
  let rows = spannedLattice([], divisor);
  // What fails, fails for its whole coset of the translations found: one check stands for thousands.
  let refused: number[][] = [];
  let settled = new Set(["0,0,0"]);
  for (let i = origin + 1; i < kindOfSite.length; i++) {
    if (kindOfSite[i] !== rarest) continue;
    const difference = [0, 1, 2].map((k) => x[3 * i + k] - x[3 * origin + k]);
    const vector = exactFraction(search, denominators, difference);
    if (vector === undefined || settled.has(residue(vector, rows).join())) continue;
    const image = imageUnder(search, vector);
    if (image) {
      generators.push({ vector, image });
      rows = spannedLattice([vector, ...rows], divisor);
      refused = refused.map((coset) => residue(coset, rows));
      settled = new Set(["0,0,0", ...refused.map((coset) => coset.join())]);
    } else {
      const coset = residue(vector, rows);
      refused.push(coset);
      settled.add(coset.join());
    }
  }
  let group = [[0, 0, 0]];
  for (const { vector } of generators) group = extendGroup(group, vector, divisor);
  return { generators, group };
}

/** The vector over `divisor` that has the smallest denominator within symprec. */
function exactFraction(
  { lattice, divisor, symprec }: Search,
  denominators: readonly number[],
  difference: readonly number[],
): number[] | undefined {
  const [x, y, z] = difference;
  for (const n of denominators) {
    const [p, q, r] = [Math.round(x * n), Math.round(y * n), Math.round(z * n)];
    const square = squareLength(lattice.matrix, x - p / n, y - q / n, z - r / n);
    if (square > symprec * symprec) continue;
    return [p, q, r].map((numerator) => modulo(numerator * (divisor / n), divisor));
  }
  return undefined;
}

/** Where a translation takes each site, or undefined if one of them meets no site of its kind. */
function imageUnder(search: Search, vector: readonly number[]): Int32Array | undefined {
  const { fracPositions: x, kindOfSite, index, divisor } = search;
  const [u, v, w] = vector.map((component) => component / divisor);
  const image = new Int32Array(kindOfSite.length);
  const taken = new Uint8Array(kindOfSite.length);
  for (let i = 0; i < kindOfSite.length; i++) {
    const found = index.find(x[3 * i] + u, x[3 * i + 1] + v, x[3 * i + 2] + w, kindOfSite[i]);
    if (found < 0 || taken[found]) return undefined;
    taken[found] = 1;
    image[i] = found;
  }
  return image;
}

function orbitsOf(
  generators: readonly Generator[],
  siteCount: number,
): { orbitOfSite: Int32Array; firstSite: Int32Array; sizes: number[] } {
  const orbitOfSite = new Int32Array(siteCount).fill(-1);
  const firstSite: number[] = [];
  const sizes: number[] = [];
  for (let start = 0; start < siteCount; start++) {
    if (orbitOfSite[start] >= 0) continue;
    const orbit = firstSite.push(start) - 1;
    const queue = [start];
    orbitOfSite[start] = orbit;
    for (let at = 0; at < queue.length; at++) {
      for (const { image } of generators) {
        const next = image[queue[at]];
        if (orbitOfSite[next] >= 0) continue;
        orbitOfSite[next] = orbit;
        queue.push(next);
      }
    }
    sizes.push(queue.length);
  }
  return { orbitOfSite, firstSite: Int32Array.from(firstSite), sizes };
}

function makeReduction(
  search: Search,
  generators: readonly Generator[],
  group: readonly (readonly number[])[],
  orbits: { orbitOfSite: Int32Array; firstSite: Int32Array },
): Reduction {
  const { divisor, lattice, kindOfSite } = search;
  const vectors = generators.map(({ vector }) => vector);
  const basis = Float64Array.from(
    spannedLattice(vectors, divisor).flat(),
    (value) => value / divisor,
  );
  const { orbitOfSite, firstSite } = orbits;
  return {
    lattice: Lattice.fromMatrix(multiply(basis, lattice.matrix)),
    fracPositions: meanPositions(rowsTimes(search.fracPositions, inverse(basis)), orbits),
    kindOfSite: firstSite.map((site) => kindOfSite[site]),
    basis,
    translations: group.map(([u, v, w]) => [u / divisor, v / divisor, w / divisor] as const),
    primitiveSite: orbitOfSite,
    firstSite,
  };
}

/** @param positions Of all given sites in the primitive cell's coordinates. */
function meanPositions(
  positions: Float64Array,
  { orbitOfSite, firstSite }: { orbitOfSite: Int32Array; firstSite: Int32Array },
): Float64Array {
  const imageCount = orbitOfSite.length / firstSite.length;
  const sums = new Float64Array(3 * firstSite.length);
  orbitOfSite.forEach((orbit, i) => {
    for (let k = 0; k < 3; k++) {
      const difference = positions[3 * i + k] - positions[3 * firstSite[orbit] + k];
      sums[3 * orbit + k] += difference - Math.round(difference);
    }
  });
  return sums.map(
    (sum, i) => positions[3 * firstSite[Math.floor(i / 3)] + (i % 3)] + sum / imageCount,
  );
}
