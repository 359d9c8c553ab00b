import { readFileSync } from "node:fs";
import { Crystal, Lattice, stillingerWeber, tersoff } from "prism-lab";
import { describe, expect, it } from "vitest";

interface Case {
  readonly name: string;
  readonly function: "stillingerWeber" | "tersoff";
  readonly file: string;
  readonly lattice: number[];
  readonly species: string[];
  readonly cartPositions: number[];
  readonly energy: number;
  readonly forces: number[];
  readonly pressureBar: number[];
}

const folder = new URL("./", import.meta.url);
const cases = JSON.parse(readFileSync(new URL("lammps.json", folder), "utf8")) as Case[];
/** 1 eV/Å³. */
const bar = 1.602176634e6;

describe("agrees with LAMMPS", () => {
  it.each(cases)("$function: $name", async (expected) => {
    const read = expected.function === "tersoff" ? tersoff : stillingerWeber;
    const potential = await read(new URL(expected.file, folder).pathname);
    const { energy, forces, stress } = await potential.evaluate(crystalOf(expected));
    expect(Math.abs(energy - expected.energy)).toBeLessThan(1e-9);
    expect(farthest(forces, expected.forces)).toBeLessThan(1e-9);
    const pressure = Array.from(stress, (value) => -value * bar);
    expect(farthest(pressure, expected.pressureBar)).toBeLessThan(1e-6);
  });

  const published = cases.filter(({ file }) => !file.startsWith("invented"));
  it.each(published)("$function: $name, as published", async (expected) => {
    const potential =
      expected.function === "tersoff"
        ? tersoff({ elements: ["Si", "C"] })
        : stillingerWeber({ element: "Si" });
    const { energy, forces } = await potential.evaluate(crystalOf(expected));
    expect(Math.abs(energy - expected.energy)).toBeLessThan(1e-9);
    expect(farthest(forces, expected.forces)).toBeLessThan(1e-9);
  });
});

function crystalOf({ lattice, species, cartPositions }: Case): Crystal {
  return Crystal.create({ lattice: Lattice.fromMatrix(lattice), species, cartPositions });
}

/** Largest difference, relative to the largest number. */
function farthest(values: ArrayLike<number>, expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, index) => Math.abs(values[index] - value))) / largest;
}
