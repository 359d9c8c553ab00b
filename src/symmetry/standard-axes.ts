import type { MoyoCell } from "@spglib/moyo-wasm";
import { Lattice } from "../lattice/lattice.js";
import { determinant, inverse, multiply, rowsTimes, transpose } from "../math/mat3.js";
import { rowMajor } from "./moyo.js";
import { applyRotation, operationKey, wrapUnit } from "./operation.js";
import type { CellAnalysis } from "./searched-cell.js";
import { hallSetting } from "./space-group.js";
import { wyckoffFormOf } from "./wyckoff-forms.js";

/** Lengths and angles closer than this share are equal: rounding must not choose an axis. */
const equal = 1e-6;

/**
 * Puts an analysis on the axes that its setting leaves to choose, so that they do not depend on those
 * that the crystal is given in: monoclinic on the shortest a and c, β not acute, with a ≤ c where they
 * can change places; orthorhombic with a ≤ b ≤ c as far as these can, the origin being moved where the
 * setting asks for that.
 * moyo's own C-centred monoclinic cell can come out three times as long as it need be, with β near 160°.
 *
 * @param lattice Of the cell that was analysed.
 */
export function withStandardAxes(raw: CellAnalysis, { matrix }: Lattice): CellAnalysis {
  const { crystalSystem } = hallSetting(raw.hall_number);
  const cell = multiply(transpose(rowMajor(raw.std_linear)), matrix);
  const best =
    crystalSystem === "monoclinic"
      ? bestOf(raw.hall_number, cell, planeChanges(cell), monoclinicScore)
      : crystalSystem === "orthorhombic"
        ? bestOf(raw.hall_number, cell, permutations, orthorhombicScore)
        : unchanged;
  return best === unchanged ? raw : changed(raw, best);
}

/** Other axes of a setting: (a', b', c') = (a, b, c) Q and x' = Q⁻¹ (x − s), on columns. */
interface AxisChange {
  readonly axes: readonly number[];
  readonly shift: readonly number[];
}

const unchanged: AxisChange = { axes: [1, 0, 0, 0, 1, 0, 0, 0, 1], shift: [0, 0, 0] };

/** Of axes that a change makes from those of a metric tensor. */
type Score = (change: readonly number[], metric: Float64Array) => readonly number[];

function bestOf(
  hallNumber: number,
  cell: Float64Array,
  changes: readonly (readonly number[])[],
  score: Score,
): AxisChange {
  const metric = multiply(cell, transpose(cell));
  let best = unchanged;
  let bestScore = score(best.axes, metric);
  for (const axes of changes) {
    const found = score(axes, metric);
    if (!precedes(found, bestScore)) continue;
    const shift = shiftKeepingSetting(hallNumber, axes);
    if (shift === undefined) continue;
    best = { axes, shift };
    bestScore = found;
  }
  return best;
}

/** Right-handed axes along a, b and c in any order and direction. */
const permutations: readonly (readonly number[])[] = [
  [0, 1, 2],
  [1, 2, 0],
  [2, 0, 1],
  [0, 2, 1],
  [1, 0, 2],
  [2, 1, 0],
]
  .flatMap((order) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((signs) => {
      const change = new Array<number>(9).fill(0);
      order.forEach((axis, column) => {
        change[3 * axis + column] = (signs >> column) & 1 ? -1 : 1;
      });
      return change;
    }),
  )
  .filter((change) => determinant(change) === 1);

/** Pairs of short vectors of the plane of a and c, with b such that the axes are right-handed. */
function planeChanges(cell: Float64Array): number[][] {
  const [u, v] = reducedPair(cell.subarray(0, 3), cell.subarray(6, 9));
  return smallMatrices.map(([i, j, k, l]) => {
    const a = [i * u[0] + j * v[0], i * u[1] + j * v[1]];
    const c = [k * u[0] + l * v[0], k * u[1] + l * v[1]];
    return [a[0], 0, c[0], 0, a[0] * c[1] - a[1] * c[0], 0, a[1], 0, c[1]];
  });
}

/** Of determinant ±1. */
const smallMatrices: readonly (readonly number[])[] = Array.from({ length: 5 ** 4 }, (_, code) =>
  [125, 25, 5, 1].map((place) => (Math.floor(code / place) % 5) - 2),
).filter(([i, j, k, l]) => Math.abs(i * l - j * k) === 1);

/** The two shortest vectors of the plane lattice of a and c, in terms of these (Gauss). */
function reducedPair(a: Float64Array, c: Float64Array): [number[], number[]] {
  const dot = (p: readonly number[], q: readonly number[]) => {
    let sum = 0;
    for (let k = 0; k < 3; k++) sum += (p[0] * a[k] + p[1] * c[k]) * (q[0] * a[k] + q[1] * c[k]);
    return sum;
  };
  let [p, q] = [
    [1, 0],
    [0, 1],
  ];
  for (let step = 0; step < 100; step++) {
    if (dot(q, q) < dot(p, p)) [p, q] = [q, p];
    const times = Math.round(dot(p, q) / dot(p, p));
    if (times === 0) break;
    q = [q[0] - times * p[0], q[1] - times * p[1]];
  }
  return [p, q];
}

/** Compared in order: a² + c², whether β is acute, a². */
function monoclinicScore(change: readonly number[], metric: Float64Array): number[] {
  const a = product(change, metric, 0, 0);
  const c = product(change, metric, 2, 2);
  const cosine = product(change, metric, 0, 2) / Math.sqrt(a * c);
  return [a + c, cosine > equal ? 1 : 0, a];
}

function orthorhombicScore(change: readonly number[], metric: Float64Array): number[] {
  return [product(change, metric, 0, 0), product(change, metric, 1, 1)];
}

