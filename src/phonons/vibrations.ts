import { requireFlag, requireOneOf } from "../base/check.js";
import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { symmetricEigenvalues } from "../math/symmetric-values.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions } from "../runtime/task-options.js";
import { type BandOptions, bandStructure } from "./band-structure.js";
import { dipolesOf } from "./dipoles.js";
import type { Displacement } from "./displacements.js";
import { type DynamicalMatrix, dynamicalMatrix, realMatrixAt } from "./dynamical-matrix.js";
import type { ForceConstantCorrection } from "./force-constants.js";
import { type MeshOptions, phononMesh } from "./mesh.js";
import {
  cartesianDirections,
  checkedDirection,
  checkedPoints,
  type ModeOptions,
  type ModeSource,
  type PhononModes,
  runModes,
} from "./mode-source.js";
import {
  displacedAlong,
  type ImaginaryOptions,
  imaginaryModes,
  modeAt,
  type PhononMode,
  type SingleModeOptions,
} from "./modes.js";
import type { NonAnalytical } from "./non-analytical.js";
import type { PhononBands } from "./phonon-bands.js";
import type { PhononMesh } from "./phonon-mesh.js";
import { completed, type PhononParts } from "./phonon-parts.js";
import { phonopyTexts, writePhonopy } from "./phonopy/folder.js";
import {
  importedParts,
  type PhonopyOptions,
  type PhonopyTexts,
  requirePhonopyOptions,
} from "./phonopy/imported.js";
import { type PhonopyFormat, phonopyFormats, phonopyText } from "./phonopy/written.js";
import { frequencyOf } from "./units.js";

export interface PhonopyTextOptions {
  /** Of FORCE_CONSTANTS: those of all sites of the supercell, and not of the primitive atoms alone; default false. */
  readonly full?: boolean;
}

/** How a crystal vibrates: force constants, and frequencies at any wave vector. */
export class Phonons implements ModeSource {
  /** The cell whose vibrations these are: the primitive one. */
  readonly crystal: Crystal;
  readonly supercell: Crystal;
  /** Nine whole numbers: the supercell's vectors are the rows in terms of those of `crystal`. */
  readonly supercellMatrix: readonly number[];
  /** u, of the atoms of `crystal`. */
  readonly masses: Float64Array;
  /** Φ(j, J) = −∂F_J/∂u_j in eV/Å²: atoms of `crystal`, sites of `supercell`, 3, 3. */
  readonly forceConstants: Float64Array;
  /** The displacements that were made, and for each the forces in eV/Å on all sites of `supercell`. */
  readonly displacements: readonly Displacement[];
  readonly displacedForces: Float64Array;
  /** eV/Å; the longest force without any displacement, undefined where that is not known. */
  readonly residualForce: number | undefined;
  /** eV/Å²; what the sum rules changed at most, undefined where they were not imposed. */
  readonly correction: ForceConstantCorrection | undefined;
  /** The charges and the dielectric tensor that split longitudinal and transverse modes, where there are any. */
  readonly nonAnalytical: NonAnalytical | undefined;
  /** "NOT_AT_REST", "CHARGES_NOT_NEUTRAL", "FILE_IGNORED", and those of the potential, as of `evaluate`. */
  readonly warnings: readonly CrystalWarning[];
  private readonly parts: PhononParts;
  private matrix: DynamicalMatrix | undefined;

  private constructor(parts: PhononParts) {
    this.parts = parts;
    this.crystal = parts.supercell.primitive;
    this.supercell = parts.supercell.crystal;
    this.supercellMatrix = Array.from(parts.supercell.matrix);
    this.masses = parts.masses;
    this.forceConstants = parts.forceConstants;
    this.displacements = parts.displacements;
    this.displacedForces = parts.forces;
    this.residualForce = parts.residualForce;
    this.correction = parts.correction;
    this.nonAnalytical = parts.nonAnalytical;
    this.warnings = parts.warnings;
  }

  /** @internal */
  static of(parts: PhononParts): Phonons {
    return new Phonons(parts);
  }

