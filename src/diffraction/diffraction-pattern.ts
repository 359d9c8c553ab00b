import { requirePositive } from "../base/check.js";
import { DomainError } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { Lattice } from "../lattice/lattice.js";
import { latticeRotations } from "../lattice/lattice-rotations.js";
import type { Wavelength } from "./radiation.js";
import { type ReflectionFamily, reflectionFamilies } from "./reflection-families.js";

/** The lines as the native kernel returns them. */
export interface PowderLines {
  readonly twoTheta: Float64Array;
  readonly dSpacing: Float64Array;
  readonly intensity: Float64Array;
  readonly multiplicity: Int32Array;
  /** Line i owns members memberOffset[i] to memberOffset[i + 1]. */
  readonly memberOffset: Int32Array;
  /** As `reflectionFamilies` wants them. */
  readonly memberHkl: Int32Array;
  readonly memberModulusSquared: Float64Array;
}

export interface PatternSource {
  /** Formula of the crystal. */
  readonly formula: string;
  readonly wavelength: Wavelength;
  readonly twoThetaRange: readonly [number, number];
  /** Reciprocal cell vectors as rows, 1/Å. */
  readonly reciprocal: Float64Array;
}

export interface ProfileOptions {
  /** Full width at half maximum in degrees; default 0.1. */
  readonly fwhm?: number;
  /** Degrees between points; default a tenth of the width. */
  readonly step?: number;
}

/**
 * The lines of a powder pattern, by increasing 2θ. Buffers belong to the pattern: read, do not
 * write.
 */
export class DiffractionPattern {
  /** Degrees, [n]. */
  readonly twoTheta: Float64Array;
  /** Strongest line = 100, [n]. */
  readonly intensity: Float64Array;
  /** Å, [n]. */
  readonly dSpacing: Float64Array;
  /** Indices of each line's strongest family, in the crystal's own cell, [n, 3]. */
  readonly hkl: Int32Array;
  /** Reflections in the line, Friedel pairs included, [n]. */
  readonly multiplicity: Int32Array;
  /** The families that coincide in each line, strongest first. */
  readonly families: readonly (readonly ReflectionFamily[])[];
  /** Å */
  readonly wavelength: number;
  /** "Cu Kα₁" */
  readonly radiation: string;
  /** The asked range, degrees. */
  readonly twoThetaRange: readonly [number, number];
  /** "SiO2" */
  readonly formula: string;
  /** "NO_LINES" where the pattern is empty, with the reason. */
  readonly warnings: readonly CrystalWarning[];

  /** @internal Made by `powderPattern`. */
  constructor(lines: PowderLines, source: PatternSource) {
    this.twoTheta = lines.twoTheta;
    this.intensity = lines.intensity;
    this.dSpacing = lines.dSpacing;
    this.multiplicity = lines.multiplicity;
    this.families = familiesOf(lines, source.reciprocal);
    this.hkl = Int32Array.from(this.families.flatMap((families) => families[0].hkl));
    this.wavelength = source.wavelength.length;
    this.radiation = source.wavelength.name;
    this.twoThetaRange = source.twoThetaRange;
    this.formula = source.formula;
    this.warnings = this.lineCount > 0 ? [] : [noLines(source)];
  }

  /** Number of lines. */
  get lineCount(): number {
    return this.twoTheta.length;
  }

  /**
   * The pattern as a diffractometer draws it: each line a Gaussian of the given width, heights such
   * that an isolated line of intensity 100 peaks at 100.
   *
   * @returns 2θ in degrees over the asked range and intensity, both [m]; fresh buffers.
   * @throws {DomainError} width or step not above 0, or more than 10⁶ points.
   */
  profile(options: ProfileOptions = {}): { twoTheta: Float64Array; intensity: Float64Array } {
    requireOptions("profile", options, ["fwhm", "step"], "{ fwhm: 0.1 }");
    const fwhm = requirePositive("fwhm", options.fwhm ?? 0.1, "degrees");
    const step = requirePositive("step", options.step ?? fwhm / 10, "degrees");
    const [min, max] = this.twoThetaRange;
    const count = Math.floor((max - min) / step + 1e-9) + 1;
    if (count > 1e6) {
      throw new DomainError(
        `a step of ${step}° gives ${count} points from ${min} to ${max}°; choose a larger one`,
        { step, count, limit: 1e6 },
      );
    }
    const twoTheta = Float64Array.from({ length: count }, (_, i) => min + i * step);
    const intensity = new Float64Array(count);
    const decay = (4 * Math.LN2) / (fwhm * fwhm);
    // Beyond four widths a Gaussian is below 1e-19 of its height.
    const reach = Math.ceil((4 * fwhm) / step);
    this.twoTheta.forEach((center, line) => {
      const middle = Math.round((center - min) / step);
      const last = Math.min(count - 1, middle + reach);
      for (let i = Math.max(0, middle - reach); i <= last; i++) {
        intensity[i] += this.intensity[line] * Math.exp(-decay * (twoTheta[i] - center) ** 2);
      }
    });
    return { twoTheta, intensity };
  }

  toString(): string {
    const [min, max] = this.twoThetaRange;
    return `powder pattern of ${this.formula}, ${this.radiation}, ${this.lineCount} lines from ${min} to ${max}°`;
  }
}

inspectAsText(DiffractionPattern);

/** Why no line is in the range, as far as the lattice tells. */
function noLines({ wavelength, twoThetaRange, reciprocal }: PatternSource): CrystalWarning {
  const { length } = wavelength;
  const [min, max] = twoThetaRange;
  const largest = 1 / Lattice.fromMatrix(reciprocal).delaunay().lattice.parameters.a;
  const sine = length / (2 * largest);
  const first = (2 * Math.asin(Math.min(1, sine)) * 180) / Math.PI;
  const picometres = length >= 20 && length <= 300 ? `; ${length} pm would be ${length / 100}` : "";
  const reason =
    sine > 1
      ? `no plane reflects ${length} Å, which is more than twice the largest d spacing, ` +
        `${largest.toFixed(4)} Å; wavelengths are in Å${picometres}`
      : first > max
        ? `with ${length} Å this cell has no reflection before ${first.toFixed(3)}°`
        : "the reflections in this range, if any, are absent by symmetry or too weak";
  return { code: "NO_LINES", message: `no line from ${min} to ${max}°: ${reason}` };
}

/** Relative. */
const sameLength = 1e-5;

function familiesOf(lines: PowderLines, reciprocal: Float64Array): ReflectionFamily[][] {
  const rotations = latticeRotations(reciprocal, (length) => sameLength * length);
  return Array.from(lines.twoTheta, (_, i) => {
    const [from, to] = [lines.memberOffset[i], lines.memberOffset[i + 1]];
    return reflectionFamilies(
      lines.memberHkl.subarray(3 * from, 3 * to),
      lines.memberModulusSquared.subarray(from, to),
      rotations,
    );
  });
}
