import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Crystal, embeddedAtom, Lattice } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Case {
  readonly structure: string;
  readonly format: string;
  readonly files: readonly string[];
  readonly energy: number;
  readonly energies: readonly number[];
  readonly forces: readonly number[];
  readonly stress: readonly number[];
}
interface Structure {
  readonly lattice: readonly number[];
  readonly cartPositions: readonly number[];
  readonly species: readonly string[];
}

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const golden: { structures: Record<string, Structure>; cases: readonly Case[] } = JSON.parse(
  readFileSync(pathOf("expected.json"), "utf8"),
);

describe("embedded atoms of LAMMPS", () => {
  it("are all there", () => {
    expect(golden.cases).toHaveLength(8);
  });

  it.each(golden.cases)("$structure, $format", async (expected) => {
    const { lattice, ...sites } = golden.structures[expected.structure];
    const crystal = Crystal.create({ lattice: Lattice.fromMatrix(lattice), ...sites });
    const potential = await embeddedAtom(expected.files.map(pathOf));
    const { energy, energies, forces, stress } = await potential.evaluate(crystal);
    expect(Math.abs(energy - expected.energy) / crystal.siteCount).toBeLessThan(1e-8);
    expect(farthest(energies, expected.energies)).toBeLessThan(1e-8);
    const scale = Math.max(...expected.forces.map(Math.abs));
    expect(farthest(forces, expected.forces)).toBeLessThan(1e-6 * scale);
    expect(farthest(stress, expected.stress) * crystal.lattice.volume).toBeLessThan(1e-5 * scale);
  });
});

function farthest(a: Float64Array, b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...b.map((value, index) => Math.abs(value - a[index])));
}
