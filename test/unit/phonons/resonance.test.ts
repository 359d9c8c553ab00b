import {
  Crystal,
  DomainError,
  fromPrototype,
  Lattice,
  lennardJones,
  type Phonons,
  phonons,
  type Resonance,
  resonance,
  ShapeError,
  stillingerWeber,
  suttonChen,
} from "prism-lab";
import { beforeAll, describe, expect, it } from "vitest";

/** THz of √(1 eV/Å²/u)/2π, CODATA 2018. */
const unit = 15.633302;
/** eV of 1 u Å²/fs². */
const kinetic = 103.642697;
const times = [0, 0.013, 0.1, 1.7, 25];

const silicon = stillingerWeber({ element: "Si" });
/** At rest, which the forces of small displacements need. */
const copperAt = suttonChen({ elements: ["Cu"] });
let diamond: Phonons;
let copper: Phonons;

beforeAll(async () => {
  const cell = fromPrototype("diamond", { species: ["Si"], a: 5.43095 });
  diamond = await phonons(cell, silicon, { supercell: [2, 2, 2] });
  const cu = fromPrototype("fcc", { species: ["Cu"], a: 3.61 });
  copper = await phonons(cu, copperAt, { supercell: [3, 3, 3] });
});

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
}

/** ½ ω² Σ m u², by the amplitudes a and b of u = a cos ωt + b sin ωt. */
function energyOfSwing(ringing: Resonance): number {
  const [frequency] = ringing.frequencies;
  const a = ringing.displacementsAt(0);
  const b = ringing.displacementsAt(1 / (4 * frequency));
  const square = (u: Float64Array) =>
    u.reduce((sum, value, i) => sum + ringing.masses[Math.floor(i / 3)] * value ** 2, 0);
  return ((frequency / unit) ** 2 * (square(a) + square(b))) / 2;
}

describe("the energy of a resonance", () => {
  it("is ½ ω² Σ m (a² + b²) at all times, by the force constants", async () => {
    const asked = [
      {},
      { mode: { harmonic: 3 } },
      { mode: "standing", q: [0.25, 0, 0.25], branch: 1, phase: 40 },
      { mode: "travelling", q: [1 / 3, 1 / 3, 0], branch: 4 },
      { mode: "travelling", q: [0.25, 0.5, 0.75], branch: 0 },
    ] as const;
    for (const options of asked) {
      const ringing = await resonance(diamond, options);
      const expected = energyOfSwing(ringing);
      for (const time of times) {
        const { kinetic: moving, potential, total } = ringing.energyAt(time);
        expect(total / expected).toBeCloseTo(1, 6);
        expect(moving + potential).toBe(total);
      }
      const totals = times.map((time) => ringing.energyAt(time).total);
      for (const total of totals) expect(total / totals[0]).toBeCloseTo(1, 11);
    }
  });

  it("is that of masses and velocities, which are the slopes of the displacements", async () => {
    const ringing = await resonance(diamond, {
      mode: "travelling",
      q: [0.25, 0, 0.25],
      damping: 0.8,
    });
    const time = 0.37;
    const step = 1e-5;
    const [after, before] = [time + step, time - step].map((t) => ringing.displacementsAt(t));
    const velocities = ringing.velocitiesAt(time);
    velocities.forEach((value, i) => {
      expect(1000 * value).toBeCloseTo((after[i] - before[i]) / (2 * step), 5);
    });
    const sum = velocities.reduce(
      (all, value, i) => all + ringing.masses[Math.floor(i / 3)] * value ** 2,
      0,
    );
    expect(ringing.energyAt(time).kinetic).toBeCloseTo((kinetic * sum) / 2, 9);
  });

  it("is (n + 1/2) hν of a mode at a temperature", async () => {
    const quantum = 0.004135667697;
    for (const [temperature, mode] of [
      [0, "standing"],
      [300, "travelling"],
    ] as const) {
      const ringing = await resonance(diamond, {
        mode,
        q: [0.25, 0, 0.25],
        branch: 3,
        temperature,
      });
      const x = (quantum * ringing.frequencies[0]) / (8.617333262e-5 * temperature);
      const occupation = temperature === 0 ? 0 : 1 / Math.expm1(x);
      const expected = quantum * ringing.frequencies[0] * (occupation + 0.5);
      expect(ringing.energyAt(0.2).total / expected).toBeCloseTo(1, 6);
      expect(ringing.waves[0].amplitude).toBeGreaterThan(0);
    }
  });
});

