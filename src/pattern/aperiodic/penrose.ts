import { requireObject, requireOneOf, show } from "../../base/check.js";
import { DomainError } from "../../base/errors.js";
import { requireKnownFields } from "../../base/suggest.js";
import type { PatternParts } from "../pattern-parts.js";
import { kitesAndDarts } from "./kites-and-darts.js";
import { type Multigrid, multigrid, offsetDivisor } from "./multigrid.js";
import {
  type PatchOptions,
  requireOffsets,
  requirePatch,
  requirePointCount,
} from "./planar-options.js";
import { type RhombusPatch, rhombusPatch } from "./rhombus-patch.js";
import { coordinationKinds, type KeptPatch, keepDisc, rhombi } from "./rhombus-tiling.js";

export interface PenroseOptions extends PatchOptions {
  /** "P3": thick and thin rhombi (default). "P2": kites and darts, whose long edge is `spacing`. */
  readonly tiling?: "P2" | "P3";
  /**
   * γ_j of the five families of lines, or one number for all; default 1/5, fivefold about the origin.
   * A sum that is a whole number gives a Penrose tiling, another sum a generalised one (P3 only).
   */
  readonly offsets?: number | readonly number[];
}

/** Thick rhombi, thin rhombi: numbers of their shapes, the acute angle in units of 36°. */
const thick = 2;
const tau = (1 + Math.sqrt(5)) / 2;

/**
 * Penrose tiling as the dual of de Bruijn's pentagrid, P3 of rhombi (72° and 36°) or P2 of kites and
 * darts, which is drawn into P3. There are τ thick rhombi to a thin one and τ kites to a dart.
 *
 * @returns Points within the radius and the tiles between them. The kind of a point is its vertex
 *   type: of P3 D, J, Q, K, S3, S4, S5 and S as de Bruijn names them, of P2 "ace", "deuce", "jack",
 *   "queen", "king", "star" and "sun"; of a generalised tiling the number of tiles that meet there.
 * @throws {DomainError} radius or spacing not above 0, offset beyond ±1000, or P2 of offsets whose sum
 *   is not a whole number. @throws {ShapeError} not five offsets.
 * @throws {ResourceExhausted} more than 50 million points.
 * @see N. G. de Bruijn, Proc. K. Ned. Akad. Wet. A84, 39 and 53 (1981); M. Gardner, Sci. Am. 236(1),
 *   110 (1977), for the names of P2.
 * @example
 * const { tiles } = penroseTiling({ radius: 50 });
 * tiles?.kindNames; // ["thin", "thick"], 1.618 thick ones to a thin one
 */
export function penroseTiling(options: PenroseOptions): PatternParts {
  const { tiling, radius, spacing, density } = checked(options);
  requirePointCount(penrosePointEstimate(options), "give a smaller radius or a larger spacing");
  const reach = radius / spacing;
  const { grid, sum } = pentagrid(options);
  const facts = { density: density / spacing ** 2, offsetSum: sum };
  if (tiling === "P2") {
    requireWhole(sum, options.offsets);
    return { ...kitesAndDarts(grid, Math.round(sum), reach, spacing), dimension: 2, facts };
  }
  const patch = rhombusPatch(grid, reach, (shape) =>
    shape === thick ? [1, 1 << 4] : [1 << 8, 1 << 12],
  );
  const kept = keepDisc(patch, reach, spacing);
  const kinds = Number.isInteger(sum)
    ? vertexTypes(patch, kept, sum)
    : coordinationKinds({ ...patch, cornerSum: patch.cornerSum.map(cornerCount) }, kept, 10);
  return {
    positions: kept.positions,
    dimension: 2,
    ...kinds,
    tiles: rhombi(patch, kept, Int32Array.of(-1, 0, 1), ["thin", "thick"]),
    facts,
  };
}

/** About how many points the tiling will have. */
export function penrosePointEstimate(options: PenroseOptions): number {
  const { radius, spacing, density } = checked(options);
  return Math.PI * (radius / spacing) ** 2 * density;
}

/** The density is that of the tiling with edges of 1, points per area. */
function checked(options: PenroseOptions) {
  requireObject("options", options, "{ radius: 50 }");
  requireKnownFields("Penrose options", options, ["radius", "spacing", "tiling", "offsets"]);
  const tiling = requireOneOf("tiling", options.tiling ?? "P3", ["P2", "P3"]);
  // A tile of P3 has the mean area (τ sin 72° + sin 36°)/(τ + 1); P2 adds a point in each thick one.
  const ofP3 = (tau + 1) / (tau * Math.sin(0.4 * Math.PI) + Math.sin(0.2 * Math.PI));
  const density = tiling === "P2" ? ofP3 * (1 + 1 / tau) : ofP3;
  return { ...requirePatch(options), tiling, density };
}

/** A sum that is whole but for the rounding of the offsets is made whole. */
function pentagrid({ offsets }: PenroseOptions): { grid: Multigrid; sum: number } {
  const gamma = requireOffsets("offsets", offsets, 5, 0.2);
  const rounded = gamma.map((offset) => Math.round(offset * offsetDivisor) / offsetDivisor);
  const sum = rounded.reduce((total, offset) => total + offset, 0);
  if (Math.abs(sum - Math.round(sum)) > 4 / offsetDivisor)
    return { grid: multigrid(5, gamma), sum };
  rounded[4] -= sum - Math.round(sum);
  return { grid: multigrid(5, rounded), sum: Math.round(sum) };
}

function requireWhole(sum: number, offsets: unknown): void {
  if (Number.isInteger(sum)) return;
  throw new DomainError(
    `kites and darts need offsets that add up to a whole number, got ${show(offsets)} with the sum ` +
      `${sum}; choose the last one to fit, or tiling: "P3" for the generalised tiling`,
    { offsets, sum },
  );
}

function cornerCount(code: number): number {
  return (code & 15) + ((code >> 4) & 15) + ((code >> 8) & 15) + (code >> 12);
}

const typeNames = ["D", "J", "Q", "K", "S3", "S4", "S5", "S"];

/** Corners of 72°, 108°, 36° and 144° that meet in each type. */
const typeOfCorners = new Map([
  [code(0, 2, 0, 1), 0],
  [code(1, 2, 2, 0), 1],
  [code(1, 0, 0, 2), 2],
  [code(3, 0, 0, 1), 3],
  [code(3, 0, 4, 0), 4],
  [code(4, 0, 2, 0), 5],
  [code(5, 0, 0, 0), 6],
]);

function code(thickAcute: number, thickObtuse: number, thinAcute: number, thinObtuse: number) {
  return thickAcute | (thickObtuse << 4) | (thinAcute << 8) | (thinObtuse << 12);
}

/** S and S5 look the same and differ in the arrows: the vertices of S have index 1 or 4, not 2 or 3. */
function vertexTypes({ cornerSum, level }: RhombusPatch, { vertices }: KeptPatch, sum: number) {
  const kindOfPoint = new Int32Array(vertices.length);
  for (let i = 0; i < vertices.length; i++) {
    const type = typeOfCorners.get(cornerSum[vertices[i]]) ?? -1;
    const index = level[vertices[i]] - sum;
    kindOfPoint[i] = type === 6 && (index === 1 || index === 4) ? 7 : type;
  }
  return { kindOfPoint, kindNames: typeNames };
}
