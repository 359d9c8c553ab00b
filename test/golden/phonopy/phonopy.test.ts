import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Phonons } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Golden {
  readonly q: readonly (readonly number[])[];
  readonly frequencies: readonly (readonly number[])[];
  readonly direction?: readonly number[];
  readonly gamma?: readonly number[];
  readonly gammaWang?: readonly number[];
}

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const textOf = (name: string) => readFileSync(at(name), "utf8");
const golden: Record<string, Golden> = JSON.parse(textOf("frequencies.json"));
/** √(e/u) of CODATA 2018 over that of 1986, which phonopy 2.17 has. */
const unit = 1 + 1.2407014e-7;

function farthest(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(found[i] - value * unit)), 0);
}

async function distanceFrom(name: string, vibrations: Phonons): Promise<number> {
  const { q, frequencies } = golden[name];
  const modes = await vibrations.modes(q);
  return farthest(modes.frequencies, frequencies.flat());
}

describe("what phonopy wrote has phonopy's frequencies", () => {
  it.each([
    ["si", 2e-6],
    ["cu", 1e-6],
    ["nacl", 1e-6],
    ["triclinic", 1e-6],
    ["qe", 3e-6],
  ])("%s", async (name, tolerance) => {
    const vibrations = await Phonons.fromPhonopy(at(name));
    expect(await distanceFrom(name, vibrations)).toBeLessThan(tolerance);
  });

  it("all force constants, and snapshots of one displacement each", async () => {
    const yaml = textOf("triclinic/phonopy.yaml");
    for (const texts of [
      { yaml, forceConstants: textOf("triclinic/FORCE_CONSTANTS_FULL") },
      { yaml, forceSets: textOf("triclinic/FORCE_SETS_TYPE2") },
    ]) {
      const vibrations = await Phonons.fromPhonopy(texts);
      expect(await distanceFrom("triclinic", vibrations)).toBeLessThan(1e-6);
    }
  });

  it.each(["nacl", "triclinic"])("%s at Γ, by both methods", async (name) => {
    const vibrations = await Phonons.fromPhonopy(at(name));
    const { direction, gamma, gammaWang } = golden[name];
    const { frequencies } = await vibrations.modes([[0, 0, 0]], { direction: direction! });
    for (const found of [vibrations.frequencies([0, 0, 0], direction), frequencies]) {
      for (const expected of [gamma!, gammaWang!]) {
        // Three of them are 0 but for rounding.
        const isOptical = (_: number, i: number) => Math.abs(expected[i]) > 0.1;
        expect(expected.filter(isOptical).length).toBe(expected.length - 3);
        expect(farthest(found.filter(isOptical), expected.filter(isOptical))).toBeLessThan(1e-6);
      }
    }
  });

  it("masses, cells and charges are those of the files", async () => {
    const vibrations = await Phonons.fromPhonopy(at("triclinic/phonopy.yaml"));
    expect(vibrations.crystal.formula).toBe("NaBrCl");
    expect(Array.from(vibrations.masses)).toEqual([22.989769, 35.453, 79.904]);
    expect(vibrations.supercell.siteCount).toBe(vibrations.forceConstants.length / 27);
    expect(vibrations.nonAnalytical!.dielectric[5]).toBeCloseTo(0.2, 12);
    expect(vibrations.displacements.length).toBe(0);
    expect(vibrations.residualForce).toBeUndefined();
    expect(String(vibrations)).toContain("force constants as given");
  });
});
