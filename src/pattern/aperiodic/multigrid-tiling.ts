import { requireFinite, requireObject } from "../../base/check.js";
import { DomainError } from "../../base/errors.js";
import { requireKnownFields } from "../../base/suggest.js";
import type { PatternParts } from "../pattern-parts.js";
import { familyCount, type Multigrid, multigrid } from "./multigrid.js";
import {
  type PatchOptions,
  requireOffsets,
  requirePatch,
  requirePointCount,
} from "./planar-options.js";
import { rhombusPatch, shapeAngle, vertexDensity } from "./rhombus-patch.js";
import { coordinationKinds, keepDisc, rhombi } from "./rhombus-tiling.js";

export interface MultigridOptions extends PatchOptions {
  /** Order of rotation n, 3 to 30. */
  readonly symmetry: number;
  /**
   * γ_j of the n families of lines (n/2 for an even n), or one number for all; by default 1/n for an
   * odd n and −½ for an even one, which give the tiling that order of rotation about the origin.
   */
  readonly offsets?: number | readonly number[];
}

export interface AmmannBeenkerOptions extends PatchOptions {
  /** γ_j of the four families of lines, or one number for all; default −½: eightfold about the origin. */
  readonly offsets?: number | readonly number[];
}

const fields = ["radius", "spacing", "symmetry", "offsets"];

/**
 * Rhombus tiling dual to de Bruijn's multigrid: the lines p·e_j + γ_j = k for all whole k, with e_j at
 * 360° j/n. Vertices are Σ K_j e_j with whole K_j; they are told apart by the K_j. Five families whose
 * offsets add up to a whole number give the Penrose tiling.
 *
 * Offsets are taken to the nearest multiple of 1/738017280 (1.4·10⁻⁹), in which 1/2 to 1/16 are exact.
 * Where more than two lines meet in a point, which is decided exactly, the tiling is the limit of those
 * whose offsets are moved by an amount that goes to zero, in a fixed direction.
 *
 * @returns Points within the radius, with the number of tiles that meet in each as their kind, and the
 *   tiles between them, named by their acute angle ("36°"). `facts.density` is in points/Å².
 * @throws {DomainError} symmetry that is not a whole number from 3 to 30, radius or spacing not above 0,
 *   offset beyond ±1000. @throws {ShapeError} wrong number of offsets.
 * @throws {ResourceExhausted} more than 50 million points.
 * @see N. G. de Bruijn, Proc. K. Ned. Akad. Wet. A84, 39 (1981); F. Gähler & J. Rhyner, J. Phys. A 19,
 *   267 (1986), for other numbers of families.
 * @example
 * multigridTiling({ symmetry: 7, radius: 20 }).tiles?.kindNames;
 * // ["25.714°", "51.429°", "77.143°"]
 */
export function multigridTiling(options: MultigridOptions): PatternParts {
  requireObject("options", options, "{ symmetry: 7, radius: 20 }");
  requireKnownFields("multigrid options", options, fields);
  const n = requireSymmetry(options.symmetry);
  const fallback = n % 2 === 1 ? 1 / n : -0.5;
  const gamma = requireOffsets("offsets", options.offsets, familyCount(n), fallback);
  const grid = multigrid(n, gamma);
  const shapes = Math.floor(grid.families / 2);
  const names = Array.from(
    { length: shapes },
    (_, i) => `${Number(shapeAngle(n, i + 1).toFixed(3))}°`,
  );
  return tilingOf(grid, options, names);
}

/**
 * Ammann-Beenker tiling of squares and 45° rhombi, dual to four families of lines at 45° to each other.
 * It scales by the silver mean: there are √2 rhombi to a square.
 *
 * @returns As `multigridTiling`; the tiles are "square" and "rhombus".
 * @throws {DomainError} radius or spacing not above 0. @throws {ShapeError} not four offsets.
 * @see F. P. M. Beenker, Eindhoven Univ. Technol. report 82-WSK-04 (1982).
 * @example ammannBeenkerTiling({ radius: 30 }).facts?.density // 1.2071: (1 + √2)/2 points/Å²
 */
export function ammannBeenkerTiling(options: AmmannBeenkerOptions): PatternParts {
  requireObject("options", options, "{ radius: 30 }");
  requireKnownFields("Ammann-Beenker options", options, ["radius", "spacing", "offsets"]);
  const grid = multigrid(8, requireOffsets("offsets", options.offsets, 4, -0.5));
  return tilingOf(grid, options, ["rhombus", "square"]);
}

function requireSymmetry(value: unknown): number {
  const n = requireFinite("symmetry", value);
  if (Number.isInteger(n) && n >= 3 && n <= 30) return n;
  throw new DomainError(`symmetry must be a whole number from 3 to 30, got ${n}`, { value });
}

/** About how many points a tiling will have whose grid has this order of rotation. */
export function multigridPointEstimate(options: PatchOptions, symmetry: number): number {
  const { radius, spacing } = requirePatch(options);
  const grid = multigrid(requireSymmetry(symmetry), new Float64Array(symmetry));
  return Math.PI * (radius / spacing) ** 2 * vertexDensity(grid);
}

function tilingOf(grid: Multigrid, options: PatchOptions, tileNames: string[]): PatternParts {
  const { radius, spacing } = requirePatch(options);
  const density = vertexDensity(grid);
  const reach = radius / spacing;
  requirePointCount(
    multigridPointEstimate(options, grid.n),
    "give a smaller radius or a larger spacing",
  );
  const patch = rhombusPatch(grid, reach);
  const kept = keepDisc(patch, reach, spacing);
  const kindOfShape = Int32Array.from({ length: tileNames.length + 1 }, (_, shape) => shape - 1);
  return {
    positions: kept.positions,
    dimension: 2,
    ...coordinationKinds(patch, kept, 2 * grid.families),
    tiles: rhombi(patch, kept, kindOfShape, tileNames),
    facts: { density: density / (spacing * spacing), symmetry: grid.n },
  };
}
