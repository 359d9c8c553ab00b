import { requireFinite, requireInRange, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { cross, dot, norm } from "./vec3.js";

/** The half-space n · x ≤ distance, with n the normal made a unit vector. */
export interface HalfSpace {
  /** Outward, of any length. */
  readonly normal: ArrayLike<number>;
  /** Of the plane from the origin, along the normal; negative where the origin lies outside. */
  readonly distance: number;
}

/** A convex polyhedron. Its buffers are fresh. */
export interface ConvexCell {
  /** [n, 3] */
  readonly vertices: Float64Array;
  /** For each face its vertices, counter-clockwise seen from outside. */
  readonly faces: readonly (readonly number[])[];
  /** Outward unit normal of each face, [m, 3]. */
  readonly normals: Float64Array;
  /** Of each face, [m]. */
  readonly areas: Float64Array;
  /** For each face the index of its plane among those given, [m]. */
  readonly planes: Int32Array;
  /** Pairs of vertices, the smaller index first. */
  readonly edges: readonly (readonly [number, number])[];
  readonly volume: number;
}

type Point = readonly number[];

interface Plane {
  readonly normal: Point;
  readonly distance: number;
  readonly index: number;
}

/** A face in the making: `isCut[k]` says whether the edge from point k to the next lies on a plane. */
interface Polygon {
  readonly plane: Plane;
  readonly points: readonly Point[];
  readonly isCut: readonly boolean[];
}

/** How much larger than the largest distance a cell may be. */
const reach = 1e7;

/**
 * The intersection of half-spaces.
 *
 * On every plane a large square is cut by all other planes; what is left of it is a face. No face
 * depends on another, so that planes that meet in more than three at a vertex, only touch the cell
 * or coincide do no harm: vertices nearer than the tolerance become one, and faces without area go.
 *
 * @param options.tolerance Relative to the radius of the cell; default 1e-9.
 * @throws {ShapeError} a normal that is not three numbers. @throws {DomainError} a normal of length
 *   0; the intersection is unbounded, empty or flat, or the tolerance joins vertices of different
 *   faces.
 * @example
 * const faces = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]];
 * convexCell(faces.map((normal) => ({ normal, distance: 1 }))).volume // 8
 */
export function convexCell(
  halfSpaces: readonly HalfSpace[],
  options: { readonly tolerance?: number } = {},
): ConvexCell {
  const tolerance = requireInRange("tolerance", options.tolerance ?? 1e-9, 0, 0.1);
  const planes = distinctPlanes(halfSpaces);
  const scale = planes.reduce((largest, { distance }) => Math.max(largest, Math.abs(distance)), 0);
  const rough = cutAll(planes, [0, 0, 0], reach * (scale || 1));
  const { center, radius } = boundsOf(rough);
  if (!(radius > 0)) throw emptyError(planes.length);
  // Again in a frame of its own size: the squares of the first had no digits left for it.
  const polygons = cutAll(planes, center, 4 * radius);
  const volume = volumeOf(polygons, center);
  if (polygons.length < 4 || !(volume > Math.max(tolerance, 1e-13) * radius ** 3))
    throw emptyError(planes.length);
  return joined(polygons, tolerance * radius, volume);
}

// ---- planes -------------------------------------------------------------------------------------

/** Unit normals; of planes with the same normal the nearest. */
function distinctPlanes(halfSpaces: readonly HalfSpace[]): Plane[] {
  const planes: Plane[] = [];
  halfSpaces.forEach((each, index) => {
    const plane = checkedPlane(each, index);
    const twin = planes.findIndex(({ normal }) =>
      normal.every((value, k) => Math.abs(value - plane.normal[k]) < 1e-12),
    );
    if (twin < 0) planes.push(plane);
    else if (plane.distance < planes[twin].distance) planes[twin] = plane;
  });
  return planes;
}

function checkedPlane({ normal, distance }: HalfSpace, index: number): Plane {
  if (normal?.length !== 3) {
    throw new ShapeError(
      `the normal of plane ${index} must be three numbers, got ${show(normal)}`,
      {
        index,
        normal,
      },
    );
  }
  const n = Array.from(normal, (value) => requireFinite(`the normal of plane ${index}`, value));
  const length = norm(n);
  if (!(length > 0)) {
    throw new DomainError(`the normal of plane ${index} has length 0`, { index, normal });
  }
  requireFinite(`the distance of plane ${index}`, distance);
  return { normal: n.map((value) => value / length), distance, index };
}

// ---- cutting ------------------------------------------------------------------------------------

/** The faces, each cut out of a square of half side `size` about the point nearest to `center`. */
function cutAll(planes: readonly Plane[], center: Point, size: number): Polygon[] {
  const cutters = scattered(planes);
  const polygons = planes
    .map((plane) =>
      cutters.reduce<Polygon>(
        (left, other) => (other === plane || left.points.length === 0 ? left : cut(left, other)),
        squareOn(plane, center, size),
      ),
    )
    .filter(({ points }) => points.length > 2);
  if (polygons.length === 0 && planes.length > 0) throw emptyError(planes.length);
  if (planes.length > 0 && polygons.every(({ isCut }) => isCut.every(Boolean))) return polygons;
  throw new DomainError(
    `${planes.length} planes do not close a cell: the intersection of their half-spaces is ` +
      "unbounded; add planes on the open side",
    { planes: planes.length },
  );
}

/**
 * In an order without neighbours: planes that come nearer and nearer would each cut, where few do
 * after the first that are near.
 */
function scattered(planes: readonly Plane[]): Plane[] {
  const golden = (Math.sqrt(5) - 1) / 2;
  const keyed = planes.map((plane, i) => ({ plane, key: (i * golden) % 1 }));
  return keyed.sort((p, q) => p.key - q.key).map(({ plane }) => plane);
}

function squareOn(plane: Plane, center: Point, size: number): Polygon {
  const { normal: n, distance } = plane;
  const height = distance - dot(n, center);
  const helper = Math.abs(n[0]) < 0.6 ? [1, 0, 0] : [0, 1, 0];
  const across = cross(n, helper);
  const u = across.map((value) => value / norm(across));
  const v = cross(n, u);
  const corner = (p: number, q: number) =>
    n.map((value, k) => center[k] + height * value + size * (p * u[k] + q * v[k]));
  return {
    plane,
    points: [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)],
    isCut: [false, false, false, false],
  };
}

