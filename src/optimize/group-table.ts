import { inverse, multiply, transpose } from "../math/mat3.js";
import { applyRotation, type SymmetryOperation } from "../symmetry/operation.js";
import type { SpaceGroup } from "../symmetry/space-group.js";
import { wyckoffForms } from "../symmetry/wyckoff-forms.js";

/** Rows: the vectors of a primitive cell in terms of the conventional ones, by the letter of the centring. */
const primitiveAxes: Readonly<Record<string, readonly number[]>> = {
  P: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  A: [1, 0, 0, 0, 0.5, 0.5, 0, -0.5, 0.5],
  B: [0.5, 0, 0.5, 0, 1, 0, -0.5, 0, 0.5],
  C: [0.5, 0.5, 0, -0.5, 0.5, 0, 0, 0, 1],
  I: [-0.5, 0.5, 0.5, 0.5, -0.5, 0.5, 0.5, 0.5, -0.5],
  F: [0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0],
  R: [2 / 3, 1 / 3, 1 / 3, -1 / 3, 1 / 3, 1 / 3, -1 / 3, -2 / 3, 1 / 3],
};

const known = new Map<number, readonly number[]>();

/** Space groups in primitive cells, as `native/src/search/groups.zig` reads them. */
export function groupTable(groups: readonly SpaceGroup[]): Float64Array {
  return Float64Array.from([groups.length, ...groups.flatMap(numbersOf)]);
}

function numbersOf(group: SpaceGroup): readonly number[] {
  const found = known.get(group.hallNumber) ?? encoded(group);
  known.set(group.hallNumber, found);
  return found;
}

function encoded(group: SpaceGroup): readonly number[] {
  const isHexagonal = group.centring !== "R" || group.setting === "H";
  const toConventional = transpose(primitiveAxes[isHexagonal ? group.centring : "P"]);
  const toPrimitive = inverse(toConventional);
  const translationCount = isHexagonal ? group.centringVectors.length : 1;
  // In a primitive cell each rotation comes with one translation.
  const operations = new Map<string, number[]>();
  for (const { rotation, translation } of group.operations) {
    const key = rotation.join();
    if (operations.has(key)) continue;
    const turned = multiply(multiply(toPrimitive, rotation), toConventional);
    operations.set(key, [...turned, ...applyRotation(toPrimitive, translation)]);
  }
  const positions = wyckoffForms(group.hallNumber).flatMap(({ multiplicity, affine }) => [
    multiplicity / translationCount,
    affine.rotation.some((value) => value !== 0) ? 1 : 0,
    ...inAxes(toPrimitive, affine),
  ]);
  const count = positions.length / 14;
  return [group.number, operations.size, ...[...operations.values()].flat(), count, ...positions];
}

/** The free coordinates stay what they are. */
function inAxes(axes: ArrayLike<number>, { rotation, translation }: SymmetryOperation): number[] {
  return [...multiply(axes, rotation), ...applyRotation(axes, translation)];
}
