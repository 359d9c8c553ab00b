import { readFileSync } from "node:fs";
import { Crystal, Lattice, morse, type PhononMesh, type Phonons, phonons } from "prism-lab";
import { beforeAll, describe, expect, it } from "vitest";

interface Golden {
  readonly displacements: number;
  readonly qpoints: number[][];
  readonly frequencies: number[][];
  readonly groupVelocities: number[][][];
  readonly mesh: number[];
  readonly irreducible: number;
  readonly meanFrequency: number;
  readonly dosFrequencies: number[];
  readonly dos: number[];
  readonly projectedDos: number[][];
  readonly temperatures: number[];
  readonly freeEnergyKJPerMol: number[];
  readonly entropyJPerMolK: number[];
  readonly heatCapacityJPerMolK: number[];
  readonly displacementMatrices300K: number[][][];
}

const golden: Record<string, Golden> = JSON.parse(
  readFileSync(new URL("morse.json", import.meta.url), "utf8"),
);

function potential(cutoff: number) {
  return morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff });
}

const cases = {
  fcc: {
    crystal: Crystal.create({
      lattice: Lattice.cubic(3.7),
      species: ["Cu", "Cu", "Cu", "Cu"],
      fracPositions: [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
    }),
    supercell: [4, 4, 4],
    cutoff: 6,
  },
  monoclinic: {
    crystal: Crystal.create({
      lattice: Lattice.fromMatrix([2.9, 0, 0, 0, 3.1, 0, -0.7, 0, 4.4]),
      species: ["Cu", "Ni"],
      fracPositions: [0, 0, 0, 0.52, 0.5, 0.47],
    }),
    supercell: [4, 4, 3],
    cutoff: 5.5,
  },
  hcp: {
    crystal: Crystal.create({
      lattice: Lattice.fromMatrix([2.75, 0, 0, -1.375, (2.75 * Math.sqrt(3)) / 2, 0, 0, 0, 4.6]),
      species: ["Cu", "Cu"],
      fracPositions: [1 / 3, 2 / 3, 0.25, 2 / 3, 1 / 3, 0.75],
    }),
    supercell: [4, 4, 3],
    cutoff: 5.8,
  },
};

describe.each(Object.keys(cases) as (keyof typeof cases)[])("%s as phonopy has it", (name) => {
  const { crystal, supercell, cutoff } = cases[name];
  const expected = golden[name];
  let vibrations: Phonons;
  let mesh: PhononMesh;

  beforeAll(async () => {
    const masses = { Cu: 63.546, Ni: 58.6934 };
    vibrations = await phonons(crystal, potential(cutoff), { supercell, masses });
    mesh = await vibrations.mesh(expected.mesh, { eigenvectors: true });
  });

  it("frequencies by both ways", async () => {
    const { frequencies } = await vibrations.modes(expected.qpoints);
    const flat = expected.frequencies.flat();
    expected.qpoints.forEach((q, point) => {
      const atOnce = vibrations.frequencies(q);
      atOnce.forEach((value, branch) => {
        const index = point * atOnce.length + branch;
        expect(Math.abs(value - flat[index])).toBeLessThan(5e-4);
        expect(Math.abs(frequencies[index] - flat[index])).toBeLessThan(5e-4);
      });
    });
  });

  it("group velocities", async () => {
    const { groupVelocities, frequencies } = await vibrations.modes(expected.qpoints, {
      groupVelocities: true,
    });
    expected.groupVelocities.flat(2).forEach((value, index) => {
      const state = Math.floor(index / 3);
      const near = [state - 1, state + 1].some(
        (other) => Math.abs(frequencies[other] - frequencies[state]) < 1e-3,
      );
      // Velocities of equal frequencies depend on a direction, and at Γ on that of the approach.
      if (near || frequencies[state] < 0.01) return;
      expect(Math.abs(groupVelocities![index] - value)).toBeLessThan(1e-2);
    });
  });

  it("a mesh, reduced", () => {
    expect(mesh.weights.reduce((sum, weight) => sum + weight)).toBe(
      expected.mesh.reduce((product, count) => product * count),
    );
    const bands = mesh.frequencies.length / mesh.weights.length;
    let mean = 0;
    mesh.frequencies.forEach((value, state) => {
      mean += value * mesh.weights[Math.floor(state / bands)];
    });
    const size = expected.mesh.reduce((product, count) => product * count);
    expect(mean / size / bands).toBeCloseTo(expected.meanFrequency, 3);
    expect(mesh.weights.length).toBe(expected.irreducible);
  });

  it("thermal functions", () => {
    const thermal = mesh.thermal(expected.temperatures);
    expected.temperatures.forEach((_, i) => {
      expect(thermal.entropyJPerMolK[i]).toBeCloseTo(expected.entropyJPerMolK[i], 2);
      expect(thermal.heatCapacityJPerMolK[i]).toBeCloseTo(expected.heatCapacityJPerMolK[i], 2);
      // 96.485 kJ/mol of 1 eV.
      expect(thermal.freeEnergy[i] * 96.48533212).toBeCloseTo(expected.freeEnergyKJPerMol[i], 2);
    });
  });

  it("densities of states", async () => {
    // Phonopy's are at the frequencies themselves: ours in intervals so narrow that they are too.
    const narrow = expected.dosFrequencies.flatMap((value) => [value - 1e-5, value, value + 1e-5]);
    const dos = await mesh.dos({ frequencies: narrow });
    const total = dos.total.filter((_, i) => i % 3 === 1);
    const projected = dos.projected!.filter((_, i) => i % 3 === 1);
    // Why the others are so far off: see SOURCE.md.
    const tolerance = name === "fcc" ? 0.005 : 0.2;
    expected.dos.forEach((value, i) => {
      if (i === expected.dos.length - 1) return; // the edge of a band, by a rounding error
      expect(Math.abs(total[i] - value)).toBeLessThan(tolerance * (1 + value));
    });
    expected.projectedDos.forEach((row, atom) => {
      row.forEach((value, i) => {
        if (i === row.length - 1) return;
        const own = projected[atom * total.length + i];
        expect(Math.abs(own - value)).toBeLessThan(tolerance * (1 + value));
      });
    });
  });

  it("mean square displacements", () => {
    const { tensors } = mesh.meanSquareDisplacements([300]);
    expected.displacementMatrices300K.flat(2).forEach((value, i) => {
      expect(Math.abs(tensors[i] - value)).toBeLessThan(1e-5);
    });
  });
});
