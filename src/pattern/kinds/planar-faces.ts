import type { MotifTiles, TileVertex } from "./fill-tiles.js";

/** Positions of one planar cell: rows a, b (x, y each) and the basis, [m, 2], edges of length 1. */
export interface PlanarNet {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  readonly basis: readonly (readonly [number, number])[];
}

interface Edge extends TileVertex {
  /** Direction in radians. */
  readonly angle: number;
}

const names: Readonly<Record<number, string>> = {
  3: "triangle",
  4: "square",
  6: "hexagon",
  8: "octagon",
  12: "dodecagon",
};

/**
 * The faces of a periodic net whose points at distance 1 are joined: each once a cell, counter-
 * clockwise. They are found by walking along the edges and turning left as sharply as possible.
 */
export function planarFaces(net: PlanarNet): MotifTiles {
  const edges = net.basis.map((_, from) => edgesOf(net, from));
  const walked = edges.map((list) => list.map(() => false));
  const faces: TileVertex[][] = [];
  edges.forEach((list, from) => {
    list.forEach((_, edge) => {
      if (!walked[from][edge]) faces.push(walkFace(edges, walked, from, edge));
    });
  });
  const sizes = [...new Set(faces.map((face) => face.length))].sort((x, y) => x - y);
  return {
    kindNames: sizes.map((size) => names[size]),
    tiles: faces.map((vertices) => ({ kind: sizes.indexOf(vertices.length), vertices })),
  };
}

/** Edges from one basis point, by increasing direction. */
function edgesOf({ a, b, basis }: PlanarNet, from: number): Edge[] {
  const edges: Edge[] = [];
  const reach = [-2, -1, 0, 1, 2];
  basis.forEach(([x, y], to) => {
    for (const i of reach) {
      for (const j of reach) {
        const dx = x + i * a[0] + j * b[0] - basis[from][0];
        const dy = y + i * a[1] + j * b[1] - basis[from][1];
        if (Math.abs(Math.hypot(dx, dy) - 1) > 1e-6) continue;
        edges.push({ basis: to, shift: [i, j], angle: Math.atan2(dy, dx) });
      }
    }
  });
  return edges.sort((one, other) => one.angle - other.angle);
}

function walkFace(
  edges: readonly Edge[][],
  walked: boolean[][],
  start: number,
  firstEdge: number,
): TileVertex[] {
  const face: TileVertex[] = [];
  let at: TileVertex = { basis: start, shift: [0, 0] };
  let edge = firstEdge;
  do {
    face.push(at);
    walked[at.basis][edge] = true;
    const { basis, shift } = edges[at.basis][edge];
    const back = edges[basis].findIndex(
      (other) =>
        other.basis === at.basis && other.shift[0] === -shift[0] && other.shift[1] === -shift[1],
    );
    const degree = edges[basis].length;
    edge = (back + degree - 1) % degree;
    at = { basis, shift: [at.shift[0] + shift[0], at.shift[1] + shift[1]] };
  } while (at.basis !== start || edge !== firstEdge);
  return face;
}
