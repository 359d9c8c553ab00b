import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { deformedStates } from "../elastic/deformed-states.js";
import type { ElasticTensor } from "../elastic/elastic-tensor.js";
import { elasticTensor } from "../elastic/strained-crystal.js";
import { solveDense, symmetricEigenvalues } from "../math/dense.js";
import type { Task } from "../runtime/task.js";
import { component, periodicSpace, unitNames } from "./rest.js";
import type { StabilityThresholds } from "./thresholds.js";
import { type Trial, weights } from "./trial.js";
import {
  type Criterion,
  figures,
  type StabilityVerdict,
  skipped,
  unknown,
  verdictOf,
} from "./verdict.js";

/** Of the mean eigenvalue: an elastic tensor whose least one is further above the limit has margin. */
const safeShare = 0.1;
const strain = 1e-3;
/** eV/Å */
const fmax = 1e-5;
const maxSteps = 2000;

export interface MechanicalResult {
  readonly verdict: StabilityVerdict;
  /** The largest strain, with its sign, by which the cell would come to rest under the pressure. */
  readonly restStrain?: number | undefined;
  readonly elastic?: ElasticTensor;
  /** Of a sheet or a chain, which has no elastic tensor to tell them. */
  readonly stiffnessWarnings?: readonly CrystalWarning[];
}

/** Born's criteria: whether every small strain costs energy, in the directions in which the crystal repeats. */
export async function mechanical(trial: Trial): Promise<MechanicalResult> {
  const { run, crystal, potential, checked, options } = trial;
  const { thresholds, pressureGPa } = checked;
  if (!crystal.periodic.includes(true)) {
    return { verdict: skipped("a cluster that repeats in no direction has no elastic constants") };
  }
  if (crystal.periodic.includes(false)) {
    const stiffness = await run(weights.mechanical, () => lowDimensional(trial));
    const { restStrain, warnings } = stiffness;
    return {
      verdict: lowVerdict(stiffness, thresholds),
      restStrain,
      stiffnessWarnings: warnings,
    };
  }
  const elastic = await run(weights.mechanical, () => elasticTensor(crystal, potential, options));
  const restStrain = solidRestStrain(elastic, pressureGPa);
  return { verdict: solidVerdict(elastic, thresholds), restStrain, elastic };
}

/** ε = −C⁻¹ (σ + p), which an unstable crystal has not. */
function solidRestStrain(elastic: ElasticTensor, pressureGPa: number): number | undefined {
  if (!elastic.bornStable) return undefined;
  const excess = elastic.stressGPa.map((value, i) => value + (i < 3 ? pressureGPa : 0));
  const strain = solveDense(elastic.voigtGPa, excess);
  if (strain === undefined) return undefined;
  const [xx, yy, zz, yz, xz, xy] = strain.map((value) => -value);
  return largest(
    symmetricEigenvalues([xx, xy / 2, xz / 2, xy / 2, yy, yz / 2, xz / 2, yz / 2, zz], 3),
  );
}

/** By size, with its sign. */
function largest(values: Float64Array): number {
  return values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
}

function solidVerdict(elastic: ElasticTensor, thresholds: StabilityThresholds): StabilityVerdict {
  const { stability } = elastic;
  const eigenvalues = stability.eigenvaluesGPa;
  const violated = stability.criteria.filter(({ holds }) => !holds);
  const values: Record<string, number> = {
    smallestEigenvalueGPa: eigenvalues[0],
    largestEigenvalueGPa: eigenvalues[5],
  };
  if (elastic.bornStable) {
    values.bulkModulusGPa = elastic.moduli.bulkGPa.hill;
    values.shearModulusGPa = elastic.moduli.shearGPa.hill;
  }
  const list = (violated.length > 0 ? violated : stability.criteria)
    .map(({ name, value }) => `${name} (${figures(value)})`)
    .join(", ");
  const remark =
    violated.length > 0
      ? `of Born's criteria for ${stability.crystalSystem} crystals, violated: ${list}`
      : `Born's criteria for ${stability.crystalSystem} crystals hold: ${list}`;
  if (!elastic.converged) {
    return unknown(
      "the ions of a strained cell did not come to rest, so the elastic tensor is doubtful",
      values,
    );
  }
  return verdictOf([stiffest(eigenvalues, "GPa", thresholds)], values, [remark]);
}

