import { requireInRange } from "../base/check.js";
import { DomainError, SymmetryError } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";
import { requireOptions } from "../base/suggest.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import { largestSymprec } from "./analysis.js";
import { symmetry } from "./symmetry.js";

export interface ToleranceScanOptions {
  /** Å; default 1e-5. */
  readonly from?: number;
  /** Å; default 0.5, or the largest that fits the cell. */
  readonly to?: number;
  /** How many tolerances, in equal ratios, both ends included; default 25. */
  readonly steps?: number;
}

/** What is found with one tolerance. */
export interface ToleranceStep {
  /** Å. */
  readonly symprec: number;
  /** Undefined where nothing is found. */
  readonly spaceGroupNumber: number | undefined;
  readonly internationalSymbol: string | undefined;
  /** Orbits of sites. */
  readonly orbitCount: number | undefined;
  /** Why nothing is found. */
  readonly failure: string | undefined;
}

/** Neighbouring tolerances that give the same group. */
export interface TolerancePlateau {
  /** Å; the first and the last tolerance of it. */
  readonly from: number;
  readonly to: number;
  readonly spaceGroupNumber: number | undefined;
  readonly internationalSymbol: string | undefined;
  /** Tolerances on it. */
  readonly stepCount: number;
}

/** The groups of a crystal over the tolerance. */
export class ToleranceScan {
  /** Ascending symprec. */
  readonly steps: readonly ToleranceStep[];
  readonly plateaus: readonly TolerancePlateau[];

  /** @internal Made by `toleranceScan`. */
  constructor(steps: readonly ToleranceStep[]) {
    this.steps = steps;
    this.plateaus = plateausOf(steps);
  }

  /** "P2_1/c from 1e-5 to 0.0032 Å, Pnma from 0.005 to 0.5 Å" */
  toString(): string {
    return this.plateaus
      .map(({ from, to, internationalSymbol = "no group" }) => {
        const [low, high] = [from, to].map((value) => Number(value.toPrecision(2)));
        return `${internationalSymbol} ${low === high ? `at ${low}` : `from ${low} to ${high}`} Å`;
      })
      .join(", ");
  }
}

inspectAsText(ToleranceScan);

/**
 * The space group of a crystal for a range of tolerances: a group that lasts over a wide plateau is
 * the crystal's, one that comes and goes is noise. As long as that many calls of `symmetry`, on the
 * JavaScript thread: some tens of milliseconds for a hundred sites. `toleranceScanAsync` is for more.
 *
 * @throws {DomainError} tolerances not above 0, `to` not above `from`, or too large for the cell; steps
 *   not a whole number from 2 to 1000.
 * @throws {SymmetryError} a crystal that is not periodic in three directions, or a cell that is too long.
 * @example toleranceScan(relaxed).plateaus // [{ internationalSymbol: "P1", from: 1e-5, ... }, ...]
 */
export function toleranceScan(crystal: Crystal, options: ToleranceScanOptions = {}): ToleranceScan {
  requireOptions("toleranceScan", options, scanFields, scanExample);
  return new ToleranceScan(
    scannedTolerances(crystal, options).map((symprec) => toleranceStep(crystal, symprec)),
  );
}

export const scanFields = ["from", "to", "steps"] as const;
export const scanExample = "{ from: 1e-5, to: 0.5, steps: 25 }";

/** Ascending, Å. Errors as of `toleranceScan`. */
export function scannedTolerances(crystal: Crystal, options: ToleranceScanOptions): number[] {
  requireCrystal(crystal);
  const limit = largestSymprec(crystal);
  const { from = Math.min(1e-5, limit / 10), to = Math.min(0.5, limit), steps = 25 } = options;
  requireInRange("from", from, Number.MIN_VALUE, limit, "Å");
  requireInRange("to", to, Number.MIN_VALUE, limit, "Å");
  requireInRange("steps", steps, 2, 1000);
  if (from >= to || !Number.isInteger(steps)) {
    throw new DomainError(
      `a tolerance scan needs from < to and a whole number of steps, got from = ${from} Å, to = ${to} Å, ` +
        `steps = ${steps}`,
      { from, to, steps },
    );
  }
  const ratio = (to / from) ** (1 / (steps - 1));
  return Array.from({ length: steps }, (_, i) => (i === steps - 1 ? to : from * ratio ** i));
}

export function toleranceStep(crystal: Crystal, symprec: number): ToleranceStep {
  try {
    const { spaceGroupNumber, internationalSymbol, orbits } = symmetry(crystal, { symprec });
    const orbitCount = new Set(orbits).size;
    return { symprec, spaceGroupNumber, internationalSymbol, orbitCount, failure: undefined };
  } catch (error) {
    if (!(error instanceof SymmetryError)) throw error;
    return {
      symprec,
      spaceGroupNumber: undefined,
      internationalSymbol: undefined,
      orbitCount: undefined,
      failure: error.message,
    };
  }
}

function plateausOf(steps: readonly ToleranceStep[]): TolerancePlateau[] {
  const plateaus: TolerancePlateau[] = [];
  for (const { symprec, spaceGroupNumber, internationalSymbol } of steps) {
    const last = plateaus.at(-1);
    if (last && last.spaceGroupNumber === spaceGroupNumber) {
      plateaus[plateaus.length - 1] = { ...last, to: symprec, stepCount: last.stepCount + 1 };
    } else {
      const [from, to] = [symprec, symprec];
      plateaus.push({ from, to, spaceGroupNumber, internationalSymbol, stepCount: 1 });
    }
  }
  return plateaus;
}
