import type { Vec3 } from "../math/mat3.js";
import { dot } from "../math/vec3.js";

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function bondLengthDistortion(lengths: readonly number[]): number {
  const average = mean(lengths);
  return mean(lengths.map((length) => Math.abs(length - average))) / average;
}

/** Volume of a regular polyhedron whose corners lie at distance 1. */
const unitVolume: Readonly<Record<string, number>> = {
  tetrahedron: 8 / (9 * Math.sqrt(3)),
  octahedron: 4 / 3,
  cube: 8 / (3 * Math.sqrt(3)),
  icosahedron: Math.sqrt(2 * (5 + Math.sqrt(5))) * (2 / 3),
};

export function quadraticElongation(
  shape: string | undefined,
  lengths: readonly number[],
  volume: number,
): number | undefined {
  const unit = unitVolume[shape ?? ""];
  if (unit === undefined || !(volume > 0)) return undefined;
  const ideal = Math.cbrt(volume / unit);
  return mean(lengths.map((length) => (length / ideal) ** 2));
}

/** Bond angles of neighbouring corners: how many there are, and how large they are ideally. */
const idealAngles: Readonly<Record<string, { readonly count: number; readonly angle: number }>> = {
  tetrahedron: { count: 6, angle: (Math.acos(-1 / 3) * 180) / Math.PI },
  octahedron: { count: 12, angle: 90 },
};

export function angleVariance(
  shape: string | undefined,
  vectors: readonly Vec3[],
): number | undefined {
  const ideal = idealAngles[shape ?? ""];
  if (ideal === undefined) return undefined;
  const angles = vectors.flatMap((a, n) =>
    vectors.slice(0, n).map((b) => {
      const cosine = dot(a, b) / (Math.hypot(...a) * Math.hypot(...b));
      return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
    }),
  );
  const nearest = angles.sort((a, b) => a - b).slice(0, ideal.count);
  return nearest.reduce((sum, angle) => sum + (angle - ideal.angle) ** 2, 0) / (ideal.count - 1);
}
