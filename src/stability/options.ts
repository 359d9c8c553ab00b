import { createHash } from "node:crypto";
import { requireInRange, requireObject, requirePositive, show } from "../base/check.js";
import { findElement } from "../base/elements.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { requireOptions } from "../base/suggest.js";
import type { Crystal } from "../crystal/crystal.js";
import { determinant } from "../math/mat3.js";
import { checkedRelaxOptions, type RelaxOptions } from "../optimize/relax.js";
import type { PhononOptions } from "../phonons/phonons.js";
import type { Potential } from "../potentials/potential.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import type { Radii } from "./geometric.js";
import { type AskedPhase, type CompetingPhase, checkedPhases, type References } from "./phases.js";
import { checkedThresholds, type StabilityThresholds } from "./thresholds.js";
import { type StabilityCheck, stabilityChecks } from "./verdict.js";

/** How the crystal comes to rest before it is judged. */
export type StabilityRelaxOptions = Pick<
  RelaxOptions,
  "method" | "fmax" | "cell" | "stressMaxGPa" | "maxSteps" | "maxStep" | "keepSymmetry"
>;

export interface StabilityOptions extends TaskOptions {
  /** Which checks are made; default all four. */
  readonly checks?: readonly StabilityCheck[];
  /** What numbers are held against; those left out are the defaults. */
  readonly thresholds?: Partial<StabilityThresholds>;
  /**
   * Whether the crystal is brought to rest first, `true` with its cell where it is periodic in three directions.
   * Default false: it is judged as it is given, and is not stable where it is not at rest.
   */
  readonly relax?: boolean | StabilityRelaxOptions;
  /** External pressure; default 0. Energies are then enthalpies, and stress is what is left of it. */
  readonly pressureGPa?: number;
  /** Energies of the elements, or their crystals: the crystal must not fall apart into them. */
  readonly references?: References;
  /** Phases that it must not turn or fall apart into. */
  readonly competing?: readonly CompetingPhase[];
  /** For phonons; default as of `phonons`: each periodic vector 12 Å long or more. */
  readonly supercell?: PhononOptions["supercell"];
  /**
   * Points of the mesh on which phonons are interpolated, along each axis of the primitive cell; default: steps of
   * 1/30 Å⁻¹ or less.
   */
  readonly mesh?: readonly number[];
  /** The most atoms of a primitive cell whose modes are computed, in a time that grows with the cube; default 500. */
  readonly mostPhononAtoms?: number;
  /** Å by element, in place of covalent radii: of ions, or where σ is the unit of length. */
  readonly radii?: Radii;
  /** Whether a run with the same content may answer, and this one be kept; default true. */
  readonly cache?: boolean;
}

const fields = [
  "checks",
  "thresholds",
  "relax",
  "pressureGPa",
  "references",
  "competing",
  "supercell",
  "mesh",
  "mostPhononAtoms",
  "radii",
  "cache",
] as const;
const relaxFields = [
  "method",
  "fmax",
  "cell",
  "stressMaxGPa",
  "maxSteps",
  "maxStep",
  "keepSymmetry",
] as const;

/** Options as the run uses them. */
export interface CheckedOptions {
  readonly checks: readonly StabilityCheck[];
  readonly thresholds: StabilityThresholds;
  /** Whether no longest force was given, so that the cohesive energy tells it. */
  readonly forceByCohesion: boolean;
  readonly relax: StabilityRelaxOptions | undefined;
  readonly pressureGPa: number;
  readonly phases: readonly AskedPhase[];
  readonly supercell: PhononOptions["supercell"];
  readonly mesh: readonly number[] | undefined;
  readonly mostPhononAtoms: number;
  readonly radii: Radii;
  readonly cache: boolean;
}

/** @throws {InvalidConfiguration | DomainError} an option that means nothing. */
export function checkedOptions(crystal: Crystal, options: StabilityOptions): CheckedOptions {
  requireTaskOptions("stability", options, fields, '{ checks: ["mechanical", "dynamical"] }');
  const { checks = stabilityChecks, thresholds = {}, pressureGPa = 0, radii = {} } = options;
  const { supercell, mesh, mostPhononAtoms = 500, cache = true } = options;
  requireInRange("pressureGPa", pressureGPa, -1e6, 1e6);
  if (pressureGPa !== 0 && crystal.periodic.includes(false)) {
    throw new InvalidConfiguration(
      "a pressure has no meaning for what is not periodic in three directions; leave pressureGPa out",
      { pressureGPa, periodic: crystal.periodic },
    );
  }
  if (typeof cache !== "boolean") {
    throw new InvalidConfiguration(`cache must be true or false, got ${show(cache)}`, { cache });
  }
  if (mesh !== undefined) requireCounts(mesh);
  if (supercell !== undefined) requireSupercell(crystal, supercell);
  return {
    checks: checkedChecks(checks),
    thresholds: checkedThresholds(thresholds),
    forceByCohesion: thresholds.fmax === undefined,
    relax: checkedRelaxation(crystal, options.relax ?? false),
    pressureGPa,
    phases: checkedPhases(options.references, options.competing),
    supercell,
    mesh,
    mostPhononAtoms: requirePositive("mostPhononAtoms", mostPhononAtoms),
    radii: checkedRadii(radii),
    cache,
  };
}

