import {
  Crystal,
  harmonic,
  Lattice,
  lennardJones,
  molecularDynamics,
  morse,
  show,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { argon, kelvin, masses, mean, variance } from "./reduced.js";

const potential = lennardJones({ epsilon: 1, sigma: 1, cutoff: 2.5 });
const base = { masses, timeStepFs: 0.005, frames: 0 };

describe.each(["langevin", "bussi"] as const)("the canonical ensemble by %s", (ensemble) => {
  it("has the mean and the fluctuations of the kinetic energy", async () => {
    const run = await molecularDynamics(argon(2), potential, {
      ...base,
      ensemble,
      temperature: 1.2 * kelvin,
      damping: 0.1,
      steps: 100_000,
      sampleEvery: 20,
      seed: 2,
    });
    const temperatures = run.samples.temperature.slice(500).map((value) => value / kelvin);
    // Samples 0.1 apart in units of the damping are nearly independent; the bounds are four of their errors.
    const expected = (2 * 1.2 ** 2) / run.degreesOfFreedom;
    const independent = temperatures.length / 3;
    expect(Math.abs(mean(temperatures) - 1.2)).toBeLessThan(
      4 * Math.sqrt(expected / independent) + 0.005,
    );
    expect(Math.abs(variance(temperatures) / expected - 1)).toBeLessThan(
      4 * Math.sqrt(2 / independent),
    );
  }, 60_000);

  it("shares the energy evenly between light and heavy atoms and all directions", async () => {
    const mixed = Crystal.create({
      lattice: Lattice.cubic((4 / 0.8442) ** (1 / 3)),
      species: ["Ar", "Ne", "Ar", "Ne"],
      fracPositions: [0, 0, 0, 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5],
    }).supercell([3, 3, 3]);
    const both = { Ar: masses.Ar, Ne: masses.Ar / 5 };
    let current = await molecularDynamics(mixed, potential, {
      ...base,
      ensemble,
      masses: both,
      timeStepFs: 0.003,
      temperature: kelvin,
      damping: 0.2,
      steps: 2000,
    });
    const kinetic = { Ar: [0, 0, 0], Ne: [0, 0, 0] };
    const rounds = 150;
    for (let round = 0; round < rounds; round++) {
      current = await molecularDynamics(mixed, potential, {
        ...base,
        ensemble,
        masses: both,
        timeStepFs: 0.003,
        temperature: kelvin,
        damping: 0.2,
        steps: 100,
        continueFrom: current,
      });
      mixed.sites.forEach((site, index) => {
        const symbol = site.occupants[0].species.symbol as "Ar" | "Ne";
        for (let axis = 0; axis < 3; axis++) {
          const v = current.velocities[3 * index + axis];
          kinetic[symbol][axis] += (v * v * both[symbol]) / (54 * rounds * masses.Ar);
        }
      });
    }
    // ⟨m v²⟩ = kT along each axis; 54 atoms and 150 rounds leave 1.6 % of error.
    for (const axes of Object.values(kinetic)) {
      for (const value of axes) expect(Math.abs(value - 1)).toBeLessThan(0.06);
    }
  }, 60_000);
});

it("a liquid has the energy and pressure of LAMMPS' liquid", async () => {
  const melt = await molecularDynamics(argon(5), potential, {
    ...base,
    ensemble: "langevin",
    temperature: 1.4 * kelvin,
    damping: 0.5,
    steps: 1500,
  });
  const settled = await molecularDynamics(melt.crystal, potential, {
    ...base,
    ensemble: "bussi",
    temperature: 0.722 * kelvin,
    damping: 0.5,
    steps: 1500,
  });
  const { samples, pairDistribution, velocityCorrelation } = await molecularDynamics(
    settled.crystal,
    potential,
    {
      ...base,
      ensemble: "bussi",
      temperature: 0.722 * kelvin,
      damping: 0.5,
      steps: 8000,
      sampleEvery: 20,
      pairDistances: { rMax: 4, bins: 160 },
      velocityCorrelation: { window: 300 },
    },
  );
  // LAMMPS' means: see test/golden/dynamics/SOURCE.md. This run is short: ±0.01 and ±0.06.
  expect(Math.abs(mean(samples.potentialEnergy) / 500 + 5.638)).toBeLessThan(0.03);
  expect(Math.abs(mean(samples.pressureGPa) / 160.2176634 - 0.906)).toBeLessThan(0.2);
  const { r, g, coordination } = pairDistribution!;
  const peak = g.indexOf(Math.max(...g));
  expect(r[peak]).toBeGreaterThan(1.03);
  expect(r[peak]).toBeLessThan(1.15);
  expect(g[peak]).toBeGreaterThan(2.5);
  expect(Math.max(...g.slice(0, 32))).toBe(0);
  expect(coordination.at(-1)).toBeCloseTo((4 / 3) * Math.PI * 4 ** 3 * 0.8442, -0.5);
  // kT/m at first for each axis, and a backscattering liquid after it.
  const { vacf, diffusion, spectrum, timeFs } = velocityCorrelation!;
  expect(Math.abs(vacf[0] / (3 * 0.722) - 1)).toBeLessThan(0.06);
  expect(Math.min(...vacf)).toBeLessThan(0);
  expect(timeFs[1]).toBe(0.005);
  expect(diffusion).toBeGreaterThan(0.01);
  expect(diffusion).toBeLessThan(0.08);
  const spacing = spectrum.frequencyTHz[1];
  const area = spectrum.density.reduce((sum, value) => sum + value * spacing, 0);
  expect(area).toBeCloseTo(1, 1);
}, 120_000);

it("an ideal gas has g(r) = 1 and moves straight on", async () => {
  const side = 20;
  const gas = Crystal.create({
    lattice: Lattice.cubic(side),
    species: Array<string>(4000).fill("Ar"),
    fracPositions: Array<number>(12_000).fill(0),
  }).perturbed({ maxDistance: 40, seed: 1 });
  const nothing = morse({ depth: 1e-30, alpha: 1, r0: 1, cutoff: 3 });
  const run = await molecularDynamics(gas, nothing, {
    ...base,
    temperature: kelvin,
    timeStepFs: 0.05,
    steps: 400,
    sampleEvery: 20,
    pairDistances: { rMax: 5, bins: 10 },
  });
  const { g, partial } = run.pairDistribution!;
  expect(String(show(run))).toBe(String(run));
  expect(show(run.pairDistribution!).title).toBe("Pair distribution");
  for (let bin = 2; bin < 10; bin++) expect(Math.abs(g[bin] - 1)).toBeLessThan(0.03);
  expect(partial.get("Ar-Ar")).toEqual(g);
  const { timeFs, meanSquareDisplacement, pressureGPa } = run.samples;
  // ⟨x²⟩ = 3 kT/m t², and p V = N kT less what the whole's rest takes.
  expect(meanSquareDisplacement[10] / timeFs[10] ** 2).toBeCloseTo((3 * 3999) / 4000, 8);
  expect((pressureGPa[10] / 160.2176634) * side ** 3).toBeCloseTo(3999, 5);
});

it("the spectrum of a spring shows its frequency", async () => {
  const pair = Crystal.create({
    lattice: Lattice.cubic(30),
    species: ["Ar", "Ar"],
    cartPositions: [10, 10, 10, 12.1, 10, 10],
    periodic: [false, false, false],
  });
  // ω = √(2k/m) = 2π·0.4 per fs: 400 THz.
  const k = 0.5 * (2 * Math.PI * 0.4) ** 2;
  const run = await molecularDynamics(pair, harmonic({ k, r0: 2, cutoff: 6 }), {
    masses,
    velocities: Array<number>(6).fill(0),
    timeStepFs: 0.02,
    steps: 4000,
    velocityCorrelation: { window: 1000 },
  });
  const { frequencyTHz, density } = run.velocityCorrelation!.spectrum;
  const peak = frequencyTHz[density.indexOf(Math.max(...density))];
  expect(Math.abs(peak / 400 - 1)).toBeLessThan(0.07);
});
