import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import type { ElasticTensor } from "../elastic/elastic-tensor.js";
import type { PhononMode } from "../phonons/modes.js";
import type { Phonons } from "../phonons/vibrations.js";
import type { StabilityThresholds } from "./thresholds.js";
import { figures, type StabilityCheck, type StabilityVerdict, stabilityChecks } from "./verdict.js";

/** What bringing the crystal to rest changed. */
export interface StabilityChange {
  /** eV; the enthalpy under pressure. */
  readonly energyPerAtom: number;
  /** As a share of the volume. */
  readonly volume: number;
  /** Å; the longest way of a site, besides that of the cell. */
  readonly longestMove: number;
  readonly steps: number;
  readonly converged: boolean;
}

/** What a run found, whatever the crystal's rules. @internal */
export interface StabilityParts extends Readonly<Record<StabilityCheck, StabilityVerdict>> {
  readonly thresholds: StabilityThresholds;
  readonly energyPerAtom: number | undefined;
  readonly elastic: ElasticTensor | undefined;
  readonly phonons: Phonons | undefined;
  readonly worstMode: PhononMode | undefined;
  readonly change: StabilityChange | undefined;
  readonly warnings: readonly CrystalWarning[];
}

/** Whether a crystal is stable, and why. */
export class Stability {
  /** The one that was judged: relaxed where that was asked for. */
  readonly crystal: Crystal;
  readonly energetic: StabilityVerdict;
  readonly mechanical: StabilityVerdict;
  readonly dynamical: StabilityVerdict;
  readonly geometric: StabilityVerdict;
  /** 0 to 1: the least score of the checks that were made, ½ where none was; 0 if and only if one says "unstable". */
  readonly index: number;
  /** One check or more says "stable", none "unstable", and `index` reaches `crystal.config.stabilityThreshold`. */
  readonly isStable: boolean;
  /** What speaks against it: all that is "unstable", then "unknown", each as "dynamical: a mode is ...". */
  readonly reasons: readonly string[];
  /** eV; undefined where there is none, as of atoms on top of each other, or where it was not asked for. */
  readonly energyPerAtom: number | undefined;
  readonly elastic: ElasticTensor | undefined;
  readonly phonons: Phonons | undefined;
  /** The one of most imaginary frequency: `phonons.displaced(worstMode, 0.1)` follows it. */
  readonly worstMode: PhononMode | undefined;
  /** With `relax`: what that changed. */
  readonly change: StabilityChange | undefined;
  readonly thresholds: StabilityThresholds;
  /**
   * "NOT_CONVERGED", "NOT_RELAXED", "NOT_CHECKED", "ONE_CELL", "PHASE_NOT_CONVERGED", "ASYMMETRIC", and once each those of the
   * potential, as of `evaluate`.
   */
  readonly warnings: readonly CrystalWarning[];

  private constructor(crystal: Crystal, parts: StabilityParts) {
    this.crystal = crystal;
    this.energetic = parts.energetic;
    this.mechanical = parts.mechanical;
    this.dynamical = parts.dynamical;
    this.geometric = parts.geometric;
    this.energyPerAtom = parts.energyPerAtom;
    this.elastic = parts.elastic;
    this.phonons = parts.phonons;
    this.worstMode = parts.worstMode;
    this.change = parts.change && { ...parts.change };
    this.thresholds = { ...parts.thresholds };
    this.warnings = [...parts.warnings];
    const made = this.verdicts.filter(([, { verdict }]) => verdict !== "skipped");
    this.index = made.reduce(
      (least, [, { score }]) => Math.min(least, score),
      made.length ? 1 : 0.5,
    );
    const says = (word: StabilityVerdict["verdict"]) =>
      made.filter(([, { verdict }]) => verdict === word);
    this.isStable =
      says("stable").length > 0 &&
      says("unstable").length === 0 &&
      this.index >= crystal.config.stabilityThreshold;
    this.reasons = [...says("unstable"), ...says("unknown")].flatMap(([check, { violations }]) =>
      violations.map((violation) => `${check}: ${violation}`),
    );
  }

  /** @internal */
  static of(crystal: Crystal, parts: StabilityParts): Stability {
    return new Stability(crystal, parts);
  }

  /** All four, in order. */
  get verdicts(): readonly (readonly [StabilityCheck, StabilityVerdict])[] {
    return stabilityChecks.map((check) => [check, this[check]] as const);
  }

  /** "stable", "not stable" or "below its threshold" */
  get summary(): string {
    if (this.isStable) return "stable";
    const { index, crystal } = this;
    if (this.verdicts.some(([, { verdict }]) => verdict === "unstable")) return "not stable";
    if (index < crystal.config.stabilityThreshold) {
      return `below its threshold of ${crystal.config.stabilityThreshold}`;
    }
    return "not judged";
  }

  /** "relaxed first, by 12 steps: -0.0034 eV an atom, volume +0.25 %, sites by 0.02 Å at most" */
  get changeText(): string | undefined {
    if (this.change === undefined) return undefined;
    const { steps, energyPerAtom, volume, longestMove, converged } = this.change;
    const sign = volume < 0 ? "" : "+";
    return (
      `relaxed first, by ${steps} step${steps === 1 ? "" : "s"}${converged ? "" : ", not to its rest"}: ${figures(energyPerAtom)} eV an atom, ` +
      `volume ${sign}${figures(100 * volume)} %, sites by ${figures(longestMove)} Å at most`
    );
  }

  /** "Cu: stable, index 1.00" and a line for each check. */
  toString(): string {
    const { crystal, summary, index, changeText } = this;
    return [
      `${crystal.formula}: ${summary}, index ${index.toFixed(2)}`,
      ...(changeText === undefined ? [] : [changeText]),
      ...this.verdicts.map(
        ([check, { verdict, reasons }]) => `${check}: ${verdict}, ${reasons[0]}`,
      ),
    ].join("\n");
  }
}

inspectAsText(Stability);
