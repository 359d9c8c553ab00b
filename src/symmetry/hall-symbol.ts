import { show } from "../base/check.js";
import { SymmetryError } from "../base/errors.js";
import { determinant, inverse } from "../math/mat3.js";
import {
  applyRotation,
  compose,
  identity,
  operationKey,
  parseOperation,
  type SymmetryOperation,
  wrapUnit,
} from "./operation.js";

const longestSymbol = 100;
/** Cubic groups have 192; a symbol that generates more has no closed group. */
const largestOrder = 192;

type Axis = "x" | "y" | "z" | "'" | '"' | "*";

const centrings: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  P: [],
  A: [[0, 1 / 2, 1 / 2]],
  B: [[1 / 2, 0, 1 / 2]],
  C: [[1 / 2, 1 / 2, 0]],
  I: [[1 / 2, 1 / 2, 1 / 2]],
  R: [[2 / 3, 1 / 3, 1 / 3]],
  S: [[1 / 3, 1 / 3, 2 / 3]],
  T: [[1 / 3, 2 / 3, 1 / 3]],
  H: [[2 / 3, 1 / 3, 0]],
  F: [
    [0, 1 / 2, 1 / 2],
    [1 / 2, 0, 1 / 2],
  ],
};

const glides: Readonly<Record<string, readonly [number, number, number]>> = {
  a: [1 / 2, 0, 0],
  b: [0, 1 / 2, 0],
  c: [0, 0, 1 / 2],
  n: [1 / 2, 1 / 2, 1 / 2],
  u: [1 / 4, 0, 0],
  v: [0, 1 / 4, 0],
  w: [0, 0, 1 / 4],
  d: [1 / 4, 1 / 4, 1 / 4],
};

/** About z; those about x and y follow by cyclic permutation. */
const aboutZ: Readonly<Record<string, readonly number[]>> = {
  "1": [1, 0, 0, 0, 1, 0, 0, 0, 1],
  "2": [-1, 0, 0, 0, -1, 0, 0, 0, 1],
  "3": [0, -1, 0, 1, -1, 0, 0, 0, 1],
  "4": [0, -1, 0, 1, 0, 0, 0, 0, 1],
  "6": [1, -1, 0, 1, 0, 0, 0, 0, 1],
  // Two-fold axes along the face diagonals a - b and a + b.
  "2'": [0, -1, 0, -1, 0, 0, 0, 0, -1],
  '2"': [0, 1, 0, 1, 0, 0, 0, 0, -1],
};
const aboutBodyDiagonal = [0, 0, 1, 1, 0, 0, 0, 1, 0];

/**
 * All operations that a Hall symbol generates, the identity first: "-P 2ybc", "F 4d 2 3 -1d",
 * "P 31 2 (0 0 4)", "C 2y (x-1/4,y,z)". Space groups without a table: any origin, any centring.
 *
 * @throws {SymmetryError} text that is no Hall symbol.
 * @see Hall, S. R., Acta Cryst. A37, 517 (1981); International Tables B (2001), A1.4.2.3.
 */
export function operationsFromHall(text: string): SymmetryOperation[] {
  if (text.length > longestSymbol) throw badHall(text, "it is too long");
  const { lattice, matrices, basis } = splitHall(text);
  const match = /^(-?)([PABCIRSTHF])$/.exec(lattice);
  if (!match) throw badHall(text, `${show(lattice)} is no lattice symbol`);
  const generators = centrings[match[2]].map((translation) => ({ ...identity, translation }));
  if (match[1]) generators.push({ ...identity, rotation: identity.rotation.map((v) => 0 - v) });
  let previous: { order: string; axis: Axis } | undefined;
  matrices.forEach((word, position) => {
    const parsed = parseMatrix(word, position, previous, text);
    generators.push(parsed.operation);
    previous = parsed;
  });
  const moved = basis === undefined ? generators : changeBasis(generators, basis, text);
  return generateGroup(moved, text);
}

function splitHall(text: string): { lattice: string; matrices: string[]; basis?: string } {
  const clean = text.replaceAll("_", " ").replaceAll("=", '"').trim();
  const bracket = clean.indexOf("(");
  const symbol = bracket < 0 ? clean : clean.slice(0, bracket);
  const [lattice, ...matrices] = symbol.trim().split(/\s+/);
  // A space between the minus and the letter is common: "- P 2yb".
  const joined = lattice === "-" ? `-${matrices.shift() ?? ""}` : lattice;
  const parts = { lattice: joined.toUpperCase(), matrices };
  if (bracket < 0) return parts;
  return { ...parts, basis: clean.slice(bracket + 1).replace(")", "") };
}

