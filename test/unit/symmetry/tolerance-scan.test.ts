import { describe, expect, it } from "vitest";
import { DomainError, InvalidConfiguration } from "../../../src/base/errors.js";
import { Crystal } from "../../../src/crystal/crystal.js";
import { Runtime } from "../../../src/runtime/runtime.js";
import { toleranceScan } from "../../../src/symmetry/tolerance-scan.js";
import { toleranceScanAsync } from "../../../src/symmetry/tolerance-scan-task.js";
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

describe("toleranceScanAsync", () => {
  const mixed = Crystal.create({
    lattice: rutile.lattice.matrix,
    species: rutile.sites.map((_, i) =>
      i < 2
        ? [
            { species: "Ti4+", occupancy: 0.5 + 0.1 * i },
            { species: "Sn4+", occupancy: 0.3 },
          ]
        : "O2-",
    ),
    cartPositions: rutile.cartPositions.map((x, i) => (i === 5 ? x + 0.03 : x)),
  });

  it("gives what the scan on the JavaScript thread gives, and tells how far it is", async () => {
    const seen: number[] = [];
    const scan = await toleranceScanAsync(mixed, {
      steps: 9,
      onProgress: ({ done }) => seen.push(done),
    });
    expect(scan).toEqual(toleranceScan(mixed, { steps: 9 }));
    expect(String(scan)).toBe(String(toleranceScan(mixed, { steps: 9 })));
    expect(seen.at(-1)).toBe(9);
  });

  it("says why nothing is found, in the same words", async () => {
    const overlapping = Crystal.create({
      lattice: [4, 0, 0, 0, 5, 0, 0, 0, 6],
      species: ["H", "H"],
      fracPositions: [0, 0, 0, 0, 0, 0],
    });
    const options = { from: 1e-3, to: 0.1, steps: 2 };
    const { steps } = await toleranceScanAsync(overlapping, options);
    expect(steps).toEqual(toleranceScan(overlapping, options).steps);
  });

  it("stops, and refuses at once what is no range", async () => {
    const runtime = new Runtime({ threadCount: 1 });
    const task = toleranceScanAsync(rutile.supercell([6, 6, 6]), { steps: 1000, runtime });
    setTimeout(() => task.cancel(), 100);
    await expect(task).rejects.toThrow(/cancel/i);
    await runtime.close();
    expect(() => toleranceScanAsync(rutile, { from: 0.2, to: 0.1 })).toThrow(DomainError);
  });
});