function stiffest(
  eigenvalues: Float64Array,
  unit: string,
  { bornMinimumGPa: limit }: StabilityThresholds,
): Criterion {
  const [value] = eigenvalues;
  const mean = eigenvalues.reduce((sum, each) => sum + each, 0) / eigenvalues.length;
  return {
    value,
    limit,
    // A mean below 0 belongs to a least one below 0, which no margin saves.
    safe: limit + safeShare * Math.max(mean, Math.abs(value), Number.MIN_VALUE),
    reason:
      value > limit
        ? `the softest strain has a stiffness of ${figures(value)} ${unit}, above ${figures(limit)}`
        : `a strain lowers the energy: the least eigenvalue of the elastic tensor is ${figures(value)} ${unit}, the limit is ${figures(limit)}`,
  };
}

interface LowStiffness {
  readonly eigenvalues: Float64Array;
  readonly unit: "N/m" | "nN" | "GPa";
  readonly converged: boolean;
  readonly restStrain: number | undefined;
  readonly warnings: readonly CrystalWarning[];
}

function lowVerdict(
  { eigenvalues, unit, converged }: LowStiffness,
  thresholds: StabilityThresholds,
): StabilityVerdict {
  const values = { [`smallestEigenvalue${unitNames[unit]}`]: eigenvalues[0] };
  if (!converged) {
    return unknown(
      "the ions of a strained cell did not come to rest, so the stiffness is doubtful",
      values,
    );
  }
  const what = unit === "N/m" ? "strains within the sheet" : "strains along the chain";
  return verdictOf([stiffest(eigenvalues, unit, thresholds)], values, [
    `only ${what} were made: bending is a matter of the dynamical check`,
  ]);
}

/** Stiffness of a sheet or a chain against strains in its own directions, as eigenvalues of B : dσ/dε : B. */
function lowDimensional({ crystal, potential, options }: Trial): Task<LowStiffness> {
  const { axes, factor, unit } = periodicSpace(crystal);
  const basis = axes.flatMap((e, i) => axes.slice(i).map((f, j) => [e, f, j === 0] as const));
  const deformations = basis.flatMap(([e, f, isNormal]) =>
    [strain, -strain].map((size) => {
      const deformation = [1, 0, 0, 0, 1, 0, 0, 0, 1];
      const share = isNormal ? size / 2 : size / Math.SQRT2;
      for (let i = 0; i < 9; i++) {
        const [row, column] = [Math.floor(i / 3), i % 3];
        deformation[i] += share * (e[row] * f[column] + f[row] * e[column]);
      }
      return deformation;
    }),
  );
  const settling = { relaxed: "positions", fmax, stress: 0, maxSteps } as const;
  return deformedStates(
    "lowDimensionalStiffness",
    crystal,
    potential,
    deformations,
    settling,
    ({ start, states, warnings }): LowStiffness => {
      const n = basis.length;
      const matrix = new Float64Array(n * n);
      basis.forEach(([e, f, isNormal], row) => {
        for (let column = 0; column < n; column++) {
          const [plus, minus] = [states[2 * column], states[2 * column + 1]];
          const change = component(plus.stress, e, f) - component(minus.stress, e, f);
          const slope = ((change * factor) / (2 * strain)) * (isNormal ? 1 : Math.SQRT2);
          matrix[n * row + column] += slope / 2;
          matrix[n * column + row] += slope / 2;
        }
      });
      const stress = basis.map(([e, f, isNormal]) => {
        return component(start.stress, e, f) * factor * (isNormal ? 1 : Math.SQRT2);
      });
      const eigenvalues = symmetricEigenvalues(matrix, n);
      return {
        eigenvalues,
        unit,
        warnings,
        converged: [start, ...states].every((state) => state.converged),
        restStrain: eigenvalues[0] > 0 ? lowRestStrain(matrix, stress, axes.length) : undefined,
      };
    },
    options,
  );
}

/** ε = −K⁻¹ σ of the components 11, √2 12, 22, or 11 alone. */
function lowRestStrain(
  matrix: Float64Array,
  stress: readonly number[],
  dimension: number,
): number | undefined {
  const strain = solveDense(matrix, Float64Array.from(stress));
  if (strain === undefined || dimension === 1) return strain && -strain[0];
  const [first, shear, second] = strain.map((value) => -value);
  const across = shear / Math.SQRT2;
  return largest(symmetricEigenvalues([first, across, across, second], 2));
}
