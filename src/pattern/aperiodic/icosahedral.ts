import { requireFinite, requireObject, requireOneOf, show } from "../../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../../base/errors.js";
import { requireKnownFields } from "../../base/suggest.js";
import { determinant, type Vec3 } from "../../math/mat3.js";
import type { PatternParts } from "../pattern-parts.js";
import {
  type Approximant,
  approximantOf,
  approximantPatch,
  approximants,
} from "./icosahedral-approximant.js";
import { cellVolume6D, edgeLength, projected, tau } from "./icosahedral-module.js";
import {
  type IcosahedralLattice,
  type IcosahedralPoints,
  icosahedralPoints,
  shiftDivisor,
} from "./icosahedral-points.js";
import { requirePatch, requirePointCount } from "./planar-options.js";
import { rhombohedra } from "./rhombohedra.js";
import { zonotopeWindow } from "./zonotope-window.js";

export interface IcosahedralOptions {
  /**
   * Å; points no farther than this from the origin. Needed unless `approximant` is given, of which it
   * makes a piece without a cell.
   */
  readonly radius?: number;
  /** Length of the rhombohedra's edges in Å, the quasilattice constant; default 1. */
  readonly spacing?: number;
  /** Bravais type of the lattice in six dimensions; default "P". */
  readonly lattice?: IcosahedralLattice;
  /**
   * Of the window in perpendicular space, in edges; default 0. The default of an approximant keeps its
   * symmetry.
   */
  readonly shift?: readonly [number, number, number];
  /** M of a linear phason strain, rows; points with x⊥ + M x∥ in the window. Entries within ±0.2. */
  readonly phasonStrain?: readonly (readonly [number, number, number])[];
  /**
   * A periodic crystal instead, in which τ is replaced by this ratio in perpendicular space: one cell, or
   * a piece of it with `radius`.
   */
  readonly approximant?: Approximant;
  /** Whether to return the rhombohedra ("P"; of an approximant with `radius`); default false. */
  readonly tiles?: boolean;
}

const fields = ["radius", "spacing", "lattice", "shift", "phasonStrain", "approximant", "tiles"];

/**
 * Icosahedral quasicrystal by cut and projection from a six-dimensional lattice: of the vectors
 * Σ nᵢ eᵢ along the six fivefold axes, those whose images in perpendicular space lie in the rhombic
 * triacontahedron Σ [−½, ½] eᵢ⊥. With the primitive lattice these are the vertices of the
 * Ammann-Kramer-Neri tiling by prolate and oblate rhombohedra, τ to 1.
 *
 * Vertices are whole numbers; those on the window's surface are told apart exactly, a window that
 * passes through lattice points being the limit of one moved by an amount that goes to zero. Shifts
 * are taken to multiples of 1/720720. Under strain the window is the projected six-dimensional cube,
 * so that the tiles still fill space.
 *
 * @returns Points; their kind is "even" or "odd" by Σ nᵢ (of "I": "vertex" or "body centre"). Tiles have
 *   eight vertices, n + c₀ eᵢ + c₁ eⱼ + c₂ eₖ with the bits of 0 to 7 as c₀, c₁, c₂. `facts.density` is in
 *   points/Å³. An approximant without a radius has a cubic `cell`, and the numbers of both rhombohedra in it.
 * @throws {DomainError} radius or spacing not above 0, or strain beyond ±0.2. @throws {ShapeError} shift
 *   or strain of another shape. @throws {InvalidConfiguration} options that exclude each other.
 * @throws {ResourceExhausted} more than 50 million points.
 * @see P. Kramer & R. Neri, Acta Cryst. A40, 580 (1984); V. Elser, Acta Cryst. A42, 36 (1986); V. Elser
 *   & C. L. Henley, Phys. Rev. Lett. 55, 2883 (1985), for approximants.
 * @example icosahedralQuasicrystal({ radius: 20 }).facts?.density // 1.5388 points/Å³
 * @example icosahedralQuasicrystal({ approximant: "2/1", radius: 8, tiles: true }).tiles
 */
