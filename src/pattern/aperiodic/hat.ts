import { requireObject, requirePositive, show } from "../../base/check.js";
import { ShapeError } from "../../base/errors.js";
import { requireKnownFields } from "../../base/suggest.js";
import type { PatternParts, PatternTiles } from "../pattern-parts.js";
import {
  type Displacement,
  hatCorners,
  hatsOf,
  type Metatile,
  mirrored,
  partPosition,
  partsOf,
  turned,
} from "./hat-metatiles.js";
import { type PatchOptions, requirePatch, requirePointCount } from "./planar-options.js";
import { addVector, pack, packedVector, vertexTable } from "./vertex-table.js";

export interface HatOptions extends PatchOptions {
  /** Lengths a and b of the edges of Tile(a, b), in units of `spacing`; default [1, √3], the hat. */
  readonly edges?: readonly [number, number];
}

/**
 * Tiling by the hat, the aperiodic monotile, or by another Tile(a, b) of its family: clusters of hats
 * are composed by substitution until one covers the disc. Points are the corners of the tiles, told
 * apart by their four whole numbers (see `hat-metatiles.ts`).
 *
 * @returns Points within the radius, with the number of tiles that meet in each as their kind, and the
 *   tiles between them: 14 corners each, counterclockwise, one of which lies within the straight edge
 *   of length 2a; "reflected hat" to "hat" is 1 : τ⁴. `facts.density` is in points/Å².
 * @throws {DomainError} radius, spacing or an edge not above 0. @throws {ShapeError} not two edges.
 * @throws {ResourceExhausted} more than 50 million points.
 * @see D. Smith, J. S. Myers, C. S. Kaplan & C. Goodman-Strauss, An aperiodic monotile, Combinatorial
 *   Theory 4(1), 6 (2024).
 * @example hatTiling({ radius: 100 }).tiles?.kindNames // ["hat", "reflected hat"]
 */
export function hatTiling(options: HatOptions): PatternParts {
  const { radius, spacing, shape } = checked(options);
  requirePointCount(hatPointEstimate(options), "give a smaller radius or a larger spacing");
  const reach = radius / spacing;
  const hats = hatsWithin(shape, reach);
  return {
    ...cornersAndTiles(shape, hats, reach, spacing),
    dimension: 2,
    facts: { density: pointsPerTile / (shape.area * spacing * spacing), a: shape.a, b: shape.b },
  };
}

/** About how many points the tiling will have. */
export function hatPointEstimate(options: HatOptions): number {
  const { radius, spacing, shape } = checked(options);
  return (pointsPerTile * Math.PI * (radius / spacing) ** 2) / shape.area;
}

function checked(options: HatOptions) {
  requireObject("options", options, "{ radius: 100 }");
  requireKnownFields("hat options", options, ["radius", "spacing", "edges"]);
  return { ...requirePatch(options), shape: tileShape(options.edges ?? [1, Math.sqrt(3)]) };
}

/** The angles of 14 corners add up to 12 · 180°, those round a point to 360°. */
const pointsPerTile = 6;

interface TileShape {
  readonly a: number;
  readonly b: number;
  readonly area: number;
  /** No corner is farther than this from the first. */
  readonly size: number;
  /** [4, 2]: where one unit of each component of a displacement leads to. */
  readonly directions: readonly (readonly [number, number])[];
}

function tileShape(edges: readonly [number, number]): TileShape {
  if (!Array.isArray(edges) || edges.length !== 2) {
    throw new ShapeError(`edges must be two lengths such as [1, 1.732], got ${show(edges)}`, {
      edges,
    });
  }
  const a = requirePositive("edges[0]", edges[0]);
  const b = requirePositive("edges[1]", edges[1]);
  const half = Math.sqrt(3) / 2;
  const directions = [
    [a, 0],
    [a / 2, a * half],
    [b * half, b / 2],
    [0, b],
  ] as const;
  const corners = hatCorners.map((corner) => project(directions, corner));
  const size = Math.max(...corners.map(([x, y]) => Math.hypot(x, y)));
  let twice = 0;
  corners.forEach(([x, y], i) => {
    const [u, v] = corners[(i + 1) % corners.length];
    twice += x * v - y * u;
  });
  return { a, b, area: twice / 2, size, directions };
}

function project(
  directions: TileShape["directions"],
  displacement: ArrayLike<number>,
): [number, number] {
  let [x, y] = [0, 0];
  for (let i = 0; i < 4; i++) {
    x += displacement[i] * directions[i][0];
    y += displacement[i] * directions[i][1];
  }
  return [x, y];
}

/** Six numbers a hat: its place (four), its rotation, and whether it is reflected. */
type HatList = number[];
const perHat = 6;

/** Every hat that has a corner within the radius, and some more. */
function hatsWithin(shape: TileShape, radius: number): HatList {
  const { level, rotation: turn, place } = coveringMetatile(shape, radius);
  const sizes = metatileSizes(shape, level);
  const hats: HatList = [];
  const descend = (metatile: Metatile, n: number, rotation: number, at: Displacement): void => {
    const [x, y] = project(shape.directions, at);
    if (Math.hypot(x, y) > radius + sizes[n][metatile]) return;
    if (n === 0) {
      for (const hat of hatsOf[metatile]) {
        hats.push(...sum(at, turned(hat.at, rotation)));
        hats.push((rotation + hat.rotation) % 6, hat.isReflected ? 1 : 0);
      }
      return;
    }
    for (const part of partsOf[metatile]) {
      const position = sum(at, turned(partPosition(part, n), rotation));
      descend(part.metatile, n - 1, (rotation + part.rotation) % 6, position);
    }
  };
  descend(0, level, turn, place);
  return hats;
}