/** Sutherland and Hodgman's step: what lies behind a plane. Most planes miss most polygons. */
function cut(polygon: Polygon, plane: Plane): Polygon {
  const { points, isCut } = polygon;
  if (isBehind(points, plane)) return polygon;
  const kept: Point[] = [];
  const labels: boolean[] = [];
  points.forEach((point, i) => {
    const next = points[(i + 1) % points.length];
    const [height, nextHeight] = [heightOver(plane, point), heightOver(plane, next)];
    if (height <= 0) {
      kept.push(point);
      labels.push(isCut[i]);
    }
    if (height <= 0 === nextHeight <= 0) return;
    const share = height / (height - nextHeight);
    kept.push(point.map((value, k) => value + share * (next[k] - value)));
    labels.push(height <= 0 || isCut[i]);
  });
  return { plane: polygon.plane, points: kept, isCut: labels };
}

/** Asked for every pair of planes: a loop over numbers. */
function isBehind(points: readonly Point[], { normal, distance }: Plane): boolean {
  const [x, y, z] = [normal[0], normal[1], normal[2]];
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    if (x * point[0] + y * point[1] + z * point[2] > distance) return false;
  }
  return true;
}

function heightOver({ normal: n, distance }: Plane, p: Point): number {
  return n[0] * p[0] + n[1] * p[1] + n[2] * p[2] - distance;
}

function boundsOf(polygons: readonly Polygon[]): { center: Point; radius: number } {
  const points = polygons.flatMap(({ points: own }) => own);
  const low = [0, 1, 2].map((k) =>
    points.reduce((m, p) => Math.min(m, p[k]), Number.POSITIVE_INFINITY),
  );
  const high = [0, 1, 2].map((k) =>
    points.reduce((m, p) => Math.max(m, p[k]), Number.NEGATIVE_INFINITY),
  );
  return {
    center: low.map((value, k) => (value + high[k]) / 2),
    radius: norm(low.map((value, k) => high[k] - value)) / 2,
  };
}

