import { requirePositive, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";

/**
 * Characteristic X-ray wavelengths in Å: R. D. Deslattes et al., Rev. Mod. Phys. 75, 35 (2003), the
 * values of International Tables C, table 4.2.2.4. "Ka" is the doublet's mean (2 Kα₁ + Kα₂)/3.
 */
const doublets = {
  Cr: [2.289726, 2.293651],
  Fe: [1.936041, 1.939973],
  Co: [1.788996, 1.792835],
  Cu: [1.5405929, 1.5444274],
  Mo: [0.70931715, 0.713607],
  Ag: [0.55942178, 0.5638131],
} as const;

type Anode = keyof typeof doublets;

/** "CuKa1", "CuKa2", "CuKa", and likewise for Cr, Fe, Co, Mo and Ag. */
export type Radiation = `${Anode}${"Ka1" | "Ka2" | "Ka"}`;

/** All named radiations with their wavelengths in Å. */
export const radiations: Readonly<Record<Radiation, number>> = Object.fromEntries(
  Object.entries(doublets).flatMap(([anode, [a1, a2]]) => [
    [`${anode}Ka1`, a1],
    [`${anode}Ka2`, a2],
    [`${anode}Ka`, (2 * a1 + a2) / 3],
  ]),
) as Record<Radiation, number>;

export interface Wavelength {
  /** Å */
  readonly length: number;
  /** "Cu Kα₁", or "λ = 0.7 Å". */
  readonly name: string;
}

/**
 * @throws {DomainError} a number not above 0. @throws {InvalidConfiguration} an unknown name; the
 *   message lists the known ones.
 */
export function toWavelength(wavelength: number | Radiation): Wavelength {
  if (typeof wavelength === "number") {
    const length = requirePositive("wavelength", wavelength, "Å");
    return { length, name: `λ = ${Number(length.toFixed(6))} Å` };
  }
  if (typeof wavelength === "string" && Object.hasOwn(radiations, wavelength)) {
    const name = `${wavelength.slice(0, 2)} Kα${{ "1": "₁", "2": "₂" }[wavelength.slice(4)] ?? ""}`;
    return { length: radiations[wavelength], name };
  }
  throw new InvalidConfiguration(
    `wavelength must be a number in Å or one of ${Object.keys(radiations).join(", ")}; got ${show(wavelength)}`,
    { wavelength, known: Object.keys(radiations) },
  );
}