/** Scalar product of two of the new axes: Qᵀ G Q. */
function product(q: readonly number[], g: Float64Array, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < 3; k++) {
    const row = g[3 * k] * q[j] + g[3 * k + 1] * q[3 + j] + g[3 * k + 2] * q[6 + j];
    sum += q[3 * k + i] * row;
  }
  return sum;
}

function precedes(p: readonly number[], q: readonly number[]): boolean {
  const k = p.findIndex((value, i) => Math.abs(value - q[i]) > equal * Math.max(1, q[i]));
  return k >= 0 && p[k] < q[k];
}

/** Elements of symmetry lie a quarter of an axis apart, in all settings of the two systems. */
const shifts: readonly (readonly number[])[] = Array.from({ length: 4 ** 3 }, (_, code) =>
  [16, 4, 1].map((place) => (Math.floor(code / place) % 4) / 4),
);

/** The first s with which the setting's operations stay: Q⁻¹ W Q and Q⁻¹ (w + W s − s). */
function shiftKeepingSetting(
  hallNumber: number,
  axes: readonly number[],
): readonly number[] | undefined {
  const { operations } = hallSetting(hallNumber);
  const known = new Set(operations.map(operationKey));
  const back = inverse(axes);
  const turned = operations.map(({ rotation }) =>
    Array.from(multiply(multiply(back, rotation), axes), Math.round),
  );
  const isKept = (shift: readonly number[], i: number) => {
    const { rotation, translation } = operations[i];
    const moved = applyRotation(rotation, shift).map((x, k) => x - shift[k] + translation[k]);
    const [x, y, z] = applyRotation(back, moved).map(wrapUnit);
    return known.has(operationKey({ rotation: turned[i], translation: [x, y, z] }));
  };
  const indices = operations.map((_, i) => i);
  // No shift changes a centring, which most axes do not keep.
  const centring = indices.filter((i) => operations[i].rotation.join() === unchanged.axes.join());
  if (!centring.every((i) => isKept(unchanged.shift, i))) return undefined;
  return shifts.find((shift) => indices.every((i) => isKept(shift, i)));
}

function changed(raw: CellAnalysis, { axes: change, shift }: AxisChange): CellAnalysis {
  const linear = rowMajor(raw.std_linear);
  // Primitive vectors in terms of the conventional ones: the same for each cell of a centring.
  const centring = multiply(inverse(linear), rowMajor(raw.prim_std_linear));
  const toStandard = multiply(linear, change);
  const basis = multiply(transpose(change), raw.std_cell.lattice.basis);
  const { a, b, c, alpha, beta, gamma } = Lattice.fromMatrix(basis).parameters;
  const { matrix } = Lattice.fromParameters(a, b, c, alpha, beta, gamma);
  const ofPrimitive = multiply(multiply(inverse(centring), inverse(change)), centring);
  const primitiveShift = applyRotation(inverse(centring), shift);
  const standard = inAxes(raw.std_cell, matrix, inverse(change), shift);
  const moved = (origin: readonly number[]) =>
    applyRotation(linear, shift).map((x, k) => x + origin[k]) as CellAnalysis["std_origin_shift"];
  return {
    ...raw,
    ...lettersIn(raw, standard),
    std_cell: standard,
    std_linear: columnMajor(toStandard),
    std_origin_shift: moved(raw.std_origin_shift),
    prim_std_cell: inAxes(
      raw.prim_std_cell,
      multiply(transpose(centring), matrix),
      ofPrimitive,
      primitiveShift,
    ),
    prim_std_linear: columnMajor(multiply(toStandard, centring)),
    prim_std_origin_shift: moved(raw.prim_std_origin_shift),
  };
}

/** @param back Takes columns of coordinates, less the shift, to the new axes. */
function inAxes(
  cell: MoyoCell,
  matrix: Float64Array,
  back: Float64Array,
  shift: readonly number[],
): MoyoCell {
  const moved = cell.positions.flatMap((position) => position.map((x, k) => x - shift[k]));
  const x = rowsTimes(moved, transpose(back));
  return {
    lattice: { basis: Array.from(matrix) as MoyoCell["lattice"]["basis"] },
    numbers: cell.numbers,
    positions: cell.positions.map((_, i) => [x[3 * i], x[3 * i + 1], x[3 * i + 2]]),
  };
}

/** Inversion centres and axes can change places with the axes of the cell. */
function lettersIn(
  { hall_number, orbits, wyckoffs, site_symmetry_symbols }: CellAnalysis,
  { positions }: MoyoCell,
): Pick<CellAnalysis, "wyckoffs" | "site_symmetry_symbols"> {
  const { operations, centringVectors } = hallSetting(hall_number);
  const counts = new Map<number, number>();
  for (const first of orbits) counts.set(first, (counts.get(first) ?? 0) + 1);
  const formOf = new Map(
    Array.from(counts, ([first, count]) => {
      // The conventional cell holds each primitive site once for each centring vector.
      const position = positions[first * centringVectors.length];
      const multiplicity = count * centringVectors.length;
      return [first, wyckoffFormOf(hall_number, operations, multiplicity, position)] as const;
    }),
  );
  return {
    wyckoffs: orbits.map((first, site) => formOf.get(first)?.letter ?? wyckoffs[site]),
    site_symmetry_symbols: orbits.map(
      (first, site) => formOf.get(first)?.siteSymmetry ?? site_symmetry_symbols[site],
    ),
  };
}

function columnMajor(m: Float64Array): CellAnalysis["std_linear"] {
  return Array.from(transpose(m)) as CellAnalysis["std_linear"];
}
