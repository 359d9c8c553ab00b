import {
  buckingham,
  Crystal,
  ewald,
  fromPrototype,
  Lattice,
  lennardJones,
  morse,
  Runtime,
  type Stability,
  springs,
  stability,
  stabilityCache,
  stillingerWeber,
  tersoff,
} from "prism-lab";
import { beforeEach, describe, expect, it } from "vitest";
import { energetic } from "../../../src/stability/energetic.js";
import { checkedThresholds } from "../../../src/stability/thresholds.js";
import { argon, argonPotential, cluster } from "./crystals.js";

beforeEach(() => stabilityCache.clear());

function words({ verdicts }: Stability): string[] {
  return verdicts.map(([, { verdict }]) => verdict);
}

describe("crystals whose stability is known", () => {
  it("finds diamond-structured silicon stable, with its phonons and constants", async () => {
    const silicon = fromPrototype("diamond", { species: ["Si"], a: 5.431 });
    const found = await stability(silicon, stillingerWeber({ element: "Si" }));
    expect(words(found)).toEqual(["stable", "stable", "stable", "stable"]);
    expect(found.isStable).toBe(true);
    expect(found.index).toBe(1);
    expect(found.reasons).toEqual([]);
    // F. H. Stillinger & T. A. Weber, Phys. Rev. B 31, 5262 (1985): 4.336 eV an atom.
    expect(found.energetic.values.cohesiveEnergy).toBeCloseTo(4.336, 2);
    expect(found.elastic?.bornStable).toBe(true);
    expect(found.phonons?.supercell.siteCount).toBe(216);
    expect(found.geometric.values.meanCoordination).toBe(4);
  });

  it("finds Lennard-Jones's fcc stable, relaxed or not", async () => {
    const asGiven = await stability(argon, argonPotential);
    expect(asGiven.isStable).toBe(true);
    expect(asGiven.change).toBeUndefined();
    const relaxed = await stability(argon, argonPotential, { relax: true });
    expect(relaxed.isStable).toBe(true);
    expect(relaxed.change?.volume).toBeGreaterThan(0.001);
    expect(relaxed.change?.energyPerAtom).toBeLessThan(0);
    expect(relaxed.crystal.lattice.parameters.a).toBeGreaterThan(5.26);
    expect(Math.abs(relaxed.energetic.values.stressGPa)).toBeLessThan(0.01);
  });

  it("finds Lennard-Jones's bcc mechanically unstable: C11 < C12", async () => {
    const bcc = fromPrototype("bcc", { species: ["Ar"], a: 4.1 });
    const found = await stability(bcc, argonPotential, { relax: true });
    expect(found.mechanical.verdict).toBe("unstable");
    expect(found.mechanical.reasons.join()).toContain("C11 − C12 > 0 (-");
    const [c11, c12] = (found.elastic?.voigtGPa ?? []) as unknown as number[];
    expect(c11).toBeLessThan(c12);
    expect(found.index).toBe(0);
    expect(found.isStable).toBe(false);
    expect(found.energetic.verdict).toBe("stable");
  });

  it("finds simple cubic dynamically unstable, with a mode that leads down", async () => {
    const cubic = fromPrototype("sc", { species: ["Ar"], a: 3.5 });
    const found = await stability(cubic, argonPotential, { relax: true });
    expect(found.dynamical.verdict).toBe("unstable");
    const { worstMode, phonons } = found;
    expect(worstMode?.frequency).toBeLessThan(-0.3);
    expect(found.dynamical.reasons[0]).toContain("branch 0");
    const frequencies = phonons?.frequencies(worstMode?.qPoint ?? []) ?? [];
    expect(frequencies[worstMode?.branch ?? 0]).toBeCloseTo(worstMode?.frequency ?? 0, 8);
    const displaced = phonons!.displaced(worstMode!, 0.1);
    const { energy } = await argonPotential.evaluate(displaced);
    expect(energy / displaced.siteCount).toBeLessThan(found.energyPerAtom ?? 0);
  });

  it("holds forces against the strength of the bonds", async () => {
    const supercell = [1, 1, 1];
    const checks = ["energetic", "dynamical"] as const;
    const off = argon.withPositions(argon.fracPositions.map((x, i) => (i === 0 ? 0.01 : x)));
    const found = await stability(off, argonPotential, { checks, supercell });
    // 0.04 of 0.08 eV over 2.12 Å lies below what a relaxation leaves.
    expect(found.thresholds.fmax).toBe(0.002);
    expect(found.energetic.values.longestForce).toBeLessThan(0.02);
    expect(found.reasons[0]).toMatch(/^energetic: it is not at rest: a force of .* limit is 0.002/);
    const rough = { checks, supercell, relax: { fmax: 0.004 } };
    const atRest = await stability(off, argonPotential, rough);
    expect(atRest.thresholds.fmax).toBe(0.008);
    expect(atRest.dynamical.verdict).toBe("stable");
    const given = { checks, supercell, thresholds: { fmax: 0.03 } };
    expect((await stability(off, argonPotential, given)).thresholds.fmax).toBe(0.03);
    // Of argon ten times as strong: between the bounds, and in proportion.
    const strong = lennardJones({ epsilon: 0.104, sigma: 3.4, cutoff: 8.5, smoothFrom: 7 });
    const { thresholds, energetic } = await stability(argon, strong, { checks: ["energetic"] });
    expect(thresholds.fmax).toBeCloseTo((0.04 * energetic.values.cohesiveEnergy) / 2.12, 9);
  });

  it("tells a stretched crystal: not at rest, and beyond the spinodal unstable", async () => {
    const stretched = (by: number) => argon.withLattice(Lattice.cubic(5.26 * by));
    const before = await stability(stretched(1.05), argonPotential);
    expect(words(before)).toEqual(["unstable", "stable", "stable", "stable"]);
    expect(before.energetic.values.restStrain).toBeLessThan(-0.03);
    expect(before.reasons[0]).toMatch(/^energetic: its cell is not at rest: .* relax the cell/);
    const beyond = await stability(stretched(1.15), argonPotential);
    expect(beyond.mechanical.verdict).toBe("unstable");
    expect(beyond.dynamical.verdict).toBe("unstable");
  });

  it("makes no strain of hundreds of percent out of a vanishing stiffness", () => {
    const rest = { stress: 19.3, unit: "GPa", longestForce: 0, site: 0 } as const;
    const energies = {
      phases: [],
      energyPerAtom: -2.67,
      freeAtoms: 0,
      rest,
      unsettled: [],
      warnings: [],
    };
    const { violations } = energetic(argon, energies, -119, checkedThresholds({}));
    expect(violations[1]).toContain("a strain of more than -50 % would");
  });

  it("compares rocksalt with the CsCl type, both ways", async () => {
    const ionic = buckingham({
      pairs: { "Na-Cl": { a: 1256.31, rho: 0.3149, c: 0 }, "Na-Na": null, "Cl-Cl": null },
      cutoff: 8,
      shift: "force",
    }).plus(ewald({ charges: { Na: 1, Cl: -1 } }));
    const rocksalt = fromPrototype("rocksalt", { species: ["Na", "Cl"], a: 5.64 });
    const cesium = fromPrototype("CsCl", { species: ["Na", "Cl"], a: 3.4 });
    const options = { checks: ["energetic"], relax: true } as const;
    const low = await stability(rocksalt, ionic, { ...options, competing: [{ crystal: cesium }] });
    const high = await stability(cesium, ionic, {
      ...options,
      competing: [{ name: "rocksalt", crystal: rocksalt }],
    });
    expect(low.energetic.verdict).toBe("stable");
    expect(high.energetic.verdict).toBe("unstable");
    expect(high.reasons[0]).toMatch(/above rocksalt, the limit is 0.067/);
    expect(low.energetic.values.energyAboveHull).toBeCloseTo(
      -high.energetic.values.energyAboveHull,
      5,
    );
  });
});

