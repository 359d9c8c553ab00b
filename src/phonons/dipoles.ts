import { DomainError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { symmetricEigen } from "../math/symmetric-eigen.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";
import { commensurate } from "./commensurate.js";
import type { NonAnalytical } from "./non-analytical.js";
import type { PhononSupercell } from "./phonon-cells.js";
import { coulomb } from "./units.js";

/** Waves in the sphere of reciprocal vectors whose surface has weight 10⁻¹⁰: phonopy's choice of Λ. */
const waveCount = 300;
const surface = Math.log(1e10);
/** As in `native/src/jobs/dipole_sum.zig`. */
const mostDecay = 36;
const shortest = 1e-8;
const mostWaves = 1e6;

/** The interaction of dipoles, as the engine wants it: see `native/src/jobs/dipole_sum.zig`. */
export interface Dipoles {
  readonly atomCount: number;
  readonly waves: Float64Array;
  /** The reciprocal vectors and ε. */
  readonly tensors: Float64Array;
  readonly charges: Float64Array;
  readonly self: Float64Array;
  /** 4πe²/V and 1/(4Λ²). */
  readonly scales: Float64Array;
}

/** For a dynamical matrix in eV/Å²/u of atoms with these masses, or for force constants in eV/Å² with masses 1. */
export function dipolesOf(
  crystal: Crystal,
  { bornCharges, dielectric }: NonAnalytical,
  masses: ArrayLike<number>,
): Dipoles {
  const { volume, reciprocal } = crystal.lattice;
  const radius = Math.cbrt((3 * waveCount) / (4 * Math.PI * volume));
  const trace = dielectric[0] + dielectric[4] + dielectric[8];
  const width = surface / ((radius * radius * trace) / 3);
  const tensors = Float64Array.of(...reciprocal.matrix, ...dielectric);
  const unweighted: Dipoles = {
    atomCount: crystal.siteCount,
    waves: wavesWithin(crystal, dielectric, mostDecay / width),
    tensors,
    charges: bornCharges,
    self: new Float64Array(9 * crystal.siteCount),
    scales: Float64Array.of((4 * Math.PI * coulomb) / volume, width),
  };
  return {
    ...unweighted,
    charges: bornCharges.map((value, i) => value / Math.sqrt(masses[Math.floor(i / 9)])),
    self: selfTerms(unweighted, crystal.fracPositions).map(
      (value, i) => value / masses[Math.floor(i / 9)],
    ),
  };
}

/** Whole reciprocal vectors G with (q + G)·ε·(q + G) within a square for some q in (−1/2, 1/2]³. */
function wavesWithin(crystal: Crystal, dielectric: Float64Array, square: number): Float64Array {
  const { reciprocal, parameters } = crystal.lattice;
  const lengthOf = (h: readonly number[]) => {
    const k = reciprocal.toCartesian(h);
    let sum = 0;
    for (let i = 0; i < 9; i++) sum += k[Math.floor(i / 3)] * dielectric[i] * k[i % 3];
    return Math.sqrt(Math.max(sum, 0));
  };
  const corners = [
    [1, 1, 1],
    [1, 1, -1],
    [1, -1, 1],
    [-1, 1, 1],
  ].map((corner) => lengthOf(corner.map((value) => value / 2)));
  const most = Math.sqrt(square) + Math.max(...corners);
  const { values } = symmetricEigen(dielectric);
  // h = G·a is |G| |a| at most.
  const reach = [parameters.a, parameters.b, parameters.c].map((length) =>
    Math.floor((most / Math.sqrt(values[0])) * length),
  );
  const size = reach.reduce((product, count) => product * (2 * count + 1), 1);
  if (!(size <= 100 * mostWaves)) {
    throw new DomainError(
      "the cell is too long, or the dielectric tensor too uneven, for the sum over dipoles",
      { reach },
    );
  }
  const found: number[] = [];
  for (let h = -reach[0]; h <= reach[0]; h++) {
    for (let k = -reach[1]; k <= reach[1]; k++) {
      for (let l = -reach[2]; l <= reach[2]; l++) {
        if (lengthOf([h, k, l]) <= most) found.push(h, k, l);
      }
    }
  }
  return Float64Array.from(found);
}

/** S_j = Σ_j' C(jα, j'β; 0), made symmetric. */
function selfTerms(dipoles: Dipoles, frac: Float64Array): Float64Array {
  const { atomCount } = dipoles;
  const sum = new Float64Array(9 * atomCount);
  eachWave(dipoles, [0, 0, 0], [0, 0, 0], frac, (weight, amplitudes) => {
    const total = new Float64Array(6);
    for (let i = 0; i < amplitudes.length; i++) total[i % 6] += amplitudes[i];
    for (let row = 0; row < 3 * atomCount; row++) {
      const [re, im] = [amplitudes[2 * row], amplitudes[2 * row + 1]];
      for (let b = 0; b < 3; b++) {
        sum[3 * row + b] += weight * (re * total[2 * b] + im * total[2 * b + 1]);
      }
    }
  });
  return sum.map((value, i) => {
    const [atom, part] = [Math.floor(i / 9), i % 9];
    return (value + sum[9 * atom + 3 * (part % 3) + Math.floor(part / 3)]) / 2;
  });
}

/** Weights f exp(−K·ε·K/4Λ²)/(K·ε·K) and amplitudes Zᵀ K exp 2πi G·x, [n, 3, 2]; the latter's array is one. */
function eachWave(
  { atomCount, waves, tensors, charges, scales }: Dipoles,
  q: ArrayLike<number>,
  direction: ArrayLike<number>,
  frac: Float64Array,
  visit: (weight: number, amplitudes: Float64Array) => void,
): void {
  const amplitudes = new Float64Array(6 * atomCount);
  const shift = Array.from(q, Math.round);
  for (let wave = 0; wave < waves.length; wave += 3) {
    const g = [0, 1, 2].map((i) => waves[wave + i] - shift[i]);
    let k = cartesian(tensors, [g[0] + q[0], g[1] + q[1], g[2] + q[2]]);
    const isGamma = Math.hypot(...k) < shortest;
    if (isGamma) k = Array.from(direction);
    let square = 0;
    for (let i = 0; i < 9; i++) square += k[Math.floor(i / 3)] * tensors[9 + i] * k[i % 3];
    const decay = isGamma ? 0 : square * scales[1];
    if (!(square > 0) || decay > mostDecay) continue;
    for (let atom = 0; atom < atomCount; atom++) {
      const turn = g[0] * frac[3 * atom] + g[1] * frac[3 * atom + 1] + g[2] * frac[3 * atom + 2];
      const angle = 2 * Math.PI * (turn - Math.round(turn));
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let b = 0; b < 3; b++) {
        const z = 9 * atom + b;
        const length = charges[z] * k[0] + charges[z + 3] * k[1] + charges[z + 6] * k[2];
        amplitudes[2 * (3 * atom + b)] = length * cos;
        amplitudes[2 * (3 * atom + b) + 1] = length * sin;
      }
    }
    visit((scales[0] * Math.exp(-decay)) / square, amplitudes);
  }
}

