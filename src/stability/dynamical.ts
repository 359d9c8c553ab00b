import { ShapeError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { commensurate, type PhononMode } from "../phonons/modes.js";
import { phonons } from "../phonons/phonons.js";
import type { Phonons } from "../phonons/vibrations.js";
import type { RunPart } from "../runtime/procedure.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";
import { primitiveMapping } from "../symmetry/primitive-mapping.js";
import { rigidMotions } from "./rigid-motions.js";
import { type Trial, weights } from "./trial.js";
import { figures, type StabilityVerdict, skipped, unknown, verdictOf } from "./verdict.js";

export interface DynamicalResult {
  readonly verdict: StabilityVerdict;
  readonly phonons?: Phonons;
  readonly worstMode?: PhononMode;
  readonly warnings: readonly CrystalWarning[];
}

/** 1/Å; the interpolated mesh has no wider steps. */
const meshStep = 1 / 30;

/** Whether any vibration has an imaginary frequency. */
export async function dynamical(trial: Trial): Promise<DynamicalResult> {
  const { run, crystal, checked, options } = trial;
  const { imaginaryTHz } = checked.thresholds;
  const { mostPhononAtoms } = checked;
  if (crystal.siteCount === 1 && !crystal.periodic.includes(true)) {
    return { verdict: skipped("one atom alone does not vibrate"), warnings: [] };
  }
  const atoms = vibratingAtoms(crystal, mostPhononAtoms);
  if (atoms > mostPhononAtoms) {
    const reason = `${atoms} atoms vibrate on their own, above mostPhononAtoms: ${mostPhononAtoms}; raise it to have their modes computed`;
    return { verdict: skipped(reason), warnings: [{ code: "NOT_CHECKED", message: reason }] };
  }
  const found = await run(weights.dynamical, () => phononsOf(trial));
  const lowest = await lowestMode(run, found, options);
  const values: Record<string, number> = {
    lowestFrequencyTHz: lowest.frequency,
    wavevectorCount: lowest.count,
    supercellAtoms: found.supercell.siteCount,
  };
  const warnings = found.supercell.siteCount === crystal.siteCount ? gammaWarnings(crystal) : [];
  if (lowest.frequency > -imaginaryTHz) {
    const between = await interpolatedLowest(run, found, checked.mesh, options);
    if (between !== undefined && between.frequency <= -imaginaryTHz) {
      const reason =
        `no mode is imaginary at the wave vectors that fit into the supercell, but between them, at q = ${vectorText(between.qPoint)}, ` +
        `interpolation gives ${figures(between.frequency)} THz: a larger supercell decides`;
      return { verdict: unknown(reason, values), phonons: found, warnings };
    }
  }
  const verdict = verdictOf(
    [
      {
        value: lowest.frequency,
        limit: -imaginaryTHz,
        safe: imaginaryTHz,
        reason: reasonOf(lowest, imaginaryTHz, found),
      },
    ],
    values,
  );
  if (verdict.verdict === "stable") return { verdict, phonons: found, warnings };
  const worstMode = await modeAt(run, found, lowest, options);
  return { verdict, phonons: found, worstMode, warnings };
}

/** Of the primitive cell, where the crystal has one and it matters. */
function vibratingAtoms(crystal: Crystal, most: number): number {
  const { siteCount, periodic } = crystal;
  if (siteCount <= most || periodic.includes(false)) return siteCount;
  return primitiveMapping(crystal).crystal.siteCount;
}

function phononsOf({ crystal, potential, checked, options }: Trial): Task<Phonons> {
  const { supercell } = checked;
  const chosen = supercell === undefined ? {} : { supercell };
  try {
    return phonons(crystal, potential, { ...options, ...chosen });
  } catch (error) {
    // A network of springs is for the very cell that it was made of.
    if (supercell !== undefined || !(error instanceof ShapeError)) throw error;
    return phonons(crystal, potential, { ...options, supercell: [1, 1, 1], primitive: false });
  }
}

function gammaWarnings(crystal: Crystal): CrystalWarning[] {
  if (!crystal.periodic.includes(true)) return [];
  const message =
    "vibrations were looked at in the given cell alone, which holds those of its own period; a supercell shows others";
  return [{ code: "ONE_CELL", message }];
}

interface LowestMode {
  readonly frequency: number;
  readonly qPoint: readonly number[];
  readonly branch: number;
  /** Of wave vectors looked at. */
  readonly count: number;
}

/** Over the wave vectors that fit into the supercell, without the motions of the crystal as a whole. */
async function lowestMode(run: RunPart, own: Phonons, options: TaskOptions): Promise<LowestMode> {
  const [gamma, ...others] = commensurate(own.supercellMatrix);
  const [atRest, elsewhere] = await Promise.all([
    run(0, () => own.modes([gamma], { ...options, eigenvectors: true })),
    others.length === 0 ? undefined : run(0, () => own.modes(others, options)),
  ]);
  const order = 3 * own.crystal.siteCount;
  const rigid = rigidBranches(own, atRest.eigenvectors as Float64Array);
  let lowest = { frequency: Number.POSITIVE_INFINITY, qPoint: gamma, branch: 0 };
  atRest.frequencies.forEach((frequency, branch) => {
    if (rigid.has(branch) || frequency >= lowest.frequency) return;
    lowest = { frequency, qPoint: gamma, branch };
  });
  elsewhere?.frequencies.forEach((frequency, state) => {
    if (frequency >= lowest.frequency) return;
    lowest = { frequency, qPoint: others[Math.floor(state / order)], branch: state % order };
  });
  return { ...lowest, count: 1 + others.length };
}

/** The branches at Γ that are most like motions of the crystal as a whole, as many as there are of these. */
function rigidBranches(own: Phonons, eigenvectors: Float64Array): Set<number> {
  const order = 3 * own.crystal.siteCount;
  const motions = rigidMotions(own.crystal, own.masses);
  const overlaps = Array.from({ length: order }, (_, branch) => {
    const e = eigenvectors.subarray(2 * order * branch, 2 * order * (branch + 1));
    let overlap = 0;
    for (const motion of motions) {
      let [re, im] = [0, 0];
      for (let i = 0; i < order; i++) {
        re += motion[i] * e[2 * i];
        im += motion[i] * e[2 * i + 1];
      }
      overlap += re * re + im * im;
    }
    return { branch, overlap };
  });
  overlaps.sort((a, b) => b.overlap - a.overlap);
  return new Set(overlaps.slice(0, motions.length).map(({ branch }) => branch));
}

async function modeAt(
  run: RunPart,
  own: Phonons,
  { frequency, qPoint, branch }: LowestMode,
  options: TaskOptions,
): Promise<PhononMode> {
  const order = 3 * own.crystal.siteCount;
  const { eigenvectors } = await run(0, () =>
    own.modes([qPoint], { ...options, eigenvectors: true }),
  );
  const eigenvector = eigenvectors!.slice(2 * order * branch, 2 * order * (branch + 1));
  return { qPoint: [qPoint[0], qPoint[1], qPoint[2]], branch, frequency, eigenvector };
}

/** Of a crystal: on a mesh between the wave vectors that are exact. */
async function interpolatedLowest(
  run: RunPart,
  own: Phonons,
  mesh: readonly number[] | undefined,
  options: TaskOptions,
): Promise<{ frequency: number; qPoint: readonly number[] } | undefined> {
  const { crystal } = own;
  if (crystal.periodic.includes(false)) return undefined;
  const counts =
    mesh ??
    [0, 1, 2].map((k) => {
      const spacing = crystal.lattice.dSpacing([Number(k === 0), Number(k === 1), Number(k === 2)]);
      return Math.ceil(1 / (spacing * meshStep));
    });
  const { qPoints, frequencies } = await run(0, () =>
    own.mesh(counts, { ...options, gammaCentred: true }),
  );
  const order = 3 * crystal.siteCount;
  let found: { frequency: number; qPoint: readonly number[] } | undefined;
  for (let point = 0; 3 * point < qPoints.length; point++) {
    const qPoint = Array.from(qPoints.subarray(3 * point, 3 * point + 3));
    if (qPoint.every((value) => Math.abs(value) < 1e-9)) continue;
    const frequency = frequencies[point * order];
    if (found === undefined || frequency < found.frequency) found = { frequency, qPoint };
  }
  return found;
}

function reasonOf(
  { frequency, qPoint, branch, count }: LowestMode,
  imaginaryTHz: number,
  own: Phonons,
): string {
  const size = own.supercell.siteCount;
  const where =
    count === 1
      ? `at Γ alone, with ${plural(size, "atom")}`
      : `at ${count} wave vectors that fit into a supercell of ${size} atoms`;
  if (frequency > -imaginaryTHz) {
    const imaginary = frequency < 0 ? `imaginary by ${figures(imaginaryTHz)} THz` : "imaginary";
    return `no mode is ${imaginary} ${where}: the lowest has ${figures(frequency)} THz, q = ${vectorText(qPoint)}`;
  }
  return (
    `a mode is imaginary: ${figures(frequency)} THz at q = ${vectorText(qPoint)}, branch ${branch}, the limit is ${figures(-imaginaryTHz)} THz; ` +
    "follow it by relaxing phonons.displaced(worstMode, 0.1)"
  );
}

function vectorText(q: readonly number[]): string {
  return `(${q.map((value) => Number(value.toFixed(4)) + 0).join(", ")})`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
