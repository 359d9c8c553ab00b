import { coprime, perpendicularRows } from "../math/integer-matrix.js";
import { determinant, type Mat3, multiply, rowTimes, transpose } from "../math/mat3.js";
import { cross, dot, norm, rowOf } from "../math/vec3.js";
import { delaunayTransformation } from "./delaunay.js";
import { holohedry, type LatticeSymmetry, traceOf } from "./holohedry.js";
import { niggliTransformation } from "./niggli.js";
import { obtuseSuperbase } from "./superbase.js";

export type BravaisSymbol =
  | "aP"
  | "mP"
  | "mC"
  | "oP"
  | "oC"
  | "oI"
  | "oF"
  | "tP"
  | "tI"
  | "hR"
  | "hP"
  | "cP"
  | "cI"
  | "cF";

export interface MatrixBravais {
  readonly symbol: BravaisSymbol;
  readonly crystalSystem: LatticeSymmetry;
  /** Rows: the conventional vectors in terms of the given ones; whole numbers. */
  readonly transformation: Int32Array;
}

type Row = readonly number[];

const reductionTolerance = 1e-5;

/** What the search works on: a reduced basis, and the rotations that keep its lattice. */
interface Search {
  readonly basis: Float64Array;
  readonly rotations: readonly Int32Array[];
}

/**
 * The Bravais type of a lattice by its metric alone, with a conventional cell: along the symmetry
 * axes, which are found as in Le Page, J. Appl. Cryst. 15, 255 (1982), from the rotations.
 */
export function bravaisOf(matrix: Mat3, tolerance: number): MatrixBravais {
  const start = delaunayTransformation(matrix, reductionTolerance);
  const basis = multiply(start, matrix);
  const { crystalSystem, rotations } = holohedry(basis, tolerance);
  if (crystalSystem === "triclinic") {
    const transformation = niggliTransformation(matrix, reductionTolerance);
    return { symbol: "aP", crystalSystem, transformation };
  }
  const rows = conventionalRows[crystalSystem]({ basis, rotations });
  const flat = rows.flat();
  const handed = determinant(flat) < 0 ? opposite(flat) : flat;
  const transformation = nearest(
    matrix,
    rotations.map((rotation) => multiply(multiply(handed, rotation), start)),
  );
  return { symbol: symbolOf(crystalSystem, rows), crystalSystem, transformation };
}

const conventionalRows: Record<keyof typeof familyLetters, (search: Search) => Row[]> = {
  cubic: (search) => axes(search, 4),
  tetragonal: (search) => {
    const [c] = axes(search, 4);
    const [a, b] = shortestPair(search, c, 90);
    return [a, b, c];
  },
  hexagonal: (search) => {
    const [c] = axes(search, 6);
    const [a, b] = shortestPair(search, c, 120);
    return [a, b, c];
  },
  trigonal: (search) => obverse(search),
  orthorhombic: (search) => centredOnC(byLength(search, axes(search, 2))),
  monoclinic: (search) => uniqueAxisB(search),
};

/** Of equivalent cells the one most like the given, so that a conventional cell stays as it is. */
function nearest(matrix: Mat3, transformations: readonly Float64Array[]): Int32Array {
  const likeness = (transformation: Float64Array) => {
    const rows = multiply(transformation, matrix);
    const cosines = [0, 1, 2].map((i) => {
      const [v, w] = [rowOf(rows, i), rowOf(matrix, i)];
      return dot(v, w) / (norm(v) * norm(w));
    });
    // Of what is alike but for rounding the first.
    return Number((cosines[0] + cosines[1] + cosines[2]).toFixed(9));
  };
  const scores = transformations.map(likeness);
  return Int32Array.from(transformations[scores.indexOf(Math.max(...scores))]);
}

const familyLetters = {
  monoclinic: "m",
  orthorhombic: "o",
  tetragonal: "t",
  trigonal: "h",
  hexagonal: "h",
  cubic: "c",
} as const;

function symbolOf(system: keyof typeof familyLetters, rows: readonly Row[]): BravaisSymbol {
  const body = isBodyCentred(rows) ? "I" : "C";
  const centring = ["P", body, "R", "F"][Math.abs(determinant(rows.flat())) - 1];
  return `${familyLetters[system]}${centring}` as BravaisSymbol;
}

/** Of a cell of two lattice points: whether (a + b + c)/2 is the second. */
function isBodyCentred(rows: readonly Row[]): boolean {
  return [0, 1, 2].every((k) => (rows[0][k] + rows[1][k] + rows[2][k]) % 2 === 0);
}

