import { requirePositive } from "../../base/check.js";
import { InvalidConfiguration } from "../../base/errors.js";
import type { PatternKind } from "../pattern-kind.js";
import { requireCount } from "./cell-size.js";

/** Points at equal distances along x; `symmetry` n makes a star of n lines. */
export interface LineOptions {
  /** Points. Give this or `length`. */
  readonly count?: number;
  /** Å from the first point to beyond the last: the largest number of points that fits. */
  readonly length?: number;
  /** The middle of the line at the origin, in place of its first point; default false. */
  readonly centered?: boolean;
}

/** A straight row of points. */
export const line: PatternKind<LineOptions> = {
  patternType: "line",
  fields: ["count", "length", "centered"],
  lengths: ["length"],
  pointEstimate: (options) => countOf(options),
  generate(options) {
    const count = countOf(options);
    const positions = new Float64Array(3 * count);
    const start = options.centered ? -(count - 1) / 2 : 0;
    for (let i = 0; i < count; i++) positions[3 * i] = start + i;
    return { positions, dimension: 1, facts: { density: 1 } };
  },
};

function countOf({ count, length }: LineOptions): number {
  if ((count === undefined) === (length === undefined)) {
    throw new InvalidConfiguration(
      "a line needs either count or length, such as count: 10; got " +
        (count === undefined ? "neither" : "both"),
      { count, length },
    );
  }
  if (count !== undefined) return requireCount("count", count);
  return Math.floor(requirePositive("length", length, "Å") + 1e-9) + 1;
}
