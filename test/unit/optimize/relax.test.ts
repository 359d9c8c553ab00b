import {
  Crystal,
  harmonic,
  InvalidConfiguration,
  Lattice,
  lennardJones,
  morse,
  type RelaxOptions,
  Runtime,
  relax,
  symmetry,
  TaskCancelled,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";

const runtimes = [1, 3].map((threadCount) => new Runtime({ threadCount }));
afterAll(() => {
  for (const runtime of runtimes) runtime.close();
});

const methods = ["fire", "lbfgs", "cg", "sd"] as const;
const copper = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 7, shift: "force" });
const reduced = { epsilon: 1, sigma: 1 };

function fcc(a: number, element = "Cu"): Crystal {
  return Crystal.create({
    lattice: Lattice.cubic(a),
    species: [element, element, element, element],
    fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
  });
}

const rattled = fcc(3.7).supercell([3, 3, 3]).perturbed({ maxDistance: 0.15, seed: 1 });

/** The lattice constant at which the energy of fcc is least, by golden section on single evaluations. */
async function bestLatticeConstant(pressure: number): Promise<number> {
  const enthalpy = async (a: number) => (await copper.evaluate(fcc(a))).energy + pressure * a ** 3;
  let [low, high] = [3.4, 4.0];
  const ratio = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-7) {
    const [p, q] = [high - ratio * (high - low), low + ratio * (high - low)];
    if ((await enthalpy(p)) < (await enthalpy(q))) high = q;
    else low = p;
  }
  return (low + high) / 2;
}

describe.each(methods)("relax by %s", (method) => {
  it("goes back to the perfect crystal", async () => {
    const done = await relax(rattled, copper, { method, fmax: 1e-4 });
    expect(done).toMatchObject({ converged: true, reason: "converged" });
    expect(done.fmax).toBeLessThanOrEqual(1e-4);
    const perfect = await copper.evaluate(fcc(3.7));
    expect(done.energy / 27).toBeCloseTo(perfect.energy, 5);
    expect(done.evaluations).toBeGreaterThan(done.steps);
  });

  it("finds the lattice constant, also under pressure", async () => {
    for (const pressureGPa of [0, 10]) {
      const options = {
        method,
        cell: "full",
        fmax: 1e-5,
        stressMaxGPa: 1e-4,
        pressureGPa,
      } as const;
      const { crystal, converged } = await relax(fcc(3.7), copper, options);
      expect(converged).toBe(true);
      const best = await bestLatticeConstant(pressureGPa / 160.2176634);
      expect(crystal.lattice.parameters.a).toBeCloseTo(best, 5);
    }
  });

  it("lets a sheared cell and its sites come back together", async () => {
    const sheared = rattled.withLattice([
      [11.3, 0.3, -0.2],
      [0.1, 10.7, 0.4],
      [-0.3, 0.2, 11.2],
    ]);
    const done = await relax(sheared, copper, { method, cell: "full", maxSteps: 3000 });
    expect(done.converged).toBe(true);
    expect(symmetry(done.crystal, { symprec: 0.02 }).spaceGroupNumber).toBe(225);
    for (const component of done.stress) expect(Math.abs(component) * 160.2).toBeLessThan(2e-3);
  });

  it("does not depend on the number of threads, to the bit", async () => {
    const large = fcc(3.7).supercell([5, 5, 5]).perturbed({ maxDistance: 0.1, seed: 2 });
    const [one, three] = await Promise.all(
      runtimes.map((runtime) =>
        relax(large, copper, { method, maxSteps: 8, cell: "full", runtime }),
      ),
    );
    expect(three.crystal.fracPositions).toEqual(one.crystal.fracPositions);
    expect(three.energy).toBe(one.energy);
  });
});

