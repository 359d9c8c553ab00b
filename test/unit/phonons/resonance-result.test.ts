import {
  Crystal,
  DomainError,
  fromPrototype,
  harmonic,
  InvalidConfiguration,
  Lattice,
  type Phonons,
  phonons,
  Runtime,
  resonance,
  stillingerWeber,
  TaskCancelled,
  trajectoryOf,
  trajectoryText,
} from "prism-lab";
import { beforeAll, describe, expect, it } from "vitest";

const silicon = stillingerWeber({ element: "Si" });
let diamond: Phonons;

beforeAll(async () => {
  const cell = fromPrototype("diamond", { species: ["Si"], a: 5.43095 });
  diamond = await phonons(cell, silicon, { supercell: [2, 2, 2] });
});

describe("frames", () => {
  it("cover the duration, hold velocities and are written as a trajectory", async () => {
    const ringing = await resonance(diamond, { mode: "travelling", frames: 6, durationPs: 0.3 });
    const { frames, crystal } = ringing;
    expect(Array.from(ringing.frameTimesPs, (t) => t.toFixed(3))).toEqual([
      "0.000",
      "0.050",
      "0.100",
      "0.150",
      "0.200",
      "0.250",
    ]);
    frames.forEach(({ timePs, positions, crystal: then }) => {
      const shifts = ringing.displacementsAt(timePs);
      positions.forEach((x, i) => {
        expect(x).toBe(crystal.cartPositions[i] + shifts[i]);
        expect(then.cartPositions[i]).toBeCloseTo(x, 9);
      });
      expect(then.siteProperties.velocities).toEqual(ringing.velocitiesAt(timePs));
    });
    const text = trajectoryText(
      frames.map((frame) => frame.crystal),
      "extxyz",
    );
    const read = trajectoryOf(text);
    expect(read.length).toBe(6);
    expect(read[4].cartPositions[0]).toBeCloseTo(frames[4].positions[0], 6);
  });

  it("are one period, or as many as bring several modes back together", async () => {
    const one = await resonance(diamond, { mode: { harmonic: 2 } });
    expect([one.durationPs * one.frequencies[0], one.frameCount]).toEqual([1, 20]);
    const chain = Crystal.create({
      lattice: Lattice.orthorhombic(3, 12, 12),
      species: ["Na"],
      fracPositions: [0, 0, 0],
    });
    const row = await phonons(chain, harmonic({ k: 2, r0: 3, cutoff: 4 }), {
      supercell: [6, 1, 1],
    });
    // ω = 2√(k/m) sin(πq): at q = 1/6 half of that at q = 1/2.
    const modes = [1 / 6, 1 / 2].map((q) => ({ q: [q, 0, 0], branch: 2 }));
    const two = await resonance(row, { mode: "coupled", modes });
    expect(two.durationPs).toBeCloseTo(two.periodPs, 12);
    expect(two.frameCount).toBe(40);
    const [start, end] = [0, two.durationPs].map((time) => two.displacementsAt(time));
    start.forEach((value, i) => {
      expect(end[i]).toBeCloseTo(value, 4);
    });
  });
});

describe("a resonance", () => {
  it("is the same to the bit on any number of threads, and can be cancelled", async () => {
    const results = [];
    for (const threadCount of [1, 3]) {
      const runtime = new Runtime({ threadCount });
      const ringing = await resonance(diamond, { mode: "travelling", q: [0.2, 0, 0], runtime });
      results.push([ringing.displacementsAt(0.3), ringing.forcesAt(0.3), ringing.energyAt(0.3)]);
      await runtime.close();
    }
    expect(results[0]).toEqual(results[1]);
    const signal = AbortSignal.abort();
    await expect(resonance(diamond, { signal })).rejects.toThrow(TaskCancelled);
  });

  it("says what it is", async () => {
    const ringing = await resonance(diamond, {
      mode: "travelling",
      q: [0.25, 0, 0.25],
      damping: 1,
    });
    expect(String(ringing)).toMatch(
      /^travelling at q = 0\.25, 0, 0\.25: \d\.\d{3} THz, 0\.1 Å, damped by 1\/ps, in 4 cells of Si$/,
    );
  });

  it("refuses what means nothing", () => {
    const wrong = (options: object) => () => resonance(diamond, options);
    expect(wrong({ mode: "fundamentl" })).toThrow("mode must be one of fundamental");
    expect(wrong({ mode: { harmonics: 2 } })).toThrow("did you mean harmonic?");
    expect(wrong({ mode: { harmonic: 0 } })).toThrow(DomainError);
    expect(wrong({ mode: "coupled" })).toThrow("takes 1 to 100 modes");
    expect(wrong({ mode: "coupled", modes: [{ branch: 1 }] })).toThrow("modes[0].q");
    expect(wrong({ mode: "coupled", modes: [{ q: [0, 0, 0], brunch: 1 }] })).toThrow("branch");
    expect(
      wrong({ mode: "coupled", modes: [{ q: [0, 0, 0], branch: 1, wave: "stands" }] }),
    ).toThrow("standing, travelling");
    expect(wrong({ modes: [] })).toThrow(InvalidConfiguration);
    expect(wrong({ branch: 1 })).toThrow('"standing" and "travelling"');
    expect(wrong({ mode: "standing", branch: 1.5 })).toThrow(DomainError);
    expect(wrong({ q: [0, 0] })).toThrow("three numbers");
    expect(wrong({ q: [0, 0, Number.NaN] })).toThrow(DomainError);
    expect(wrong({ q: "X" })).toThrow("three numbers");
    expect(wrong({ amplitude: 0 })).toThrow("amplitude must lie between 1e-12 and 1000 Å");
    expect(wrong({ amplitude: 0.1, temperature: 300 })).toThrow("give one of them");
    expect(wrong({ temperature: -1 })).toThrow("between 0 and 1000000 K");
    expect(wrong({ damping: -1 })).toThrow("damping must be 0 or more");
    expect(wrong({ damping: { quality: 0 } })).toThrow("quality");
    expect(wrong({ phase: "90" })).toThrow("phase must be a finite number");
    expect(wrong({ frames: 0 })).toThrow("frames must be a whole number");
    expect(wrong({ durationPs: 0 })).toThrow("durationPs");
    expect(wrong({ supercell: [1, 2] })).toThrow(DomainError);
    expect(() => resonance({} as Phonons)).toThrow("await phonons(crystal, potential)");
  });

  it("asks for branches that there are, at times that are numbers", async () => {
    await expect(
      resonance(diamond, { mode: "travelling", q: [0.5, 0, 0], branch: 6 }),
    ).rejects.toThrow("branches are 0 to 5");
    const ringing = await resonance(diamond);
    expect(() => ringing.displacementsAt(Number.NaN)).toThrow(DomainError);
    expect(() => ringing.energyAt("1" as unknown as number)).toThrow(DomainError);
  });
});
