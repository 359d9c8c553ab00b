import type { Stability } from "../stability/result.js";
import type { StabilityVerdict } from "../stability/verdict.js";

/** One check as the card shows it. */
export interface StabilityRow {
  readonly check: string;
  readonly verdict: StabilityVerdict["verdict"];
  /** Undefined where there is nothing to score. */
  readonly score: number | undefined;
  /** What matters: all violations, or the first of what holds. */
  readonly main: readonly string[];
  readonly rest: readonly string[];
}

/** Mid-tones that stand on white and on black. */
export const verdictColors: Readonly<Record<StabilityVerdict["verdict"], string>> = {
  stable: "#2e9e6b",
  unstable: "#d9542b",
  unknown: "#c08a1e",
  skipped: "#8b93a1",
};

export const verdictMarks: Readonly<Record<StabilityVerdict["verdict"], string>> = {
  stable: "✓",
  unstable: "✕",
  unknown: "?",
  skipped: "–",
};

export function rowsOf(stability: Stability): readonly StabilityRow[] {
  return stability.verdicts.map(([check, { verdict, score, reasons, violations }]) => {
    const main = violations.length > 0 ? violations : reasons.slice(0, 1);
    return {
      check,
      verdict,
      score: verdict === "skipped" ? undefined : score,
      main,
      rest: reasons.filter((reason) => !main.includes(reason)),
    };
  });
}

/** Of the whole: that of the worst check where one decides. */
export function overallVerdict(stability: Stability): StabilityVerdict["verdict"] {
  if (stability.isStable) return "stable";
  const isUnstable = stability.verdicts.some(([, { verdict }]) => verdict === "unstable");
  return isUnstable ? "unstable" : "unknown";
}

/** "−3.5402 eV an atom", and what a relaxation changed. */
export function factsOf({ energyPerAtom, changeText }: Stability): readonly string[] {
  return [
    ...(energyPerAtom === undefined ? [] : [`${energyText(energyPerAtom)} eV an atom`]),
    ...(changeText === undefined ? [] : [changeText]),
  ];
}

function energyText(value: number): string {
  const text = Math.abs(value) < 1e6 ? value.toFixed(4) : value.toExponential(1);
  return text.replace("-", "−");
}
