import { SymmetryError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { SiteBins } from "../crystal/site-bins.js";
import { Lattice } from "../lattice/lattice.js";
import { determinant, inverse, type Mat3, multiply, transpose } from "../math/mat3.js";
import { primitiveMapping } from "../symmetry/primitive-mapping.js";
import { symmetry } from "../symmetry/symmetry.js";

/** Of a site from where an operation should take it, in Å. */
const tolerance = 0.05;
/** Å */
const binWidth = 2;

/** Primitive cells of the centrings as rows, in fractions of the conventional vectors. */
const centrings: readonly (readonly number[])[] = [
  [0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0], // F
  [-0.5, 0.5, 0.5, 0.5, -0.5, 0.5, 0.5, 0.5, -0.5], // I
  [0.5, -0.5, 0, 0.5, 0.5, 0, 0, 0, 1], // C
  [1, 0, 0, 0, 0.5, -0.5, 0, 0.5, 0.5], // A
  [2 / 3, 1 / 3, 1 / 3, -1 / 3, 1 / 3, 1 / 3, -1 / 3, -2 / 3, 1 / 3], // R, obverse
];

/** A primitive cell, and what repeats it to the crystal that was given. */
export interface PrimitiveCell {
  readonly crystal: Crystal;
  /** Nine whole numbers: the given vectors are its rows in terms of the primitive ones. */
  readonly matrix: Mat3;
}

/**
 * The primitive cell in the orientation of the given one: with the customary vectors where the given
 * cell is a conventional one, as (0 b/2 c/2), (a/2 0 c/2), (a/2 b/2 0) for F. Errors as of `symmetry`.
 */
export function primitiveCell(crystal: Crystal): PrimitiveCell {
  const mapping = primitiveMapping(crystal);
  if (mapping.crystal.siteCount === crystal.siteCount) {
    return { crystal, matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
  }
  const basis = centrings.find((rows) => isBasis(multiply(rows, mapping.matrix)));
  if (basis === undefined) return { crystal: mapping.crystal, matrix: mapping.matrix };
  const lattice = Lattice.fromMatrix(multiply(basis, crystal.lattice.matrix));
  const matrix = inverse(basis).map(Math.round);
  return { crystal: mapping.crystal.withLattice(lattice, "cart"), matrix };
}

/** Whether rows, in terms of a primitive cell, are one too. */
function isBasis(rows: Float64Array): boolean {
  const isWhole = rows.every((value) => Math.abs(value - Math.round(value)) < 1e-6);
  return isWhole && Math.abs(Math.abs(determinant(rows)) - 1) < 1e-6;
}

/** A supercell of a primitive cell, with each site's origin. */
export class PhononSupercell {
  readonly primitive: Crystal;
  readonly crystal: Crystal;
  /** Nine whole numbers: its vectors are the rows in terms of the primitive ones. */
  readonly matrix: readonly number[];
  /** The primitive atom that each site is an image of. */
  readonly atomOf: Int32Array;
  /** The cell that each site lies in, [n, 3]. */
  readonly cellOf: Int32Array;
  private readonly toSupercell: Float64Array;
  /** Primitive cells in it. */
  private readonly size: number;
  private readonly siteOf = new Map<number, number>();

  constructor(primitive: Crystal, matrix: Mat3) {
    this.primitive = primitive;
    this.matrix = Array.from(matrix);
    const rows = [0, 1, 2].map((i) => this.matrix.slice(3 * i, 3 * i + 3));
    this.crystal = primitive.supercell(rows);
    this.toSupercell = inverse(matrix);
    this.size = Math.round(Math.abs(determinant(matrix)));
    const { siteCount, fracPositions } = this.crystal;
    const images = siteCount / primitive.siteCount;
    this.atomOf = Int32Array.from({ length: siteCount }, (_, site) => Math.floor(site / images));
    this.cellOf = new Int32Array(3 * siteCount);
    for (let site = 0; site < siteCount; site++) {
      const atom = this.atomOf[site];
      for (let k = 0; k < 3; k++) {
        let x = 0;
        for (let i = 0; i < 3; i++) x += fracPositions[3 * site + i] * matrix[3 * i + k];
        this.cellOf[3 * site + k] = Math.round(x - primitive.fracPositions[3 * atom + k]);
      }
      const [u, v, w] = this.cellOf.subarray(3 * site, 3 * site + 3);
      this.siteOf.set(this.key(atom, u, v, w), site);
    }
  }

  /** The site of an atom in any cell, as the supercell repeats. */
  siteAt(atom: number, u: number, v: number, w: number): number {
    const site = this.siteOf.get(this.key(atom, u, v, w));
    if (site !== undefined) return site;
    throw new RangeError(`no site of atom ${atom} in cell ${u}, ${v}, ${w}`);
  }

  /** One number for all cells that differ by a vector of the supercell. */
  private key(atom: number, u: number, v: number, w: number): number {
    const { size, toSupercell: m } = this;
    let key = atom;
    for (let k = 0; k < 3; k++) {
      const share = Math.round((u * m[k] + v * m[3 + k] + w * m[6 + k]) * size) % size;
      key = key * size + (share < 0 ? share + size : share);
    }
    return key;
  }
}

/** An operation of the primitive cell that the supercell has, too. */
export interface CellOperation {
  /** Nine whole numbers, on columns of fractions of the primitive cell. */
  readonly rotation: readonly number[];
  /** On columns of Cartesian vectors. */
  readonly cartRotation: Float64Array;
  /** The primitive atom that each atom goes to. */
  readonly image: Int32Array;
  /** The cell of that atom, [n, 3]. */
  readonly shift: Int32Array;
}

/** Errors as of `symmetry`. */
export function operationsOf(supercell: PhononSupercell): CellOperation[] {
  const { primitive, matrix } = supercell;
  if (primitive.periodic.includes(false)) return [identityOf(primitive.siteCount)];
  const toCart = transpose(primitive.lattice.matrix);
  const toFrac = inverse(toCart);
  const columns = transpose(matrix);
  const back = inverse(columns);
  const found: CellOperation[] = [];
  const bins = new SiteBins(primitive.lattice, [true, true, true], binWidth);
  const { fracPositions: frac } = primitive;
  for (let at = 0; at < frac.length; at += 3) bins.insert(frac[at], frac[at + 1], frac[at + 2]);
  for (const { rotation, translation } of symmetry(primitive).operations) {
    const inSupercell = multiply(multiply(back, rotation), columns);
    if (!inSupercell.every((value) => Math.abs(value - Math.round(value)) < 1e-6)) continue;
    found.push({
      rotation,
      cartRotation: multiply(multiply(toCart, rotation), toFrac),
      ...imagesOf(primitive, bins, rotation, translation),
    });
  }
  return found;
}

function identityOf(siteCount: number): CellOperation {
  const rotation = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  return {
    rotation,
    cartRotation: Float64Array.from(rotation),
    image: Int32Array.from({ length: siteCount }, (_, site) => site),
    shift: new Int32Array(3 * siteCount),
  };
}

function imagesOf(
  crystal: Crystal,
  bins: SiteBins,
  rotation: ArrayLike<number>,
  translation: readonly number[],
): { image: Int32Array; shift: Int32Array } {
  const { siteCount, fracPositions: frac, kindOfSite } = crystal;
  const image = new Int32Array(siteCount);
  const shift = new Int32Array(3 * siteCount);
  for (let site = 0; site < siteCount; site++) {
    const [x, y, z] = [0, 1, 2].map(
      (i) =>
        rotation[3 * i] * frac[3 * site] +
        rotation[3 * i + 1] * frac[3 * site + 1] +
        rotation[3 * i + 2] * frac[3 * site + 2] +
        translation[i],
    );
    const isFound = bins.some(x, y, z, tolerance, (other, _, u, v, w) => {
      if (kindOfSite[other] !== kindOfSite[site]) return false;
      image[site] = other;
      shift[3 * site] = Math.round(x + u - frac[3 * other]);
      shift[3 * site + 1] = Math.round(y + v - frac[3 * other + 1]);
      shift[3 * site + 2] = Math.round(z + w - frac[3 * other + 2]);
      return true;
    });
    if (!isFound) {
      throw new SymmetryError(
        `an operation takes site ${site} to where none is; make the crystal obey its group with symmetrized(crystal).crystal`,
        { reason: "distorted", site },
      );
    }
  }
  return { image, shift };
}
