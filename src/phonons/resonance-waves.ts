import { DomainError } from "../base/errors.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import type { PhononModes } from "./mode-source.js";
import type { PhononSupercell } from "./phonon-cells.js";
import type { WantedWave } from "./resonance-options.js";
import { boltzmann, electronVolt, frequencyUnit, quantum } from "./units.js";

/** THz; closer frequencies are one. */
const degeneracy = 1e-4;
/** THz; slower modes do not swing. */
const slowest = 1e-3;

/** A mode that takes part in a resonance. */
export interface ResonanceWave {
  /** In fractions of the reciprocal vectors of `phonons.crystal`. */
  readonly qPoint: readonly [number, number, number];
  /** From 0, by ascending frequency. */
  readonly branch: number;
  /** THz; imaginary ones negative: such a mode stands still, displaced. */
  readonly frequency: number;
  /** [n, 3, 2], re and im, of unit length, as of `PhononModes.eigenvectors`. */
  readonly eigenvector: Float64Array;
  readonly travels: boolean;
  /** Å; the largest displacement of any atom by this mode, undamped. */
  readonly amplitude: number;
  /** Degrees. */
  readonly phase: number;
  /** γ in 1/ps of exp(−γt). */
  readonly dampingPerPs: number;
}

/** A wave with its patterns: u = exp(−γt) (cosine · cos ωt + sine · sin ωt), in Å, [sites, 3]. */
export interface Swing {
  readonly wave: ResonanceWave;
  readonly cosine: Float64Array;
  readonly sine: Float64Array;
}

/** @throws {DomainError} a branch that there is not, or that is a translation; a temperature of an imaginary mode. */
export function swingOf(
  wanted: WantedWave,
  qPoint: readonly [number, number, number],
  modes: PhononModes,
  at: number,
  supercell: PhononSupercell,
  masses: Float64Array,
): Swing {
  const order = 3 * masses.length;
  const frequencies = modes.frequencies.subarray(order * at, order * (at + 1));
  const start = 2 * order * order * at;
  const rows = modes.eigenvectors!.subarray(start, start + 2 * order * order);
  const inCell = gauged(rows, qPoint, supercell.primitive.fracPositions, 1);
  const branch = branchOf(
    wanted,
    frequencies,
    translations(inCell, qPoint, frequencies, masses),
    qPoint,
  );
  const frequency = frequencies[branch];
  const vector = chosen(inCell, frequencies, branch);
  const pattern = patternOf(vector, qPoint, supercell, masses);
  if (!wanted.travels) for (let i = 1; i < pattern.length; i += 2) pattern[i] = 0;
  const { phase } = wanted.swing;
  const amplitude = amplitudeOf(wanted, frequency, pattern, supercell, masses);
  const wave: ResonanceWave = {
    qPoint,
    branch,
    frequency,
    eigenvector: gauged(vector, qPoint, supercell.primitive.fracPositions, -1),
    travels: wanted.travels,
    amplitude,
    phase,
    dampingPerPs: dampingOf(wanted.swing.damping, frequency),
  };
  return { wave, ...partsOf(pattern, amplitude / longest(pattern), wave) };
}

/** Each wave's e exp ±2πi q·x: with + the motion of the first cell, whose phases do not depend on the origin. */
function gauged(
  rows: Float64Array,
  q: readonly number[],
  frac: Float64Array,
  sign: 1 | -1,
): Float64Array {
  const out = new Float64Array(rows.length);
  const order = frac.length;
  for (let i = 0; i < rows.length / 2; i++) {
    const atom = Math.floor((i % order) / 3);
    const turns = q[0] * frac[3 * atom] + q[1] * frac[3 * atom + 1] + q[2] * frac[3 * atom + 2];
    const [cos, sin] = turned(sign * turns);
    out[2 * i] = rows[2 * i] * cos - rows[2 * i + 1] * sin;
    out[2 * i + 1] = rows[2 * i] * sin + rows[2 * i + 1] * cos;
  }
  return out;
}

function turned(turns: number): [number, number] {
  const angle = 2 * Math.PI * (turns - Math.round(turns));
  return [Math.cos(angle), Math.sin(angle)];
}

