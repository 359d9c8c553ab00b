import { describe, expect, it } from "vitest";
import { DomainError, InvalidConfiguration } from "../../../src/base/errors.js";
import { Crystal } from "../../../src/crystal/crystal.js";
import { toleranceScan } from "../../../src/symmetry/tolerance-scan.js";
import { rutile } from "./crystals.js";

describe("toleranceScan", () => {
  it("finds the plateaus of a distorted crystal", () => {
    const shifted = Crystal.create({
      lattice: rutile.lattice,
      species: rutile.sites.map((site) => site.occupants),
      // The second titanium leaves the centre by 0.03 Å along c: 4_2 and n are lost, m along a ± b stays.
      cartPositions: rutile.cartPositions.map((x, i) => (i === 5 ? x + 0.03 : x)),
    });
    const scan = toleranceScan(shifted, { from: 1e-4, to: 0.3, steps: 20 });
    expect(scan.steps).toHaveLength(20);
    expect(scan.steps[0].symprec).toBe(1e-4);
    expect(scan.steps.at(-1)?.symprec).toBe(0.3);
    // Near the distortion other groups can come and go.
    const [first, last] = [scan.plateaus[0], scan.plateaus.at(-1)];
    expect(first).toMatchObject({ internationalSymbol: "Cmm2", from: 1e-4 });
    expect(first.to).toBeGreaterThan(0.004);
    expect(last).toMatchObject({ internationalSymbol: "P4_2/mnm", to: 0.3 });
    expect(last?.from).toBeLessThan(0.06);
    expect(scan.plateaus.reduce((sum, { stepCount }) => sum + stepCount, 0)).toBe(20);
    expect(String(scan)).toMatch(
      /^Cmm2 from 0\.0001 to 0\.0\d+ Å, .*P4_2\/mnm from 0\.0\d+ to 0\.3 Å$/,
    );
  });

  it("tells where nothing is found, and why", () => {
    const overlapping = Crystal.create({
      lattice: [4, 0, 0, 0, 5, 0, 0, 0, 6],
      species: ["H", "H", "O"],
      fracPositions: [
        [0, 0, 0],
        [0, 0, 0],
        [0.5, 0.3, 0.1],
      ],
    });
    const { steps, plateaus } = toleranceScan(overlapping, { from: 1e-3, to: 0.1, steps: 3 });
    for (const step of steps) {
      expect(step.spaceGroupNumber).toBeUndefined();
      expect(step.failure).toMatch(/H1 and H2/);
    }
    expect(plateaus).toHaveLength(1);
  });

  it("refuses ranges that are none", () => {
    for (const options of [{ from: 0.1, to: 0.01 }, { steps: 1 }, { steps: 2.5 }, { to: 9 }]) {
      expect(() => toleranceScan(rutile, options)).toThrow(DomainError);
    }
    expect(() => toleranceScan(5 as unknown as Crystal)).toThrow(InvalidConfiguration);
  });
});
