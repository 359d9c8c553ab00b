import { requireFinite, requireInRange, requireObject, show } from "../../base/check.js";
import { DomainError, ShapeError } from "../../base/errors.js";
import { requireKnownFields } from "../../base/suggest.js";
import { cells, type IntegerRows, planarMatches } from "./coincidence.js";
import {
  commensurate,
  type Eisenstein,
  type HexagonalMatch,
  hexagonalMatches,
  indicesOf,
} from "./hexagonal-coincidence.js";
import { type CheckedLayer, type LayerInput, requireLayers } from "./planar-layer.js";
import type { SearchBounds } from "./search-bounds.js";

export interface TwistSearchOptions {
  /**
   * Smallest and largest angle in degrees, −180 to 180; default [0, 60], in which hexagonal layers have
   * each cell once.
   */
  readonly angle?: readonly [number, number];
  /** Atoms in the common cell; default 2000. */
  readonly maxAtoms?: number;
  /** Largest principal strain between the layers, by its amount; default 0. */
  readonly maxStrain?: number;
  /** Both layers, or [bottom, top]; default "graphene". */
  readonly layers?: LayerInput | readonly [LayerInput, LayerInput];
}

/** A cell common to both layers. */
export interface TwistedBilayerCell {
  /** Rotation of the top layer, degrees. */
  readonly angle: number;
  readonly atomCount: number;
  /** The larger principal strain, by its amount, of the top layer on the bottom one if that is kept. */
  readonly strain: number;
  /** Area of the cell in the unstrained bottom layer, Å². */
  readonly area: number;
  /** Rows: the cell's vectors in terms of a and b of the bottom layer, and of the top one. */
  readonly bottom: IntegerRows;
  readonly top: IntegerRows;
  /** Of equal hexagonal layers without strain: see `twistedBilayer`. */
  readonly m?: number;
  readonly r?: number;
}

/**
 * Common cells of two layers twisted against each other, smallest first. Every cell of two hexagonal
 * lattices that has their symmetry is found, by arithmetic in ℤ[exp(2πi/3)]; of others the cells whose
 * reduced vectors are no longer than twice the root of the largest area.
 *
 * @throws {DomainError} angles reversed or beyond ±180, maxAtoms or maxStrain out of range.
 * @throws {ShapeError} angle that is no pair. @throws {InvalidConfiguration} unknown layer or option.
 * @throws {ResourceExhausted} bounds so wide that the search would not end.
 * @see S. Shallcross, S. Sharma, E. Kandelaki & O. A. Pankratov, Phys. Rev. B 81, 165105 (2010).
 * @example twistedBilayerCells({ angle: [1, 1.1], maxAtoms: 12_000 })[0].angle // 1.0845 (m 30, r 1)
 */
export function twistedBilayerCells(options: TwistSearchOptions = {}): TwistedBilayerCell[] {
  requireObject("options", options, "{ angle: [1, 2], maxAtoms: 10_000 }");
  requireKnownFields("twist search options", options, ["angle", "maxAtoms", "maxStrain", "layers"]);
  const layers = requireLayers(options.layers);
  return cellsOf(layers, requireBounds(options));
}

export function cellsOf(
  layers: readonly [CheckedLayer, CheckedLayer],
  bounds: SearchBounds,
): TwistedBilayerCell[] {
  const [bottom, top] = layers;
  const found =
    bottom.isHexagonal && top.isHexagonal
      ? hexagonalCells(layers, bounds)
      : planarMatches(bottom, top, bounds).map((match) => ({
          ...match,
          atomCount: atomsOf(match.bottom, match.top, layers),
          area: cells(match.bottom) * bottom.area,
        }));
  return found
    .filter(({ atomCount }) => atomCount <= bounds.maxAtoms)
    .sort((a, b) => a.atomCount - b.atomCount || a.strain - b.strain || a.angle - b.angle);
}

function hexagonalCells(
  layers: readonly [CheckedLayer, CheckedLayer],
  bounds: SearchBounds,
): TwistedBilayerCell[] {
  const [bottom, top] = layers;
  const counts = [bottom.sites.length, top.sites.length] as const;
  return hexagonalMatches(bottom.a, top.a, counts, bounds).map((match) =>
    hexagonalCell(match, layers),
  );
}

export function commensurateCell(
  m: number,
  r: number,
  layers: readonly [CheckedLayer, CheckedLayer],
): TwistedBilayerCell {
  return hexagonalCell(commensurate(m, r, layers[0].a), layers);
}

function hexagonalCell(
  match: HexagonalMatch,
  layers: readonly [CheckedLayer, CheckedLayer],
): TwistedBilayerCell {
  const [bottom, top] = [rowsOf(match.u), rowsOf(match.v)];
  const isEqual = layers[0].a === layers[1].a;
  return {
    angle: match.angle,
    atomCount: atomsOf(bottom, top, layers),
    strain: isEqual && Math.abs(match.strain) < 1e-12 ? 0 : Math.abs(match.strain),
    area: cells(bottom) * layers[0].area,
    bottom,
    top,
    ...(isEqual ? indicesOf(match) : {}),
  };
}

/** u and ζ u, ζ (i + jζ) = −j + (i − j) ζ. */
function rowsOf([i, j]: Eisenstein): IntegerRows {
  return [
    [i, j],
    [-j, i - j],
  ];
}

function atomsOf(
  bottom: IntegerRows,
  top: IntegerRows,
  layers: readonly [CheckedLayer, CheckedLayer],
): number {
  return cells(bottom) * layers[0].sites.length + cells(top) * layers[1].sites.length;
}

const mostAtoms = 1_000_000;

function requireBounds({ angle, maxAtoms, maxStrain }: TwistSearchOptions): SearchBounds {
  const range = angle ?? [0, 60];
  if (!Array.isArray(range) || range.length !== 2) {
    throw new ShapeError(`angle must be [min, max] in degrees, got ${show(angle)}`, { angle });
  }
  const low = requireInRange("angle[0]", range[0], -180, 180, "degrees");
  const high = requireInRange("angle[1]", range[1], -180, 180, "degrees");
  if (low > high) {
    throw new DomainError(
      `angle must be [min, max] with min ≤ max, got [${low}, ${high}]; did you mean [${high}, ${low}]?`,
      { angle },
    );
  }
  return { angle: [low, high], ...requireLimits(maxAtoms ?? 2000, maxStrain ?? 0) };
}

export function requireLimits(
  maxAtoms: number,
  maxStrain: number,
): { readonly maxAtoms: number; readonly maxStrain: number } {
  return {
    maxAtoms: requireInRange("maxAtoms", requireFinite("maxAtoms", maxAtoms), 1, mostAtoms),
    maxStrain: requireInRange("maxStrain", maxStrain, 0, 0.5),
  };
}
