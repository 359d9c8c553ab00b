import type { Vec3 } from "../../math/mat3.js";

/**
 * The icosahedral module: vectors whose components are pᵢ + qᵢ τ with whole p and q, spanned by six
 * along the fivefold axes, (1, τ, 0), (−1, τ, 0), (0, 1, τ), (0, −1, τ), (τ, 0, 1) and (τ, 0, −1). Of all
 * such p and q it has those with p₁ ≡ q₂, p₂ ≡ q₃ and p₃ ≡ q₁ (mod 2). In perpendicular space
 * τ becomes −1/τ.
 */
export const tau: number = (1 + Math.sqrt(5)) / 2;

/** Length of the six vectors. */
export const edgeLength: number = Math.sqrt(tau + 2);

/** [p₁, p₂, p₃] and [q₁, q₂, q₃] of the six vectors. */
const starVectors: readonly { readonly p: Vec3; readonly q: Vec3 }[] = [
  { p: [1, 0, 0], q: [0, 1, 0] },
  { p: [-1, 0, 0], q: [0, 1, 0] },
  { p: [0, 1, 0], q: [0, 0, 1] },
  { p: [0, -1, 0], q: [0, 0, 1] },
  { p: [0, 0, 1], q: [1, 0, 0] },
  { p: [0, 0, -1], q: [1, 0, 0] },
];

/** The six vectors with τ replaced by a number: τ itself for physical space. */
export function projected(factor: number, scale = 1): Vec3[] {
  return starVectors.map(
    ({ p, q }) => p.map((value, c) => scale * value + factor * q[c]) as unknown as Vec3,
  );
}

/** |det| of the six vectors in physical and perpendicular space together: volume of the 6D cell. */
export const cellVolume6D: number = 8 * 5 ** 1.5;

/** Coordinates in six dimensions times two, of the vector with these p and q; the result is fresh. */
export function twiceIndices(p: ArrayLike<number>, q: ArrayLike<number>): number[] {
  return [p[0] + q[1], q[1] - p[0], p[1] + q[2], q[2] - p[1], q[0] + p[2], q[0] - p[2]];
}

/** Sign of a + b τ for whole numbers, exactly. */
export function signOfGolden(a: number, b: number): -1 | 0 | 1 {
  if (a === 0 && b === 0) return 0;
  const value = a + b * tau;
  if (Math.abs(value) > 1e-9 * (Math.abs(a) + Math.abs(b))) return value > 0 ? 1 : -1;
  // Norm of a + bτ: the product with its conjugate a + b(1 − τ), which is far from zero here.
  const [x, y] = [BigInt(a), BigInt(b)];
  const norm = x * x + x * y - y * y;
  return norm > 0n === a + b * (1 - tau) > 0 ? 1 : -1;
}
