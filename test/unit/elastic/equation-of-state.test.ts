import { readFileSync } from "node:fs";
import {
  Crystal,
  DomainError,
  type EquationFormName,
  elasticTensor,
  equationOfState,
  fitEquationOfState,
  InvalidConfiguration,
  Lattice,
  morse,
  relax,
  ShapeError,
} from "prism-lab";
import { describe, expect, it } from "vitest";

type Fit = Record<"v0" | "e0" | "bulkModulusGPa" | "bulkModulusDerivative", number>;
const golden = JSON.parse(
  readFileSync(new URL("../../golden/elastic/equations.json", import.meta.url), "utf8"),
) as { volumes: number[]; energies: number[]; fits: Record<EquationFormName, Fit> };
const forms = Object.keys(golden.fits) as EquationFormName[];
const copper = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 6.5, shift: "force" });

function hcp(): Crystal {
  return Crystal.create({
    lattice: Lattice.hexagonal(2.6, 4.1),
    species: ["Cu", "Cu"],
    fracPositions: [1 / 3, 2 / 3, 0.25, 2 / 3, 1 / 3, 0.75],
  });
}

describe.each(forms)("fitEquationOfState, %s", (form) => {
  const { volumes, energies } = golden;
  const fit = fitEquationOfState(volumes, energies, form);

  it("says what ASE says", () => {
    for (const [name, value] of Object.entries(golden.fits[form])) {
      const found = fit[name as keyof Fit];
      expect(Math.abs(found / value - 1), name).toBeLessThan(name === "e0" ? 1e-7 : 1e-4);
    }
  });

  it("is where the squares are least", () => {
    const squares = (of: (volume: number) => number) =>
      volumes.reduce((sum, volume, k) => sum + (of(volume) - energies[k]) ** 2, 0);
    const best = squares((volume) => fit.energyAt(volume));
    expect(Math.sqrt(best / volumes.length)).toBeCloseTo(fit.residual, 10);
    // The stretched and the shifted curve miss more.
    expect(squares((volume) => fit.energyAt(volume * 1.0001))).toBeGreaterThan(best);
    expect(squares((volume) => fit.energyAt(volume * 0.9999))).toBeGreaterThan(best);
    expect(squares((volume) => fit.energyAt(volume) + 1e-5)).toBeGreaterThan(best);
  });

  it("finds the numbers that made a curve without noise", () => {
    const again = fitEquationOfState(
      volumes,
      volumes.map((volume) => fit.energyAt(volume)),
      form,
    );
    expect(again.v0).toBeCloseTo(fit.v0, 7);
    expect(again.bulkModulusDerivative).toBeCloseTo(fit.bulkModulusDerivative, 5);
    expect(again.residual).toBeLessThan(1e-9);
  });

  it("has the pressure that is the slope of its energy", () => {
    for (const volume of [40, 46, fit.v0, 55]) {
      const h = 1e-4;
      const slope = (fit.energyAt(volume + h) - fit.energyAt(volume - h)) / (2 * h);
      expect(fit.pressureGPaAt(volume)).toBeCloseTo(-slope * 160.2176634, 5);
    }
    const h = 1e-3;
    const bend = (fit.pressureGPaAt(fit.v0 + h) - fit.pressureGPaAt(fit.v0 - h)) / (2 * h);
    expect(-fit.v0 * bend).toBeCloseTo(fit.bulkModulusGPa, 4);
  });
});

describe("equationOfState", () => {
  it("has the minimum and the bulk modulus of the crystal at rest", async () => {
    const options = { cell: "full", fmax: 1e-8, stressMaxGPa: 1e-6 } as const;
    const { crystal, energy } = await relax(hcp(), copper, options);
    const { moduli } = await elasticTensor(crystal, copper);
    const fit = await equationOfState(crystal, copper, { range: 0.03, form: "vinet" });
    expect(fit.v0).toBeCloseTo(crystal.lattice.volume, 3);
    expect(fit.e0).toBeCloseTo(energy, 5);
    expect(Math.abs(fit.bulkModulusGPa / moduli.bulkGPa.reuss - 1)).toBeLessThan(0.005);
    expect(fit.warnings).toEqual([]);
    expect(String(fit)).toMatch(/^vinet: V₀ \d/);
  });

  it("lets the shape of each volume come to rest where that is asked for", async () => {
    const { crystal, energy } = await relax(hcp(), copper, { cell: "full", stressMaxGPa: 1e-6 });
    const [rigid, free] = await Promise.all(
      (["nothing", "shape"] as const).map((how) =>
        equationOfState(hcp(), copper, { relax: how, points: 7 }),
      ),
    );
    free.energies.forEach((value, k) => {
      expect(free.volumes[k]).toBeCloseTo(rigid.volumes[k], 9);
      expect(value).toBeLessThan(rigid.energies[k] - 1e-3);
    });
    expect(free.e0).toBeCloseTo(energy, 3);
    expect(free.v0).toBeCloseTo(crystal.lattice.volume, 1);
    expect(rigid.e0).toBeGreaterThan(energy + 1e-3);
  });

  it("warns where the minimum lies outside, and of what did not come to rest", async () => {
    const small = hcp().withLattice(Lattice.hexagonal(2.45, 4));
    const fit = await equationOfState(small, copper, { range: 0.03 });
    expect(fit.warnings.map(({ code }) => code)).toEqual(["MINIMUM_OUTSIDE"]);
    const hasty = await equationOfState(hcp(), copper, { relax: "shape", maxSteps: 0 });
    expect(hasty.warnings.map(({ code }) => code)).toContain("NOT_CONVERGED");
  });

  it("refuses what has no equation of state", () => {
    const { volumes, energies } = golden;
    expect(() => fitEquationOfState(volumes.slice(0, 4), energies.slice(0, 4))).toThrow(ShapeError);
    expect(() => fitEquationOfState(volumes, energies.slice(1))).toThrow(ShapeError);
    expect(() => fitEquationOfState(volumes, energies, "birch" as never)).toThrow(
      InvalidConfiguration,
    );
    const straight = volumes.map((volume) => -volume);
    expect(() => fitEquationOfState(volumes, straight)).toThrow(DomainError);
    expect(() => equationOfState(hcp(), copper, { points: 4 })).toThrow(DomainError);
    expect(() => equationOfState(hcp(), copper, { relax: "cell" as never })).toThrow(
      InvalidConfiguration,
    );
  });
});
