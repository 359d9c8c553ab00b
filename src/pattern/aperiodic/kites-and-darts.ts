import type { PatternParts } from "../pattern-parts.js";
import type { Multigrid } from "./multigrid.js";
import { type RhombusPatch, rhombusPatch } from "./rhombus-patch.js";

/**
 * Kites and darts drawn into Penrose rhombi of the same edge. The vertices of the rhombi have the
 * indices 1 to 4, ΣK − Σγ. Every edge between indices 2 and 3 is the axis of a kite, whose halves lie in
 * the rhombi on both sides. Each rhombus has two such edges with a common corner:
 *
 * - of a thick rhombus, the tail of both kites. A point of the diagonal, 1 from there, is a wing of
 *   both; the rest of the rhombus is a dart with its tip at the opposite corner.
 * - of a thin rhombus, the nose of both kites; the opposite corner is a wing of both.
 */
export function kitesAndDarts(
  grid: Multigrid,
  offsetSum: number,
  radius: number,
  spacing: number,
): Omit<PatternParts, "dimension"> {
  // With the tiles around every point of the disc, for the vertex types: none is wider than 1.9 edges.
  const patch = rhombusPatch(grid, radius + 2);
  return withinDisc(cut(grid, patch, offsetSum), radius, spacing);
}

interface Cut {
  readonly planar: Float64Array;
  pointCount: number;
  /** [tileCount, 4], counterclockwise from the tail of a kite or the tip of a dart. */
  readonly corners: Int32Array;
  readonly isKite: Uint8Array;
  tileCount: number;
  /** [vertexCount, 5]: wing of the first half at the edge from a vertex of index 2 along each family. */
  readonly wings: Int32Array;
}

function cut(grid: Multigrid, patch: RhombusPatch, offsetSum: number): Cut {
  const { vertexCount, tileCount, level, first, second } = patch;
  const build: Cut = {
    planar: new Float64Array(2 * (vertexCount + tileCount)),
    pointCount: vertexCount,
    corners: new Int32Array(8 * tileCount),
    isKite: new Uint8Array(2 * tileCount),
    tileCount: 0,
    wings: new Int32Array(5 * vertexCount).fill(-1),
  };
  build.planar.set(patch.planar.subarray(0, 2 * vertexCount));
  for (let tile = 0; tile < tileCount; tile++) {
    const turnsLeft = second[tile] - first[tile] <= 2;
    const a = turnsLeft ? first[tile] : second[tile];
    const b = turnsLeft ? second[tile] : first[tile];
    const c = 4 * tile;
    const isLow = level[patch.corners[c]] - offsetSum === 1;
    const common = patch.corners[isLow ? c + 2 : c];
    const opposite = patch.corners[isLow ? c : c + 2];
    const right = patch.corners[c + 1];
    const left = patch.corners[c + 3];
    const rightEdge = isLow ? 5 * right + b : 5 * common + a;
    const leftEdge = isLow ? 5 * left + a : 5 * common + b;
    if (patch.shape[tile] === 1) {
      addHalf(build, rightEdge, right, common, opposite);
      addHalf(build, leftEdge, left, common, opposite);
      continue;
    }
    const point = pointOfDiagonal(grid, build, common, (a + 3) % 5, isLow ? 1 : -1);
    addHalf(build, rightEdge, common, right, point);
    addHalf(build, leftEdge, common, left, point);
    if (isLow) addTile(build, 0, opposite, right, point, left);
    else addTile(build, 0, opposite, left, point, right);
  }
  return build;
}

/** The bisector of e_a and its left neighbour e_(a+1) is −e_(a+3). */
function pointOfDiagonal(
  { cos, sin }: Multigrid,
  build: Cut,
  from: number,
  family: number,
  sign: number,
): number {
  const point = build.pointCount++;
  build.planar[2 * point] = build.planar[2 * from] + sign * cos[family];
  build.planar[2 * point + 1] = build.planar[2 * from + 1] + sign * sin[family];
  return point;
}

/** The second half at an edge makes the kite. */
function addHalf(build: Cut, edge: number, tail: number, nose: number, wing: number): void {
  const other = build.wings[edge];
  if (other < 0) {
    build.wings[edge] = wing;
    return;
  }
  const { planar } = build;
  const [x, y] = [planar[2 * tail], planar[2 * tail + 1]];
  const turn =
    (planar[2 * nose] - x) * (planar[2 * wing + 1] - y) -
    (planar[2 * nose + 1] - y) * (planar[2 * wing] - x);
  if (turn < 0) addTile(build, 1, tail, wing, nose, other);
  else addTile(build, 1, tail, other, nose, wing);
}

function addTile(build: Cut, kite: number, p: number, q: number, r: number, s: number): void {
  const tile = build.tileCount++;
  build.isKite[tile] = kite;
  build.corners[4 * tile] = p;
  build.corners[4 * tile + 1] = q;
  build.corners[4 * tile + 2] = r;
  build.corners[4 * tile + 3] = s;
}

/** In the order of `corners`, three bits for each: 72° and 144° of kites, 72°, 36° and 216° of darts. */
const kiteCodes = [1, 1, 1 << 3, 1];
const dartCodes = [1 << 6, 1 << 9, 1 << 12, 1 << 9];
const typeNames = ["ace", "deuce", "jack", "queen", "king", "star", "sun"];
const typeOfCorners = new Map([
  [2 + (1 << 12), 0],
  [(2 << 3) + (2 << 9), 1],
  [2 + (1 << 3) + (2 << 9), 2],
  [4 + (1 << 6), 3],
  [2 + (3 << 6), 4],
  [5 << 6, 5],
  [5, 6],
]);

function withinDisc(
  { planar, pointCount, corners, isKite, tileCount }: Cut,
  radius: number,
  spacing: number,
): Omit<PatternParts, "dimension"> {
  const cornerSum = new Int32Array(pointCount);
  for (let c = 0; c < 4 * tileCount; c++) {
    cornerSum[corners[c]] += (isKite[c >> 2] === 1 ? kiteCodes : dartCodes)[c & 3];
  }
  const newIndex = new Int32Array(pointCount).fill(-1);
  const positions = new Float64Array(3 * pointCount);
  const kindOfPoint = new Int32Array(pointCount);
  let count = 0;
  for (let point = 0; point < pointCount; point++) {
    const [x, y] = [planar[2 * point], planar[2 * point + 1]];
    if (x * x + y * y > radius * radius) continue;
    positions[3 * count] = spacing * x;
    positions[3 * count + 1] = spacing * y;
    kindOfPoint[count] = typeOfCorners.get(cornerSum[point]) ?? -1;
    newIndex[point] = count++;
  }
  const vertices = new Int32Array(4 * tileCount);
  const kind = new Int32Array(tileCount);
  let kept = 0;
  for (let tile = 0; tile < tileCount; tile++) {
    let lowest = 0;
    for (let c = 0; c < 4; c++) {
      vertices[4 * kept + c] = newIndex[corners[4 * tile + c]];
      lowest = Math.min(lowest, vertices[4 * kept + c]);
    }
    if (lowest >= 0) kind[kept++] = 1 - isKite[tile];
  }
  return {
    positions: positions.slice(0, 3 * count),
    kindOfPoint: kindOfPoint.slice(0, count),
    kindNames: typeNames,
    tiles: {
      offsets: Int32Array.from({ length: kept + 1 }, (_, tile) => 4 * tile),
      vertices: vertices.slice(0, 4 * kept),
      kind: kind.slice(0, kept),
      kindNames: ["kite", "dart"],
    },
  };
}
