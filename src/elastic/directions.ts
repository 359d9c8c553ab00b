import { requireFinite, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import type { Vec3 } from "../math/mat3.js";
import { cross, norm } from "../math/vec3.js";
import { bilinear } from "./voigt.js";

/** A cartesian direction of length 1. @throws {ShapeError | DomainError} anything else. */
export function requireDirection(name: string, value: ArrayLike<number>): Vec3 {
  if (typeof value !== "object" || value === null || value.length !== 3) {
    throw new ShapeError(
      `${name} must be three cartesian numbers such as [1, 1, 0], got ${show(value)}`,
      {
        name,
      },
    );
  }
  const [x, y, z] = Array.from(value, (each, k) => requireFinite(`${name}[${k}]`, each));
  const length = norm([x, y, z]);
  if (length > 0) return [x / length, y / length, z / length];
  throw new DomainError(`${name} must not be [0, 0, 0], which is no direction`, { name });
}

/** @throws {DomainError} directions that do not stand at right angles within a thousandth of a degree. */
export function requireOrthogonal(names: readonly [string, string], n: Vec3, m: Vec3): void {
  const cosine = n[0] * m[0] + n[1] * m[1] + n[2] * m[2];
  if (Math.abs(cosine) < 2e-5) return;
  const angle = (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
  throw new DomainError(
    `${names[0]} and ${names[1]} must stand at right angles, got ${angle.toFixed(3)}°`,
    { angle },
  );
}

/** n ⊗ n in Voigt's order. */
function dyad([x, y, z]: Vec3): number[] {
  return [x * x, y * y, z * z, y * z, x * z, x * y];
}

/** n ⊗ m + m ⊗ n in Voigt's order. */
function doubleDyad(n: Vec3, m: Vec3): number[] {
  return [
    ...[2 * n[0] * m[0], 2 * n[1] * m[1], 2 * n[2] * m[2]],
    ...[n[1] * m[2] + n[2] * m[1], n[0] * m[2] + n[2] * m[0], n[0] * m[1] + n[1] * m[0]],
  ];
}

/** 1/E of compliances: s_ijkl n_i n_j n_k n_l. */
export function inverseYoung(s: ArrayLike<number>, n: Vec3): number {
  const v = dyad(n);
  return bilinear(v, s, v);
}

/** s_ijkk n_i n_j */
export function compressibilityAlong(s: ArrayLike<number>, n: Vec3): number {
  return bilinear(dyad(n), s, [1, 1, 1, 0, 0, 0]);
}

/** 1/G of a shear of the plane with normal n along m: 4 s_ijkl n_i m_j n_k m_l. */
export function inverseShear(s: ArrayLike<number>, n: Vec3, m: Vec3): number {
  const v = doubleDyad(n, m);
  return bilinear(v, s, v);
}

/** −ε along m over ε along n, under tension along n. */
export function poissonAlong(s: ArrayLike<number>, n: Vec3, m: Vec3): number {
  return -bilinear(dyad(n), s, dyad(m)) / inverseYoung(s, n);
}

/** A pair of unit vectors that complete n to a right-handed frame. */
export function frameAbout(n: Vec3): [Vec3, Vec3] {
  const [x, y, z] = n.map(Math.abs);
  const other: Vec3 = x <= y && x <= z ? [1, 0, 0] : y <= z ? [0, 1, 0] : [0, 0, 1];
  const across = cross(n, other);
  const length = norm(across);
  const u: Vec3 = [across[0] / length, across[1] / length, across[2] / length];
  return [u, cross(n, u)];
}

/** Value and direction in the plane across n at which a quadratic form of m is least and largest. */
export function extremesAcross(
  n: Vec3,
  form: (m: Vec3, other: Vec3) => number,
): [{ value: number; m: Vec3 }, { value: number; m: Vec3 }] {
  const [u, v] = frameAbout(n);
  const [uu, vv, uv] = [form(u, u), form(v, v), form(u, v)];
  const angle = 0.5 * Math.atan2(2 * uv, uu - vv);
  const mean = (uu + vv) / 2;
  const swing = Math.hypot((uu - vv) / 2, uv);
  const at = (turn: number): Vec3 => {
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    return [c * u[0] + s * v[0], c * u[1] + s * v[1], c * u[2] + s * v[2]];
  };
  return [
    { value: mean - swing, m: at(angle + Math.PI / 2) },
    { value: mean + swing, m: at(angle) },
  ];
}

/** The form of 1/G over m, made bilinear. */
export function inverseShearForm(s: ArrayLike<number>, n: Vec3) {
  return (m: Vec3, other: Vec3): number => bilinear(doubleDyad(n, m), s, doubleDyad(n, other));
}

/** The form of −ν/E over m, made bilinear. */
export function transverseStrainForm(s: ArrayLike<number>, n: Vec3) {
  const v = dyad(n);
  return (m: Vec3, other: Vec3): number =>
    bilinear(
      v,
      s,
      doubleDyad(m, other).map((each) => each / 2),
    );
}
