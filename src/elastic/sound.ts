import type { Vec3 } from "../math/mat3.js";
import { symmetricEigen } from "../math/symmetric-eigen.js";
import { rowOf } from "../math/vec3.js";
import { component } from "./voigt.js";

/** A plane wave of long wavelength. */
export interface SoundWave {
  /** Phase velocity; below 0, −√|λ/ρ|, where the wave grows instead: the crystal is unstable. */
  readonly velocityMPerS: number;
  /** Cartesian, of length 1: the way the atoms move. */
  readonly polarization: Vec3;
}

/** Of a polycrystal without texture, by Hill's moduli. */
export interface IsotropicSound {
  /** √((K + 4G/3)/ρ) */
  readonly longitudinalMPerS: number;
  /** √(G/ρ) */
  readonly transverseMPerS: number;
  /** [(1/v_l³ + 2/v_t³)/3]^(−1/3), which counts the waves as Debye does. */
  readonly meanMPerS: number;
}

/** √(GPa/(g/cm³)) = 1000 m/s. */
const metersPerSecond = 1000;

/** Slowest first; density in g/cm³. */
export function soundWaves(c: ArrayLike<number>, density: number, n: Vec3): readonly SoundWave[] {
  const christoffel = Float64Array.from({ length: 9 }, (_, index) => {
    const [i, k] = [Math.floor(index / 3), index % 3];
    let sum = 0;
    for (let j = 0; j < 3; j++) {
      for (let l = 0; l < 3; l++) sum += component(c, i, j, k, l) * n[j] * n[l];
    }
    return sum;
  });
  const { values, vectors } = symmetricEigen(christoffel);
  return Array.from(values, (value, index) => ({
    velocityMPerS: Math.sign(value) * metersPerSecond * Math.sqrt(Math.abs(value) / density),
    polarization: rowOf(vectors, index),
  }));
}

/** Moduli in GPa, above 0; density in g/cm³. */
export function isotropicSound(bulk: number, shear: number, density: number): IsotropicSound {
  const longitudinalMPerS = metersPerSecond * Math.sqrt((bulk + (4 / 3) * shear) / density);
  const transverseMPerS = metersPerSecond * Math.sqrt(shear / density);
  const meanMPerS = ((longitudinalMPerS ** -3 + 2 * transverseMPerS ** -3) / 3) ** (-1 / 3);
  return { longitudinalMPerS, transverseMPerS, meanMPerS };
}

/** h/k_B in K s; exact by the SI of 2019. */
const planckOverBoltzmann = 6.62607015e-34 / 1.380649e-23;

/** Θ = (h/k_B) v_m (3/(4π Ω))^(1/3) in K, with Ω the volume of an atom in Å³. */
export function debyeTemperature(meanMPerS: number, atomicVolume: number): number {
  const density = 1e30 / atomicVolume;
  return planckOverBoltzmann * meanMPerS * ((3 * density) / (4 * Math.PI)) ** (1 / 3);
}
