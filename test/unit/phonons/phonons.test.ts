import {
  Crystal,
  DomainError,
  harmonic,
  InvalidConfiguration,
  Lattice,
  lennardJones,
  morse,
  phonons,
  Runtime,
  ShapeError,
  TaskCancelled,
} from "prism-lab";
import { describe, expect, it } from "vitest";

/** THz of √(1 eV/Å²/u)/2π, CODATA 2018. */
const unit = 15.633302;

function fcc(a: number): Crystal {
  return Crystal.create({
    lattice: Lattice.cubic(a),
    species: ["Cu", "Cu", "Cu", "Cu"],
    fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
  });
}

const masses = { Cu: 64, Na: 23, Cl: 35 };
const a = 3.6;
const springs = harmonic({ k: 2.5, r0: a / Math.SQRT2, cutoff: 3 });

/** A row of atoms of two masses along x, far from its neighbours. */
const chain = Crystal.create({
  lattice: Lattice.orthorhombic(5, 12, 12),
  species: ["Na", "Cl"],
  fracPositions: [0, 0, 0, 0.5, 0, 0],
});

describe("phonons of springs", () => {
  it("of fcc between nearest neighbours are known along [100] and [111]", async () => {
    const vibrations = await phonons(fcc(a), springs, { supercell: [3, 3, 3], masses });
    expect(vibrations.crystal.siteCount).toBe(1);
    expect(vibrations.displacements.length).toBe(1);
    // ω² = Σ (k/m) (n·e)² (1 − cos q·r) over 12 neighbours: at X 8 k/m and 4 k/m, at L 8 k/m and 2 k/m.
    const root = (count: number) => unit * Math.sqrt((count * 2.5) / 64);
    const check = (q: number[], counts: number[]) => {
      const found = vibrations.frequencies(q);
      counts.forEach((count, i) => {
        expect(Math.abs(found[i] - root(count))).toBeLessThan(1e-3);
      });
    };
    check([0.5, 0, 0.5], [4, 4, 8]);
    check([0.5, 0.5, 0.5], [2, 2, 8]);
    // Halfway to X, at (1/2, 0, 0) of the cube: 4 k/m (1 − cos 90°) and half of it.
    check([0.25, 0, 0.25], [2, 2, 4]);
    check([0, 0, 0], [0, 0, 0]);
  });

  it("of a chain of two masses are known, and nothing holds it sideways", async () => {
    const k = 4;
    const vibrations = await phonons(chain, harmonic({ k, r0: 2.5, cutoff: 3 }), {
      supercell: [4, 1, 1],
      masses,
    });
    for (const q of [0.1, 0.25, 0.5]) {
      const sum = 1 / 23 + 1 / 35;
      const inner = Math.sqrt(sum ** 2 - (4 * Math.sin(Math.PI * q) ** 2) / (23 * 35));
      const found = vibrations.frequencies([q, 0, 0]);
      expect(found[5]).toBeCloseTo(unit * Math.sqrt(k * (sum + inner)), 3);
      expect(found[4]).toBeCloseTo(unit * Math.sqrt(k * (sum - inner)), 3);
      for (const sideways of found.subarray(0, 4)) expect(Math.abs(sideways)).toBeLessThan(0.05);
    }
  });

  it("are of a supercell that repeats far enough, however skew the given cell is", async () => {
    const cubic = Crystal.create({
      lattice: Lattice.cubic(3),
      species: ["Cu"],
      fracPositions: [0, 0, 0],
    });
    const skew = cubic.supercell([
      [1, 0, 0],
      [5, 1, 0],
      [7, 3, 1],
    ]);
    for (const given of [cubic, skew]) {
      const { supercell } = await phonons(given, springs);
      expect(supercell.siteCount).toBe(64);
      expect(supercell.lattice.niggli().lattice.parameters.a).toBeCloseTo(12, 9);
    }
  });

  it("belong to the primitive cell or to the given one", async () => {
    const folded = await phonons(fcc(a), springs, {
      supercell: [3, 3, 3],
      masses,
      primitive: false,
    });
    expect(folded.crystal.siteCount).toBe(4);
    const unfolded = await phonons(fcc(a), springs, { supercell: [3, 3, 3], masses });
    // Γ of the cube is Γ and three X of the primitive cell.
    const expected = [
      [0, 0, 0],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
      [0, 0.5, 0.5],
    ]
      .flatMap((q) => Array.from(unfolded.frequencies(q)))
      .sort((x, y) => x - y);
    folded.frequencies([0, 0, 0]).forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-3);
    });
  });
});

