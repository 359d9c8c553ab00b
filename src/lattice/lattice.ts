import {
  requireFinite,
  requireInRange,
  requireMade,
  requireOneOf,
  requirePositive,
  show,
} from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import { determinant, inverse, type Mat3, multiply, rowTimes, transpose } from "../math/mat3.js";
import { norm } from "../math/vec3.js";
import { bravaisOf } from "./bravais.js";
import {
  type LatticeParameters,
  matrixFromParameters,
  parametersFromMatrix,
  requireLengths,
  requireMatrix,
  requireNonZero,
  requireTriple,
} from "./cell-parameters.js";
import { deformationOf, rotationMatrix, type StrainMeasure } from "./deformation.js";
import { delaunayTransformation } from "./delaunay.js";
import { angleBetween, angleToPlane, unit } from "./directions.js";
import type { LatticeSymmetry } from "./holohedry.js";
import {
  type BravaisLattice,
  type ImageOptions,
  type LatticeMapping,
  type MappingOptions,
  type ReducedLattice,
  type ReductionOptions,
  toleranceOf,
} from "./lattice-types.js";
import { lllTransformation } from "./lll.js";
import { linearMap, matrixMappings } from "./mappings.js";
import {
  type MinimumImage,
  minimumImage,
  type NearestImages,
  nearestImages,
} from "./minimum-image.js";
import { niggliTransformation } from "./niggli.js";
import { type NiggliCharacter, niggliCharacterOf } from "./niggli-character.js";
import { BrillouinZone, type CellOptions, WignerSeitzCell } from "./wigner-seitz.js";

export type { LatticeParameters } from "./cell-parameters.js";

type Vector = [number, number, number];

