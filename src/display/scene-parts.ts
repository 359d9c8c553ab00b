import type { Vec3 } from "../math/mat3.js";
import type { PlotlyTrace } from "./plotly-json.js";
import type { Solid } from "./solids.js";
import { combine } from "./vectors.js";

const lighting = {
  ambient: 0.45,
  diffuse: 0.62,
  specular: 0,
  // The default treats the triangles of an atom as degenerate and leaves them unlit.
  facenormalsepsilon: 1e-12,
};

/**
 * Over the beholder's left shoulder, whichever way the scene is turned: Plotly reads these numbers
 * in the coordinates of the screen, where an orthographic view has z some hundred times longer
 * than x and y, and pointing away.
 */
const lightPosition = { x: -1000, y: 1000, z: -6 };

export function meshTrace({ vertices, triangles }: Solid, color: string): PlotlyTrace {
  return {
    type: "mesh3d",
    ...coordinates(vertices),
    i: triangles.map((t) => t[0]),
    j: triangles.map((t) => t[1]),
    k: triangles.map((t) => t[2]),
    color,
    flatshading: false,
    lighting,
    lightposition: lightPosition,
  };
}

export function moved({ vertices, triangles }: Solid, center: Vec3, radius: number): Solid {
  return { vertices: vertices.map((vertex) => combine(center, vertex, radius)), triangles };
}

export function join(parts: readonly Solid[]): Solid {
  const vertices: Vec3[] = [];
  const triangles: Vec3[] = [];
  for (const part of parts) {
    const offset = vertices.length;
    vertices.push(...part.vertices);
    for (const [a, b, c] of part.triangles) triangles.push([a + offset, b + offset, c + offset]);
  }
  return { vertices, triangles };
}

export function coordinates(points: readonly Vec3[]): { x: number[]; y: number[]; z: number[] } {
  const column = (k: number) => points.map((point) => round(point[k]));
  return { x: column(0), y: column(1), z: column(2) };
}

type Gaps = (number | null)[];

/** Separate lines in one trace: a null breaks it. */
export function segments(lines: readonly (readonly [Vec3, Vec3])[]): { x: Gaps; y: Gaps; z: Gaps } {
  const column = (k: number): Gaps =>
    lines.flatMap(([start, end]) => [round(start[k]), round(end[k]), null]);
  return { x: column(0), y: column(1), z: column(2) };
}

/** Thousandths of an ångström: a smaller notebook, and no difference to see. */
export function round(value: number): number {
  return Number(value.toFixed(3)) + 0;
}

export function xyz([x, y, z]: Vec3): { x: number; y: number; z: number } {
  return { x: round(x), y: round(y), z: round(z) };
}