function checkedChecks(checks: readonly StabilityCheck[]): readonly StabilityCheck[] {
  const known: readonly unknown[] = stabilityChecks;
  if (!Array.isArray(checks) || checks.length === 0 || !checks.every((c) => known.includes(c))) {
    throw new InvalidConfiguration(
      `checks must be a list of one or more of ${stabilityChecks.join(", ")}; got ${show(checks)}`,
      { checks },
    );
  }
  return stabilityChecks.filter((check) => checks.includes(check));
}

function checkedRelaxation(
  crystal: Crystal,
  relax: boolean | StabilityRelaxOptions,
): StabilityRelaxOptions | undefined {
  if (relax === false) return undefined;
  // Not as the crystal's config has it: the verdict is kept for all configs.
  const cell = crystal.periodic.includes(false) ? false : "full";
  const basis = { cell, maxSteps: 1000 } as const;
  if (relax === true) return basis;
  if (typeof relax !== "object" || relax === null) {
    throw new InvalidConfiguration(
      `relax must be true, false or options such as { cell: "full" }, got ${show(relax)}`,
      { relax },
    );
  }
  const given = { ...basis, ...requireOptions("relax", relax, relaxFields, '{ cell: "full" }') };
  checkedRelaxOptions(crystal, given);
  return given;
}

function requireCounts(mesh: readonly number[]): void {
  const isGiven = Array.isArray(mesh) && mesh.length === 3;
  if (isGiven && mesh.every((count) => Number.isInteger(count) && count >= 1)) return;
  throw new DomainError(
    `mesh must be three whole numbers of 1 or more such as [12, 12, 12], got ${show(mesh)}`,
    { mesh },
  );
}

/** @throws {DomainError} no supercell, or one that repeats what has no period. */
function requireSupercell(
  { periodic }: Crystal,
  supercell: NonNullable<StabilityOptions["supercell"]>,
): void {
  const rows = Array.from<number | ArrayLike<number>>(supercell);
  const matrix = rows.every((row) => typeof row === "number")
    ? [rows[0], 0, 0, 0, rows[1], 0, 0, 0, rows[2]]
    : rows.flatMap((row) => Array.from(row as ArrayLike<number>));
  const isWhole = rows.length === 3 && matrix.length === 9 && matrix.every(Number.isInteger);
  const numbers = matrix as number[];
  const isKept = (k: number) =>
    [0, 1, 2].every((i) => {
      const unit = Number(i === k);
      return numbers[3 * k + i] === unit && numbers[3 * i + k] === unit;
    });
  if (
    isWhole &&
    determinant(numbers) !== 0 &&
    !(rows as readonly unknown[]).includes(0) &&
    [0, 1, 2].every((k) => periodic[k] || isKept(k))
  ) {
    return;
  }
  throw new DomainError(
    `supercell must be three counts of 1 or more such as [4, 4, 4], or a 3×3 matrix of whole numbers with a volume, 1 where the crystal is not periodic; got ${show(supercell)}`,
    { supercell, periodic },
  );
}

function checkedRadii(radii: Radii): Radii {
  requireObject("radii", radii, "{ Na: 1.02, Cl: 1.81 }");
  for (const [element, radius] of Object.entries(radii)) {
    if (findElement(element) === undefined) {
      throw new InvalidConfiguration(`radii: ${show(element)} is no element`, { element });
    }
    requirePositive(`radii.${element}`, radius, "Å");
  }
  return radii;
}

/**
 * What a run depends on, as one text: crystals and potentials by their content.
 *
 * @throws {DomainError} an element that the potential does not know.
 */
export function keyOf(crystal: Crystal, potential: Potential, checked: CheckedOptions): string {
  const contentOf = (one: Crystal) => [one.hash, potential.hashFor(one)];
  const { cache: _, phases, radii, supercell, mesh, ...plain } = checked;
  const content = {
    crystal: contentOf(crystal),
    ...plain,
    phases: phases.map(({ name, composition, crystal: own, energyPerAtom }) => {
      const given = own === undefined || energyPerAtom !== undefined ? [] : contentOf(own);
      return [name, [...composition], energyPerAtom, given];
    }),
    radii: Object.entries(radii).sort(),
    supercell: supercell && Array.from<unknown>(supercell).map(plainRow),
    mesh: mesh && Array.from(mesh),
  };
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

function plainRow(row: unknown): unknown {
  return typeof row === "number" ? row : Array.from(row as ArrayLike<number>);
}
