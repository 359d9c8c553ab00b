import { show } from "../../base/check.js";
import { InvalidConfiguration } from "../../base/errors.js";
import { nearest } from "../../base/suggest.js";
import type { PatternKind } from "../pattern-kind.js";
import { type CellSize, regionOf, sizeFields, sizeLengths } from "./cell-size.js";
import { fillCells, type Motif, regionPoints } from "./fill-cells.js";
import type { MotifTiles } from "./fill-tiles.js";
import { type PlanarNet, planarFaces } from "./planar-faces.js";

/** The vertex configurations of the Archimedean tilings: the polygons round each vertex. */
export type VertexConfiguration =
  | "3.3.3.3.3.3"
  | "4.4.4.4"
  | "6.6.6"
  | "3.3.3.3.6"
  | "3.3.3.4.4"
  | "3.3.4.3.4"
  | "3.4.6.4"
  | "3.6.3.6"
  | "3.12.12"
  | "4.6.12"
  | "4.8.8";

/** The vertices of an Archimedean tiling; all edges have the length `spacing`. */
export interface ArchimedeanOptions extends CellSize {
  readonly vertex: VertexConfiguration;
}

/** Honeycomb, kagome and triangular patterns; `spacing` is the shortest distance. */
export type TilingOptions = CellSize;

const root3 = Math.sqrt(3);
const half3 = root3 / 2;

function hexagonal(a: number): Pick<PlanarNet, "a" | "b"> {
  return { a: [a, 0], b: [-a / 2, a * half3] };
}

function square(a: number): Pick<PlanarNet, "a" | "b"> {
  return { a: [a, 0], b: [0, a] };
}

/** Corners of a regular polygon about the origin. */
function corners(count: number, radius: number, firstAngle: number): [number, number][] {
  return Array.from({ length: count }, (_, k) => {
    const angle = ((firstAngle + (360 * k) / count) * Math.PI) / 180;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

/** Half of a 12-gon's corners: the others belong to the dodecagons beside it. */
function halfDodecagon(): [number, number][] {
  return corners(12, (Math.sqrt(6) + Math.SQRT2) / 2, 15).filter((_, k) => k < 5 || k === 11);
}

/** Of the hexagons of 3.3.3.3.6, which lie on every seventh point of a triangular lattice. */
const snubTurn = (Math.atan2(half3, 2.5) * 180) / Math.PI;

/** Each with edges of length 1. */
const nets: Record<VertexConfiguration, PlanarNet> = {
  "3.3.3.3.3.3": { ...hexagonal(1), basis: [[0, 0]] },
  "4.4.4.4": { ...square(1), basis: [[0, 0]] },
  // Rows at 1/3, 2/3 and 2/3, 1/3 of the cell, so that a hexagon is centred on the origin.
  "6.6.6": {
    ...hexagonal(root3),
    basis: [
      [0, 1],
      [half3, 0.5],
    ],
  },
  "3.3.3.3.6": { ...hexagonal(Math.sqrt(7)), basis: corners(6, 1, -snubTurn) },
  "3.3.3.4.4": {
    a: [1, 0],
    b: [0.5, 1 + half3],
    basis: [
      [0, 0],
      [0, 1],
    ],
  },
  "3.3.4.3.4": {
    ...square((Math.sqrt(6) + Math.SQRT2) / 2),
    basis: corners(4, Math.SQRT1_2, 30),
  },
  "3.4.6.4": { ...hexagonal(1 + root3), basis: corners(6, 1, 30) },
  "3.6.3.6": {
    ...hexagonal(2),
    basis: [
      [1, 0],
      [-0.5, half3],
      [0.5, half3],
    ],
  },
  "3.12.12": { ...hexagonal(2 + root3), basis: halfDodecagon() },
  "4.6.12": { ...hexagonal(3 + root3), basis: corners(12, (Math.sqrt(6) + Math.SQRT2) / 2, 15) },
  "4.8.8": { ...square(1 + Math.SQRT2), basis: corners(4, Math.SQRT1_2, 0) },
};

const configurations = Object.keys(nets) as VertexConfiguration[];

/**
 * The eleven tilings of the plane by regular polygons whose vertices are all alike.
 *
 * @see B. Grünbaum & G. C. Shephard, Tilings and Patterns (1987), section 2.1.
 */
export const archimedean: PatternKind<ArchimedeanOptions> = tiling(
  "archimedean",
  ({ vertex }) => requireConfiguration(vertex),
  ["vertex"],
);

/** 6.6.6: the sublattices A and B of graphene. */
export const honeycomb: PatternKind<TilingOptions> = tiling("honeycomb", () => "6.6.6", [], "AB");

/** 3.6.3.6: corner-sharing triangles, sublattices A, B and C. */
export const kagome: PatternKind<TilingOptions> = tiling("kagome", () => "3.6.3.6", [], "ABC");

/** 3.3.3.3.3.3: the densest lattice of the plane. */
export const triangular: PatternKind<TilingOptions> = tiling("triangular", () => "3.3.3.3.3.3", []);

function tiling<Options extends CellSize>(
  patternType: string,
  vertexOf: (options: Options) => VertexConfiguration,
  fields: readonly string[],
  sublattices = "",
): PatternKind<Options> {
  const motif = (options: Options) => motifOf(vertexOf(options), [...sublattices]);
  return {
    patternType,
    fields: [...fields, ...sizeFields],
    lengths: sizeLengths,
    pointEstimate: (options) => regionPoints(motif(options), regionOf(patternType, options, 2)),
    generate: (options, watch) => {
      const vertex = vertexOf(options);
      const parts = fillCells(motif(options), regionOf(patternType, options, 2), watch);
      return { ...parts, facts: { ...parts.facts, vertexConfiguration: vertex } };
    },
  };
}

/** The faces of a tiling's cell and the number of its points; undefined for another name. */
export function facesOfNet(
  vertex: unknown,
): { readonly faces: MotifTiles; readonly basisCount: number } | undefined {
  const known = configurations.find((name) => name === vertex);
  if (known === undefined) return undefined;
  return { faces: planarFaces(nets[known]), basisCount: nets[known].basis.length };
}

function motifOf(vertex: VertexConfiguration, sublattices: readonly string[]): Motif {
  const net = nets[vertex];
  return {
    dimension: 2,
    lattice: Float64Array.of(...net.a, 0, ...net.b, 0, 0, 0, 1),
    basis: Float64Array.from(net.basis.flatMap(([x, y]) => [x, y, 0])),
    tiles: planarFaces(net),
    ...(sublattices.length > 0
      ? { kindOfBasis: net.basis.map((_, m) => m), kindNames: sublattices }
      : {}),
  };
}

/** Accepts Grünbaum's short forms too: "4.8^2", "3^4.6". */
function requireConfiguration(value: unknown): VertexConfiguration {
  const text = typeof value === "string" ? value : "";
  const written = text
    .replace(/(\d+)\^(\d)/g, (_, polygon: string, times: string) =>
      Array(Number(times)).fill(polygon).join("."),
    )
    .replace(/\s/g, "");
  const known = configurations.find((name) => name === written);
  if (known !== undefined) return known;
  const near = nearest(written, configurations);
  throw new InvalidConfiguration(
    `vertex must be one of ${configurations.join(", ")}; got ${show(value)}` +
      (near === undefined ? "" : `; did you mean ${near}?`),
    { value, known: configurations },
  );
}
