import { SeededRandom } from "../base/random.js";
import { type ContactPairs, contactPairs } from "./contact-pairs.js";

/** Sites of some kinds in a periodic cell, and the distance that each pair of kinds keeps. */
export interface PackingProblem {
  /** Rows a, b, c in Å. */
  readonly matrix: Float64Array;
  readonly kindOfSite: Int32Array;
  readonly kindCount: number;
  /** Å by kind and kind, [k, k]. */
  readonly distances: Float64Array;
  readonly seed: number;
  readonly maxIterations: number;
  readonly maxAttempts: number;
}

export interface PackingOutcome {
  /** Cartesian, Å, [n, 3]; of the best attempt. */
  readonly positions: Float64Array;
  /** Smallest of distance over wanted distance: 1 or more where all are kept. */
  readonly reached: number;
  readonly attempts: number;
}

/** Told of each step; true stops the search. */
export type Watch = (done: number, total: number) => boolean;

/** The distances that repel are longer by this share, so that a finite number of steps is enough. */
const margin = 3e-4;
/** Of the longest distance: sites may move by half of it before pairs are listed anew. */
const skin = 0.3;
/** Jammed: forces this small, in units of the longest distance, while sites overlap. */
const noForce = 1e-9;

/**
 * Sites that keep their distances: from random places they move down the energy of a soft repulsion,
 *
 *   E = Σ ½ (Dᵢⱼ − rᵢⱼ)²   over pairs with rᵢⱼ < Dᵢⱼ,
 *
 * until it is 0, by the method FIRE; a start that jams before is given up for another one.
 *
 * @see O'Hern, Silbert, Liu & Nagel, Phys. Rev. E 68, 011306 (2003): such searches jam at 0.64; Bitzek
 *   et al., Phys. Rev. Lett. 97, 170201 (2006).
 */
export function relaxOverlaps(problem: PackingProblem, watch: Watch): PackingOutcome {
  const random = new SeededRandom(problem.seed);
  const { maxAttempts, maxIterations } = problem;
  let best: PackingOutcome | undefined;
  let isStopped = false;
  for (let attempt = 0; attempt < maxAttempts && !isStopped; attempt++) {
    const before = attempt * maxIterations;
    const relaxation = new Relaxation(problem, random);
    for (let step = 0; step < maxIterations; step++) {
      isStopped = step % 20 === 0 && watch(before + step, maxAttempts * maxIterations);
      if (isStopped || relaxation.isSettled()) break;
      relaxation.step();
    }
    const reached = relaxation.reached();
    const outcome = { positions: relaxation.positions, reached, attempts: attempt + 1 };
    if (best === undefined || reached > best.reached) best = outcome;
    else best = { ...best, attempts: attempt + 1 };
    if (best.reached >= 1) break;
  }
  return best!;
}

const stepUp = 1.1;
const stepDown = 0.5;
const mixStart = 0.1;
const mixDown = 0.99;
const patience = 5;

class Relaxation {
  readonly positions: Float64Array;
  private readonly problem: PackingProblem;
  private readonly velocities: Float64Array;
  private readonly forces: Float64Array;
  private readonly longest: number;
  private pairs: ContactPairs;
  private listedAt: Float64Array;
  private largestForce = 0;
  /** No pair is nearer than its distance, rounding aside. */
  private isFree = false;
  private timeStep = 0.1;
  private mix = mixStart;
  private downhill = 0;

  constructor(problem: PackingProblem, random: SeededRandom) {
    const { matrix: m, kindOfSite, distances } = problem;
    this.problem = problem;
    this.positions = new Float64Array(3 * kindOfSite.length);
    for (let i = 0; i < this.positions.length; i += 3) {
      const [u, v, w] = [random.uniform(), random.uniform(), random.uniform()];
      for (let k = 0; k < 3; k++) this.positions[i + k] = u * m[k] + v * m[3 + k] + w * m[6 + k];
    }
    this.velocities = new Float64Array(this.positions.length);
    this.forces = new Float64Array(this.positions.length);
    this.longest = distances.reduce((longest, distance) => Math.max(longest, distance), 0);
    this.pairs = this.listPairs();
    this.listedAt = this.positions.slice();
    this.computeForces();
  }