describe("group velocities", () => {
  it("are the slopes of the frequencies, in a cell of two atoms too", async () => {
    const crystal = Crystal.create({
      lattice: Lattice.fromMatrix([2.9, 0, 0, 0.2, 3.1, 0, -0.7, 0.1, 4.4]),
      species: ["Na", "Cl"],
      fracPositions: [0, 0, 0, 0.52, 0.46, 0.47],
    });
    const potential = morse({ depth: 0.34, alpha: 1.36, r0: 2.87, cutoff: 5.5 });
    const vibrations = await phonons(crystal, potential, { supercell: [3, 3, 2] });
    const q = [0.2, 0.1, -0.4];
    const { groupVelocities } = await vibrations.modes([q], { groupVelocities: true });
    const step = 1e-5;
    const { matrix } = crystal.lattice;
    for (let axis = 0; axis < 3; axis++) {
      const moved = (sign: number) =>
        vibrations.frequencies(q.map((value, i) => value + sign * step * matrix[3 * i + axis]));
      const [after, before] = [moved(1), moved(-1)];
      after.forEach((value, branch) => {
        const slope = (value - before[branch]) / (2 * step);
        expect(groupVelocities![3 * branch + axis]).toBeCloseTo(slope, 3);
      });
    }
  });
});

describe("modes", () => {
  it("have orthonormal eigenvectors, and the same digits for any thread count", async () => {
    const vibrations = await phonons(chain, harmonic({ k: 4, r0: 2.5, cutoff: 3 }), {
      supercell: [4, 1, 1],
    });
    const points = Array.from({ length: 60 }, (_, i) => [i / 60, 0.1, 0.3]);
    const results = [];
    for (const threadCount of [1, 3]) {
      const runtime = new Runtime({ threadCount });
      results.push(
        await vibrations.modes(points, { eigenvectors: true, groupVelocities: true, runtime }),
      );
      await runtime.close();
    }
    expect(results[0]).toEqual(results[1]);
    const e = results[0].eigenvectors!;
    for (let row = 0; row < 6; row++) {
      for (let other = 0; other <= row; other++) {
        let [re, im] = [0, 0];
        for (let i = 0; i < 6; i++) {
          const [x, y] = e.subarray(2 * (6 * row + i));
          const [u, v] = e.subarray(2 * (6 * other + i));
          re += x * u + y * v;
          im += x * v - y * u;
        }
        expect(re).toBeCloseTo(row === other ? 1 : 0, 10);
        expect(im).toBeCloseTo(0, 10);
      }
    }
  });
});

