import type { Mat3 } from "../math/mat3.js";

/** Voigt's order xx, yy, zz, yz, xz, xy. */
export const voigtPairs = [
  [0, 0],
  [1, 1],
  [2, 2],
  [1, 2],
  [0, 2],
  [0, 1],
] as const;

/** Place of the pair (i, j) in Voigt's order. */
const voigtIndex = [0, 5, 4, 5, 1, 3, 4, 3, 2];

/** C_ijkl of stiffnesses in Voigt's notation, where no factors stand. */
export function component(
  c: ArrayLike<number>,
  i: number,
  j: number,
  k: number,
  l: number,
): number {
  return c[6 * voigtIndex[3 * i + j] + voigtIndex[3 * k + l]];
}

/** Bond's matrix of a rotation, σ' = M σ on stresses in Voigt's order: C' = M C Mᵀ. */
function bondMatrix(r: Mat3): Float64Array {
  const m = new Float64Array(36);
  voigtPairs.forEach(([i, j], row) => {
    voigtPairs.forEach(([k, l], column) => {
      const once = r[3 * i + k] * r[3 * j + l];
      m[6 * row + column] = k === l ? once : once + r[3 * i + l] * r[3 * j + k];
    });
  });
  return m;
}

/** Stiffnesses after the crystal has turned, x' = R x. */
export function rotatedVoigt(c: ArrayLike<number>, rotation: Mat3): Float64Array {
  const m = bondMatrix(rotation);
  const half = new Float64Array(36);
  const out = new Float64Array(36);
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) {
      for (let k = 0; k < 6; k++) half[6 * i + j] += m[6 * i + k] * c[6 * k + j];
    }
  }
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) {
      for (let k = 0; k < 6; k++) out[6 * i + j] += half[6 * i + k] * m[6 * j + k];
    }
  }
  return out;
}

/** The mean over a group of rotations. */
export function averagedVoigt(c: ArrayLike<number>, rotations: readonly Mat3[]): Float64Array {
  const mean = new Float64Array(36);
  for (const rotation of rotations) {
    const turned = rotatedVoigt(c, rotation);
    for (let index = 0; index < 36; index++) mean[index] += turned[index] / rotations.length;
  }
  return mean;
}

/** As a tensor's components in an orthonormal basis of symmetric matrices: shear times √2 (Kelvin). */
export function kelvin(c: ArrayLike<number>): Float64Array {
  const weight = (index: number) => (index < 3 ? 1 : Math.SQRT2);
  return Float64Array.from(
    { length: 36 },
    (_, index) => c[index] * weight(Math.floor(index / 6)) * weight(index % 6),
  );
}

/** vᵀ A w of six numbers each. */
export function bilinear(v: ArrayLike<number>, a: ArrayLike<number>, w: ArrayLike<number>): number {
  const [p, q, r, x, y, z] = [w[0], w[1], w[2], w[3], w[4], w[5]];
  let sum = 0;
  for (let i = 0, at = 0; i < 6; i++, at += 6) {
    const upper = a[at] * p + a[at + 1] * q + a[at + 2] * r;
    sum += v[i] * (upper + a[at + 3] * x + a[at + 4] * y + a[at + 5] * z);
  }
  return sum;
}