describe("forces on a displaced crystal", () => {
  it("are −m ω² u by the potential itself, where the supercell of the phonons holds the wave", async () => {
    for (const [source, potential, options] of [
      [diamond, silicon, { mode: { harmonic: 1 } }],
      [diamond, silicon, { mode: "travelling", q: [0.5, 0, 0.5], branch: 4 }],
      [copper, copperAt, { mode: "standing", q: [0, 1 / 6, 1 / 6], branch: 2 }],
      [copper, copperAt, { mode: "travelling", q: [1 / 6, 0, 1 / 6], branch: 0 }],
    ] as const) {
      const ringing = await resonance(source, { ...options, amplitude: 1e-3 });
      const omega2 = (ringing.frequencies[0] / unit) ** 2;
      for (const time of [0, ringing.periodPs / 7]) {
        const displacements = ringing.displacementsAt(time);
        // The mean of both signs leaves no cubic terms of even order.
        const [plus, minus] = await Promise.all(
          [1, -1].map((sign) => {
            const places = ringing.crystal.cartPositions.map((x, i) => x + sign * displacements[i]);
            return potential.evaluate(ringing.crystal.withPositions(places, "cart"));
          }),
        );
        const largest = Math.max(...ringing.forcesAt(time).map(Math.abs));
        ringing.forcesAt(time).forEach((force, i) => {
          const mass = ringing.masses[Math.floor(i / 3)];
          expect(Math.abs(force + mass * omega2 * displacements[i])).toBeLessThan(1e-6 * largest);
          const found = (plus.forces[i] - minus.forces[i]) / 2;
          expect(Math.abs(found - force)).toBeLessThan(0.01 * largest);
        });
      }
    }
  });
});

describe("the supercell", () => {
  it("is the smallest in which the waves are periodic", async () => {
    const cases = [
      [[[0, 0, 0]], 1],
      [[[0.5, 0, 0.5]], 2],
      [[[0.25, 0.25, 0.5]], 4],
      [[[1 / 3, 1 / 3, 0]], 3],
      [[[0.33333, 0, 0]], 3],
      [[[1 / 6, 0.25, 0]], 12],
      [
        [
          [0.5, 0, 0],
          [0, 1 / 3, 0],
        ],
        6,
      ],
      [
        [
          [0.5, 0, 0],
          [0.25, 0, 0],
        ],
        4,
      ],
      [[[-0.4, 1.2, 0]], 5],
    ] as const;
    for (const [points, cells] of cases) {
      const ringing = await resonance(diamond, {
        mode: "coupled",
        modes: points.map((q) => ({ q, branch: 5 })),
      });
      expect(ringing.crystal.siteCount).toBe(2 * cells);
      const m = ringing.supercellMatrix;
      for (const { qPoint } of ringing.waves) {
        for (let row = 0; row < 3; row++) {
          const turns = dot(m.slice(3 * row, 3 * row + 3), qPoint);
          expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-12);
        }
      }
      expect(ringing.crystal.lattice.volume).toBeCloseTo(cells * diamond.crystal.lattice.volume, 8);
      expect(ringing.frequencies[0]).toBeCloseTo(diamond.frequencies(points[0])[5], 3);
    }
  });

  it("may be given, and the motion is the same in it", async () => {
    const asked = { mode: "travelling", q: [0, 0.25, 0.25], branch: 2 } as const;
    const small = await resonance(diamond, asked);
    const large = await resonance(diamond, { ...asked, supercell: [2, 4, 4] });
    expect(large.crystal.siteCount).toBe(64);
    const ratio = large.energyAt(0.1).total / small.energyAt(0.1).total;
    expect(ratio).toBeCloseTo(8, 9);
    await expect(async () =>
      resonance(diamond, { ...asked, supercell: [2, 2, 2] }),
    ).rejects.toThrow("does not fit into the given supercell");
  });

  it("says the nearest wave vector that fits where one does not", () => {
    const wrong = () => resonance(diamond, { q: [Math.SQRT1_2, 0, 0] });
    expect(wrong).toThrow(DomainError);
    // The best approximation of 1/√2 with a denominator of up to 512 is 239/338.
    expect(wrong).toThrow("[239/338, 0, 0]");
    const large = () => resonance(diamond, { q: [1 / 97, 1 / 89, 0] });
    expect(large).toThrow("no supercell of up to 512 primitive cells");
  });
});

