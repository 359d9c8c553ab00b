import { requireMade } from "../base/check.js";
import { inspectAsText } from "../base/inspect.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { type CrystalWarning, untold } from "../crystal/crystal-parts.js";
import type { Relaxation } from "../optimize/relaxation.js";
import type { Pattern } from "../pattern/pattern.js";
import type { Stability } from "../stability/result.js";
import type { FlowReason, FlowStep } from "./flow-record.js";
import type { FlowState } from "./flow-state.js";
import type { FlowAttempt } from "./improve.js";
import type { FlowStrategy } from "./strategy.js";
import type { FlowCheck } from "./verify.js";

/** "kagome:3f9a1c2d": the kind of the pattern, and a digest of its points and of where they went. */
export type PatternId = string;

/** @internal What a flow has found so far. */
export interface FlowDraft {
  before?: FlowState | undefined;
  after?: FlowState | undefined;
  /** What would be committed. */
  proposed?: Crystal;
  pattern?: { readonly id: PatternId; readonly pattern: Pattern };
  strategy?: FlowStrategy;
  attempts: readonly FlowAttempt[];
  relaxation?: Relaxation | undefined;
  stability?: Stability;
  checks: readonly FlowCheck[];
  readonly warnings: CrystalWarning[];
}

interface FlowEnd extends FlowDraft {
  readonly name: string;
  readonly source: Crystal | FlowResult;
  readonly committed: boolean;
  readonly reason: FlowReason | undefined;
  readonly record: readonly FlowStep[];
}

/** How a flow ended: with a new crystal, or with the one it began with. */
export class FlowResult {
  /** "applyPattern" or "optimizeCrystal". */
  readonly name: string;
  /** Whether all steps went well. */
  readonly committed: boolean;
  /** The new crystal, or the very object that the flow was given. */
  readonly crystal: Crystal;
  /** Why nothing was committed. */
  readonly reason: FlowReason | undefined;
  /** What happened, step by step; the last is "commit" or "rollback". */
  readonly record: readonly FlowStep[];
  /** All patterns that were applied to the crystal, of this flow and of those before, in order. */
  readonly patterns: ReadonlyMap<PatternId, Pattern>;
  /** Of the pattern that this flow has applied. */
  readonly patternId: PatternId | undefined;
  /** The crystal that was given; undefined where its energy means nothing. */
  readonly before: FlowState | undefined;
  /** The crystal at its end, whether committed or not; undefined where the flow did not get so far. */
  readonly after: FlowState | undefined;
  /** What a rolled-back flow would have committed, as far as it came: to find out why. */
  readonly rejected: Crystal | undefined;
  /** How the crystal was to be brought to rest. */
  readonly strategy: FlowStrategy | undefined;
  /** How it went. */
  readonly attempts: readonly FlowAttempt[];
  readonly relaxation: Relaxation | undefined;
  readonly stability: Stability | undefined;
  /** What had to hold before the commit. */
  readonly checks: readonly FlowCheck[];
  /**
   * What was not done as asked for: "CELL_KEPT", "SEARCH_LEFT_OUT", "SEARCH_FAILED", "SADDLE_UNCHECKED",
   * "STABILITY_PARTIAL", "POINTS_LEFT_OUT", "NO_ENERGY_BEFORE", "MEMORY_ESTIMATE"; of the potential at
   * the end, as those of `evaluate`; and those of `stability`.
   */
  readonly warnings: readonly CrystalWarning[];

  private constructor(end: FlowEnd) {
    const makers = "applyPattern(crystal, config, options) or optimizeCrystal(crystal, potential)";
    requireMade(Array.isArray(end?.record), "FlowResult", makers);
    const { source, committed, proposed, pattern } = end;
    const given = crystalOf(source);
    this.name = end.name;
    this.committed = committed;
    this.crystal = committed && proposed !== undefined ? proposed : given;
    this.reason = end.reason;
    this.record = end.record;
    const known = source instanceof FlowResult ? source.patterns : new Map<PatternId, Pattern>();
    const applied = committed ? pattern : undefined;
    this.patterns = applied ? new Map([...known, [applied.id, applied.pattern]]) : known;
    this.patternId = applied?.id;
    this.before = end.before;
    this.after = end.after;
    this.rejected = committed ? undefined : proposed;
    this.strategy = end.strategy;
    this.attempts = end.attempts;
    this.relaxation = end.relaxation;
    this.stability = end.stability;
    this.checks = end.checks;
    this.warnings = [...end.warnings, ...untold(end.stability?.warnings ?? [], end.warnings)];
  }

  /** @internal */
  static of(end: FlowEnd): FlowResult {
    return new FlowResult(end);
  }

  /** Milliseconds from the first step to the end of the last. */
  get elapsedMs(): number {
    const [first, last] = [this.record[0], this.record[this.record.length - 1]];
    return last.startedAt + last.ms - first.startedAt;
  }

  /** "applyPattern: committed Cu24Au8, -3.5104 eV/atom", or "applyPattern: rolled back at verify (UNSTABLE): ..." */
  toString(): string {
    const { name, committed, crystal, after, reason } = this;
    if (!committed)
      return `${name}: rolled back at ${reason?.step} (${reason?.code}): ${reason?.message}`;
    const energy = after === undefined ? "" : `, ${after.energyPerAtom.toFixed(4)} eV/atom`;
    const index =
      this.stability === undefined ? "" : `, stability ${this.stability.index.toFixed(2)}`;
    return `${name}: committed ${crystal.cellFormula}${energy}${index}`;
  }
}

inspectAsText(FlowResult);

/** The crystal of what a flow may begin with. @throws {InvalidConfiguration} neither crystal nor result. */
export function crystalOf(source: Crystal | FlowResult): Crystal {
  if (source instanceof FlowResult) return source.crystal;
  requireCrystal(source);
  return source;
}