/** Which modes are the crystal's motion as a whole, or have no restoring force at all. */
function translations(
  rows: Float64Array,
  q: readonly number[],
  frequencies: Float64Array,
  masses: Float64Array,
): boolean[] {
  const isCentre = q.every(Number.isInteger);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const order = frequencies.length;
  return Array.from(frequencies, (frequency, row) => {
    if (Math.abs(frequency) < slowest) return true;
    if (!isCentre) return false;
    let share = 0;
    for (let axis = 0; axis < 3; axis++) {
      let [re, im] = [0, 0];
      for (let i = axis; i < order; i += 3) {
        const root = Math.sqrt(masses[Math.floor(i / 3)] / total);
        re += root * rows[2 * (row * order + i)];
        im += root * rows[2 * (row * order + i) + 1];
      }
      share += re * re + im * im;
    }
    return share > 0.5;
  });
}

function branchOf(
  { choice }: WantedWave,
  frequencies: Float64Array,
  areTranslations: readonly boolean[],
  q: readonly number[],
): number {
  const swinging = areTranslations.flatMap((isNone, branch) => (isNone ? [] : [branch]));
  const at = `at q = ${q.map((value) => Number(value.toPrecision(6))).join(", ")}`;
  if ("harmonic" in choice) {
    if (choice.harmonic <= swinging.length) return swinging[choice.harmonic - 1];
    const remedy = swinging.length === 0 ? "; take another q, such as [0.5, 0, 0]" : "";
    throw new DomainError(
      `${at} there are ${swinging.length} modes that swing, no ${choice.harmonic}${remedy}`,
      { q, harmonic: choice.harmonic, modes: swinging.length },
    );
  }
  const { branch } = choice;
  if (branch >= frequencies.length) {
    throw new DomainError(`branches are 0 to ${frequencies.length - 1}, got ${branch}`, { branch });
  }
  if (!areTranslations[branch]) return branch;
  throw new DomainError(
    `${at} branch ${branch} is a motion without restoring force (${frequencies[branch].toFixed(4)} THz): nothing swings; ${swinging.length === 0 ? "take another q" : `those that do are ${swinging.join(", ")}`}`,
    { q, branch, frequency: frequencies[branch] },
  );
}

/**
 * The mode, its largest part real and positive. Of equal frequencies it is found from their space alone: in
 * turn the projection of the coordinate that has the largest share left in it, the first of equals.
 */
function chosen(rows: Float64Array, frequencies: Float64Array, branch: number): Float64Array {
  const order = frequencies.length;
  let [first, last] = [branch, branch];
  while (first > 0 && frequencies[first] - frequencies[first - 1] < degeneracy) first--;
  while (last + 1 < order && frequencies[last + 1] - frequencies[last] < degeneracy) last++;
  const members = Array.from({ length: last - first + 1 }, (_, k) =>
    rows.subarray(2 * order * (first + k), 2 * order * (first + k + 1)),
  );
  const taken: Float64Array[] = [];
  for (;;) {
    const shares = Array.from({ length: order }, (_, i) => {
      const square = (row: Float64Array) => row[2 * i] ** 2 + row[2 * i + 1] ** 2;
      const sum = (list: readonly Float64Array[]) =>
        list.reduce((all, row) => all + square(row), 0);
      return sum(members) - sum(taken);
    });
    const most = Math.max(...shares);
    const pivot = shares.findIndex((share) => share > most - 1e-6);
    const vector = new Float64Array(2 * order);
    for (const row of members) addProjection(vector, row, pivot, 1);
    for (const row of taken) addProjection(vector, row, pivot, -1);
    const root = Math.sqrt(shares[pivot]);
    const unit = vector.map((value) => value / root);
    if (taken.length === branch - first) return unit;
    taken.push(unit);
  }
}

/** Adds row · conj(row[pivot]). */
function addProjection(out: Float64Array, row: Float64Array, pivot: number, sign: 1 | -1): void {
  const [re, im] = [row[2 * pivot], row[2 * pivot + 1]];
  for (let i = 0; i < out.length; i += 2) {
    out[i] += sign * (row[i] * re + row[i + 1] * im);
    out[i + 1] += sign * (row[i + 1] * re - row[i] * im);
  }
}

