import {
  requireInRange,
  requireObject,
  requireOneOf,
  requirePositive,
  show,
} from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { crystalOfPiece } from "./derived.js";
import { requireSiteCount } from "./site-limit.js";
import { requirePlane, type SurfaceCell, surfaceCell } from "./surface-cell.js";
import { type SlabTermination, symmetricThicknesses, terminationsOf } from "./terminations.js";

export interface TerminationOptions {
  /** Of the plane, in the crystal's own cell; four (hkil) in hexagonal axes. */
  readonly hkl: ArrayLike<number>;
  /** The smallest surface cell; false keeps the lattice of the given cell. Default true. */
  readonly primitive?: boolean;
  /** Å; sites whose heights differ by no more are one layer. Default 0.1. */
  readonly layerTolerance?: number;
}

export interface SlabOptions extends TerminationOptions {
  /** Å; at least so thick, in whole plane distances. Give this or `layers`. */
  readonly thickness?: number;
  /** Plane distances d(hkl) of the lattice. */
  readonly layers?: number;
  /** Å from the highest site to the lowest of the next slab; default 15. */
  readonly vacuum?: number;
  /** As `slabTerminations` numbers them, default 0; "all" for a list of slabs. */
  readonly termination?: number | "all";
  /**
   * Takes layers off one side until a symmetry of the crystal turns the slab upside down, so that both
   * surfaces are the same: "top" or true keeps the upper surface of the termination, "bottom" the lower
   * one. With `termination: "all"`, true gives both. Such a slab may not have the composition of the
   * crystal. Default false.
   */
  readonly symmetric?: boolean | "top" | "bottom";
  /** The slab in the middle of the cell, or at its bottom; default true. */
  readonly center?: boolean;
  /** c along the normal, in place of along the lattice of the crystal; default true. */
  readonly alongNormal?: boolean;
}

const terminationFields = ["hkl", "primitive", "layerTolerance"];
const fields = [
  ...terminationFields,
  ...["thickness", "layers", "vacuum", "termination", "symmetric", "center", "alongNormal"],
];
const example = "{ hkl: [1, 1, 1], layers: 6, vacuum: 15 }";

/**
 * The ways to cut a crystal along (hkl): between every two layers, those that a symmetry of the
 * crystal takes into each other once, the widest gap first.
 *
 * @throws {ShapeError} hkl is no plane. @throws {InvalidConfiguration} a crystal that is not periodic
 *   in three directions. @throws {SymmetryError} as `symmetry`.
 * @example slabTerminations(nacl, { hkl: [1, 1, 1] }).map(({ top }) => top) // ["Na"]
 */
export function slabTerminations(
  crystal: Crystal,
  options: TerminationOptions,
): readonly SlabTermination[] {
  requireObject("options", options, "{ hkl: [1, 1, 1] }");
  requireKnownFields("the options of terminations", options, terminationFields);
  return cellAndTerminations(crystal, options).terminations;
}

/**
 * A slab of a crystal between two (hkl) planes, periodic along a and b, with a vacuum along c. Both
 * surfaces come from the same cut, so that the slab has the composition of the crystal, unless equal
 * surfaces are asked for with `symmetric`. Site properties turn with the crystal; those that the smallest
 * surface cell cannot have, as moments up and down by turns, are left out with the warning
 * `SITE_PROPERTY_DROPPED`, unless `primitive` is false.
 *
 * @returns a along x, the normal along z; one slab, or a list of them for `termination: "all"`.
 * @throws {ShapeError} hkl is no plane. @throws {InvalidConfiguration} no such termination, both or
 *   neither of thickness and layers, a misspelt option; `symmetric` where no symmetry of the crystal
 *   turns the plane round, as (111) of zinc blende. @throws {DomainError} a size not above 0.
 * @throws {ResourceExhausted} above `config.maxNodes`, or 5 million sites.
 * @example slab(silicon, { hkl: [1, 1, 1], thickness: 12, vacuum: 15 })
 */
export function slab(
  crystal: Crystal,
  options: SlabOptions & { readonly termination: "all" },
): Crystal[];
export function slab(
  crystal: Crystal,
  options: SlabOptions & { readonly termination?: number },
): Crystal;
export function slab(crystal: Crystal, options: SlabOptions): Crystal | Crystal[] {
  requireObject("options", options, example);
  requireKnownFields("the options of a slab", options, fields);
  const { termination = 0 } = options;
  const { cell, terminations } = cellAndTerminations(crystal, options);
  const count = layerCount(cell, options);
  const slabCount = termination === "all" ? terminations.length : 1;
  requireSiteCount("the slab", count * cell.sources.length, crystal.config);
  requireSiteCount("all slabs together", slabCount * count * cell.sources.length);
  const symmetric = requireSymmetric(options.symmetric ?? false);
  if (termination === "all") {
    return terminations.flatMap((each) =>
      rangesOf(crystal, cell, each, count, symmetric, true).map((range) =>
        cut(crystal, cell, each, range, options),
      ),
    );
  }
  const chosen = terminations[termination];
  if (chosen !== undefined) {
    const [range] = rangesOf(crystal, cell, chosen, count, symmetric, false);
    return cut(crystal, cell, chosen, range, options);
  }
  throw new InvalidConfiguration(
    `the plane has ${terminations.length} terminations, 0 to ${terminations.length - 1}, got ` +
      `${show(termination)}; slabTerminations lists them`,
    { termination, count: terminations.length },
  );
}

