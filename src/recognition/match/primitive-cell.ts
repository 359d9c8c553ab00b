import { greatestCommonDivisor } from "../../math/integer-matrix.js";
import { inverse, multiply } from "../../math/mat3.js";
import { type Arrangement, niggliArrangement, wrapped } from "./arrangement.js";

/** Å for each coordinate of a site: translations that hold this well make a cell smaller. */
const tolerance = 0.25;

interface Group {
  readonly kind: number;
  /** [m, 3] */
  readonly frac: Float64Array;
}

/**
 * A primitive cell in which sites that translations carry into each other within 0.25 Å are one, at
 * their mean: the definition of pymatgen's matcher. Far looser than the symmetry of the crystal, it
 * brings a slightly distorted supercell and its parent together.
 *
 * Translations are tried by their index 2, 3, ... in the divisors of the smallest number of sites, as
 * Hermite normal forms; the first one that holds is taken and the search starts again.
 */
export function primitiveCell(cell: Arrangement): Arrangement {
  let current = cell;
  for (;;) {
    const next = smaller(current);
    if (next === undefined) break;
    current = next;
  }
  if (current === cell) return cell;
  return niggliArrangement(current);
}

function smaller(cell: Arrangement): Arrangement | undefined {
  const groups = groupsOf(cell);
  const divisor = groups.map(({ frac }) => frac.length / 3).reduce(greatestCommonDivisor);
  if (divisor === 1) return undefined;
  const lengths = edgesOf(cell.matrix);
  const room = lengths.map((length) => tolerance / length);
  const vectors = translations(groups, room);
  if (vectors.length === 3) return undefined;
  for (const hermite of hermiteForms(divisor)) {
    const step = inverse(hermite);
    if (![0, 3, 6].every((row) => isAmong(vectors, step, row, room))) continue;
    const merged = mergedGroups(cell, groups, hermite, step, room);
    if (merged !== undefined) return merged;
  }
  return undefined;
}

/** Sites by kind, in the order of the kinds' names. */
function groupsOf({ kinds, kindOfSite, fracPositions }: Arrangement): Group[] {
  const order = kinds.map((_, kind) => kind).filter((kind) => kindOfSite.includes(kind));
  order.sort((a, b) => (kinds[a] < kinds[b] ? -1 : 1));
  return order.map((kind) => {
    const frac = new Float64Array(fracPositions.length);
    let end = 0;
    for (let site = 0; site < kindOfSite.length; site++) {
      if (kindOfSite[site] !== kind) continue;
      for (let k = 0; k < 3; k++) frac[end++] = fracPositions[3 * site + k];
    }
    return { kind, frac: frac.subarray(0, end) };
  });
}

/** What may be a translation: it takes every site near one of its kind, within twice the tolerance. */
function translations(groups: readonly Group[], room: readonly number[]): Float64Array {
  const bySize = [...groups].sort((a, b) => a.frac.length - b.frac.length);
  const [{ frac }] = bySize;
  const twice = room.map((value) => 2 * value);
  const candidates = [0, 0, 0];
  const vector = new Float64Array(3);
  for (let site = 3; site < frac.length; site += 3) {
    for (let k = 0; k < 3; k++) vector[k] = frac[site + k] - frac[k];
    if (!bySize.every((group) => keepsGroup(group.frac, vector, twice))) continue;
    candidates.push(vector[0], vector[1], vector[2]);
  }
  return Float64Array.from(candidates);
}

function keepsGroup(frac: Float64Array, vector: Float64Array, room: readonly number[]): boolean {
  const target = new Float64Array(3);
  for (let from = 0; from < frac.length; from += 3) {
    for (let k = 0; k < 3; k++) target[k] = frac[from + k] + vector[k];
    if (!isAmong(frac, target, 0, room)) return false;
  }
  return true;
}

/** Whether one of the positions is the given one, each component within its room. */
function isAmong(
  positions: Float64Array,
  wanted: ArrayLike<number>,
  row: number,
  room: readonly number[],
): boolean {
  for (let at = 0; at < positions.length; at += 3) {
    if (isNear(positions, at, wanted, row, room)) return true;
  }
  return false;
}