  /**
   * Phonons from files of phonopy: a phonopy.yaml, phonopy_disp.yaml or phonopy_params.yaml, with FORCE_CONSTANTS, FORCE_SETS
   * and BORN beside it where it lacks what they hold. Lengths and forces of all programs that phonopy knows become Å
   * and eV; forces are fitted by the symmetry that `symmetry` finds. The cell is phonopy's primitive cell.
   *
   * @param source A folder, the path of a YAML file, or texts. Of texts FORCE_CONSTANTS goes first, then FORCE_SETS.
   * @throws {FileError} files that cannot be read. @throws {ParseError} a text that does not follow its format, or that
   *   belongs to another supercell. @throws {InvalidConfiguration} neither forces nor force constants, or a program
   *   whose units are not known. @throws {DomainError} displacements that do not determine the force constants.
   * @see A. Togo, J. Phys. Soc. Jpn. 92, 012001 (2023).
   * @example
   * const vibrations = await Phonons.fromPhonopy("NaCl");
   * const same = await Phonons.fromPhonopy({ yaml, forceSets, born });
   */
  static async fromPhonopy(
    source: string | PhonopyTexts,
    options: PhonopyOptions = {},
  ): Promise<Phonons> {
    requirePhonopyOptions(options);
    const isTexts = typeof source === "object" && source !== null;
    const { texts, files } = isTexts ? { texts: source, files: {} } : await phonopyTexts(source);
    const parts = await importedParts(texts, options, files);
    const { sumRules, nonAnalytical, ...task } = options;
    return completed("fromPhonopy", parts, task, Phonons.of);
  }

  /**
   * Frequencies at one wave vector, at once, without the engine: [3n] in THz, ascending; imaginary ones
   * are negative. For many wave vectors take `modes`.
   *
   * @param q In fractions of the reciprocal vectors of `crystal`.
   * @param direction From where Γ of a polar crystal is approached: see `ModeOptions.direction`.
   * @throws {ShapeError} not three numbers. @throws {DomainError} numbers that are none.
   * @example vibrations.frequencies([0.5, 0, 0.5])
   */
  frequencies(q: ArrayLike<number>, direction?: ArrayLike<number>): Float64Array {
    const point = checkedPoints([q]);
    const order = 6 * this.crystal.siteCount;
    const way = cartesianDirections(this.crystal, checkedDirection(direction));
    const values = symmetricEigenvalues(realMatrixAt(this.dynamicalMatrix(), point, way), order);
    return Float64Array.from({ length: order / 2 }, (_, i) => frequencyOf(values[2 * i]));
  }

  /**
   * Frequencies, and eigenvectors and group velocities where they are asked for, at many wave vectors in
   * parallel. Group velocities are ∂ν/∂q = ⟨e|∂D/∂q|e⟩/(8π²ν), those of equal frequencies by degenerate
   * perturbation theory.
   *
   * @param qPoints [m, 3], flat or as rows, in fractions of the reciprocal vectors of `crystal`.
   * @throws {ShapeError} not three numbers each. @throws {DomainError} numbers that are none.
   * @example const { groupVelocities } = await vibrations.modes([[0.1, 0, 0.1]], { groupVelocities: true });
   */
  modes(
    qPoints: ArrayLike<number> | readonly ArrayLike<number>[],
    options: ModeOptions = {},
  ): Task<PhononModes> {
    const known = ["eigenvectors", "groupVelocities", "direction"] as const;
    requireTaskOptions("modes", options, known, "{ eigenvectors: true }");
    return runModes(this, "modes", checkedPoints(qPoints), options, (modes) => modes);
  }

  /**
   * One mode with its eigenvector: to be looked at, displaced along, or set swinging by `resonance`. Of equal
   * frequencies any mixture may come; `resonance` tells them apart by its own rule.
   *
   * @param q In fractions of the reciprocal vectors of `crystal`.
   * @param branch From 0, by ascending frequency; imaginary ones first.
   * @throws {ShapeError} not three numbers. @throws {DomainError} numbers that are none, a branch that there is not.
   * @example
   * const optical = await vibrations.mode([0, 0, 0], 3);
   * optical.frequency; // THz
   * await resonance(vibrations, { mode: optical })
   */
  mode(q: ArrayLike<number>, branch: number, options: SingleModeOptions = {}): Task<PhononMode> {
    return modeAt(this, q, branch, options);
  }

