import { inspectAsText } from "../base/inspect.js";
import { gigapascals } from "../base/units.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import type { Potential } from "../potentials/potential.js";
import { boltzmann } from "./motion-units.js";
import { type PairDistribution, pairDistributionOf } from "./pair-distribution.js";
import { type VelocityCorrelation, velocityCorrelationOf } from "./velocity-correlation.js";

/** What a run was asked to do, in the engine's units. */
export interface TrajectoryPlan {
  readonly ensemble: "nve" | "langevin" | "bussi";
  readonly timeStepFs: number;
  readonly steps: number;
  readonly sampleEvery: number;
  readonly frameEvery: number;
  readonly degreesOfFreedom: number;
  readonly rMax: number;
  readonly bins: number;
  readonly window: number;
  readonly correlateEvery: number;
}

/** Columns of numbers, one of each a sample. */
export interface DynamicsSamples {
  readonly step: Float64Array;
  readonly timeFs: Float64Array;
  /** K; 2 E_kin/(N_f k), N_f the degrees of freedom. */
  readonly temperature: Float64Array;
  /** eV */
  readonly potentialEnergy: Float64Array;
  /** eV */
  readonly kineticEnergy: Float64Array;
  /** eV */
  readonly totalEnergy: Float64Array;
  /** eV; the total energy less what the bath gave. */
  readonly conservedEnergy: Float64Array;
  /** −(σ₁ + σ₂ + σ₃)/3 */
  readonly pressureGPa: Float64Array;
  /** eV/Å³, [samples, 6]: (1/V)(∂E/∂ε − Σ m v⊗v), positive under tension. */
  readonly stress: Float64Array;
  /** Å²; mean over the sites of the way since the first sample, without wrapping. */
  readonly meanSquareDisplacement: Float64Array;
}

/** A structure on the way. */
export interface DynamicsFrame {
  readonly step: number;
  readonly timeFs: number;
  /** eV */
  readonly potentialEnergy: number;
  /** K */
  readonly temperature: number;
  readonly crystal: Crystal;
}

/** Numbers of a sample, and before the positions of a frame. */
const sampleLength = 11;
const frameHead = 3;
const summaryLength = 7;
/** Why a run ended, in the order of the engine. */
const reasons = ["completed", "flewApart", "broken"] as const;

/** How a run of molecular dynamics went. */
export class DynamicsTrajectory {
  readonly ensemble: TrajectoryPlan["ensemble"];
  readonly timeStepFs: number;
  /** Done in this run; `lastStep` counts from the first one where it continues others. */
  readonly steps: number;
  readonly lastStep: number;
  /**
   * "completed"; "flewApart": an atom moved by more than a quarter of the cutoff in one step; "broken": the
   * energy was no number. Of a run that failed all is as it was at `lastStep`, before it did.
   */
  readonly reason: (typeof reasons)[number];
  /**
   * What went wrong, if something did: "FLEW_APART" or "BROKEN_ENERGY", with the step; and those of the
   * potential, as of `evaluate`, for the sample with most sites concerned.
   */
  readonly warnings: readonly CrystalWarning[];
  readonly degreesOfFreedom: number;
  readonly samples: DynamicsSamples;
  /** Undefined unless asked for. */
  readonly pairDistribution: PairDistribution | undefined;
  /** Undefined unless asked for. */
  readonly velocityCorrelation: VelocityCorrelation | undefined;
  /** Times that the list of neighbours was made. */
  readonly lists: number;
  /** Å/fs, [n, 3]; at the end. */
  readonly velocities: Float64Array;
  /** eV/Å, [n, 3]; at the end. */
  readonly forces: Float64Array;
  /** @internal For `continueFrom`. */
  readonly state: Float64Array;
  private readonly still: Crystal;
  private moving: Crystal | undefined;
  private readonly frameNumbers: Float64Array;

  private constructor(
    start: Crystal,
    potential: Potential,
    plan: TrajectoryPlan,
    outputs: readonly ArrayBuffer[],
  ) {
    const [summary, frac, velocities, forces, pairs, correlation, frames, state] = outputs.map(
      (output) => new Float64Array(output),
    );
    this.still = start.withPositions(frac);
    this.velocities = velocities;
    this.forces = forces;
    this.ensemble = plan.ensemble;
    this.timeStepFs = plan.timeStepFs;
    this.reason = reasons[summary[3]];
    this.warnings = [
      ...warningsOf(this.reason, summary[4], summary[5], plan),
      ...potential.warningsFor(start, summary[6]),
    ];
    this.degreesOfFreedom = plan.degreesOfFreedom;
    this.lastStep = summary[0];
    this.lists = summary[1];
    this.samples = samplesOf(summary.subarray(summaryLength), plan);
    this.steps = this.lastStep - this.samples.step[0];
    this.pairDistribution =
      plan.bins === 0 ? undefined : pairDistributionOf(start, pairs, plan, summary[2]);
    this.velocityCorrelation =
      plan.window === 0 ? undefined : velocityCorrelationOf(start, correlation, plan);
    this.frameNumbers = frames;
    this.state = state;
  }

