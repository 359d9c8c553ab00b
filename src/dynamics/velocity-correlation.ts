import type { Crystal } from "../crystal/crystal.js";
import type { TrajectoryPlan } from "./dynamics-trajectory.js";
import { terahertz } from "./motion-units.js";

export interface VelocityCorrelation {
  /** Lags. */
  readonly timeFs: Float64Array;
  /** Å²/fs²; ⟨v(0)·v(t)⟩ over the sites and several origins of time. */
  readonly vacf: Float64Array;
  /** Å²/fs; ⅓ ∫ ⟨v(0)·v(t)⟩ dt over the window: the diffusion coefficient where that has decayed. */
  readonly diffusion: number;
  /** The vibrational density of states. */
  readonly spectrum: {
    readonly frequencyTHz: Float64Array;
    /** 1/THz; its integral is 1. */
    readonly density: Float64Array;
  };
}

/** @param rows For each lag Σ v·v, Σ m v·v and the number of origins. */
export function velocityCorrelationOf(
  crystal: Crystal,
  rows: Float64Array,
  plan: TrajectoryPlan,
): VelocityCorrelation {
  const lags =
    rows.filter((_, index) => index % 3 === 2).findLastIndex((origins) => origins > 0) + 1;
  const step = plan.timeStepFs * plan.correlateEvery;
  const column = (which: number) =>
    Float64Array.from({ length: lags }, (_, lag) => rows[3 * lag + which] / rows[3 * lag + 2]);
  const vacf = column(0).map((sum) => sum / crystal.siteCount);
  const area = vacf.reduce((sum, value, lag) => sum + (lag === 0 ? value / 2 : value), 0);
  return {
    timeFs: Float64Array.from({ length: lags }, (_, lag) => lag * step),
    vacf,
    diffusion: (area * step) / 3,
    spectrum: spectrumOf(column(1), step),
  };
}

/**
 * Cosine transform of the mass-weighted correlation under Hann's window; its square widens lines to about
 * 2/(lags·step).
 *
 * @see Dickey & Paskin, Phys. Rev. 188, 1407 (1969).
 */
function spectrumOf(correlation: Float64Array, stepFs: number): VelocityCorrelation["spectrum"] {
  const lags = correlation.length;
  const windowed = correlation.map(
    (value, lag) => value * (0.5 + 0.5 * Math.cos((Math.PI * lag) / lags)) * (lag === 0 ? 0.5 : 1),
  );
  // Every multiple of half the resolution up to the highest frequency that the steps tell.
  const frequencyTHz = Float64Array.from(
    { length: lags + 1 },
    (_, index) => (index * terahertz) / (2 * lags * stepFs),
  );
  const raw = frequencyTHz.map((_, index) => {
    const turn = (Math.PI * index) / lags;
    return windowed.reduce((sum, value, lag) => sum + value * Math.cos(turn * lag), 0);
  });
  const spacing = frequencyTHz[1];
  const area = raw.reduce(
    (sum, value, index) => sum + value * (index === 0 || index === lags ? spacing / 2 : spacing),
    0,
  );
  return { frequencyTHz, density: raw.map((value) => value / area) };
}