describe("waves", () => {
  /** Displacements along the wave's polarisation of copper's planes, by their place along the wave. */
  function profile(ringing: Resonance, time: number): { turns: number; u: number[] }[] {
    const [{ qPoint }] = ringing.waves;
    const reciprocal = copper.crystal.lattice.reciprocal.matrix;
    const k = [0, 1, 2].map((i) =>
      qPoint.reduce((sum, q, row) => sum + q * reciprocal[3 * row + i], 0),
    );
    const displacements = ringing.displacementsAt(time);
    return Array.from({ length: ringing.crystal.siteCount }, (_, site) => ({
      turns: dot(k, ringing.crystal.cartPositions.subarray(3 * site, 3 * site + 3)),
      u: Array.from(displacements.subarray(3 * site, 3 * site + 3)),
    }));
  }

  it("that travel move their crests along q, at the frequency over |q|", async () => {
    const q = [0, 1 / 6, 1 / 6];
    const ringing = await resonance(copper, { mode: "travelling", q, branch: 2 });
    const axis = profile(ringing, 0).find(({ turns }) => Math.abs(turns) < 1e-9)!.u;
    const length = Math.hypot(...axis);
    expect(length).toBeCloseTo(0.1, 9);
    for (const share of [0, 0.1, 0.35, 0.6]) {
      for (const { turns, u } of profile(ringing, share * ringing.periodPs)) {
        const expected = 0.1 * Math.cos(2 * Math.PI * (turns - share));
        expect(dot(u, axis) / length).toBeCloseTo(expected, 6);
      }
    }
    const phased = await resonance(copper, { mode: "travelling", q, branch: 2, phase: 90 });
    expect(
      dot(profile(phased, 0).find(({ turns }) => Math.abs(turns) < 1e-9)!.u, axis),
    ).toBeCloseTo(0, 9);
    expect(ringing.warnings).toEqual([]);
  });

  it("that stand have nodes that stay", async () => {
    const q = [0, 1 / 8, 1 / 8];
    const ringing = await resonance(copper, { mode: "standing", q, branch: 2 });
    let nodes = 0;
    for (const share of [0, 0.2, 0.45]) {
      for (const { turns, u } of profile(ringing, share * ringing.periodPs)) {
        const isNode = Math.abs(Math.cos(2 * Math.PI * turns)) < 1e-9;
        nodes += Number(isNode);
        const expected = Math.abs(
          0.1 * Math.cos(2 * Math.PI * turns) * Math.cos(2 * Math.PI * share),
        );
        expect(Math.hypot(...u)).toBeCloseTo(expected, 6);
      }
    }
    expect(nodes).toBe(6);
    // All at rest, a quarter of a period later.
    expect(Math.max(...ringing.displacementsAt(ringing.periodPs / 4).map(Math.abs))).toBeLessThan(
      1e-12,
    );
  });

  it("stand where q and −q are the same, and that is said", async () => {
    const asked = { q: [0.5, 0, 0.5], branch: 3 };
    const travelling = await resonance(diamond, { mode: "travelling", ...asked });
    const standing = await resonance(diamond, { mode: "standing", ...asked });
    expect(travelling.warnings.map(({ code }) => code)).toEqual(["STANDING_WAVE"]);
    for (const time of times) {
      const expected = standing.displacementsAt(time);
      travelling.displacementsAt(time).forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 10);
      });
    }
  });

  it("of equal frequencies are told apart by coordinates, not by rounding", async () => {
    // Silicon's optical mode at the zone centre: three times the same frequency.
    for (const axis of [0, 1, 2]) {
      const ringing = await resonance(diamond, { mode: { harmonic: axis + 1 } });
      const expected = [0, 0, 0, 0, 0, 0];
      expected[axis] = 0.1;
      expected[axis + 3] = -0.1;
      ringing.displacementsAt(0).forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 9);
      });
    }
    // Copper's transverse modes at L: the first is what is left of x across [111], the second of y.
    const across = await Promise.all(
      [0, 1].map((branch) => resonance(copper, { mode: "standing", q: [0.5, 0.5, 0.5], branch })),
    );
    const [first, second] = across.map((each) => each.displacementsAt(0));
    [2, -1, -1].forEach((share, i) => {
      expect(first[i]).toBeCloseTo((0.1 * share) / Math.sqrt(6), 6);
    });
    [0, 1, -1].forEach((share, i) => {
      expect(second[i]).toBeCloseTo((0.1 * share) / Math.SQRT2, 6);
    });
    const branches = [3, 4, 5].map((branch) =>
      resonance(diamond, { mode: "standing", q: [0, 0, 0], branch }),
    );
    const shifts = (await Promise.all(branches)).map((each) => each.displacementsAt(0));
    expect(dot(shifts[0], shifts[1])).toBeCloseTo(0, 12);
    expect(dot(shifts[1], shifts[2])).toBeCloseTo(0, 12);
  });

  it("several at once are the sum of each alone", async () => {
    const modes = [
      { q: [0.5, 0, 0], branch: 0, amplitude: 0.05 },
      { q: [0.25, 0, 0.25], branch: 3, wave: "travelling", phase: 30, damping: { quality: 9 } },
    ] as const;
    const both = await resonance(diamond, { mode: "coupled", modes, amplitude: 0.2 });
    const { supercellMatrix: m } = both;
    const supercell = [0, 1, 2].map((i) => m.slice(3 * i, 3 * i + 3));
    const [first, second] = await Promise.all(
      modes.map(({ q, branch, ...swing }) => {
        const { wave: mode = "standing", ...rest } = { wave: undefined, ...swing };
        return resonance(diamond, { amplitude: 0.2, mode, q, branch, supercell, ...rest });
      }),
    );
    for (const time of times) {
      const [a, b] = [first.displacementsAt(time), second.displacementsAt(time)];
      both.displacementsAt(time).forEach((value, i) => {
        expect(value).toBeCloseTo(a[i] + b[i], 12);
      });
    }
    expect(both.frequencies).toEqual(Float64Array.of(first.frequencies[0], second.frequencies[0]));
    expect(both.waves.map(({ amplitude }) => amplitude)).toEqual([0.05, 0.2]);
  });

  it("of one atom a cell swing at the longest wave that fits, as there is nothing at the centre", async () => {
    const ringing = await resonance(copper);
    expect(ringing.waves[0].qPoint.map(Math.abs).sort()).toEqual([0, 1 / 6, 1 / 6]);
    await expect(resonance(copper, { q: [0, 0, 0] })).rejects.toThrow("take another q");
    await expect(resonance(copper, { mode: { harmonic: 4 }, q: [0.5, 0, 0] })).rejects.toThrow(
      "3 modes that swing",
    );
    await expect(resonance(diamond, { mode: "standing", q: [0, 0, 0], branch: 1 })).rejects.toThrow(
      "those that do are 3, 4, 5",
    );
  });
});

