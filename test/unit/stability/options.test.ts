import {
  DomainError,
  fromPrototype,
  InvalidConfiguration,
  type StabilityOptions,
  stability,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { argon, argonPotential, cluster } from "./crystals.js";

const copper = fromPrototype("fcc", { species: ["Cu"], a: 3.6 });

const wrong: readonly (readonly [string, object, RegExp])[] = [
  ["checks", { checks: [] }, /checks must be a list of one or more of energetic/],
  ["checks", { checks: ["elastic"] }, /got \[ 'elastic' \]/],
  ["checks", { checks: "energetic" }, /checks must be a list/],
  ["thresholds", { thresholds: { fmx: 1 } }, /did you mean fmax/],
  ["thresholds", { thresholds: { fmax: 0 } }, /thresholds.fmax must be greater than 0 eV\/Å/],
  ["thresholds", { thresholds: { stressGPa: Number.NaN } }, /must be a finite number in GPa/],
  ["relax", { relax: "full" }, /relax must be true, false or options/],
  ["relax", { relax: { cel: "full" } }, /did you mean cell/],
  ["relax", { relax: { fmax: -1 } }, /fmax must be greater than 0/],
  ["pressureGPa", { pressureGPa: Number.POSITIVE_INFINITY }, /pressureGPa must be a finite number/],
  ["references", { references: { Xx: -1 } }, /"Xx" is no element/],
  ["references", { references: { Ar: copper } }, /must be a crystal of Ar alone, got Cu/],
  ["references", { references: { Ar: "low" } }, /references.Ar must be a finite number/],
  ["competing", { competing: {} }, /competing must be a list/],
  ["competing", { competing: [{}] }, /must have a crystal or a composition/],
  ["competing", { competing: [{ composition: "Ar" }] }, /give energyPerAtom in eV/],
  ["competing", { competing: [{ crystl: argon }] }, /did you mean crystal/],
  ["competing", { competing: [{ composition: "Ca(OH)2", energyPerAtom: 1 }] }, /without brackets/],
  ["competing", { competing: [{ composition: { Ar: 0 }, energyPerAtom: 1 }] }, /composition must/],
  ["supercell", { supercell: [2, 0, 2] }, /supercell must be three counts/],
  ["supercell", { supercell: [2, 2] }, /supercell must be three counts/],
  ["mesh", { mesh: [1.5, 1, 1] }, /mesh must be three whole numbers/],
  ["mostPhononAtoms", { mostPhononAtoms: 0 }, /mostPhononAtoms must be greater than 0/],
  ["radii", { radii: { Ar: -1 } }, /radii.Ar must be greater than 0 Å/],
  ["cache", { cache: "no" }, /cache must be true or false/],
];

describe("options of stability", () => {
  it.each(wrong)("refuse %s: %o", (_, options, message) => {
    const call = () => stability(argon, argonPotential, options as StabilityOptions);
    expect(call).toThrow(message);
    expect(call).toThrow(/./);
    try {
      call();
    } catch (error) {
      expect([DomainError, InvalidConfiguration].some((type) => error instanceof type)).toBe(true);
    }
  });

  it("refuse a pressure, and repeats, of a cluster", () => {
    const pair = cluster([
      [0, 0, 0],
      [3.8, 0, 0],
    ]);
    expect(() => stability(pair, argonPotential, { pressureGPa: 1 })).toThrow("leave pressureGPa");
    expect(() => stability(pair, argonPotential, { supercell: [2, 1, 1] })).toThrow("not periodic");
    expect(() => stability(pair, argonPotential, { relax: { cell: "full" } })).toThrow("cell");
  });

  it("take formulas and amounts of competing phases alike", async () => {
    const judge = (composition: string | Record<string, number>) =>
      stability(argon, argonPotential, {
        checks: ["energetic"],
        competing: [{ composition, energyPerAtom: -0.1 }],
      });
    const [text, amounts] = [await judge("Ar2"), await judge({ Ar: 5 })];
    expect(text.energetic.values).toEqual(amounts.energetic.values);
    expect(text.energetic.reasons.join()).toContain("above Ar2");
  });
});
