import { readFileSync } from "node:fs";
import {
  Crystal,
  type DynamicsTrajectory,
  harmonic,
  Lattice,
  lennardJones,
  type MolecularDynamicsOptions,
  molecularDynamics,
  Runtime,
  TaskCancelled,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";
import { argon, cluster, kelvin, masses } from "./reduced.js";

const runtimes = [1, 3].map((threadCount) => new Runtime({ threadCount }));
afterAll(() => {
  for (const runtime of runtimes) runtime.close();
});

const potential = lennardJones({ epsilon: 1, sigma: 1, cutoff: 2.5, smoothFrom: 2 });
const ensembles = ["nve", "langevin", "bussi"] as const;
const base = { masses, timeStepFs: 0.004, temperature: kelvin, damping: 0.5 };

function momentumOf({ velocities }: DynamicsTrajectory): number[] {
  return [0, 1, 2].map((axis) =>
    velocities.reduce((sum, v, index) => sum + (index % 3 === axis ? v : 0), 0),
  );
}

interface Golden {
  edge: number;
  positions: number[][];
  velocities: number[][];
  columns: string[];
  rows: number[][];
  finalPositions: number[][];
}

it("goes the way that LAMMPS goes", async () => {
  const file = new URL("../../golden/dynamics/lj-nve.json", import.meta.url);
  const golden = JSON.parse(readFileSync(file, "utf8")) as Golden;
  const start = Crystal.create({
    lattice: Lattice.cubic(golden.edge),
    species: golden.positions.map(() => "Ar"),
    cartPositions: golden.positions,
    siteProperties: { velocities: golden.velocities },
  });
  const shifted = lennardJones({ epsilon: 1, sigma: 1, cutoff: 2.5, shift: true });
  const options = { masses, timeStepFs: 0.002, steps: 200, sampleEvery: 20 };
  const { crystal, samples } = await molecularDynamics(start, shifted, options);
  const volume = golden.edge ** 3;
  golden.rows.forEach((row, index) => {
    const of = (name: string) => row[golden.columns.indexOf(name)];
    expect(samples.step[index]).toBe(of("Step"));
    expect(samples.temperature[index] / kelvin).toBeCloseTo(of("Temp"), 7);
    expect(samples.potentialEnergy[index]).toBeCloseTo(of("PotEng"), 6);
    expect(samples.totalEnergy[index]).toBeCloseTo(of("TotEng"), 6);
    expect(samples.pressureGPa[index] / 160.2176634).toBeCloseTo(of("Press"), 6);
    expect(samples.meanSquareDisplacement[index]).toBeCloseTo(of("c_msd[4]"), 7);
    ["Pxx", "Pyy", "Pzz", "Pyz", "Pxz", "Pxy"].forEach((name, component) => {
      expect(-samples.stress[6 * index + component] * volume).toBeCloseTo(of(name) * volume, 4);
    });
  });
  golden.finalPositions.flat().forEach((at, index) => {
    expect(crystal.cartPositions[index]).toBeCloseTo(at, 6);
  });
});

describe("constant energy", () => {
  it("is kept to the second order of the time step", async () => {
    const drift = async (timeStepFs: number) => {
      const steps = Math.round(1 / timeStepFs);
      const options = { ...base, timeStepFs, steps, sampleEvery: 1 };
      const { samples, energyDrift } = await molecularDynamics(argon(3), potential, options);
      expect(energyDrift).toBeLessThan(0.01 * samples.kineticEnergy[0]);
      return energyDrift;
    };
    const [long, half, quarter] = await Promise.all([0.008, 0.004, 0.002].map(drift));
    expect(long / half).toBeGreaterThan(3.2);
    expect(long / half).toBeLessThan(4.8);
    expect(half / quarter).toBeGreaterThan(3.2);
    expect(half / quarter).toBeLessThan(4.8);
  });

  it("does not creep away over many steps", async () => {
    const { samples } = await molecularDynamics(argon(3), potential, { ...base, steps: 20_000 });
    const { conservedEnergy } = samples;
    const quarter = conservedEnergy.length / 4;
    const early = conservedEnergy.slice(0, quarter).reduce((a, b) => a + b) / quarter;
    const late = conservedEnergy.slice(-quarter).reduce((a, b) => a + b) / quarter;
    expect(Math.abs(late - early) / 108).toBeLessThan(2e-4);
  });

  it("goes back where it came from when the velocities turn round", async () => {
    const options = { ...base, steps: 300 };
    const there = await molecularDynamics(argon(3), potential, options);
    const velocities = there.velocities.map((v) => -v);
    const back = await molecularDynamics(there.crystal, potential, { ...options, velocities });
    const start = argon(3).cartPositions;
    back.crystal.cartPositions.forEach((at, index) => {
      expect(at).toBeCloseTo(start[index], 7);
    });
  });

  it("two atoms on a spring swing with ω = √(k/μ)", async () => {
    const spring = harmonic({ k: 4, r0: 2, cutoff: 6 });
    const stretched = cluster([10, 10, 10, 12.1, 10, 10]);
    // μ = m/2: the period is 2π √(m/2k).
    const period = 2 * Math.PI * Math.sqrt(1 / 8);
    const steps = 4000;
    const options = { masses, timeStepFs: period / steps, steps, velocities: Array(6).fill(0) };
    const { crystal, samples } = await molecularDynamics(stretched, spring, options);
    expect(crystal.cartPositions[3] - crystal.cartPositions[0]).toBeCloseTo(2.1, 6);
    // ½ k x² at first, and none of it left after a quarter.
    const quarter = samples.step.indexOf(steps / 4);
    expect(samples.potentialEnergy[0]).toBeCloseTo(0.02, 10);
    expect(samples.kineticEnergy[quarter]).toBeCloseTo(0.02, 6);
  });
});

describe.each(ensembles)("%s", (ensemble) => {
  const options = { ...base, ensemble, steps: 120, seed: 5 };

  it("does not depend on the number of threads, to the bit", async () => {
    const [one, three] = await Promise.all(
      runtimes.map((runtime) =>
        molecularDynamics(argon(8), potential, {
          ...options,
          runtime,
          sampleEvery: 20,
          pairDistances: { rMax: 3, bins: 30 },
        }),
      ),
    );
    expect(three.velocities).toEqual(one.velocities);
    expect(three.samples).toEqual(one.samples);
    expect(three.pairDistribution).toEqual(one.pairDistribution);
  });

  it("goes on after a pause as if there had been none, to the bit", async () => {
    const whole = await molecularDynamics(argon(4), potential, { ...options, steps: 240 });
    const first = await molecularDynamics(argon(4), potential, options);
    const second = await molecularDynamics(first.crystal, potential, {
      ...options,
      continueFrom: first,
    });
    expect(first.lists).toBeGreaterThan(2);
    expect(second.lastStep).toBe(240);
    expect(second.velocities).toEqual(whole.velocities);
    expect(second.samples.conservedEnergy.at(-1)).toBe(whole.samples.conservedEnergy.at(-1));
    expect(second.crystal.fracPositions).toEqual(whole.crystal.fracPositions);
  });

  it("starts at rest as a whole, at the exact temperature, and otherwise for another seed", async () => {
    const still = { ...options, steps: 0 };
    const run = await molecularDynamics(argon(4), potential, still);
    expect(run.samples.temperature[0]).toBeCloseTo(kelvin, 6);
    for (const component of momentumOf(run)) expect(component).toBeCloseTo(0, 10);
    const other = await molecularDynamics(argon(4), potential, { ...still, seed: 6 });
    expect(other.velocities[0]).not.toBe(run.velocities[0]);
    const again = await molecularDynamics(argon(4), potential, still);
    expect(again.velocities).toEqual(run.velocities);
  });

  it("keeps what it should keep", async () => {
    const run = await molecularDynamics(argon(4), potential, { ...options, steps: 1000 });
    const total = Math.hypot(...momentumOf(run));
    if (ensemble === "langevin") expect(total).toBeGreaterThan(1);
    else expect(total).toBeLessThan(1e-9);
    expect(run.energyDrift / 256).toBeLessThan(0.02);
  });

  it("leaves fixed sites where they are", async () => {
    const run = await molecularDynamics(argon(3), potential, { ...options, fixed: [0, 7] });
    const start = argon(3);
    for (const site of [0, 7]) {
      for (let k = 3 * site; k < 3 * site + 3; k++) {
        expect(run.crystal.cartPositions[k]).toBeCloseTo(start.cartPositions[k], 12);
        expect(run.velocities[k]).toBe(0);
      }
    }
    expect(run.degreesOfFreedom).toBe(3 * 106);
    expect(run.velocities[3]).not.toBe(0);
  });
});

describe("a cluster", () => {
  const thirteen = cluster(
    [-1, 0, 1]
      .flatMap((x) => [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((z) => [x, y, z])))
      .filter((v) => v.reduce((sum, each) => sum + Math.abs(each), 0) % 2 === 0)
      .flat()
      .map((x) => 15 + 0.78 * x),
  );

  it("neither drifts nor turns when it is asked not to", async () => {
    const options = { ...base, temperature: 0.1 * kelvin, steps: 500, removeRotation: true };
    const run = await molecularDynamics(thirteen, potential, options);
    expect(run.degreesOfFreedom).toBe(3 * 13 - 6);
    expect(run.samples.temperature[0]).toBeCloseTo(0.1 * kelvin, 8);
    const spin = [0, 0, 0];
    for (let site = 0; site < 13; site++) {
      const [x, y, z] = run.crystal.cartPositions
        .subarray(3 * site, 3 * site + 3)
        .map((c) => c - 15);
      const [u, v, w] = run.velocities.subarray(3 * site, 3 * site + 3);
      [y * w - z * v, z * u - x * w, x * v - y * u].forEach((part, axis) => {
        spin[axis] += part;
      });
    }
    for (const part of spin) expect(part).toBeCloseTo(0, 9);
    expect(() =>
      molecularDynamics(argon(3), potential, { ...options, removeRotation: true }),
    ).toThrow(/for clusters/);
  });
});

describe("on the way", () => {
  it("keeps frames from the first to the last step", async () => {
    const run = await molecularDynamics(argon(3), potential, { ...base, steps: 103, frames: 6 });
    expect(run.frames.map(({ step }) => step)).toEqual([0, 21, 42, 63, 84, 103]);
    expect(run.frames[0].crystal.fracPositions[4]).toBeCloseTo(argon(3).fracPositions[4], 12);
    expect(run.frames.at(-1)?.crystal.cartPositions[4]).toBeCloseTo(run.crystal.cartPositions[4]);
    const none = await molecularDynamics(argon(3), potential, { ...base, steps: 10, frames: 0 });
    expect(none.frames).toEqual([]);
  });

  it("tells how it goes, and can be stopped", async () => {
    const seen: { step: number; temperature: number }[] = [];
    const task = molecularDynamics(argon(12), potential, {
      ...base,
      steps: 1_000_000,
      sampleEvery: 10,
      frames: 0,
      onStep: (step) => {
        seen.push(step);
        if (seen.length > 2) task.cancel();
      },
    });
    await expect(task).rejects.toThrow(TaskCancelled);
    expect(seen.at(-1)?.step).toBeGreaterThan(0);
    expect(seen.at(-1)?.temperature).toBeGreaterThan(0);
  }, 60_000);

  it("is told in a line", async () => {
    const run = await molecularDynamics(argon(3), potential, { ...base, steps: 10 });
    expect(String(run)).toMatch(/^nve: 10 steps of 0.004 fs, \d+\.\d K, -?\d.* GPa, energy drift/);
  });
});

describe("what cannot go well is said", () => {
  it("too long a time step, with the step and all there was before it", async () => {
    const options = { ...base, timeStepFs: 0.05, steps: 4000, sampleEvery: 1 };
    const run = await molecularDynamics(argon(3), potential, options);
    expect(run).toMatchObject({ reason: "flewApart", completed: false });
    expect(run.warnings[0].code).toBe("FLEW_APART");
    expect(run.warnings[0].message).toMatch(/flew apart at step \d+.*time step than 0.05 fs/);
    expect(String(run)).toMatch(/steps of 0.05 fs and no more \(flewApart\)/);
    expect(run.steps).toBeGreaterThan(0);
    expect(run.samples.step.at(-1)).toBe(run.lastStep);
    expect(run.samples.potentialEnergy.every(Number.isFinite)).toBe(true);
    const { energy, forces } = await potential.evaluate(run.crystal);
    expect(energy).toBeCloseTo(run.samples.potentialEnergy.at(-1) ?? Number.NaN, 8);
    for (const [index, force] of forces.entries()) expect(run.forces[index]).toBeCloseTo(force, 6);
  });

  it("and goes on from there with a shorter one", async () => {
    const broken = await molecularDynamics(argon(3), potential, {
      ...base,
      timeStepFs: 0.05,
      steps: 4000,
    });
    expect(broken.completed).toBe(false);
    const run = await molecularDynamics(argon(3), potential, {
      ...base,
      timeStepFs: 1e-4,
      steps: 5,
      continueFrom: broken,
    });
    expect(run).toMatchObject({ reason: "completed", steps: 5, warnings: [] });
    expect(run.lastStep).toBe(broken.lastStep + 5);
    expect(run.samples.totalEnergy[0]).toBeCloseTo(broken.samples.totalEnergy.at(-1) ?? 0, 6);
  });

  it("atoms on top of one another", async () => {
    const pair = cluster([10, 10, 10, 10 + 1e-3, 10, 10]);
    const run = await molecularDynamics(pair, potential, { ...base, steps: 10 });
    expect(run).toMatchObject({ reason: "flewApart", steps: 0, lastStep: 0 });
    expect(run.warnings[0].message).toMatch(/flew apart at step 1:/);
    expect(run.crystal.cartPositions).toEqual(pair.cartPositions);
  });

  const refused: readonly [Partial<MolecularDynamicsOptions>, RegExp][] = [
    [{ ensemble: "npt" as never }, /ensemble/],
    [{ temperature: undefined as never }, /temperature is missing/],
    [{ temperature: -1 }, /temperature/],
    [{ timeStepFs: 0 }, /timeStepFs/],
    [{ steps: 1.5 }, /steps must be a whole number/],
    [{ seed: -1 }, /seed/],
    [{ velocities: [1, 2] }, /velocities must be "random" or hold 324 numbers/],
    [{ masses: { Ar: -1 } }, /mass of Ar/],
    [{ fixed: () => true }, /nothing can move/],
    [{ pairDistances: { rMax: -1 } }, /rMax/],
    [{ pairDistances: null as never }, /pairDistances|object/],
    [{ pairDistances: { rMax: 3, bin: 10 } as never }, /did you mean bins/],
    [{ velocityCorrelation: true as never }, /must be an object/],
    [{ velocityCorrelation: { windows: 3 } as never }, /did you mean window/],
    [{ masses: 3 as never }, /masses must be an object/],
    [{ damping: -1 }, /damping/],
    [{ onStep: 7 as never }, /onStep must be a function/],
    [{ continueFrom: {} as never }, /continueFrom/],
    [{ temprature: 3 } as never, /temperature/],
  ];

  it.each(refused)("%o", (wrong, message) => {
    const options = { ...base, steps: 10, ...wrong };
    expect(() => molecularDynamics(argon(3), potential, options)).toThrow(message);
  });

  it("an element without a mass", async () => {
    const astatine = argon(3).withSpecies({ Ar: "At" });
    expect(() => molecularDynamics(astatine, potential, { ...base, steps: 1 })).toThrow(
      /At has no standard mass; give one: masses/,
    );
  });

  it("the state of another crystal of as many sites", async () => {
    const other = await molecularDynamics(argon(3), potential, { ...base, steps: 1 });
    const larger = argon(3).withLattice(argon(4).lattice);
    for (const crystal of [larger, argon(3).withSpecies({ Ar: "Kr" })]) {
      const wrong = { ...base, steps: 1, masses: { Kr: 1 }, continueFrom: other };
      expect(() => molecularDynamics(crystal, potential, wrong)).toThrow(/continueFrom.*crystal/);
    }
  });

  it("the state of another crystal", async () => {
    const other = await molecularDynamics(argon(3), potential, { ...base, steps: 1 });
    expect(() =>
      molecularDynamics(argon(4), potential, { ...base, steps: 1, continueFrom: other }),
    ).toThrow(/continueFrom is of another crystal/);
  });
});
