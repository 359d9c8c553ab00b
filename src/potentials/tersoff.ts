import { requireObject, requirePositive, show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { Potential, type PotentialTerm } from "./potential.js";
import { publishedTersoff } from "./tersoff-1989.js";
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

const code = 4;
/** Numbers of a pair and of an angle; `native/src/kernels/tersoff.zig` reads them. */
const rowLength = 8;

/** A and B in eV, R and D in Å, the λ in 1/Å; the rest are numbers. */
export interface TersoffParameters {
  /** 1 or 3. */
  readonly m: number;
  readonly gamma: number;
  readonly lambda3: number;
  readonly c: number;
  readonly d: number;
  readonly cosTheta0: number;
  readonly n: number;
  readonly beta: number;
  readonly lambda2: number;
  readonly B: number;
  readonly R: number;
  readonly D: number;
  readonly lambda1: number;
  readonly A: number;
}

/**
 * Parameters of a bond i-j beside k. n, β, λ₁, λ₂, A and B are taken from the entry i j j; m, γ, λ₃, c, d
 * and cos θ₀ from i j k; R and D from i j j for the bond, from i j k for k.
 */
export interface TersoffEntry extends TersoffParameters {
  readonly elements: Triplet;
}

export type TersoffSource =
  | { readonly elements: readonly ("C" | "Si" | "Ge")[] }
  | { readonly entries: readonly TersoffEntry[] }
  | PotentialFileText;

const fields = [
  "m",
  "gamma",
  "lambda3",
  "c",
  "d",
  "cosTheta0",
  "n",
  "beta",
  "lambda2",
  "B",
  "R",
  "D",
  "lambda1",
  "A",
] as const;

const format: TripletFormat<TersoffParameters> = {
  name: "Tersoff",
  file: "SiC.tersoff",
  columns: fields,
  entry: (values) => {
    const signed = ["lambda3", "cosTheta0", "m"];
    requireNotNegative(
      values,
      fields.filter((field) => !signed.includes(field)),
    );
    const { m, R, D, d, c } = values;
    if (m !== 1 && m !== 3) throw new DomainError(`m must be 1 or 3, got ${m}`, { m });
    if (D > R) throw new DomainError(`D must not exceed R = ${R} Å, got ${D}`, { D, R });
    if (c !== 0) requirePositive("d", d);
    return values as unknown as TersoffParameters;
  },
};

/**
 * Tersoff potential, whose bonds are the weaker the more neighbours share them,
 *
 *   E = ½ Σᵢ Σⱼ f(rᵢⱼ) [A e^(−λ₁rᵢⱼ) − bᵢⱼ B e^(−λ₂rᵢⱼ)],   bᵢⱼ = (1 + βⁿ ζᵢⱼⁿ)^(−1/2n),
 *   ζᵢⱼ = Σₖ f(rᵢₖ) g(θⱼᵢₖ) e^([λ₃(rᵢⱼ − rᵢₖ)]ᵐ),   g(θ) = γ [1 + c²/d² − c²/(d² + (cos θ − cos θ₀)²)],
 *
 * where f = ½ − ½ sin(π(r − R)/2D) between R − D and R + D, 1 before and 0 behind. From a LAMMPS file
 * (.tersoff, metal units; gzip or not) by its path, which takes a while; at once from the text of one,
 * from parameters, or as published for C, Si and Ge. In the published set C and Ge do not go together.
 *
 * @throws {ParseError} a file in another format, or damaged (rejects for a path).
 * @throws {FileError} missing, unreadable or binary (rejects).
 * @throws {DomainError} parameters beyond their ranges. @throws {InvalidConfiguration} another source.
 * @see J. Tersoff, Phys. Rev. B 37, 6991 (1988); 39, 5566 (1989), erratum 41, 3248 (1990).
 * @example
 * const siliconCarbide = tersoff({ elements: ["Si", "C"] });
 * const other = await tersoff("BNC.tersoff");
 */
export function tersoff(path: string): Promise<Potential>;
export function tersoff(source: TersoffSource): Potential;
export function tersoff(source: string | TersoffSource): Potential | Promise<Potential> {
  if (typeof source === "string") return readTriplets(source, format).then(potentialOf);
  return potentialOf(tripletsOf(source));
}

function tripletsOf(source: TersoffSource): Triplets<TersoffParameters> {
  requireObject("source", source, '{ elements: ["Si", "C"] }, or a path such as "SiC.tersoff"');
  if ("text" in source) {
    requireKnownFields("the fields of a text", source, ["text", "name"]);
    return parseTriplets(source, format);
  }
  if ("entries" in source) {
    requireKnownFields("the fields of parameters", source, ["entries"]);
    return givenTriplets(source.entries as never, fields, format);
  }
  requireKnownFields("the fields of a published potential", source, [
    "elements",
    "entries",
    "text",
  ]);
  const { elements } = source;
  if (!Array.isArray(elements) || elements.length === 0) {
    throw new InvalidConfiguration(
      `elements must be a list such as ["Si", "C"], got ${show(elements)}`,
      { source },
    );
  }
  return givenTriplets(publishedTersoff(elements) as never, fields, format);
}

function potentialOf(triplets: Triplets<TersoffParameters>): Potential {
  const term: PotentialTerm = {
    code,
    name: "Tersoff",
    elements: triplets.elements,
    numbers: (present) => numbersOf(triplets, present),
  };
  return new Potential([term]);
}

function numbersOf(
  triplets: Triplets<TersoffParameters>,
  present: readonly string[],
): Float64Array {
  const of = allTriplets("Tersoff", triplets, present);
  const count = present.length;
  const numbers = new Float64Array(rowLength * count ** 2 * (1 + count));
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++, at += rowLength) numbers.set(pairRow(of(i, j, j)), at);
  }
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      for (let k = 0; k < count; k++, at += rowLength) numbers.set(angleRow(of(i, j, k)), at);
    }
  }
  return numbers;
}

function pairRow({ R, D, A, lambda1, B, lambda2, beta, n }: TersoffParameters): number[] {
  // Without β the order is 1 whatever n is.
  return [R + D, 1 / (2 * width(D)), A, lambda1, B, lambda2, beta, requireExponent(n, beta)];
}

function angleRow({ R, D, gamma, c, d, cosTheta0, lambda3, m }: TersoffParameters): number[] {
  const square = c === 0 ? 1 : d ** 2;
  return [
    R + D,
    1 / (2 * width(D)),
    gamma,
    (gamma * c ** 2) / square,
    square,
    cosTheta0,
    lambda3,
    m,
  ];
}

/** A step is as steep as numbers allow. */
function width(D: number): number {
  return Math.max(D, 1e-9);
}

function requireExponent(n: number, beta: number): number {
  return beta === 0 && n === 0 ? 1 : requirePositive("Tersoff: n", n);
}
