import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { inverse, type Mat3, multiply, transpose } from "../math/mat3.js";
import type { SymmetryOptions } from "../symmetry/analysis.js";
import type { SymmetryDataset } from "../symmetry/dataset.js";
import { symmetry } from "../symmetry/symmetry.js";
import { type CellShape, pathTables } from "./data/k-points.js";

/** A label, and a wave vector in fractions of reciprocal vectors. */
export type PathPoint = readonly [label: string, q: ArrayLike<number>];

export interface KPath {
  /** "cF2": the Bravais lattice, and which shape of Brillouin zone or which groups of it. */
  readonly extendedBravaisSymbol: string;
  /** By label, in fractions of the reciprocal vectors of the given cell. */
  readonly points: Readonly<Record<string, readonly [number, number, number]>>;
  /** Lines that follow one another, with jumps between them. */
  readonly lines: readonly (readonly PathPoint[])[];
}

/** Rows: primitive vectors in terms of the conventional ones. */
const primitiveRows: Readonly<Record<string, Mat3>> = {
  P: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  F: [0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
  I: [-0.5, 0.5, 0.5, 0.5, -0.5, 0.5, 0.5, 0.5, -0.5],
  R: [2 / 3, 1 / 3, 1 / 3, -1 / 3, 1 / 3, 1 / 3, -1 / 3, -2 / 3, 1 / 3],
  oC: [0.5, -0.5, 0, 0.5, 0.5, 0, 0, 0, 1],
  oA: [0, 0.5, -0.5, 0, 0.5, 0.5, 1, 0, 0],
  mC: [0.5, 0.5, 0, -0.5, 0.5, 0, 0, 0, 1],
};

/**
 * The customary path through the Brillouin zone of a crystal's lattice, by its standardised cell.
 *
 * @returns Wave vectors of the given cell, which may be any cell of the crystal.
 * @throws {SymmetryError} as `symmetry`.
 * @see Y. Hinuma, G. Pizzi, Y. Kumagai, F. Oba & I. Tanaka, Comput. Mater. Sci. 128, 140 (2017).
 * @example kPath(copper).lines // Γ-X-U, K-Γ-L-W-X
 */
export function kPath(crystal: Crystal, options: SymmetryOptions = {}): KPath {
  requireCrystal(crystal);
  const dataset = symmetry(crystal, options);
  const given = transpose(dataset.transformation.matrix);
  const standard = Lattice.fromMatrix(multiply(given, crystal.lattice.matrix));
  const { symbol, rows } = settingOf(dataset, standard);
  // k of the given cell from that of the primitive one: its vectors are Q times the given ones.
  const toGiven = inverse(multiply(rows, given));
  const table = pathTables[symbol];
  const shape = shapeOf(standard);
  const points: Record<string, readonly [number, number, number]> = { Γ: [0, 0, 0] };
  for (const [label, k] of Object.entries(table.points(shape))) {
    const [x, y, z] = [0, 1, 2].map((i) => {
      const value = toGiven[3 * i] * k[0] + toGiven[3 * i + 1] * k[1] + toGiven[3 * i + 2] * k[2];
      // Halves and thirds without the noise of the inverse; + 0 turns -0 into 0.
      return Number(value.toFixed(14)) + 0;
    });
    points[subscripted(label)] = [x, y, z];
  }
  const lines = table.path
    .split("|")
    .map((line) => line.split("-").map(subscripted))
    .map((labels) => labels.map((label): PathPoint => [label, points[label]]));
  return { extendedBravaisSymbol: symbol, points, lines };
}

function subscripted(label: string): string {
  return label.replace(/\d/, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]);
}

function shapeOf({ parameters: { a, b, c, beta } }: Lattice): CellShape {
  return { a, b, c, cosBeta: Math.cos((beta * Math.PI) / 180) };
}

interface Setting {
  readonly symbol: string;
  /** The primitive vectors in terms of the standardised conventional ones. */
  readonly rows: Mat3;
}

function settingOf(dataset: SymmetryDataset, standard: Lattice): Setting {
  const group = dataset.spaceGroupNumber;
  const centring = dataset.internationalSymbol[0];
  if (group <= 2) return triclinic(standard);
  const shape = shapeOf(standard);
  if (group <= 15) {
    if (centring === "P") return { symbol: "mP1", rows: primitiveRows.P };
    return { symbol: `mC${monoclinicVariant(shape)}`, rows: primitiveRows.mC };
  }
  const family = group <= 74 ? "o" : group <= 142 ? "t" : group <= 194 ? "h" : "c";
  const key = `${family}${centring}`;
  const rows = primitiveRows[key] ?? primitiveRows[centring];
  return { symbol: `${key}${variantOf(key, group, shape)}`, rows };
}

/** Reduced in reciprocal space, with the angle nearest to 90° between a* and b*. */
function triclinic(standard: Lattice): Setting {
  const { lattice, transformation } = standard.reciprocal.niggli();
  const { alpha, beta, gamma, a, b, c } = lattice.parameters;
  const cosines = [alpha, beta, gamma].map((angle) => Math.cos((angle * Math.PI) / 180));
  const products = [b * c * cosines[0], c * a * cosines[1], a * b * cosines[2]].map(Math.abs);
  // The axis that becomes c*.
  const last = products.indexOf(Math.min(...products));
  const order = [(last + 1) % 3, (last + 2) % 3, last];
  const reciprocal = order.flatMap((row) =>
    Array.from(transformation.subarray(3 * row, 3 * row + 3)),
  );
  const symbol = cosines.every((cosine) => cosine > 1e-9) ? "aP3" : "aP2";
  return { symbol, rows: transpose(inverse(reciprocal)) };
}

function monoclinicVariant({ a, b, c, cosBeta }: CellShape): number {
  const sinSquare = 1 - cosBeta * cosBeta;
  if (b * b < a * a * sinSquare) return 1;
  return (-a * cosBeta) / c + (a * a * sinSquare) / (b * b) <= 1 ? 2 : 3;
}

/** Groups of hP without the two-fold axes that make K-H and K-H₂ one. */
const hexagonalFirst = [143, 144, 145, 146, 147, 148, 149, 151, 153, 157, 159, 160, 161, 162, 163];

function variantOf(key: string, group: number, { a, b, c }: CellShape): number {
  switch (key) {
    case "cP":
    case "cF":
      return group <= 206 ? 1 : 2;
    case "tI":
      return c <= a ? 1 : 2;
    case "oF":
      if (a ** -2 > b ** -2 + c ** -2) return 1;
      return c ** -2 > a ** -2 + b ** -2 ? 2 : 3;
    case "oI":
      if (c >= a && c >= b) return 1;
      return a >= b ? 2 : 3;
    case "oC":
      return a <= b ? 1 : 2;
    case "oA":
      return b <= c ? 1 : 2;
    case "hP":
      return hexagonalFirst.includes(group) ? 1 : 2;
    case "hR":
      return Math.sqrt(3) * a <= Math.sqrt(2) * c ? 1 : 2;
    default:
      return 1;
  }
}