function isNear(
  p: ArrayLike<number>,
  i: number,
  q: ArrayLike<number>,
  j: number,
  room: readonly number[],
): boolean {
  const x = p[i] - q[j];
  if (!(Math.abs(x - Math.round(x)) < room[0])) return false;
  const y = p[i + 1] - q[j + 1];
  if (!(Math.abs(y - Math.round(y)) < room[1])) return false;
  const z = p[i + 2] - q[j + 2];
  return Math.abs(z - Math.round(z)) < room[2];
}

/** The sites in the smaller cell, or undefined where some have no partners. */
function mergedGroups(
  cell: Arrangement,
  groups: readonly Group[],
  hermite: Float64Array,
  step: Float64Array,
  room: readonly number[],
): Arrangement | undefined {
  const matrix = multiply(step, cell.matrix);
  const size = Math.round(hermite[0] * hermite[4] * hermite[8]);
  const smallRoom = edgesOf(matrix).map((length) => tolerance / length);
  // Sites that lie together in the given cell are not each other's image.
  const apart = room.map((value) => 2 * value);
  const frac: number[] = [];
  const kindOfSite: number[] = [];
  for (const group of groups) {
    const inside = timesMatrix(group.frac, hermite);
    const partners = partnersOf(group.frac, inside, apart, smallRoom);
    if (!partners.every((set) => set.length === size && isClosed(set, partners))) return undefined;
    wrapped(inside);
    partners.forEach((set, site) => {
      if (set[0] !== site) return;
      for (let k = 0; k < 3; k++) frac.push(meanOf(set, inside, k));
      kindOfSite.push(group.kind);
    });
  }
  return {
    matrix,
    fracPositions: wrapped(Float64Array.from(frac)),
    kinds: cell.kinds,
    kindOfSite: Int32Array.from(kindOfSite),
    basis: multiply(step, cell.basis),
  };
}

/** For each site those of its kind that are its images, itself included, ascending. */
function partnersOf(
  frac: Float64Array,
  inside: Float64Array,
  apart: readonly number[],
  room: readonly number[],
): number[][] {
  const found = Array.from({ length: frac.length / 3 }, (): number[] => []);
  for (let i = 0; i < found.length; i++) {
    found[i].push(i);
    for (let j = i + 1; j < found.length; j++) {
      if (!isNear(inside, 3 * i, inside, 3 * j, room) || isWithin(frac, 3 * i, 3 * j, apart))
        continue;
      found[i].push(j);
      found[j].push(i);
    }
  }
  return found;
}

function isWithin(frac: Float64Array, i: number, j: number, room: readonly number[]): boolean {
  for (let k = 0; k < 3; k++) {
    const x = frac[i + k] - frac[j + k];
    if (Math.abs(x - Math.round(x)) > room[k]) return false;
  }
  return true;
}

function isClosed(set: readonly number[], partners: readonly number[][]): boolean {
  return set.every((site) => set.every((other) => partners[site].includes(other)));
}

function meanOf(set: readonly number[], frac: Float64Array, k: number): number {
  let mean = frac[3 * set[0] + k];
  for (let index = 1; index < set.length; index++) {
    const offset = frac[3 * set[index] + k] - mean;
    mean += (offset - Math.round(offset)) / (index + 1);
  }
  return mean;
}

/** Sublattice matrices [[a, b, c], [0, e, f], [0, 0, g]] of index d for the divisors d > 1 of n. */
function* hermiteForms(n: number): Generator<Float64Array, void, undefined> {
  for (const index of divisors(n).filter((d) => d > 1)) {
    for (const a of divisors(index)) {
      for (const e of divisors(index / a)) {
        const g = index / a / e;
        for (let b = 0; b < a; b++) {
          for (let c = 0; c < a; c++) {
            for (let f = 0; f < e; f++) yield Float64Array.of(a, b, c, 0, e, f, 0, 0, g);
          }
        }
      }
    }
  }
}

function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
}

function edgesOf(matrix: Float64Array): number[] {
  return [0, 3, 6].map((row) => Math.hypot(matrix[row], matrix[row + 1], matrix[row + 2]));
}

function timesMatrix(rows: Float64Array, m: Float64Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      out[i + k] = rows[i] * m[k] + rows[i + 1] * m[3 + k] + rows[i + 2] * m[6 + k];
    }
  }
  return out;
}
