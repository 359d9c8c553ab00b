import {
  Crystal,
  DomainError,
  type GlobalSearchOptions,
  GlobalSearchResult,
  globalSearch,
  InvalidConfiguration,
  Lattice,
  lennardJones,
  morse,
  Runtime,
  symmetry,
  TaskCancelled,
} from "prism-lab";
import { afterAll, describe, expect, it } from "vitest";

const runtimes = [1, 3].map((threadCount) => new Runtime({ threadCount }));
afterAll(() => {
  for (const runtime of runtimes) runtime.close();
});

const reduced = lennardJones({ epsilon: 1, sigma: 1, cutoff: 100 });
const bulk = lennardJones({ epsilon: 1, sigma: 1, cutoff: 6 });
const cluster = (count: number, more: Partial<GlobalSearchOptions> = {}) =>
  globalSearch({ potential: reduced, composition: { Ar: count }, seed: 1, ...more });

/** Numbers that two runs must share to the last bit. */
function bits({ minima, history, trials }: GlobalSearchResult) {
  const own = minima.map(({ crystal, energy, found, trial }) => {
    return { energy, found, trial, positions: [...crystal.cartPositions] };
  });
  return { own, history, trials };
}

describe("clusters of Lennard-Jones atoms", () => {
  // The Cambridge Cluster Database (Wales, Doye et al.), http://www-wales.ch.cam.ac.uk/CCD.html.
  it.each([
    [4, -6, 20],
    [7, -16.505384, 40],
    [13, -44.326801, 60],
    [19, -72.659782, 120],
  ])("finds the minimum of %i", async (count, energy, steps) => {
    const { best, minima, failedTrials } = await cluster(count, { steps });
    expect(best?.energy).toBeCloseTo(energy, 5);
    expect(best?.converged).toBe(true);
    expect(failedTrials).toBe(0);
    for (const { crystal, energy } of minima.slice(0, 3)) {
      expect((await reduced.evaluate(crystal)).energy).toBeCloseTo(energy, 8);
    }
  });

  it.each([
    [31, -133.586422],
    // The truncated octahedron, at the end of a funnel narrower than that of the icosahedra.
    [38, -173.928427],
  ])(
    "finds the minimum of %i from random starts",
    async (count, energy) => {
      const result = await cluster(count, { steps: 5000, trials: 64, targetEnergy: energy });
      expect(result.best?.energy).toBeCloseTo(energy, 5);
      expect(result.reachedTarget).toBe(true);
    },
    240_000,
  );

  it("tells minima apart and counts each once", async () => {
    const { minima } = await cluster(13, { steps: 200 });
    // The icosahedron and, with one atom moved to the surface, the three next ones of Doye, Miller &
    // Wales, J. Chem. Phys. 111, 8417 (1999).
    const lowest = minima.slice(0, 4).map(({ energy }) => Number(energy.toFixed(4)));
    expect(lowest).toEqual([-44.3268, -41.472, -41.4446, -41.3944]);
    for (const [index, { energy }] of minima.entries()) {
      if (index > 0) expect(energy).toBeGreaterThan(minima[index - 1].energy + 1e-6);
    }
  });

  it("works the same in any units", async () => {
    const argon = lennardJones({ epsilon: 0.0104, sigma: 3.4, cutoff: 340 });
    const { minima } = await cluster(13, { potential: argon, steps: 100 });
    expect(minima[0].energy / 0.0104).toBeCloseTo(-44.326801, 5);
    expect(minima[1].energy / 0.0104).toBeLessThan(-40);
    expect(minima[1].energy / 0.0104).toBeGreaterThan(-41.5);
  });

  it("is annealed too", async () => {
    const { best } = await cluster(13, { method: "annealing" });
    expect(best?.energy).toBeCloseTo(-44.326801, 5);
  });

  it("lets elements change places", async () => {
    // One small atom in a shell of twelve large ones fits the middle of the icosahedron.
    const potential = lennardJones({
      pairs: {
        "Ar-Ar": { epsilon: 1, sigma: 1 },
        "Ar-Ne": { epsilon: 1, sigma: 0.95 },
        "Ne-Ne": { epsilon: 1, sigma: 0.9 },
      },
      cutoff: 50,
    });
    const composition = { Ar: 12, Ne: 1 };
    const { minima } = await globalSearch({ potential, composition, seed: 3, steps: 150 });
    const { crystal } = minima[0];
    const middle = [0, 1, 2].map((axis) => {
      return crystal.cartPositions.filter((_, k) => k % 3 === axis).reduce((a, b) => a + b) / 13;
    });
    const away = crystal.sites.map((_, site) =>
      Math.hypot(...middle.map((value, axis) => crystal.cartPositions[3 * site + axis] - value)),
    );
    const nearest = away.indexOf(Math.min(...away));
    expect(crystal.sites[nearest].label).toMatch(/^Ne/);
    expect(Math.min(...away)).toBeLessThan(0.01);
  });
});

