import type { Crystal } from "../crystal/crystal.js";
import { type CrystalWarning, untold } from "../crystal/crystal-parts.js";
import { rowTimes } from "../math/mat3.js";
import { relax } from "../optimize/relax.js";
import type { Relaxation } from "../optimize/relaxation.js";
import type { JudgedRun } from "./cache.js";
import { type DynamicalResult, dynamical } from "./dynamical.js";
import { energetic } from "./energetic.js";
import { type Energies, energiesOf, isRefusal } from "./energies.js";
import { geometric } from "./geometric.js";
import { type MechanicalResult, mechanical } from "./mechanical.js";
import { restingForce } from "./rest.js";
import type { StabilityChange, StabilityParts } from "./result.js";
import { type Trial, weights } from "./trial.js";
import {
  figures,
  type StabilityCheck,
  type StabilityVerdict,
  skipped,
  unknown,
  unstable,
} from "./verdict.js";

/** All checks that are asked for, of the crystal as it is or after it came to rest. */
export async function judged(given: Trial): Promise<JudgedRun> {
  const warnings: CrystalWarning[] = [];
  const relaxation = await relaxationOf(given, warnings);
  const crystal = relaxation?.crystal ?? given.crystal;
  const verdicts = await verdictsOf({ ...given, crystal });
  const change = relaxation && changeOf(given.crystal, relaxation);
  return {
    parts: {
      ...verdicts,
      change,
      warnings: [
        ...warnings,
        ...untold(relaxation?.warnings ?? [], verdicts.warnings),
        ...verdicts.warnings,
      ],
    },
    moved: relaxation && {
      lattice: crystal.lattice.matrix,
      fracPositions: crystal.fracPositions,
    },
  };
}

/** Undefined where it was not asked for, or where the crystal has no energy to go down. */
async function relaxationOf(
  { run, crystal, potential, checked, options }: Trial,
  warnings: CrystalWarning[],
): Promise<Relaxation | undefined> {
  const { relax: first, pressureGPa } = checked;
  if (first === undefined) return undefined;
  const pressure = first.cell === false ? {} : { pressureGPa };
  try {
    const relaxation = await run(weights.relax, () =>
      relax(crystal, potential, { ...options, ...first, ...pressure, frames: 2 }),
    );
    if (!relaxation.converged) {
      const message = `the crystal did not come to rest (${relaxation.reason}, ${figures(relaxation.fmax)} eV/Å left); give relax: { maxSteps } or another method`;
      warnings.push({ code: "NOT_CONVERGED", message });
    }
    return relaxation;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const message = `the crystal was judged as it is given: ${error.message}`;
    warnings.push({ code: "NOT_RELAXED", message });
    return undefined;
  }
}

/** What the relaxation did. */
function changeOf(before: Crystal, relaxation: Relaxation): StabilityChange {
  const { crystal, enthalpy, frames, steps, converged } = relaxation;
  let longestMove = 0;
  for (let site = 0; site < crystal.siteCount; site++) {
    const way = [0, 1, 2].map(
      (k) => crystal.fracPositions[3 * site + k] - before.fracPositions[3 * site + k],
    );
    longestMove = Math.max(longestMove, Math.hypot(...rowTimes(way, crystal.lattice.matrix)));
  }
  return {
    energyPerAtom: (enthalpy - (frames[0]?.energy ?? enthalpy)) / crystal.siteCount,
    volume: crystal.lattice.volume / before.lattice.volume - 1,
    longestMove,
    steps,
    converged,
  };
}

async function verdictsOf(trial: Trial): Promise<Omit<StabilityParts, "change">> {
  const { checks } = trial.checked;
  const isAsked = (check: StabilityCheck) => checks.includes(check);
  const [shape, energies] = await Promise.all([
    isAsked("geometric") ? geometric(trial) : notAsked,
    checks.some((check) => check !== "geometric") ? energiesOf(trial) : undefined,
  ]);
  const { freeAtoms, energyPerAtom }: Partial<Energies> =
    typeof energies === "object" ? energies : {};
  const bound =
    freeAtoms === undefined || energyPerAtom === undefined ? undefined : freeAtoms - energyPerAtom;
  const thresholds = { ...trial.checked.thresholds, fmax: restingForce(trial, bound) };
  const restless = restlessness(energies, thresholds.fmax);
  const [elasticity, vibrations] = await Promise.all([
    isAsked("mechanical") ? tried(restless, () => mechanical(trial)) : { verdict: notAsked },
    isAsked("dynamical") ? tried(restless, () => dynamical(trial)) : { verdict: notAsked },
  ]);
  const { elastic, restStrain, stiffnessWarnings = [] }: Partial<MechanicalResult> = elasticity;
  const { phonons, worstMode, warnings = [] }: Partial<DynamicalResult> = vibrations;
  const energeticVerdict =
    typeof energies === "object"
      ? energetic(trial.crystal, energies, restStrain, thresholds)
      : unstable(`it has no energy: ${energies}`);
  return {
    energetic: isAsked("energetic") ? energeticVerdict : notAsked,
    mechanical: elasticity.verdict,
    dynamical: vibrations.verdict,
    geometric: shape,
    thresholds,
    energyPerAtom,
    elastic,
    phonons,
    worstMode,
    warnings: [
      ...unsettledWarnings(energies),
      ...warnings,
      ...partWarnings([
        typeof energies === "object" ? energies.warnings : [],
        // Stress is the energetic check's matter.
        (elastic?.warnings ?? stiffnessWarnings).filter(({ code }) => code !== "STRESSED_START"),
        phonons?.warnings ?? [],
      ]),
    ],
  };
}

/** What the parts of a run say, each code by the first that says it. */
function partWarnings(parts: readonly (readonly CrystalWarning[])[]): CrystalWarning[] {
  const told: CrystalWarning[] = [];
  for (const part of parts) told.push(...untold(part, told));
  return told;
}

const notAsked: StabilityVerdict = skipped("it was not asked for");

/** A check that has a meaning at rest alone; what it refuses is not known. */
async function tried<R extends { readonly verdict: StabilityVerdict }>(
  restless: string | undefined,
  check: () => Promise<R>,
): Promise<R | { readonly verdict: StabilityVerdict }> {
  if (restless !== undefined) return { verdict: unknown(restless) };
  try {
    return await check();
  } catch (error) {
    if (isRefusal(error)) return { verdict: unknown(error.message) };
    throw error;
  }
}

/** Why the crystal has no elastic constants and vibrations, if so. */
function restlessness(energies: Energies | string | undefined, fmax: number): string | undefined {
  if (energies === undefined) return undefined;
  if (typeof energies === "string") return "it has no energy";
  const { longestForce } = energies.rest;
  if (longestForce < fmax) return undefined;
  return `it has a meaning at rest alone, and a force of ${figures(longestForce)} eV/Å acts, the limit is ${figures(fmax)}; relax the crystal first`;
}

function unsettledWarnings(energies: Energies | string | undefined): CrystalWarning[] {
  if (typeof energies !== "object") return [];
  return energies.unsettled.map((name) => ({
    code: "PHASE_NOT_CONVERGED",
    message: `the competing phase ${name} did not come to rest: its energy is too high; relax it first, and give energyPerAtom`,
  }));
}
