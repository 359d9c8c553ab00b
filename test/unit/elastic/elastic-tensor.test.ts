import { readFileSync } from "node:fs";
import {
  Crystal,
  DomainError,
  ElasticTensor,
  InvalidConfiguration,
  Lattice,
  ShapeError,
} from "prism-lab";
import { describe, expect, it } from "vitest";

interface Golden {
  voigtGPa: number[];
  density: number;
  atomicVolume: number;
  bulk: number[];
  shear: number[];
  young: number;
  poisson: number;
  anisotropy: number;
  longitudinal: number;
  transverse: number;
  debye: number;
  young123: number;
  poisson123: number;
  christoffel123: number[];
  rotated: number[];
  eigenvalues: number[];
  extremes: Record<string, [number, number]>;
}
const folder = new URL("../../golden/elastic/", import.meta.url);
const { rotation, tensors } = JSON.parse(readFileSync(new URL("tensors.json", folder), "utf8")) as {
  rotation: number[];
  tensors: Record<string, Golden>;
};

function close(value: number, expected: number, tolerance = 1e-9): void {
  expect(Math.abs(value - expected)).toBeLessThan(tolerance * (1e-6 + Math.abs(expected)));
}

function cubic(c11: number, c12: number, c44: number): number[] {
  const shear = [c44, 0, 0, c44, 0, c44];
  return [c11, c12, c12, 0, 0, 0, c11, c12, 0, 0, 0, c11, 0, 0, 0, ...shear];
}

const copper = cubic(168.4, 121.4, 75.4);
const isotropic = cubic(100 + 2 * 30, 100, 30);

describe.each(Object.entries(tensors))("%s, against pymatgen and SciPy", (_, golden) => {
  const { density, atomicVolume } = golden;
  const tensor = ElasticTensor.fromVoigtGPa(golden.voigtGPa, { density, atomicVolume });

  it("has the same moduli", () => {
    const { bulkGPa, shearGPa, youngGPa, poissonRatio, pughRatio } = tensor.moduli;
    const three = ({ voigt, reuss, hill }: typeof bulkGPa) => [voigt, reuss, hill];
    three(bulkGPa).forEach((value, k) => {
      close(value, golden.bulk[k]);
    });
    three(shearGPa).forEach((value, k) => {
      close(value, golden.shear[k]);
    });
    close(youngGPa.hill, golden.young);
    close(poissonRatio.hill, golden.poisson);
    close(pughRatio, golden.bulk[2] / golden.shear[2]);
    close(tensor.universalAnisotropy, golden.anisotropy, 1e-8);
  });

  it("has the same values along a direction", () => {
    close(tensor.youngModulusGPa([1, 2, 3]), golden.young123);
    close(tensor.poissonRatio([1, 2, 3], [3, 0, -1]), golden.poisson123);
    const waves = tensor.soundWaves([2, 4, 6]);
    waves.forEach(({ velocityMPerS }, k) => {
      close((velocityMPerS / 1000) ** 2 * density, golden.christoffel123[k]);
    });
  });

  it("sounds the same", () => {
    close(tensor.sound.longitudinalMPerS, golden.longitudinal, 2e-5);
    close(tensor.sound.transverseMPerS, golden.transverse, 2e-5);
    close(tensor.debyeTemperature, golden.debye, 1e-4);
  });

  it("turns the same, and keeps what does not depend on axes", () => {
    const turned = tensor.rotated(rotation);
    turned.voigtGPa.forEach((value, k) => {
      expect(value).toBeCloseTo(golden.rotated[k], 8);
    });
    close(turned.moduli.shearGPa.reuss, golden.shear[1]);
    expect(turned.crystalSystem).toBe(tensor.crystalSystem);
    turned.inStandardAxes().voigtGPa.forEach((value, k) => {
      expect(value).toBeCloseTo(tensor.voigtGPa[k], 8);
    });
    const { criteria, eigenvaluesGPa, isStable } = turned.stability;
    expect(isStable && tensor.bornStable).toBe(true);
    for (const { name, holds } of criteria) expect(holds, name).toBe(true);
    eigenvaluesGPa.forEach((value, k) => {
      close(value, golden.eigenvalues[k]);
    });
  });

  it("finds the extremes, and where they are", () => {
    const { youngGPa, linearCompressibilityPerTPa, shearGPa, poissonRatio } = tensor.extremes;
    const found = { youngGPa, linearCompressibilityPerTPa, shearGPa, poissonRatio };
    for (const [name, { min, max }] of Object.entries(found)) {
      const [least, most] = golden.extremes[name];
      expect(Math.abs(min.value - least)).toBeLessThan(1e-6 * Math.abs(most));
      expect(Math.abs(max.value - most)).toBeLessThan(1e-6 * Math.abs(most));
    }
    for (const end of ["min", "max"] as const) {
      close(tensor.youngModulusGPa(youngGPa[end].direction), youngGPa[end].value, 1e-7);
      const { direction, across } = shearGPa[end];
      close(tensor.shearModulusGPa(direction, across), shearGPa[end].value, 1e-7);
      const ratio = poissonRatio[end];
      close(tensor.poissonRatio(ratio.direction, ratio.across), ratio.value, 1e-7);
      const squeezed = linearCompressibilityPerTPa[end];
      close(tensor.linearCompressibilityPerTPa(squeezed.direction), squeezed.value, 1e-7);
    }
  });

  it("has compliances that invert it", () => {
    const s = tensor.compliancePerTPa;
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        let sum = 0;
        for (let k = 0; k < 6; k++) sum += (tensor.voigtGPa[6 * i + k] * s[6 * k + j]) / 1000;
        expect(sum).toBeCloseTo(Number(i === j), 12);
      }
    }
  });
});

