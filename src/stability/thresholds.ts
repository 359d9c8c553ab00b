import { requireFinite, requirePositive } from "../base/check.js";
import { requireOptions } from "../base/suggest.js";

/** What the checks hold their numbers against. Upper limits are safe from half of them on. */
export interface StabilityThresholds {
  /**
   * eV/Å; the longest force of a crystal at rest. Default 0.04 of the cohesive energy of an atom over the diameter of
   * an atom (the mean of twice the covalent radii or `radii`), so that soft crystals are held to as short a way as
   * stiff ones; at most 0.05, at least twice the `fmax` of `relax` (0.002), and 0.05 where there is no such energy.
   */
  readonly fmax: number;
  /**
   * The largest stress of a crystal at rest, less the pressure; default 1 GPa. Of sheets it is in GPa·nm =
   * N/m, of chains in GPa·nm² = nN.
   */
  readonly stressGPa: number;
  /**
   * The largest strain by which the cell would come to rest, by C⁻¹ times the stress that is left, where the
   * mechanical check knows C; default 0.01.
   */
  readonly restStrain: number;
  /**
   * eV an atom that the crystal may lie above the hull of what it competes with; safe from 0 down. Default
   * 0.067: nine of ten known inorganic crystals lie lower (W. Sun et al., Sci. Adv. 2, e1600225, 2016).
   */
  readonly energyAboveHull: number;
  /**
   * eV an atom by which the crystal must be bound against free atoms; default 0, safe from 0.0259 = kT at
   * 300 K above it.
   */
  readonly cohesiveEnergy: number;
  /**
   * The least eigenvalue of the elastic tensor; default 0.01 GPa, safe from a tenth of the mean eigenvalue
   * above it. Units of sheets and chains as of `stressGPa`.
   */
  readonly bornMinimumGPa: number;
  /** THz that a frequency may be imaginary by, as of numbers; default 0.05, safe from this above 0. */
  readonly imaginaryTHz: number;
  /**
   * The least distance of two atoms over the sum of their covalent radii (or of `radii`); default 0.5,
   * safe from a fifth above it.
   */
  readonly distanceRatio: number;
  /** Å beyond the sum of the radii that an atom's nearest neighbour may be away; default 4, safe from 3.5. */
  readonly isolationGap: number;
}

const names = [
  "fmax",
  "stressGPa",
  "restStrain",
  "energyAboveHull",
  "cohesiveEnergy",
  "bornMinimumGPa",
  "imaginaryTHz",
  "distanceRatio",
  "isolationGap",
] as const satisfies readonly (keyof StabilityThresholds)[];

const defaultThresholds: StabilityThresholds = Object.freeze({
  fmax: 0.05,
  stressGPa: 1,
  restStrain: 0.01,
  energyAboveHull: 0.067,
  cohesiveEnergy: 0,
  bornMinimumGPa: 0.01,
  imaginaryTHz: 0.05,
  distanceRatio: 0.5,
  isolationGap: 4,
});

const units: Readonly<Record<keyof StabilityThresholds, string>> = {
  fmax: "eV/Å",
  stressGPa: "GPa",
  restStrain: "",
  energyAboveHull: "eV",
  cohesiveEnergy: "eV",
  bornMinimumGPa: "GPa",
  imaginaryTHz: "THz",
  distanceRatio: "",
  isolationGap: "Å",
};
const anySign: readonly string[] = ["cohesiveEnergy", "bornMinimumGPa"];

/** @throws {InvalidConfiguration} a misspelt name. @throws {DomainError} a number out of range. */
export function checkedThresholds(given: Partial<StabilityThresholds>): StabilityThresholds {
  requireOptions("thresholds", given, names, "{ fmax: 0.01 }");
  const thresholds: { -readonly [K in keyof StabilityThresholds]: number } = {
    ...defaultThresholds,
  };
  for (const name of names) {
    const value = given[name];
    if (value === undefined) continue;
    const check = anySign.includes(name) ? requireFinite : requirePositive;
    thresholds[name] = check(`thresholds.${name}`, value, units[name]);
  }
  return thresholds;
}
