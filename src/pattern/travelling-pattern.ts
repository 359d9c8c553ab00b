import { Lattice } from "../lattice/lattice.js";
import type { Affine } from "./affine.js";
import { Pattern } from "./pattern.js";
import type { PatternConfig } from "./pattern-config.js";
import type { PatternParts } from "./pattern-parts.js";

/** A pattern as plain data. */
interface TravellingPattern extends Omit<PatternParts, "cell"> {
  readonly cellMatrix?: Float64Array;
  readonly periodic?: readonly [boolean, boolean, boolean];
  readonly transform: Affine;
}

export function dataOf(pattern: Pattern): TravellingPattern {
  const { positions, dimension, cell, kindOfPoint, kindNames, tiles, facts, transform } = pattern;
  return {
    positions,
    dimension,
    ...(cell ? { cellMatrix: cell.lattice.matrix, periodic: cell.periodic } : {}),
    ...(kindOfPoint ? { kindOfPoint, kindNames } : {}),
    ...(tiles ? { tiles } : {}),
    facts,
    transform,
  };
}

export function patternOf(value: unknown, config: PatternConfig): Pattern {
  const { cellMatrix, periodic, ...data } = value as TravellingPattern;
  return Pattern.fromData({
    ...data,
    ...(cellMatrix && periodic
      ? { cell: { lattice: Lattice.fromMatrix(cellMatrix), periodic } }
      : {}),
    config,
  });
}