function cellAndTerminations(
  crystal: Crystal,
  { hkl, primitive = true, layerTolerance = 0.1 }: TerminationOptions,
): { cell: SurfaceCell; terminations: SlabTermination[] } {
  requireCrystal(crystal);
  const plane = requirePlane(hkl);
  const cell = surfaceCell(crystal, plane, primitive);
  const tolerance = requireInRange("layerTolerance", layerTolerance, 1e-4, 2, "Å");
  return { cell, terminations: terminationsOf(crystal, cell, tolerance) };
}

function layerCount({ height }: SurfaceCell, { thickness, layers }: SlabOptions): number {
  if ((thickness === undefined) === (layers === undefined)) {
    throw new InvalidConfiguration(
      `a slab needs either thickness in Å or layers, such as ${example}`,
      { thickness, layers },
    );
  }
  if (thickness !== undefined) {
    return Math.ceil(requirePositive("thickness", thickness, "Å") / height - 1e-6);
  }
  if (Number.isInteger(layers) && layers! >= 1) return layers!;
  throw new InvalidConfiguration(`layers must be a whole number, 1 or more, got ${show(layers)}`, {
    layers,
  });
}

function requireSymmetric(value: unknown): boolean | "top" | "bottom" {
  if (typeof value === "boolean") return value;
  return requireOneOf("symmetric", value, ["top", "bottom"] as const);
}

/** From where to where a slab reaches, in layers above its cut. */
type Range = readonly [low: number, high: number];

function rangesOf(
  crystal: Crystal,
  cell: SurfaceCell,
  { shift, isSymmetric }: SlabTermination,
  count: number,
  symmetric: boolean | "top" | "bottom",
  isAll: boolean,
): Range[] {
  if (symmetric === false || isSymmetric) return [[0, count]];
  const parts = symmetricThicknesses(crystal, cell, shift);
  if (parts.length === 0) {
    throw new InvalidConfiguration(
      "no symmetry of the crystal turns this plane upside down: its slabs cannot have two equal " +
        "surfaces; leave out symmetric, or take another plane",
      { symmetric },
    );
  }
  // A slab below a cut is as thick as one above it, less from the other side.
  const low: Range = [0, count - 1 + Math.max(...parts)];
  const high: Range = [Math.min(...parts), count];
  const ranges = { bottom: low, top: high };
  if (symmetric === true && isAll) return [ranges.top, ranges.bottom];
  return [ranges[symmetric === true ? "top" : symmetric]];
}

function cut(
  crystal: Crystal,
  cell: SurfaceCell,
  { shift }: SlabTermination,
  [low, high]: Range,
  options: SlabOptions,
): Crystal {
  const { fracPositions, sources, matrix: m } = cell;
  const siteCount = sources.length;
  const rows: { source: number; position: number[] }[] = [];
  for (let layer = 0; layer < high; layer++) {
    for (let i = 0; i < siteCount; i++) {
      const [x, y, z] = fracPositions.subarray(3 * i, 3 * i + 3);
      const w = layer + (z < shift ? z + 1 : z) - shift;
      if (w < low || w > high) continue;
      rows.push({
        source: sources[i],
        position: [0, 1, 2].map((k) => x * m[k] + y * m[3 + k] + w * m[6 + k]),
      });
    }
  }
  if (rows.length === 0) {
    throw new InvalidConfiguration(
      "no sites are left between two equal surfaces; take more layers",
      { low, high },
    );
  }
  rows.sort((p, q) => p.position[2] - q.position[2]);
  const vacuum = requirePositive("vacuum", options.vacuum ?? 15, "Å");
  const bottom = rows[0].position[2];
  const height = rows.at(-1)!.position[2] - bottom + vacuum;
  const base = (options.center ?? true) ? vacuum / 2 : 0;
  const tilt = (options.alongNormal ?? true) ? 0 : height / m[8];
  const lattice = Lattice.fromMatrix([
    ...Array.from(m).slice(0, 6),
    ...[tilt * m[6], tilt * m[7], height],
  ]);
  const positions = rows.flatMap(({ position: [x, y, z] }) => [x, y, z - bottom + base]);
  return crystalOfPiece(crystal, {
    lattice,
    cartPositions: Float64Array.from(positions),
    sources: rows.map(({ source }) => source),
    periodic: [true, true, false],
    rotation: cell.rotation,
    reduction: cell.reduction,
  }).wrapped();
}
