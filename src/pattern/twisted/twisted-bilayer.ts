import { requireInRange, requireObject, requirePositive, show } from "../../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../../base/errors.js";
import { requireKnownFields } from "../../base/suggest.js";
import { Lattice } from "../../lattice/lattice.js";
import { greatestCommonDivisor, hermiteNormalForm } from "../../math/integer-matrix.js";
import type { PatternParts } from "../pattern-parts.js";
import type { IntegerRows } from "./coincidence.js";
import { type CheckedLayer, type LayerInput, requireLayers } from "./planar-layer.js";
import {
  cellsOf,
  commensurateCell,
  requireLimits,
  type TwistedBilayerCell,
} from "./twisted-bilayer-cells.js";

export interface TwistedBilayerOptions {
  /** Both layers, or [bottom, top]; default "graphene". */
  readonly layers?: LayerInput | readonly [LayerInput, LayerInput];
  /** Indices of a commensurate cell of equal hexagonal layers: whole, above 0, without common divisor. */
  readonly m?: number;
  readonly r?: number;
  /**
   * Degrees: instead of m and r the smallest cell within `angleTolerance` of this angle, negative for a
   * clockwise turn of the top layer. An angle other than 0 never gives equal layers without a twist.
   */
  readonly angle?: number;
  /** Degrees; default 0.02. */
  readonly angleTolerance?: number;
  /** Of the search by angle: largest strain between the layers, default 0, and atoms, default 20000. */
  readonly maxStrain?: number;
  readonly maxAtoms?: number;
  /** Instead of both: one of the results of `twistedBilayerCells` for the same layers. */
  readonly cell?: TwistedBilayerCell;
  /** Share of the strain that the top layer takes, 0 to 1; default ½. */
  readonly strainShare?: number;
  /** Distance of the layers' mean planes, Å; default that of the layers (mean of the two). */
  readonly interlayer?: number;
  /** Empty space along c, Å; default 20. */
  readonly vacuum?: number;
  /** Of the top layer in fractions of its own a and b; default [0, 0], turned about a common origin. */
  readonly shift?: readonly [number, number];
}

/** Names of the options. */
export const bilayerFields: readonly string[] = [
  "layers",
  "m",
  "r",
  "angle",
  "angleTolerance",
  "maxStrain",
  "maxAtoms",
  "cell",
  "strainShare",
  "interlayer",
  "vacuum",
  "shift",
];

/**
 * Two layers twisted against each other, as a crystal that is periodic along a and b. For equal
 * hexagonal layers the commensurate cell (m, r) has, with two atoms in the cell of a layer,
 *
 *   cos θ = (3m² + 3mr + r²/2)/(3m² + 3mr + r²),
 *   N = 4 (3m² + 3mr + r²), or 4 (m² + mr + r²/3) where 3 divides r.
 *
 * Other layers are strained to a common cell: the top layer by `strainShare` of the mismatch and the
 * bottom one by the rest, without rotation.
 *
 * @returns Positions in one cell, a along x; kinds are "bottom " and "top " with the labels of the
 *   sites. `facts`: angle (degrees), atomCount, strain, m and r where they exist.
 * @throws {DomainError} m and r not whole, not above 0 or with a common divisor; no cell near the angle
 *   (it names the nearest one); a length not above 0. @throws {InvalidConfiguration} none or several of
 *   (m, r), angle and cell; m and r for layers that are not equal and hexagonal.
 * @see J. M. B. Lopes dos Santos, N. M. R. Peres & A. H. Castro Neto, Phys. Rev. B 86, 155449 (2012).
 * @example twistedBilayer({ m: 31, r: 1 }).facts // { angle: 1.0501, atomCount: 11908, ... }
 */
export function twistedBilayer(options: TwistedBilayerOptions): PatternParts {
  requireObject("options", options, "{ m: 31, r: 1 }");
  requireKnownFields("twisted bilayer options", options, bilayerFields);
  const layers = requireLayers(options.layers);
  const cell = chosenCell(options, layers);
  const share = requireInRange("strainShare", options.strainShare ?? 0.5, 0, 1);
  const height = requirePositive(
    "interlayer",
    options.interlayer ?? (layers[0].interlayer + layers[1].interlayer) / 2,
    "Å",
  );
  const vacuum = requirePositive("vacuum", options.vacuum ?? 20, "Å");
  const shift = requireShift(options.shift ?? [0, 0]);
  const vectors = commonVectors(cell, layers, share);
  const stacked = [
    { layer: layers[0], rows: cell.bottom, shift: [0, 0] as const, z: 0, name: "bottom" },
    { layer: layers[1], rows: cell.top, shift, z: height, name: "top" },
  ];
  const heights = stacked.flatMap(({ layer, z }) => layer.sites.map((site) => z + site.z));
  const floor = Math.min(...heights) - vacuum / 2;
  const placed = stacked.map((each) => sitesOf({ ...each, z: each.z - floor }, vectors));
  const kindNames = placed.flatMap(({ names }) => names);
  const kinds = placed.flatMap(({ kinds }, layer) =>
    kinds.map((kind) => kind + (layer === 0 ? 0 : placed[0].names.length)),
  );
  const [[ax, ay], [bx, by]] = vectors;
  const c = Math.max(...heights) - floor + vacuum / 2;
  return {
    positions: Float64Array.from(placed.flatMap(({ positions }) => positions)),
    dimension: 2,
    cell: {
      lattice: Lattice.fromMatrix([ax, ay, 0, bx, by, 0, 0, 0, c]),
      periodic: [true, true, false],
    },
    kindOfPoint: Int32Array.from(kinds),
    kindNames,
    facts: {
      angle: cell.angle,
      atomCount: cell.atomCount,
      strain: cell.strain,
      ...(cell.m === undefined || cell.r === undefined ? {} : { m: cell.m, r: cell.r }),
    },
  };
}

