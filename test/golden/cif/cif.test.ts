import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Crystal } from "../../../src/crystal/crystal.js";
import { parseCif } from "../../../src/io/cif/structure.js";
import { symmetry } from "../../../src/symmetry/symmetry.js";

interface Expected {
  readonly siteCount: number;
  readonly volume: number;
  readonly sites: readonly [string, number, number, number][];
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

/** Å to the nearest site of the element. */
function distanceToSite(crystal: Crystal, [element, ...frac]: Expected["sites"][number]): number {
  const distances = crystal.sites
    .filter((site) => site.occupants[0].species.symbol === element)
    .map((site) => {
      const difference = site.fracPosition.map((x, k) => x - frac[k] - Math.round(x - frac[k]));
      return Math.hypot(...crystal.lattice.toCartesian(difference));
    });
  return Math.min(...distances);
}

const expectations = JSON.parse(read("expected.json")) as Record<string, Expected>;

describe("CIFs expanded as gemmi does", () => {
  it.each(Object.entries(expectations))("%s", (name, expected) => {
    const crystal = parseCif(read(`${name}.cif`));
    expect(crystal.siteCount).toBe(expected.siteCount);
    expect(crystal.lattice.volume / expected.volume).toBeCloseTo(1, 9);
    expect(crystal.warnings).toEqual([]);
    for (const site of expected.sites) expect(distanceToSite(crystal, site)).toBeLessThan(0.002);
  });
});

describe("the quartz of the quickstart", () => {
  const quartz = parseCif(read("../../../notebooks/data/quartz.cif"), "quartz.cif");
  const silicon = quartz.sites.filter((site) => site.label === "Si1");
  const oxygen = quartz.sites.filter((site) => site.label === "O1");

  /** All Cartesian vectors from one site to images of the others, shorter than 2 Å. */
  function bonds(from: (typeof silicon)[number], to: typeof oxygen): number[][] {
    const shifts = [-1, 0, 1];
    return to
      .flatMap((site) =>
        shifts.flatMap((u) =>
          shifts.flatMap((v) =>
            shifts.map((w) => {
              const frac = [u, v, w].map((n, k) => site.fracPosition[k] + n - from.fracPosition[k]);
              return [...quartz.lattice.toCartesian(frac)];
            }),
          ),
        ),
      )
      .filter((vector) => Math.hypot(...vector) < 2);
  }

  it("has 3 Si and 6 O in P3_221", () => {
    expect(silicon).toHaveLength(3);
    expect(oxygen).toHaveLength(6);
    expect(quartz.warnings).toEqual([]);
    expect(symmetry(quartz)).toMatchObject({
      spaceGroupNumber: 154,
      internationalSymbol: "P3_221",
    });
  });

  it("has the published bonds", () => {
    for (const site of silicon) {
      const lengths = bonds(site, oxygen).map((vector) => Math.hypot(...vector));
      lengths.sort((a, b) => a - b);
      expect(lengths).toHaveLength(4);
      [1.605, 1.605, 1.614, 1.614].forEach((length, i) => {
        expect(Math.abs(lengths[i] - length)).toBeLessThan(0.001);
      });
    }
  });

  it("has the published Si-O-Si angle", () => {
    for (const site of oxygen) {
      const [a, b, ...others] = bonds(site, silicon);
      expect(others).toEqual([]);
      const dot = a.reduce((sum, x, k) => sum + x * b[k], 0);
      const angle = (Math.acos(dot / Math.hypot(...a) / Math.hypot(...b)) * 180) / Math.PI;
      expect(Math.abs(angle - 143.73)).toBeLessThan(0.1);
    }
  });
});
