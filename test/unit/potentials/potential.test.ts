import { Crystal, harmonic, Lattice, lennardJones, morse } from "prism-lab";
import { describe, expect, it } from "vitest";

const reduced = { epsilon: 1, sigma: 1 };

function fcc(a: number): Crystal {
  return Crystal.create({
    lattice: Lattice.cubic(a),
    species: ["Ar", "Ar", "Ar", "Ar"],
    fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
  });
}

describe("lattice sums of Lennard-Jones", () => {
  // Jones & Ingham, Proc. R. Soc. Lond. A 107, 636 (1925): A12 = 12.131880, A6 = 14.453921.
  it("give the energy of fcc at its best lattice constant", async () => {
    const nearest = 1.090173;
    const cutoff = 20;
    const potential = lennardJones({ ...reduced, cutoff });
    const { energies, stress } = await potential.evaluate(fcc(nearest * Math.SQRT2));
    const density = Math.SQRT2 / nearest ** 3;
    // What lies beyond the cutoff, as a continuum: ½ 4πρ ∫ r² (-4 r⁻⁶) dr.
    const tail = -((8 * Math.PI * density) / 3) * cutoff ** -3;
    expect(energies[0] + tail).toBeCloseTo(-8.6102, 4);
    for (const index of [0, 1, 2]) expect(Math.abs(stress[index])).toBeLessThan(0.004);
    for (const index of [3, 4, 5]) expect(Math.abs(stress[index])).toBeLessThan(1e-12);
  });
});

describe("a dimer", () => {
  const dimer = (r: number) =>
    Crystal.create({
      lattice: Lattice.cubic(30),
      species: ["Ar", "Ar"],
      cartPositions: [1, 2, 3, 1 + r, 2, 3],
      periodic: [false, false, false],
    });

  it("has the energy and the force of the formula", async () => {
    const r = 1.3;
    const { energy, forces } = await lennardJones({ ...reduced, cutoff: 3 }).evaluate(dimer(r));
    expect(energy).toBeCloseTo(4 * (r ** -12 - r ** -6), 12);
    expect(forces[0]).toBeCloseTo(-(48 * r ** -13 - 24 * r ** -7), 11);
    const bound = await morse({ depth: 2, alpha: 1.5, r0: 1.1, cutoff: 5 }).evaluate(dimer(1.1));
    expect(bound.energy).toBeCloseTo(-2, 14);
    expect(bound.forces[3]).toBeCloseTo(0, 14);
    const spring = await harmonic({ k: 3, r0: 1, cutoff: 5 }).evaluate(dimer(1.2));
    expect(spring.energy).toBeCloseTo(0.06, 14);
  });

  it("ends at the cutoff as asked", async () => {
    const energyAt = async (options: object, r: number) =>
      (await lennardJones({ ...reduced, cutoff: 2.5, ...options }).evaluate(dimer(r))).energy;
    const atCutoff = 4 * (2.5 ** -12 - 2.5 ** -6);
    expect(await energyAt({}, 2.5)).toBeCloseTo(atCutoff, 14);
    expect(await energyAt({}, 2.5000001)).toBe(0);
    expect(await energyAt({ shift: true }, 2.5)).toBeCloseTo(0, 14);
    expect(await energyAt({ shift: "force" }, 2.4999)).toBeCloseTo(0, 8);
    expect(await energyAt({ smoothFrom: 2 }, 2.49)).toBeCloseTo(0, 5);
    expect(await energyAt({ smoothFrom: 2 }, 1.9)).toBe(await energyAt({}, 1.9));
  });
});

describe("what cannot be evaluated is said", () => {
  const potential = lennardJones({ pairs: { "Ar-Ar": reduced }, cutoff: 3 });

  it("an element without parameters, and one that goes by another name", async () => {
    const neon = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Ne"],
      fracPositions: [0, 0, 0],
    });
    expect(() => potential.evaluate(neon)).toThrow(
      /Lennard-Jones has parameters for Ar, not for Ne.*withNames\(\{ Ne: "Ar" \}\)/,
    );
    const { energy } = await potential.withNames({ Ne: "Ar" }).evaluate(neon);
    expect(energy).toBe(0);
  });

  it("a pair without parameters", () => {
    const some = lennardJones({ pairs: { "Ar-Ar": reduced, "Ar-Ne": reduced }, cutoff: 3 });
    const neon = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Ne"],
      fracPositions: [0, 0, 0],
    });
    expect(() => some.evaluate(neon)).toThrow(
      /no parameters for Ne-Ne; give them in pairs, or null/,
    );
  });

  it("atoms on top of each other", async () => {
    const twice = Crystal.create({
      lattice: Lattice.cubic(10),
      species: ["Ar", "Ar", "Ar"],
      fracPositions: [0.1, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    });
    await expect(potential.evaluate(twice)).rejects.toThrow(
      /sites (1 and 2|2 and 1) are 0\.000e0 Å apart/,
    );
  });

  it("parameters beyond all measure", async () => {
    const huge = lennardJones({ epsilon: 1e300, sigma: 1e30, cutoff: 5 });
    expect(() => huge.evaluate(fcc(4))).toThrow(/Lennard-Jones: its parameters are beyond/);
    const steep = harmonic({ k: 1e308, r0: 20, cutoff: 5 });
    await expect(steep.evaluate(fcc(4))).rejects.toThrow(/no sites are closer than 2\.83 Å/);
  });

  it("a site that several species share", () => {
    const shared = Crystal.create({
      lattice: Lattice.cubic(4),
      species: [
        [
          { species: "Ar", occupancy: 0.5 },
          { species: "Ne", occupancy: 0.5 },
        ],
      ],
      fracPositions: [0, 0, 0],
    });
    expect(() => potential.evaluate(shared)).toThrow(/needs whole atoms/);
  });

  it("a cutoff that reaches through a thin cell too often", async () => {
    const thin = Crystal.create({
      lattice: Lattice.fromParameters(4, 4, 0.01, 90, 90, 90),
      species: ["Ar"],
      fracPositions: [0, 0, 0],
    });
    await expect(potential.evaluate(thin)).rejects.toThrow(/too thin for neighbours up to 3.00 Å/);
  });

  it("nothing of a cutoff whose square is 0", async () => {
    const { energy } = await lennardJones({ ...reduced, cutoff: 1e-308 }).evaluate(fcc(4));
    expect(energy).toBe(0);
  });

  it("options that make no sense", () => {
    const { epsilon, sigma } = reduced;
    expect(() => lennardJones({ epsilon: -1, sigma, cutoff: 3 })).toThrow(/epsilon/);
    expect(() => lennardJones({ epsilon, sigma, cutof: 3 } as never)).toThrow(/cutoff/);
    expect(() => lennardJones({ epsilon, sigma, cutoff: 3, smoothFrom: 4 })).toThrow(/smoothFrom/);
    expect(() => lennardJones({ epsilon, sigma, cutoff: 3, shift: true, smoothFrom: 2 })).toThrow(
      /not both/,
    );
    expect(() => lennardJones({ pairs: { ArAr: reduced }, cutoff: 3 })).toThrow(/Na-Cl/);
    expect(() =>
      lennardJones({ pairs: { "Ar-Ne": reduced, "Ne-Ar": reduced }, cutoff: 3 }),
    ).toThrow(/given twice/);
    expect(() => potential.plus({} as never)).toThrow(/takes a Potential/);
  });
});
