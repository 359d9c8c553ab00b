import {
  buckingham,
  Crystal,
  DomainError,
  ewald,
  InvalidConfiguration,
  Lattice,
  morse,
  type Phonons,
  phonons,
  Runtime,
  ShapeError,
  TaskCancelled,
} from "prism-lab";
import { beforeAll, describe, expect, it } from "vitest";

const salt = Crystal.create({
  lattice: Lattice.cubic(5.7),
  species: ["Na", "Na", "Na", "Na", "Cl", "Cl", "Cl", "Cl"],
  fracPositions: [
    0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5,
  ],
});
const rigid = ewald({ charges: { Na: 0.9, Cl: -0.9 }, accuracy: 1e-12 }).plus(
  buckingham({ a: 1000, rho: 0.31, c: 0, cutoff: 6 }),
);
/** THz of √(1 eV/Å²/u)/2π, and e²/(4πε₀) in eV Å: CODATA 2018. */
const unit = 15.633304246;
const coulomb = 14.39964548;

let polar: Phonons;
beforeAll(async () => {
  polar = await phonons(salt, rigid, { supercell: [2, 2, 2], displacement: 0.005 });
});

describe("longitudinal modes", () => {
  it("of rigid ions part from the transverse ones as Lyddane, Sachs and Teller have it", () => {
    const [na, cl] = polar.masses;
    const transverse = polar.frequencies([0, 0, 0]);
    expect(transverse[5]).toBeCloseTo(transverse[3], 9);
    // ω²(LO) − ω²(TO) = 4π e² Z²/(ε V μ)
    const squares =
      (4 * Math.PI * coulomb * 0.9 ** 2 * (1 / na + 1 / cl)) / polar.crystal.lattice.volume;
    for (const direction of [
      [1, 0, 0],
      [1, 2, -3],
    ]) {
      const found = polar.frequencies([0, 0, 0], direction);
      expect(found[4]).toBeCloseTo(transverse[4], 9);
      expect((found[5] ** 2 - transverse[5] ** 2) / unit ** 2 / squares).toBeCloseTo(1, 6);
    }
    const near = polar.frequencies([1e-6, 0, 0]);
    expect(near[5]).toBeCloseTo(polar.frequencies([0, 0, 0], [1, 0, 0])[5], 6);
  });

  it("come of themselves from an Ewald sum, and need no large supercell", async () => {
    const options = { supercell: [3, 3, 3], displacement: 0.005 };
    const larger = await phonons(salt, rigid, options);
    const bare = await phonons(salt, rigid, { ...options, nonAnalytical: false });
    const given = await phonons(salt, rigid, {
      ...options,
      nonAnalytical: { bornCharges: { Na: 0.9, Cl: -0.9 }, dielectric: 1 },
    });
    const q = [0.13, 0.07, 0.21];
    const expected = larger.frequencies(q);
    given.frequencies(q).forEach((value, branch) => {
      expect(value).toBeCloseTo(expected[branch], 9);
      expect(Math.abs(polar.frequencies(q)[branch] - expected[branch])).toBeLessThan(1e-3);
    });
    expect(expected[5] - bare.frequencies(q)[5]).toBeGreaterThan(0.3);
    expect(bare.nonAnalytical).toBeUndefined();
    // Force constants are the whole ones, whatever is summed elsewhere.
    expect(larger.forceConstants).toEqual(bare.forceConstants);
  });

  it("depend on the way to Γ along bands", async () => {
    const bands = await polar.bands({
      path: [
        ["X", [0.5, 0, 0.5]],
        ["Γ", [0, 0, 0]],
        ["L", [0.5, 0.5, 0.5]],
      ],
      pointsPerSegment: 5,
    });
    expect(bands.starts).toEqual([0, 5]);
    expect(bands.ticks.map(({ label }) => label)).toEqual(["X", "Γ", "L"]);
    const longitudinal = polar.frequencies([0, 0, 0], [1, 0, 1])[5];
    for (const point of [4, 5]) {
      expect(bands.frequencies[6 * point + 5]).toBeCloseTo(longitudinal, 9);
      expect(bands.distances[point]).toBe(bands.distances[4]);
    }
  });
});