export function icosahedralQuasicrystal(options: IcosahedralOptions): PatternParts {
  const lattice = checkedLattice(options);
  if (options.approximant !== undefined) return approximant(options, lattice);
  requirePointCount(icosahedralPointEstimate(options), "give a smaller radius or a larger spacing");
  const { radius, spacing } = requireSphere(options);
  const phason = requireStrain(options.phasonStrain);
  const wantsTiles = requireTiles(options.tiles, lattice);
  const inside = projected(tau);
  const perpendicular = projected(1 - tau).map((v, i) => strained(v, inside[i], phason));
  const window = zonotopeWindow(perpendicular);
  const reach = (radius / spacing) * edgeLength;
  const density = (window.volume / cellVolume6D) * copies[lattice];
  const expected = ((4 * Math.PI) / 3) * reach ** 3 * density;
  const points = icosahedralPoints({
    radius: reach,
    lattice,
    window,
    shift: requireShift(options.shift ?? [0, 0, 0]),
    phason,
    expected: Math.ceil(1.03 * expected) + 1000,
  });
  return {
    positions: positionsOf(points, spacing / edgeLength),
    dimension: 3,
    ...kindsOf(points, lattice),
    ...(wantsTiles ? { tiles: rhombohedra(points) } : {}),
    facts: { density: density * (edgeLength / spacing) ** 3 },
  };
}

/** About how many points the quasicrystal will have. */
export function icosahedralPointEstimate(options: IcosahedralOptions): number {
  const lattice = checkedLattice(options);
  // Window and six-dimensional cell without strain, which changes the volume in second order only.
  const density = (zonotopeWindow(projected(1 - tau)).volume / cellVolume6D) * copies[lattice];
  if (options.approximant !== undefined && options.radius === undefined) {
    const [g, f] = requireOneOf("approximant", options.approximant, approximants)
      .split("/")
      .map(Number);
    return density * (2 * (f + g * tau)) ** 3;
  }
  const { radius, spacing } = requireSphere(options);
  return ((4 * Math.PI) / 3) * ((radius / spacing) * edgeLength) ** 3 * density;
}

function checkedLattice(options: IcosahedralOptions): IcosahedralLattice {
  requireObject("options", options, "{ radius: 20 }");
  requireKnownFields("icosahedral options", options, fields);
  return requireOneOf("lattice", options.lattice ?? "P", ["P", "F", "I"]);
}

function requireSphere({ radius, spacing }: IcosahedralOptions) {
  return requirePatch({ radius: radius as number, ...(spacing === undefined ? {} : { spacing }) });
}

const copies = { P: 1, F: 0.5, I: 2 } as const;

function approximant(options: IcosahedralOptions, lattice: IcosahedralLattice): PatternParts {
  requireApproximantOptions(options);
  const ratio = requireOneOf("approximant", options.approximant, approximants);
  const { spacing } = requirePatch({ radius: 1, spacing: options.spacing ?? 1 });
  const shift = options.shift === undefined ? undefined : requireShift(options.shift);
  const {
    points,
    lattice: cell,
    facts,
  } = approximantOf(ratio, lattice, shift, spacing / edgeLength);
  if (options.radius !== undefined) {
    requirePointCount(
      icosahedralPointEstimate(options),
      "give a smaller radius or a larger spacing",
    );
    const { radius } = requireSphere(options);
    const patch = approximantPatch(ratio, points, (radius / spacing) * edgeLength);
    return {
      positions: positionsOf(patch, spacing / edgeLength),
      dimension: 3,
      ...kindsOf(patch, lattice),
      ...(requireTiles(options.tiles, lattice) ? { tiles: rhombohedra(patch) } : {}),
      facts: { approximant: ratio, density: facts.density },
    };
  }
  return {
    positions: positionsOf(points, spacing / edgeLength, cell.parameters.a),
    dimension: 3,
    cell: { lattice: cell, periodic: [true, true, true] },
    ...kindsOf(points, lattice),
    facts,
  };
}

