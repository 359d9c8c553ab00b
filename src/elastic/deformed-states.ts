import type { Crystal } from "../crystal/crystal.js";
import type { CrystalWarning } from "../crystal/crystal-parts.js";
import { Lattice } from "../lattice/lattice.js";
import type { Potential } from "../potentials/potential.js";
import { Runtime } from "../runtime/runtime.js";
import type { Task } from "../runtime/task.js";
import type { TaskOptions } from "../runtime/task-options.js";

/** What comes to rest in a deformed state, in the order of the engine. */
export const relaxations = ["nothing", "positions", "shape"] as const;

export interface Settling {
  readonly relaxed: (typeof relaxations)[number];
  /** eV/Å */
  readonly fmax: number;
  /** eV/Å³ */
  readonly stress: number;
  readonly maxSteps: number;
}

export interface DeformedState {
  readonly converged: boolean;
  readonly evaluations: number;
  /** eV */
  readonly energy: number;
  /** Å³ */
  readonly volume: number;
  /** eV/Å */
  readonly fmax: number;
  /** eV/Å³ in Voigt's order. */
  readonly stress: Float64Array;
  /** Sites whose density lies beyond its table. */
  readonly beyondTable: number;
}

export interface DeformedStates {
  /** At rest, not deformed. */
  readonly start: DeformedState;
  readonly crystal: Crystal;
  readonly states: readonly DeformedState[];
  /** Of the potential, each for the state that has most of it. */
  readonly warnings: readonly CrystalWarning[];
}

/** Numbers of a state; `native/src/jobs/deformed_states.zig` writes them. */
const rowLength = 14;
/** Å */
const longestStep = 0.2;

/** A crystal at rest, and from there under each of some deformations x' = F x. */
export function deformedStates<T>(
  name: string,
  crystal: Crystal,
  potential: Potential,
  deformations: readonly ArrayLike<number>[],
  { relaxed, fmax, stress, maxSteps }: Settling,
  decode: (result: DeformedStates) => T,
  options: TaskOptions,
): Task<T> {
  const numbers = Float64Array.from(deformations.flatMap((each) => Array.from(each)));
  return Runtime.of(options).run(
    {
      kernel: "deformedStates",
      name,
      inputs: [...potential.inputsFor(crystal), numbers],
      params: [relaxations.indexOf(relaxed), fmax, stress, maxSteps, longestStep],
      decode: (outputs) => {
        const [rows, lattice, frac] = outputs.map((output) => new Float64Array(output));
        const [start, ...states] = Array.from({ length: rows.length / rowLength }, (_, row) =>
          stateOf(rows.subarray(row * rowLength, (row + 1) * rowLength)),
        );
        const atRest =
          relaxed === "nothing"
            ? crystal
            : crystal.withLattice(Lattice.fromMatrix(lattice)).withPositions(frac);
        const beyondTable = [start, ...states].map((state) => state.beyondTable);
        const warnings = potential.warningsFor(crystal, Math.max(...beyondTable));
        return decode({ start, crystal: atRest, states, warnings });
      },
    },
    options,
  );
}

function stateOf(row: Float64Array): DeformedState {
  const [end, , evaluations, energy, volume, fmax] = row;
  const [stress, beyondTable] = [row.slice(7, 13), row[13]];
  return { converged: end === 0, evaluations, energy, volume, fmax, stress, beyondTable };
}
