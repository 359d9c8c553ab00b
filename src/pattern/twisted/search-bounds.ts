import { ResourceExhausted } from "../../base/errors.js";

/** What a search for common cells is bounded by; angles in degrees. */
export interface SearchBounds {
  readonly angle: readonly [number, number];
  readonly maxStrain: number;
  readonly maxAtoms: number;
}

export function tooManyMatches(maxAtoms: number): ResourceExhausted {
  return new ResourceExhausted(
    "too many vectors of the two layers match within these bounds; give a narrower angle range, a " +
      `smaller maxStrain or fewer maxAtoms than ${maxAtoms}`,
    { maxAtoms },
  );
}