  /** @internal */
  static of(
    start: Crystal,
    potential: Potential,
    plan: TrajectoryPlan,
    outputs: readonly ArrayBuffer[],
  ): DynamicsTrajectory {
    return new DynamicsTrajectory(start, potential, plan, outputs);
  }

  /** Where it ended, not wrapped, with `siteProperties.velocities` in Å/fs and `forces` in eV/Å. */
  get crystal(): Crystal {
    const { velocities, forces } = this;
    this.moving ??= this.still.withSiteProperties({ velocities, forces });
    return this.moving;
  }

  /** K; over all samples. */
  get meanTemperature(): number {
    return mean(this.samples.temperature);
  }

  /** Over all samples. */
  get meanPressureGPa(): number {
    return mean(this.samples.pressureGPa);
  }

  /** eV; the largest distance of the conserved energy from its first value. */
  get energyDrift(): number {
    const { conservedEnergy } = this.samples;
    return conservedEnergy.reduce(
      (most, energy) => Math.max(most, Math.abs(energy - conservedEnergy[0])),
      0,
    );
  }

  /** The way here, first to last. */
  get frames(): readonly DynamicsFrame[] {
    const size = frameHead + 3 * this.still.siteCount;
    const still = this.still.withSiteProperties({ velocities: undefined, forces: undefined });
    return Array.from({ length: this.frameNumbers.length / size }, (_, index) => {
      const numbers = this.frameNumbers.subarray(index * size, (index + 1) * size);
      const [step, potentialEnergy, kinetic] = numbers;
      return {
        step,
        timeFs: step * this.timeStepFs,
        potentialEnergy,
        temperature: (2 * kinetic) / (this.degreesOfFreedom * boltzmann),
        crystal: still.withPositions(numbers.subarray(frameHead), "cart"),
      };
    });
  }

  /** Whether all steps were done; see `reason`. */
  get completed(): boolean {
    return this.reason === "completed";
  }

  /** "bussi: 1000 steps of 2 fs, 301.2 K, 0.1 GPa, energy drift 2.0e-4 eV". */
  toString(): string {
    const { ensemble, steps, timeStepFs, reason } = this;
    const pressure = this.still.periodic.includes(false)
      ? ""
      : `, ${this.meanPressureGPa.toFixed(3)} GPa`;
    const end = this.completed ? "" : ` and no more (${reason})`;
    return `${ensemble}: ${steps} steps of ${timeStepFs} fs${end}, ${this.meanTemperature.toFixed(1)} K${pressure}, energy drift ${this.energyDrift.toExponential(1)} eV`;
  }
}

inspectAsText(DynamicsTrajectory);

function warningsOf(
  reason: DynamicsTrajectory["reason"],
  step: number,
  jump: number,
  { timeStepFs }: TrajectoryPlan,
): readonly CrystalWarning[] {
  const remedy = `take a shorter time step than ${timeStepFs} fs, or relax the crystal first`;
  if (reason === "completed") return [];
  if (reason === "broken") {
    const message = `the energy was no number at step ${step}; ${remedy}`;
    return [{ code: "BROKEN_ENERGY", message }];
  }
  const way = Number.isFinite(jump) ? `${jump.toPrecision(3)} Å` : "farther than numbers reach";
  const message = `the atoms flew apart at step ${step}: one moved ${way} within a time step of ${timeStepFs} fs; ${remedy}`;
  return [{ code: "FLEW_APART", message }];
}

function samplesOf(rows: Float64Array, plan: TrajectoryPlan): DynamicsSamples {
  const count = rows.length / sampleLength;
  const column = (of: (row: Float64Array) => number) =>
    Float64Array.from({ length: count }, (_, index) =>
      of(rows.subarray(sampleLength * index, sampleLength * (index + 1))),
    );
  const stress = new Float64Array(6 * count);
  for (let index = 0; index < count; index++) {
    stress.set(rows.subarray(sampleLength * index + 5, sampleLength * (index + 1)), 6 * index);
  }
  return {
    step: column(([step]) => step),
    timeFs: column(([step]) => step * plan.timeStepFs),
    temperature: column((row) => (2 * row[2]) / (plan.degreesOfFreedom * boltzmann)),
    potentialEnergy: column((row) => row[1]),
    kineticEnergy: column((row) => row[2]),
    totalEnergy: column((row) => row[1] + row[2]),
    conservedEnergy: column((row) => row[3]),
    pressureGPa: column((row) => (-(row[5] + row[6] + row[7]) / 3) * gigapascals),
    stress,
    meanSquareDisplacement: column((row) => row[4]),
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
