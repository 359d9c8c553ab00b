import { requireFinite, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { determinant, type Vec3 } from "../math/mat3.js";

/**
 * An affine map x' = A x + t on columns of Cartesian coordinates: twelve numbers, the rows of the 3×4
 * matrix [A | t].
 */
export type Affine = Float64Array;

export const identity: () => Affine = () => Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);

/** `first`, then `second`. */
export function compose(second: Affine, first: Affine): Affine {
  const out = new Float64Array(12);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 4; j++) {
      let sum = j === 3 ? second[4 * i + 3] : 0;
      for (let k = 0; k < 3; k++) sum += second[4 * i + k] * first[4 * k + j];
      out[4 * i + j] = sum;
    }
  }
  return out;
}

/** A about a point that stays where it is. */
export function about(origin: Vec3, linear: ArrayLike<number>): Affine {
  const out = new Float64Array(12);
  for (let i = 0; i < 3; i++) {
    let moved = 0;
    for (let k = 0; k < 3; k++) {
      out[4 * i + k] = linear[3 * i + k];
      moved += linear[3 * i + k] * origin[k];
    }
    out[4 * i + 3] = origin[i] - moved;
  }
  return out;
}

export function translation([x, y, z]: Vec3): Affine {
  return Float64Array.of(1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z);
}

/** A, nine numbers in rows. */
export function linearPart(map: Affine): Float64Array {
  return Float64Array.of(map[0], map[1], map[2], map[4], map[5], map[6], map[8], map[9], map[10]);
}

/** Å; farther out the squares and products that distances and volumes are made of are infinite. */
export const largestCoordinate = 1e100;

/**
 * Every row of `positions` ([n, 3]) through the map, into a fresh buffer.
 *
 * @throws {DomainError} a point beyond `largestCoordinate`.
 */
export function applied(map: Affine, positions: Float64Array): Float64Array {
  const out = new Float64Array(positions.length);
  const [xx, xy, xz, tx, yx, yy, yz, ty, zx, zy, zz, tz] = map;
  for (let i = 0; i < positions.length; i += 3) {
    const x = positions[i];
    const y = positions[i + 1];
    const z = positions[i + 2];
    out[i] = xx * x + xy * y + xz * z + tx;
    out[i + 1] = yx * x + yy * y + yz * z + ty;
    out[i + 2] = zx * x + zy * y + zz * z + tz;
    const reach = Math.max(Math.abs(out[i]), Math.abs(out[i + 1]), Math.abs(out[i + 2]));
    if (!(reach <= largestCoordinate)) {
      throw new DomainError(
        `point ${i / 3} would lie beyond ${largestCoordinate} Å, where distances have no value; ` +
          "choose a smaller scale or shift",
        { point: i / 3, map: Array.from(map), limit: largestCoordinate },
      );
    }
  }
  return out;
}

/**
 * Right-handed rotation by an angle in degrees about an axis, after Rodrigues:
 * R = cosφ 1 + sinφ [u]× + (1 − cosφ) u uᵀ. Nine numbers in rows.
 */
export function rotationMatrix(axis: Vec3, angle: number): Float64Array {
  const [x, y, z] = unitVector("axis", axis);
  const [c, s] = [cosDegrees(angle), sinDegrees(angle)];
  const d = 1 - c;
  return Float64Array.of(
    ...[c + d * x * x, d * x * y - s * z, d * x * z + s * y],
    ...[d * y * x + s * z, c + d * y * y, d * y * z - s * x],
    ...[d * z * x - s * y, d * z * y + s * x, c + d * z * z],
  );
}

/** 1 − 2 n nᵀ: the mirror image in the plane through the origin with this normal. */
export function mirrorMatrix(normal: Vec3): Float64Array {
  const n = unitVector("normal", normal);
  return Float64Array.from(
    { length: 9 },
    (_, i) => Number(i % 4 === 0) - 2 * n[Math.floor(i / 3)] * n[i % 3],
  );
}