  /** All distances are kept, or nothing moves any more. */
  isSettled(): boolean {
    return this.isFree || this.largestForce <= noForce * this.longest;
  }

  reached(): number {
    this.pairs = this.listPairs();
    let least = Number.POSITIVE_INFINITY;
    this.eachContact((square, wanted) => {
      least = Math.min(least, square / (wanted * wanted));
    });
    return Math.sqrt(least);
  }

  step(): void {
    const { positions: x, velocities: v, forces: f } = this;
    let [power, speed, force] = [0, 0, 0];
    for (let i = 0; i < v.length; i++) {
      power += f[i] * v[i];
      speed += v[i] * v[i];
      force += f[i] * f[i];
    }
    if (power > 0) {
      const share = (this.mix * Math.sqrt(speed)) / Math.sqrt(force);
      for (let i = 0; i < v.length; i++) v[i] = (1 - this.mix) * v[i] + share * f[i];
      if (++this.downhill > patience) {
        this.timeStep = Math.min(0.4, this.timeStep * stepUp);
        this.mix *= mixDown;
      }
    } else {
      v.fill(0);
      this.timeStep = Math.max(0.01, this.timeStep * stepDown);
      this.mix = mixStart;
      this.downhill = 0;
    }
    // No site moves farther than a part of the distances at once.
    const most = 0.1 * this.longest;
    for (let i = 0; i < v.length; i++) {
      v[i] += this.timeStep * f[i];
      x[i] += Math.max(-most, Math.min(most, this.timeStep * v[i]));
    }
    this.listWhenMoved();
    this.computeForces();
  }

  private listPairs(): ContactPairs {
    const { matrix } = this.problem;
    return contactPairs(matrix, this.positions, this.longest * (1 + margin + skin));
  }

  private listWhenMoved(): void {
    const { positions: x, listedAt: y } = this;
    const limit = (0.5 * skin * this.longest) ** 2;
    for (let i = 0; i < x.length; i += 3) {
      const square = (x[i] - y[i]) ** 2 + (x[i + 1] - y[i + 1]) ** 2 + (x[i + 2] - y[i + 2]) ** 2;
      if (square <= limit) continue;
      this.pairs = this.listPairs();
      this.listedAt = x.slice();
      return;
    }
  }

  private computeForces(): void {
    const f = this.forces;
    f.fill(0);
    let isFree = true;
    this.eachContact((square, wanted, i, j, x, y, z) => {
      const reach = wanted * (1 + margin);
      if (square >= reach * reach) return;
      if (square < wanted * wanted * (1 + 1e-6)) isFree = false;
      const distance = Math.sqrt(square);
      // Two sites in one place part along x.
      const size = (reach - distance) / Math.max(distance, 1e-12);
      const fx = distance > 1e-12 ? size * x : reach;
      f[i] -= fx;
      f[i + 1] -= size * y;
      f[i + 2] -= size * z;
      f[j] += fx;
      f[j + 1] += size * y;
      f[j + 2] += size * z;
    });
    let largest = 0;
    for (const value of f) largest = Math.max(largest, Math.abs(value));
    this.largestForce = largest;
    this.isFree = isFree;
  }

  /** Places of i and j in the arrays, and the way from i to j. */
  private eachContact(
    visit: (
      square: number,
      wanted: number,
      i: number,
      j: number,
      x: number,
      y: number,
      z: number,
    ) => void,
  ): void {
    const { positions: p, pairs, problem } = this;
    const { kindOfSite, kindCount, distances } = problem;
    const { first, second, shift, count } = pairs;
    for (let n = 0; n < count; n++) {
      const [i, j] = [3 * first[n], 3 * second[n]];
      const x = p[j] - p[i] + shift[3 * n];
      const y = p[j + 1] - p[i + 1] + shift[3 * n + 1];
      const z = p[j + 2] - p[i + 2] + shift[3 * n + 2];
      const wanted = distances[kindOfSite[first[n]] * kindCount + kindOfSite[second[n]]];
      visit(x * x + y * y + z * z, wanted, i, j, x, y, z);
    }
  }
}
