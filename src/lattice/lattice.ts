import { requireFinite, requireInRange, requirePositive, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { determinant, inverse, multiply, rowTimes, transpose } from "../math/mat3.js";

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

/**
 * A unit cell. `matrix` holds nine numbers in Å whose ROWS are a, b and c, so that a row of
 * fractional coordinates turns Cartesian by `cart = frac · matrix`.
 *
 * @example Lattice.hexagonal(4.916, 5.4054).volume // 113.13 Å³
 */
export class Lattice {
  /** Rows a, b, c in Å. Owned by the lattice: read, do not write. */
  readonly matrix: Float64Array;
  readonly parameters: LatticeParameters;
  /** Å³, positive for either handedness. */
  readonly volume: number;

  private constructor(matrix: Float64Array, parameters: LatticeParameters) {
    this.matrix = matrix;
    this.parameters = parameters;
    requireLengths(parameters);
    this.volume = Math.abs(determinant(matrix));
    if (this.volume > 1e-9 * parameters.a * parameters.b * parameters.c) return;
    throw new DomainError(
      `the cell vectors are coplanar (volume ${this.volume} Å³): check the angles ` +
        `${parameters.alpha}, ${parameters.beta}, ${parameters.gamma}°`,
      { matrix: Array.from(matrix), parameters },
    );
  }

  /**
   * Cell from lengths (Å) and angles (degrees), with a along x and b in the xy plane.
   *
   * @throws {DomainError} a length not above 0, an angle outside (0, 180), or three angles that no
   *   cell can have together.
   */
  static fromParameters(
    a: number,
    b: number,
    c: number,
    alpha: number,
    beta: number,
    gamma: number,
  ): Lattice {
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
    const matrix = Float64Array.of(
      ...[a, 0, 0],
      ...[b * cosG, b * sinG, 0],
      ...[c * cosB, c * x, c * Math.sqrt(z2)],
    );
    return new Lattice(matrix, { a, b, c, alpha, beta, gamma });
  }

  /**
   * Cell from its vectors, nine numbers or three rows, in Å.
   *
   * @throws {ShapeError} not nine numbers. @throws {DomainError} not finite, or coplanar.
   */
  static fromMatrix(rows: ArrayLike<number> | readonly ArrayLike<number>[]): Lattice {
    const matrix = Float64Array.from(flatten(rows), (value) =>
      typeof value === "number" ? value : Number.NaN,
    );
    matrix.forEach((value, i) => {
      requireFinite(`cell vector ${"abc"[Math.floor(i / 3)]}, component ${"xyz"[i % 3]}`, value);
    });
    return new Lattice(matrix, parametersOf(matrix));
  }

  static cubic(a: number): Lattice {
    return Lattice.fromParameters(a, a, a, 90, 90, 90);
  }

  static tetragonal(a: number, c: number): Lattice {
    return Lattice.fromParameters(a, a, c, 90, 90, 90);
  }

  static orthorhombic(a: number, b: number, c: number): Lattice {
    return Lattice.fromParameters(a, b, c, 90, 90, 90);
  }

  /** Also the hexagonal cell of a trigonal crystal. */
  static hexagonal(a: number, c: number): Lattice {
    return Lattice.fromParameters(a, a, c, 90, 90, 120);
  }

  /** Rhombohedral cell: three equal lengths and angles. */
  static rhombohedral(a: number, alpha: number): Lattice {
    return Lattice.fromParameters(a, a, a, alpha, alpha, alpha);
  }

  /** Unique axis b. */
  static monoclinic(a: number, b: number, c: number, beta: number): Lattice {
    return Lattice.fromParameters(a, b, c, 90, beta, 90);
  }

  /** G = M Mᵀ, Å², row-major: Gᵢⱼ = aᵢ·aⱼ. */
  get metricTensor(): Float64Array {
    return multiply(this.matrix, transpose(this.matrix));
  }

  /** Crystallographic reciprocal cell, aᵢ*·aⱼ = δᵢⱼ without 2π; its "lengths" are in 1/Å. */
  get reciprocal(): Lattice {
    return Lattice.fromMatrix(transpose(inverse(this.matrix)));
  }

  /**
   * Distance of neighbouring lattice planes, d = 1 / |h a* + k b* + l c*|, in Å.
   *
   * @throws {ShapeError} not three numbers. @throws {DomainError} hkl is (0, 0, 0), which is no plane.
   */
  dSpacing(hkl: ArrayLike<number>): number {
    const [x, y, z] = rowTimes(requireTriple("hkl", hkl), this.reciprocal.matrix);
    const length = Math.hypot(x, y, z);
    if (length > 0) return 1 / length;
    throw new DomainError(`hkl must be three indices that are not all 0, got ${show(hkl)}`, {
      hkl,
    });
  }

  /** @throws {ShapeError} not three finite numbers. */
  toCartesian(fracPosition: ArrayLike<number>): [number, number, number] {
    return rowTimes(requireTriple("fracPosition", fracPosition), this.matrix);
  }

  /** @throws {ShapeError} not three finite numbers. */
  toFractional(cartPosition: ArrayLike<number>): [number, number, number] {
    return rowTimes(requireTriple("cartPosition", cartPosition), inverse(this.matrix));
  }

  toString(): string {
    const { a, b, c, alpha, beta, gamma } = this.parameters;
    const lengths = [a, b, c].map((value) => trimmed(value, 4)).join(", ");
    return `${lengths} Å, ${[alpha, beta, gamma].map((value) => trimmed(value, 3)).join(", ")}°`;
  }
}

inspectAsText(Lattice);

/** Exact for the right angle and the hexagonal one, so that symmetric cells stay symmetric. */
function cosine(angle: number): number {
  if (angle === 90) return 0;
  if (angle === 120) return -0.5;
  if (angle === 60) return 0.5;
  return Math.cos(angle * degree);
}

function parametersOf(m: Float64Array): LatticeParameters {
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

/** Nine numbers, or three rows of three. */
function flatten(rows: ArrayLike<number> | readonly ArrayLike<number>[]): unknown[] {
  const list = typeof rows === "object" && rows !== null ? Array.from<unknown>(rows) : [];
  const isRow = (row: unknown): row is ArrayLike<unknown> =>
    typeof row === "object" && row !== null && (row as ArrayLike<unknown>).length === 3;
  if (list.length === 3 && list.every(isRow)) return list.flatMap((row) => Array.from(row));
  if (list.length === 9 && !list.some(isRow)) return list;
  throw new ShapeError(
    `a cell needs a Lattice, or three rows of three numbers such as [[5, 0, 0], [0, 5, 0], [0, 0, 5]], got ${show(rows)}`,
    { length: list.length },
  );
}

function requireTriple(name: string, value: ArrayLike<number>): ArrayLike<number> {
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

/** Outside these lengths the volume has no digits left. */
function requireLengths({ a, b, c }: LatticeParameters): void {
  for (const [axis, value] of Object.entries({ a, b, c })) {
    requireInRange(`cell length ${axis}`, value, shortest, longest, "Å");
  }
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