function cartesian(rows: Float64Array, h: readonly number[]): number[] {
  return [0, 1, 2].map((i) => h[0] * rows[i] + h[1] * rows[3 + i] + h[2] * rows[6 + i]);
}

/** Calls with each element of the lower triangle of C(q); at Γ it is the limit along `direction`, Cartesian. */
export function addDipoles(
  dipoles: Dipoles,
  frac: Float64Array,
  q: ArrayLike<number>,
  direction: ArrayLike<number>,
  add: (row: number, column: number, re: number, im: number) => void,
): void {
  const order = 3 * dipoles.atomCount;
  const out = new Float64Array(2 * order * order);
  eachWave(dipoles, q, direction, frac, (weight, a) => {
    for (let row = 0; row < order; row++) {
      const [re, im] = [weight * a[2 * row], weight * a[2 * row + 1]];
      for (let column = 0; column <= row; column++) {
        const at = 2 * (row * order + column);
        out[at] += re * a[2 * column] + im * a[2 * column + 1];
        out[at + 1] += im * a[2 * column] - re * a[2 * column + 1];
      }
    }
  });
  for (let row = 0; row < order; row++) {
    for (let column = 0; column <= row; column++) {
      const isOwn = Math.floor(row / 3) === Math.floor(column / 3);
      const self = isOwn ? dipoles.self[3 * row + (column % 3)] : 0;
      const at = 2 * (row * order + column);
      add(row, column, out[at] - self, out[at + 1]);
    }
  }
}

/** Inputs of the engine's jobs; none of them without dipoles. */
export function dipoleInputs(dipoles: Dipoles | undefined): Float64Array[] {
  if (dipoles === undefined) return [new Float64Array(0)];
  const { waves, tensors, charges, self, scales } = dipoles;
  return [waves, Float64Array.of(...tensors, ...scales, ...charges, ...self)];
}

/** Force constants without those of the dipoles, [n, sites, 3, 3]; the dynamical matrix has them in q. */
export function shortRange<T>(
  name: string,
  supercell: PhononSupercell,
  constants: Float64Array,
  nonAnalytical: NonAnalytical,
  finish: (constants: Float64Array) => T,
  options: TaskOptions,
): Task<T> {
  const { primitive, matrix, cellOf, atomOf } = supercell;
  const ones = new Float64Array(primitive.siteCount).fill(1);
  const qPoints = commensurate(matrix).flatMap((q) => {
    const isSelf = q.every((value) => 2 * value === Math.round(2 * value));
    return isSelf ? [q] : [q, q.map((value) => -value)];
  });
  return Runtime.of(options).run(
    {
      kernel: "dipoleConstants",
      name,
      inputs: [
        Float64Array.from(qPoints.flat()),
        primitive.fracPositions,
        Float64Array.from(cellOf),
        atomOf,
        ...dipoleInputs(dipolesOf(primitive, nonAnalytical, ones)),
      ],
      decode: ([buffer]) => {
        const dipolar = new Float64Array(buffer);
        return finish(constants.map((value, i) => value - dipolar[i]));
      },
    },
    options,
  );
}