describe("damping", () => {
  it("takes e^(−γt) of the motion, by a rate or a quality factor", async () => {
    const free = await resonance(diamond);
    const rated = await resonance(diamond, { damping: 2 });
    const quality = await resonance(diamond, { damping: { quality: 10 } });
    const turns = 10 / Math.PI;
    for (const [ringing, time, left] of [
      [rated, 0.5, Math.exp(-1)],
      [quality, turns * free.periodPs, Math.exp(-1)],
    ] as const) {
      const expected = free.displacementsAt(time);
      ringing.displacementsAt(time).forEach((value, i) => {
        expect(value).toBeCloseTo(left * expected[i], 10);
      });
    }
    expect(quality.waves[0].dampingPerPs).toBeCloseTo((Math.PI * free.frequencies[0]) / 10, 12);
    const late = rated.energyAt(3).total;
    expect(late).toBeLessThan(rated.energyAt(1).total);
    expect(rated.durationPs).toBeGreaterThan(free.durationPs);
  });
});

describe("a mode that phonons tell", () => {
  const q = [0.5, 0, 0];

  it("is the one of its branch, with its eigenvector", async () => {
    const found = await diamond.mode(q, 3);
    const { frequencies, eigenvectors } = await diamond.modes([q], { eigenvectors: true });
    expect(found).toEqual({
      qPoint: q,
      branch: 3,
      frequency: frequencies[3],
      eigenvector: eigenvectors?.slice(36, 48),
    });
    expect(found.eigenvector.length).toBe(12);
  });

  it("swings as its q and branch do, alone or with others", async () => {
    const [first, second] = await Promise.all([diamond.mode(q, 0), diamond.mode(q, 4)]);
    const alone = await resonance(diamond, { mode: second });
    const same = await resonance(diamond, { mode: "standing", q, branch: 4 });
    expect(alone.displacementsAt(0.1)).toEqual(same.displacementsAt(0.1));
    const coupled = await resonance(diamond, { mode: "coupled", modes: [first, second] });
    expect([...coupled.frequencies]).toEqual([first.frequency, second.frequency]);
  });

  it("is refused where there is none, or it is told twice", async () => {
    expect(() => diamond.mode(q, 6)).toThrow("branch must be a whole number from 0 to 5");
    expect(() => diamond.mode([0, 0], 1)).toThrow(ShapeError);
    expect(() => diamond.mode(q, 1, { directon: [1, 0, 0] } as object)).toThrow("direction");
    const mode = await diamond.mode(q, 4);
    expect(() => resonance(diamond, { mode, branch: 4 })).toThrow("leave those out");
  });
});

