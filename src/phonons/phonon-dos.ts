import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";

/** How many vibrations a primitive cell has at each frequency. */
export class PhononDos {
  readonly crystal: Crystal;
  /** THz */
  readonly frequencies: Float64Array;
  /** States per THz and primitive cell, [f]; the mean from halfway to the frequency before to halfway to the next. */
  readonly total: Float64Array;
  /** That of each atom, [n, f], whose sum is the total; where it was asked for. */
  readonly projected: Float64Array | undefined;

  private constructor(
    crystal: Crystal,
    frequencies: Float64Array,
    total: Float64Array,
    projected: Float64Array | undefined,
  ) {
    this.crystal = crystal;
    this.frequencies = frequencies;
    this.total = total;
    this.projected = projected;
  }

  /** @internal */
  static of(
    crystal: Crystal,
    frequencies: Float64Array,
    total: Float64Array,
    projected: Float64Array | undefined,
  ): PhononDos {
    return new PhononDos(crystal, frequencies, total, projected);
  }

  /** "density of states of Cu at 201 frequencies up to 7.81 THz". */
  toString(): string {
    const { length } = this.frequencies;
    return `density of states of ${this.crystal.formula} at ${length} frequencies up to ${this.frequencies[length - 1].toFixed(2)} THz`;
  }
}

inspectAsText(PhononDos);