describe("a mesh", () => {
  it("has a density of states whose integral is 3n, and parts that add up", async () => {
    const potential = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 6 });
    const vibrations = await phonons(fcc(3.7), potential, { supercell: [3, 3, 3] });
    const mesh = await vibrations.mesh([12, 12, 12], { eigenvectors: true });
    const { frequencies, total, projected } = await mesh.dos({ frequencies: 2001 });
    expect(integralOf(frequencies, total)).toBeCloseTo(3, 9);
    total.forEach((value, i) => {
      expect(projected![i]).toBeCloseTo(value, 10);
    });
    // Dulong and Petit's 3 R, and S = −dF/dT.
    const thermal = mesh.thermal([0, 299, 300, 301, 5000]);
    expect(thermal.heatCapacityJPerMolK[4]).toBeCloseTo(3 * 8.314462618, 1);
    expect(thermal.freeEnergy[0]).toBe(thermal.zeroPointEnergy);
    const slope = (thermal.freeEnergy[1] - thermal.freeEnergy[3]) / 2;
    expect(thermal.entropyJPerMolK[2]).toBeCloseTo(slope * 96485.33212, 3);
    // Cubic symmetry makes the tensor a multiple of 1, on a mesh that has it.
    const centred = await vibrations.mesh([6, 6, 6], { eigenvectors: true, gammaCentred: true });
    const { tensors, uIso } = centred.meanSquareDisplacements([300]);
    expect(tensors[0]).toBeCloseTo(uIso[0], 12);
    expect(tensors[1]).toBeCloseTo(0, 12);
  });

  it("loses no state of corners that are equal by symmetry, on any mesh and axis", async () => {
    const potential = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 6 });
    const vibrations = await phonons(fcc(3.7), potential, { supercell: [3, 3, 3] });
    for (const counts of [
      [7, 6, 5],
      [3, 2, 1],
      [5, 5, 5],
      [2, 2, 2],
      [1, 1, 1],
    ]) {
      for (const gammaCentred of [true, false]) {
        const mesh = await vibrations.mesh(counts, { eigenvectors: true, gammaCentred });
        for (const wanted of [2, 17, 201]) {
          const { frequencies, total, projected } = await mesh.dos({ frequencies: wanted });
          expect(Math.abs(integralOf(frequencies, total) - 3)).toBeLessThan(1e-9);
          expect(Math.abs(integralOf(frequencies, projected!) - 3)).toBeLessThan(1e-9);
        }
      }
    }
  });

  it("tells a band without dispersion as a peak as wide as its interval", async () => {
    // Pairs of atoms bound to each other alone: one vibration at √(2k/m)/2π, five motions at rest.
    const pairs = Crystal.create({
      lattice: Lattice.cubic(6),
      species: ["Na", "Cl"],
      fracPositions: [0, 0, 0, 0.4, 0, 0],
    });
    const bond = harmonic({ k: 3, r0: 2.4, cutoff: 2.6 });
    const vibrations = await phonons(pairs, bond, { supercell: [2, 2, 2] });
    const mesh = await vibrations.mesh([5, 4, 3], { eigenvectors: true });
    const { frequencies, total, projected } = await mesh.dos({ frequencies: 101 });
    const top = mesh.frequencies.reduce((most, value) => Math.max(most, value));
    const step = frequencies[1] - frequencies[0];
    expect(integralOf(frequencies, total)).toBeCloseTo(6, 9);
    expect(total.slice(10, -1).reduce((sum, value) => sum + value)).toBe(0);
    expect(frequencies[100]).toBe(top);
    expect(total[100] * (step / 2)).toBeCloseTo(1, 6);
    // The lighter atom moves more.
    const [sodium, chlorine] = vibrations.masses;
    const share = chlorine / (sodium + chlorine);
    expect(projected![100] / total[100]).toBeCloseTo(share, 6);
    // The same between two frequencies of one's own choice.
    const own = await mesh.dos({ frequencies: [top - 0.3, top - 0.1, top + 0.1, top + 0.5] });
    expect(own.total[1] * 0.2 + own.total[2] * 0.3).toBeCloseTo(1, 9);
    expect(() => mesh.dos({ frequencies: [top] })).toThrow(DomainError);
  });

  it("says what projected densities need", async () => {
    const vibrations = await phonons(fcc(a), springs, { supercell: [2, 2, 2] });
    const mesh = await vibrations.mesh([4, 4, 4]);
    expect(() => mesh.dos({ projected: true })).toThrow(InvalidConfiguration);
    expect(() => mesh.meanSquareDisplacements([300])).toThrow("eigenvectors: true");
    expect(() => mesh.thermal([-1])).toThrow(DomainError);
    expect(() => vibrations.mesh([0, 1, 1])).toThrow(DomainError);
  });
});

