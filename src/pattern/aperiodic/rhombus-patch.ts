import { doubtful, doubtfulMeshIndex, type Multigrid, sineBetween } from "./multigrid.js";
import {
  addVector,
  pack,
  packedVector,
  step,
  type VertexTable,
  vertexTable,
} from "./vertex-table.js";

/** The rhombi that have a vertex in the disc, and their vertices. */
export interface RhombusPatch {
  readonly table: VertexTable;
  /** [vertexCount, 2], in edges. */
  readonly planar: Float64Array;
  readonly vertexCount: number;
  /** Sum of the codes of the tiles' corners at each vertex. */
  readonly cornerSum: Int32Array;
  /** Σ K_j of each vertex. */
  readonly level: Int32Array;
  readonly tileCount: number;
  /** [tileCount, 4], counterclockwise from the corner with the lowest K in both families. */
  readonly corners: Int32Array;
  /** Whether the angle at the first corner is the acute (or right) one. */
  readonly acuteFirst: Uint8Array;
  /** Acute angle of each tile in steps of the directions' lattice of angles, 180°/n or 360°/n. */
  readonly shape: Uint8Array;
  /** The families that cross. */
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

/** The patch while it grows. */
interface Builder {
  readonly table: VertexTable;
  readonly planar: Float64Array;
  readonly cornerSum: Int32Array;
  readonly level: Int32Array;
  tileCount: number;
  readonly corners: Int32Array;
  readonly acuteFirst: Uint8Array;
  readonly shape: Uint8Array;
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

/** What the corners of a tile of families j and k add to `cornerSum`: at its acute ends, at the others. */
export type CornerCode = (shape: number) => readonly [acute: number, obtuse: number];

/** Angle between two directions that is not obtuse, in units of 180°/n (odd n) or 360°/n (even n). */
function shapeOf({ n, families }: Multigrid, j: number, k: number): number {
  if (n % 2 === 0) return Math.min(k - j, families - (k - j));
  const between = Math.min(k - j, n - (k - j));
  return Math.min(2 * between, n - 2 * between);
}

/** Acute angle of a shape, degrees. */
export function shapeAngle(n: number, shape: number): number {
  return (n % 2 === 0 ? 360 : 180) * (shape / n);
}

/** Vertices per area of the infinite tiling: Σ |sin(jk)| crossings, spread by the factor families/2. */
export function vertexDensity(grid: Multigrid): number {
  let crossings = 0;
  for (let j = 0; j < grid.families; j++) {
    for (let k = j + 1; k < grid.families; k++) crossings += Math.abs(sineBetween(grid, j, k));
  }
  return crossings / (grid.families / 2) ** 2;
}

/**
 * Centre and radius of a disc of the grid that holds the crossings of all tiles with a vertex in the
 * disc of `radius`: x = (m/2)(p − centre) + Σ (f_j − ½) e_j with 0 ≤ f_j ≤ 1 for m families.
 */
function discOfGrid({ families, cos, sin, gamma }: Multigrid, radius: number) {
  let [x, y, reach] = [0, 0, 0];
  for (let j = 0; j < families; j++) {
    x -= ((gamma[j] + 0.5) * cos[j] * 2) / families;
    y -= ((gamma[j] + 0.5) * sin[j] * 2) / families;
  }
  for (let step = 0; step < 720; step++) {
    const angle = (step * Math.PI) / 720;
    let width = 0;
    for (let j = 0; j < families; j++) {
      width += Math.abs(cos[j] * Math.cos(angle) + sin[j] * Math.sin(angle)) / 2;
    }
    reach = Math.max(reach, width);
  }
  return { x, y, radius: (radius + 1.01 * reach + 1e-6) / (families / 2) };
}

/** Every tile of the grid's dual that has a vertex within `radius` (in edges) of the origin. */
export function rhombusPatch(
  grid: Multigrid,
  radius: number,
  cornerCode: CornerCode = () => [1, 1],
): RhombusPatch {
  const disc = discOfGrid(grid, radius);
  const walks = walksOf(grid, disc);
  const tileCount = walks.reduce((sum, walk) => sum + walk.count, 0);
  const largest = Math.max(...grid.gamma.map(Math.abs)) + Math.hypot(disc.x, disc.y) + disc.radius;
  // Lines that meet a disc in c crossings cut it into at most c + lines + 1 meshes.
  const expected = tileCount + grid.families * Math.ceil(2 * disc.radius + 1) + 1;
  const build: Builder = {
    table: vertexTable({
      directions: Array.from(grid.cos, (x, j) => [x, grid.sin[j]]),
      extent: radius + 4,
      reach: Math.ceil(largest) + 2,
      expected,
    }),
    planar: new Float64Array(2 * expected),
    cornerSum: new Int32Array(expected),
    level: new Int32Array(expected),
    tileCount: 0,
    corners: new Int32Array(4 * tileCount),
    acuteFirst: new Uint8Array(tileCount),
    shape: new Uint8Array(tileCount),
    first: new Uint8Array(tileCount),
    second: new Uint8Array(tileCount),
  };
  for (const walk of walks) walkCrossings(grid, walk, tilePlacer(grid, walk, cornerCode, build));
  return { ...build, vertexCount: build.table.count };
}

type Disc = ReturnType<typeof discOfGrid>;

/** The crossings of two families in a disc: for each line of the first a range of the second. */
interface Walk {
  readonly j: number;
  readonly k: number;
  /** [lineCount, 3]: kj, first kk, last kk. */
  readonly lines: Int32Array;
  readonly count: number;
}

function walksOf(grid: Multigrid, disc: Disc): Walk[] {
  const walks: Walk[] = [];
  for (let j = 0; j < grid.families; j++) {
    for (let k = j + 1; k < grid.families; k++) walks.push(walkOf(grid, disc, j, k));
  }
  return walks;
}

/** A point of a line of family j is p = d e_j + t e_j⊥, with p·e_k = d cos(jk) + t sin(jk). */
function walkOf({ cos, sin, gamma }: Multigrid, disc: Disc, j: number, k: number): Walk {
  const sine = cos[j] * sin[k] - sin[j] * cos[k];
  const cosine = cos[j] * cos[k] + sin[j] * sin[k];
  const centreD = disc.x * cos[j] + disc.y * sin[j];
  const centreT = disc.y * cos[j] - disc.x * sin[j];
  const lines: number[] = [];
  let count = 0;
  const lastJ = Math.floor(centreD + disc.radius + gamma[j]);
  for (let kj = Math.ceil(centreD - disc.radius + gamma[j]); kj <= lastJ; kj++) {
    const d = kj - gamma[j];
    const half = Math.sqrt(Math.max(0, disc.radius ** 2 - (d - centreD) ** 2)) * Math.abs(sine);
    const middle = d * cosine + centreT * sine + gamma[k];
    const [from, to] = [Math.ceil(middle - half), Math.floor(middle + half)];
    if (to < from) continue;
    lines.push(kj, from, to);
    count += to - from + 1;
  }
  return { j, k, lines: Int32Array.from(lines), count };
}

/** Hands the mesh with the lowest K at each crossing to `place`; the array is used again. */
function walkCrossings(
  grid: Multigrid,
  { j, k, lines }: Walk,
  place: (mesh: Int32Array) => void,
): void {
  const { families, gamma } = grid;
  const sjk = sineBetween(grid, j, k);
  const others = Array.from({ length: families }, (_, l) => l).filter((l) => l !== j && l !== k);
  const alpha = Float64Array.from(others, (l) => sineBetween(grid, l, k) / sjk);
  const beta = Float64Array.from(others, (l) => sineBetween(grid, j, l) / sjk);
  const mesh = new Int32Array(families);
  for (let line = 0; line < lines.length; line += 3) {
    const kj = lines[line];
    mesh[j] = kj;
    for (let kk = lines[line + 1]; kk <= lines[line + 2]; kk++) {
      mesh[k] = kk;
      for (let i = 0; i < others.length; i++) {
        const l = others[i];
        const value = alpha[i] * (kj - gamma[j]) + beta[i] * (kk - gamma[k]) + gamma[l];
        const near = Math.round(value);
        const isSure = Math.abs(value - near) > doubtful;
        mesh[l] = isSure ? Math.ceil(value) : doubtfulMeshIndex(grid, [j, k, l], kj, kk, near);
      }
      place(mesh);
    }
  }
}

/** Adds the tile whose lowest corner is the given mesh, and the vertices that are new. */
function tilePlacer(
  grid: Multigrid,
  { j, k }: Walk,
  cornerCode: CornerCode,
  build: Builder,
): (mesh: Int32Array) => void {
  const { table, corners } = build;
  const shape = shapeOf(grid, j, k);
  const [acuteCode, obtuseCode] = cornerCode(shape);
  // The angle at the first corner is the one between e_j and e_k.
  const acuteFirst = grid.cos[j] * grid.cos[k] + grid.sin[j] * grid.sin[k] > -1e-12;
  const codes = acuteFirst ? [acuteCode, obtuseCode] : [obtuseCode, acuteCode];
  const turnsLeft = sineBetween(grid, j, k) > 0;
  const packed = packedVector(table);
  const corner = (mesh: Int32Array, dj: number, dk: number, code: number): number => {
    const before = table.count;
    const vertex = addVector(table, packed);
    if (table.count > before) locate(grid, build, vertex, mesh, j, dj, k, dk);
    build.cornerSum[vertex] += code;
    return vertex;
  };
  return (mesh) => {
    pack(table, mesh, packed);
    const start = 4 * build.tileCount;
    corners[start] = corner(mesh, 0, 0, codes[0]);
    step(table, packed, j, 1);
    corners[start + (turnsLeft ? 1 : 3)] = corner(mesh, 1, 0, codes[1]);
    step(table, packed, k, 1);
    corners[start + 2] = corner(mesh, 1, 1, codes[0]);
    step(table, packed, j, -1);
    corners[start + (turnsLeft ? 3 : 1)] = corner(mesh, 0, 1, codes[1]);
    const tile = build.tileCount++;
    build.acuteFirst[tile] = acuteFirst ? 1 : 0;
    build.shape[tile] = shape;
    build.first[tile] = j;
    build.second[tile] = k;
  };
}

/** Position and level of a new vertex; summed in the order of the families, so always to the same bits. */
function locate(
  { families, cos, sin }: Multigrid,
  build: Builder,
  vertex: number,
  mesh: Int32Array,
  j: number,
  dj: number,
  k: number,
  dk: number,
): void {
  let [x, y, level] = [0, 0, 0];
  for (let l = 0; l < families; l++) {
    const value = mesh[l] + (l === j ? dj : 0) + (l === k ? dk : 0);
    x += value * cos[l];
    y += value * sin[l];
    level += value;
  }
  build.planar[2 * vertex] = x;
  build.planar[2 * vertex + 1] = y;
  build.level[vertex] = level;
}
