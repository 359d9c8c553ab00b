import { Crystal, Lattice, lennardJones, phonons, relax, tersoff } from "prism-lab";
import { describe, expect, it } from "vitest";

describe("phonons of what does not repeat in three directions", () => {
  it("are the vibrations of a pair of atoms: one, of √(2k/m)", async () => {
    const pair = Crystal.create({
      lattice: Lattice.cubic(20),
      species: ["Ar", "Ar"],
      cartPositions: [
        [1, 1, 1],
        [4.8, 1, 1],
      ],
      periodic: [false, false, false],
    });
    const potential = lennardJones({ epsilon: 0.0104, sigma: 3.4, cutoff: 30 });
    const { crystal } = await relax(pair, potential, { fmax: 1e-9 });
    const vibrations = await phonons(crystal, potential);
    expect(vibrations.supercell.siteCount).toBe(2);
    const frequencies = vibrations.frequencies([0, 0, 0]);
    // φ'' of the minimum is 72 ε/r².
    const k = (72 * 0.0104) / (2 ** (1 / 3) * 3.4 ** 2);
    expect(frequencies[5]).toBeCloseTo(15.6333 * Math.sqrt((2 * k) / 39.95), 3);
    for (const zero of frequencies.subarray(0, 5)) expect(Math.abs(zero)).toBeLessThan(0.02);
  });

  it("are the same where a cluster stands in its cell, or beyond it", async () => {
    const potential = lennardJones({ epsilon: 0.0104, sigma: 3.4, cutoff: 30 });
    const at = (edge: number, offset: number) =>
      Crystal.create({
        lattice: Lattice.cubic(edge),
        species: ["Ar", "Ar", "Ar"],
        cartPositions: [0, 0, 0, 3.8, 0, 0, 1.9, 3.3, 0].map((x) => x + offset),
        periodic: [false, false, false],
      });
    const frequenciesOf = async (crystal: Crystal) =>
      (await phonons(crystal, potential)).frequencies([0, 0, 0]);
    const inside = await frequenciesOf(at(30, 10));
    // Torn by the faces of its cell, and longer than it.
    for (const crystal of [at(30, -2), at(3, 0)]) {
      (await frequenciesOf(crystal)).forEach((frequency, branch) => {
        expect(frequency).toBeCloseTo(inside[branch], 5);
      });
    }
  });

  it("repeat a sheet within itself alone, with the degeneracies of its symmetry", async () => {
    const graphene = Crystal.create({
      lattice: Lattice.fromParameters(2.53, 2.53, 6, 90, 90, 120),
      species: ["C", "C"],
      fracPositions: [
        [1 / 3, 2 / 3, 0.5],
        [2 / 3, 1 / 3, 0.5],
      ],
      periodic: [true, true, false],
    });
    const vibrations = await phonons(graphene, tersoff({ elements: ["Si", "C"] }), {
      displacement: 1e-3,
    });
    expect(vibrations.supercell.siteCount).toBe(50);
    const atGamma = vibrations.frequencies([0, 0, 0]);
    // E2g, and the acoustic ones.
    expect(atGamma[5] - atGamma[4]).toBeLessThan(1e-3);
    for (const zero of atGamma.subarray(0, 3)) expect(Math.abs(zero)).toBeLessThan(1e-3);
    const [m, other] = [
      [0.5, 0, 0],
      [0, 0.5, 0],
    ].map((q) => vibrations.frequencies(q));
    m.forEach((frequency, branch) => {
      expect(Math.abs(frequency - other[branch])).toBeLessThan(0.02);
    });
  });
});
