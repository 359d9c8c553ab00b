import { Crystal, fromPrototype, Lattice, Runtime, springs } from "prism-lab";
import { describe, expect, it } from "vitest";
import { difference, moved, strained } from "./differences.js";

const copper = fromPrototype("fcc", { species: ["Cu"], a: 3.6 });
const nearest = 3.6 / Math.SQRT2;

/** Thinner than its springs are long, and oblique. */
const oblique = Crystal.create({
  lattice: Lattice.fromParameters(3.1, 4.2, 5.3, 81, 97, 74),
  species: ["Si", "O", "O"],
  fracPositions: [0.1, 0.2, -0.3, 0.6, 1.7, 0.4, 0.3, 0.4, 0.8],
});

describe("springs", () => {
  it("are at rest in their reference", async () => {
    const network = await springs(oblique, { k: 2, cutoff: 5 });
    const { energy, forces, stress } = await network.evaluate(oblique);
    expect(Math.abs(energy)).toBeLessThan(1e-24);
    for (const value of [...forces, ...stress]) expect(Math.abs(value)).toBeLessThan(1e-12);
  });

  it("resist: six bonds an atom of an fcc lattice that grows", async () => {
    const network = await springs(copper, { k: 3, shells: 1 });
    const grown = Crystal.create({
      lattice: Lattice.fromMatrix(copper.lattice.matrix.map((value) => 1.01 * value)),
      species: copper.sites.map(() => "Cu"),
      fracPositions: copper.fracPositions,
    });
    const { energies } = await network.evaluate(grown);
    for (const share of energies) expect(share).toBeCloseTo(6 * 1.5 * (0.01 * nearest) ** 2, 12);
    const two = await (await springs(copper, { k: 3, shells: 2 })).evaluate(grown);
    const more = 3 * 1.5 * (0.01 * 3.6) ** 2;
    expect(two.energies[0]).toBeCloseTo(6 * 1.5 * (0.01 * nearest) ** 2 + more, 12);
  });

  it("have forces and a stress that are slopes of the energy", async () => {
    const network = await springs(oblique, {
      k: { "Si-O": 4, "O-O": 1, "Si-Si": null },
      cutoff: 5,
    });
    const bent = moved(moved(oblique, 0, 0.2), 5, -0.15);
    const { forces, stress } = await network.evaluate(bent);
    const energyOf = async (crystal: Crystal) => (await network.evaluate(crystal)).energy;
    for (let index = 0; index < 9; index++) {
      const slope = await difference((x) => energyOf(moved(bent, index, x)));
      expect(Math.abs(forces[index] + slope)).toBeLessThan(1e-8);
    }
    for (let voigt = 0; voigt < 6; voigt++) {
      const slope = await difference((x) => energyOf(strained(bent, voigt, x)));
      expect(Math.abs(stress[voigt] * bent.lattice.volume - slope)).toBeLessThan(1e-7);
    }
  });

  it("stay joined when sites are wrapped or everything drifts", async () => {
    const network = await springs(oblique, { k: 2, cutoff: 5 });
    const bent = moved(oblique, 4, 0.3);
    const { energy } = await network.evaluate(bent);
    expect(energy).toBeGreaterThan(0.01);
    for (const change of [
      (x: number) => x - Math.floor(x),
      (x: number) => x + 0.49,
      (x: number, index: number) => x + ((index * 7) % 5) - 2,
    ]) {
      const same = Crystal.create({
        lattice: bent.lattice,
        species: ["Si", "O", "O"],
        fracPositions: bent.fracPositions.map(change),
      });
      expect((await network.evaluate(same)).energy).toBeCloseTo(energy, 12);
    }
  });

  it("join finite matter, and give the same on any number of threads", async () => {
    const ball = Crystal.create({
      lattice: Lattice.cubic(40),
      species: Array<string>(600).fill("Cu"),
      cartPositions: copper.supercell([6, 5, 5]).cartPositions,
      periodic: [false, false, false],
    });
    const network = await springs(ball, { k: 3, shells: 1 });
    const bent = moved(ball, 300, 0.2);
    const results = [];
    for (const threadCount of [1, 3]) {
      const runtime = new Runtime({ threadCount });
      results.push(await network.evaluate(bent, { runtime }));
      runtime.close();
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[0].energy).toBeGreaterThan(0);
  });

  it("are a task that can be stopped", async () => {
    const task = springs(copper.supercell([10, 10, 10]), { k: 3, shells: 3 });
    task.cancel();
    await expect(task).rejects.toMatchObject({ code: "TASK_CANCELLED" });
    const controller = new AbortController();
    controller.abort();
    const late = springs(copper, { k: 3, cutoff: 3, signal: controller.signal });
    await expect(late).rejects.toMatchObject({ code: "TASK_CANCELLED" });
    await expect(springs(copper, { k: 3, cutoff: 3, memoryLimit: 10 })).rejects.toThrow();
  });

  it("say what they are not for", async () => {
    const network = await springs(copper, { k: 3, cutoff: 3 });
    expect(() => network.evaluate(copper.supercell([2, 1, 1]))).toThrow(
      /join 4 sites, but the crystal has 8/,
    );
    const refused: readonly [object, RegExp][] = [
      [{ k: -1, cutoff: 3 }, /k must be greater than 0/],
      [{ k: 1, cutoff: 3, shells: 1 }, /one of/],
      [{ k: 1 }, /one of/],
      [{ k: 1, shells: 0 }, /whole number/],
      [{ k: 1, cutof: 3 }, /cutoff/],
      [{ k: 1, cutoff: 3, timeoutMs: -1 }, /timeoutMs/],
    ];
    for (const [options, message] of refused) {
      expect(() => springs(copper, options as never)).toThrow(message);
    }
    await expect(springs(oblique, { k: { "Si-O": 1 }, cutoff: 4 })).rejects.toThrow(
      /no parameters for/,
    );
    const pair = moved(oblique, 0, 0);
    const merged = Crystal.create({
      lattice: pair.lattice,
      species: ["Si", "O", "O"],
      fracPositions: [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.5, 0.5, 0.5],
    });
    await expect((await springs(oblique, { k: 2, cutoff: 5 })).evaluate(merged)).rejects.toThrow(
      /0\.000e0 Å apart/,
    );
  });
});