describe("relax", () => {
  it("changes the size alone where that is asked for", async () => {
    const { a, b, c } = { a: 3.5, b: 3.6, c: 3.7 };
    const box = fcc(3.6).withLattice(Lattice.orthorhombic(a, b, c));
    const { crystal, stress } = await relax(box, copper, { cell: "isotropic" });
    const { parameters } = crystal.lattice;
    expect(parameters.b / parameters.a).toBeCloseTo(b / a, 12);
    expect(parameters.c / parameters.a).toBeCloseTo(c / a, 12);
    expect(Math.abs(stress[0] + stress[1] + stress[2]) * 160.2).toBeLessThan(4e-3);
  });

  it("leaves fixed sites where they are", async () => {
    const { crystal } = await relax(rattled, copper, { fixed: [0, 5, 7] });
    for (const site of [0, 5, 7]) {
      for (let k = 3 * site; k < 3 * site + 3; k++) {
        expect(crystal.fracPositions[k]).toBeCloseTo(rattled.fracPositions[k], 14);
      }
    }
    expect(crystal.fracPositions[3]).not.toBeCloseTo(rattled.fracPositions[3], 5);
  });

  it("keeps the symmetry that the crystal nearly has, and loses it unless asked to", async () => {
    const ideal = Crystal.create({
      lattice: Lattice.tetragonal(3.6, 4.1),
      species: ["Cu", "Cu", "Cu"],
      fracPositions: [0, 0, 0, 0.5, 0.5, 0.24, 0.5, 0.5, 0.76],
    });
    const group = symmetry(ideal).spaceGroupNumber;
    const shaken = ideal.perturbed({ maxDistance: 0.003, seed: 1 });
    const options = { cell: "full", maxSteps: 5 } as const;
    const kept = await relax(shaken, copper, { ...options, keepSymmetry: true });
    expect(symmetry(kept.crystal, { symprec: 1e-6 }).spaceGroupNumber).toBe(group);
    const free = await relax(shaken, copper, options);
    expect(symmetry(free.crystal, { symprec: 1e-6 }).spaceGroupNumber).toBeLessThan(group);
  });

  it("fixes with a site those that are equivalent to it, where the symmetry is kept", async () => {
    const crystal = Crystal.create({
      lattice: Lattice.tetragonal(3.6, 4.1),
      species: ["Cu", "Cu", "Cu"],
      fracPositions: [0, 0, 0, 0.5, 0.5, 0.24, 0.5, 0.5, 0.76],
    });
    const options = { fixed: [1], maxSteps: 3 } as const;
    const kept = await relax(crystal, copper, { ...options, keepSymmetry: true });
    expect(kept.crystal.fracPositions[5]).toBeCloseTo(0.24, 12);
    expect(kept.crystal.fracPositions[8]).toBeCloseTo(0.76, 12);
    const free = await relax(crystal, copper, options);
    expect(Math.abs(free.crystal.fracPositions[8] - 0.76)).toBeGreaterThan(1e-3);
  });

  it("does as the crystal's configuration says", async () => {
    const still = fcc(3.7).withConfig({ optimizationLevel: "none" });
    expect(await relax(still, copper)).toMatchObject({ steps: 0 });
    const cell = fcc(3.7).withConfig({ optimizationLevel: "cell" });
    const { crystal } = await relax(cell, copper);
    expect(crystal.lattice.parameters.a).not.toBeCloseTo(3.7, 3);
  });

  it("says when it has not arrived", async () => {
    const done = await relax(rattled, copper, { maxSteps: 2 });
    expect(done).toMatchObject({ converged: false, reason: "maxSteps", steps: 2 });
    expect(String(done)).toMatch(/^not converged \(maxSteps\) after 2 steps/);
  });

  it("keeps the way sparsely, from the first to the last step", async () => {
    const done = await relax(rattled, copper, { method: "sd", frames: 5, fmax: 1e-5 });
    const { frames } = done;
    expect(frames.length).toBeLessThanOrEqual(5);
    expect(frames[0].step).toBe(0);
    expect(frames[0].crystal.fracPositions[4]).toBeCloseTo(rattled.fracPositions[4], 12);
    expect(frames.at(-1)).toMatchObject({ step: done.steps });
    expect(frames.at(-1)?.energy).toBeCloseTo(done.energy, 10);
    const energies = frames.map((frame) => frame.energy);
    expect(energies).toEqual([...energies].sort((p, q) => q - p));
    expect((await relax(rattled, copper, { frames: 0 })).frames).toEqual([]);
  });

  it("tells on the way how far it is, and can be stopped", async () => {
    const steps: { step: number; energy: number; fmax: number }[] = [];
    const large = fcc(3.7).supercell([16, 16, 16]).perturbed({ maxDistance: 0.3, seed: 3 });
    const task = relax(large, copper, {
      method: "sd",
      fmax: 1e-12,
      maxSteps: 1e6,
      onStep: (step) => {
        steps.push(step);
        if (steps.length > 2) task.cancel();
      },
    });
    await expect(task).rejects.toThrow(TaskCancelled);
    expect(steps[0].energy).toBeLessThan(0);
    expect(steps.at(-1)?.fmax).toBeGreaterThan(0);
  }, 60_000);

  it("finds the minimum of a cluster whose atoms drift far", async () => {
    // The icosahedron of 13 atoms: E = -44.326801 (Cambridge Cluster Database), from a cuboctahedron.
    const shell = [-1, 0, 1]
      .flatMap((x) => [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((z) => [x, y, z])))
      .filter((v) => v.reduce((sum, each) => sum + each * each, 0) === 2);
    const cluster = Crystal.create({
      lattice: Lattice.cubic(10),
      species: Array<string>(13).fill("Ar"),
      cartPositions: [[0, 0, 0], ...shell].flat().map((x) => 5 + 0.8 * x),
      periodic: [false, false, false],
    }).perturbed({ maxDistance: 0.2, seed: 4 });
    const potential = lennardJones({ ...reduced, cutoff: 100 });
    const done = await relax(cluster, potential, { fmax: 1e-8 });
    expect(done.energy).toBeCloseTo(-44.326801, 5);
  });
});

