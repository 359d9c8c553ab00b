import type { Vec3 } from "../math/mat3.js";
import { cross } from "../math/vec3.js";
import { borderTiles } from "../pattern/kinds/border-tiles.js";
import type { Pattern } from "../pattern/pattern.js";
import { type BoundaryFace, boundaryFaces } from "./boundary-faces.js";
import { kindLabel, tileLabel } from "./kind-labels.js";
import { combine, unit, vector } from "./vectors.js";
import { defaultView, project, type ViewFrame } from "./view-frame.js";

export interface PointPatternFigureOptions {
  /** The polygons of a tiling, coloured by kind; default true. */
  readonly tiles?: boolean;
  /** The points, coloured by kind; default true. */
  readonly points?: boolean;
  /** Plotly's markup; default the kind of pattern. */
  readonly title?: string;
}

/** Points or tiles of one kind. */
export interface KindOfShape {
  readonly name: string;
  readonly color: string;
  /** Of the pattern's points, those drawn. */
  readonly members: readonly number[];
}

export interface TileKind {
  readonly name: string;
  readonly color: string;
  /** Corners on the page, x and y in Å. */
  readonly polygons: readonly (readonly (readonly [number, number])[])[];
}

/** Faces of tiles in space. */
export interface FaceKind {
  readonly name: string;
  readonly color: string;
  readonly faces: readonly BoundaryFace[];
}

/** What the interactive figure and the static picture of a pattern both draw. */
export interface PointPatternDrawing {
  readonly isFlat: boolean;
  readonly positions: Float64Array;
  /** x, y on the page and the depth towards the beholder, for each point of the pattern. */
  readonly seen: Float64Array;
  readonly view: ViewFrame;
  readonly pointKinds: readonly KindOfShape[];
  readonly tileKinds: readonly TileKind[];
  /** The skin of the tiles of a pattern in space. */
  readonly faceKinds: readonly FaceKind[];
  readonly cellEdges: readonly (readonly [Vec3, Vec3])[];
  /** Å */
  readonly ballRadius: number;
  /** Å on the page. */
  readonly low: readonly [number, number];
  readonly high: readonly [number, number];
  readonly title: string;
  readonly subtitle: string;
}

/** Beyond these numbers only what lies nearest to the middle is drawn. */
const pointLimit = { flat: 40_000, solid: 20_000 };
const tileLimit = 15_000;
/** Above this number the distances would take longer than a picture may. */
export const measuredPoints = 100_000;
/** Regular polygons have the same colour in every tiling. */
const polygonNames = ["triangle", "square", "hexagon", "dodecagon", "octagon"];
const tileColors = ["#f3c969", "#7aa6c2", "#d98c6a", "#9bb87a", "#b79ac8", "#e3b7a0", "#8ec1b5"];
const pointColors = ["#24507a", "#b8452f", "#3f7d4e", "#7b4b94", "#b07a1d", "#2c8c99", "#8a3b5c"];

export function drawPattern(
  pattern: Pattern,
  options: PointPatternFigureOptions,
): PointPatternDrawing {
  const isFlat = pattern.dimension < 3;
  const view = isFlat ? planeView(pattern) : defaultView(cellOf(pattern));
  const seen = seenFrom(view, pattern.positions);
  const nearest = nearestToMiddle(pattern, seen, isFlat ? pointLimit.flat : pointLimit.solid);
  const tileKinds = isFlat && options.tiles !== false ? drawnTiles(pattern, seen) : [];
  const faceKinds = !isFlat && options.tiles !== false ? drawnFaces(pattern) : [];
  const hasTiles = tileKinds.length + faceKinds.length > 0;
  const hasPoints = options.points !== false || !hasTiles;
  const corners = tileKinds.flatMap(({ polygons }) => polygons.flat());
  const places = nearest.map((i): readonly [number, number] => [seen[3 * i], seen[3 * i + 1]]);
  const spacing = neighbourDistance(pattern) ?? typicalDistance(seen, nearest, isFlat);
  const cellEdges = nearest.length === pattern.pointCount ? edgesOf(pattern) : [];
  const ends = cellEdges.flat().map((end) => project(view, end));
  const onPage = [...places, ...corners, ...ends];
  const room = 0.5 * spacing;
  const bound = (axis: 0 | 1, sign: 1 | -1) =>
    sign * (onPage.reduce((most, place) => Math.max(most, sign * place[axis]), -Infinity) + room);
  return {
    isFlat,
    positions: pattern.positions,
    seen,
    view,
    pointKinds: hasPoints ? kindsOf(pattern, nearest) : [],
    tileKinds,
    faceKinds,
    cellEdges,
    ballRadius: (hasTiles ? 0.08 : isFlat ? 0.2 : 0.28) * spacing,
    low: [bound(0, -1), bound(1, -1)],
    high: [bound(0, 1), bound(1, 1)],
    title: options.title ?? titleOf(pattern),
    subtitle: subtitleOf(
      pattern,
      nearest.length,
      tileKinds.reduce((sum, { polygons }) => sum + polygons.length, 0),
    ),
  };
}

