import type { PatternGenerator, PatternParts } from "./pattern-parts.js";

/** Called now and then with the share of the work that is done; throws to stop the work. */
export type GenerationWatch = (done: number, total: number) => void;

/** A generator with what `generatePattern` needs to know of its options. */
export interface PatternKind<Options> extends PatternGenerator<Options> {
  /** Its own options, besides those that all kinds have. */
  readonly fields: readonly string[];
  /** Those that are lengths in Å at the surface; the generator gets them in units of `spacing`. None with `ownsSpacing`. */
  readonly lengths?: readonly string[];
  /** Takes `spacing` and lengths in Å itself, and returns Å in place of units of `spacing`. */
  readonly ownsSpacing?: boolean;
  /** Its lengths are those of its parts: a `spacing` has no meaning and is refused. */
  readonly refusesSpacing?: boolean;
  /** Takes `symmetry` itself, in place of copies turned about z. */
  readonly ownsSymmetry?: boolean;
  /** About how many points it would make; without it sizes are seen only when they are there. */
  pointEstimate?(options: Options): number;
  generate(options: Options, watch?: GenerationWatch): PatternParts;
}