/** How many atoms the bilayer will have, or the most it may have where the angle is searched for. */
export function twistedBilayerPointEstimate(options: TwistedBilayerOptions): number {
  requireObject("options", options, "{ m: 31, r: 1 }");
  if (options.angle !== undefined) return options.maxAtoms ?? defaultMaxAtoms;
  return chosenCell(options, requireLayers(options.layers)).atomCount;
}

const defaultMaxAtoms = 20_000;

function chosenCell(
  options: TwistedBilayerOptions,
  layers: readonly [CheckedLayer, CheckedLayer],
): TwistedBilayerCell {
  const { m, r, angle, cell } = options;
  const ways = [m !== undefined || r !== undefined, angle !== undefined, cell !== undefined];
  if (ways.filter(Boolean).length !== 1) {
    throw new InvalidConfiguration(
      "a twisted bilayer needs either m and r, or an angle, or a cell of twistedBilayerCells, such as " +
        `{ m: 31, r: 1 } or { angle: 1.05 }; got ${show({ m, r, angle, cell })}`,
      { m, r, angle, cell },
    );
  }
  if (cell !== undefined) return requireCell(cell, layers);
  if (angle !== undefined) return cellNear(options, angle, layers);
  const [bottom, top] = layers;
  if (!bottom.isHexagonal || !top.isHexagonal || bottom.a !== top.a) {
    throw new InvalidConfiguration(
      `m and r are defined for two equal hexagonal layers, got ${bottom.name} (a ${bottom.a} Å) and ` +
        `${top.name} (a ${top.a} Å); give an angle and maxStrain instead`,
      { m, r },
    );
  }
  for (const [name, value] of Object.entries({ m, r })) {
    if (Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= 500) continue;
    throw new DomainError(`${name} must be a whole number from 1 to 500, got ${show(value)}`, {
      [name]: value,
    });
  }
  const divisor = greatestCommonDivisor(m as number, r as number);
  if (divisor === 1) return commensurateCell(m as number, r as number, layers);
  throw new DomainError(
    `m and r must have no common divisor, got ${m} and ${r}; the same cell is ` +
      `{ m: ${(m as number) / divisor}, r: ${(r as number) / divisor} }`,
    { m, r },
  );
}

function cellNear(
  { angleTolerance, maxAtoms, maxStrain }: TwistedBilayerOptions,
  angle: number,
  layers: readonly [CheckedLayer, CheckedLayer],
): TwistedBilayerCell {
  const target = requireInRange("angle", angle, -180, 180, "degrees");
  const tolerance = requirePositive("angleTolerance", angleTolerance ?? 0.02, "degrees");
  const limits = requireLimits(maxAtoms ?? defaultMaxAtoms, maxStrain ?? 0);
  // Equal layers one on the other are near every small angle, and no twist.
  const within = (width: number) =>
    cellsOf(layers, { angle: [target - width, target + width], ...limits }).filter(
      (cell) => target === 0 || cell.angle !== 0 || cell.strain !== 0,
    );
  const [smallest] = within(tolerance);
  if (smallest !== undefined) return smallest;
  const others = within(Math.max(2, 20 * tolerance)).sort(
    (a, b) => Math.abs(a.angle - target) - Math.abs(b.angle - target),
  );
  const nearest =
    others.length === 0
      ? ""
      : `; the nearest is ${others[0].angle.toFixed(4)}° with ${others[0].atomCount} atoms`;
  throw new DomainError(
    `no common cell within ${tolerance}° of ${target}°, ${limits.maxAtoms} atoms and a strain of ` +
      `${limits.maxStrain}${nearest}; allow more atoms, more strain or a larger angleTolerance` +
      radiansHint(target),
    { angle, ...limits, angleTolerance: tolerance },
  );
}

