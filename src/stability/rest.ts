import { gigapascals } from "../base/units.js";
import type { Crystal } from "../crystal/crystal.js";
import type { PotentialEvaluation } from "../potentials/potential.js";
import { radiiOf } from "./geometric.js";
import type { Trial } from "./trial.js";

/** The directions in which a crystal repeats, as orthonormal vectors, and what their stress is measured in. */
export interface PeriodicSpace {
  readonly axes: readonly (readonly [number, number, number])[];
  /** Of one eV/Å³ over the whole cell: GPa, GPa·nm = N/m of a sheet, GPa·nm² = nN of a chain. */
  readonly factor: number;
  readonly unit: "GPa" | "N/m" | "nN";
}

/** Gram and Schmidt's; without axes for a cluster. */
export function periodicSpace({ lattice, periodic }: Crystal): PeriodicSpace {
  const axes: [number, number, number][] = [];
  let content = 1;
  for (let k = 0; k < 3; k++) {
    if (!periodic[k]) continue;
    const v = [...lattice.matrix.subarray(3 * k, 3 * k + 3)];
    for (const axis of axes) {
      const along = dot(v, axis);
      for (let i = 0; i < 3; i++) v[i] -= along * axis[i];
    }
    const length = Math.hypot(...v);
    content *= length;
    axes.push([v[0] / length, v[1] / length, v[2] / length]);
  }
  const across = lattice.volume / content;
  const missing = 3 - axes.length;
  return {
    axes,
    factor: (gigapascals * (missing === 0 ? 1 : across)) / 10 ** missing,
    unit: (["GPa", "N/m", "nN"] as const)[missing] ?? "nN",
  };
}

/** Of the symmetric tensor xx, yy, zz, yz, xz, xy: e · σ · f. */
export function component(
  stress: ArrayLike<number>,
  e: readonly number[],
  f: readonly number[],
): number {
  const [xx, yy, zz, yz, xz, xy] = Array.from(stress);
  return (
    e[0] * (xx * f[0] + xy * f[1] + xz * f[2]) +
    e[1] * (xy * f[0] + yy * f[1] + yz * f[2]) +
    e[2] * (xz * f[0] + yz * f[1] + zz * f[2])
  );
}

/** Last words of the names of values. */
export const unitNames: Readonly<Record<PeriodicSpace["unit"], string>> = {
  GPa: "GPa",
  "N/m": "NPerM",
  nN: "NN",
};

export interface Rest {
  /** eV/Å */
  readonly longestForce: number;
  /** The site it acts on. */
  readonly site: number;
  /** Largest component in the periodic directions, less the pressure, in `unit`; undefined of clusters. */
  readonly stress: number | undefined;
  readonly unit: PeriodicSpace["unit"];
}

/** How far a crystal is from being at rest under a pressure. */
export function restOf(
  crystal: Crystal,
  { forces, stress }: PotentialEvaluation,
  pressureGPa: number,
): Rest {
  let longestForce = 0;
  let site = 0;
  for (let i = 0; i < crystal.siteCount; i++) {
    const force = Math.hypot(forces[3 * i], forces[3 * i + 1], forces[3 * i + 2]);
    if (force <= longestForce) continue;
    longestForce = force;
    site = i;
  }
  const { axes, factor, unit } = periodicSpace(crystal);
  let largest: number | undefined;
  axes.forEach((e, i) => {
    axes.forEach((f, j) => {
      const own = component(stress, e, f) * factor + (i === j ? pressureGPa : 0);
      if (largest === undefined || Math.abs(own) > Math.abs(largest)) largest = own;
    });
  });
  return { longestForce, site, stress: largest, unit };
}

/** Of the cohesive energy over a diameter: in close-packed Lennard-Jones crystals some 0.1 % of a distance from rest. */
const forceShare = 0.04;
/** eV/Å; that of `relax`. */
const usualFmax = 1e-3;
const slack = 2;

/** eV/Å; the longest force that counts as rest. @param bound eV an atom. */
export function restingForce(trial: Trial, bound: number | undefined): number {
  const { thresholds, forceByCohesion, relax } = trial.checked;
  if (!forceByCohesion || bound === undefined || !(bound > 0)) return thresholds.fmax;
  const radii = radiiOf(trial);
  const diameter = (2 * radii.reduce((sum, radius) => sum + radius, 0)) / radii.length;
  const least = slack * (relax?.fmax ?? usualFmax);
  return Math.min(thresholds.fmax, Math.max(least, (forceShare * bound) / diameter));
}

function dot(u: readonly number[], v: readonly number[]): number {
  return u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
}
