import { show } from "../base/check.js";
import { ShapeError } from "../base/errors.js";
import { determinant } from "../math/mat3.js";
import type { SymmetryOperation } from "./operation.js";

/** Point group -> Laue class: the point group with an inversion added (International Tables A, 3.2.1). */
const laueClasses: Readonly<Record<string, readonly string[]>> = {
  "-1": ["1", "-1"],
  "2/m": ["2", "m", "2/m"],
  mmm: ["222", "mm2", "mmm"],
  "4/m": ["4", "-4", "4/m"],
  "4/mmm": ["422", "4mm", "-42m", "4/mmm"],
  "-3": ["3", "-3"],
  "-3m": ["32", "3m", "-3m"],
  "6/m": ["6", "-6", "6/m"],
  "6/mmm": ["622", "6mm", "-6m2", "6/mmm"],
  "m-3": ["23", "m-3"],
  "m-3m": ["432", "-43m", "m-3m"],
};

export function laueClassOf(pointGroup: string): string {
  const found = Object.entries(laueClasses).find(([, members]) => members.includes(pointGroup));
  return found ? found[0] : pointGroup;
}

/** The eleven pairs whose groups are mirror images of each other (International Tables A, 3.5.1.2). */
const enantiomorphs: readonly (readonly [number, number])[] = [
  ...([
    [76, 78],
    [91, 95],
    [92, 96],
    [144, 145],
    [151, 153],
    [152, 154],
  ] as const),
  ...([
    [169, 170],
    [171, 172],
    [178, 179],
    [180, 181],
    [212, 213],
  ] as const),
];

/** The number of the mirror image's group where that is another one. */
export function enantiomorphOf(number: number): number | undefined {
  const pair = enantiomorphs.find((members) => members.includes(number));
  return pair?.find((member) => member !== number);
}

export function isCentrosymmetric(operations: readonly SymmetryOperation[]): boolean {
  return operations.some(({ rotation }) => rotation.join() === "-1,0,0,0,-1,0,0,0,-1");
}

/** Rotations and screws only. */
export function isSohncke(operations: readonly SymmetryOperation[]): boolean {
  return operations.every(({ rotation }) => determinant(rotation) > 0);
}

/** Some direction is left as it is by all rotations: the mean over a group projects on those. */
export function isPolar(operations: readonly SymmetryOperation[]): boolean {
  return Array.from({ length: 9 }, (_, i) =>
    operations.reduce((sum, { rotation }) => sum + rotation[i], 0),
  ).some((sum) => sum !== 0);
}

/**
 * Whether a reflection is absent whatever the crystal: some operation (W, w) leaves h = (h k l) as it
 * is, h W = h, and shifts its phase by h·w that is no whole number.
 */
export function isExtinct(
  operations: readonly SymmetryOperation[],
  hkl: ArrayLike<number>,
): boolean {
  const isTriple =
    typeof hkl === "object" &&
    hkl !== null &&
    hkl.length === 3 &&
    Array.from(hkl).every(Number.isInteger);
  if (!isTriple) {
    throw new ShapeError(`hkl must be three whole numbers, got ${show(hkl)}`, { hkl });
  }
  const [h, k, l] = Array.from(hkl);
  return operations.some(({ rotation: w, translation: [u, v, t] }) => {
    const isKept = [0, 1, 2].every(
      (column) => h * w[column] + k * w[3 + column] + l * w[6 + column] === [h, k, l][column],
    );
    const phase = h * u + k * v + l * t;
    return isKept && Math.abs(phase - Math.round(phase)) > 1e-3;
  });
}