describe("what has no minimum to go to ends", () => {
  const dimer = (r: number) =>
    Crystal.create({
      lattice: Lattice.cubic(20),
      species: ["Ar", "Ar"],
      cartPositions: [5, 5, 5, 5 + r, 5, 5],
      periodic: [false, false, false],
    });

  it.each(methods)("atoms that fly away, by %s", async (method) => {
    const potential = lennardJones({ ...reduced, cutoff: 3, smoothFrom: 1.3 });
    const repelled = await relax(dimer(0.5), potential, { method, maxSteps: 500, fmax: 1e-6 });
    expect(Number.isFinite(repelled.energy)).toBe(true);
    expect(repelled.crystal.fracPositions.every(Number.isFinite)).toBe(true);
  });

  it.each(methods)("a cell that collapses, by %s", async (method) => {
    // Springs of no length pull all atoms together.
    const pulling = harmonic({ k: 5, r0: 0.01, cutoff: 4 });
    const done = await relax(fcc(3.6), pulling, { method, cell: "full", maxSteps: 300 });
    expect(Number.isFinite(done.energy)).toBe(true);
    expect(done.crystal.lattice.volume).toBeGreaterThan(0);
  });
});

describe("what makes no sense is said", () => {
  const refused: readonly [RelaxOptions, RegExp][] = [
    [{ method: "bfgs" as never }, /method/],
    [{ fmax: 0 }, /fmax must be greater than 0/],
    [{ cell: true as never }, /cell must be/],
    [{ pressureGPa: 1 }, /a pressure changes nothing/],
    [{ fmaxx: 1 } as never, /fmax/],
    [{ maxSteps: 1.5 }, /maxSteps/],
    [{ maxSteps: Symbol("many") as never }, /maxSteps/],
    [{ keepSymmetry: 1 as never }, /keepSymmetry must be true or false/],
    [{ onStep: "log" as never }, /onStep must be a function/],
    [{ fixed: [1000] }, /a site must be an index/],
  ];

  it.each(refused)("%o", (options, message) => {
    expect(() => relax(rattled, copper, options)).toThrow(message);
  });

  it("a cell of what is not periodic, and no potential", () => {
    const sheet = Crystal.create({
      lattice: Lattice.cubic(5),
      species: ["Cu"],
      fracPositions: [0, 0, 0],
      periodic: [true, true, false],
    });
    expect(() => relax(sheet, copper, { cell: "full" })).toThrow(InvalidConfiguration);
    expect(() => relax(rattled, {} as never)).toThrow(/must be a Potential/);
  });
});
