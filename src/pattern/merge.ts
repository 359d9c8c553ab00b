import { requireInRange, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import type { Lattice } from "../lattice/lattice.js";
import type { PatternParts, PatternTiles } from "./pattern-parts.js";
import { selectPoints } from "./select-points.js";
import { firstOccurrences } from "./unique-points.js";

/** One of the patterns that are put together. */
export interface MergePart extends PatternParts {
  /** What its points are called if it has no kinds of its own. */
  readonly name: string;
}

export interface MergeOptions {
  /** Å: of points closer than this the first one is kept; default 0.001. 0 keeps all. */
  readonly tolerance?: number;
  /** One name for each pattern, for its points in place of their own kinds. */
  readonly kindNames?: readonly string[];
}

/** @throws {InvalidConfiguration} names that do not fit. @throws {DomainError} a negative tolerance. */
export function mergeParts(parts: readonly MergePart[], options: MergeOptions): PatternParts {
  const tolerance = requireInRange("tolerance", options.tolerance ?? 1e-3, 0, 1e6, "Å");
  const positions = concatenated(parts.map((part) => part.positions));
  const kinds = mergeKinds(parts, options.kindNames);
  const tiles = mergeTiles(parts);
  const cell = commonCell(parts);
  const whole = { positions, ...kinds, ...(tiles ? { tiles } : {}) };
  const kept = tolerance > 0 ? withoutDuplicates(whole, tolerance) : whole;
  return {
    ...whole,
    ...kept,
    dimension: mergedDimension(parts, positions),
    ...(cell ? { cell } : {}),
  };
}

/** Tiles over a duplicate get the point that is kept. */
function withoutDuplicates(
  parts: Pick<PatternParts, "positions" | "kindOfPoint" | "tiles">,
  tolerance: number,
): Pick<PatternParts, "positions" | "kindOfPoint" | "tiles"> {
  const first = firstOccurrences(parts.positions, tolerance);
  const isKept = Uint8Array.from(first, (kept, i) => Number(kept === i));
  if (isKept.every(Boolean)) return parts;
  const { tiles } = parts;
  const moved = tiles && { ...tiles, vertices: tiles.vertices.map((vertex) => first[vertex]) };
  return selectPoints({ ...parts, ...(moved ? { tiles: moved } : {}) }, isKept);
}

function concatenated(arrays: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}

function mergeKinds(
  parts: readonly MergePart[],
  names: readonly string[] | undefined,
): Pick<PatternParts, "kindOfPoint" | "kindNames"> {
  if (names !== undefined) requireNames(names, parts.length);
  else if (parts.every(({ kindOfPoint }) => kindOfPoint === undefined)) return {};
  const indexOf = new Map<string, number>();
  const index = (name: string) => {
    const known = indexOf.get(name) ?? indexOf.size;
    indexOf.set(name, known);
    return known;
  };
  const kindOfPoint = new Int32Array(
    parts.reduce((sum, part) => sum + part.positions.length / 3, 0),
  );
  let at = 0;
  parts.forEach(({ positions, kindOfPoint: own, kindNames = [], name }, p) => {
    const count = positions.length / 3;
    if (names !== undefined || own === undefined) {
      kindOfPoint.fill(index(names?.[p] ?? name), at, at + count);
    } else {
      const renamed = kindNames.map(index);
      for (let i = 0; i < count; i++) kindOfPoint[at + i] = renamed[own[i]];
    }
    at += count;
  });
  return { kindOfPoint, kindNames: [...indexOf.keys()] };
}

function requireNames(names: readonly string[], count: number): void {
  const isList = Array.isArray(names) && names.every((name) => typeof name === "string");
  if (isList && names.length === count) return;
  throw new InvalidConfiguration(
    `kindNames must hold one name for each of the ${count} patterns, got ${show(names)}`,
    { kindNames: names, count },
  );
}

function mergeTiles(parts: readonly MergePart[]): PatternTiles | undefined {
  if (parts.every(({ tiles }) => tiles === undefined)) return undefined;
  const kindNames = [...new Set(parts.flatMap(({ tiles }) => tiles?.kindNames ?? []))];
  const offsets = [0];
  const vertices: number[] = [];
  const kind: number[] = [];
  let points = 0;
  for (const { positions, tiles } of parts) {
    if (tiles !== undefined) {
      const renamed = tiles.kindNames.map((name) => kindNames.indexOf(name));
      const start = vertices.length;
      for (const vertex of tiles.vertices) vertices.push(points + vertex);
      for (let t = 0; t < tiles.kind.length; t++) {
        offsets.push(start + tiles.offsets[t + 1]);
        kind.push(renamed[tiles.kind[t]]);
      }
    }
    points += positions.length / 3;
  }
  return {
    offsets: Int32Array.from(offsets),
    vertices: Int32Array.from(vertices),
    kind: Int32Array.from(kind),
    kindNames,
  };
}

/** The cell that all have, if they do. */
function commonCell(parts: readonly MergePart[]): PatternParts["cell"] {
  const [first] = parts;
  const same = parts.every(
    ({ cell }) =>
      cell !== undefined &&
      first.cell !== undefined &&
      cell.periodic.join() === first.cell.periodic.join() &&
      sameRows(cell.lattice, first.cell.lattice, cell.periodic),
  );
  return same ? first.cell : undefined;
}

function sameRows(one: Lattice, other: Lattice, periodic: readonly boolean[]): boolean {
  const size = Math.max(...one.matrix.map(Math.abs));
  return one.matrix.every(
    (value, i) => !periodic[Math.floor(i / 3)] || Math.abs(value - other.matrix[i]) <= 1e-9 * size,
  );
}

/** As before if all points stay in one plane z = const or line along x; else space. */
function mergedDimension(parts: readonly MergePart[], positions: Float64Array): 1 | 2 | 3 {
  const most = Math.max(...parts.map(({ dimension }) => dimension));
  if (most === 3 || !isFlat(positions, 2)) return 3;
  return most === 1 && isFlat(positions, 1) ? 1 : 2;
}

function isFlat(positions: Float64Array, axis: number): boolean {
  let size = 0;
  let spread = 0;
  for (let i = 0; i < positions.length; i++) size = Math.max(size, Math.abs(positions[i]));
  for (let i = axis; i < positions.length; i += 3) {
    spread = Math.max(spread, Math.abs(positions[i] - positions[axis]));
  }
  return spread <= 1e-9 * Math.max(size, 1e-300);
}
