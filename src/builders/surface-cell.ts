import { show } from "../base/check.js";
import { InvalidConfiguration, ShapeError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { miller } from "../lattice/miller-indices.js";
import { coprime, extendedGcd, perpendicularRows } from "../math/integer-matrix.js";
import { inverse, type Mat3, multiply, rowsTimes, rowTimes } from "../math/mat3.js";
import { cross, dot, norm } from "../math/vec3.js";
import { siteClasses } from "../symmetry/kinds.js";
import { type Reduction, reduceToPrimitive } from "../symmetry/translations.js";

/** A cell whose first two vectors lie in a lattice plane: the crystal as seen along the normal. */
export interface SurfaceCell {
  /** Rows u, v in the plane, the shortest pair, and w to the next plane; Å, u along x, v in xy. */
  readonly matrix: Float64Array;
  /** Distance of the lattice planes in Å: the height of the cell. */
  readonly height: number;
  /** Sites in terms of the cell, [n, 3], in [0, 1); the third is the height. */
  readonly fracPositions: Float64Array;
  /** For each site the site of the crystal that it is, [n]. */
  readonly sources: Int32Array;
  /** Q of v' = v Q on rows, from the frame of the crystal; undefined where it is not turned. */
  readonly rotation: Float64Array | undefined;
  /** How the sites of a primitive cell stand for those of the crystal. */
  readonly reduction: Pick<Reduction, "primitiveSite" | "firstSite"> | undefined;
  /** z = normal · x gives the height of a position x of the crystal's own cell, in cells. */
  readonly normal: readonly number[];
}

/** Three indices, or four of hexagonal axes, without a common divisor. */
export function requirePlane(hkl: ArrayLike<number>): number[] {
  const list = typeof hkl === "object" && hkl !== null ? Array.from(hkl) : [];
  const three = list.length === 4 ? miller(list) : list;
  if (three.length !== 3 || !three.every(Number.isInteger) || three.every((index) => index === 0)) {
    throw new ShapeError(
      `hkl must be three whole numbers, or four (hkil) in hexagonal axes, not all 0; got ${show(hkl)}`,
      { hkl },
    );
  }
  return coprime(three);
}

/** @throws {InvalidConfiguration} a crystal that ends somewhere. */
export function requireBulk(what: string, { periodic }: Crystal): void {
  if (periodic.every(Boolean)) return;
  throw new InvalidConfiguration(
    `${what} is cut from a crystal periodic along a, b and c; this one has periodic = ` +
      `[${periodic.join(", ")}]`,
    { periodic },
  );
}

export function surfaceCell(
  crystal: Crystal,
  hkl: readonly number[],
  isPrimitive: boolean,
): SurfaceCell {
  requireBulk("a surface", crystal);
  const start = isPrimitive ? primitiveCell(crystal) : givenCell(crystal);
  const { basis, divisor, fracPositions, sources, reduction } = start;
  // Of the plane in terms of the basis: whole numbers once the fractions of the centring are gone.
  const whole = [0, 3, 6].map((i) =>
    Math.round(divisor * dot(Array.from(basis).slice(i, i + 3), hkl)),
  );
  const plane = coprime(whole);
  const scale =
    divisor / (whole.find((index) => index !== 0)! / plane.find((index) => index !== 0)!);
  const inBasis = planeBasis(plane, multiply(basis, crystal.lattice.matrix));
  const cell = multiply(inBasis, multiply(basis, crystal.lattice.matrix));
  const toCell = inverse(multiply(inBasis, basis));
  const [u, v, w] = [0, 3, 6].map((i) => Array.from(cell).slice(i, i + 3));
  const area = cross(u, v);
  const axes = standardAxes(u, v);
  return {
    matrix: multiply(cell, axes).map(cleaned),
    rotation: isIdentity(axes) ? undefined : axes,
    reduction,
    height: Math.abs(dot(area, w)) / norm(area),
    fracPositions: rowsTimes(fracPositions, toCell).map((x) => x - Math.floor(x)),
    sources,
    normal: hkl.map((index) => index * scale),
  };
}

interface StartCell {
  /** Rows: the vectors that span the lattice, in terms of the crystal's cell. */
  readonly basis: Float64Array;
  /** Whole numbers times this many become whole in the basis. */
  readonly divisor: number;
  /** Of its sites, in the crystal's cell, [n, 3]. */
  readonly fracPositions: Float64Array;
  readonly sources: Int32Array;
  readonly reduction?: Reduction;
}

function givenCell(crystal: Crystal): StartCell {
  return {
    basis: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    divisor: 1,
    fracPositions: crystal.fracPositions,
    sources: Int32Array.from({ length: crystal.siteCount }, (_, i) => i),
  };
}

function primitiveCell(crystal: Crystal): StartCell {
  const reduction = reduceToPrimitive(
    {
      lattice: crystal.lattice,
      fracPositions: crystal.fracPositions,
      kindOfSite: siteClasses(crystal).classOfSite,
    },
    symprec(crystal),
  );
  const { basis, translations, firstSite } = reduction;
  const fracPositions = Float64Array.from(
    Array.from(firstSite).flatMap((site) =>
      Array.from(crystal.fracPositions.subarray(3 * site, 3 * site + 3)),
    ),
  );
  return { basis, divisor: translations.length, fracPositions, sources: firstSite, reduction };
}

/** Å; as in the symmetry search, but no more than a cell of any size allows. */
export function symprec({ lattice }: Crystal): number {
  const spacings = [0, 1, 2].map((k) => lattice.dSpacing([0, 1, 2].map((i) => Number(i === k))));
  return Math.min(0.01, ...spacings.map((spacing) => spacing / 8));
}

/** Rows u, v that span the plane, the shortest pair, and w with plane · w = 1; right-handed. */
function planeBasis(plane: readonly number[], matrix: Mat3): Float64Array {
  let [u, v] = perpendicularRows(plane);
  const [h, k, l] = plane;
  const first = extendedGcd(h, k);
  const second = extendedGcd(first.g, l);
  const w = [second.p * first.p, second.p * first.q, second.q];
  const lengthOf = (row: readonly number[]) => norm(rowTimes(row, matrix));
  for (;;) {
    if (lengthOf(u) > lengthOf(v) + 1e-9) [u, v] = [v, u];
    const [p, q] = [rowTimes(u, matrix), rowTimes(v, matrix)];
    const times = Math.round(dot(p, q) / dot(p, p));
    const shorter = v.map((value, i) => value - times * u[i]);
    if (times === 0 || lengthOf(shorter) > lengthOf(v) - 1e-9) break;
    v = shorter;
  }
  const [a, b, c] = [u, v, w].map((row) => rowTimes(row, matrix));
  const isRight = dot(cross(a, b), c) > 0;
  return Float64Array.from([...u, ...(isRight ? v : v.map((value) => 0 - value)), ...w]);
}

/** The axes as columns: u along x, v in the xy plane with positive y, the third row on the side of z. */
function standardAxes(u: readonly number[], v: readonly number[]): Float64Array {
  const x = u.map((value) => value / norm(u));
  const area = cross(u, v);
  const z = area.map((value) => value / norm(area));
  const y = cross(z, x);
  return Float64Array.from([0, 1, 2].flatMap((k) => [x[k], y[k], z[k]].map(cleaned)));
}

function isIdentity(axes: Float64Array): boolean {
  return axes.every((value, i) => Math.abs(value - Number(i % 4 === 0)) < 1e-12);
}

function cleaned(value: number): number {
  return Math.abs(value) < 1e-12 ? 0 : value;
}
