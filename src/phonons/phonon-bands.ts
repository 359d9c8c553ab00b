import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";

/** A corner of the path, where it lies on the axis of the figure. */
export interface BandTick {
  /** "Γ"; of a jump "U|K". */
  readonly label: string;
  /** 1/Å along the path, without 2π. */
  readonly distance: number;
}

/** Frequencies along lines through the Brillouin zone. */
export class PhononBands {
  readonly crystal: Crystal;
  /** [m, 3], in fractions of the reciprocal vectors of `crystal`. */
  readonly qPoints: Float64Array;
  /** Length of the path up to each point in 1/Å, without 2π; jumps have none. */
  readonly distances: Float64Array;
  /** THz, [m, 3n], ascending; imaginary ones negative. */
  readonly frequencies: Float64Array;
  readonly ticks: readonly BandTick[];
  /** Index of the first point of each unbroken line. */
  readonly starts: readonly number[];

  private constructor(parts: Omit<PhononBands, "toString">) {
    this.crystal = parts.crystal;
    this.qPoints = parts.qPoints;
    this.distances = parts.distances;
    this.frequencies = parts.frequencies;
    this.ticks = parts.ticks;
    this.starts = parts.starts;
  }

  /** @internal */
  static of(parts: Omit<PhononBands, "toString">): PhononBands {
    return new PhononBands(parts);
  }

  /** "bands of Cu along Γ-X-U|K-Γ-L-W-X, 357 q-points, 0.00 to 7.82 THz". */
  toString(): string {
    const path = this.ticks.map(({ label }) => label).join("-");
    const lowest = this.frequencies.reduce((least, each) => Math.min(least, each), Infinity);
    const highest = this.frequencies.reduce((most, each) => Math.max(most, each), -Infinity);
    // Rounding at Γ is no imaginary mode.
    const from = lowest > -0.005 ? "0.00" : lowest.toFixed(2);
    return `bands of ${this.crystal.formula} along ${path}, ${this.qPoints.length / 3} q-points, ${from} to ${highest.toFixed(2)} THz`;
  }
}

inspectAsText(PhononBands);
