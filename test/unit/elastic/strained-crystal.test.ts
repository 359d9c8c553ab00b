import { readFileSync } from "node:fs";
import {
  Crystal,
  DomainError,
  elasticTensor,
  InvalidConfiguration,
  Lattice,
  lennardJones,
  morse,
  Runtime,
  relax,
  stillingerWeber,
  TaskCancelled,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";

interface Golden {
  cell: number[];
  fracPositions: number[];
  cutoff: number;
  relaxIons: boolean;
  strain: number;
  stressGPa: number[];
  voigtGPa: number[];
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/elastic/lammps.json", import.meta.url), "utf8"),
) as Record<string, Golden>;

const girifalco = { depth: 0.3429, alpha: 1.3588, r0: 2.866 };
const smooth = morse({ ...girifalco, cutoff: 6.5, shift: "force" });
const runtimes = [1, 3].map((threadCount) => new Runtime({ threadCount }));
afterAll(() => {
  for (const runtime of runtimes) runtime.close();
});

function hcp(): Crystal {
  return Crystal.create({
    lattice: Lattice.hexagonal(2.6, 4.3),
    species: ["Cu", "Cu"],
    fracPositions: [1 / 3, 2 / 3, 0.25, 2 / 3, 1 / 3, 0.75],
  });
}

describe("elasticTensor", () => {
  it.each(Object.entries(golden))("says what LAMMPS says of %s", async (_, expected) => {
    const { cell, fracPositions, cutoff, relaxIons, strain } = expected;
    const crystal = Crystal.create({
      lattice: Lattice.fromMatrix(cell),
      species: Array<string>(fracPositions.length / 3).fill("Cu"),
      fracPositions,
    });
    const potential = morse({ ...girifalco, cutoff });
    const tensor = await elasticTensor(crystal, potential, { relaxIons, strain, fmax: 1e-9 });
    const digits = relaxIons ? 3 : 4;
    const both = expected.voigtGPa.map(
      (value, k) => (value + expected.voigtGPa[6 * (k % 6) + Math.floor(k / 6)]) / 2,
    );
    tensor.voigtGPa.forEach((value, k) => {
      expect(value).toBeCloseTo(both[k], digits);
    });
    tensor.stressGPa.forEach((value, k) => {
      expect(value).toBeCloseTo(expected.stressGPa[k], 5);
    });
    expect(tensor.warnings.map(({ code }) => code)).toContain("STRESSED_START");
  });

  it("of Lennard-Jones fcc at rest is 105.19, 60.19 and 60.19 ε/σ³, also of its primitive cell", async () => {
    const a = 1.541737;
    const potential = lennardJones({ epsilon: 1, sigma: 1, cutoff: 24 });
    const lattice = Lattice.fromMatrix([0, 1, 1, 1, 0, 1, 1, 1, 0].map((x) => (x * a) / 2));
    const primitive = Crystal.create({ lattice, species: ["Ar"], fracPositions: [0, 0, 0] });
    const tensor = await elasticTensor(primitive, potential, { strain: 1e-4 });
    const c = tensor.voigtGPa.map((value) => value / 160.2176634);
    expect(c[0]).toBeCloseTo(105.19, 1);
    expect(c[1]).toBeCloseTo(60.19, 1);
    // Cauchy's relation of pair potentials without stress.
    expect(Math.abs(c[21] - c[1])).toBeLessThan(0.02);
    expect(tensor.crystalSystem).toBe("cubic");
    expect(tensor.bornStable && tensor.converged).toBe(true);
  });

  it("of Stillinger-Weber silicon is that of LAMMPS, relaxed and clamped", async () => {
    const corners = [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];
    const diamond = Crystal.create({
      lattice: Lattice.cubic(5.43095),
      species: Array<string>(8).fill("Si"),
      fracPositions: [...corners, ...corners.map((x) => x + 0.25)],
    });
    const silicon = stillingerWeber({ element: "Si" });
    const [relaxed, clamped] = await Promise.all(
      [true, false].map((relaxIons) => elasticTensor(diamond, silicon, { relaxIons })),
    );
    // LAMMPS 29Sep2021, Si.sw with lattice constant 5.430950 Å: 151.42, 76.42 and 56.45 GPa; with clamped ions C44 = 109.76 GPa.
    expect(relaxed.voigtGPa[0]).toBeCloseTo(151.42, 1);
    expect(relaxed.voigtGPa[1]).toBeCloseTo(76.42, 1);
    expect(relaxed.voigtGPa[21]).toBeCloseTo(56.45, 1);
    expect(clamped.voigtGPa[0]).toBeCloseTo(151.42, 1);
    expect(clamped.voigtGPa[21]).toBeCloseTo(109.76, 1);
    expect(relaxed.zenerRatio).toBeCloseTo((2 * 56.45) / 75, 2);
  });

  it("of a crystal at rest has the symmetry of the crystal and no warnings", async () => {
    const options = { cell: "full", fmax: 1e-8, stressMaxGPa: 1e-5 } as const;
    const { crystal } = await relax(hcp(), smooth, options);
    const tensor = await elasticTensor(crystal, smooth);
    expect(tensor.warnings).toEqual([]);
    expect(tensor.crystalSystem).toBe("hexagonal");
    expect(tensor.asymmetryGPa).toBeLessThan(0.01);
    const exact = tensor.symmetrized().voigtGPa;
    tensor.voigtGPa.forEach((value, k) => {
      expect(Math.abs(value - exact[k])).toBeLessThan(0.02);
    });
    const clamped = await elasticTensor(crystal, smooth, { relaxIons: false });
    // Relaxed ions make a crystal softer, but not against what needs no relaxation.
    expect(clamped.voigtGPa[35] - tensor.voigtGPa[35]).toBeGreaterThan(5);
    expect(clamped.voigtGPa[14]).toBeCloseTo(tensor.voigtGPa[14], 3);
    // Cauchy's relations hold with clamped ions.
    expect(Math.abs(clamped.voigtGPa[35] - clamped.voigtGPa[1])).toBeLessThan(0.05);
    expect(Math.abs(clamped.voigtGPa[21] - clamped.voigtGPa[2])).toBeLessThan(0.05);
  });

  it("brings the ions of the start to rest first", async () => {
    const rattled = hcp().supercell([2, 2, 2]).perturbed({ maxDistance: 0.1, seed: 5 });
    const [still, moved] = await Promise.all(
      [hcp(), rattled].map((crystal) => elasticTensor(crystal, smooth, { fmax: 1e-7 })),
    );
    moved.voigtGPa.forEach((value, k) => {
      expect(value).toBeCloseTo(still.voigtGPa[k], 2);
    });
    const { forces } = await smooth.evaluate(moved.crystal!);
    expect(Math.max(...forces.map(Math.abs))).toBeLessThan(1e-7);
  });

  it("does not depend on the number of threads, to the bit", async () => {
    const rattled = hcp().supercell([4, 4, 4]).perturbed({ maxDistance: 0.05, seed: 6 });
    const [one, three] = await Promise.all(
      runtimes.map((runtime) => elasticTensor(rattled, smooth, { runtime, fmax: 1e-4 })),
    );
    expect(three.voigtGPa).toEqual(one.voigtGPa);
    expect(three.crystal?.fracPositions).toEqual(one.crystal?.fracPositions);
  });

  it("says which strains did not come to rest", async () => {
    const tensor = await elasticTensor(hcp(), smooth, { maxSteps: 0, fmax: 1e-9 });
    expect(tensor.converged).toBe(false);
    const message = tensor.warnings.find(({ code }) => code === "NOT_CONVERGED")?.message;
    expect(message).toContain("+xx");
    expect(message).not.toContain("+zz");
  });

  it("can be stopped", async () => {
    const large = hcp().supercell([12, 12, 12]).perturbed({ maxDistance: 0.2, seed: 7 });
    const task = elasticTensor(large, smooth, { fmax: 1e-12, maxSteps: 1e6 });
    setTimeout(() => task.cancel(), 50);
    await expect(task).rejects.toThrow(TaskCancelled);
  }, 60_000);

  it("refuses what has no elastic constants", async () => {
    const sheet = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Cu"],
      fracPositions: [0, 0, 0],
      periodic: [true, true, false],
    });
    expect(() => elasticTensor(sheet, smooth)).toThrow(InvalidConfiguration);
    expect(() => elasticTensor(hcp(), smooth, { strain: 0 })).toThrow(DomainError);
    expect(() => elasticTensor(hcp(), smooth, { maxSteps: 0.5 })).toThrow(/whole number/);
    expect(() => elasticTensor(hcp(), smooth, { relaxIons: 1 as never })).toThrow(/true or false/);
    const doubled = Crystal.create({
      lattice: Lattice.cubic(4),
      species: ["Cu", "Cu"],
      fracPositions: [0, 0, 0, 0, 0, 0],
    });
    const potential = lennardJones({ epsilon: 1, sigma: 1, cutoff: 3 });
    await expect(elasticTensor(doubled, potential)).rejects.toThrow(/sites 0 and 1/);
  });
});