describe("random crystals", () => {
  it.each([undefined, "any"] as const)(
    "of one to four atoms, symmetry %s: hcp, then fcc",
    async (spaceGroups) => {
      const { minima, trials } = await globalSearch({
        potential: bulk,
        composition: { Ar: 1 },
        periodic: true,
        method: "random",
        formulaUnits: [1, 4],
        seed: 1,
        trials: 60,
        ...(spaceGroups && { spaceGroups }),
      });
      expect(trials).toHaveLength(60);
      const [first, second] = minima.map(({ crystal }) => symmetry(crystal).spaceGroupNumber);
      expect([first, second]).toEqual([194, 225]);
      expect(minima[0].crystal.siteCount).toBe(2);
      expect(minima[1].crystal.siteCount).toBe(1);
      // What the cutoff at 6 sigma leaves out of the lattice sums -8.611070 and -8.610200: 8 pi rho / (3 rc^3).
      expect(minima[0].energyPerAtom - minima[1].energyPerAtom).toBeLessThan(-1e-4);
      expect(minima[1].energyPerAtom + 8.6102).toBeCloseTo(
        (8 * Math.PI * 1.0915) / (3 * 6 ** 3),
        2,
      );
    },
  );

  it("are as large as the potential says, however near atoms may come", async () => {
    const options = { potential: bulk, composition: { Ar: 4 }, periodic: true, seed: 3 } as const;
    const search = { ...options, method: "random", trials: 12 } as const;
    const usual = await globalSearch(search);
    // Without a bound; and farther than atoms are in a crystal.
    for (const minDistances of [0.05, 1.12]) {
      const { best, failedTrials } = await globalSearch({ ...search, minDistances });
      expect(failedTrials).toBe(0);
      expect(best?.energyPerAtom).toBeCloseTo(usual.best?.energyPerAtom ?? Number.NaN, 3);
    }
  });

  it("of a space group have it, also after they came to rest", async () => {
    const { minima, failedTrials } = await globalSearch({
      potential: bulk,
      composition: { Ar: 1 },
      periodic: true,
      method: "random",
      spaceGroups: ["Pm-3m"],
      seed: 1,
      trials: 10,
    });
    expect(failedTrials).toBe(0);
    expect(minima.map(({ crystal }) => symmetry(crystal).internationalSymbol)).toEqual(["Pm-3m"]);
  });

  it("cannot be made where no position of the group fits", async () => {
    const result = await globalSearch({
      potential: bulk,
      composition: { Ar: 1 },
      periodic: true,
      method: "random",
      spaceGroups: ["P2_1"],
      seed: 1,
      trials: 3,
    });
    expect(result).toMatchObject({ failedTrials: 3, minima: [], best: undefined });
    expect(String(result)).toContain("no minimum");
  });
});

