import { requireFinite, requireObject, requirePositive } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import {
  type CutoffOptions,
  cutoffFields,
  type PairFunction,
  type PairTable,
  pairLookup,
  pairTerm,
} from "./pair-term.js";
import { Potential } from "./potential.js";

/** Depth of the well in eV, and the distance of zero energy in Å. */
export interface LennardJonesParameters {
  readonly epsilon: number;
  readonly sigma: number;
}

export type LennardJonesOptions = CutoffOptions &
  (
    | LennardJonesParameters
    | {
        /** By element; pairs of different ones are mixed. */
        readonly species: Readonly<Record<string, LennardJonesParameters>>;
        /** "arithmetic" (Lorentz-Berthelot, default): σ = (σ₁ + σ₂)/2; "geometric": σ = √(σ₁ σ₂). ε = √(ε₁ ε₂). */
        readonly mixing?: "arithmetic" | "geometric";
      }
    | { readonly pairs: PairTable<LennardJonesParameters> }
  );

/**
 * Lennard-Jones potential, φ(r) = 4ε [(σ/r)¹² − (σ/r)⁶], for all pairs alike, by species with mixing,
 * or pair by pair.
 *
 * @throws {DomainError} epsilon or sigma not positive, a cutoff not positive.
 * @throws {InvalidConfiguration} options that do not go together.
 * @see J. E. Lennard-Jones, Proc. Phys. Soc. 43, 461 (1931).
 * @example const argon = lennardJones({ epsilon: 0.0104, sigma: 3.4, cutoff: 8.5, shift: true });
 */
export function lennardJones(options: LennardJonesOptions): Potential {
  requireObject("options", options, "{ epsilon: 0.0104, sigma: 3.4, cutoff: 8.5 }");
  requireKnownFields("the options of a pair potential", options, [
    ...cutoffFields,
    "epsilon",
    "sigma",
    "species",
    "mixing",
    "pairs",
  ]);
  if ("species" in options) return mixedLennardJones(options);
  if ("mixing" in options) {
    throw new InvalidConfiguration("mixing is for parameters by species; give species", {});
  }
  return pairPotential("Lennard-Jones", options, checkedLennardJones, lennardJonesFunction);
}

function checkedLennardJones(given: LennardJonesParameters): LennardJonesParameters {
  return {
    epsilon: requirePositive("epsilon", given.epsilon, "eV"),
    sigma: requirePositive("sigma", given.sigma, "Å"),
  };
}

function lennardJonesFunction({ epsilon, sigma }: LennardJonesParameters): PairFunction {
  const a = 4 * epsilon * sigma ** 12;
  const b = 4 * epsilon * sigma ** 6;
  return {
    numbers: [a, b],
    energy: (r) => a / r ** 12 - b / r ** 6,
    slope: (r) => -12 * (a / r ** 13) + 6 * (b / r ** 7),
  };
}

function mixedLennardJones(options: Extract<LennardJonesOptions, { species: unknown }>): Potential {
  const { species, mixing = "arithmetic" } = options;
  if ("epsilon" in options || "pairs" in options) {
    throw new InvalidConfiguration(
      "give epsilon and sigma, or species, or pairs, not two of them",
      {
        given: Object.keys(options),
      },
    );
  }
  if (mixing !== "arithmetic" && mixing !== "geometric") {
    throw new InvalidConfiguration('mixing must be "arithmetic" or "geometric"', { mixing });
  }
  requireObject("species", species, "{ Ar: { epsilon: 0.0104, sigma: 3.4 } }");
  const known = new Map(
    Object.entries(species).map(([element, given]) => [element, checkedLennardJones(given)]),
  );
  const of = (a: string, b: string): PairFunction => {
    const [first, second] = [parametersOf(known, a), parametersOf(known, b)];
    const sigma =
      mixing === "arithmetic"
        ? (first.sigma + second.sigma) / 2
        : Math.sqrt(first.sigma * second.sigma);
    return lennardJonesFunction({ epsilon: Math.sqrt(first.epsilon * second.epsilon), sigma });
  };
  return new Potential([pairTerm("Lennard-Jones", options, [...known.keys()], of)]);
}

function parametersOf<P>(known: ReadonlyMap<string, P>, element: string): P {
  const found = known.get(element);
  if (found !== undefined) return found;
  throw new DomainError(`no parameters for ${element}`, { element });
}

/** Depth in eV, 1/Å, and the distance of the minimum in Å. */
export interface MorseParameters {
  readonly depth: number;
  readonly alpha: number;
  readonly r0: number;
}

export type MorseOptions = CutoffOptions &
  (MorseParameters | { readonly pairs: PairTable<MorseParameters> });

/**
 * Morse potential, φ(r) = D [e^(−2α(r − r₀)) − 2 e^(−α(r − r₀))].
 *
 * @throws {DomainError} depth, alpha or r0 not positive, a cutoff not positive.
 * @see P. M. Morse, Phys. Rev. 34, 57 (1929).
 * @example const copper = morse({ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 8 });
 */
export function morse(options: MorseOptions): Potential {
  requireObject("options", options, "{ depth: 0.3429, alpha: 1.3588, r0: 2.866, cutoff: 8 }");
  requireKnownFields("the options of a pair potential", options, [
    ...cutoffFields,
    "depth",
    "alpha",
    "r0",
    "pairs",
  ]);
  return pairPotential("Morse", options, checkedMorse, morseFunction);
}