describe("what is wrong with a crystal", () => {
  it("is told of atoms that overlap, and of atoms on one place", async () => {
    const close = await stability(
      argon.withSite({ species: "Ar", fracPosition: [0.1, 0, 0] }),
      argonPotential,
    );
    expect(words(close)).toEqual(["unstable", "unknown", "unknown", "unstable"]);
    expect(close.geometric.values.shortestDistance).toBeCloseTo(0.526, 10);
    expect(close.mechanical.reasons[0]).toContain("relax the crystal first");
    const onTop = argon.withSite({ species: "Ar", fracPosition: [0, 0, 0] });
    for (const relaxed of [false, true]) {
      const same = await stability(onTop, argonPotential, { relax: relaxed });
      expect(words(same)).toEqual(["unstable", "unknown", "unknown", "unstable"]);
      expect(same.energyPerAtom).toBeUndefined();
      expect(same.geometric.values.distanceRatio).toBe(0);
      expect(same.warnings.map(({ code }) => code)).toEqual(relaxed ? ["NOT_RELAXED"] : []);
    }
  });

  it("is told of forces, and mended by relax", async () => {
    const copper = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 6, shift: "force" });
    const fcc = fromPrototype("fcc", { species: ["Cu"], a: 3.7 });
    const shaken = fcc.perturbed({ maxDistance: 0.1, seed: 1 });
    const found = await stability(shaken, copper);
    expect(words(found)).toEqual(["unstable", "unknown", "unknown", "stable"]);
    expect(found.energetic.violations[0]).toMatch(/^it is not at rest: a force of /);
    expect(found.index).toBe(0);
    const mended = await stability(shaken, copper, { relax: true });
    expect(mended.isStable).toBe(true);
    expect(mended.change?.longestMove).toBeGreaterThan(0.05);
    expect(String(mended)).toContain("relaxed first, by ");
  });

  it("is told where a relaxation did not end", async () => {
    const shaken = argon.perturbed({ maxDistance: 0.3, seed: 1 });
    const found = await stability(shaken, argonPotential, { relax: { maxSteps: 1 } });
    expect(found.warnings[0].code).toBe("NOT_CONVERGED");
    expect(found.change?.converged).toBe(false);
  });

  it("is told of an atom that stands alone, and of atoms without any bond", async () => {
    const far = await stability(
      cluster([
        [0, 0, 0],
        [14, 0, 0],
      ]),
      argonPotential,
    );
    expect(far.geometric.violations[0]).toBe(
      "Ar (site 0) stands alone: nothing within 4 Å beyond the radii",
    );
    expect(far.energetic.violations[0]).toContain("it is not bound");
    expect(far.geometric.values).toEqual({});
  });
});