function areaOf(points: readonly Point[], normal: Point): number {
  const from = (p: Point) => p.map((value, k) => value - points[0][k]);
  let twice = 0;
  for (let i = 1; i + 1 < points.length; i++) {
    twice += dot(cross(from(points[i]), from(points[i + 1])), normal);
  }
  return twice / 2;
}

/** The sum of the pyramids over the faces. */
function volumeOf(polygons: readonly Polygon[], apex: Point): number {
  return polygons.reduce((sum, { plane: { normal, distance }, points }) => {
    return sum + (areaOf(points, normal) * (distance - dot(normal, apex))) / 3;
  }, 0);
}

// ---- joining ------------------------------------------------------------------------------------

function joined(polygons: readonly Polygon[], tolerance: number, volume: number): ConvexCell {
  const vertices: Point[] = [];
  const vertexAt = (point: Point) => {
    const [x, y, z] = point;
    const known = vertices.findIndex(
      (each) =>
        Math.abs(each[0] - x) <= tolerance &&
        Math.abs(each[1] - y) <= tolerance &&
        Math.abs(each[2] - z) <= tolerance,
    );
    return known >= 0 ? known : vertices.push(point) - 1;
  };
  const loops = pruned(polygons.map(({ points }) => points.map(vertexAt)));
  const shown = polygons.filter((_, i) => loops[i].length > 0);
  const faces = loops.filter((loop) => loop.length > 0);
  const used = [...new Set(faces.flat())].sort((a, b) => a - b);
  const numbered = new Map(used.map((vertex, i) => [vertex, i]));
  const renumbered = faces.map((face) => face.map((vertex) => numbered.get(vertex)!));
  const edges = edgesOf(renumbered);
  if (used.length - edges.length + faces.length !== 2) throw brokenError(tolerance);
  return {
    vertices: Float64Array.from(used.flatMap((vertex) => vertices[vertex])),
    faces: renumbered,
    normals: Float64Array.from(shown.flatMap(({ plane }) => plane.normal)),
    areas: Float64Array.from(shown, ({ points, plane }) => areaOf(points, plane.normal)),
    planes: Int32Array.from(shown, ({ plane }) => plane.index),
    edges,
    volume,
  };
}

/**
 * Loops without what rounding made of planes that touch the cell along an edge: faces without area,
 * and points within an edge, which lie on fewer than three faces. A face that goes is an empty loop.
 */
function pruned(loops: readonly (readonly number[])[]): number[][] {
  const faces = loops.map((loop) => withoutRepeats(loop));
  const faceCount = new Map<number, number>();
  for (const vertex of faces.flatMap((face) => [...new Set(face)])) {
    faceCount.set(vertex, (faceCount.get(vertex) ?? 0) + 1);
  }
  const left = faces.map((face) => face.filter((vertex) => faceCount.get(vertex)! > 2));
  const isDone = left.flat().length === loops.flat().length;
  return isDone ? left : pruned(left);
}

/** Empty where fewer than three vertices are left. */
function withoutRepeats(loop: readonly number[]): readonly number[] {
  const distinct = loop.filter((vertex, i) => vertex !== loop[(i + 1) % loop.length]);
  return new Set(distinct).size > 2 ? distinct : [];
}

/** Every edge belongs to two faces, which pass it in opposite directions. */
function edgesOf(faces: readonly (readonly number[])[]): [number, number][] {
  const directed = new Set(
    faces.flatMap((face) => face.map((vertex, i) => `${vertex},${face[(i + 1) % face.length]}`)),
  );
  return faces.flatMap((face) =>
    face.flatMap((vertex, i): [number, number][] => {
      const next = face[(i + 1) % face.length];
      return vertex < next && directed.has(`${next},${vertex}`) ? [[vertex, next]] : [];
    }),
  );
}

function emptyError(planes: number): DomainError {
  return new DomainError(
    `the half-spaces of ${planes} planes have no volume in common; check the signs of normals and ` +
      "distances: a cell lies where n · x ≤ distance",
    { planes },
  );
}

function brokenError(tolerance: number): DomainError {
  return new DomainError(
    `the faces do not close with vertices nearer than ${tolerance} joined; give another tolerance`,
    { tolerance },
  );
}
