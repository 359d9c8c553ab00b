import { requireInRange, show } from "../base/check.js";
import { DomainError, ShapeError } from "../base/errors.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { DiffractionPattern } from "./diffraction-pattern.js";
import { type Radiation, toWavelength } from "./radiation.js";
import { requireFitted, requirePeriodic, scatterersOf } from "./scattering-factors.js";

export interface PowderOptions extends TaskOptions {
  /** Å, or a characteristic line such as "CuKa1". */
  readonly wavelength: number | Radiation;
  /** Smallest and largest 2θ in degrees, within [0, 180]. */
  readonly twoTheta: readonly [number, number];
  /** Lines weaker than this, in percent of the strongest, are left out; default 0.001. */
  readonly minIntensity?: number;
}

/** Lines closer than this in 2θ, degrees, are one line. */
const mergeTolerance = 1e-5;

/**
 * X-ray powder pattern of a crystal, kinematic, without absorption or displacement factors:
 *
 *   I(2θ) = (1 + cos²2θ)/(sin²θ cosθ) · Σ |F(hkl)|²   over all hkl of the line,
 *
 * scaled so that the strongest line is 100. Form factors are those of neutral atoms. A line within
 * 10⁻⁴° of 2θ = 180°, where the first factor has no bound, is left out. A pattern without lines says why
 * in its `warnings`.
 *
 * @throws {DomainError} wavelength not above 0, a range that is reversed or leaves [0, 180], or
 *   sinθ/λ beyond 6 1/Å.
 * @throws {InvalidConfiguration} unknown name of a radiation, or a crystal that is not periodic
 *   along all three cell vectors.
 * @see International Tables C, sections 6.1.1 and 6.2.2; D. Waasmaier & A. Kirfel, Acta Cryst.
 *   A51, 416 (1995), for the form factors.
 * @example
 * const pattern = await powderPattern(silicon, { wavelength: "CuKa1", twoTheta: [10, 90] });
 * pattern.twoTheta[0]; // 28.441
 */
export function powderPattern(crystal: Crystal, options: PowderOptions): Task<DiffractionPattern> {
  requireCrystal(crystal);
  requireTaskOptions(
    "powderPattern",
    options,
    ["wavelength", "twoTheta", "minIntensity"],
    '{ wavelength: "CuKa1", twoTheta: [10, 90] }',
  );
  const runtime = Runtime.of(options);
  const wavelength = toWavelength(options.wavelength);
  const twoThetaRange = requireRange(options.twoTheta);
  const minIntensity = requireInRange("minIntensity", options.minIntensity ?? 1e-3, 0, 100);
  requireFitted(Math.sin((twoThetaRange[1] * Math.PI) / 360) / wavelength.length);
  requirePeriodic("a powder pattern needs", crystal);
  const reciprocal = crystal.lattice.reciprocal.matrix;
  const { fracPositions, species, occupancies, coefficients } = scatterersOf(crystal);
  return runtime.run(
    {
      kernel: "powderLines",
      name: "powderPattern",
      inputs: [fracPositions, species, occupancies, coefficients, reciprocal],
      params: [wavelength.length, ...twoThetaRange, mergeTolerance, minIntensity],
      decode: ([twoTheta, dSpacing, intensity, multiplicity, offset, hkl, modulusSquared]) =>
        new DiffractionPattern(
          {
            twoTheta: new Float64Array(twoTheta),
            dSpacing: new Float64Array(dSpacing),
            intensity: new Float64Array(intensity),
            multiplicity: new Int32Array(multiplicity),
            memberOffset: new Int32Array(offset),
            memberHkl: new Int32Array(hkl),
            memberModulusSquared: new Float64Array(modulusSquared),
          },
          { formula: crystal.formula, wavelength, twoThetaRange, reciprocal },
        ),
    },
    options,
  );
}

function requireRange(range: readonly [number, number]): [number, number] {
  if (!Array.isArray(range) || range.length !== 2) {
    throw new ShapeError(`twoTheta must be [min, max] in degrees, got ${show(range)}`, {
      twoTheta: range,
    });
  }
  const min = requireInRange("twoTheta[0]", range[0], 0, 180, "degrees");
  const max = requireInRange("twoTheta[1]", range[1], 0, 180, "degrees");
  if (min < max) return [min, max];
  throw new DomainError(
    `twoTheta must be [min, max] with min < max, got [${min}, ${max}]; did you mean [${max}, ${min}]?`,
    { twoTheta: range },
  );
}