function checkedMorse(given: MorseParameters): MorseParameters {
  return {
    depth: requirePositive("depth", given.depth, "eV"),
    alpha: requirePositive("alpha", given.alpha, "1/Å"),
    r0: requirePositive("r0", given.r0, "Å"),
  };
}

function morseFunction({ depth, alpha, r0 }: MorseParameters): PairFunction {
  const decay = (r: number) => Math.exp(-alpha * (r - r0));
  return {
    numbers: [depth, alpha, r0],
    energy: (r) => depth * decay(r) * (decay(r) - 2),
    slope: (r) => 2 * depth * alpha * decay(r) * (1 - decay(r)),
  };
}

/** A in eV, ρ in Å, C in eV Å⁶. */
export interface BuckinghamParameters {
  readonly a: number;
  readonly rho: number;
  readonly c: number;
}

export type BuckinghamOptions = CutoffOptions &
  (BuckinghamParameters | { readonly pairs: PairTable<BuckinghamParameters> });

/**
 * Buckingham potential, φ(r) = A e^(−r/ρ) − C/r⁶. With C > 0 it falls to −∞ inside of a barrier at
 * short distance: atoms that are pushed through it collapse.
 *
 * @throws {DomainError} a or rho not positive, c negative, a cutoff not positive.
 * @see R. A. Buckingham, Proc. R. Soc. Lond. A 168, 264 (1938).
 * @example
 * const shortRange = buckingham({
 *   cutoff: 10,
 *   pairs: { "Mg-O": { a: 1428.5, rho: 0.2945, c: 0 }, "O-O": { a: 22764, rho: 0.149, c: 27.88 }, "Mg-Mg": null },
 * });
 */
export function buckingham(options: BuckinghamOptions): Potential {
  requireObject("options", options, "{ a: 1428.5, rho: 0.2945, c: 0, cutoff: 10 }");
  requireKnownFields("the options of a pair potential", options, [
    ...cutoffFields,
    "a",
    "rho",
    "c",
    "pairs",
  ]);
  return pairPotential("Buckingham", options, checkedBuckingham, buckinghamFunction);
}

function checkedBuckingham(given: BuckinghamParameters): BuckinghamParameters {
  const c = requireFinite("c", given.c, "eV Å⁶");
  if (c < 0) throw new DomainError(`c must not be negative, got ${c}`, { c });
  return {
    a: requirePositive("a", given.a, "eV"),
    rho: requirePositive("rho", given.rho, "Å"),
    c,
  };
}

function buckinghamFunction({ a, rho, c }: BuckinghamParameters): PairFunction {
  return {
    numbers: [a, 1 / rho, c],
    energy: (r) => a * Math.exp(-r / rho) - c / r ** 6,
    slope: (r) => (-a / rho) * Math.exp(-r / rho) + (6 * c) / r ** 7,
  };
}

/** eV/Å² and Å. */
export interface HarmonicParameters {
  readonly k: number;
  readonly r0: number;
}

export type HarmonicOptions = CutoffOptions &
  (HarmonicParameters | { readonly pairs: PairTable<HarmonicParameters> });

/**
 * Springs between all atoms within the cutoff, φ(r) = ½ k (r − r₀)². Let the cutoff lie between two
 * shells of neighbours: a spring that crosses it snaps.
 *
 * @throws {DomainError} k or r0 not positive, a cutoff not positive.
 * @example const springs = harmonic({ k: 3, r0: 2.55, cutoff: 3 });
 */
export function harmonic(options: HarmonicOptions): Potential {
  requireObject("options", options, "{ k: 3, r0: 2.55, cutoff: 3 }");
  requireKnownFields("the options of a pair potential", options, [
    ...cutoffFields,
    "k",
    "r0",
    "pairs",
  ]);
  return pairPotential("harmonic", options, checkedHarmonic, harmonicFunction);
}

function checkedHarmonic(given: HarmonicParameters): HarmonicParameters {
  return {
    k: requirePositive("k", given.k, "eV/Å²"),
    r0: requirePositive("r0", given.r0, "Å"),
  };
}

function harmonicFunction({ k, r0 }: HarmonicParameters): PairFunction {
  return {
    numbers: [k, r0],
    energy: (r) => (k / 2) * (r - r0) ** 2,
    slope: (r) => k * (r - r0),
  };
}

/** One set of parameters for all pairs, or a table of them. */
function pairPotential<P extends object>(
  form: Parameters<typeof pairTerm>[0],
  options: CutoffOptions & (P | { readonly pairs: PairTable<P> }),
  checked: (given: P) => P,
  functionOf: (parameters: P) => PairFunction,
): Potential {
  if (!("pairs" in options)) {
    const pair = functionOf(checked(options));
    return new Potential([pairTerm(form, options, undefined, () => pair)]);
  }
  const { pairs, ...rest } = options;
  for (const field of Object.keys(rest)) {
    if ((cutoffFields as readonly string[]).includes(field)) continue;
    throw new InvalidConfiguration(`give ${field} within pairs, or for all pairs alike, not both`, {
      field,
    });
  }
  const table = pairLookup(form, pairs as PairTable<P>, '{ "Na-Cl": { ... } }');
  const of = (a: string, b: string) => {
    const given = table.of(a, b);
    return given === null ? null : functionOf(checked(given));
  };
  return new Potential([pairTerm(form, options, table.elements, of)]);
}