describe("closed formulae", () => {
  it("of cubic crystals", () => {
    const tensor = ElasticTensor.fromVoigtGPa(copper, { density: 8.93 });
    expect(tensor.crystalSystem).toBe("cubic");
    close(tensor.zenerRatio!, (2 * 75.4) / 47);
    const waves = tensor.soundWaves([1, 1, 0]).map(({ velocityMPerS }) => velocityMPerS);
    close(waves[0], 1000 * Math.sqrt(47 / 2 / 8.93));
    close(waves[1], 1000 * Math.sqrt(75.4 / 8.93));
    close(waves[2], 1000 * Math.sqrt((168.4 + 121.4 + 2 * 75.4) / 2 / 8.93));
    const slow = tensor.soundWaves([1, 1, 0])[0].polarization;
    expect(Math.abs(slow[0] - slow[1])).toBeCloseTo(Math.SQRT2, 9);
  });

  it("of an isotropic body: no direction differs", () => {
    const tensor = ElasticTensor.fromVoigtGPa(isotropic, { density: 2 });
    expect(tensor.universalAnisotropy).toBeCloseTo(0, 12);
    close(tensor.zenerRatio!, 1);
    const { min, max } = tensor.extremes.youngGPa;
    close(min.value, max.value, 1e-12);
    close(tensor.sound.longitudinalMPerS, tensor.soundWaves([1, 4, 2])[2].velocityMPerS);
  });

  it("Young's moduli of silicon are those of Hopcroft, Nix and Kenny (2010)", () => {
    const silicon = ElasticTensor.fromVoigtGPa(cubic(165.7, 63.9, 79.6));
    expect(silicon.youngModulusGPa([1, 0, 0])).toBeCloseTo(130, 0);
    expect(silicon.youngModulusGPa([1, 1, 0])).toBeCloseTo(169, 0);
    expect(silicon.youngModulusGPa([1, 1, 1])).toBeCloseTo(188, 0);
  });
});

describe("symmetry", () => {
  it("is told by the form of the constants", () => {
    const systems = Object.entries(tensors).map(([name, { voigtGPa }]) => [
      name,
      ElasticTensor.fromVoigtGPa(voigtGPa).crystalSystem,
    ]);
    expect(Object.fromEntries(systems)).toEqual({
      Si: "cubic",
      Cu: "cubic",
      quartz: "trigonal",
      Mg: "hexagonal",
      triclinic: "triclinic",
    });
  });

  it("is put upon a tensor that nearly has it", () => {
    const noisy = Float64Array.from(tensors.quartz.voigtGPa);
    noisy[0] += 3;
    noisy[22] += 1;
    noisy[27] += 1;
    const tensor = ElasticTensor.fromVoigtGPa(noisy, { pointGroup: "32" }).symmetrized();
    const c = tensor.voigtGPa;
    close(c[0], c[7]);
    close(c[35], (c[0] - c[1]) / 2);
    expect(c[22]).toBeCloseTo(0, 10);
    close(c[3], -c[9]);
    close(tensor.symmetrized().voigtGPa[0], c[0]);
  });

  it("comes from a crystal, whatever its axes", () => {
    const lattice = Lattice.fromMatrix([0, 1.8, 1.8, 1.8, 0, 1.8, 1.8, 1.8, 0]);
    const primitive = Crystal.create({ lattice, species: ["Cu"], fracPositions: [0, 0, 0] });
    const turned = primitive.withLattice(lattice.rotated([1, 2, 3], 40));
    const r = Lattice.fromMatrix([1, 0, 0, 0, 1, 0, 0, 0, 1]).rotated([1, 2, 3], 40).matrix;
    const active = [0, 3, 6, 1, 4, 7, 2, 5, 8].map((k) => r[k]);
    const given = ElasticTensor.fromVoigtGPa(copper).rotated(active).voigtGPa;
    const tensor = ElasticTensor.fromVoigtGPa(given, { crystal: turned });
    expect(tensor.crystalSystem).toBe("cubic");
    close(tensor.zenerRatio!, (2 * 75.4) / 47);
    tensor.symmetrized().voigtGPa.forEach((value, k) => {
      expect(value).toBeCloseTo(given[k], 9);
    });
    close(tensor.density!, turned.density!);
  });
});

