import { show } from "../base/check.js";
import { SymmetryError } from "../base/errors.js";
import { determinant } from "../math/mat3.js";

/**
 * x' = W x + w on COLUMNS of fractional coordinates (International Tables A).
 *
 * @example parseOperation("-y, x-y, z+1/3") // rotation [0,-1,0, 1,-1,0, 0,0,1], translation [0,0,1/3]
 */
export interface SymmetryOperation {
  /** W, nine integers, row-major. */
  readonly rotation: readonly number[];
  /** w, each component in [0, 1). */
  readonly translation: readonly [number, number, number];
}

export const identity: SymmetryOperation = {
  rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  translation: [0, 0, 0],
};

/** Into [0, 1); a rounding error below 1 becomes 0, so that a site on a face has one image. */
export function wrapUnit(x: number): number {
  const rest = x - Math.floor(x);
  return rest > 1 - 1e-10 ? 0 : rest;
}

/** The operation that applies `second` first: (A ∘ B) x = A (B x). */
export function compose(first: SymmetryOperation, second: SymmetryOperation): SymmetryOperation {
  const [a, b] = [first.rotation, second.rotation];
  const rotation = new Array<number>(9);
  const moved = applyRotation(a, second.translation);
  for (let i = 0; i < 9; i += 3) {
    for (let j = 0; j < 3; j++) {
      rotation[i + j] = a[i] * b[j] + a[i + 1] * b[3 + j] + a[i + 2] * b[6 + j];
    }
  }
  const [x, y, z] = first.translation;
  return {
    rotation,
    translation: [wrapUnit(moved[0] + x), wrapUnit(moved[1] + y), wrapUnit(moved[2] + z)],
  };
}

export function applyRotation(
  w: ArrayLike<number>,
  x: ArrayLike<number>,
): [number, number, number] {
  return [
    w[0] * x[0] + w[1] * x[1] + w[2] * x[2],
    w[3] * x[0] + w[4] * x[1] + w[5] * x[2],
    w[6] * x[0] + w[7] * x[1] + w[8] * x[2],
  ];
}

/** Equal for operations that are equal up to a lattice vector, with translations to 1e-4. */
export function operationKey({ rotation, translation }: SymmetryOperation): string {
  return `${rotation.join()}|${translation.map((t) => Math.round(t * 1e4) % 1e4).join()}`;
}

/**
 * Operation from its coordinate triplet: "x-y, x, z+1/3", "-Y,X-Y,Z+2/3", "1/2+x", "0.5-x".
 *
 * Decimal translations within 0.001 of a multiple of 1/24 are taken as that fraction, so that
 * "x+0.333" is a third.
 *
 * @throws {SymmetryError} not three terms in x, y, z, or a matrix that is no symmetry operation
 *   (determinant other than ±1).
 */
export function parseOperation(text: string): SymmetryOperation {
  const { rotation, translation } = parseTriplet(text);
  if (Math.abs(determinant(rotation)) === 1) return { rotation, translation };
  throw badOperation(
    text,
    `its matrix has determinant ${determinant(rotation)}, not 1 or -1; each of x, y, z must occur`,
  );
}

/** A triplet whose matrix may be singular, such as the coordinates of a Wyckoff position. */
export function parseTriplet(text: string): SymmetryOperation {
  const parts = text.split(",");
  if (parts.length !== 3) {
    throw badOperation(text, `expected three terms separated by commas, got ${parts.length}`);
  }
  const rotation: number[] = [];
  const [x, y, z] = parts.map((part) => {
    const row = parseRow(part, text);
    rotation.push(...row.coefficients);
    return wrapUnit(row.constant);
  });
  return { rotation, translation: [x, y, z] };
}

// A sign, a number or a fraction, and a letter, each of which may be missing. No two parts can match
// the same characters, so matching is linear.
const term = /([+-]?)(?:(\d+(?:\.\d*)?|\.\d+)(?:\/(\d+(?:\.\d*)?))?)?\*?([xyz]?)/y;

function parseRow(part: string, text: string): { coefficients: number[]; constant: number } {
  const row = part.replace(/\s+/g, "").toLowerCase();
  const coefficients = [0, 0, 0];
  let constant = 0;
  if (row === "") throw badOperation(text, "one of its terms is empty");
  for (let at = 0; at < row.length; at = term.lastIndex) {
    term.lastIndex = at;
    const match = term.exec(row);
    const [all, sign, numerator, denominator, letter] = match ?? [""];
    if (all === "" || (numerator === undefined && letter === "") || (at > 0 && sign === "")) {
      throw badOperation(text, `cannot read ${show(row.slice(at, at + 20))}`);
    }
    const value = (sign === "-" ? -1 : 1) * coefficient(numerator, denominator);
    if (letter) coefficients["xyz".indexOf(letter)] += value;
    else constant += value;
  }
  if (coefficients.every(Number.isInteger) && Number.isFinite(constant)) {
    return { coefficients, constant };
  }
  throw badOperation(text, "coefficients of x, y, z must be whole numbers");
}

function coefficient(numerator: string | undefined, denominator: string | undefined): number {
  if (numerator === undefined) return 1;
  const value = Number(numerator) / Number(denominator ?? 1);
  const fraction = Math.round(value * 24) / 24;
  return denominator === undefined && Math.abs(value - fraction) < 1e-3 ? fraction : value;
}

function badOperation(text: string, reason: string): SymmetryError {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return new SymmetryError(
    `${show(shown)} is no symmetry operation: ${reason}; expected a form like "-y, x-y, z+1/3"`,
    { operation: shown },
  );
}

/** The coordinate triplet of an operation, "-y,x-y,z+1/3": the inverse of `parseOperation`. */
export function formatOperation({ rotation, translation }: SymmetryOperation): string {
  const rows = [0, 1, 2].map((i) => {
    const terms = [0, 1, 2].map((j) => signedTerm(rotation[3 * i + j], "xyz"[j]));
    return (terms.join("") + signedFraction(translation[i])).replace(/^\+/, "") || "0";
  });
  return rows.join(",");
}

function signedTerm(value: number, letter: string): string {
  if (value === 0) return "";
  const size = Math.abs(value) === 1 ? "" : Math.abs(value);
  return `${value < 0 ? "-" : "+"}${size}${letter}`;
}

function signedFraction(value: number): string {
  const wrapped = wrapUnit(value);
  for (const denominator of [1, 2, 3, 4, 6, 8, 12, 24]) {
    const numerator = wrapped * denominator;
    if (Math.abs(numerator - Math.round(numerator)) > 1e-6) continue;
    return Math.round(numerator) === 0 ? "" : `+${Math.round(numerator)}/${denominator}`;
  }
  return `+${wrapped}`;
}