/** The plane of the points seen from above: z towards the beholder if that is its normal. */
function planeView({ transform }: Pattern): ViewFrame {
  const column = (k: number): Vec3 => [transform[k], transform[4 + k], transform[8 + k]];
  const normal = unit(cross(column(0), column(1)));
  if (Math.abs(normal[2]) > 1 - 1e-9) {
    return { right: [1, 0, 0], up: [0, 1, 0], toward: [0, 0, 1] };
  }
  const right = unit(column(0));
  return { right, up: cross(normal, right), toward: normal };
}

function cellOf({ cell }: Pattern): Parameters<typeof defaultView>[0] {
  const finite = { periodic: [false, false, false] } as const;
  // Without a cell its lattice is not looked at.
  return (cell ?? finite) as Parameters<typeof defaultView>[0];
}

function seenFrom(view: ViewFrame, positions: Float64Array): Float64Array {
  const seen = new Float64Array(positions.length);
  const axes = [view.right, view.up, view.toward];
  for (let i = 0; i < positions.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const [x, y, z] = axes[k];
      seen[i + k] = x * positions[i] + y * positions[i + 1] + z * positions[i + 2];
    }
  }
  return seen;
}

/** Indices in the order of the pattern. */
function nearestToMiddle({ pointCount }: Pattern, seen: Float64Array, limit: number): number[] {
  const all = Array.from({ length: pointCount }, (_, i) => i);
  if (pointCount <= limit) return all;
  const middle = [0, 1, 2].map(
    (k) => all.reduce((sum, i) => sum + seen[3 * i + k], 0) / pointCount,
  );
  const squared = Float64Array.from(all, (i) =>
    middle.reduce((sum, value, k) => sum + (seen[3 * i + k] - value) ** 2, 0),
  );
  const border = squared.slice().sort()[limit];
  return all.filter((i) => squared[i] < border);
}

function drawnTiles(pattern: Pattern, seen: Float64Array): TileKind[] {
  const { tiles } = pattern;
  if (tiles === undefined) return [];
  const order = Array.from(tiles.kind.keys());
  const squared = order.map((t) => {
    const first = tiles.vertices[tiles.offsets[t]];
    return seen[3 * first] ** 2 + seen[3 * first + 1] ** 2;
  });
  const kept = new Set(order.sort((a, b) => squared[a] - squared[b]).slice(0, tileLimit));
  const across = acrossBorder(pattern, seen);
  return tiles.kindNames.map((name, kind) => ({
    name: tileLabel(pattern, name),
    color: tileColor(name, kind, tiles.kindNames.length),
    polygons: Array.from(tiles.kind.keys())
      .filter((t) => tiles.kind[t] === kind && kept.has(t))
      .map((t) =>
        Array.from(
          tiles.vertices.subarray(tiles.offsets[t], tiles.offsets[t + 1]),
          (vertex): [number, number] => [seen[3 * vertex], seen[3 * vertex + 1]],
        ),
      )
      .concat(across.filter((tile) => tile.kind === kind).map(({ corners }) => corners)),
  }));
}

/** Tiles that stick out of the cell, where all its points are drawn. */
function acrossBorder(
  pattern: Pattern,
  seen: Float64Array,
): { readonly kind: number; readonly corners: [number, number][] }[] {
  const { cell, pointCount } = pattern;
  if (cell === undefined || pointCount > tileLimit) return [];
  const view = planeView(pattern);
  const [a, b] = [0, 1].map((row) =>
    project(
      view,
      vector((k) => cell.lattice.matrix[3 * row + k]),
    ),
  );
  const area = a[0] * b[1] - a[1] * b[0];
  return borderTiles(pattern).map(({ kind, corners }) => {
    const places = corners.map(({ point, shift: [i, j] }) => [
      seen[3 * point] + i * a[0] + j * b[0],
      seen[3 * point + 1] + i * a[1] + j * b[1],
    ]);
    // Of its images the one whose middle is in the cell, which begins at the origin.
    const x = places.reduce((sum, place) => sum + place[0], 0) / places.length;
    const y = places.reduce((sum, place) => sum + place[1], 0) / places.length;
    const i = Math.floor((x * b[1] - y * b[0]) / area + 1e-6);
    const j = Math.floor((y * a[0] - x * a[1]) / area + 1e-6);
    return {
      kind,
      corners: places.map(([px, py]): [number, number] => [
        px - i * a[0] - j * b[0],
        py - i * a[1] - j * b[1],
      ]),
    };
  });
}

function drawnFaces(pattern: Pattern): FaceKind[] {
  const names = pattern.tiles?.kindNames ?? [];
  const all = boundaryFaces(pattern);
  return names
    .map((name, kind) => ({
      name: tileLabel(pattern, name),
      color: tileColor(name, kind, names.length),
      faces: all.filter((face) => face.kind === kind),
    }))
    .filter(({ faces }) => faces.length > 0);
}