describe("charges that are tensors", () => {
  const skew = Crystal.create({
    lattice: Lattice.fromMatrix([2.9, 0, 0, 0.2, 3.1, 0, -0.7, 0.1, 4.4]),
    species: ["Na", "Cl"],
    fracPositions: [0.1, 0.2, 0.3, 0.62, 0.66, 0.77],
  });
  const potential = morse({ depth: 0.34, alpha: 1.36, r0: 2.87, cutoff: 5.5 });
  const nonAnalytical = {
    bornCharges: { Na: [1.2, 0.1, 0, 0.2, 0.9, 0.1, 0, 0, 1.1], Cl: -1 },
    dielectric: [
      [2.2, 0.1, 0],
      [0.1, 2.5, 0.2],
      [0, 0.2, 3],
    ],
  };

  it("give velocities that are slopes, whole vectors that change nothing, the same digits on any threads", async () => {
    const results = [];
    const q = [0.2, 0.1, -0.4];
    for (const threadCount of [1, 3]) {
      const runtime = new Runtime({ threadCount });
      const made = await phonons(skew, potential, { supercell: [2, 2, 2], nonAnalytical, runtime });
      const modes = await made.modes([q, [1.2, 0.1, -0.4], [0, 0, 0]], {
        eigenvectors: true,
        groupVelocities: true,
        direction: [1, 1, 0],
        runtime,
      });
      results.push(modes);
      await runtime.close();
      const { frequencies, groupVelocities } = modes;
      const { matrix } = skew.lattice;
      const step = 1e-5;
      for (let axis = 0; axis < 3; axis++) {
        const moved = (sign: number) =>
          made.frequencies(q.map((value, i) => value + sign * step * matrix[3 * i + axis]));
        const [after, before] = [moved(1), moved(-1)];
        after.forEach((value, branch) => {
          const slope = (value - before[branch]) / (2 * step);
          expect(groupVelocities![3 * branch + axis]).toBeCloseTo(slope, 4);
        });
      }
      made.frequencies(q).forEach((value, branch) => {
        expect(frequencies[branch]).toBeCloseTo(value, 10);
        expect(frequencies[6 + branch]).toBeCloseTo(value, 10);
      });
      made.frequencies([0, 0, 0], [1, 1, 0]).forEach((value, branch) => {
        if (Math.abs(value) > 1e-3) expect(frequencies[12 + branch]).toBeCloseTo(value, 10);
      });
    }
    expect(results[0]).toEqual(results[1]);
  });

  it("are made neutral with a word", async () => {
    const made = await phonons(skew, potential, { supercell: [2, 2, 1], nonAnalytical });
    const { bornCharges, chargeSum } = made.nonAnalytical!;
    expect(chargeSum).toBeCloseTo(0.2, 12);
    for (let i = 0; i < 9; i++) expect(bornCharges[i] + bornCharges[9 + i]).toBeCloseTo(0, 12);
    expect(made.warnings.map(({ code }) => code)).toContain("CHARGES_NOT_NEUTRAL");
  });

  it("are refused where they mean nothing", () => {
    const call = (changed: object) =>
      phonons(skew, potential, {
        supercell: [2, 2, 1],
        nonAnalytical: { ...nonAnalytical, ...changed },
      });
    expect(() => call({ bornCharges: { Na: 1 } })).toThrow(DomainError);
    expect(() => call({ bornCharges: { Na: Number.NaN, Cl: 1 } })).toThrow(DomainError);
    expect(() => call({ bornCharges: [1] })).toThrow(ShapeError);
    expect(() => call({ bornCharges: { Na: [1, 2], Cl: 1 } })).toThrow(ShapeError);
    expect(() => call({ dielectric: -2 })).toThrow(DomainError);
    expect(() => call({ dielectric: [1, 0, 0, 0, 1, 0, 0, 0, 0] })).toThrow("eigenvalue");
    expect(() => call({ epsilon: 2 })).toThrow(InvalidConfiguration);
  });

  it("stop with their task", async () => {
    const task = phonons(salt, rigid, { supercell: [3, 3, 3] });
    task.cancel();
    await expect(task).rejects.toThrow(TaskCancelled);
  });
});
