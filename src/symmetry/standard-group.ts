import { inverse, multiply } from "../math/mat3.js";
import { applyRotation, type SymmetryOperation, wrapUnit } from "./operation.js";
import { hallSetting } from "./space-group.js";

/**
 * One operation of a setting for each rotation: the group modulo the translations of its conventional
 * cell. The identity first.
 */
function representatives(hallNumber: number): readonly SymmetryOperation[] {
  let found = representativesOf[hallNumber];
  if (found) return found;
  const known = new Set<string>();
  found = hallSetting(hallNumber).operations.filter(({ rotation }) => {
    const key = rotation.join();
    return !known.has(key) && known.add(key);
  });
  representativesOf[hallNumber] = found;
  return found;
}

const representativesOf: (readonly SymmetryOperation[] | undefined)[] = [];

/**
 * The operations of a setting in other coordinates, x = P x_s + p on columns, one for each rotation.
 * They follow from the table, so that they are a group to the last digit, whatever the noise in the
 * sites that they were found from.
 */
export function operationsInFrame(
  hallNumber: number,
  linear: readonly number[],
  originShift: readonly number[],
): SymmetryOperation[] {
  const back = inverse(linear);
  return representatives(hallNumber).map(({ rotation, translation }) => {
    const turned = Array.from(
      multiply(multiply(linear, rotation), back),
      (value) => Math.round(value) + 0,
    );
    const shift = applyRotation(linear, translation);
    const moved = applyRotation(turned, originShift);
    const [u, v, w] = shift.map((value, k) => wrapUnit(value + originShift[k] - moved[k]));
    return { rotation: turned, translation: [u, v, w] };
  });
}