function kindsOf(pattern: Pattern, drawn: readonly number[]): KindOfShape[] {
  const { kindOfPoint, kindNames } = pattern;
  if (kindOfPoint === undefined) return [{ name: "", color: pointColors[0], members: drawn }];
  const members = kindNames.map((): number[] => []);
  for (const i of drawn) members[kindOfPoint[i]].push(i);
  return kindNames
    .map((name, kind) => ({
      name: kindLabel(pattern, name),
      color: colorAt(pointColors, kind, kindNames.length),
      members: members[kind],
    }))
    .filter((kind) => kind.members.length > 0);
}

function tileColor(name: string, kind: number, count: number): string {
  const polygon = polygonNames.indexOf(name);
  return polygon < 0 ? colorAt(tileColors, kind, count) : tileColors[polygon];
}

/** From a short list; of many kinds, such as rings, round the circle of hues. */
function colorAt(colors: readonly string[], index: number, count: number): string {
  if (count <= colors.length) return colors[index];
  const hue = (300 * index) / Math.max(1, count - 1);
  const channel = (shift: number) => {
    const k = (shift + hue / 30) % 12;
    const value = 0.45 - 0.26 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

/** Mean distance of nearest neighbours, where it takes no time. */
function neighbourDistance({ metrics, pointCount }: Pattern): number | undefined {
  if (pointCount === 1 || pointCount > measuredPoints) return undefined;
  const { mean } = metrics.nearestDistance;
  return mean > 0 ? mean : undefined;
}

/** A typical distance between neighbours: of equal shares of the page or of the space. */
function typicalDistance(seen: Float64Array, drawn: readonly number[], isFlat: boolean): number {
  const range = (k: number) => {
    const values = drawn.map((i) => seen[3 * i + k]);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  };
  const lengths = (isFlat ? [0, 1] : [0, 1, 2]).map(range).filter((length) => length > 1e-9);
  if (lengths.length === 0) return 1;
  const steps = Math.max(1, drawn.length ** (1 / lengths.length) - 1);
  const mean = lengths.reduce((product, length) => product * length, 1) ** (1 / lengths.length);
  return mean / steps;
}

function edgesOf({ cell }: Pattern): [Vec3, Vec3][] {
  if (cell === undefined) return [];
  const { matrix } = cell.lattice;
  const rows = [0, 1, 2]
    .filter((k) => cell.periodic[k])
    .map((k): Vec3 => vector((axis) => matrix[3 * k + axis]));
  const corner = (bits: number) =>
    rows.reduce<Vec3>((sum, row, k) => combine(sum, row, (bits >> k) & 1), [0, 0, 0]);
  return Array.from({ length: 2 ** rows.length }, (_, bits) => bits).flatMap((bits) =>
    rows
      .map((_, k) => 1 << k)
      .filter((axis) => (bits & axis) === 0)
      .map((axis): [Vec3, Vec3] => [corner(bits), corner(bits | axis)]),
  );
}

/** Where the type is not the name. */
const nameOf: Readonly<Record<string, string>> = {
  penrose: "Penrose tiling",
  ammannBeenker: "Ammann-Beenker tiling",
  multigrid: "Multigrid tiling",
  hat: "Tiling by hats",
  fibonacci: "Fibonacci chain",
  icosahedral: "Icosahedral quasicrystal",
  twistedBilayer: "Twisted bilayer",
};

export function titleOf({ config, facts }: Pattern): string {
  const type = config?.patternType ?? "point";
  const detail =
    facts.vertexConfiguration ?? (config?.patternType === "bravais" ? config.lattice : undefined);
  const name = nameOf[type] ?? `${type[0].toUpperCase()}${type.slice(1)} pattern`;
  return detail === undefined ? name : `${name} ${detail}`;
}

function subtitleOf(
  { pointCount, cell, tiles }: Pattern,
  drawn: number,
  drawnTileCount: number,
): string {
  const points = pointCount === 1 ? "1 point" : `${pointCount} points`;
  const axes = ["a", "b", "c"].filter((_, k) => cell?.periodic[k]);
  return [
    drawn < pointCount ? `${drawn} of ${points}, those in the middle` : points,
    ...(tiles ? [tilesText(tiles.kind.length, drawnTileCount)] : []),
    ...(axes.length > 0 ? [`periodic along ${axes.join(", ")}`] : []),
  ].join(" · ");
}

/** Those across the border of a periodic pattern are drawn as well. */
function tilesText(count: number, drawn: number): string {
  if (drawn > count) return `${drawn} tiles, ${drawn - count} of them across the border`;
  return drawn > 0 && drawn < count ? `${drawn} of ${count} tiles` : `${count} tiles`;
}

/** A round length of about a quarter of the page, for the bar that shows the scale. */
export function scaleBarLength({ low, high }: PointPatternDrawing): number {
  const wanted = Math.max(high[0] - low[0], 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [5, 2, 1].map((step) => step * power).find((length) => length <= wanted) ?? power;
}