/** Twists of interest are above 0.6°, and those in radians below 0.6. */
function radiansHint(angle: number): string {
  const size = Math.abs(angle);
  if (size === 0 || size > 0.6) return "";
  return `. Angles are in degrees: ${angle} rad would be ${((angle * 180) / Math.PI).toFixed(4)}`;
}

function requireCell(
  cell: TwistedBilayerCell,
  layers: readonly [CheckedLayer, CheckedLayer],
): TwistedBilayerCell {
  requireObject("cell", cell, "a result of twistedBilayerCells");
  const isMatrix = (rows: unknown) =>
    Array.isArray(rows) && rows.length === 2 && rows.flat().every(Number.isSafeInteger);
  if (isMatrix(cell.bottom) && isMatrix(cell.top)) {
    const count = [cell.bottom, cell.top].reduce(
      (sum, [[a, b], [c, d]], i) => sum + Math.abs(a * d - b * c) * layers[i].sites.length,
      0,
    );
    if (count === cell.atomCount) return cell;
  }
  throw new InvalidConfiguration(
    `cell must be a result of twistedBilayerCells for the same layers, got ${show(cell)}`,
    { cell },
  );
}

function requireShift(shift: readonly [number, number]): readonly [number, number] {
  if (Array.isArray(shift) && shift.length === 2 && shift.every(Number.isFinite)) return shift;
  throw new ShapeError(`shift must be two finite numbers, got ${show(shift)}`, { shift });
}

type PlanarRows = readonly [readonly [number, number], readonly [number, number]];

/**
 * Rows of the common cell, the first along x. The turned top rows T and the bottom rows B differ by a
 * pure stretch, so T + share (B − T) strains both without turning them.
 */
function commonVectors(
  { bottom, top, angle }: TwistedBilayerCell,
  layers: readonly [CheckedLayer, CheckedLayer],
  share: number,
): PlanarRows {
  const theta = (angle * Math.PI) / 180;
  const [b1, b2] = cartesian(bottom, layers[0]);
  const [t1, t2] = cartesian(top, layers[1]).map(([x, y]) => turned(x, y, theta));
  const mixed = [
    [t1[0] + share * (b1[0] - t1[0]), t1[1] + share * (b1[1] - t1[1])],
    [t2[0] + share * (b2[0] - t2[0]), t2[1] + share * (b2[1] - t2[1])],
  ];
  const length = Math.hypot(...mixed[0]);
  const along = (mixed[0][0] * mixed[1][0] + mixed[0][1] * mixed[1][1]) / length;
  const across = (mixed[0][0] * mixed[1][1] - mixed[0][1] * mixed[1][0]) / length;
  return [
    [length, 0],
    [along, across],
  ];
}

function cartesian(rows: IntegerRows, { basis: [ax, ay, bx, by] }: CheckedLayer): PlanarRows {
  const [first, second] = rows.map(([i, j]) => [i * ax + j * bx, i * ay + j * by] as const);
  return [first, second];
}

function turned(x: number, y: number, angle: number): [number, number] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos * x - sin * y, sin * x + cos * y];
}

/** All sites of a layer in the common cell; lattice points are wrapped as whole numbers. */
function sitesOf(
  stacked: {
    readonly layer: CheckedLayer;
    readonly rows: IntegerRows;
    readonly shift: readonly [number, number];
    readonly z: number;
    readonly name: string;
  },
  [[ax, ay], [bx, by]]: PlanarRows,
): { positions: number[]; kinds: number[]; names: string[] } {
  const [[s00, s01], [s10, s11]] = stacked.rows;
  const determinant = s00 * s11 - s01 * s10;
  const hermite = hermiteNormalForm([s00, s01, 0, s10, s11, 0, 0, 0, 1]);
  const positions: number[] = [];
  const kinds: number[] = [];
  const modulo = (value: number, n: number) => ((value % n) + n) % n;
  stacked.layer.sites.forEach(({ position, z }, kind) => {
    const [u, v] = [position[0] + stacked.shift[0], position[1] + stacked.shift[1]];
    const offset = [(u * s11 - v * s10) / determinant, (v * s00 - u * s01) / determinant];
    for (let i = 0; i < hermite[0]; i++) {
      for (let j = 0; j < hermite[4]; j++) {
        const along = modulo(i * s11 - j * s10, determinant) / determinant + offset[0];
        const across = modulo(j * s00 - i * s01, determinant) / determinant + offset[1];
        const [f, g] = [along - Math.floor(along), across - Math.floor(across)];
        positions.push(f * ax + g * bx, f * ay + g * by, stacked.z + z);
        kinds.push(kind);
      }
    }
  });
  return {
    positions,
    kinds,
    names: stacked.layer.sites.map(({ label }) => `${stacked.name} ${label}`),
  };
}
