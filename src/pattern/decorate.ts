import { requireInRange, requireObject, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { Crystal } from "../crystal/crystal.js";
import type { OccupantInput } from "../crystal/crystal-input.js";
import { Species } from "../crystal/species.js";
import { Lattice } from "../lattice/lattice.js";
import { cross, dot } from "../math/vec3.js";
import { boundsOf } from "./metrics/point-bins.js";
import type { PatternParts } from "./pattern-parts.js";

export interface DecorateOptions {
  /**
   * Å of empty space beyond the points in directions that do not repeat; default what the pattern's
   * own cell leaves there, and at least 10. It decides the cell there, and nothing else: the crystal is
   * not periodic in these directions.
   */
  readonly vacuum?: number;
  /** The cell to use in place of the pattern's; the points keep their Cartesian positions. */
  readonly lattice?: Lattice;
  /** With `lattice`; default all three. */
  readonly periodic?: readonly [boolean, boolean, boolean];
}

/** A species for all points, or one for each kind; null leaves the points of a kind empty. */
export type Decoration = OccupantInput | { readonly [kindName: string]: OccupantInput | null };

/** Å */
const usualVacuum = 10;

type Rows = [number, number, number];

/** @see Pattern.decorate */
export function decorated(
  parts: Pick<PatternParts, "positions" | "kindOfPoint" | "kindNames" | "cell">,
  decoration: Decoration,
  options: DecorateOptions,
): Crystal {
  requireObject("options", options, "{ vacuum: 10 }");
  requireKnownFields("options of decorate", options, ["vacuum", "lattice", "periodic"]);
  const occupants = occupantsOf(parts, decoration);
  const kept: number[] = [];
  for (let i = 0; 3 * i < parts.positions.length; i++) if (occupants(i) !== null) kept.push(i);
  if (kept.length === 0) {
    throw new InvalidConfiguration("every kind is left empty; give at least one a species", {
      decoration,
    });
  }
  const positions = new Float64Array(3 * kept.length);
  kept.forEach((i, target) => {
    for (let k = 0; k < 3; k++) positions[3 * target + k] = parts.positions[3 * i + k];
  });
  const { lattice, periodic, shift } = cellFor(parts.cell, positions, options);
  for (let i = 0; i < positions.length; i++) positions[i] += shift[i % 3];
  return Crystal.create({
    lattice,
    species: kept.map((i) => occupants(i) as OccupantInput),
    cartPositions: positions,
    periodic,
  });
}

function occupantsOf(
  { kindOfPoint, kindNames }: Pick<PatternParts, "kindOfPoint" | "kindNames">,
  decoration: Decoration,
): (point: number) => OccupantInput | null {
  if (isOccupant(decoration)) return () => decoration;
  requireObject("the decoration", decoration, '"Si" or { A: "B", B: "N" }');
  if (kindOfPoint === undefined || kindNames === undefined) {
    throw new InvalidConfiguration(
      `this pattern has no kinds of points: give one species for all, such as "C", not ${show(decoration)}`,
      { decoration },
    );
  }
  requireKnownFields("kinds of this pattern", decoration, kindNames);
  const byKind = kindNames.map((name) => decoration[name]);
  const missing = kindNames.filter((_, kind) => byKind[kind] === undefined);
  const used = new Set(kindOfPoint);
  const needed = missing.filter((name) => used.has(kindNames.indexOf(name)));
  if (needed.length > 0) {
    throw new InvalidConfiguration(
      `the decoration needs a species for each kind of point, or null for none; ` +
        `${needed.slice(0, 8).join(", ")} ${needed.length > 1 ? "are" : "is"} missing`,
      { missing: needed, kindNames },
    );
  }
  return (point) => byKind[kindOfPoint[point]] as OccupantInput | null;
}

function isOccupant(decoration: Decoration): decoration is OccupantInput {
  return (
    typeof decoration === "string" || decoration instanceof Species || Array.isArray(decoration)
  );
}

interface Box {
  readonly lattice: Lattice;
  readonly periodic: readonly [boolean, boolean, boolean];
  /** Moves the points into the middle of the directions that do not repeat. */
  readonly shift: Rows;
}

function cellFor(
  cell: PatternParts["cell"],
  positions: Float64Array,
  options: DecorateOptions,
): Box {
  const { lattice, periodic } = options;
  if (lattice !== undefined) {
    return { lattice, periodic: periodic ?? [true, true, true], shift: [0, 0, 0] };
  }
  if (periodic !== undefined) {
    throw new InvalidConfiguration(
      "periodic belongs to a lattice of your own: give both, or leave it out",
      { periodic },
    );
  }
  const vacuum = requireInRange("vacuum", options.vacuum ?? usualVacuum, 0, 1e6, "Å");
  const isOwn = options.vacuum === undefined;
  const flags = cell?.periodic ?? [false, false, false];
  return boxWithVacuum(cell?.lattice.matrix ?? [1, 0, 0, 0, 1, 0, 0, 0, 1], flags, positions, {
    vacuum,
    isOwn,
  });
}

/** Rows that repeat are kept; the others become normals, as long as the points and the vacuum. */
function boxWithVacuum(
  matrix: ArrayLike<number>,
  periodic: readonly [boolean, boolean, boolean],
  positions: Float64Array,
  { vacuum, isOwn }: { readonly vacuum: number; readonly isOwn: boolean },
): Box {
  const rows = completedRows(matrix, periodic);
  const shift: Rows = [0, 0, 0];
  const box = rows.map((row, k): Rows => {
    if (periodic[k]) return row;
    const { low, high } = rangeAlong(positions, row);
    const own = isOwn ? Math.hypot(...[0, 1, 2].map((axis) => matrix[3 * k + axis])) : 0;
    const length = Math.max(high - low + vacuum, own, 1);
    const move = length / 2 - (low + high) / 2;
    for (let axis = 0; axis < 3; axis++) shift[axis] += move * row[axis];
    return [row[0] * length, row[1] * length, row[2] * length];
  });
  return { lattice: Lattice.fromMatrix(box.flat()), periodic, shift };
}

/** Unit vectors normal to the rows that repeat, and to each other, in place of those that do not. */
function completedRows(matrix: ArrayLike<number>, periodic: readonly boolean[]): Rows[] {
  const rows = [0, 1, 2].map((k): Rows => [matrix[3 * k], matrix[3 * k + 1], matrix[3 * k + 2]]);
  const done: Rows[] = rows.filter((_, k) => periodic[k]);
  return rows.map((row, k) => {
    if (periodic[k]) return row;
    const unit = normalTo(done, row);
    done.push(unit);
    return unit;
  });
}

function normalTo(rows: readonly Rows[], start: Rows): Rows {
  const [one, other] = rows;
  if (other !== undefined) return normalized(cross(one, other), start);
  if (one === undefined) return normalized(start, start);
  const share = dot(start, one) / dot(one, one);
  return normalized(
    [start[0] - share * one[0], start[1] - share * one[1], start[2] - share * one[2]],
    start,
  );
}

/** Of length 1, on the side of `side`. */
function normalized(v: Rows, side: Rows): Rows {
  const length = Math.hypot(...v) * (dot(v, side) < 0 ? -1 : 1);
  return [v[0] / length, v[1] / length, v[2] / length];
}

function rangeAlong(positions: Float64Array, unit: Rows): { low: number; high: number } {
  const along = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    along[i] = positions[i] * unit[0] + positions[i + 1] * unit[1] + positions[i + 2] * unit[2];
  }
  const { low, high } = boundsOf(along);
  return { low: low[0], high: high[0] };
}