describe("what does not repeat in three directions", () => {
  it("judges a cluster by its forces and its modes at Γ, without its own motions", async () => {
    const triangle = cluster([
      [0, 0, 0],
      [3.82, 0, 0],
      [1.91, 3.308, 0],
    ]);
    const found = await stability(triangle, argonPotential, { relax: { fmax: 1e-8 } });
    expect(words(found)).toEqual(["stable", "skipped", "stable", "stable"]);
    // Three modes are left: the breathing one above the two of E.
    const k = (72 * 0.0104) / (2 ** (1 / 3) * 3.4 ** 2);
    const degenerate = 15.6333 * Math.sqrt((1.5 * k) / 39.948);
    expect(found.dynamical.values.lowestFrequencyTHz).toBeCloseTo(degenerate, 3);
    expect(found.elastic).toBeUndefined();
  });

  it("finds three atoms in a row unstable against bending", async () => {
    const row = cluster([
      [0, 0, 0],
      [3.8, 0, 0],
      [7.6, 0, 0],
    ]);
    const found = await stability(row, argonPotential, {
      relax: { fmax: 1e-7 },
      thresholds: { imaginaryTHz: 0.02 },
    });
    expect(found.dynamical.verdict).toBe("unstable");
  });

  it("judges a sheet within itself, and finds it buckle when it is pressed", async () => {
    const graphene = (a: number) =>
      Crystal.create({
        lattice: Lattice.fromParameters(a, a, 15, 90, 90, 120),
        species: ["C", "C"],
        fracPositions: [
          [1 / 3, 2 / 3, 0.5],
          [2 / 3, 1 / 3, 0.5],
        ],
        periodic: [true, true, false],
      });
    const carbon = tersoff({ elements: ["Si", "C"] });
    const flat = await stability(graphene(2.53), carbon);
    expect(flat.isStable).toBe(true);
    expect(flat.mechanical.values.smallestEigenvalueNPerM).toBeGreaterThan(300);
    const pressed = await stability(graphene(2.4), carbon);
    expect(pressed.energetic.verdict).toBe("unstable");
    expect(pressed.energetic.values.restStrain).toBeGreaterThan(0.03);
    expect(pressed.dynamical.verdict).toBe("unstable");
  });

  it("judges one atom alone by nothing but its force", async () => {
    const found = await stability(cluster([[0, 0, 0]]), argonPotential);
    expect(words(found)).toEqual(["stable", "skipped", "skipped", "skipped"]);
  });
});