function parseMatrix(
  word: string,
  position: number,
  previous: { order: string; axis: Axis } | undefined,
  text: string,
): { operation: SymmetryOperation; order: string; axis: Axis } {
  const match = /^(-?)([12346])([xyz'"*]?)([1-5abcnuvwd]*)$/.exec(word.toLowerCase());
  if (!match || position > 3) throw badHall(text, `cannot read ${show(word.slice(0, 20))}`);
  const [, minus, order, given, shifts] = match;
  const axis = given === "" ? impliedAxis(order, position, previous) : (given as Axis);
  const proper = matrixOf(order, axis, previous?.axis ?? "z");
  if (proper === undefined) throw badHall(text, `${show(word)} has no such axis`);
  const translation: [number, number, number] = [0, 0, 0];
  for (const letter of shifts) {
    const digit = Number(letter);
    const along = "xyz".indexOf(axis);
    if (digit > 0 && along < 0) throw badHall(text, `${show(word)} is a screw along a diagonal`);
    if (digit > 0) translation[along] += digit / Number(order);
    else for (let k = 0; k < 3; k++) translation[k] += glides[letter][k];
  }
  const rotation = minus ? proper.map((value) => 0 - value) : proper;
  const [x, y, z] = translation.map(wrapUnit);
  return { operation: { rotation, translation: [x, y, z] }, order, axis };
}

/** First along z; second along x after 2 or 4, along a - b after 3 or 6; third along the diagonal. */
function impliedAxis(
  order: string,
  position: number,
  previous: { order: string; axis: Axis } | undefined,
): Axis {
  if (order === "1" || previous === undefined || position === 0) return "z";
  if (order === "2") return previous.order === "2" || previous.order === "4" ? "x" : "'";
  return order === "3" ? "*" : "z";
}

function matrixOf(order: string, axis: Axis, previousAxis: Axis): readonly number[] | undefined {
  if (axis === "*") return order === "3" ? aboutBodyDiagonal : undefined;
  if (axis !== "'" && axis !== '"') return aboutAxis(aboutZ[order], axis);
  return order === "2" ? aboutAxis(aboutZ[`2${axis}`], previousAxis) : undefined;
}

/** Renames x, y, z cyclically so that z becomes the axis. */
function aboutAxis(m: readonly number[], axis: Axis): readonly number[] {
  const shift = axis === "x" ? 1 : axis === "y" ? 2 : 0;
  return m.map(
    (_, i) => m[3 * ((Math.floor(i / 3) + 3 - shift) % 3) + (((i % 3) + 3 - shift) % 3)],
  );
}

/** S' = V S V⁻¹, with V a triplet "x-1/4,y,z" or a shift in twelfths "0 0 4". */
function changeBasis(
  generators: readonly SymmetryOperation[],
  basis: string,
  text: string,
): SymmetryOperation[] {
  const v = basis.includes(",") ? parseOperation(basis) : twelfths(basis, text);
  const back = Array.from(inverse(v.rotation), (value) => Math.round(value) + 0);
  const [x, y, z] = applyRotation(back, v.translation);
  const vInverse: SymmetryOperation = { rotation: back, translation: [-x, -y, -z] };
  return generators.map((generator) => compose(compose(v, generator), vInverse));
}

function twelfths(basis: string, text: string): SymmetryOperation {
  const shift = basis.trim().split(/\s+/).map(Number);
  if (shift.length !== 3 || !shift.every(Number.isInteger)) {
    throw badHall(text, `(${basis.slice(0, 20)}) is no change of basis`);
  }
  const [x, y, z] = shift.map((value) => wrapUnit(value / 12));
  return { ...identity, translation: [x, y, z] };
}

function generateGroup(
  generators: readonly SymmetryOperation[],
  text: string,
): SymmetryOperation[] {
  const group = [identity];
  const keys = new Set([operationKey(identity)]);
  for (let at = 0; at < group.length; at++) {
    for (const generator of generators) {
      const product = compose(generator, group[at]);
      const key = operationKey(product);
      if (keys.has(key)) continue;
      keys.add(key);
      if (group.push(product) > largestOrder || Math.abs(determinant(product.rotation)) !== 1) {
        throw badHall(text, `it generates more than ${largestOrder} operations`);
      }
    }
  }
  return group;
}

function badHall(text: string, reason: string): SymmetryError {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return new SymmetryError(
    `${show(shown)} is no Hall symbol: ${reason}; expected a form like "-P 2ybc"`,
    { hallSymbol: shown },
  );
}
