import { determinant, inverse, multiply } from "../math/mat3.js";
import { applyRotation, type SymmetryOperation } from "../symmetry/operation.js";
import type { SpaceGroup } from "../symmetry/space-group.js";

const close = 1e-4;

/** x' = N x + s on columns of coordinates, N nine numbers, row-major. */
export interface Description {
  readonly turn: readonly number[];
  readonly shift: readonly number[];
}

/**
 * Axes and origins in which a space group's setting looks the same: x' = N x + s for changes of axes N
 * of small whole numbers and shifts s by quarters and thirds that carry the operations into one another.
 * One of each coset of the group itself, the identity first.
 */
export function equivalentDescriptions(group: SpaceGroup): readonly Description[] {
  const known = descriptionsOf.get(group.hallNumber);
  if (known !== undefined) return known;
  const byRotation = new Map<string, (readonly number[])[]>();
  for (const { rotation, translation } of group.operations) {
    const key = keyOf(rotation);
    byRotation.set(key, [...(byRotation.get(key) ?? []), translation]);
  }
  const shifts = distinctShifts(group.centringVectors);
  const found: Description[] = [];
  for (const turn of distinctTurns(group)) {
    const turned = turnedOperations(group.operations, turn, byRotation);
    if (turned === undefined) continue;
    for (const shift of shifts) {
      if (turned.every((operation) => isAmongOthers(operation, shift))) found.push({ turn, shift });
    }
  }
  descriptionsOf.set(group.hallNumber, found);
  return found;
}

const descriptionsOf = new Map<number, readonly Description[]>();

interface TurnedOperation {
  /** W' = N W N⁻¹ */
  readonly rotation: readonly number[];
  /** N w */
  readonly translation: readonly number[];
  /** Of the operations with the rotation W'. */
  readonly others: readonly (readonly number[])[];
}

/** Undefined where one of the rotations is none of the group. */
function turnedOperations(
  operations: readonly SymmetryOperation[],
  turn: readonly number[],
  byRotation: ReadonlyMap<string, readonly (readonly number[])[]>,
): TurnedOperation[] | undefined {
  const back = inverse(turn);
  const found: TurnedOperation[] = [];
  for (const { rotation, translation } of operations) {
    const turned = Array.from(multiply(multiply(turn, rotation), back), (v) => Math.round(v) + 0);
    const others = byRotation.get(keyOf(turned));
    if (others === undefined) return undefined;
    found.push({ rotation: turned, translation: applyRotation(turn, translation), others });
  }
  return found;
}

/** w' = N w + s − W' s must be the translation of an operation with W'. */
function isAmongOthers(
  { rotation, translation, others }: TurnedOperation,
  shift: readonly number[],
): boolean {
  const returned = applyRotation(rotation, shift);
  return others.some((other) =>
    other.every((value, k) => isWhole(value - translation[k] - shift[k] + returned[k])),
  );
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < close;
}

/** One N of each coset of the point group. */
function distinctTurns({ crystalSystem, operations }: SpaceGroup): (readonly number[])[] {
  const pointGroup = new Map(operations.map(({ rotation }) => [keyOf(rotation), rotation]));
  const seen = new Set<string>();
  const chosen: (readonly number[])[] = [];
  for (const turn of [...signedPermutations(), ...otherTurns(crystalSystem)]) {
    if (seen.has(keyOf(turn))) continue;
    chosen.push(turn);
    for (const rotation of pointGroup.values()) seen.add(keyOf(multiply(rotation, turn)));
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

/** What the signed permutations lack: skew axes, as far as they carry special positions elsewhere. */
function otherTurns(crystalSystem: SpaceGroup["crystalSystem"]): readonly (readonly number[])[] {
  if (crystalSystem === "triclinic") return unimodular([0, 1, 2, 3, 4, 5, 6, 7, 8], [0, 1]);
  if (crystalSystem === "monoclinic") return unimodular([0, 2, 6, 8], [-2, -1, 0, 1, 2]);
  return crystalSystem === "trigonal" || crystalSystem === "hexagonal" ? hexagonalTurns : [];
}

/** All matrices of determinant ±1 with these entries at the places, and b kept where it has none. */
function unimodular(places: readonly number[], entries: readonly number[]): number[][] {
  let made: number[][] = [[0, 0, 0, 0, 1, 0, 0, 0, 0]];
  for (const place of places) {
    made = made.flatMap((matrix) =>
      entries.map((entry) => matrix.map((value, k) => (k === place ? entry : value))),
    );
  }
  return made.filter((matrix) => Math.abs(determinant(matrix)) === 1);
}

/** A sixth of a turn about c, and with it a mirror. */
const hexagonalTurns = [
  [1, -1, 0, 1, 0, 0, 0, 0, 1],
  [1, -1, 0, 1, 0, 0, 0, 0, -1],
  [1, 0, 0, 1, -1, 0, 0, 0, 1],
  [1, 0, 0, 1, -1, 0, 0, 0, -1],
];

function keyOf(rotation: ArrayLike<number>): string {
  return Array.from(rotation, (value) => Math.round(value) + 0).join(",");
}
