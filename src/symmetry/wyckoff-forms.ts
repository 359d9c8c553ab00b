import { wyckoffTable } from "./moyo.js";
import { applyRotation, parseTriplet, type SymmetryOperation } from "./operation.js";

/** A Wyckoff position of a setting, as its first coordinate triplet says it. */
export interface WyckoffForm {
  readonly letter: string;
  /** In the conventional cell. */
  readonly multiplicity: number;
  readonly siteSymmetry: string;
  /** The first triplet: "x,2x,1/4". */
  readonly coordinates: string;
  /** The triplet as x = A u + c: A nine numbers, row-major, singular but for the general position. */
  readonly affine: SymmetryOperation;
}

const formsOfSetting: (readonly WyckoffForm[] | undefined)[] = [];

/** The general position first. @param hallNumber 1 to 530. */
export function wyckoffForms(hallNumber: number): readonly WyckoffForm[] {
  formsOfSetting[hallNumber] ??= wyckoffTable(hallNumber).map(
    ({ letter, multiplicity, site_symmetry, coordinates }) => ({
      letter,
      multiplicity,
      siteSymmetry: site_symmetry,
      coordinates,
      affine: parseTriplet(coordinates),
    }),
  );
  return formsOfSetting[hallNumber];
}

/**
 * Whether a position has the coordinates of a form for some u, up to lattice vectors. In each row of a
 * form stands at most one of x, y, z; where it stands alone it gives u, and elsewhere it is checked.
 */
export function hasForm({ affine }: WyckoffForm, position: ArrayLike<number>): boolean {
  const { rotation: a, translation: c } = affine;
  const u = [0, 0, 0];
  for (let row = 2; row >= 0; row--) {
    for (let k = 0; k < 3; k++) {
      if (Math.abs(a[3 * row + k]) === 1) u[k] = a[3 * row + k] * (position[row] - c[row]);
    }
  }
  const expected = applyRotation(a, u);
  return expected.every((value, k) => {
    const difference = value + c[k] - position[k];
    return Math.abs(difference - Math.round(difference)) < 1e-5;
  });
}

/**
 * The Wyckoff position of a site in its setting: the one whose first triplet a position equivalent to
 * it has.
 *
 * @param multiplicity Of the site's orbit in the conventional cell.
 * @param operations Of the conventional cell, centring included.
 */
export function wyckoffFormOf(
  hallNumber: number,
  operations: readonly SymmetryOperation[],
  multiplicity: number,
  position: ArrayLike<number>,
): WyckoffForm | undefined {
  const forms = wyckoffForms(hallNumber).filter((form) => form.multiplicity === multiplicity);
  for (const { rotation, translation } of operations) {
    const image = applyRotation(rotation, position).map((value, k) => value + translation[k]);
    const form = forms.find((candidate) => hasForm(candidate, image));
    if (form) return form;
  }
  return undefined;
}