describe("an unstable crystal", () => {
  const tensor = ElasticTensor.fromVoigtGPa(cubic(100, 120, 50), { density: 5 });

  it("is said to be, with the criterion that fails", () => {
    expect(tensor.bornStable).toBe(false);
    const failed = tensor.stability.criteria.filter(({ holds }) => !holds);
    expect(failed).toEqual([{ name: "C11 − C12 > 0", value: -20, holds: false }]);
    expect(tensor.stability.eigenvaluesGPa[0]).toBeCloseTo(-20, 10);
    expect(String(tensor)).toContain("unstable");
  });

  it("has waves that grow, and no extremes", () => {
    expect(tensor.soundWaves([1, 1, 0])[0].velocityMPerS).toBeLessThan(0);
    expect(() => tensor.extremes).toThrow(DomainError);
    expect(() => tensor.sound).toThrow(/stable/);
  });

  it.each([
    ["4/m", { 16: 45 }, "C66 (C11 − C12) − 2 C16²"],
    ["-3", { 14: 40 }, "C44 (C11 − C12) − 2 (C14² + C15²)"],
    ["mmm", { 12: 170 }, "C11 C22 − C12²"],
    ["2/m", { 15: 120 }, "leading minor of order 5"],
  ])("in %s", (pointGroup, changes, name) => {
    const full = new Float64Array(36);
    const set = (i: number, j: number, value: number) => {
      full[6 * i + j] = value;
      full[6 * j + i] = value;
    };
    for (let k = 0; k < 3; k++) {
      set(k, k, 160);
      set(k + 3, k + 3, 50);
      set(k, (k + 1) % 3, 100);
    }
    for (const [key, value] of Object.entries(changes)) {
      const [i, j] = [Number(key[0]) - 1, Number(key[1]) - 1];
      set(i, j, value);
      if (pointGroup === "4/m") set(1, 5, -value);
      if (pointGroup === "-3") {
        set(1, 3, -value);
        set(4, 5, value);
        set(5, 5, 30);
      }
    }
    const { stability, bornStable } = ElasticTensor.fromVoigtGPa(full, { pointGroup });
    expect(bornStable).toBe(false);
    expect(stability.criteria.filter(({ holds }) => !holds).map((each) => each.name)).toContain(
      `${name} > 0`,
    );
  });
});

describe("what is no tensor is refused", () => {
  const tensor = ElasticTensor.fromVoigtGPa(copper);
  const lopsided = Array.from(tensor.voigtGPa);
  lopsided[1] += 1;
  it.each([
    [() => ElasticTensor.fromVoigtGPa([1, 2, 3]), ShapeError, /36 numbers/],
    [() => ElasticTensor.fromVoigtGPa(Array(36).fill(Number.NaN)), DomainError, /finite/],
    [() => ElasticTensor.fromVoigtGPa(lopsided), DomainError, /C12 and C21/],
    [() => ElasticTensor.fromVoigtGPa(copper, { density: 0 }), DomainError, /density/],
    [() => ElasticTensor.fromVoigtGPa(copper, { pointGroup: "m-4" }), InvalidConfiguration, /m-3m/],
    [() => tensor.youngModulusGPa([0, 0, 0]), DomainError, /no direction/],
    [() => tensor.youngModulusGPa([1, 0]), ShapeError, /three cartesian/],
    [() => tensor.poissonRatio([1, 0, 0], [1, 1, 0]), DomainError, /right angles, got 45.000°/],
    [() => tensor.soundWaves([1, 0, 0]), DomainError, /density/],
    [() => tensor.debyeTemperature, DomainError, /density/],
    [() => tensor.rotated([1, 0, 0, 0, 2, 0, 0, 0, 1]), DomainError, /orthogonal/],
    [() => ElasticTensor.fromVoigtGPa(Array(36).fill(0)).moduli, DomainError, /inverted/],
  ])("%s", (call, type, message) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});
