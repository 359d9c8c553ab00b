import type { Vec3 } from "../math/mat3.js";
import { cross, dot } from "../math/vec3.js";
import { combine, distance, unit, vector } from "./vectors.js";

/** Triangles over shared vertices, so that the front end shades them smoothly. */
export interface Solid {
  readonly vertices: readonly Vec3[];
  /** Indices into `vertices`, outward by the right-hand rule. */
  readonly triangles: readonly Vec3[];
}

/**
 * Unit sphere: an icosahedron, each face split into frequency² triangles. 10 f² + 2 vertices,
 * 20 f² triangles.
 */
export function geodesicSphere(frequency: number): Solid {
  const vertices: Vec3[] = [];
  const indexOf = new Map<string, number>();
  const vertex = (at: Vec3): number => {
    const point = unit(at);
    const key = point.map((value) => Math.round(value * 1e6)).join();
    const known = indexOf.get(key);
    if (known !== undefined) return known;
    indexOf.set(key, vertices.length);
    vertices.push(point);
    return vertices.length - 1;
  };
  const triangles = icosahedronFaces().flatMap(([a, b, c]) => {
    const at = (i: number, j: number) =>
      vertex(vector((k) => (a[k] * (frequency - i - j) + b[k] * i + c[k] * j) / frequency));
    const split: Vec3[] = [];
    for (let i = 0; i < frequency; i++) {
      for (let j = 0; i + j < frequency; j++) {
        split.push([at(i, j), at(i + 1, j), at(i, j + 1)]);
        if (i + j < frequency - 1) split.push([at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)]);
      }
    }
    return split;
  });
  return { vertices, triangles };
}

function icosahedronFaces(): [Vec3, Vec3, Vec3][] {
  const t = (1 + Math.sqrt(5)) / 2;
  const corners: Vec3[] = [-1, 1].flatMap((x) =>
    [-t, t].flatMap((y): Vec3[] => [
      [x, y, 0],
      [0, x, y],
      [y, 0, x],
    ]),
  );
  const isEdge = (a: Vec3, b: Vec3) => distance(a, b) < 2.01;
  const faces: [Vec3, Vec3, Vec3][] = [];
  corners.forEach((a, i) => {
    corners.forEach((b, j) => {
      corners.forEach((c, k) => {
        if (i < j && j < k && isEdge(a, b) && isEdge(b, c) && isEdge(a, c)) {
          const normal = cross(combine(b, a, -1), combine(c, a, -1));
          faces.push(dot(normal, a) > 0 ? [a, b, c] : [a, c, b]);
        }
      });
    });
  });
  return faces;
}

/** Part of the unit sphere between two meridians, given as fractions of a turn about z. */
export function sphereSector(from: number, to: number, segments: number): Solid {
  const columns = Math.max(1, Math.ceil((to - from) * segments));
  const rows = Math.ceil(segments / 2);
  const vertices: Vec3[] = [];
  for (let row = 0; row <= rows; row++) {
    const polar = (Math.PI * row) / rows;
    for (let column = 0; column <= columns; column++) {
      const turn = 2 * Math.PI * (from + ((to - from) * column) / columns);
      vertices.push([
        Math.sin(polar) * Math.cos(turn),
        Math.sin(polar) * Math.sin(turn),
        Math.cos(polar),
      ]);
    }
  }
  const triangles: Vec3[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * (columns + 1) + column;
      const below = at + columns + 1;
      if (row > 0) triangles.push([at, below, at + 1]);
      if (row < rows - 1) triangles.push([at + 1, below, below + 1]);
    }
  }
  return { vertices, triangles };
}

/** Cone from a point to its tip, without a floor. */
export function cone(base: Vec3, tip: Vec3, radius: number, sides: number): Solid {
  const { vertices } = tube(base, tip, radius, sides);
  const triangles = Array.from({ length: sides }, (_, k): Vec3 => [k, (k + 1) % sides, sides]);
  return { vertices: [...vertices.slice(0, sides), tip], triangles };
}

/** Open tube between two points. */
export function tube(start: Vec3, end: Vec3, radius: number, sides: number): Solid {
  const axis = unit(combine(end, start, -1));
  const helper: Vec3 = Math.abs(axis[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0];
  const u = unit(cross(axis, helper));
  const v = cross(axis, u);
  const ring = (center: Vec3) =>
    Array.from({ length: sides }, (_, k) => {
      const turn = (2 * Math.PI * k) / sides;
      return combine(combine(center, u, radius * Math.cos(turn)), v, radius * Math.sin(turn));
    });
  const triangles = Array.from({ length: sides }, (_, k): Vec3[] => {
    const next = (k + 1) % sides;
    return [
      [k, next, sides + k],
      [next, sides + next, sides + k],
    ];
  }).flat();
  return { vertices: [...ring(start), ...ring(end)], triangles };
}