/** Turns about the fixed axes x, then y, then z, in degrees: R = R_z R_y R_x. */
export function eulerRotation([x, y, z]: Vec3): Affine {
  const turn = (axis: Vec3, angle: number) => about([0, 0, 0], rotationMatrix(axis, angle));
  return compose(turn([0, 0, 1], z), compose(turn([0, 1, 0], y), turn([1, 0, 0], x)));
}

/** Exact at the multiples of 30° where the cosine is rational. */
export function cosDegrees(angle: number): number {
  const turned = Math.abs(angle % 360);
  const folded = turned > 180 ? 360 - turned : turned;
  if (folded === 90) return 0;
  if (folded === 60) return 0.5;
  if (folded === 120) return -0.5;
  return Math.cos((folded * Math.PI) / 180);
}

export function sinDegrees(angle: number): number {
  return cosDegrees(angle - 90);
}

/** Three finite numbers, copied. @throws {ShapeError} anything else. */
export function requireVector(name: string, value: unknown): Vec3 {
  const list =
    typeof value === "object" && value !== null ? Array.from(value as ArrayLike<unknown>) : [];
  if (list.length === 3 && list.every((part) => Number.isFinite(part))) {
    const [x, y, z] = list as number[];
    return [x, y, z];
  }
  throw new ShapeError(
    `${name} must be three finite numbers such as [0, 0, 1], got ${show(value)}`,
    {
      name,
      value,
    },
  );
}

/** @throws {DomainError} a vector without direction. */
export function unitVector(name: string, value: unknown): Vec3 {
  const [x, y, z] = requireVector(name, value);
  const length = Math.hypot(x, y, z);
  if (length > 0 && Number.isFinite(1 / length)) return [x / length, y / length, z / length];
  throw new DomainError(`${name} must have a direction, got [${x}, ${y}, ${z}]`, { name, value });
}

/**
 * An affine map from 12 numbers (rows of 3×4), 16 (rows of 4×4, the last 0, 0, 0, 1), 9 (rows of 3×3)
 * or the same in rows.
 *
 * @throws {ShapeError} none of these. @throws {DomainError} not finite, or singular.
 */
export function requireAffine(value: ArrayLike<number> | readonly ArrayLike<number>[]): Affine {
  const numbers = flattened(value);
  const map = fromNumbers(numbers);
  if (map === undefined) {
    throw new ShapeError(
      "an affine map needs the rows of a 3×3, 3×4 or 4×4 matrix, the last row of a 4×4 being " +
        `0, 0, 0, 1; got ${show(value)}`,
      { value },
    );
  }
  map.forEach((entry, i) => {
    requireFinite(`entry ${i} of the affine map`, entry);
  });
  requireInvertible(map);
  return map;
}

/** @throws {DomainError} a map that makes all points lie in a plane. */
export function requireInvertible(map: Affine): void {
  const linear = linearPart(map);
  const size = Math.hypot(...linear);
  if (Math.abs(determinant(linear)) > 1e-12 * size ** 3) return;
  throw new DomainError(
    `the map must be invertible, got a matrix of determinant ${determinant(linear)}`,
    { matrix: Array.from(linear) },
  );
}

function flattened(value: unknown): number[] {
  if (typeof value !== "object" || value === null) return [];
  return Array.from(value as ArrayLike<unknown>).flatMap((row) =>
    typeof row === "object" && row !== null ? Array.from(row as ArrayLike<number>) : [Number(row)],
  );
}

function fromNumbers(numbers: number[]): Affine | undefined {
  if (numbers.length === 9) return about([0, 0, 0], numbers);
  if (numbers.length === 12) return Float64Array.from(numbers);
  const isAffine = numbers.slice(12).join() === "0,0,0,1";
  return numbers.length === 16 && isAffine ? Float64Array.from(numbers.slice(0, 12)) : undefined;
}
