import { inspectAsText } from "../base/inspect.js";
import type { Crystal } from "../crystal/crystal.js";
import { avogadro, boltzmann, electronVolt, quantum } from "./units.js";

/** What the functions are sums over. */
interface States {
  readonly crystal: Crystal;
  readonly counts: readonly [number, number, number];
  readonly weights: Float64Array;
  readonly frequencies: Float64Array;
}

/** J/K/mol of 1 eV/K and particle. */
const perMole = electronVolt * avogadro;
/** eV/K */
const k = boltzmann / electronVolt;

/**
 * Thermal functions of harmonic vibrations for one primitive cell, or a mole of them; x = hν/kT:
 *
 *   F = Σ hν/2 + kT ln(1 − e⁻ˣ),  U = Σ hν (1/2 + 1/(eˣ − 1)),
 *   S = (U − F)/T,                 Cv = Σ k x² eˣ/(eˣ − 1)²
 */
export class ThermalFunctions {
  readonly crystal: Crystal;
  /** K */
  readonly temperatures: Float64Array;
  /** F in eV. */
  readonly freeEnergy: Float64Array;
  /** U in eV. */
  readonly internalEnergy: Float64Array;
  /** S in J/mol/K. */
  readonly entropyJPerMolK: Float64Array;
  /** Cv in J/mol/K. */
  readonly heatCapacityJPerMolK: Float64Array;
  /** eV; of all vibrations at rest. */
  readonly zeroPointEnergy: number;
  /** The share of states left out: imaginary ones, and those below 0.001 THz. */
  readonly leftOut: number;

  /** @internal */
  constructor(
    crystal: Crystal,
    temperatures: Float64Array,
    rows: readonly (readonly number[])[],
    zeroPointEnergy: number,
    leftOut: number,
  ) {
    this.crystal = crystal;
    this.temperatures = temperatures;
    this.freeEnergy = Float64Array.from(rows, ([free]) => free);
    this.internalEnergy = Float64Array.from(rows, ([, internal]) => internal);
    this.entropyJPerMolK = Float64Array.from(rows, ([, , entropy]) => entropy * perMole);
    this.heatCapacityJPerMolK = Float64Array.from(rows, ([, , , capacity]) => capacity * perMole);
    this.zeroPointEnergy = zeroPointEnergy;
    this.leftOut = leftOut;
  }

  /** "thermal functions of Cu at 101 temperatures from 0 to 1000 K". */
  toString(): string {
    const { temperatures } = this;
    const [first, last] = [temperatures[0], temperatures[temperatures.length - 1]];
    const span = temperatures.length === 1 ? `at ${first} K` : `from ${first} to ${last} K`;
    return `thermal functions of ${this.crystal.formula} ${span}`;
  }
}

inspectAsText(ThermalFunctions);

/** @see PhononMesh.thermal */
export function thermalFunctions(
  states: States,
  slowest: number,
  temperatures: Float64Array,
): ThermalFunctions {
  const { crystal, counts, weights, frequencies } = states;
  const size = counts[0] * counts[1] * counts[2];
  const bands = frequencies.length / weights.length;
  const energies: number[] = [];
  const shares: number[] = [];
  let zeroPoint = 0;
  let leftOut = 0;
  frequencies.forEach((frequency, state) => {
    const share = weights[Math.floor(state / bands)] / size;
    if (!(frequency > slowest)) {
      leftOut += share / bands;
      return;
    }
    energies.push(quantum * frequency);
    shares.push(share);
    zeroPoint += (share * quantum * frequency) / 2;
  });
  const rows = Array.from(temperatures, (temperature) =>
    temperature === 0
      ? [zeroPoint, zeroPoint, 0, 0]
      : functionsAt(temperature, energies, shares, zeroPoint),
  );
  return new ThermalFunctions(crystal, temperatures, rows, zeroPoint, leftOut);
}

/** F, U, S and Cv in eV and eV/K. */
function functionsAt(
  temperature: number,
  energies: readonly number[],
  shares: readonly number[],
  zeroPoint: number,
): number[] {
  let [free, internal, capacity] = [zeroPoint, zeroPoint, 0];
  for (let i = 0; i < energies.length; i++) {
    const x = energies[i] / (k * temperature);
    const decay = Math.exp(-x);
    const occupation = decay / -Math.expm1(-x);
    free += shares[i] * k * temperature * Math.log(-Math.expm1(-x));
    internal += shares[i] * energies[i] * occupation;
    capacity += shares[i] * k * x * x * occupation * (1 + occupation);
  }
  return [free, internal, (internal - free) / temperature, capacity];
}
