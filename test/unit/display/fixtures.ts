import { Crystal } from "../../../src/crystal/crystal.js";
import { Species } from "../../../src/crystal/species.js";
import { DiffractionPattern } from "../../../src/diffraction/diffraction-pattern.js";
import { Lattice } from "../../../src/lattice/lattice.js";

/** α-quartz, P3₂21: L. Levien et al., Am. Mineral. 65, 920 (1980), expanded by hand. */
export const quartz: Crystal = Crystal.create({
  lattice: Lattice.hexagonal(4.916, 5.4054),
  species: ["Si", "Si", "Si", "O", "O", "O", "O", "O", "O"],
  fracPositions: [
    ...[0.4697, 0, 2 / 3, 0, 0.4697, 1 / 3, 0.5303, 0.5303, 0],
    ...[0.4135, 0.2669, 0.78577, 0.7331, 0.1466, 0.45243, 0.8534, 0.5865, 0.1191],
    ...[0.2669, 0.4135, 0.21423, 0.1466, 0.7331, 0.54757, 0.5865, 0.8534, 0.8809],
  ],
});

const faceCentred = [0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0];
const shifted = (by: number) => faceCentred.map((value) => (value + by) % 1);

export const rocksalt: Crystal = Crystal.create({
  lattice: Lattice.cubic(5.6402),
  species: ["Na", "Na", "Na", "Na", "Cl", "Cl", "Cl", "Cl"],
  fracPositions: [...faceCentred, ...shifted(0.5)],
});

export const silicon: Crystal = Crystal.create({
  lattice: Lattice.cubic(5.431144),
  species: Array.from({ length: 8 }, () => "Si"),
  fracPositions: [...faceCentred, ...shifted(0.25)],
});

export const copper: Crystal = Crystal.create({
  lattice: Lattice.cubic(3.615),
  species: ["Cu", "Cu", "Cu", "Cu"],
  fracPositions: faceCentred,
});

export const iron: Crystal = Crystal.create({
  lattice: Lattice.cubic(2.8665),
  species: ["Fe", "Fe"],
  fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
});

export const perovskite: Crystal = Crystal.create({
  lattice: Lattice.cubic(3.905),
  species: ["Sr", "Ti", "O", "O", "O"],
  fracPositions: [0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5],
});

export const lanthanumBoride: Crystal = Crystal.create({
  lattice: Lattice.cubic(4.156826),
  species: ["La", "B", "B", "B", "B", "B", "B"],
  fracPositions: [
    ...[0, 0, 0, 0.1993, 0.5, 0.5, 0.8007, 0.5, 0.5, 0.5, 0.1993, 0.5],
    ...[0.5, 0.8007, 0.5, 0.5, 0.5, 0.1993, 0.5, 0.5, 0.8007],
  ],
});

/** Rocksalt with iron and vacancies on the magnesium sites. */
export const disordered: Crystal = Crystal.create({
  lattice: Lattice.cubic(4.22),
  species: [
    [
      { species: Species.from("Mg"), occupancy: 0.7 },
      { species: Species.from("Fe"), occupancy: 0.2 },
    ],
    "O",
  ],
  fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
});

export const water: Crystal = Crystal.create({
  lattice: Lattice.cubic(10),
  species: ["O", "H", "H"],
  cartPositions: [0, 0, 0, 0.757, 0.586, 0, -0.757, 0.586, 0],
  periodic: [false, false, false],
});

/** Three lines of silicon, the last of two families: positions of NIST's SRM 640f. */
export const siliconPattern: DiffractionPattern = new DiffractionPattern(
  {
    twoTheta: Float64Array.of(28.441, 47.301, 94.947),
    dSpacing: Float64Array.of(3.1357, 1.9202, 1.0452),
    intensity: Float64Array.of(100, 67.1, 10.4),
    multiplicity: Int32Array.of(8, 12, 32),
    memberOffset: Int32Array.of(0, 4, 10, 26),
    memberHkl: Int32Array.of(
      ...[1, 1, 1, 1, 1, -1, 1, -1, 1, 1, -1, -1],
      ...[2, 2, 0, 2, 0, 2, 2, 0, -2, 2, -2, 0, 0, 2, 2, 0, 2, -2],
      ...[5, 1, 1, 5, 1, -1, 5, -1, 1, 5, -1, -1, 3, 3, 3, 3, 3, -3, 3, -3, 3, 3, -3, -3],
      ...[1, 5, 1, 1, 5, -1, 1, 1, 5, 1, 1, -5, 1, -1, 5, 1, -1, -5, 1, -5, 1, 1, -5, -1],
    ),
    memberModulusSquared: Float64Array.from({ length: 26 }, () => 1000),
  },
  {
    formula: "Si",
    wavelength: { length: 1.5405929, name: "Cu Kα₁" },
    twoThetaRange: [20, 100],
    reciprocal: silicon.lattice.reciprocal.matrix,
  },
);
