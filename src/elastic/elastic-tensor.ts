import { requireMade, requirePositive } from "../base/check.js";
import { DomainError } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { inverseDense } from "../math/dense.js";
import { type Mat3, multiply, transpose } from "../math/mat3.js";
import type { CrystalSystem } from "../symmetry/space-group.js";
import { type BornStability, bornStability } from "./born-criteria.js";
import { checkedRotation, checkedVoigt, mirrored, rotatedStress } from "./checked-tensor.js";
import {
  compressibilityAlong,
  inverseShear,
  inverseYoung,
  poissonAlong,
  requireDirection,
  requireOrthogonal,
} from "./directions.js";
import {
  type ElasticSymmetry,
  symmetryOfCrystal,
  symmetryOfForm,
  symmetryOfPointGroup,
} from "./elastic-symmetry.js";
import { type ElasticExtremes, extremesOf } from "./extremes.js";
import { type ElasticModuli, moduliOf } from "./moduli.js";
import {
  debyeTemperature,
  type IsotropicSound,
  isotropicSound,
  type SoundWave,
  soundWaves,
} from "./sound.js";
import { averagedVoigt, rotatedVoigt } from "./voigt.js";

/** What is known of the material beside its stiffnesses. */
export interface ElasticMaterial {
  /** g/cm³, for the velocities of sound; default that of the crystal. */
  readonly density?: number;
  /** Å³ an atom, for the Debye temperature; default that of the crystal. */
  readonly atomicVolume?: number;
  /**
   * "m-3m": the crystal's, with the constants in its standard axes. Default: the highest system whose
   * form the constants have within half a percent.
   */
  readonly pointGroup?: string;
  /** The material, with the constants in the axes of its cell, in place of a point group. */
  readonly crystal?: Crystal;
}

const optionFields = ["density", "atomicVolume", "pointGroup", "crystal"] as const;

/** The parts of a tensor that a run knows. @internal */
export interface ElasticParts {
  readonly voigtGPa: Float64Array;
  readonly density?: number | undefined;
  readonly atomicVolume?: number | undefined;
  readonly crystal?: Crystal | undefined;
  readonly symmetry: () => ElasticSymmetry;
  readonly asymmetryGPa?: number;
  readonly stressGPa?: Float64Array;
  readonly warnings?: readonly CrystalWarning[];
}

/**
 * Elastic constants, σ_i = Σ_j C_ij ε_j in Voigt's order xx, yy, zz, yz, xz, xy with engineering shear, and
 * what follows from them. Directions are cartesian, of any length.
 *
 * @see J. F. Nye, Physical Properties of Crystals (Oxford, 1985).
 * @example
 * const tensor = await elasticTensor(copper, potential);
 * console.log(String(tensor), tensor.moduli.bulkGPa.hill, tensor.bornStable);
 */
export class ElasticTensor {
  /** GPa, 6 by 6, row-major, symmetric. The tensor's own: read, do not write. */
  readonly voigtGPa: Float64Array;
  /** GPa; how far the stresses of the run were from C_ij = C_ji, at most. 0 of given constants. */
  readonly asymmetryGPa: number;
  /** GPa; the stress of the state that was strained, six numbers in Voigt's order. 0 of given constants. */
  readonly stressGPa: Float64Array;
  /** "STRESSED_START", "NOT_CONVERGED", "ASYMMETRIC", and those of the potential: what makes the constants doubtful. */
  readonly warnings: readonly CrystalWarning[];
  /** g/cm³ */
  readonly density: number | undefined;
  /** Å³ an atom. */
  readonly atomicVolume: number | undefined;
  /** The one that was strained, its ions at rest; or the one given. */
  readonly crystal: Crystal | undefined;

  readonly #makeSymmetry: () => ElasticSymmetry;
  #symmetry: ElasticSymmetry | undefined;
  #compliance: Float64Array | undefined;
  #stability: BornStability | undefined;
  #extremes: ElasticExtremes | undefined;

