import { requireFinite, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { type Mat3, multiply, transpose } from "../math/mat3.js";
import { voigtPairs } from "./voigt.js";

type Rows = ArrayLike<number> | readonly ArrayLike<number>[];

/** Voigt's stiffnesses may differ by this share of the largest from their mirror images. */
const mirrorTolerance = 1e-6;
const rotationTolerance = 1e-6;

/** 36 numbers or the 21 of the upper triangle, as 36. @throws {ShapeError | DomainError} anything else. */
export function checkedVoigt(numbers: Rows): Float64Array {
  const flat = flattened(numbers);
  if (flat.length !== 36 && flat.length !== 21) {
    throw new ShapeError(
      `an elastic tensor is 36 numbers in GPa, six rows of six, or the 21 of the upper triangle, got ${show(numbers)}`,
      { length: flat.length },
    );
  }
  const given = flat.map((value, i) => requireFinite(`constant ${i}`, value, "GPa"));
  const full = given.length === 36 ? given : unfolded(given);
  const largest = full.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < i; j++) {
      const [lower, upper] = [full[6 * i + j], full[6 * j + i]];
      if (Math.abs(lower - upper) <= mirrorTolerance * largest) continue;
      throw new DomainError(
        `C${j + 1}${i + 1} and C${i + 1}${j + 1} must be equal, got ${upper} and ${lower} GPa`,
        { upper, lower },
      );
    }
  }
  return mirrored(full);
}

function unfolded(upper: readonly number[]): number[] {
  const full = new Array<number>(36);
  let at = 0;
  for (let i = 0; i < 6; i++) {
    for (let j = i; j < 6; j++) {
      full[6 * i + j] = upper[at];
      full[6 * j + i] = upper[at];
      at += 1;
    }
  }
  return full;
}

/** The mean of a matrix and its mirror image, to the bit. */
export function mirrored(c: ArrayLike<number>): Float64Array {
  return Float64Array.from(
    { length: 36 },
    (_, index) => (c[index] + c[6 * (index % 6) + Math.floor(index / 6)]) / 2,
  );
}

/** @throws {ShapeError | DomainError} no rotation. */
export function checkedRotation(rotation: Rows): Mat3 {
  const flat = flattened(rotation);
  if (flat.length !== 9) {
    throw new ShapeError(`a rotation is nine numbers or three rows, got ${show(rotation)}`, {
      length: flat.length,
    });
  }
  const r = flat.map((value, i) => requireFinite(`rotation component ${i}`, value));
  const product = multiply(r, transpose(r));
  if (product.every((value, i) => Math.abs(value - Number(i % 4 === 0)) < rotationTolerance)) {
    return r;
  }
  throw new DomainError(`a rotation must be orthogonal, R Rᵀ = 1, got ${show(rotation)}`, {
    rotation: r,
  });
}

function flattened(values: Rows): unknown[] {
  const list = typeof values === "object" && values !== null ? Array.from<unknown>(values) : [];
  return list.flatMap((row) =>
    typeof row === "object" && row !== null ? Array.from(row as ArrayLike<unknown>) : [row],
  );
}

/** Six numbers in Voigt's order, turned: σ' = R σ Rᵀ. */
export function rotatedStress(stress: ArrayLike<number>, r: Mat3): Float64Array {
  const [xx, yy, zz, yz, xz, xy] = Array.from(stress);
  const full = multiply(multiply(r, [xx, xy, xz, xy, yy, yz, xz, yz, zz]), transpose(r));
  return Float64Array.from(voigtPairs, ([i, j]) => full[3 * i + j]);
}
