import { Crystal, Lattice, morse, type Phonons, phonons, resonance } from "prism-lab";
import { beforeAll, describe, expect, it } from "vitest";

/** THz of √(1 eV/Å²/u)/2π, CODATA 2018. */
const unit = 15.633302;

/** Polar and of no symmetry: what is left out of the forces cannot cancel. */
const crystal = Crystal.create({
  lattice: Lattice.fromMatrix([3.1, 0, 0, 0.3, 3.4, 0, -0.7, 0.4, 5.9]),
  species: ["Na", "Cl", "Br"],
  fracPositions: [0.1, 0.2, 0.05, 0.55, 0.6, 0.38, 0.2, 0.8, 0.71],
});
const branch = 8;
let polar: Phonons;

beforeAll(async () => {
  const potential = morse({ depth: 0.34, alpha: 1.36, r0: 2.87, cutoff: 5.5 });
  polar = await phonons(crystal, potential, {
    supercell: [2, 2, 1],
    nonAnalytical: { bornCharges: { Na: 1, Cl: -0.4, Br: -0.6 }, dielectric: 3 },
  });
});

describe("resonances of polar crystals", () => {
  const cases = [
    { mode: "standing", q: [0, 0, 0] },
    { mode: "standing", q: [0.5, 0, 0.5] },
    { mode: "standing", q: [1 / 3, 1 / 3, 0] },
    { mode: "travelling", q: [0.2, 0.4, 0.6] },
  ] as const;

  it.each(cases)("$mode at $q: forces with those of dipoles are −m ω² u", async (wave) => {
    const ringing = await resonance(polar, { ...wave, branch, amplitude: 0.05, phase: 33 });
    const square = (ringing.frequencies[0] / unit) ** 2;
    for (const time of [0, 0.013, 1.7]) {
      const displacements = ringing.displacementsAt(time);
      ringing.forcesAt(time).forEach((force, i) => {
        const expected = -ringing.masses[Math.floor(i / 3)] * square * displacements[i];
        expect(Math.abs(force - expected)).toBeLessThan(1e-6);
      });
    }
  });

  it("keep their energy, several waves at once too", async () => {
    const modes = cases.map(({ q }) => ({ q, branch }));
    const ringing = await resonance(polar, { mode: "coupled", modes: modes.slice(0, 2) });
    const { total } = ringing.energyAt(0);
    expect(total).toBeGreaterThan(0);
    for (const time of [0.013, 0.1, 1.7]) {
      expect(Math.abs(ringing.energyAt(time).total / total - 1)).toBeLessThan(1e-7);
    }
  });
});
