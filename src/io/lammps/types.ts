import { findElement } from "../../base/elements.js";
import { Species } from "../../crystal/species.js";
import { speciesNamed } from "../draft.js";

/** What a file tells of an atom type. */
export interface AtomType {
  label?: string;
  /** u */
  mass?: number;
  /** What stands behind "#" at its mass. */
  comment?: string;
}

/** u: a mass written with one decimal is within it of the element's. */
const massTolerance = 0.15;

/** The species of a type: from its label, from the remark at its mass, or from the mass. */
export function speciesOfType({ label, mass, comment }: AtomType): Species | undefined {
  const named = (word: string | undefined) =>
    word !== undefined && /^[A-Z][a-z]?\d*$/.test(word) ? speciesNamed(word) : undefined;
  const byName = named(label) ?? named(comment?.trim().split(/\s+/)[0]);
  if (mass === undefined) return byName;
  // "Ca" at 12 u is a carbon of some force field; isotopes differ from the standard mass by less.
  const fits = byName !== undefined && Math.abs((byName.mass ?? mass) - mass) < 5;
  return fits ? byName : (speciesOfMass(mass) ?? byName);
}

function speciesOfMass(mass: number): Species | undefined {
  let nearest: Species | undefined;
  let smallest = massTolerance;
  for (const symbol of ["D", "T"]) {
    const difference = Math.abs(findElement(symbol)!.mass! - mass);
    if (difference > smallest) continue;
    smallest = difference;
    nearest = Species.from(symbol);
  }
  for (let number = 1; number <= 118; number++) {
    const species = Species.fromNumber(number);
    const difference = Math.abs((species.mass ?? Number.POSITIVE_INFINITY) - mass);
    if (difference > smallest) continue;
    smallest = difference;
    nearest = species;
  }
  return nearest;
}

export const nameTheTypes =
  'name the elements of the types in elements, such as { elements: ["Si", "O"] } for types 1 and 2';