function sum(a: Displacement, b: Displacement): Displacement {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
}

/** By level and metatile: no corner of its hats is farther than this from its anchor. */
function metatileSizes(shape: TileShape, level: number): number[][] {
  const length = (d: Displacement) => Math.hypot(...project(shape.directions, d));
  const sizes = [hatsOf.map((hats) => Math.max(...hats.map(({ at }) => length(at) + shape.size)))];
  for (let n = 1; n <= level; n++) {
    const below = sizes[n - 1];
    sizes.push(
      partsOf.map((parts) =>
        Math.max(...parts.map((part) => length(partPosition(part, n)) + below[part.metatile])),
      ),
    );
  }
  return sizes;
}

/**
 * An H of even level lies within the one two levels above as the only part of its T. For the hat this
 * keeps it from the boundary by more than 2.8 τ^(2 level), as measured for levels 2 and 4. The tiling by
 * another tile is the hat's, scaled to the tile's area, with every point moved by less than 2 (a + b).
 */
function coveringMetatile(
  shape: TileShape,
  radius: number,
): { level: number; rotation: number; place: Displacement } {
  const centralT = partsOf[0][3];
  const onlyH = partsOf[1][0];
  const hatArea = 8 * Math.sqrt(3);
  const depth = 2.8 * Math.sqrt(shape.area / hatArea);
  const needed = radius + 2 * shape.size + 4 * (shape.a + shape.b);
  let level = 0;
  let rotation = 0;
  let place: Displacement = [0, 0, 0, 0];
  while (depth * 2.618 ** level < needed) {
    level += 2;
    const inT = turned(partPosition(onlyH, level - 1), centralT.rotation);
    const turn = (12 - centralT.rotation - onlyH.rotation) % 6;
    const step = turned(sum(partPosition(centralT, level), inT), turn);
    place = sum(place, turned(step.map((value) => -value) as unknown as Displacement, rotation));
    rotation = (rotation + turn) % 6;
  }
  return { level, rotation, place };
}

function cornersAndTiles(
  shape: TileShape,
  hats: HatList,
  radius: number,
  spacing: number,
): Omit<PatternParts, "dimension"> {
  const hatCount = hats.length / perHat;
  const table = vertexTable({
    directions: shape.directions,
    extent: radius + 4 * shape.size,
    reach: hats.reduce((most, value) => Math.max(most, Math.abs(value)), 0) + 4,
    expected: 14 * hatCount,
  });
  const outlines = [hatCorners, hatCorners.map(mirrored).toReversed()].map((corners) =>
    Array.from({ length: 6 }, (_, rotation) => corners.map((corner) => turned(corner, rotation))),
  );
  const corners = new Int32Array(14 * hatCount);
  const meeting = new Int32Array(14 * hatCount);
  const planar = new Float64Array(2 * 14 * hatCount);
  const packed = packedVector(table);
  for (let hat = 0; hat < hatCount; hat++) {
    const [a0, a1, b0, b1, rotation, reflected] = hats.slice(perHat * hat, perHat * hat + perHat);
    outlines[reflected][rotation].forEach((corner, c) => {
      const displacement = sum([a0, a1, b0, b1], corner);
      pack(table, displacement, packed);
      const point = addVector(table, packed);
      planar.set(project(shape.directions, displacement), 2 * point);
      corners[14 * hat + c] = point;
      meeting[point]++;
    });
  }
  const points = pointsWithin(planar.subarray(0, 2 * table.count), meeting, radius, spacing);
  return { ...points.parts, tiles: tilesOf(hats, corners, points.newIndex) };
}

const meetingNames = ["2", "3", "4", "5", "6"];

function pointsWithin(planar: Float64Array, meeting: Int32Array, radius: number, spacing: number) {
  const newIndex = new Int32Array(planar.length / 2).fill(-1);
  const positions = new Float64Array((planar.length / 2) * 3);
  const kindOfPoint = new Int32Array(planar.length / 2);
  let count = 0;
  for (let point = 0; point < newIndex.length; point++) {
    const [x, y] = [planar[2 * point], planar[2 * point + 1]];
    if (x * x + y * y > radius * radius) continue;
    positions[3 * count] = spacing * x;
    positions[3 * count + 1] = spacing * y;
    kindOfPoint[count] = meeting[point] - 2;
    newIndex[point] = count++;
  }
  const parts = {
    positions: positions.slice(0, 3 * count),
    kindOfPoint: kindOfPoint.slice(0, count),
    kindNames: meetingNames,
  };
  return { newIndex, parts };
}

/** The hats whose corners are all kept. */
function tilesOf(hats: HatList, corners: Int32Array, newIndex: Int32Array): PatternTiles {
  const vertices = new Int32Array(corners.length);
  const kind = new Int32Array(corners.length / 14);
  let kept = 0;
  for (let hat = 0; hat < kind.length; hat++) {
    let lowest = 0;
    for (let c = 0; c < 14; c++) {
      vertices[14 * kept + c] = newIndex[corners[14 * hat + c]];
      lowest = Math.min(lowest, vertices[14 * kept + c]);
    }
    if (lowest >= 0) kind[kept++] = hats[perHat * hat + 5];
  }
  return {
    offsets: Int32Array.from({ length: kept + 1 }, (_, tile) => 14 * tile),
    vertices: vertices.slice(0, 14 * kept),
    kind: kind.slice(0, kept),
    kindNames: ["hat", "reflected hat"],
  };
}