describe("searches from a crystal", () => {
  const copper = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 7, shift: "force" });
  const bcc = Crystal.create({
    lattice: Lattice.cubic(2.87),
    species: ["Cu", "Cu"],
    fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
  });

  it.each(["basinHopping", "random"] as const)("%s finds fcc from bcc", async (method) => {
    const options = { potential: copper, crystal: bcc, seed: 2, trials: 4, steps: 25 };
    const { minima } = await globalSearch({ ...options, method });
    const groups = minima.map(({ crystal }) => symmetry(crystal).spaceGroupNumber);
    expect(groups).toContain(225);
    expect(minima[0].energyPerAtom).toBeLessThan((await copper.evaluate(bcc)).energy / 2);
  });

  it("anneal what is disordered", async () => {
    const potential = lennardJones({ epsilon: 1, sigma: 1, cutoff: 3, shift: "force" });
    const random = { potential, composition: { Ar: 32 }, periodic: true, seed: 1, trials: 4 };
    const mean = ({ trials }: GlobalSearchResult) =>
      trials.reduce((sum, { energyPerAtom }) => sum + (energyPerAtom ?? 0) / trials.length, 0);
    const quenched = await globalSearch({ ...random, method: "random" });
    const annealed = await globalSearch({ ...random, method: "annealing", steps: 4000 });
    expect(mean(annealed)).toBeLessThan(mean(quenched) - 0.1);
  });

  it("leave the cell where it must stay", async () => {
    const options = { potential: copper, crystal: bcc, seed: 2, trials: 2, steps: 5, cell: false };
    const { minima } = await globalSearch(options);
    for (const { crystal } of minima) expect(crystal.lattice.volume).toBeCloseTo(2.87 ** 3, 10);
  });
});

describe("a search from a cluster", () => {
  const chain = (count: number, edge = 60) =>
    Crystal.create({
      lattice: Lattice.cubic(edge),
      species: Array<string>(count).fill("Ar"),
      cartPositions: Array.from({ length: count }, (_, i) => [
        1.12 * i,
        0.01 * (i % 3),
        0.02 * (i % 2),
      ]),
      periodic: [false, false, false],
    });

  it.each(["basinHopping", "annealing"] as const)(
    "that is nearly a straight chain finds the minimum by %s",
    async (method) => {
      const steps = method === "annealing" ? 4000 : 60;
      const options = { potential: reduced, crystal: chain(7), seed: 1, trials: 4, method, steps };
      const { best, failedTrials } = await globalSearch(options);
      expect(failedTrials).toBe(0);
      expect(best?.energy).toBeCloseTo(-16.505384, 4);
    },
  );

  it.each(["basinHopping", "annealing"] as const)(
    "keeps the fixed sites where they are by %s",
    async (method) => {
      const crystal = chain(6, 20);
      const fixed = [0, 1, 2];
      const steps = method === "annealing" ? 2000 : 60;
      const options = { potential: reduced, crystal, seed: 1, trials: 3, method, steps, fixed };
      const { minima } = await globalSearch(options);
      expect(minima.length).toBeGreaterThan(0);
      for (const { crystal: found, energy } of minima) {
        const places = found.cartPositions.subarray(0, 9);
        places.forEach((value, i) => {
          expect(value).toBeCloseTo(crystal.cartPositions[i], 10);
        });
        // Three in a row have two bonds in place of three.
        expect(energy).toBeGreaterThan(-12.7);
        expect(energy).toBeLessThan(-9);
      }
    },
  );

  it("refuses fixed sites where it has none", () => {
    const fixed = [0];
    expect(() => cluster(7, { fixed })).toThrow(InvalidConfiguration);
    const options = { potential: reduced, crystal: chain(7), seed: 1, fixed };
    expect(() => globalSearch({ ...options, method: "random" })).toThrow(/starts from/);
  });
});

