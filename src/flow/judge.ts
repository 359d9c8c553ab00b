import { OutOfMemory, QuotaExceeded, ResourceExhausted } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import type { Potential } from "../potentials/potential.js";
import type { StabilityOptions } from "../stability/options.js";
import { stability } from "../stability/stability.js";
import type { StabilityCheck } from "../stability/verdict.js";
import type { FlowStabilityOptions, OptimisationOptions } from "./flow-options.js";
import type { FlowDraft } from "./flow-result.js";
import type { FlowRun } from "./flow-run.js";
import { withinMemory } from "./memory.js";
import type { FlowStrategy } from "./strategy.js";
import type { FlowCheck } from "./verify.js";

const cheapChecks: readonly StabilityCheck[] = ["energetic", "geometric"];
const allChecks: readonly StabilityCheck[] = ["energetic", "mechanical", "dynamical", "geometric"];
/** Sites; elastic constants and phonons of more take longer than the rest of the flow. */
const mostFullyJudged = 32;
/** No limit: what cannot come to rest is not held against the crystal. */
const anything = 1e9;
/** Of a longest force that was asked for, so that what has converged passes. */
const slack = 4;
/** eV/Å, GPa: the least limits that `stability` has by itself. */
const leastForce = 0.002;
const leastStress = 1;

interface Judging {
  readonly run: FlowRun;
  readonly crystal: Crystal;
  readonly potential: Potential;
  readonly strategy: FlowStrategy;
  readonly options: OptimisationOptions & { readonly stability?: FlowStabilityOptions | false };
  readonly draft: FlowDraft;
  /** Whether small crystals are judged by all checks. */
  readonly isThorough: boolean;
}

/**
 * Stability, by the checks asked for; else what is cheap (energies and distances), and all of it for up
 * to 32 sites where the flow is thorough. Forces and stresses that the flow was not to relax do not count.
 * Checks that memory does not allow are left out with a warning.
 */
export async function judged(judging: Judging): Promise<FlowCheck> {
  const { run, crystal, potential, options, draft } = judging;
  const asked = options.stability || {};
  const judge = (checks: readonly StabilityCheck[]) =>
    withinMemory(run, draft, options, () =>
      run.run((parts) =>
        stability(crystal, potential, {
          ...parts,
          ...asked,
          ...lenient(judging),
          checks: [...checks],
        }),
      ),
    );
  const checks = checksOf(judging);
  try {
    draft.stability = await judge(checks);
  } catch (error) {
    const affordable = checks.filter((check) => cheapChecks.includes(check));
    const isOfMemory = [OutOfMemory, QuotaExceeded, ResourceExhausted].some(
      (type) => error instanceof type,
    );
    if (!isOfMemory || affordable.length === checks.length || affordable.length === 0) throw error;
    const left = checks.filter((check) => !affordable.includes(check)).join(" and ");
    const message = `no ${left} check: ${(error as Error).message}`;
    draft.warnings.push({ code: "STABILITY_PARTIAL", message });
    draft.stability = await judge(affordable);
  }
  const { isStable: passed, index, reasons } = draft.stability;
  const { stabilityThreshold } = crystal.config;
  const why =
    reasons.length > 0
      ? reasons.join("; ")
      : `the index ${index.toFixed(3)} is below config.stabilityThreshold = ${stabilityThreshold}`;
  const made = draft.stability.verdicts.filter(([, { verdict }]) => verdict !== "skipped");
  const names = made.map(([check]) => check).join(", ");
  const detail = passed ? `stable, index ${index.toFixed(2)} (${names})` : `not stable: ${why}`;
  return { name: "stability", passed, detail, code: "UNSTABLE" };
}

function checksOf({ crystal, options, draft, isThorough }: Judging): readonly StabilityCheck[] {
  const asked = options.stability === false ? undefined : options.stability?.checks;
  if (asked !== undefined) return asked;
  if (!isThorough) return cheapChecks;
  if (crystal.siteCount <= mostFullyJudged) return allChecks;
  const message = `no mechanical and dynamical checks: there are ${crystal.siteCount} sites, and they are made for up to ${mostFullyJudged} unless stability: { checks } asks for them`;
  draft.warnings.push({ code: "STABILITY_PARTIAL", message });
  return cheapChecks;
}

/** Thresholds for a crystal of which not everything was to come to rest; those given count. */
function lenient({
  strategy,
  options,
}: Judging): Pick<StabilityOptions, "thresholds" | "pressureGPa"> {
  const { fmax = 0, stressMaxGPa = 0, pressureGPa = 0, fixed, cell } = options.relax ?? {};
  const isStill = strategy.level === "none" || fixed !== undefined;
  const isHeld = strategy.cell === false || strategy.level === "none" || cell === "isotropic";
  const given = options.stability === false ? undefined : options.stability?.thresholds;
  const force = isStill ? anything : slack * fmax;
  const stress = isHeld ? anything : slack * stressMaxGPa;
  return {
    thresholds: {
      ...(force > leastForce ? { fmax: force } : {}),
      ...(stress > leastStress ? { stressGPa: stress } : {}),
      ...given,
    },
    ...(pressureGPa === 0 ? {} : { pressureGPa }),
  };
}
