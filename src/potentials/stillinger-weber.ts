import { requireObject, show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { Potential, type PotentialTerm } from "./potential.js";
import {
  allTriplets,
  givenTriplets,
  type PotentialFileText,
  parseTriplets,
  readTriplets,
  requireNotNegative,
  type Triplet,
  type TripletFormat,
  type Triplets,
} from "./triplet-file.js";

const code = 3;
/** Numbers of a pair and of an angle; `native/src/kernels/stillinger_weber.zig` reads them. */
const pairLength = 8;
const angleLength = 4;
/** e^-50 = 2e-22: a pair so near its cutoff adds nothing that a sum of eV would keep. */
const endExponent = 50;

/** Energies in eV, lengths in Å; the rest are numbers. */
export interface StillingerWeberParameters {
  readonly epsilon: number;
  readonly sigma: number;
  /** The cutoff in σ. */
  readonly a: number;
  readonly lambda: number;
  readonly gamma: number;
  readonly cosTheta0: number;
  readonly A: number;
  readonly B: number;
  readonly p: number;
  readonly q: number;
}

/**
 * Parameters of a centre i with neighbours j and k. Those of the pair i-j are taken from the entry
 * i j j, λ, ε and cos θ₀ of the angle from i j k.
 */
export interface StillingerWeberEntry extends StillingerWeberParameters {
  readonly elements: Triplet;
}

export type StillingerWeberSource =
  | { readonly element: "Si" }
  | { readonly entries: readonly StillingerWeberEntry[] }
  | PotentialFileText;

const fields = [
  "epsilon",
  "sigma",
  "a",
  "lambda",
  "gamma",
  "cosTheta0",
  "A",
  "B",
  "p",
  "q",
] as const;

const format: TripletFormat<StillingerWeberParameters> = {
  name: "Stillinger-Weber",
  file: "Si.sw",
  columns: [...fields, "tol"],
  entry: (values) => {
    requireNotNegative(
      values,
      fields.filter((field) => field !== "cosTheta0"),
    );
    return values as unknown as StillingerWeberParameters;
  },
};

/** F. H. Stillinger & T. A. Weber, Phys. Rev. B 31, 5262 (1985): ε = 50 kcal/mol. */
const silicon: StillingerWeberEntry = {
  elements: ["Si", "Si", "Si"],
  epsilon: 2.1683,
  sigma: 2.0951,
  a: 1.8,
  lambda: 21,
  gamma: 1.2,
  cosTheta0: -1 / 3,
  A: 7.049556277,
  B: 0.6022245584,
  p: 4,
  q: 0,
};

/**
 * Stillinger-Weber potential, for atoms that hold on to their neighbours at given angles,
 *
 *   E = ½ Σᵢ Σⱼ φ(rᵢⱼ) + Σᵢ Σⱼ<ₖ λ ε (cos θⱼᵢₖ − cos θ₀)² e^(γσ/(rᵢⱼ − aσ)) e^(γσ/(rᵢₖ − aσ)),
 *   φ(r) = A ε [B (σ/r)ᵖ − (σ/r)^q] e^(σ/(r − aσ)),
 *
 * both 0 from r = aσ on. From a LAMMPS file (.sw, metal units; gzip or not) by its path, which takes a
 * while; at once from the text of one, from parameters, or as published for silicon. The tolerance of
 * the file is not needed: what it would leave out is counted. Angles i j k and i k j are one: where a
 * file gives them different strengths the mean counts.
 *
 * @throws {ParseError} a file in another format, or damaged (rejects for a path).
 * @throws {FileError} missing, unreadable or binary (rejects).
 * @throws {DomainError} parameters beyond their ranges. @throws {InvalidConfiguration} another source.
 * @see F. H. Stillinger & T. A. Weber, Phys. Rev. B 31, 5262 (1985).
 * @example
 * const silicon = stillingerWeber({ element: "Si" });
 * const cadmiumTelluride = await stillingerWeber("CdTe.sw");
 */
export function stillingerWeber(path: string): Promise<Potential>;
export function stillingerWeber(source: StillingerWeberSource): Potential;
export function stillingerWeber(
  source: string | StillingerWeberSource,
): Potential | Promise<Potential> {
  if (typeof source === "string") return readTriplets(source, format).then(potentialOf);
  return potentialOf(tripletsOf(source));
}

function tripletsOf(source: StillingerWeberSource): Triplets<StillingerWeberParameters> {
  requireObject("source", source, '{ element: "Si" }, or a path such as "Si.sw"');
  if ("text" in source) {
    requireKnownFields("the fields of a text", source, ["text", "name"]);
    return parseTriplets(source, format);
  }
  if ("entries" in source) {
    requireKnownFields("the fields of parameters", source, ["entries"]);
    return givenTriplets(source.entries as never, fields, format);
  }
  requireKnownFields("the fields of a published potential", source, ["element", "entries", "text"]);
  if (source.element === "Si") return givenTriplets([silicon as never], fields, format);
  throw new InvalidConfiguration(
    `stillingerWeber has published parameters for { element: "Si" } alone, got ${show(source.element)}; give a file or entries`,
    { source },
  );
}

function potentialOf(triplets: Triplets<StillingerWeberParameters>): Potential {
  const term: PotentialTerm = {
    code,
    name: "Stillinger-Weber",
    elements: triplets.elements,
    numbers: (present) => numbersOf(triplets, present),
  };
  return new Potential([term]);
}

function numbersOf(
  triplets: Triplets<StillingerWeberParameters>,
  present: readonly string[],
): Float64Array {
  const of = allTriplets("Stillinger-Weber", triplets, present);
  const count = present.length;
  const numbers = new Float64Array(1 + count ** 2 * (pairLength + count * angleLength));
  let at = 1;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const pair = of(i, j, j);
      const row = pairRow(pair);
      if (row[0] > 0 && (pair.p !== 4 || pair.q !== 0)) numbers[0] = 1;
      numbers.set(row, at);
      at += pairLength;
    }
  }
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      for (let k = 0; k < count; k++) {
        const name = [i, j, k].map((kind) => present[kind]);
        numbers.set(angleRow(of(i, j, k), of(i, k, j), name), at);
        at += angleLength;
      }
    }
  }
  return numbers;
}

function pairRow({ epsilon, sigma, a, gamma, A, B, p, q }: StillingerWeberParameters): number[] {
  const end = a * sigma;
  // The slower one of the two exponentials decides; without γ the angles end in a step.
  const rate = gamma > 0 ? Math.min(1, gamma) : 1e-6;
  const cutoff = end - (rate * sigma) / endExponent;
  if (!(cutoff > 0)) return [0, 1, 0, 0, 0, 0, 0, 0];
  return [
    cutoff,
    end,
    sigma,
    gamma * sigma,
    A * epsilon * B * sigma ** p,
    A * epsilon * sigma ** q,
    p,
    q,
  ];
}

function angleRow(
  own: StillingerWeberParameters,
  other: StillingerWeberParameters,
  name: readonly string[],
): number[] {
  const strengths = [own.lambda * own.epsilon, other.lambda * other.epsilon];
  if (own.cosTheta0 !== other.cosTheta0 && strengths[0] !== 0 && strengths[1] !== 0) {
    const [i, j, k] = name;
    throw new DomainError(
      `Stillinger-Weber: ${i} ${j} ${k} and ${i} ${k} ${j} are one angle, but have different costheta0, ${own.cosTheta0} and ${other.cosTheta0}`,
      { elements: name },
    );
  }
  const angle = strengths[0] === 0 ? other : own;
  return [(strengths[0] + strengths[1]) / 2, angle.cosTheta0, 0, 0];
}