const frames = ["cartesian", "direct", "reciprocal"] as const;
const makers =
  "Lattice.fromMatrix(rows), Lattice.fromParameters(a, b, c, alpha, beta, gamma) or Lattice.cubic(a)";

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

  // Made when first needed, and no part of the value: two equal lattices stay equal.
  #inverse: Float64Array | undefined;
  #reciprocal: Lattice | undefined;
  readonly #images: (NearestImages | undefined)[] = [];

  private constructor(matrix: Float64Array, parameters: LatticeParameters) {
    requireMade(parameters?.gamma !== undefined, "Lattice", makers);
    this.matrix = matrix;
    this.parameters = parameters;
    requireLengths(parameters);
    this.volume = Math.abs(determinant(matrix));
    if (this.volume > 1e-12 * parameters.a * parameters.b * parameters.c) return;
    throw new DomainError(
      `the cell vectors are coplanar (volume ${this.volume} Å³): check the angles ` +
        `${parameters.alpha}, ${parameters.beta}, ${parameters.gamma}°`,
      { matrix: Array.from(matrix), parameters },
    );
  }

  /**
   * Cell from lengths (Å) and angles (degrees), with a along x and b in the xy plane. The only one
   * for a triclinic cell.
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
    const parameters = { a, b, c, alpha, beta, gamma };
    return new Lattice(matrixFromParameters(parameters), parameters);
  }

  /**
   * Cell from its vectors, nine numbers or three rows, in Å.
   *
   * @throws {ShapeError} not nine numbers. @throws {DomainError} not finite, or coplanar.
   */
  static fromMatrix(rows: ArrayLike<number> | readonly ArrayLike<number>[]): Lattice {
    const matrix = requireMatrix(
      rows,
      "a cell needs a Lattice, or",
      (i) => `cell vector ${"abc"[Math.floor(i / 3)]}, component ${"xyz"[i % 3]}`,
    );
    return new Lattice(matrix, parametersFromMatrix(matrix));
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

  /** Rhombohedral cell: three equal lengths and angles, these below 120°. */
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
    this.#reciprocal ??= Lattice.fromMatrix(transpose(this.inverse));
    return this.#reciprocal;
  }

  /** Reciprocal cell with 2π, aᵢ*·aⱼ = 2π δᵢⱼ, in which wave vectors are given; lengths in 1/Å. */
  get reciprocal2Pi(): Lattice {
    return Lattice.fromMatrix(this.reciprocal.matrix.map((value) => 2 * Math.PI * value));
  }

  // ---- planes and directions --------------------------------------------------------------------

  /**
   * Distance of neighbouring lattice planes, d = 1 / |h a* + k b* + l c*|, in Å.
   *
   * @throws {ShapeError} not three numbers. @throws {DomainError} hkl is (0, 0, 0), which is no plane.
   */
  dSpacing(hkl: ArrayLike<number>): number {
    return 1 / norm(this.normalOf("hkl", hkl));
  }

  /**
   * Unit normal of the planes (hkl), Cartesian: along h a* + k b* + l c*.
   *
   * @throws {ShapeError} not three numbers. @throws {DomainError} all indices are 0.
   */
  planeNormal(hkl: ArrayLike<number>): Vector {
    return unit(this.normalOf("hkl", hkl));
  }

  /**
   * Angle between the directions [uvw], degrees in [0, 180].
   *
   * @throws {ShapeError} not three numbers. @throws {DomainError} all indices of one are 0.
   * @example Lattice.cubic(4).angleBetweenDirections([1, 0, 0], [1, 1, 1]) // 54.7356
   */
  angleBetweenDirections(uvw: ArrayLike<number>, otherUvw: ArrayLike<number>): number {
    return angleBetween(this.directionOf("uvw", uvw), this.directionOf("otherUvw", otherUvw));
  }

  /**
   * Interplanar angle: between the normals of (hkl), degrees in [0, 180]; errors as of directions.
   *
   * @example Lattice.hexagonal(3, 5).angleBetweenPlanes([1, 0, 0], [0, 1, 0]) // 60
   */
  angleBetweenPlanes(hkl: ArrayLike<number>, otherHkl: ArrayLike<number>): number {
    return angleBetween(this.normalOf("hkl", hkl), this.normalOf("otherHkl", otherHkl));
  }

  /**
   * Angle between [uvw] and its projection on (hkl), degrees in [0, 90]: 0 where the direction lies
   * in the plane. Errors as of directions.
   */
  angleBetweenDirectionAndPlane(uvw: ArrayLike<number>, hkl: ArrayLike<number>): number {
    return angleToPlane(this.directionOf("uvw", uvw), this.normalOf("hkl", hkl));
  }

  /** @throws {ShapeError} not three finite numbers. */
  toCartesian(fracPosition: ArrayLike<number>): Vector {
    return rowTimes(requireTriple("fracPosition", fracPosition), this.matrix);
  }

  /** @throws {ShapeError} not three finite numbers. */
  toFractional(cartPosition: ArrayLike<number>): Vector {
    return rowTimes(requireTriple("cartPosition", cartPosition), this.inverse);
  }

  // ---- images -----------------------------------------------------------------------------------

  /**
   * The shortest of the vectors from a point to all images of another, in any cell, however skewed.
   * Of equally short ones it is any.
   *
   * @param fracDelta Fractional coordinates of the other point minus those of the first.
   * @throws {ShapeError} not three finite numbers. @throws {InvalidConfiguration} `periodic` is not
   *   three booleans.
   * @example Lattice.cubic(4).minimumImage([0.9, 0, 0]).shift // [-1, 0, 0]
   */
  minimumImage(fracDelta: ArrayLike<number>, options: ImageOptions = {}): MinimumImage {
    const { periodic = [true, true, true] } = requireOptions(
      "a minimum image",
      options,
      ["periodic"],
      "{ periodic: [true, true, false] }",
    );
    const isValid = Array.isArray(periodic) && periodic.length === 3;
    if (!isValid || !periodic.every((value) => typeof value === "boolean")) {
      throw new InvalidConfiguration(
        `periodic must be three booleans such as [true, true, false], got ${String(periodic)}`,
        { periodic },
      );
    }
    const key = periodic.reduce((bits, value, k) => bits + (Number(value) << k), 0);
    this.#images[key] ??= nearestImages(this.matrix, periodic);
    return minimumImage(this.#images[key], requireTriple("fracDelta", fracDelta));
  }

  /** Distance of two points in Å, the nearest images of them. Errors as of `minimumImage`. */
  distance(fracA: ArrayLike<number>, fracB: ArrayLike<number>, options: ImageOptions = {}): number {
    const [a, b] = [requireTriple("fracA", fracA), requireTriple("fracB", fracB)];
    return this.minimumImage([b[0] - a[0], b[1] - a[1], b[2] - a[2]], options).distance;
  }

  // ---- reductions -------------------------------------------------------------------------------

  /**
   * Niggli cell: the one reduced cell of a lattice that can be compared with others.
   *
   * @throws {DomainError} the result does not hold: the cell is too skewed for its digits.
   * @see Křivý & Gruber, Acta Cryst. A32, 297 (1976); Grosse-Kunstleve et al., A60, 1 (2004).
   */
  niggli(options: ReductionOptions = {}): ReducedLattice {
    return this.changed(niggliTransformation(this.matrix, toleranceOf("niggli", options)));
  }

  /**
   * Delaunay's reduced cell: the shortest three vectors that span the lattice, from an obtuse
   * superbase after Selling; lengths ascend, and the angles are all acute or none is. Errors as of
   * `niggli`.
   *
   * @see Balashov & Ursell, Acta Cryst. 10, 582 (1957).
   */
  delaunay(options: ReductionOptions = {}): ReducedLattice {
    return this.changed(delaunayTransformation(this.matrix, toleranceOf("delaunay", options)));
  }

  /**
   * Lovász-reduced cell: nearly perpendicular vectors, but neither ordered nor unique.
   *
   * @param options.delta In (1/4, 1); default 3/4.
   * @throws {DomainError} delta outside its range; otherwise as of `niggli`.
   * @see Lenstra, Lenstra & Lovász, Math. Ann. 261, 515 (1982).
   */
  lll(options: { readonly delta?: number } = {}): ReducedLattice {
    const { delta = 0.75 } = requireOptions("lll", options, ["delta"], "{ delta: 0.75 }");
    return this.changed(
      lllTransformation(this.matrix, requireInRange("delta", delta, 0.2501, 0.9999)),
    );
  }

  /**
   * Lattice character of the Niggli cell, one of 44. Errors as of `niggli`.
   *
   * @see International Tables A (2016), table 3.1.3.1.
   * @example Lattice.fromMatrix([0, 2, 2, 2, 0, 2, 2, 2, 0]).niggliCharacter().number // 1
   */
  niggliCharacter(options: ReductionOptions = {}): NiggliCharacter {
    const tolerance = toleranceOf("niggliCharacter", options);
    return niggliCharacterOf(this.niggli({ tolerance }).lattice.matrix, tolerance);
  }

  /**
   * Bravais type of the lattice by its metric alone, and its conventional cell: P, C, I, F, or
   * hexagonal axes in the obverse setting. A crystal in it may have less symmetry, not more.
   *
   * @param options.tolerance Relative change of lengths that a rotation may make; default 1e-4.
   * @throws {DomainError} as of `niggli`.
   * @example Lattice.fromMatrix([0, 2, 2, 2, 0, 2, 2, 2, 0]).bravais().symbol // "cF"
   */
  bravais(options: ReductionOptions = {}): BravaisLattice {
    const { symbol, crystalSystem, transformation } = bravaisOf(
      this.matrix,
      toleranceOf("bravais", options, 1e-4),
    );
    return { symbol, crystalSystem, ...this.changed(transformation) };
  }

  /** Crystal system of the lattice alone, "trigonal" for a rhombohedral one: see `bravais`. */
  crystalSystem(tolerance = 1e-4): LatticeSymmetry {
    return this.bravais({ tolerance }).crystalSystem;
  }

  // ---- cells about a lattice point --------------------------------------------------------------

  /** What is nearer to a lattice point than to any other, about the origin; its volume is the cell's. */
  wignerSeitzCell(options: CellOptions = {}): WignerSeitzCell {
    return new WignerSeitzCell(this, options);
  }

  /**
   * First Brillouin zone: the Wigner-Seitz cell of `reciprocal2Pi`, so that its volume is
   * (2π)³ / V. Of a centred cell take the primitive one: the zone is that of the lattice given.
   */
  brillouinZone(options: CellOptions = {}): BrillouinZone {
    return new BrillouinZone(this.reciprocal2Pi, options);
  }

  // ---- changes ----------------------------------------------------------------------------------

  /**
   * Cell under a homogeneous strain, without rotation: a' = F a with F = 1 + ε ("linear", the
   * default), √(1 + 2ε) ("green-lagrange") or exp ε ("hencky").
   *
   * @param strain Voigt xx, yy, zz, yz, xz, xy with engineering shear (2ε), or a symmetric 3×3
   *   matrix; Cartesian, positive where the cell becomes longer.
   * @throws {ShapeError} not six or nine numbers. @throws {DomainError} not symmetric, not finite, or
   *   a compression to nothing. @throws {InvalidConfiguration} an unknown measure.
   * @example Lattice.cubic(4).strained([0.01, 0, 0, 0, 0, 0]).parameters.a // 4.04
   */
  strained(
    strain: ArrayLike<number> | readonly ArrayLike<number>[],
    options: { readonly measure?: StrainMeasure } = {},
  ): Lattice {
    const { measure = "linear" } = requireOptions(
      "strained",
      options,
      ["measure"],
      '{ measure: "linear" }',
    );
    return this.deformed(deformationOf(strain, measure));
  }

  /**
   * Cell under any deformation gradient F, Cartesian and row-major: a' = F a.
   *
   * @throws {ShapeError} not nine numbers. @throws {DomainError} F makes the cell flat.
   */
  deformed(gradient: ArrayLike<number> | readonly ArrayLike<number>[]): Lattice {
    const f = requireMatrix(gradient, "a deformation needs", (i) => `deformation gradient ${i}`);
    return Lattice.fromMatrix(multiply(this.matrix, transpose(f)));
  }

  /**
   * The same cell turned by an angle in degrees, counter-clockwise seen against the axis.
   *
   * @param options.frame What the axis is given in: "cartesian" (default), "direct" for [uvw],
   *   "reciprocal" for the normal of (hkl).
   * @throws {ShapeError} not three numbers. @throws {DomainError} an axis of length 0.
   */
  rotated(
    axis: ArrayLike<number>,
    angle: number,
    options: { readonly frame?: (typeof frames)[number] } = {},
  ): Lattice {
    requireOptions("rotated", options, ["frame"], '{ frame: "direct" }');
    const frame = requireOneOf("frame", options.frame ?? "cartesian", frames);
    const given = requireNonZero("axis", axis);
    const direct = frame === "direct" ? this.directionOf("axis", given) : given;
    const along = frame === "reciprocal" ? this.normalOf("axis", given) : direct;
    return this.deformed(rotationMatrix(along, requireFinite("angle", angle, "degrees")));
  }

  /** The same shape with another volume in Å³. @throws {DomainError} not above 0. */
  scaledToVolume(volume: number): Lattice {
    const factor = Math.cbrt(requirePositive("volume", volume, "Å³") / this.volume);
    return Lattice.fromMatrix(this.matrix.map((value) => factor * value));
  }

  /**
   * Cell with other vectors: M' = S · M, the rows of S in terms of a, b, c; whole numbers or not.
   *
   * @throws {ShapeError} not nine numbers. @throws {DomainError} the new vectors are coplanar.
   */
  transformed(matrix: ArrayLike<number> | readonly ArrayLike<number>[]): Lattice {
    const s = requireMatrix(matrix, "a change of basis needs", (i) => `change of basis ${i}`);
    return this.changed(s).lattice;
  }

  // ---- comparison -------------------------------------------------------------------------------
  /** The same three vectors, each component within `tolerance` times the longest of them. */
  equals(other: Lattice, tolerance = 1e-8): boolean {
    const { matrix } = requireLattice(other);
    const { a, b, c } = this.parameters;
    const room = requireInRange("tolerance", tolerance, 0, 1) * Math.max(a, b, c);
    return this.matrix.every((value, i) => Math.abs(value - matrix[i]) <= room);
  }

  /** The same lattice but for a rotation, whatever cells describe it; a relative tolerance. */
  isEquivalent(other: Lattice, tolerance = 1e-5): boolean {
    const angleTolerance = (requireInRange("tolerance", tolerance, 1e-10, 0.1) * 180) / Math.PI;
    if (Math.abs(requireLattice(other).volume / this.volume - 1) > 6 * tolerance) return false;
    const { lattice } = other.delaunay();
    const [first] = this.mappings(lattice, {
      lengthTolerance: tolerance,
      angleTolerance,
      index: 1,
    });
    return first !== undefined;
  }

  /**
   * Every cell of this lattice with the lengths and angles of another cell, of either handedness, in
   * no particular order; none where there is none.
   *
   * @param options.lengthTolerance Relative; default 1e-5.
   * @param options.angleTolerance Degrees; default 1.
   * @throws {ResourceExhausted} the other cell has an edge far longer than this lattice's vectors.
   */
  *mappings(
    other: Lattice,
    options: MappingOptions = {},
  ): Generator<LatticeMapping, void, undefined> {
    requireLattice(other);
    const fields = ["lengthTolerance", "angleTolerance", "index"] as const;
    requireOptions("mappings", options, fields, "{ angleTolerance: 1 }");
    const { lengthTolerance = 1e-5, angleTolerance = 1, index } = options;
    requireInRange("lengthTolerance", lengthTolerance, 0, 10);
    requireInRange("angleTolerance", angleTolerance, 0, 180, "degrees");
    const tolerances = { lengthTolerance, angleTolerance };
    for (const { transformation, matrix } of matrixMappings(
      this.matrix,
      other.matrix,
      tolerances,
    )) {
      if (index !== undefined && Math.abs(determinant(transformation)) !== index) continue;
      const map = linearMap(other.matrix, matrix);
      yield { lattice: Lattice.fromMatrix(matrix), transformation, map };
    }
  }

  toString(): string {
    const { a, b, c, alpha, beta, gamma } = this.parameters;
    const lengths = [a, b, c].map((value) => trimmed(value, 4)).join(", ");
    return `${lengths} Å, ${[alpha, beta, gamma].map((value) => trimmed(value, 3)).join(", ")}°`;
  }

  private get inverse(): Float64Array {
    this.#inverse ??= inverse(this.matrix);
    return this.#inverse;
  }

  private directionOf(name: string, uvw: ArrayLike<number>): Vector {
    return rowTimes(requireNonZero(name, uvw), this.matrix);
  }

  private normalOf(name: string, hkl: ArrayLike<number>): Vector {
    return rowTimes(requireNonZero(name, hkl), this.reciprocal.matrix);
  }

  private changed<T extends Mat3>(transformation: T): { lattice: Lattice; transformation: T } {
    const lattice = Lattice.fromMatrix(multiply(transformation, this.matrix));
    return { lattice, transformation };
  }
}

inspectAsText(Lattice);

function requireLattice(value: Lattice): Lattice {
  if (value instanceof Lattice) return value;
  throw new InvalidConfiguration(`a Lattice is needed, got ${show(value)}`, {});
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
