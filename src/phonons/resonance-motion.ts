import { requireFinite, requireMade } from "../base/check.js";
import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import type { DynamicalMatrix } from "./dynamical-matrix.js";
import type { PhononSupercell } from "./phonon-cells.js";
import { harmonicForces } from "./resonance-forces.js";
import { type ResonanceWave, type Swing, warningsOf } from "./resonance-waves.js";
import { frequencyUnit } from "./units.js";

/** eV of 1 u Å²/ps². */
const kineticUnit = 1 / (2 * Math.PI * frequencyUnit) ** 2;
/** Of the slowest mode, that the frames of several modes, or of damped ones, go on for at most. */
const mostPeriods = 8;
const framesPerPeriod = 20;
const mostFrames = 160;
/** What is left of a damped mode at the end. */
const leftOver = 1 / 20;

/** eV, of the cell of `crystal`, relative to the crystal at rest. */
export interface ResonanceEnergy {
  readonly kinetic: number;
  /** ½ Σ u Φ u of the force constants. */
  readonly potential: number;
  readonly total: number;
}

export interface ResonanceFrame {
  readonly timePs: number;
  /** Å, Cartesian, [sites, 3]; not wrapped. */
  readonly positions: Float64Array;
  /** With `siteProperties.velocities` in Å/fs. */
  readonly crystal: Crystal;
}

/** @internal */
export interface ResonanceParts {
  readonly supercell: PhononSupercell;
  /** Whether the supercell was asked for. */
  readonly isGiven: boolean;
  readonly matrix: DynamicalMatrix;
  readonly masses: Float64Array;
  readonly swings: readonly Swing[];
  readonly durationPs: number | undefined;
  readonly frames: number | undefined;
}

/**
 * How a crystal swings in one or several of its modes, in a supercell that all their waves fit into:
 *
 *   u(t) = Σ e^(−γt) A Re[P exp i(φ − ωt)] (travelling), e^(−γt) A Re[P] cos(ωt − φ) (standing),
 *
 * P_jR ∝ eⱼ/√mⱼ exp 2πi q·(R + xⱼ), such that the largest |u| of any atom is A, and that the part of the first
 * cell that is largest before division by √m is real and positive.
 */
export class Resonance {
  /** The supercell, at rest. */
  readonly crystal: Crystal;
  /** Nine whole numbers: its vectors are the rows in terms of those of `phonons.crystal`. */
  readonly supercellMatrix: readonly number[];
  readonly waves: readonly ResonanceWave[];
  /** THz, of the waves in their order; imaginary ones negative. */
  readonly frequencies: Float64Array;
  /** u, of the sites of `crystal`. */
  readonly masses: Float64Array;
  /** Of the slowest wave that swings; Infinity where none does. */
  readonly periodPs: number;
  /** Of all frames; 0 where nothing swings, which is one frame. */
  readonly durationPs: number;
  readonly frameCount: number;
  /** "IMAGINARY_MODE", "STANDING_WAVE" */
  readonly warnings: readonly CrystalWarning[];
  private readonly parts: ResonanceParts;
  /** Forces on the sites for each swing's two patterns. */
  private patternForces: readonly Float64Array[] | undefined;

  private constructor(parts: ResonanceParts) {
    requireMade(Array.isArray(parts?.swings), "Resonance", "resonance(phonons)");
    const { supercell, swings, masses } = parts;
    this.parts = parts;
    this.crystal = supercell.crystal;
    this.supercellMatrix = Array.from(supercell.matrix);
    this.waves = swings.map(({ wave }) => wave);
    this.frequencies = Float64Array.from(this.waves, ({ frequency }) => frequency);
    this.masses = Float64Array.from(supercell.atomOf, (atom) => masses[atom]);
    this.warnings = warningsOf(swings);
    const swinging = this.waves.filter(({ frequency }) => frequency > 0);
    const slowest = Math.min(...swinging.map(({ frequency }) => frequency));
    const fastest = Math.max(0, ...swinging.map(({ frequency }) => frequency));
    this.periodPs = 1 / slowest || Number.POSITIVE_INFINITY;
    this.durationPs = swinging.length === 0 ? 0 : (parts.durationPs ?? durationOf(swinging));
    const usual = Math.ceil(framesPerPeriod * this.durationPs * fastest - 1e-6);
    this.frameCount =
      swinging.length === 0 ? 1 : (parts.frames ?? Math.max(1, Math.min(mostFrames, usual)));
  }

  /** @internal */
  static of(parts: ResonanceParts): Resonance {
    return new Resonance(parts);
  }

  /** @internal */
  get cell(): { readonly supercell: PhononSupercell; readonly isGiven: boolean } {
    return this.parts;
  }

  /** Å, Cartesian, [sites, 3]; fresh. @throws {DomainError} a time that is no number. */
  displacementsAt(timePs: number): Float64Array {
    return this.combined(this.factorsAt(timePs, false), patternsOf(this.parts.swings));
  }

  /** Å/fs, Cartesian, [sites, 3]; fresh. @throws {DomainError} a time that is no number. */
  velocitiesAt(timePs: number): Float64Array {
    const perPs = this.combined(this.factorsAt(timePs, true), patternsOf(this.parts.swings));
    return perPs.map((value) => value / 1000);
  }

  /** −Φu in eV/Å, [sites, 3]; fresh. @throws {DomainError} a time that is no number. */
  forcesAt(timePs: number): Float64Array {
    return this.combined(this.factorsAt(timePs, false), this.forcesOfPatterns());
  }