  private constructor(parts: ElasticParts) {
    requireMade(
      parts?.voigtGPa !== undefined,
      "ElasticTensor",
      "elasticTensor(crystal, potential) or ElasticTensor.fromVoigtGPa(numbers)",
    );
    this.voigtGPa = parts.voigtGPa;
    this.asymmetryGPa = parts.asymmetryGPa ?? 0;
    this.stressGPa = parts.stressGPa ?? new Float64Array(6);
    this.warnings = parts.warnings ?? [];
    this.density = parts.density;
    this.atomicVolume = parts.atomicVolume;
    this.crystal = parts.crystal;
    this.#makeSymmetry = parts.symmetry;
  }

  /**
   * From constants in GPa, measured ones for example: 36 numbers, six rows, or the 21 of the upper triangle
   * row by row (C11, C12, ..., C16, C22, ..., C66).
   *
   * @throws {ShapeError} another count. @throws {DomainError} no finite numbers, constants that differ from
   *   their mirror images, a density or volume not above 0. @throws {InvalidConfiguration} a point group
   *   that is none, or a misspelt option.
   * @example
   * const [c11, c12, c44] = [165.7, 63.9, 79.6]; // Si: Hopcroft et al., J. Microelectromech. Syst. 19, 229 (2010)
   * const silicon = ElasticTensor.fromVoigtGPa([
   *   c11, c12, c12, 0, 0, 0, c11, c12, 0, 0, 0, c11, 0, 0, 0, c44, 0, 0, c44, 0, c44,
   * ], { density: 2.329 });
   */
  static fromVoigtGPa(
    numbers: ArrayLike<number> | readonly ArrayLike<number>[],
    options: ElasticMaterial = {},
  ): ElasticTensor {
    const voigtGPa = checkedVoigt(numbers);
    requireOptions("fromVoigtGPa", options, optionFields, "{ density: 2.33 }");
    const { density, atomicVolume, pointGroup, crystal } = options;
    if (crystal !== undefined) requireCrystal(crystal);
    const given = pointGroup === undefined ? undefined : symmetryOfPointGroup(pointGroup);
    return new ElasticTensor({
      voigtGPa,
      density:
        density === undefined ? crystal?.density : requirePositive("density", density, "g/cm³"),
      atomicVolume:
        atomicVolume === undefined
          ? crystal && crystal.lattice.volume / crystal.siteCount
          : requirePositive("atomicVolume", atomicVolume, "Å³"),
      crystal,
      symmetry: () => given ?? (crystal ? symmetryOfCrystal(crystal) : symmetryOfForm(voigtGPa)),
    });
  }

  /** @internal */
  static of(parts: ElasticParts): ElasticTensor {
    return new ElasticTensor(parts);
  }

  /** False where a strained state did not come to rest; a warning says which. */
  get converged(): boolean {
    return !this.warnings.some(({ code }) => code === "NOT_CONVERGED");
  }

  /** Of the crystal, or of the form that given constants have. @throws {SymmetryError} as `symmetry`. */
  get crystalSystem(): CrystalSystem {
    return this.symmetry.crystalSystem;
  }

  /**
   * S = C⁻¹ in 1/TPa, 6 by 6.
   *
   * @throws {DomainError} a strain without any stress: C cannot be inverted.
   */
  get compliancePerTPa(): Float64Array {
    return this.compliance.map((value) => 1000 * value);
  }

  /** Voigt's, Reuss's and Hill's means. Errors as of `compliancePerTPa`. */
  get moduli(): ElasticModuli {
    return moduliOf(this.voigtGPa, this.compliance);
  }

  /** Born's criteria one by one, and the eigenvalues. @throws {SymmetryError} as `symmetry`. */
  get stability(): BornStability {
    this.#stability ??= bornStability(this.inStandardAxes().voigtGPa, this.crystalSystem);
    return this.#stability;
  }

  /** Whether every small strain costs energy: all eigenvalues of C are positive. */
  get bornStable(): boolean {
    return bornStability(this.voigtGPa, "triclinic").isStable;
  }

  /**
   * A = 5 G_V/G_R + K_V/K_R − 6: 0 where all directions are equal. Errors as of `compliancePerTPa`.
   *
   * @see S. I. Ranganathan & M. Ostoja-Starzewski, Phys. Rev. Lett. 101, 055504 (2008).
   */
  get universalAnisotropy(): number {
    const { bulkGPa, shearGPa } = this.moduli;
    return (5 * shearGPa.voigt) / shearGPa.reuss + bulkGPa.voigt / bulkGPa.reuss - 6;
  }