describe("the hull", () => {
  const options = { checks: ["energetic"] } as const;

  it("lies under the mixture of least energy", async () => {
    const { energy } = await argonPotential.evaluate(argon);
    const own = energy / argon.siteCount;
    const above = async (energies: readonly number[]) => {
      const found = await stability(argon, argonPotential, {
        ...options,
        competing: energies.map((energyPerAtom) => ({ composition: "Ar", energyPerAtom })),
      });
      return found.energetic.values.energyAboveHull;
    };
    expect(await above([own - 0.01, own + 1])).toBeCloseTo(0.01, 12);
    expect(await above([own + 0.02])).toBeCloseTo(-0.02, 12);
  });

  it("says what the phases given cannot make up", async () => {
    const found = await stability(argon, argonPotential, { ...options, references: { Cu: -3.5 } });
    expect(found.energetic.reasons.join()).toContain("the phases given (Cu) cannot make up Ar");
    expect(found.energetic.verdict).toBe("stable");
  });

  it("takes references from crystals, relaxed", async () => {
    const hcp = fromPrototype("hcp", { species: ["Ar"], a: 3.7 });
    const found = await stability(argon, argonPotential, { ...options, references: { Ar: hcp } });
    // fcc and hcp of Lennard-Jones differ by some 0.1 meV.
    expect(Math.abs(found.energetic.values.energyAboveHull)).toBeLessThan(1e-3);
  });
});