/** w/√m exp 2πi q·R on all sites, [sites, 3, 2]. */
function patternOf(
  vector: Float64Array,
  q: readonly number[],
  { atomOf, cellOf }: PhononSupercell,
  masses: Float64Array,
): Float64Array {
  const out = new Float64Array(6 * atomOf.length);
  atomOf.forEach((atom, site) => {
    const turns =
      q[0] * cellOf[3 * site] + q[1] * cellOf[3 * site + 1] + q[2] * cellOf[3 * site + 2];
    const [cos, sin] = turned(turns);
    const root = Math.sqrt(masses[atom]);
    for (let i = 0; i < 3; i++) {
      const [re, im] = [vector[2 * (3 * atom + i)] / root, vector[2 * (3 * atom + i) + 1] / root];
      out[2 * (3 * site + i)] = re * cos - im * sin;
      out[2 * (3 * site + i) + 1] = re * sin + im * cos;
    }
  });
  return out;
}

/** Half the longest axis of the ellipses that the atoms go round. */
function longest(pattern: Float64Array): number {
  let most = 0;
  for (let at = 0; at < pattern.length; at += 6) {
    const [a, x, b, y, c, z] = pattern.subarray(at, at + 6);
    const [re, im] = [a * a + b * b + c * c, x * x + y * y + z * z];
    const both = a * x + b * y + c * z;
    most = Math.max(most, (re + im) / 2 + Math.hypot((re - im) / 2, both));
  }
  return Math.sqrt(most);
}

function amplitudeOf(
  { swing }: WantedWave,
  frequency: number,
  pattern: Float64Array,
  supercell: PhononSupercell,
  masses: Float64Array,
): number {
  const { temperature } = swing;
  if (temperature === undefined) return swing.amplitude;
  if (frequency < 0) {
    throw new DomainError(
      `a mode of imaginary frequency, ${(-frequency).toFixed(3)}i THz, has no mean energy at a temperature; give its amplitude`,
      { frequency, temperature },
    );
  }
  const energy = quantum * frequency;
  const occupation =
    temperature === 0 ? 0 : 1 / Math.expm1(energy / ((boltzmann / electronVolt) * temperature));
  let inertia = 0;
  for (let i = 0; i < pattern.length; i++) {
    inertia += masses[supercell.atomOf[Math.floor(i / 6)]] * pattern[i] ** 2;
  }
  // The energy is ω²/2 Σ m (a² + b²) of u = a cos ωt + b sin ωt.
  const perSquare = ((frequency / frequencyUnit) ** 2 * inertia) / 2;
  return Math.sqrt((energy * (occupation + 0.5)) / perSquare) * longest(pattern);
}

function dampingOf(damping: WantedWave["swing"]["damping"], frequency: number): number {
  if (frequency < 0) return 0;
  return typeof damping === "number" ? damping : (Math.PI * frequency) / damping.quality;
}

/** Re[P exp(iφ − iωt)], of which a standing wave has the real P only. */
function partsOf(
  pattern: Float64Array,
  factor: number,
  { frequency, phase }: ResonanceWave,
): { cosine: Float64Array; sine: Float64Array } {
  const [cos, sin] = turned(phase / 360);
  const cosine = new Float64Array(pattern.length / 2);
  const sine = new Float64Array(pattern.length / 2);
  for (let i = 0; i < cosine.length; i++) {
    const [re, im] = [factor * pattern[2 * i], factor * pattern[2 * i + 1]];
    cosine[i] = re * cos - im * sin;
    // An imaginary mode stands still where it is at t = 0.
    sine[i] = frequency < 0 ? 0 : re * sin + im * cos;
  }
  return { cosine, sine };
}

/** What is to be said about waves that are not what their name promises. */
export function warningsOf(swings: readonly Swing[]): CrystalWarning[] {
  return swings.flatMap(({ wave }): CrystalWarning[] => {
    const at = `q = ${wave.qPoint.map((value) => Number(value.toPrecision(4))).join(", ")}`;
    if (wave.frequency < 0) {
      const message = `branch ${wave.branch} at ${at} is imaginary, ${(-wave.frequency).toFixed(3)}i THz: it grows in place of swinging, so the crystal stands still, displaced along it; relax(resonance.crystalAt(0), potential) follows it`;
      return [{ code: "IMAGINARY_MODE", message }];
    }
    const stands = wave.qPoint.every((value) => Number.isInteger(2 * value));
    if (!wave.travels || !stands) return [];
    const message = `at ${at} the wave and its opposite are the same, so that it stands`;
    return [{ code: "STANDING_WAVE", message }];
  });
}
