import { DomainError } from "../base/errors.js";
import { inverse, multiply } from "../math/mat3.js";
import { addDipoles, type Dipoles } from "./dipoles.js";
import type { PhononSupercell } from "./phonon-cells.js";

/** Å; images of a pair whose distances differ by less share its force constants. */
const sameDistance = 1e-5;
const mostNumbers = 5e8;
const lanes = 8;

/**
 * D(jα, j'β; q) = Σ_L C(jα, j'β; L) exp 2πi q·(L + xⱼ' − xⱼ), as the engine wants it: see
 * `native/src/jobs/dynamical_matrix.zig`.
 */
export interface DynamicalMatrix {
  readonly atomCount: number;
  /** Lattice vectors L in terms of the primitive cell, [u, 3]. */
  readonly shifts: Float64Array;
  /** [n (n + 1) / 2, 3, 3, stride] in eV/Å²/u, in shared memory. */
  readonly coefficients: Float64Array;
  /** u, rounded up. */
  readonly stride: number;
  readonly fracPositions: Float64Array;
  readonly lattice: Float64Array;
  /** Where it is one of a polar crystal: `coefficients` are then those of the short range. */
  readonly dipoles: Dipoles | undefined;
}

/**
 * Each pair's constants, over √(m m'), go to the images at the shortest distance that the supercell has
 * of the second atom, in equal parts.
 *
 * @throws {DomainError} too large a cell.
 */
export function dynamicalMatrix(
  supercell: PhononSupercell,
  constants: Float64Array,
  masses: ArrayLike<number>,
  dipoles: Dipoles | undefined,
): DynamicalMatrix {
  const { primitive, atomOf } = supercell;
  const { siteCount } = supercell.crystal;
  const images = nearestCells(supercell);
  const indexOf = new Map<string, number>();
  const shifts: number[] = [];
  const terms: { row: number; vector: number; from: number; factor: number }[] = [];
  for (let atom = 0; atom < primitive.siteCount; atom++) {
    for (let site = 0; site < siteCount; site++) {
      const other = atomOf[site];
      if (other > atom) continue;
      const cells = images(atom, site);
      const factor = 1 / (cells.length * Math.sqrt(masses[atom] * masses[other]));
      for (const cell of cells) {
        const key = cell.join();
        let vector = indexOf.get(key);
        if (vector === undefined) {
          vector = indexOf.size;
          indexOf.set(key, vector);
          shifts.push(...cell);
        }
        const row = (atom * (atom + 1)) / 2 + other;
        terms.push({ row, vector, from: 9 * (atom * siteCount + site), factor });
      }
    }
  }
  const stride = lanes * Math.ceil(indexOf.size / lanes);
  const length = 9 * ((primitive.siteCount * (primitive.siteCount + 1)) / 2) * stride;
  if (length > mostNumbers) {
    throw new DomainError(
      `${primitive.siteCount} atoms with ${indexOf.size} lattice vectors are too many for a dynamical matrix`,
      { atomCount: primitive.siteCount, vectors: indexOf.size },
    );
  }
  const coefficients = new Float64Array(new SharedArrayBuffer(8 * length));
  for (const { row, vector, from, factor } of terms) {
    for (let i = 0; i < 9; i++) {
      coefficients[(9 * row + i) * stride + vector] += factor * constants[from + i];
    }
  }
  return {
    atomCount: primitive.siteCount,
    shifts: Float64Array.from(shifts),
    coefficients,
    stride,
    fracPositions: primitive.fracPositions,
    lattice: primitive.lattice.matrix,
    dipoles,
  };
}