  /** 2 C44/(C11 − C12) of a cubic crystal, 1 where it is isotropic; undefined of other systems. */
  get zenerRatio(): number | undefined {
    if (this.crystalSystem !== "cubic") return undefined;
    const c = this.inStandardAxes().voigtGPa;
    return (2 * c[21]) / (c[0] - c[1]);
  }

  /**
   * Young's modulus along a direction, GPa: 1/E = s_ijkl n_i n_j n_k n_l.
   *
   * @throws {ShapeError | DomainError} no direction. Other errors as of `compliancePerTPa`.
   * @example tensor.youngModulusGPa([1, 1, 1])
   */
  youngModulusGPa(direction: ArrayLike<number>): number {
    return 1 / inverseYoung(this.compliance, requireDirection("direction", direction));
  }

  /** Shortening along a direction by hydrostatic pressure, 1/TPa: s_ijkk n_i n_j. Errors as of `youngModulusGPa`. */
  linearCompressibilityPerTPa(direction: ArrayLike<number>): number {
    return 1000 * compressibilityAlong(this.compliance, requireDirection("direction", direction));
  }

  /**
   * Shear modulus, GPa, of planes with a normal when they slip along a direction in them:
   * 1/G = 4 s_ijkl n_i m_j n_k m_l. Errors as of `youngModulusGPa`, and {DomainError} no right angle.
   */
  shearModulusGPa(normal: ArrayLike<number>, direction: ArrayLike<number>): number {
    const n = requireDirection("normal", normal);
    const m = requireDirection("direction", direction);
    requireOrthogonal(["normal", "direction"], n, m);
    return 1 / inverseShear(this.compliance, n, m);
  }

  /** Poisson's ratio: −ε across over ε along, under tension along the axis. Errors as of `shearModulusGPa`. */
  poissonRatio(axis: ArrayLike<number>, across: ArrayLike<number>): number {
    const n = requireDirection("axis", axis);
    const m = requireDirection("across", across);
    requireOrthogonal(["axis", "across"], n, m);
    return poissonAlong(this.compliance, n, m);
  }

  /**
   * Smallest and largest Young's and shear moduli, linear compressibilities and Poisson's ratios, with
   * where they are taken: a search from a grid of 6° over all directions, exact in the plane across.
   *
   * @throws {DomainError} an unstable crystal, whose moduli have no bounds.
   */
  get extremes(): ElasticExtremes {
    this.requireStable("extremes");
    this.#extremes ??= extremesOf(this.compliance);
    return this.#extremes;
  }

  /**
   * The three plane waves along a direction, slowest first: Γ_ik = C_ijkl n_j n_l has the eigenvalues ρv².
   *
   * @throws {DomainError} no density is known. @throws {ShapeError | DomainError} no direction.
   * @example tensor.soundWaves([1, 0, 0])[2].velocityMPerS // longitudinal
   */
  soundWaves(direction: ArrayLike<number>): readonly SoundWave[] {
    const n = requireDirection("direction", direction);
    return soundWaves(this.voigtGPa, this.requireDensity("soundWaves"), n);
  }

  /**
   * Velocities of sound of a polycrystal by Hill's moduli.
   *
   * @throws {DomainError} no density is known, or the crystal is unstable.
   */
  get sound(): IsotropicSound {
    this.requireStable("sound");
    const { bulkGPa, shearGPa } = this.moduli;
    return isotropicSound(bulkGPa.hill, shearGPa.hill, this.requireDensity("sound"));
  }

  /**
   * Debye temperature in K by the mean velocity of sound, Θ = (h/k_B) v_m (3/(4π Ω))^(1/3).
   *
   * @throws {DomainError} no density or no volume of an atom is known, or the crystal is unstable.
   * @see O. L. Anderson, J. Phys. Chem. Solids 24, 909 (1963).
   */
  get debyeTemperature(): number {
    const { meanMPerS } = this.sound;
    if (this.atomicVolume !== undefined) return debyeTemperature(meanMPerS, this.atomicVolume);
    throw new DomainError(
      "debyeTemperature needs the volume of an atom; give fromVoigtGPa atomicVolume in Å³, or crystal",
      {},
    );
  }

