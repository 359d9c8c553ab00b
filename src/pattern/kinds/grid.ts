import { requirePositive, show } from "../../base/check.js";
import { InvalidConfiguration, ShapeError } from "../../base/errors.js";
import type { PatternKind } from "../pattern-kind.js";
import { type CellSize, regionOf, sizeFields, sizeLengths } from "./cell-size.js";
import { fillCells, type Motif, regionPoints } from "./fill-cells.js";

/** A square, rectangular or cubic grid. */
export interface GridOptions extends CellSize {
  /** Default: the number of `counts` or of edges of `extent`, 2 where these do not tell. */
  readonly dimension?: 1 | 2 | 3;
  /** Distances along x, y and z in units of `spacing`; default 1, equal ones. */
  readonly steps?: readonly number[];
}

/** Points at whole multiples of the steps along x, y and z. */
export const grid: PatternKind<GridOptions> = {
  patternType: "grid",
  fields: ["dimension", "steps", ...sizeFields],
  lengths: sizeLengths,
  pointEstimate(options) {
    const motif = motifOf(options);
    return regionPoints(motif, regionOf("grid", options, motif.dimension));
  },
  generate(options, watch) {
    const motif = motifOf(options);
    return fillCells(motif, regionOf("grid", options, motif.dimension), watch);
  },
};

function motifOf({ dimension, steps, counts, extent }: GridOptions): Motif {
  const size = counts ?? extent;
  const told = typeof size === "object" && size !== null ? size.length : steps?.length;
  const space = dimension ?? told ?? 2;
  if (space !== 1 && space !== 2 && space !== 3) {
    throw new InvalidConfiguration(
      `a grid has 1, 2 or 3 dimensions, such as counts: [10, 10], got ${show(space)}`,
      { dimension: space },
    );
  }
  const distances = steps ?? Array<number>(space).fill(1);
  if (!Array.isArray(distances) || distances.length !== space) {
    throw new ShapeError(
      `steps must hold one distance for each of the ${space} dimensions, got ${show(steps)}`,
      { steps, dimension: space },
    );
  }
  const [x, y = 1, z = 1] = distances.map((step) => requirePositive("steps", step));
  return {
    dimension: space,
    lattice: Float64Array.of(x, 0, 0, 0, y, 0, 0, 0, z),
    basis: new Float64Array(3),
  };
}