/** The cells in which the images of a site nearest to an atom of cell 0 lie. */
function nearestCells(supercell: PhononSupercell): (atom: number, site: number) => number[][] {
  const { primitive, cellOf, atomOf } = supercell;
  const { lattice, transformation } = supercell.crystal.lattice.delaunay();
  // Whole vectors of the supercell that suffice once a vector is within half a cell of the origin.
  const steps = Array.from({ length: 125 }, (_, i) => [
    Math.floor(i / 25) - 2,
    (Math.floor(i / 5) % 5) - 2,
    (i % 5) - 2,
  ]);
  const reduced = multiply(transformation, supercell.matrix);
  const toReduced = inverse(reduced);
  const m = lattice.matrix;
  return (atom, site) => {
    const cell = cellOf.subarray(3 * site, 3 * site + 3);
    const between = [0, 1, 2].map((k) => {
      const frac = primitive.fracPositions;
      return cell[k] + frac[3 * atomOf[site] + k] - frac[3 * atom + k];
    });
    const x = [0, 1, 2].map(
      (k) =>
        between[0] * toReduced[k] + between[1] * toReduced[3 + k] + between[2] * toReduced[6 + k],
    );
    const wrapped = x.map((value) => value - Math.round(value));
    const lengths = steps.map(([u, v, w]) => {
      const [a, b, c] = [wrapped[0] + u, wrapped[1] + v, wrapped[2] + w];
      return Math.hypot(
        a * m[0] + b * m[3] + c * m[6],
        a * m[1] + b * m[4] + c * m[7],
        a * m[2] + b * m[5] + c * m[8],
      );
    });
    const shortest = Math.min(...lengths);
    const found: number[][] = [];
    steps.forEach((step, index) => {
      if (lengths[index] > shortest + sameDistance) return;
      const whole = step.map((value, k) => value - Math.round(x[k]));
      found.push(
        [0, 1, 2].map((k) =>
          Math.round(
            cell[k] + whole[0] * reduced[k] + whole[1] * reduced[3 + k] + whole[2] * reduced[6 + k],
          ),
        ),
      );
    });
    return found;
  };
}

/**
 * D(q) as a real symmetric matrix [6n, 6n] that has each eigenvalue twice; at Γ of a polar crystal the limit along
 * `direction`, Cartesian, or without that term where it is 0.
 */
export function realMatrixAt(
  matrix: DynamicalMatrix,
  q: ArrayLike<number>,
  direction: ArrayLike<number>,
): Float64Array {
  const { atomCount, shifts, coefficients, stride, fracPositions: frac } = matrix;
  const order = 3 * atomCount;
  const out = new Float64Array(4 * order * order);
  const count = shifts.length / 3;
  const cos = new Float64Array(count);
  const sin = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const angle = turns(q[0] * shifts[3 * i] + q[1] * shifts[3 * i + 1] + q[2] * shifts[3 * i + 2]);
    cos[i] = Math.cos(angle);
    sin[i] = Math.sin(angle);
  }
  let row = 0;
  for (let atom = 0; atom < atomCount; atom++) {
    for (let other = 0; other <= atom; other++, row++) {
      let way = 0;
      for (let k = 0; k < 3; k++) way += q[k] * (frac[3 * other + k] - frac[3 * atom + k]);
      const [c, s] = [Math.cos(turns(way)), Math.sin(turns(way))];
      for (let i = 0; i < 9; i++) {
        const at = (9 * row + i) * stride;
        let [x, y] = [0, 0];
        for (let k = 0; k < count; k++) {
          x += coefficients[at + k] * cos[k];
          y += coefficients[at + k] * sin[k];
        }
        const [a, b] = [3 * atom + Math.floor(i / 3), 3 * other + (i % 3)];
        if (b > a) continue;
        addHermitian(out, order, a, b, x * c - y * s, a === b ? 0 : x * s + y * c);
      }
    }
  }
  if (matrix.dipoles !== undefined) {
    addDipoles(matrix.dipoles, frac, q, direction, (a, b, re, im) => {
      addHermitian(out, order, a, b, re, im);
    });
  }
  return out;
}

/** Adds to A = X + iY as [[X, −Y], [Y, X]]. */
function addHermitian(
  out: Float64Array,
  n: number,
  a: number,
  b: number,
  re: number,
  im: number,
): void {
  const width = 2 * n;
  for (const [i, j] of a === b
    ? [[a, a]]
    : [
        [a, b],
        [b, a],
      ]) {
    out[i * width + j] += re;
    out[(n + i) * width + n + j] += re;
  }
  if (a === b) return;
  for (const [i, j] of [
    [n + a, b],
    [b, n + a],
  ])
    out[i * width + j] += im;
  for (const [i, j] of [
    [n + b, a],
    [a, n + b],
  ])
    out[i * width + j] -= im;
}

/** 2π x of the fraction of x. */
function turns(x: number): number {
  return 2 * Math.PI * (x - Math.round(x));
}