describe("imaginary modes", () => {
  it("lead from simple cubic downhill", async () => {
    const cubic = Crystal.create({
      lattice: Lattice.cubic(1.06),
      species: ["Ar"],
      fracPositions: [0, 0, 0],
    });
    const potential = lennardJones({ epsilon: 1, sigma: 1, cutoff: 2.45 });
    const vibrations = await phonons(cubic, potential, {
      supercell: [6, 6, 6],
      displacement: 1e-3,
    });
    const modes = await vibrations.imaginaryModes();
    expect(modes.length).toBeGreaterThan(0);
    expect(modes[0].frequency).toBeLessThan(-0.1);
    expect(vibrations.frequencies(modes[0].qPoint)[modes[0].branch]).toBeCloseTo(
      modes[0].frequency,
      6,
    );
    const start = vibrations.displaced(modes[0], 0);
    const moved = vibrations.displaced(modes[0], 0.02);
    const before = (await potential.evaluate(start)).energy;
    expect((await potential.evaluate(moved)).energy).toBeLessThan(before);
  });

  it("are none in a stable crystal", async () => {
    const vibrations = await phonons(fcc(a), springs, { supercell: [3, 3, 3] });
    expect(await vibrations.imaginaryModes()).toEqual([]);
  });
});

describe("a crystal that is not at rest", () => {
  it("is told by a warning, and one at rest has none", async () => {
    const options = { supercell: [2, 2, 2] } as const;
    const shaken = fcc(a).perturbed({ maxDistance: 0.1, seed: 1 });
    const found = await phonons(shaken, springs, options);
    expect(found.residualForce).toBeGreaterThan(0.05);
    expect(found.warnings.map(({ code }) => code)).toEqual(["NOT_AT_REST"]);
    expect(String(found)).toMatch(/warning: the crystal is not at rest, a force of .* relax it/);
    expect((await phonons(fcc(a), springs, options)).warnings).toEqual([]);
  });
});

describe("wrong calls", () => {
  it("say what was wrong", async () => {
    const crystal = fcc(a);
    expect(() => phonons(crystal, springs, { supercel: [2, 2, 2] } as object)).toThrow("supercell");
    expect(() => phonons(crystal, springs, { supercell: [2, 2, 0] })).toThrow(DomainError);
    expect(() => phonons(crystal, springs, { supercell: [2, 2] })).toThrow(DomainError);
    for (const displacement of [0, 1e-308, 1e7]) {
      expect(() => phonons(crystal, springs, { displacement })).toThrow(DomainError);
    }
    expect(() => phonons(crystal, springs, { supercell: null as never })).toThrow("supercell");
    expect(() => phonons(crystal, springs, { masses: { Cu: -1 } })).toThrow(DomainError);
    const vibrations = await phonons(crystal, springs, { supercell: [2, 2, 2] });
    expect(() => vibrations.frequencies([0, 0])).toThrow(ShapeError);
    expect(() => vibrations.frequencies([0, 0, Number.NaN])).toThrow(DomainError);
    expect(() => vibrations.bands({ pointsPerSegment: 1 })).toThrow(DomainError);
  });

  it("and a cancelled task stops", async () => {
    const vibrations = await phonons(chain, harmonic({ k: 4, r0: 2.5, cutoff: 3 }), {
      supercell: [4, 1, 1],
    });
    const task = vibrations.mesh([60, 60, 60], { eigenvectors: true });
    task.cancel();
    await expect(task).rejects.toThrow(TaskCancelled);
  });
});

/** By trapezoids; of several rows over one axis, of all. */
function integralOf(x: Float64Array, y: Float64Array): number {
  return y.reduce((sum, value, index) => {
    const i = index % x.length;
    return sum + (value * ((x[i + 1] ?? x[i]) - (x[i - 1] ?? x[i]))) / 2;
  }, 0);
}
