import { show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { Lattice } from "../lattice/lattice.js";
import { inverse, type Mat3, multiply, transpose } from "../math/mat3.js";
import { cross, dot, norm } from "../math/vec3.js";
import { type CrystalSystem, spaceGroups } from "../symmetry/space-group.js";
import { symmetry } from "../symmetry/symmetry.js";
import { averagedVoigt } from "./voigt.js";

/** What a point group does to a tensor in the axes in which that is given. */
export interface ElasticSymmetry {
  readonly crystalSystem: CrystalSystem;
  readonly pointGroup: string;
  /** Cartesian, active on columns. */
  readonly rotations: readonly Mat3[];
  /** Turns the tensor into the standard axes, x' = R x. */
  readonly toStandard: Mat3;
}

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Highest first: of each system the Laue class with the most constants. */
const systems: readonly (readonly [CrystalSystem, string])[] = [
  ["cubic", "m-3"],
  ["hexagonal", "6/m"],
  ["tetragonal", "4/m"],
  ["trigonal", "-3"],
  ["orthorhombic", "mmm"],
  ["monoclinic", "2/m"],
  ["triclinic", "-1"],
];

/** Share of the largest constant by which a tensor may miss a symmetry and still be said to have it. */
const formTolerance = 5e-3;

/** @throws {SymmetryError} as `symmetry`. */
export function symmetryOfCrystal(crystal: Crystal): ElasticSymmetry {
  const dataset = symmetry(crystal);
  const toCart = transpose(crystal.lattice.matrix);
  const toFrac = inverse(toCart);
  const unique = new Map<string, Mat3>();
  for (const { rotation } of dataset.operations) {
    unique.set(rotation.join(), multiply(multiply(toCart, rotation), toFrac));
  }
  const standardVectors = transpose(multiply(toCart, dataset.transformation.matrix));
  return {
    crystalSystem: dataset.crystalSystem,
    pointGroup: dataset.pointGroup,
    rotations: [...unique.values()],
    toStandard: standardAxes(standardVectors),
  };
}

/** Rows x, y, z of the standard axes: z along c, y along b*. */
function standardAxes(cell: Mat3): Mat3 {
  const [a, c] = [
    [cell[0], cell[1], cell[2]],
    [cell[6], cell[7], cell[8]],
  ];
  const z = scaled(c);
  let y = cross(c, a);
  // A left-handed cell: b* points along the other way.
  const b = [cell[3], cell[4], cell[5]];
  if (dot(y, b) < 0) y = [-y[0], -y[1], -y[2]];
  const unitY = scaled(y);
  return [...cross(unitY, z), ...unitY, ...z];
}

function scaled(v: readonly number[]): [number, number, number] {
  const length = norm(v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

/**
 * A point group in its standard axes.
 *
 * @throws {InvalidConfiguration} none of the 32.
 */
export function symmetryOfPointGroup(pointGroup: string): ElasticSymmetry {
  const group = spaceGroups().find((each) => each.pointGroup === pointGroup);
  if (group === undefined) {
    const known = [...new Set(spaceGroups().map((each) => each.pointGroup))];
    throw new InvalidConfiguration(
      `pointGroup must be one of ${known.join(", ")}; got ${show(pointGroup)}`,
      { pointGroup, known },
    );
  }
  const { crystalSystem } = group;
  const isHexagonal = crystalSystem === "hexagonal" || crystalSystem === "trigonal";
  const lattice = isHexagonal ? Lattice.hexagonal(1, 1) : Lattice.cubic(1);
  const toAxes = standardAxes(lattice.matrix);
  const toCart = multiply(toAxes, transpose(lattice.matrix));
  const toFrac = inverse(toCart);
  const unique = new Map(
    group.operations.map(({ rotation }) => [
      rotation.join(),
      multiply(multiply(toCart, rotation), toFrac),
    ]),
  );
  return { crystalSystem, pointGroup, rotations: [...unique.values()], toStandard: identity };
}

/** The highest system whose form a tensor has in its own axes, within half a percent. */
export function symmetryOfForm(c: ArrayLike<number>): ElasticSymmetry {
  const largest = Array.from(c).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const [, pointGroup] of systems) {
    const found = symmetryOfPointGroup(pointGroup);
    const mean = averagedVoigt(c, found.rotations);
    if (mean.every((value, i) => Math.abs(value - c[i]) <= formTolerance * largest)) return found;
  }
  return symmetryOfPointGroup("-1");
}