  /**
   * Frequencies on a regular mesh, reduced by the crystal's symmetry and q ↔ −q: for densities of states and
   * thermal functions.
   *
   * @throws {DomainError} counts that are no whole numbers of 1 or more.
   * @example const { temperatures, entropy } = (await vibrations.mesh([20, 20, 20])).thermal([300]);
   */
  mesh(counts: ArrayLike<number>, options: MeshOptions = {}): Task<PhononMesh> {
    return phononMesh(this, this.parts.operations, counts, options);
  }

  /**
   * Frequencies along lines through the Brillouin zone: the customary path of the crystal's lattice (`kPath`),
   * or any other.
   *
   * @example await vibrations.bands({ path: [["Γ", [0, 0, 0]], ["X", [0.5, 0, 0.5]]] })
   */
  bands(options: BandOptions = {}): Task<PhononBands> {
    return bandStructure(this, options);
  }

  /**
   * Modes in which the crystal is not stable, the worst first: those of imaginary frequency at the wave vectors
   * that fit into the supercell, where the frequencies are exact.
   *
   * @example const [worst] = await vibrations.imaginaryModes();
   */
  imaginaryModes(options: ImaginaryOptions = {}): Task<PhononMode[]> {
    return imaginaryModes(this, options);
  }

  /**
   * The crystal, in the smallest cell that the mode's wave vector fits into, displaced along a mode: to
   * be relaxed to where the mode leads, or shown.
   *
   * @param amplitude Å, by which the atom that moves most is displaced.
   * @throws {DomainError} a wave vector that fits into no cell of up to 24 of its vectors.
   * @example const start = vibrations.displaced(worst, 0.1);
   */
  displaced(mode: PhononMode, amplitude: number): Crystal {
    return displacedAlong(this, mode, amplitude);
  }

  /**
   * Text of a file of phonopy, in Å and eV, for its supercell in its order: "phonopy.yaml" has the cells, the displacements
   * with their forces (or the force constants where there are none) and Born charges; "FORCE_CONSTANTS" those of the
   * primitive atoms, or with `full` of all; "FORCE_SETS" and "BORN" as they are.
   *
   * @throws {InvalidConfiguration} another format, or one for which these phonons lack what it holds.
   * @example vibrations.toText("FORCE_SETS")
   */
  toText(format: PhonopyFormat, options: PhonopyTextOptions = {}): string {
    requireOneOf("format", format, phonopyFormats);
    const { full = false } = requireOptions("toText", options, ["full"], "{ full: true }");
    requireFlag("full", full);
    return phonopyText(this.parts, format, full);
  }

  /**
   * Files for phonopy in a folder, which is made if there is none: phonopy_params.yaml, which has all that `phonopy.load` needs, and FORCE_CONSTANTS.
   *
   * @returns Their paths.
   * @throws {FileError} they cannot be written.
   * @example await vibrations.toPhonopy("NaCl")
   */
  toPhonopy(folder: string): Promise<string[]> {
    return writePhonopy(this.parts, folder);
  }

  /** @internal */
  dynamicalMatrix(): DynamicalMatrix {
    const { supercell, shortRange, masses, nonAnalytical } = this.parts;
    if (this.matrix === undefined) {
      const dipoles = nonAnalytical && dipolesOf(this.crystal, nonAnalytical, masses);
      this.matrix = dynamicalMatrix(supercell, shortRange, masses, dipoles);
    }
    return this.matrix;
  }

  /** "phonons of Cu: 1 atom, supercell of 256, 1 displacement". */
  toString(): string {
    const { crystal, supercell, displacements, warnings } = this;
    const { length } = displacements;
    const warned = warnings.map(({ message }) => `; warning: ${message}`).join("");
    return (
      `phonons of ${crystal.formula}: ${plural(crystal.siteCount, "atom")}, ` +
      `supercell of ${supercell.siteCount}, ${length === 0 ? "force constants as given" : plural(length, "displacement")}${warned}`
    );
  }
}

inspectAsText(Phonons);

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
