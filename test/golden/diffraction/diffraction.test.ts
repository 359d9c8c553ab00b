import { readFileSync } from "node:fs";
import { Crystal, formFactor, Lattice, powderPattern, Species } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Reference {
  readonly cell: [number, number, number, number, number, number];
  readonly sites: [string, number, number, number, number][];
  readonly range: [number, number];
  readonly wavelength: number;
  readonly lines: { twoTheta: number; dSpacing: number; intensity: number; multiplicity: number }[];
}

const read = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
const patterns = read("patterns.json") as Record<string, Reference>;
const factors = read("form-factors.json") as Record<string, [number, number][]>;

describe.each(Object.entries(patterns))("powder pattern of %s", (_, reference) => {
  it("agrees with gemmi line by line", async () => {
    const crystal = Crystal.create({
      lattice: Lattice.fromParameters(...reference.cell),
      species: reference.sites.map(([symbol, , , , occupancy]) => [
        { species: Species.from(symbol), occupancy },
      ]),
      fracPositions: reference.sites.map(([, x, y, z]) => [x, y, z]),
    });
    const { wavelength, range: twoTheta } = reference;
    const pattern = await powderPattern(crystal, { wavelength, twoTheta });
    expect(pattern.lineCount).toBe(reference.lines.length);
    reference.lines.forEach((line, i) => {
      expect(Math.abs(pattern.twoTheta[i] - line.twoTheta)).toBeLessThan(1e-5);
      expect(Math.abs(pattern.dSpacing[i] - line.dSpacing)).toBeLessThan(1e-6);
      expect(Math.abs(pattern.intensity[i] - line.intensity)).toBeLessThan(0.3);
      expect(pattern.multiplicity[i]).toBe(line.multiplicity);
    });
  });
});

it.each(Object.entries(factors))("form factor of %s agrees with that of 1992", (symbol, values) => {
  const tolerance = Math.max(0.02, 2e-3 * Species.from(symbol).number);
  for (const [s, f] of values) expect(Math.abs(formFactor(symbol, s) - f)).toBeLessThan(tolerance);
});

it.each([0, 0.1, 0.25, 0.5, 1])(
  "form factor of hydrogen at s = %d is that of the 1s orbital",
  (s) => {
    const exact = (1 + (2 * Math.PI * 0.529177 * s) ** 2) ** -2;
    expect(Math.abs(formFactor("H", s) - exact)).toBeLessThan(1e-3);
  },
);