  /**
   * The tensor of the crystal after it has turned, x' = R x: C'_ijkl = R_ia R_jb R_kc R_ld C_abcd. It has
   * no `crystal`.
   *
   * @param rotation Nine numbers or three rows, orthogonal within 1e-6.
   * @throws {ShapeError} not nine numbers. @throws {DomainError} no rotation.
   */
  rotated(rotation: ArrayLike<number> | readonly ArrayLike<number>[]): ElasticTensor {
    return this.turned(checkedRotation(rotation));
  }

  /**
   * The tensor in the standard axes of the crystal: z along c and y along b* of the standardised cell, x
   * = y × z. Then x is along a, except in triclinic and monoclinic crystals. It has no `crystal`.
   *
   * @throws {SymmetryError} as `symmetry`.
   */
  inStandardAxes(): ElasticTensor {
    return this.turned(this.symmetry.toStandard);
  }

  /** The mean over the point group: what its symmetry demands holds exactly. @throws {SymmetryError} as `symmetry`. */
  symmetrized(): ElasticTensor {
    const voigtGPa = mirrored(averagedVoigt(this.voigtGPa, this.symmetry.rotations));
    return new ElasticTensor({ ...this.parts(), voigtGPa });
  }

  private turned(rotation: Mat3): ElasticTensor {
    const back = transpose(rotation);
    return new ElasticTensor({
      ...this.parts(),
      crystal: undefined,
      voigtGPa: mirrored(rotatedVoigt(this.voigtGPa, rotation)),
      stressGPa: rotatedStress(this.stressGPa, rotation),
      symmetry: () => ({
        ...this.symmetry,
        rotations: this.symmetry.rotations.map((each) => multiply(multiply(rotation, each), back)),
        toStandard: multiply(this.symmetry.toStandard, back),
      }),
    });
  }

  private parts(): ElasticParts {
    const { voigtGPa, density, atomicVolume, crystal, asymmetryGPa, stressGPa, warnings } = this;
    const symmetry = () => this.symmetry;
    return {
      voigtGPa,
      density,
      atomicVolume,
      crystal,
      asymmetryGPa,
      stressGPa,
      warnings,
      symmetry,
    };
  }

  private get symmetry(): ElasticSymmetry {
    this.#symmetry ??= this.#makeSymmetry();
    return this.#symmetry;
  }

  /** 1/GPa */
  private get compliance(): Float64Array {
    this.#compliance ??= inverseDense(this.voigtGPa, 6);
    if (this.#compliance !== undefined) return this.#compliance;
    throw new DomainError(
      "the stiffnesses cannot be inverted: some strain has no stress, so there are no compliances",
      { voigtGPa: Array.from(this.voigtGPa) },
    );
  }

  private requireStable(what: string): void {
    if (this.bornStable) return;
    throw new DomainError(
      `${what} needs a stable crystal, but a strain lowers the energy: see stability.eigenvaluesGPa`,
      { what },
    );
  }

  private requireDensity(what: string): number {
    if (this.density !== undefined) return this.density;
    throw new DomainError(
      `${what} needs the density; give fromVoigtGPa density in g/cm³, or crystal`,
      {
        what,
      },
    );
  }

  /** "C (GPa): 11 169.88, 12 122.58, ..." as a table of six rows with the moduli below. */
  toString(): string {
    const rows = Array.from({ length: 6 }, (_, row) =>
      Array.from(this.voigtGPa.subarray(6 * row, 6 * row + 6), (value) => (value + 0).toFixed(2)),
    );
    const width = Math.max(...rows.flat().map((text) => text.length));
    const lines = rows.map((row) =>
      row.map((text) => text.replace(/^-(0\.00)$/, "$1").padStart(width)).join("  "),
    );
    return [`elastic tensor in GPa, ${this.summary()}`, ...lines].join("\n");
  }

  private summary(): string {
    if (!this.bornStable) return "mechanically unstable";
    const { bulkGPa, shearGPa } = this.moduli;
    return `stable: K ${bulkGPa.hill.toFixed(2)}, G ${shearGPa.hill.toFixed(2)} (Hill)`;
  }
}

inspectAsText(ElasticTensor);