function requireApproximantOptions({ phasonStrain, radius, tiles }: IcosahedralOptions): void {
  if (phasonStrain !== undefined) {
    throw new InvalidConfiguration(
      `an approximant has its own phason strain and takes no phasonStrain, got ${show(phasonStrain)}; ` +
        "leave out approximant or phasonStrain",
      { phasonStrain },
    );
  }
  if (tiles === undefined || radius !== undefined) return;
  throw new InvalidConfiguration(
    `the rhombohedra of an approximant cross the faces of its cell, got tiles: ${show(tiles)} without ` +
      "a radius; give a radius for a piece with its tiles, or leave out tiles",
    { tiles },
  );
}

/** @param period Positions are wrapped to [0, period) where it is given. */
function positionsOf({ count, p, q }: IcosahedralPoints, scale: number, period = 0): Float64Array {
  const positions = new Float64Array(3 * count);
  for (let i = 0; i < 3 * count; i++) {
    const value = scale * (p[i] + q[i] * tau);
    positions[i] = period === 0 ? value : wrapped(value, period);
  }
  return positions;
}

function wrapped(value: number, period: number): number {
  const rest = value - period * Math.floor(value / period + 1e-12);
  return rest < 1e-12 * period ? 0 : rest;
}

function kindsOf({ count, p, q }: IcosahedralPoints, lattice: IcosahedralLattice) {
  const kindOfPoint = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const at = 3 * i;
    const parity = lattice === "I" ? p[at] + q[at + 1] : q[at] + q[at + 1] + q[at + 2];
    kindOfPoint[i] = parity & 1;
  }
  const names = { P: ["even", "odd"], F: ["even"], I: ["vertex", "body centre"] };
  return { kindOfPoint, kindNames: names[lattice] };
}

/** v + M x. */
function strained(v: Vec3, x: Vec3, phason: readonly Vec3[] | undefined): Vec3 {
  if (phason === undefined) return v;
  return v.map(
    (value, c) => value + phason[c][0] * x[0] + phason[c][1] * x[1] + phason[c][2] * x[2],
  ) as unknown as Vec3;
}

function requireShift(shift: readonly number[]): Vec3 {
  if (!Array.isArray(shift) || shift.length !== 3) {
    throw new ShapeError(`shift must be three numbers, got ${show(shift)}`, { shift });
  }
  return shift.map((value, c) => {
    const number = requireFinite(`shift[${c}]`, value, "edges") * edgeLength;
    return Math.round(number * shiftDivisor) / shiftDivisor;
  }) as unknown as Vec3;
}

const largestStrain = 0.2;

function requireStrain(strain: IcosahedralOptions["phasonStrain"]): readonly Vec3[] | undefined {
  if (strain === undefined) return undefined;
  const isMatrix =
    Array.isArray(strain) &&
    strain.length === 3 &&
    strain.every((row) => Array.isArray(row) && row.length === 3);
  if (!isMatrix) {
    throw new ShapeError(`phasonStrain must be three rows of three numbers, got ${show(strain)}`, {
      phasonStrain: strain,
    });
  }
  const entries = strain.flat().map((value, i) => requireFinite(`phasonStrain[${i}]`, value));
  if (entries.some((value) => Math.abs(value) > largestStrain)) {
    throw new DomainError(
      `entries of phasonStrain must lie within ±${largestStrain}, got ${show(strain)}`,
      { phasonStrain: strain },
    );
  }
  return determinant(entries) === 0 && entries.every((value) => value === 0) ? undefined : strain;
}

function requireTiles(tiles: boolean | undefined, lattice: IcosahedralLattice): boolean {
  if (tiles !== undefined && typeof tiles !== "boolean") {
    throw new InvalidConfiguration(`tiles must be true or false, got ${show(tiles)}`, { tiles });
  }
  if (tiles !== true || lattice === "P") return tiles === true;
  throw new InvalidConfiguration(
    `only the points of lattice "P" are vertices of rhombohedra, got "${lattice}"; leave out tiles`,
    { lattice, tiles },
  );
}