describe("an imaginary mode", () => {
  it("stands still, displaced downhill, and is flagged", async () => {
    const cubic = Crystal.create({
      lattice: Lattice.cubic(1.06),
      species: ["Ar"],
      fracPositions: [0, 0, 0],
    });
    const potential = lennardJones({ epsilon: 1, sigma: 1, cutoff: 2.45 });
    const unstable = await phonons(cubic, potential, { supercell: [4, 4, 4], displacement: 1e-3 });
    const [worst] = await unstable.imaginaryModes();
    const asked = { q: worst.qPoint, amplitude: 0.01 };
    const frozen = await resonance(unstable, asked);
    expect(frozen.warnings.map(({ code }) => code)).toEqual(["IMAGINARY_MODE"]);
    expect(frozen.frequencies[0]).toBeCloseTo(worst.frequency, 9);
    expect([frozen.periodPs, frozen.durationPs, frozen.frameCount]).toEqual([Infinity, 0, 1]);
    expect(frozen.displacementsAt(5)).toEqual(frozen.displacementsAt(0));
    expect(frozen.velocitiesAt(5).every((value) => value === 0)).toBe(true);
    const below = frozen.energyAt(0).total;
    expect(below).toBeLessThan(0);
    const [rest, moved] = await Promise.all([
      potential.evaluate(frozen.crystal),
      potential.evaluate(frozen.crystalAt(0)),
    ]);
    expect((moved.energy - rest.energy) / below).toBeCloseTo(1, 1);
    await expect(resonance(unstable, { q: worst.qPoint, temperature: 300 })).rejects.toThrow(
      DomainError,
    );
  });
});
