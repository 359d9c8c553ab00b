import { requireFinite, requireInRange, requirePositive, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";

export interface LatticeParameters {
  /** Lengths in Å. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Angles in degrees: alpha between b and c, beta between a and c, gamma between a and b. */
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
}

const degree = Math.PI / 180;
/** Å; also 1/Å of a reciprocal cell. */
const shortest = 1e-30;
const longest = 1e30;

/** a along x and b in the xy plane. @throws {DomainError} no cell has these parameters. */
export function matrixFromParameters(parameters: LatticeParameters): Float64Array {
  const { a, b, c, alpha, beta, gamma } = parameters;
  requirePositive("cell length a", a, "Å");
  requirePositive("cell length b", b, "Å");
  requirePositive("cell length c", c, "Å");
  for (const [name, angle] of Object.entries({ alpha, beta, gamma })) {
    requireFinite(`cell angle ${name}`, angle, "degrees");
    if (angle > 0 && angle < 180) continue;
    throw new DomainError(`cell angle ${name} must lie between 0 and 180 degrees, got ${angle}`, {
      name,
      value: angle,
    });
  }
  const [cosA, cosB, cosG] = [cosine(alpha), cosine(beta), cosine(gamma)];
  const sinG = gamma === 90 ? 1 : Math.sin(gamma * degree);
  const x = (cosA - cosB * cosG) / sinG;
  const z2 = 1 - cosB * cosB - x * x;
  if (!(z2 > 0)) {
    throw new DomainError(
      `no cell has the angles ${alpha}, ${beta}, ${gamma}°: each must be smaller than the sum of ` +
        "the other two, and their sum smaller than 360°",
      { alpha, beta, gamma },
    );
  }
  return Float64Array.of(
    ...[a, 0, 0],
    ...[b * cosG, b * sinG, 0],
    ...[c * cosB, c * x, c * Math.sqrt(z2)],
  );
}

/** Exact for the right angle and the hexagonal one, so that symmetric cells stay symmetric. */
function cosine(angle: number): number {
  if (angle === 90) return 0;
  if (angle === 120) return -0.5;
  if (angle === 60) return 0.5;
  return Math.cos(angle * degree);
}

export function parametersFromMatrix(m: Float64Array): LatticeParameters {
  const length = (i: number) => Math.hypot(m[3 * i], m[3 * i + 1], m[3 * i + 2]);
  const [a, b, c] = [length(0), length(1), length(2)];
  const angle = (i: number, j: number, scale: number) => {
    const dot = m[3 * i] * m[3 * j] + m[3 * i + 1] * m[3 * j + 1] + m[3 * i + 2] * m[3 * j + 2];
    return Math.acos(Math.max(-1, Math.min(1, dot / scale))) / degree;
  };
  return {
    a,
    b,
    c,
    alpha: angle(1, 2, b * c),
    beta: angle(0, 2, a * c),
    gamma: angle(0, 1, a * b),
  };
}

/** Nine finite numbers of nine, or of three rows of three. */
export function requireMatrix(
  rows: ArrayLike<number> | readonly ArrayLike<number>[],
  what: string,
  componentName: (i: number) => string,
): Float64Array {
  const matrix = Float64Array.from(flatten(rows, what), (value) =>
    typeof value === "number" ? value : Number.NaN,
  );
  matrix.forEach((value, i) => {
    requireFinite(componentName(i), value);
  });
  return matrix;
}

function flatten(rows: ArrayLike<number> | readonly ArrayLike<number>[], what: string): unknown[] {
  const list = typeof rows === "object" && rows !== null ? Array.from<unknown>(rows) : [];
  const isRow = (row: unknown): row is ArrayLike<unknown> =>
    typeof row === "object" && row !== null && (row as ArrayLike<unknown>).length === 3;
  if (list.length === 3 && list.every(isRow)) return list.flatMap((row) => Array.from(row));
  if (list.length === 9 && !list.some(isRow)) return list;
  throw new ShapeError(
    `${what} three rows of three numbers such as [[5, 0, 0], [0, 5, 0], [0, 0, 5]], got ${show(rows)}`,
    { length: list.length },
  );
}

export function requireTriple(name: string, value: ArrayLike<number>): ArrayLike<number> {
  const isTriple =
    typeof value === "object" &&
    value !== null &&
    value.length === 3 &&
    [0, 1, 2].every((k) => Number.isFinite(value[k]));
  if (isTriple) return value;
  throw new ShapeError(`${name} must be three finite numbers, got ${show(value)}`, {
    name,
    value,
  });
}

/** Three finite numbers that are not all 0: a plane, a direction, an axis. */
export function requireNonZero(name: string, value: ArrayLike<number>): ArrayLike<number> {
  const triple = requireTriple(name, value);
  if (triple[0] !== 0 || triple[1] !== 0 || triple[2] !== 0) return triple;
  throw new DomainError(`${name} must be three numbers that are not all 0, got ${show(value)}`, {
    [name]: value,
  });
}

/** Outside these lengths the volume has no digits left. */
export function requireLengths({ a, b, c }: LatticeParameters): void {
  for (const [axis, value] of Object.entries({ a, b, c })) {
    requireInRange(`cell length ${axis}`, value, shortest, longest, "Å");
  }
}
