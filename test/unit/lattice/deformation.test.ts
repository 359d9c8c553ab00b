import { DomainError, InvalidConfiguration, Lattice, ShapeError } from "prism-lab";
import { describe, expect, it } from "vitest";

const triclinic = Lattice.fromParameters(5, 6, 7, 80, 95, 103);

describe("strained", () => {
  it("stretches along the axes of the frame", () => {
    const { parameters } = Lattice.orthorhombic(4, 5, 6).strained([0.01, -0.02, 0.03, 0, 0, 0]);
    expect(parameters.a).toBeCloseTo(4.04, 12);
    expect(parameters.b).toBeCloseTo(4.9, 12);
    expect(parameters.c).toBeCloseTo(6.18, 12);
  });

  it("takes Voigt's shear as the engineering one", () => {
    const voigt = triclinic.strained([0, 0, 0, 0.02, -0.04, 0.06]);
    const matrix = triclinic.strained([
      [0, 0.03, -0.02],
      [0.03, 0, 0.01],
      [-0.02, 0.01, 0],
    ]);
    expect(voigt.equals(matrix, 1e-14)).toBe(true);
    // To first order the angle closes by γ.
    const { gamma } = Lattice.cubic(4).strained([0, 0, 0, 0, 0, 1e-4]).parameters;
    expect(gamma).toBeCloseTo(90 - (1e-4 * 180) / Math.PI, 6);
  });

  it("has the strain that was asked for, by each measure", () => {
    const e = [0.1, -0.05, 0.02, 0.04, 0.03, -0.06];
    const green = triclinic.strained(e, { measure: "green-lagrange" });
    // E = (FᵀF − 1)/2 changes squared lengths by 2 x·E x.
    const x = triclinic.toCartesian([1, 2, -1]);
    const y = green.toCartesian([1, 2, -1]);
    const [xx, yy, zz, yz, xz, xy] = e;
    const form =
      xx * x[0] ** 2 +
      yy * x[1] ** 2 +
      zz * x[2] ** 2 +
      yz * x[1] * x[2] +
      xz * x[0] * x[2] +
      xy * x[0] * x[1];
    expect(Math.hypot(...y) ** 2 - Math.hypot(...x) ** 2).toBeCloseTo(2 * form, 10);
    const hencky = triclinic.strained(e, { measure: "hencky" });
    expect(Math.log(hencky.volume / triclinic.volume)).toBeCloseTo(xx + yy + zz, 12);
    const back = hencky.strained(
      e.map((value) => -value),
      { measure: "hencky" },
    );
    expect(back.equals(triclinic, 1e-12)).toBe(true);
  });

  it("refuses what is no strain", () => {
    expect(() => triclinic.strained([1, 2])).toThrow(ShapeError);
    expect(() => triclinic.strained([0, 1, 0, 0, 0, 0, 0, 0, 0])).toThrow(/must be symmetric/);
    expect(() => triclinic.strained([-1, 0, 0, 0, 0, 0])).toThrow(/above -1 in every direction/);
    expect(() => triclinic.strained([-0.5, 0, 0, 0, 0, 0], { measure: "green-lagrange" })).toThrow(
      DomainError,
    );
    expect(() => triclinic.strained([0, 0, 0, 0, 0, 0], { measure: "log" as never })).toThrow(
      InvalidConfiguration,
    );
    expect(() => triclinic.strained([0, 0, 0, 0, 0, Number.NaN])).toThrow(DomainError);
  });
});

describe("rotated, deformed, scaled, transformed", () => {
  it("turns counter-clockwise about the axis, in the frame of its choice", () => {
    const turned = Lattice.cubic(4).rotated([0, 0, 1], 90);
    expect(turned.equals(Lattice.fromMatrix([0, 4, 0, -4, 0, 0, 0, 0, 4]), 1e-15)).toBe(true);
    const aboutC = triclinic.rotated([0, 0, 1], 35, { frame: "direct" });
    const c = aboutC.matrix.slice(6);
    c.forEach((value, k) => {
      expect(value).toBeCloseTo(triclinic.matrix[6 + k], 12);
    });
    const aboutNormal = triclinic.rotated([0, 0, 1], 35, { frame: "reciprocal" });
    aboutNormal.planeNormal([0, 0, 1]).forEach((value, k) => {
      expect(value).toBeCloseTo(triclinic.planeNormal([0, 0, 1])[k], 12);
    });
    for (const lattice of [aboutC, aboutNormal]) {
      lattice.metricTensor.forEach((value, i) => {
        expect(value).toBeCloseTo(triclinic.metricTensor[i], 10);
      });
    }
  });

  it("applies a deformation gradient to columns", () => {
    const sheared = Lattice.cubic(2).deformed([1, 0, 0.5, 0, 1, 0, 0, 0, 1]);
    expect(Array.from(sheared.matrix)).toEqual([2, 0, 0, 0, 2, 0, 1, 0, 2]);
  });

  it("scales to a volume and keeps the shape", () => {
    const scaled = triclinic.scaledToVolume(1000);
    expect(scaled.volume).toBeCloseTo(1000, 9);
    expect(scaled.parameters.beta).toBeCloseTo(95, 10);
    expect(() => triclinic.scaledToVolume(0)).toThrow(DomainError);
  });

  it("takes new vectors as rows in terms of the old ones", () => {
    const supercell = triclinic.transformed([
      [2, 0, 0],
      [0, 1, 1],
      [0, -1, 1],
    ]);
    expect(supercell.volume / triclinic.volume).toBeCloseTo(4, 12);
    expect(supercell.parameters.a).toBeCloseTo(10, 12);
    expect(() => triclinic.transformed([1, 0, 0, 0, 1, 0, 1, 1, 0])).toThrow(/coplanar/);
    expect(() => triclinic.transformed([1, 0, 0])).toThrow(ShapeError);
  });

  it("refuses an axis without length", () => {
    expect(() => triclinic.rotated([0, 0, 0], 10)).toThrow(DomainError);
    expect(() => triclinic.rotated([0, 0, 1], Number.NaN)).toThrow(/angle/);
    expect(() => triclinic.rotated([0, 0, 1], 1, { frame: "hkl" as never })).toThrow(
      InvalidConfiguration,
    );
  });
});
