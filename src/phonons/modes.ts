import { requireFinite, requireWhole } from "../base/check.js";
import { DomainError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import { commensurate } from "./commensurate.js";
import { checkedPoints, type ModeSource, runModes } from "./mode-source.js";

/** One vibration. */
export interface PhononMode {
  /** In fractions of the reciprocal vectors of the primitive cell. */
  readonly qPoint: readonly [number, number, number];
  /** From 0, by ascending frequency. */
  readonly branch: number;
  /** THz; imaginary ones negative. */
  readonly frequency: number;
  /** [n, 3, 2], re and im, of unit length: see `PhononModes.eigenvectors`. */
  readonly eigenvector: Float64Array;
}

export interface SingleModeOptions extends TaskOptions {
  /** As of `ModeOptions`: from where Γ of a polar crystal is approached. */
  readonly direction?: ArrayLike<number>;
}

/** @see Phonons.mode */
export function modeAt(
  source: ModeSource,
  q: ArrayLike<number>,
  branch: number,
  options: SingleModeOptions,
): Task<PhononMode> {
  requireTaskOptions("mode", options, ["direction"], "{ direction: [1, 0, 0] }");
  const order = 3 * source.crystal.siteCount;
  requireWhole("branch", branch, 0, order - 1);
  const point = checkedPoints([q]);
  const [x, y, z] = point;
  const wanted = { ...options, eigenvectors: true };
  return runModes(source, "mode", point, wanted, ({ frequencies, eigenvectors }) => ({
    qPoint: [x, y, z],
    branch,
    frequency: frequencies[branch],
    eigenvector: eigenvectors!.slice(2 * order * branch, 2 * order * (branch + 1)),
  }));
}

export interface ImaginaryOptions extends TaskOptions {
  /** THz; only modes whose frequency is below minus this count; default 0.01. */
  readonly threshold?: number;
}

/** Of a cell for a wave vector, along each axis. */
const mostRepeats = 24;

/** @see Phonons.imaginaryModes */
export function imaginaryModes(source: ModeSource, options: ImaginaryOptions): Task<PhononMode[]> {
  const { threshold = 0.01, ...task } = requireTaskOptions(
    "imaginaryModes",
    options,
    ["threshold"],
    "{ threshold: 0.05 }",
  );
  requireFinite("threshold", threshold, "THz");
  const qPoints = commensurate(source.supercellMatrix);
  const flat = Float64Array.from(qPoints.flat());
  const wanted = { ...task, eigenvectors: true };
  return runModes(source, "imaginaryModes", flat, wanted, ({ frequencies, eigenvectors }) => {
    const order = 3 * source.crystal.siteCount;
    const found: PhononMode[] = [];
    frequencies.forEach((frequency, state) => {
      if (!(frequency < -threshold)) return;
      const [x, y, z] = qPoints[Math.floor(state / order)];
      const eigenvector = eigenvectors!.slice(2 * order * state, 2 * order * (state + 1));
      found.push({ qPoint: [x, y, z], branch: state % order, frequency, eigenvector });
    });
    return found.sort((a, b) => a.frequency - b.frequency);
  });
}

/** @see Phonons.displaced */
export function displacedAlong(source: ModeSource, mode: PhononMode, amplitude: number): Crystal {
  requireFinite("amplitude", amplitude, "Å");
  const { qPoint, eigenvector } = mode;
  const counts = qPoint.map((value) => {
    for (let count = 1; count <= mostRepeats; count++) {
      if (Math.abs(value * count - Math.round(value * count)) < 1e-6) return count;
    }
    throw new DomainError(
      `q = ${qPoint.join(", ")} fits into no cell of up to ${mostRepeats} repeats; take a wave vector of simple fractions`,
      { qPoint },
    );
  });
  const supercell = source.crystal.supercell(counts);
  const { fracPositions, siteCount } = supercell;
  const images = siteCount / source.crystal.siteCount;
  const moved = new Float64Array(3 * siteCount);
  for (let site = 0; site < siteCount; site++) {
    const atom = Math.floor(site / images);
    let turns = 0;
    for (let k = 0; k < 3; k++) turns += qPoint[k] * fracPositions[3 * site + k] * counts[k];
    const [cos, sin] = [Math.cos(2 * Math.PI * turns), Math.sin(2 * Math.PI * turns)];
    for (let i = 0; i < 3; i++) {
      const [re, im] = eigenvector.subarray(2 * (3 * atom + i));
      moved[3 * site + i] = (re * cos - im * sin) / Math.sqrt(source.masses[atom]);
    }
  }
  let longest = 0;
  for (let i = 0; i < moved.length; i += 3) {
    longest = Math.max(longest, Math.hypot(moved[i], moved[i + 1], moved[i + 2]));
  }
  const factor = longest === 0 ? 0 : amplitude / longest;
  const places = supercell.cartPositions.map((value, i) => value + factor * moved[i]);
  return supercell.withPositions(places, "cart");
}
