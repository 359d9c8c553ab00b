/** In the order in which they are reported. */
export const stabilityChecks = ["energetic", "mechanical", "dynamical", "geometric"] as const;

export type StabilityCheck = (typeof stabilityChecks)[number];

/** What one check found. */
export interface StabilityVerdict {
  /**
   * "unknown": it was tried, and what was found decides nothing. "skipped": it was not asked for, or has no
   * meaning here, as elastic constants of a molecule.
   */
  readonly verdict: "stable" | "unstable" | "unknown" | "skipped";
  /** 0 to 1: 0 where unstable, ½ where unknown, 1 where skipped; see `stability`. */
  readonly score: number;
  /** Sentences with the numbers and the thresholds they were held against, the worst first. */
  readonly reasons: readonly string[];
  /** Those of the reasons for which it is "unstable" or "unknown". */
  readonly violations: readonly string[];
  /** The numbers by name, units last: `longestForce` in eV/Å, `smallestEigenvalueGPa`. */
  readonly values: Readonly<Record<string, number>>;
}

/** A number held against a limit: x = (value − limit)/(safe − limit), so that limits may be upper or lower ones. */
export interface Criterion {
  readonly value: number;
  /** At it and beyond, the criterion is violated. */
  readonly limit: number;
  /** From it on, it holds with margin. */
  readonly safe: number;
  /** The sentence, without its end: "the longest force is 0.002 eV/Å, below 0.05 eV/Å". */
  readonly reason: string;
}

/** 3x² − 2x³ of x in [0, 1]: smooth, 0 where the criterion is violated, 1 where it holds with margin. */
export function scoreOf({ value, limit, safe }: Omit<Criterion, "reason">): number {
  const x = Math.min(1, (value - limit) / (safe - limit));
  return x > 0 ? x * x * (3 - 2 * x) : 0;
}

/** Of the criteria of one check: the least score. */
export function verdictOf(
  criteria: readonly Criterion[],
  values: Readonly<Record<string, number>>,
  remarks: readonly string[] = [],
): StabilityVerdict {
  const scored = criteria
    .map((criterion) => ({ score: scoreOf(criterion), reason: criterion.reason }))
    .sort((a, b) => a.score - b.score);
  const [{ score }] = scored;
  const reasons = [...scored.map(({ reason }) => reason), ...remarks];
  const violations = scored.filter((each) => each.score === 0).map(({ reason }) => reason);
  return made({ verdict: score > 0 ? "stable" : "unstable", score, reasons, violations, values });
}

/** Verdicts are kept and given to others. */
function made(verdict: StabilityVerdict): StabilityVerdict {
  Object.freeze(verdict.reasons);
  Object.freeze(verdict.violations);
  Object.freeze(verdict.values);
  return Object.freeze(verdict);
}

export function unknown(
  reason: string,
  values: Readonly<Record<string, number>> = {},
): StabilityVerdict {
  return made({
    verdict: "unknown",
    score: 0.5,
    reasons: [reason],
    violations: [reason],
    values,
  });
}

export function skipped(reason: string): StabilityVerdict {
  return made({ verdict: "skipped", score: 1, reasons: [reason], violations: [], values: {} });
}

/** A violated verdict that no single number gives. */
export function unstable(
  reason: string,
  values: Readonly<Record<string, number>> = {},
): StabilityVerdict {
  return made({ verdict: "unstable", score: 0, reasons: [reason], violations: [reason], values });
}

/** Below it numbers are rounding. */
const dust = 1e-8;

/** Three figures without needless zeros: "0.0123", "168", "-3.2e-7"; "0" for what is rounding. */
export function figures(value: number): string {
  const size = Math.abs(value);
  if (size < dust) return "0";
  if (size < 1e-4 || size >= 1e6) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}
