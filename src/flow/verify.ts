import type { Crystal } from "../crystal/crystal.js";
import { rowsTimes } from "../math/mat3.js";
import type { Relaxation } from "../optimize/relaxation.js";
import { type FlowReasonCode, Refusal } from "./flow-record.js";
import { type EvaluatedState, enthalpyOf } from "./flow-state.js";

/** One thing that must hold before a flow commits. */
export interface FlowCheck {
  /**
   * "contents": sites, species and directions are those that it was given. "reproduced": an evaluation of
   * its own gives the energy and the forces that the optimisation told. "energy": it is not higher than
   * before. "volume", "displacement": see the options. "stability": what `stability` says.
   */
  readonly name: "contents" | "reproduced" | "energy" | "volume" | "displacement" | "stability";
  readonly passed: boolean;
  readonly detail: string;
  /** Of the reason, where it has not passed. */
  readonly code: FlowReasonCode;
}

/** What the last state is held against. */
export interface Expected {
  /** Where the optimisation began. */
  readonly start: EvaluatedState;
  /** Undefined where nothing was optimised. */
  readonly relaxation: Relaxation | undefined;
  readonly pressureGPa: number;
  readonly maxVolumeRatio: number;
  readonly maxDisplacement: number;
}

/** eV an atom; differences of two sums in other orders. */
const energyTolerance = 1e-6;
/** eV/Å */
const forceTolerance = 1e-3;

/** Everything but stability. */
export function validity(end: EvaluatedState, expected: Expected): FlowCheck[] {
  const { start, relaxation } = expected;
  const displacement = Number.isFinite(expected.maxDisplacement) ? [displaced(end, expected)] : [];
  return [
    contents(start.crystal, end.crystal),
    ...(relaxation === undefined ? [] : [reproduced(end, relaxation)]),
    notHigher(end, expected),
    volume(end, expected),
    ...displacement,
  ];
}

function contents(start: Crystal, end: Crystal): FlowCheck {
  const passed =
    start.siteCount === end.siteCount &&
    start.numbers.every((number, site) => number === end.numbers[site]) &&
    start.periodic.every((flag, k) => flag === end.periodic[k]);
  const detail = passed
    ? `sites and species are those of ${start.cellFormula}`
    : `${start.cellFormula} became ${end.cellFormula}`;
  return { name: "contents", passed, detail, code: "CHANGED" };
}

function reproduced(end: EvaluatedState, relaxation: Relaxation): FlowCheck {
  const { siteCount } = end.crystal;
  const energy = Math.abs(end.energy - relaxation.energy) / siteCount;
  let force = 0;
  for (let i = 0; i < end.forces.length; i++) {
    force = Math.max(force, Math.abs(end.forces[i] - relaxation.forces[i]));
  }
  const passed = energy <= energyTolerance && force <= forceTolerance;
  const detail = `evaluated again, the energy differs by ${energy.toExponential(1)} eV/atom, forces by up to ${force.toExponential(1)} eV/Å`;
  return { name: "reproduced", passed, detail, code: "NOT_REPRODUCED" };
}

function notHigher(end: EvaluatedState, { start, pressureGPa }: Expected): FlowCheck {
  const rise = enthalpyOf(end, pressureGPa) - enthalpyOf(start, pressureGPa);
  const perAtom = rise / end.crystal.siteCount;
  const passed = perAtom <= energyTolerance;
  const what = pressureGPa === 0 ? "energy" : "enthalpy";
  const milli = (1000 * Math.abs(perAtom)).toPrecision(3);
  const way = passed
    ? perAtom < -energyTolerance
      ? `fell by ${milli} meV/atom`
      : "is the same"
    : `rose by ${milli} meV/atom`;
  return { name: "energy", passed, detail: `the ${what} ${way}`, code: "ENERGY_ROSE" };
}

function volume(end: EvaluatedState, { start, maxVolumeRatio }: Expected): FlowCheck {
  const ratio = end.crystal.lattice.volume / start.crystal.lattice.volume;
  const passed = ratio <= maxVolumeRatio && ratio >= 1 / maxVolumeRatio;
  const limit = passed ? "" : `, beyond maxVolumeRatio = ${maxVolumeRatio}`;
  const detail = `the volume changed by a factor of ${ratio.toFixed(4)}${limit}`;
  return { name: "volume", passed, detail, code: "COLLAPSED" };
}

function displaced(end: EvaluatedState, { start, maxDisplacement }: Expected): FlowCheck {
  const most = largestDisplacement(start.crystal, end.crystal);
  const passed = most <= maxDisplacement;
  const limit = passed ? "" : `, farther than maxDisplacement = ${maxDisplacement} Å`;
  const detail = `a site moved by up to ${most.toFixed(3)} Å${limit}`;
  return { name: "displacement", passed, detail, code: "CHANGED" };
}

/** Å; of the sites against the cell, in the last one. */
function largestDisplacement(start: Crystal, end: Crystal): number {
  const moves = end.fracPositions.map((value, i) => {
    const move = value - start.fracPositions[i];
    return end.periodic[i % 3] ? move - Math.round(move) : move;
  });
  const cart = rowsTimes(moves, end.lattice.matrix);
  let square = 0;
  for (let i = 0; i < cart.length; i += 3) {
    square = Math.max(square, cart[i] ** 2 + cart[i + 1] ** 2 + cart[i + 2] ** 2);
  }
  return Math.sqrt(square);
}

/** @throws {Refusal} where a check has not passed, with the details of all that have not. */
export function requirePassed(checks: readonly FlowCheck[]): void {
  const failed = checks.filter(({ passed }) => !passed);
  if (failed.length === 0) return;
  throw new Refusal(failed[0].code, failed.map(({ detail }) => detail).join("; "), {
    failed: failed.map(({ name }) => name),
  });
}