describe("stability", () => {
  it("makes the checks that are asked for", async () => {
    const found = await stability(argon, argonPotential, { checks: ["geometric"] });
    expect(words(found)).toEqual(["skipped", "skipped", "skipped", "stable"]);
    expect(found.energyPerAtom).toBeUndefined();
    const none = await stability(cluster([[0, 0, 0]]), argonPotential, { checks: ["mechanical"] });
    expect(none.index).toBe(0.5);
    expect(none.isStable).toBe(false);
    expect(String(none)).toContain("Ar: not judged, index 0.50");
  });

  it("holds the index against the crystal's threshold", async () => {
    const tight = { thresholds: { bornMinimumGPa: 1.4 } } as const;
    const loose = await stability(argon, argonPotential, tight);
    expect(loose.index).toBeGreaterThan(0);
    expect(loose.index).toBeLessThan(0.9);
    expect(loose.isStable).toBe(true);
    const strict = await stability(
      argon.withConfig({ stabilityThreshold: 0.95 }),
      argonPotential,
      tight,
    );
    expect(strict.index).toBe(loose.index);
    expect(strict.isStable).toBe(false);
    expect(String(strict)).toContain("below its threshold of 0.95");
  });

  it("heeds thresholds", async () => {
    const found = await stability(argon, argonPotential, {
      checks: ["energetic", "geometric"],
      thresholds: { cohesiveEnergy: 0.1, distanceRatio: 2 },
    });
    expect(words(found)).toEqual(["unstable", "skipped", "skipped", "unstable"]);
    const radii = await stability(argon, argonPotential, {
      checks: ["geometric"],
      thresholds: { distanceRatio: 2 },
      radii: { Ar: 0.9 },
    });
    expect(radii.geometric.verdict).toBe("stable");
  });

  it("judges under pressure what rests under it", async () => {
    const options = { pressureGPa: 2, relax: true } as const;
    const pressed = await stability(argon, argonPotential, options);
    expect(pressed.isStable).toBe(true);
    expect(pressed.elastic?.stressGPa[0]).toBeCloseTo(-2, 2);
    const plain = await stability(pressed.crystal, argonPotential);
    expect(plain.energetic.verdict).toBe("unstable");
  });

  it("is not kept from its supercells by the crystal's own rules", async () => {
    const found = await stability(argon.withConfig({ maxNodes: 4 }), argonPotential);
    expect(found.isStable).toBe(true);
    expect(found.crystal.config.maxNodes).toBe(4);
  });

  it("looks at one cell where the potential is made for that alone", async () => {
    const network = await springs(argon, { k: 0.1, shells: 1 });
    const found = await stability(argon, network);
    expect(found.warnings.map(({ code }) => code)).toEqual(["ONE_CELL"]);
    expect(found.dynamical.verdict).toBe("stable");
  });

  it("leaves out modes of too many atoms, and says so", async () => {
    const big = argon.supercell([2, 1, 1]).perturbed({ maxDistance: 0.05, seed: 2 });
    const thresholds = { fmax: 0.05 };
    const found = await stability(big, argonPotential, { mostPhononAtoms: 7, thresholds });
    expect(found.dynamical.verdict).toBe("skipped");
    expect(found.warnings[0].code).toBe("NOT_CHECKED");
    const copies = await stability(argon, argonPotential, { mostPhononAtoms: 1 });
    expect(copies.dynamical.verdict).toBe("stable");
  });

  it("does not trust what interpolation alone finds", async () => {
    const cubic = fromPrototype("sc", { species: ["Ar"], a: 3.65 });
    const judge = (count: number, imaginaryTHz: number) =>
      stability(cubic, argonPotential, {
        checks: ["dynamical"],
        supercell: [count, count, count],
        thresholds: { imaginaryTHz },
      });
    // The worst mode, at M, does not fit into a supercell of odd counts.
    const { lowestFrequencyTHz } = (await judge(3, 0.05)).dynamical.values;
    const limit = -1.01 * lowestFrequencyTHz;
    const between = await judge(3, limit);
    expect(between.dynamical.verdict).toBe("unknown");
    expect(between.reasons[0]).toContain("a larger supercell decides");
    expect(between.isStable).toBe(false);
    expect((await judge(4, limit)).dynamical.verdict).toBe("unstable");
  });

  it("gives the same on any number of threads", async () => {
    const one = new Runtime({ threadCount: 1 });
    const three = new Runtime({ threadCount: 3 });
    try {
      const silicon = fromPrototype("diamond", { species: ["Si"], a: 5.431 }).perturbed({
        maxDistance: 0.02,
        seed: 3,
      });
      const sw = stillingerWeber({ element: "Si" });
      const [a, b] = await Promise.all(
        [one, three].map((runtime) =>
          stability(silicon, sw, { runtime, relax: true, cache: false }),
        ),
      );
      expect(a.verdicts).toEqual(b.verdicts);
      expect(a.phonons?.forceConstants).toEqual(b.phonons?.forceConstants);
    } finally {
      await one.close();
      await three.close();
    }
  });

  it("has only progress that grows, and ends", async () => {
    const shares: number[] = [];
    await stability(argon, argonPotential, {
      relax: true,
      onProgress: ({ fraction }) => shares.push(fraction),
    });
    expect(shares.at(-1)).toBe(1);
    expect(shares.every((share, i) => i === 0 || share >= shares[i - 1] - 1e-9)).toBe(true);
  });
});
