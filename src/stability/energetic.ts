import type { Crystal } from "../crystal/crystal.js";
import type { Energies } from "./energies.js";
import { hullAt } from "./hull.js";
import { type Rest, unitNames } from "./rest.js";
import type { StabilityThresholds } from "./thresholds.js";
import { type Criterion, figures, type StabilityVerdict, verdictOf } from "./verdict.js";

/** eV; kT at 300 K. */
const thermalEnergy = 0.0259;

/** Numbers on their way to a verdict. */
interface Findings {
  readonly criteria: Criterion[];
  readonly values: Record<string, number>;
  readonly remarks: string[];
}

/**
 * At rest, bound, and on the hull or near it.
 *
 * @param restStrain The largest strain on the way to rest, where the stiffness is known.
 */
export function energetic(
  crystal: Crystal,
  energies: Energies,
  restStrain: number | undefined,
  thresholds: StabilityThresholds,
): StabilityVerdict {
  const { energyPerAtom } = energies;
  const findings: Findings = { criteria: [], values: { energyPerAtom }, remarks: [] };
  addHull(crystal, energies, thresholds, findings);
  addCohesion(energies, thresholds, findings);
  addForce(energies.rest, thresholds, findings);
  addStress(energies.rest, restStrain, thresholds, findings);
  return verdictOf(findings.criteria, findings.values, findings.remarks);
}

function addHull(
  crystal: Crystal,
  { phases, energyPerAtom }: Energies,
  { energyAboveHull }: StabilityThresholds,
  { criteria, values, remarks }: Findings,
): void {
  if (phases.length === 0) {
    remarks.push("no references and competing phases were given that it could fall apart into");
    return;
  }
  const hull = hullAt(crystal.composition, phases);
  if (hull === undefined) {
    const known = phases.map(({ name }) => name).join(", ");
    remarks.push(`the phases given (${known}) cannot make up ${crystal.formula}`);
    return;
  }
  const above = energyPerAtom - hull.energyPerAtom;
  values.energyAboveHull = above;
  const rivals = hull.parts
    .map(({ phase, share }) => (share > 1 - 1e-6 ? phase.name : `${figures(share)} ${phase.name}`))
    .join(" + ");
  const size = figures(Math.abs(above));
  criteria.push({
    value: above,
    limit: energyAboveHull,
    safe: 0,
    reason:
      above > 0
        ? `it lies ${size} eV an atom above ${rivals}, the limit is ${figures(energyAboveHull)}`
        : `it lies ${size} eV an atom below ${rivals}`,
  });
  const elements = phases.filter(({ composition }) => composition.size === 1);
  const formation = hullAt(crystal.composition, elements);
  if (crystal.composition.size > 1 && formation !== undefined) {
    values.formationEnergy = energyPerAtom - formation.energyPerAtom;
  }
}

function addCohesion(
  { freeAtoms, energyPerAtom }: Energies,
  { cohesiveEnergy: limit }: StabilityThresholds,
  { criteria, values, remarks }: Findings,
): void {
  if (freeAtoms === undefined) {
    remarks.push("there is no energy of free atoms to compare with");
    return;
  }
  const bound = freeAtoms - energyPerAtom;
  values.cohesiveEnergy = bound;
  criteria.push({
    value: bound,
    limit,
    safe: limit + thermalEnergy,
    reason:
      bound > limit
        ? `it is bound by ${figures(bound)} eV an atom`
        : `it is not bound: apart, its atoms have ${figures(-bound)} eV less each, or as much`,
  });
}

function addForce(
  { longestForce, site }: Rest,
  { fmax }: StabilityThresholds,
  { criteria, values }: Findings,
): void {
  values.longestForce = longestForce;
  const force = `${figures(longestForce)} eV/Å`;
  criteria.push({
    value: longestForce,
    limit: fmax,
    safe: fmax / 2,
    reason:
      longestForce < fmax
        ? `the longest force is ${force}, below ${figures(fmax)}`
        : `it is not at rest: a force of ${force} acts on site ${site}, the limit is ${figures(fmax)}; relax it first`,
  });
}

function addStress(
  { stress, unit }: Rest,
  restStrain: number | undefined,
  thresholds: StabilityThresholds,
  { criteria, values }: Findings,
): void {
  if (stress === undefined) return;
  const { stressGPa: limit, restStrain: most } = thresholds;
  const remedy = unit === "GPa" ? "relax the cell first" : "strain its cell by what is missing";
  values[`stress${unitNames[unit]}`] = stress;
  const size = Math.abs(stress);
  criteria.push({
    value: size,
    limit,
    safe: limit / 2,
    reason:
      size < limit
        ? `the stress is ${figures(size)} ${unit}, below ${figures(limit)}`
        : `its cell is not at rest: a stress of ${figures(stress)} ${unit} is left, the limit is ${figures(limit)}; ${remedy}`,
  });
  if (restStrain === undefined) return;
  values.restStrain = restStrain;
  const percent = 100 * restStrain;
  // Linear elasticity says nothing of strains so large; the sentence does not pretend that it does.
  const strain =
    Math.abs(percent) < 50
      ? `about ${figures(percent)} %`
      : `more than ${percent < 0 ? "-" : ""}50 %`;
  criteria.push({
    value: Math.abs(restStrain),
    limit: most,
    safe: most / 2,
    reason:
      Math.abs(restStrain) < most
        ? `at rest its cell would be strained by ${strain}, less than ${figures(100 * most)} %`
        : `its cell is not at rest: by its stiffness here a strain of ${strain} would bring it there (linearly: far from rest the way is shorter), the limit is ${figures(100 * most)} %; ${remedy}`,
  });
}
