import { show } from "../base/check.js";
import { DomainError } from "../base/errors.js";
import type { TersoffEntry } from "./tersoff.js";

/** In the paper's letters: λ, μ in 1/Å; the cutoff falls from R to S, in Å. */
interface Element {
  readonly A: number;
  readonly B: number;
  readonly lambda: number;
  readonly mu: number;
  readonly beta: number;
  readonly n: number;
  readonly c: number;
  readonly d: number;
  readonly h: number;
  readonly R: number;
  readonly S: number;
}

/** J. Tersoff, Phys. Rev. B 39, 5566 (1989), table I, with B of carbon as in 41, 3248 (1990). */
const parameters: Readonly<Record<string, Element>> = {
  C: {
    A: 1393.6,
    B: 346.74,
    lambda: 3.4879,
    mu: 2.2119,
    beta: 1.5724e-7,
    n: 0.72751,
    c: 38049,
    d: 4.3484,
    h: -0.57058,
    R: 1.8,
    S: 2.1,
  },
  Si: {
    A: 1830.8,
    B: 471.18,
    lambda: 2.4799,
    mu: 1.7322,
    beta: 1.1e-6,
    n: 0.78734,
    c: 100390,
    d: 16.217,
    h: -0.59825,
    R: 2.7,
    S: 3,
  },
  Ge: {
    A: 1769,
    B: 419.23,
    lambda: 2.4451,
    mu: 1.7047,
    beta: 9.0166e-7,
    n: 0.75627,
    c: 106430,
    d: 15.652,
    h: -0.43884,
    R: 2.8,
    S: 3.1,
  },
};

/** χ of mixed bonds, from the heats of formation. */
const strengths: Readonly<Record<string, number>> = { "C-Si": 0.9776, "Ge-Si": 1.00061 };

/**
 * All triplets of some elements, without those whose mixture is not published.
 *
 * @throws {DomainError} elements that are not in the paper.
 */
export function publishedTersoff(elements: readonly string[]): TersoffEntry[] {
  for (const element of elements) {
    if (Object.hasOwn(parameters, element)) continue;
    throw new DomainError(
      `Tersoff's parameters of 1989 are for ${Object.keys(parameters).join(", ")}, got ${show(element)}; give a file or entries`,
      { element, known: Object.keys(parameters) },
    );
  }
  const distinct = [...new Set(elements)];
  const entries: TersoffEntry[] = [];
  for (const i of distinct) {
    for (const j of distinct) {
      for (const k of distinct) {
        if (strengthOf(i, j) === undefined || strengthOf(i, k) === undefined) continue;
        entries.push(entryOf(i, j, k));
      }
    }
  }
  return entries;
}

function strengthOf(a: string, b: string): number | undefined {
  return a === b ? 1 : strengths[[a, b].sort().join("-")];
}

function entryOf(i: string, j: string, k: string): TersoffEntry {
  const [own, partner, beside] = [parameters[i], parameters[j], parameters[k]];
  const start = Math.sqrt(own.R * beside.R);
  const end = Math.sqrt(own.S * beside.S);
  return {
    elements: [i, j, k],
    m: 3,
    gamma: 1,
    lambda3: 0,
    c: own.c,
    d: own.d,
    cosTheta0: own.h,
    n: own.n,
    beta: own.beta,
    lambda1: (own.lambda + partner.lambda) / 2,
    lambda2: (own.mu + partner.mu) / 2,
    A: Math.sqrt(own.A * partner.A),
    B: Math.sqrt(own.B * partner.B) * (strengthOf(i, j) as number),
    R: (start + end) / 2,
    D: (end - start) / 2,
  };
}