describe("a search", () => {
  it.each(["basinHopping", "annealing", "random"] as const)(
    "by %s does not depend on the threads",
    async (method) => {
      const steps = method === "annealing" ? 1000 : 30;
      const [one, three] = await Promise.all(
        runtimes.map((runtime) => cluster(9, { method, steps, trials: 6, seed: 5, runtime })),
      );
      expect(bits(three)).toEqual(bits(one));
      const other = await cluster(9, { method, steps, trials: 6, seed: 6 });
      expect(bits(other).history).not.toEqual(bits(one).history);
    },
  );

  it("ends with the first trial in order that reaches the target", async () => {
    const results = await Promise.all(
      runtimes.map((runtime) =>
        cluster(13, { trials: 20, steps: 500, targetEnergy: -44.3, runtime }),
      ),
    );
    const [one, three] = results.map(bits);
    expect(three).toEqual(one);
    expect(results[0].reachedTarget).toBe(true);
    expect(results[0].trials.length).toBeLessThan(20);
  });

  it("tells how far it is, and stops when it is told to", async () => {
    const seen: number[] = [];
    const task = cluster(38, {
      steps: 1_000_000,
      onStep: ({ energyPerAtom }) => {
        seen.push(energyPerAtom);
        task.cancel();
      },
    });
    await expect(task).rejects.toThrow(TaskCancelled);
    expect(seen[0]).toBeLessThan(-3);
  });

  it("gives a history that goes down", async () => {
    const { history, trials, minima } = await cluster(13, { steps: 50 });
    trials.forEach(({ energyPerAtom }, trial) => {
      const own = history.filter((each) => each.trial === trial).map((each) => each.energyPerAtom);
      expect(own).toEqual([...own].sort((a, b) => b - a));
      expect(own.at(-1)).toBeCloseTo(energyPerAtom ?? Number.NaN, 4);
    });
    expect(minima.reduce((sum, { found }) => sum + found, 0)).toBeLessThanOrEqual(8 * 51);
  });

  it("shows itself in a sentence", async () => {
    const result = await cluster(3, { trials: 1, steps: 3 });
    expect(result).toBeInstanceOf(GlobalSearchResult);
    expect(String(result)).toBe(
      "basinHopping: 1 minimum in 4 relaxations of 1 trial, the lowest -3.0000 eV (found 4 times)",
    );
  });
});

describe("what a search refuses", () => {
  const options = { potential: reduced, composition: { Ar: 4 }, seed: 1 };
  it.each<[string, object, new (...rest: never[]) => Error, RegExp]>([
    ["a misspelt option", { trails: 3 }, InvalidConfiguration, /did you mean trials/],
    ["no seed", { seed: undefined }, DomainError, /seed/],
    ["half an atom", { composition: { Ar: 1.5 } }, DomainError, /composition of Ar/],
    ["too many", { composition: { Ar: 6000 } }, DomainError, /up to 5000 atoms/],
    ["no atoms", { composition: {} }, InvalidConfiguration, /at least one element/],
    ["a composition and a crystal", { crystal: {} }, InvalidConfiguration, /either/],
    ["another method", { method: "genetic" }, InvalidConfiguration, /basinHopping/],
    ["space groups of clusters", { spaceGroups: "any" }, InvalidConfiguration, /periodic: true/],
    ["the cell of a cluster", { cell: true }, InvalidConfiguration, /cell/],
    ["a pressure on a cluster", { pressureGPa: 1 }, InvalidConfiguration, /pressure/],
    ["a range backwards", { periodic: true, formulaUnits: [3, 2] }, DomainError, /a ≤ b/],
  ])("%s", (_, change, type, message) => {
    const call = () => globalSearch({ ...options, ...change } as GlobalSearchOptions);
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });

  it("atoms that repel each other, unless it is told how far apart they are", async () => {
    const repulsive = lennardJones({ epsilon: 1, sigma: 1, cutoff: 0.9 });
    await expect(globalSearch({ ...options, potential: repulsive })).rejects.toThrow(/do not bind/);
  });
});
