import {
  elasticTensor,
  embeddedAtomOf,
  equationOfState,
  ewald,
  optimizeCrystal,
  phonons,
  stability,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { argon, argonPotential } from "./crystals.js";

/** F(ρ) = −ρ/20 up to a ρ of 0.4, f = 1 − r/4 up to 4 Å: fcc argon has 0.84 at rest. */
const shortTable = [
  ...["a", "b", "c", "1 Ar", "5 0.1 9 0.5 4.0", "18 39.95 5.26 fcc"],
  ...Array.from({ length: 5 }, (_, k) => -k / 200),
  ...Array.from({ length: 9 }, (_, k) => 1 - k / 8),
  ...new Array(9).fill(0),
].join("\n");

const charged = ewald({ charges: { Ar: 0.01 }, background: true });
const potential = argonPotential.plus(embeddedAtomOf(shortTable)).plus(charged);

/** Of the potential, in what a result says. */
function ofPotential({ warnings }: { warnings: readonly { code: string }[] }): string[] {
  const codes = ["CHARGED_CELL", "DENSITY_BEYOND_TABLE"];
  return warnings.flatMap(({ code }) => (codes.includes(code) ? [code] : [])).sort();
}

describe("warnings of a potential reach whoever asks", () => {
  const both = ["CHARGED_CELL", "DENSITY_BEYOND_TABLE"];

  it("for elastic tensors, equations of state and phonons", async () => {
    expect(ofPotential(await potential.evaluate(argon))).toEqual(both);
    expect(ofPotential(await elasticTensor(argon, potential))).toEqual(both);
    expect(ofPotential(await equationOfState(argon, potential, { range: 0.2 }))).toEqual(both);
    const vibrations = await phonons(argon, potential, { supercell: [2, 2, 2] });
    expect(ofPotential(vibrations)).toEqual(both);
    const alone = await phonons(argon, argonPotential, { supercell: [2, 2, 2] });
    expect(alone.warnings).toEqual([]);
  });

  it("for verdicts and flows, once each", async () => {
    const supercell = [2, 2, 2];
    const competing = [{ name: "wide", crystal: argon.strained([0.02, 0.02, 0.02, 0, 0, 0]) }];
    const verdict = await stability(argon, potential, { relax: true, supercell, competing });
    expect(ofPotential(verdict)).toEqual(both);
    const shapeAlone = await stability(argon, potential, { relax: true, checks: ["geometric"] });
    expect(ofPotential(shapeAlone)).toEqual(both);
    const flow = await optimizeCrystal(argon, potential, { stability: { supercell } });
    expect(ofPotential(flow)).toEqual(both);
    const unjudged = await optimizeCrystal(argon, potential, { stability: false });
    expect(ofPotential(unjudged)).toEqual(both);
  });
});
