import { Crystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { determinant, inverse, multiply, transpose } from "../math/mat3.js";
import { applyRotation, type SymmetryOperation } from "../symmetry/operation.js";

const close = 1e-4;
/** More runs of the symmetry search would take longer than a label is worth. */
const mostDescriptions = 200;

/**
 * The crystal in other axes and origins in which its space group looks the same: x' = N x + s for the
 * signed permutations N, and the swaps of hexagonal axes, and shifts s by quarters and thirds that carry the
 * group's operations into one another. One of each coset of the group itself, the identity left out.
 */
export function equivalentDescriptions(
  cell: Crystal,
  operations: readonly SymmetryOperation[],
): Crystal[] {
  const known = new Map<string, (readonly [number, number, number])[]>();
  for (const { rotation, translation } of operations) {
    const key = keyOf(rotation);
    known.set(key, [...(known.get(key) ?? []), translation]);
  }
  const centrings = known.get("1,0,0,0,1,0,0,0,1") ?? [];
  const pointGroup = [...known.keys()].map((key) => key.split(",").map(Number));
  const found: Crystal[] = [];
  for (const turn of distinctTurns(pointGroup)) {
    for (const shift of distinctShifts(centrings)) {
      const isSame = keyOf(turn) === "1,0,0,0,1,0,0,0,1" && shift.every((part) => part === 0);
      if (isSame || !normalises(turn, shift, operations, known)) continue;
      if (found.length === mostDescriptions) return found;
      found.push(described(cell, turn, shift));
    }
  }
  return found;
}

/** W' = N W N⁻¹ and w' = N w + s − W' s must be operations again. */
function normalises(
  turn: readonly number[],
  shift: readonly number[],
  operations: readonly SymmetryOperation[],
  known: ReadonlyMap<string, readonly (readonly [number, number, number])[]>,
): boolean {
  const back = inverse(turn);
  return operations.every(({ rotation, translation }) => {
    const turned = Array.from(multiply(multiply(turn, rotation), back), (v) => Math.round(v) + 0);
    const moved = applyRotation(turn, translation);
    const returned = applyRotation(turned, shift);
    return known
      .get(keyOf(turned))
      ?.some((other) =>
        other.every((value, k) => isWhole(value - moved[k] - shift[k] + returned[k])),
      );
  });
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < close;
}

/** One N of each coset of the point group. */
function distinctTurns(pointGroup: readonly (readonly number[])[]): number[][] {
  const seen = new Set<string>();
  const chosen: number[][] = [];
  for (const turn of [...signedPermutations(), ...hexagonalTurns]) {
    if (seen.has(keyOf(turn))) continue;
    chosen.push(turn);
    for (const rotation of pointGroup) {
      seen.add(keyOf(Array.from(multiply(rotation, turn), (value) => Math.round(value) + 0)));
    }
  }
  return chosen;
}

/** One s of each coset of the lattice's centrings. */
function distinctShifts(centrings: readonly (readonly number[])[]): number[][] {
  const chosen: number[][] = [];
  for (const shift of [...quarters(), ...thirds()]) {
    const isKnown = chosen.some((other) =>
      centrings.some((centring) =>
        shift.every((part, k) => isWhole(part - other[k] - centring[k])),
      ),
    );
    if (!isKnown) chosen.push(shift);
  }
  return chosen;
}

function quarters(): number[][] {
  return Array.from({ length: 64 }, (_, i) => [
    Math.floor(i / 16) / 4,
    (Math.floor(i / 4) % 4) / 4,
    (i % 4) / 4,
  ]);
}

function thirds(): number[][] {
  const along = [0, 0.25, 0.5, 0.75];
  return along.flatMap((z) => [
    [1 / 3, 2 / 3, z],
    [2 / 3, 1 / 3, z],
  ]);
}

/** Row-major, on columns of coordinates; the identity first. */
function signedPermutations(): number[][] {
  const orders = [
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [1, 0, 2],
    [0, 2, 1],
    [2, 1, 0],
  ];
  return orders.flatMap((order) =>
    Array.from({ length: 8 }, (_, signs) => {
      const matrix = new Array<number>(9).fill(0);
      order.forEach((column, row) => {
        matrix[3 * row + column] = (signs >> row) & 1 ? -1 : 1;
      });
      return matrix;
    }),
  );
}

/** A sixth of a turn about c, and with it a mirror: what the signed permutations lack. */
const hexagonalTurns = [
  [1, -1, 0, 1, 0, 0, 0, 0, 1],
  [1, -1, 0, 1, 0, 0, 0, 0, -1],
  [1, 0, 0, 1, -1, 0, 0, 0, 1],
  [1, 0, 0, 1, -1, 0, 0, 0, -1],
];

function described(cell: Crystal, turn: readonly number[], shift: readonly number[]): Crystal {
  const fracPositions = new Float64Array(cell.fracPositions.length);
  for (let i = 0; i < fracPositions.length; i += 3) {
    const at = applyRotation(turn, cell.fracPositions.subarray(i, i + 3));
    for (let k = 0; k < 3; k++) fracPositions[i + k] = at[k] + shift[k];
  }
  // The axes turn the other way, so that the atoms stay where they are.
  const matrix = multiply(transpose(inverse(turn)), cell.lattice.matrix);
  const lattice = Lattice.fromMatrix(determinant(matrix) < 0 ? mirrored(matrix) : matrix);
  return Crystal.fromParts({
    lattice,
    fracPositions,
    kinds: cell.kinds,
    kindOfSite: cell.kindOfSite,
    periodic: cell.periodic,
    labels: undefined,
    warnings: [],
  });
}

/** A right-handed cell with the same edges and angles: the mirror image, whose group looks the same. */
function mirrored(matrix: Float64Array): Float64Array {
  return matrix.map((value, index) => (index % 3 === 2 ? 0 - value : value));
}

function keyOf(rotation: ArrayLike<number>): string {
  return Array.from(rotation, (value) => value + 0).join(",");
}