// ---- axes ---------------------------------------------------------------------------------------

/** Trace of a rotation by 360°/n. */
const traces: Readonly<Record<number, number>> = { 2: -1, 3: 0, 4: 1, 6: 2 };

/** The shortest lattice vectors along the n-fold axes, each once. */
function axes({ rotations }: Search, order: number): Row[] {
  const found = new Map<string, Row>();
  for (const rotation of rotations) {
    if (traceOf(rotation) !== traces[order]) continue;
    const axis = axisOf(rotation);
    found.set(axis.join(), axis);
  }
  return [...found.values()];
}

/** n with n · W = n: perpendicular to all columns of W − 1. Its first index other than 0 is > 0. */
function axisOf(w: Mat3): Row {
  const columns = [0, 1, 2].map((k) => [0, 1, 2].map((i) => w[3 * i + k] - Number(i === k)));
  const products = [
    cross(columns[0], columns[1]),
    cross(columns[0], columns[2]),
    cross(columns[1], columns[2]),
  ];
  const axis = coprime(products.find((product) => product.some((value) => value !== 0))!);
  return axis.find((value) => value !== 0)! < 0 ? opposite(axis) : axis;
}

function cartesian({ basis }: Search, row: Row): Row {
  return rowTimes(row, basis);
}

function byLength(search: Search, rows: readonly Row[]): Row[] {
  const length = (row: Row) => norm(cartesian(search, row));
  return [...rows].sort((p, q) => length(p) - length(q));
}

/** Two of the shortest twofold axes across c with this angle, in degrees, right-handed with c. */
function shortestPair(search: Search, c: Row, angle: number): [Row, Row] {
  const across = axes(search, 2).filter((row) => Math.abs(cosine(search, row, c)) < 0.5);
  const [a, ...others] = byLength(search, across);
  const target = Math.cos((angle * Math.PI) / 180);
  // Those of the other kind, longer by √2 or √3, make angles of 45° or 30° with these.
  const b = others
    .flatMap((row) => [row, opposite(row)])
    .find((row) => Math.abs(cosine(search, a, row) - target) < 0.2)!;
  return determinant([...a, ...b, ...c]) > 0 ? [a, b] : [b, a];
}

function cosine(search: Search, p: Row, q: Row): number {
  const [v, w] = [cartesian(search, p), cartesian(search, q)];
  return dot(v, w) / (norm(v) * norm(w));
}

/** Hexagonal axes of a rhombohedral lattice, with (2a + b + c)/3 a lattice point. */
function obverse(search: Search): Row[] {
  const [c] = axes(search, 3);
  const [a, b] = shortestPair(search, c, 120);
  const isObverse = [0, 1, 2].every((k) => (2 * a[k] + b[k] + c[k]) % 3 === 0);
  if (isObverse) return [a, b, c];
  return [a, b, c].map((row, i) => (i < 2 ? opposite(row) : row));
}

/** Of three perpendicular axes the centred face is that of a and b, where only one is centred. */
function centredOnC(rows: readonly Row[]): Row[] {
  const isEven = (p: Row, q: Row) => p.every((value, k) => (value + q[k]) % 2 === 0);
  const [a, b, c] = rows;
  if (Math.abs(determinant(rows.flat())) !== 2) return [a, b, c];
  if (isEven(b, c)) return [b, c, a];
  return isEven(a, c) ? [a, c, b] : [a, b, c];
}

/** b along the twofold axis; a and c the shortest across it that make the cell P or C, β ≥ 90°. */
function uniqueAxisB(search: Search): Row[] {
  const rotation = search.rotations.find((each) => traceOf(each) === -1)!;
  const b = axisOf(rotation);
  const [u, v] = perpendicularRows(axisOf(transpose(rotation)));
  // Three vectors across b, one of each parity: where the cell is centred, (a + b)/2 for one of them.
  const plane = obtuseSuperbase([u, v].map((row) => cartesian(search, row))).map(
    ({ coefficients: [m, n] }) => u.map((value, k) => m * value + n * v[k]),
  );
  const sorted = byLength(search, plane);
  const isCentred = (row: Row) => row.every((value, k) => (value + b[k]) % 2 === 0);
  const a = sorted.find(isCentred) ?? sorted[0];
  const c = sorted.find((row) => row !== a)!;
  return determinant([...a, ...b, ...c]) > 0 ? [a, b, c] : [a, opposite(b), c];
}

/** Without −0. */
function opposite(row: Row): Row {
  return row.map((value) => 0 - value);
}
