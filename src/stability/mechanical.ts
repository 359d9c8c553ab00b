import type { Crystal } from "../crystal/crystal.js";
import { deformedStates } from "../elastic/deformed-states.js";
import type { ElasticTensor } from "../elastic/elastic-tensor.js";
import { elasticTensor } from "../elastic/strained-crystal.js";
import { symmetricEigenvalues } from "../math/dense.js";
import type { Potential } from "../potentials/potential.js";
import type { RunPart } from "../runtime/procedure.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";
import { unitNames } from "./energetic.js";
import { component, periodicSpace } from "./rest.js";
import type { StabilityThresholds } from "./thresholds.js";
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
  readonly elastic?: ElasticTensor;
}

/** Born's criteria: whether every small strain costs energy, in the directions in which the crystal repeats. */
export async function mechanical(
  run: RunPart,
  weight: number,
  crystal: Crystal,
  potential: Potential,
  thresholds: StabilityThresholds,
  options: TaskOptions,
): Promise<MechanicalResult> {
  if (!crystal.periodic.includes(true)) {
    return { verdict: skipped("a cluster that repeats in no direction has no elastic constants") };
  }
  if (crystal.periodic.includes(false)) {
    const stiffness = await run(weight, () => lowDimensional(crystal, potential, options));
    return { verdict: lowVerdict(stiffness, thresholds) };
  }
  const elastic = await run(weight, () => elasticTensor(crystal, potential, options));
  return { verdict: solidVerdict(elastic, thresholds), elastic };
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
function lowDimensional(
  crystal: Crystal,
  potential: Potential,
  options: TaskOptions,
): Task<LowStiffness> {
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
    ({ start, states }): LowStiffness => {
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
      const converged = [start, ...states].every((state) => state.converged);
      return { eigenvalues: symmetricEigenvalues(matrix, n), unit, converged };
    },
    options,
  );
}
