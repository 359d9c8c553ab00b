import { requireInRange, show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";
import { multiply, transpose } from "../math/mat3.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import { requireTaskOptions, type TaskOptions } from "../runtime/task-options.js";
import type { ModeSource, PhononModes } from "./mode-source.js";
import { PhononDos } from "./phonon-dos.js";
import { type QMesh, shortestDiagonal } from "./q-mesh.js";
import { type ThermalFunctions, thermalFunctions } from "./thermal.js";
import { boltzmann, electronVolt, quantum, zeroPointSquare } from "./units.js";

export interface DosOptions extends TaskOptions {
  /** THz at which the density is told, ascending, two or more; or how many, evenly over all frequencies; default 201. */
  readonly frequencies?: ArrayLike<number> | number;
  /** Also that of each atom; needs a mesh with eigenvectors; default whether it has them. */
  readonly projected?: boolean;
}

export interface MeanSquareDisplacements {
  /** K */
  readonly temperatures: Float64Array;
  /** ⟨u uᵀ⟩ in Å², Cartesian, [temperatures, atoms, 3, 3]. */
  readonly tensors: Float64Array;
  /** A third of their traces, [temperatures, atoms]. */
  readonly uIso: Float64Array;
}

/** K; from rest to 1000. */
const everyTenKelvin = Float64Array.from({ length: 101 }, (_, i) => 10 * i);

/** THz; slower modes have no finite amplitude, and are the crystal's motion as a whole or unstable. */
const slowest = 1e-3;

/** Frequencies on a regular mesh through the Brillouin zone. */
export class PhononMesh {
  readonly crystal: Crystal;
  readonly counts: readonly [number, number, number];
  /** Irreducible wave vectors, [m, 3], in fractions of the reciprocal vectors of `crystal`. */
  readonly qPoints: Float64Array;
  /** How many points of the mesh each stands for, [m]. */
  readonly weights: Float64Array;
  /** THz, [m, 3n], ascending; imaginary ones negative. */
  readonly frequencies: Float64Array;
  /** [m, 3n, 3n, 2] as of `phonons.modes`, where they were asked for. */
  readonly eigenvectors: Float64Array | undefined;
  private readonly mesh: QMesh;
  private readonly masses: Float64Array;

  private constructor(source: ModeSource, mesh: QMesh, modes: PhononModes) {
    this.crystal = source.crystal;
    this.masses = source.masses;
    this.mesh = mesh;
    this.counts = mesh.counts;
    this.qPoints = mesh.qPoints;
    this.weights = mesh.weights;
    this.frequencies = modes.frequencies;
    this.eigenvectors = modes.eigenvectors;
  }

  /** @internal */
  static of(source: ModeSource, mesh: QMesh, modes: PhononModes): PhononMesh {
    return new PhononMesh(source, mesh, modes);
  }

  /**
   * Density of states by the linear tetrahedron method, in states per THz and primitive cell. At each frequency it
   * is the mean of the interval that reaches halfway to its neighbours, so that the integral by trapezoids is the
   * count of states from the first frequency to the last: 3n over all of them, on any mesh. A band without dispersion
   * is a peak as wide as its interval.
   *
   * @throws {InvalidConfiguration} a projected one of a mesh without eigenvectors.
   * @see P. E. Blöchl, O. Jepsen & O. K. Andersen, Phys. Rev. B 49, 16223 (1994).
   * @example const { frequencies, total } = await mesh.dos();
   */
  dos(options: DosOptions = {}): Task<PhononDos> {
    requireTaskOptions("dos", options, ["frequencies", "projected"], "{ frequencies: 401 }");
    const { projected = this.eigenvectors !== undefined } = options;
    const at = frequencyAxis(options.frequencies ?? 201, this.frequencies);
    const atomCount = projected ? this.crystal.siteCount : 0;
    const { addresses, irreducible } = this.mesh;
    const shares = projected ? this.atomShares() : new Float64Array(0);
    return Runtime.of(options).run(
      {
        kernel: "tetrahedronDos",
        name: "dos",
        inputs: [this.frequencies, this.weights, addresses, irreducible, shares, at],
        params: [...this.counts, ...shortestDiagonal(this.crystal.lattice, this.counts), atomCount],
        decode: ([total, parts]) =>
          PhononDos.of(
            this.crystal,
            at,
            new Float64Array(total),
            projected ? new Float64Array(parts) : undefined,
          ),
      },
      options,
    );
  }

  /**
   * Harmonic thermal functions of the primitive cell, by its modes' sums: see `ThermalFunctions`.
   *
   * @param temperatures K, 0 or more; default every 10 K from 0 to 1000.
   * @throws {DomainError} a temperature below 0 or that is none.
   * @example mesh.thermal([300]).entropyJPerMolK[0] // 32.4 of copper
   */
  thermal(temperatures: ArrayLike<number> = everyTenKelvin): ThermalFunctions {
    return thermalFunctions(this, slowest, checkedTemperatures(temperatures));
  }

  /**
   * Mean square displacements of the atoms from their places,
   *
   *   ⟨u uᵀ⟩ = (1/N) Σ h/(8π² m ν) coth(hν/2kT) Re(e e†)
   *
   * over all modes but those of imaginary frequency and below 0.001 THz.
   *
   * @throws {InvalidConfiguration} a mesh without eigenvectors. @throws {DomainError} as of `thermal`.
   * @example mesh.meanSquareDisplacements([300]).uIso // Å²
   */
  meanSquareDisplacements(temperatures: ArrayLike<number>): MeanSquareDisplacements {
    const vectors = this.requireEigenvectors("mean square displacements");
    const list = checkedTemperatures(temperatures);
    const { siteCount } = this.crystal;
    const tensors = new Float64Array(9 * siteCount * list.length);
    list.forEach((temperature, index) => {
      const own = this.tensorsAt(temperature, vectors);
      tensors.set(this.symmetrized(own), 9 * siteCount * index);
    });
    const uIso = Float64Array.from({ length: siteCount * list.length }, (_, i) => {
      return (tensors[9 * i] + tensors[9 * i + 4] + tensors[9 * i + 8]) / 3;
    });
    return { temperatures: list, tensors, uIso };
  }

  private tensorsAt(temperature: number, vectors: Float64Array): Float64Array {
    const { frequencies, weights, masses } = this;
    const order = 3 * this.crystal.siteCount;
    const size = this.counts[0] * this.counts[1] * this.counts[2];
    const sums = new Float64Array(3 * order);
    frequencies.forEach((frequency, state) => {
      if (!(frequency > slowest)) return;
      const x = (quantum * electronVolt * frequency) / (2 * boltzmann * temperature);
      const weight = weights[Math.floor(state / order)] / size;
      const square = (weight * zeroPointSquare) / (frequency * Math.tanh(x));
      const e = vectors.subarray(2 * order * state, 2 * order * (state + 1));
      for (let i = 0; i < 3 * order; i++) {
        const a = 3 * Math.floor(i / 9) + (Math.floor(i / 3) % 3);
        const b = 3 * Math.floor(i / 9) + (i % 3);
        sums[i] += square * (e[2 * a] * e[2 * b] + e[2 * a + 1] * e[2 * b + 1]);
      }
    });
    return sums.map((value, i) => value / masses[Math.floor(i / 9)]);
  }

  /** The mean over the images under the group, which the irreducible points stand for. */
  private symmetrized(tensors: Float64Array): Float64Array {
    const { operations } = this.mesh;
    const mean = new Float64Array(tensors.length);
    for (const { cartRotation, image } of operations) {
      const back = transpose(cartRotation);
      image.forEach((to, atom) => {
        const tensor = tensors.subarray(9 * atom, 9 * atom + 9);
        const turned = multiply(multiply(cartRotation, tensor), back);
        for (let i = 0; i < 9; i++) mean[9 * to + i] += turned[i] / operations.length;
      });
    }
    return mean;
  }

  /** |e|² of each atom in each state, the mean over the states' images under the group. */
  private atomShares(): Float64Array {
    const vectors = this.requireEigenvectors("a projected density of states");
    const count = this.crystal.siteCount;
    const { operations } = this.mesh;
    const shares = new Float64Array(this.frequencies.length * count);
    const own = new Float64Array(count);
    for (let state = 0; state < this.frequencies.length; state++) {
      own.fill(0);
      const e = vectors.subarray(6 * count * state, 6 * count * (state + 1));
      for (let i = 0; i < e.length; i++) own[Math.floor(i / 6)] += e[i] * e[i];
      for (const { image } of operations) {
        for (let atom = 0; atom < count; atom++) {
          shares[state * count + image[atom]] += own[atom] / operations.length;
        }
      }
    }
    return shares;
  }

  private requireEigenvectors(what: string): Float64Array {
    if (this.eigenvectors !== undefined) return this.eigenvectors;
    throw new InvalidConfiguration(
      `${what} needs eigenvectors; make the mesh by phonons.mesh([${this.counts.join(", ")}], { eigenvectors: true })`,
      { counts: this.counts },
    );
  }

  /** "mesh 20 × 20 × 20: 256 irreducible of 8000 q-points, 0.15 to 7.81 THz". */
  toString(): string {
    const [low, high] = range(this.frequencies);
    const size = this.counts[0] * this.counts[1] * this.counts[2];
    return (
      `mesh ${this.counts.join(" × ")}: ${this.weights.length} irreducible of ${size} q-points, ` +
      `${low.toFixed(2)} to ${high.toFixed(2)} THz`
    );
  }
}

inspectAsText(PhononMesh);

function range(values: Float64Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function frequencyAxis(wanted: ArrayLike<number> | number, all: Float64Array): Float64Array {
  if (typeof wanted !== "number") {
    const list = Float64Array.from(wanted);
    const ascends = list.every(
      (value, i) => Number.isFinite(value) && (i === 0 || value > list[i - 1]),
    );
    if (ascends && list.length >= 2) return list;
    throw new DomainError(
      `frequencies must be two or more and ascend, as [0, 0.1, 0.2]; got ${show(wanted)}`,
      { frequencies: wanted },
    );
  }
  if (!Number.isInteger(wanted) || wanted < 2 || wanted > 1e6) {
    throw new DomainError(
      `frequencies must be a list or a count from 2 to 1000000, got ${show(wanted)}`,
      { frequencies: wanted },
    );
  }
  const [low, high] = range(all);
  const first = low > 0 ? 0 : low;
  // All equal, as of a mesh of Γ alone at rest: an interval about them.
  const last = high > first ? high : first + slowest;
  return Float64Array.from({ length: wanted }, (_, i) =>
    i === wanted - 1 ? last : first + ((last - first) * i) / (wanted - 1),
  );
}

function checkedTemperatures(temperatures: ArrayLike<number>): Float64Array {
  if (typeof temperatures !== "object" || temperatures === null) {
    throw new DomainError(`temperatures must be a list such as [300], got ${show(temperatures)}`, {
      temperatures,
    });
  }
  return Float64Array.from(temperatures, (value) =>
    requireInRange("a temperature", value, 0, 1e6, "K"),
  );
}