  /**
   * Of the harmonic crystal. Constant without damping; negative where an imaginary mode is displaced.
   *
   * @throws {DomainError} a time that is no number.
   */
  energyAt(timePs: number): ResonanceEnergy {
    const displacements = this.displacementsAt(timePs);
    const velocities = this.velocitiesAt(timePs);
    const forces = this.forcesAt(timePs);
    let [kinetic, potential] = [0, 0];
    displacements.forEach((value, i) => {
      potential -= (value * forces[i]) / 2;
      kinetic += (this.masses[Math.floor(i / 3)] * (1000 * velocities[i]) ** 2 * kineticUnit) / 2;
    });
    return { kinetic, potential, total: kinetic + potential };
  }

  /**
   * The supercell as it is then, positions not wrapped, with `siteProperties.velocities` in Å/fs: to be relaxed,
   * or to start molecular dynamics with.
   *
   * @throws {DomainError} a time that is no number.
   */
  crystalAt(timePs: number): Crystal {
    return this.crystal
      .withPositions(this.positionsAt(timePs), "cart")
      .withSiteProperties({ velocities: this.velocitiesAt(timePs) });
  }

  /** When each frame is, from 0; the end of the duration would be one more. */
  get frameTimesPs(): Float64Array {
    const { durationPs, frameCount } = this;
    return Float64Array.from({ length: frameCount }, (_, i) => (i * durationPs) / frameCount);
  }

  /**
   * @example
   * await writeTrajectory(ringing.frames.map(({ crystal }) => crystal), "mode.extxyz");
   */
  get frames(): readonly ResonanceFrame[] {
    return Array.from(this.frameTimesPs, (timePs) => ({
      timePs,
      positions: this.positionsAt(timePs),
      crystal: this.crystalAt(timePs),
    }));
  }

  /** "travelling at q = 0.25, 0, 0.25: 4.123 THz, 0.1 Å, in 4 cells of Cu". */
  toString(): string {
    const { crystal, waves, supercellMatrix, parts } = this;
    const cells = crystal.siteCount / parts.supercell.primitive.siteCount;
    const isSame = supercellMatrix.every((value, i) => value === (i % 4 === 0 ? 1 : 0));
    const where = isSame ? crystal.formula : `${cells} cells of ${crystal.formula}`;
    return `${waves.map(waveText).join(" and ")}, in ${where}`;
  }

  private positionsAt(timePs: number): Float64Array {
    const { cartPositions } = this.crystal;
    return this.displacementsAt(timePs).map((value, i) => value + cartPositions[i]);
  }

  /** What each swing's two patterns are multiplied by, or the derivative by time in 1/ps. */
  private factorsAt(timePs: number, isDerivative: boolean): number[] {
    requireFinite("time", timePs, "ps");
    return this.waves.flatMap(({ frequency, dampingPerPs: rate }) => {
      if (frequency < 0) return isDerivative ? [0, 0] : [1, 0];
      const decay = Math.exp(-rate * timePs);
      const omega = 2 * Math.PI * frequency;
      // Of whole turns, sines and cosines of long times lose digits.
      const turns = frequency * timePs;
      const angle = 2 * Math.PI * (turns - Math.round(turns));
      const [cos, sin] = [decay * Math.cos(angle), decay * Math.sin(angle)];
      return isDerivative ? [-omega * sin - rate * cos, omega * cos - rate * sin] : [cos, sin];
    });
  }

  private combined(factors: readonly number[], patterns: readonly Float64Array[]): Float64Array {
    const out = new Float64Array(3 * this.crystal.siteCount);
    patterns.forEach((pattern, k) => {
      if (factors[k] === 0) return;
      for (let i = 0; i < out.length; i++) out[i] += factors[k] * pattern[i];
    });
    return out;
  }

  private forcesOfPatterns(): readonly Float64Array[] {
    const { matrix, supercell, masses, swings } = this.parts;
    this.patternForces ??= swings.flatMap(({ cosine, sine, wave: { qPoint } }) =>
      [cosine, sine].map((each) => harmonicForces(matrix, supercell, masses, each, qPoint)),
    );
    return this.patternForces;
  }
}

inspectAsText(Resonance);

function patternsOf(swings: readonly Swing[]): Float64Array[] {
  return swings.flatMap(({ cosine, sine }) => [cosine, sine]);
}

/** ps; whole periods of the slowest wave. */
function durationOf(waves: readonly ResonanceWave[]): number {
  const slowest = Math.min(...waves.map(({ frequency }) => frequency));
  const damping = Math.min(...waves.map(({ dampingPerPs }) => dampingPerPs));
  if (damping > 0) {
    const periods = Math.ceil((-Math.log(leftOver) / damping) * slowest);
    return Math.min(mostPeriods, periods) / slowest;
  }
  let best = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let periods = 1; periods <= mostPeriods; periods++) {
    const off = Math.max(
      ...waves.map(({ frequency }) => {
        const turns = (frequency / slowest) * periods;
        return Math.abs(turns - Math.round(turns));
      }),
    );
    if (off >= least - 1e-3) continue;
    least = off;
    best = periods;
  }
  return best / slowest;
}

function waveText(wave: ResonanceWave): string {
  const { frequency, qPoint, amplitude, dampingPerPs: rate } = wave;
  const kind = frequency < 0 ? "frozen" : wave.travels ? "travelling" : "standing";
  const q = qPoint.map((value) => Number(value.toPrecision(4))).join(", ");
  const number = frequency < 0 ? `${(-frequency).toFixed(3)}i` : frequency.toFixed(3);
  const damped = rate > 0 ? `, damped by ${Number(rate.toPrecision(3))}/ps` : "";
  return `${kind} at q = ${q}: ${number} THz, ${Number(amplitude.toPrecision(3))} Å${damped}`;
}
