import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { Lattice } from "../lattice/lattice.js";
import type { Potential } from "../potentials/potential.js";

/** Why a relaxation ended, in the order of the engine. */
const reasons = ["converged", "maxSteps", "broken", "stalled"] as const;

export interface RelaxationStep {
  readonly step: number;
  /** eV; the enthalpy under pressure. */
  readonly energy: number;
  /** eV/Å */
  readonly fmax: number;
  readonly stressGPa: number;
}

/** A structure on the way. */
export interface RelaxationFrame {
  readonly step: number;
  /** eV; the enthalpy under pressure. */
  readonly energy: number;
  /** eV/Å */
  readonly fmax: number;
  readonly crystal: Crystal;
}

/** Numbers before the positions of a frame: step, energy, fmax, lattice. */
const frameHead = 12;

/** Where a relaxation has come to. */
export class Relaxation {
  readonly crystal: Crystal;
  /** eV, of the whole cell. */
  readonly energy: number;
  /** eV; E + pV. */
  readonly enthalpy: number;
  readonly converged: boolean;
  /**
   * "converged"; "maxSteps": more steps are needed; "stalled": no step goes down any more, as the
   * forces are below what the numbers tell, or the potential has a jump there; "broken": every
   * step led to where the energy is no number, as when atoms collapse.
   */
  readonly reason: (typeof reasons)[number];
  readonly steps: number;
  /** Evaluations of energy and forces, which cost nearly all of the time. */
  readonly evaluations: number;
  /** eV/Å; the longest force. */
  readonly fmax: number;
  /** eV/Å, [n, 3]; also of sites that were fixed. */
  readonly forces: Float64Array;
  /** eV/Å³ as xx, yy, zz, yz, xz, xy, positive under tension. */
  readonly stress: Float64Array;
  /** eV, [n] */
  readonly energies: Float64Array;
  /** Of the potential at the end, as those of `evaluate`; "NOT_CONVERGED" with what may help. */
  readonly warnings: readonly CrystalWarning[];
  private readonly frameNumbers: Float64Array;

  private constructor(start: Crystal, potential: Potential, outputs: readonly ArrayBuffer[]) {
    const [summary, lattice, frac, forces, energies, frames] = outputs.map(
      (output) => new Float64Array(output),
    );
    this.crystal = start.withLattice(Lattice.fromMatrix(lattice)).withPositions(frac);
    this.reason = reasons[summary[0]];
    this.converged = this.reason === "converged";
    this.steps = summary[1];
    this.evaluations = summary[2];
    this.energy = summary[3];
    this.enthalpy = summary[4];
    this.fmax = summary[5];
    this.stress = summary.slice(7, 13);
    this.warnings = [...potential.warningsFor(start, summary[13]), ...this.notConverged()];
    this.forces = forces;
    this.energies = energies;
    this.frameNumbers = frames;
  }

  /** @internal */
  static of(start: Crystal, potential: Potential, outputs: readonly ArrayBuffer[]): Relaxation {
    return new Relaxation(start, potential, outputs);
  }

  /** The way here, first to last: every so many steps, so that it stays short. */
  get frames(): readonly RelaxationFrame[] {
    const size = frameHead + 3 * this.crystal.siteCount;
    return Array.from({ length: this.frameNumbers.length / size }, (_, index) => {
      const numbers = this.frameNumbers.subarray(index * size, (index + 1) * size);
      const [step, energy, fmax] = numbers;
      const lattice = Lattice.fromMatrix(numbers.slice(3, frameHead));
      const crystal = this.crystal
        .withLattice(lattice)
        .withPositions(numbers.subarray(frameHead), "cart");
      return { step, energy, fmax, crystal };
    });
  }

  private notConverged(): CrystalWarning[] {
    const { reason, steps, fmax } = this;
    if (reason === "converged" || steps === 0) return [];
    const left = `forces of ${fmax.toExponential(1)} eV/Å are left`;
    const message = {
      maxSteps: `${steps} steps were not enough, ${left}: relax this crystal again, give a larger maxSteps, or method: "fire"`,
      stalled: `no step lowers the energy any more, ${left}: a potential that jumps at its cutoff does that (its option shift: true mends it), and an fmax below what the numbers tell`,
      broken:
        "every step led to where the energy is no number, as where atoms collapse: a potential without repulsion at short distance needs a term that has it (plus), and a crystal that starts too dense a larger cell",
    }[reason];
    return [{ code: "NOT_CONVERGED", message }];
  }

  /** "converged after 12 steps: -14.1609 eV, fmax 0.0004 eV/Å". */
  toString(): string {
    const end = this.converged ? "converged" : `not converged (${this.reason})`;
    return `${end} after ${this.steps} steps: ${this.energy.toFixed(4)} eV, fmax ${this.fmax.toExponential(1)} eV/Å`;
  }
}

inspectAsText(Relaxation);
