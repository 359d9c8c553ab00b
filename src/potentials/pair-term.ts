import { requireFinite, requireObject, requirePositive, show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import type { PotentialTerm } from "./potential.js";

const code = 1;
/** Numbers of one ordered pair of elements; `native/src/kernels/pair_potential.zig` reads them. */
const rowLength = 8;

/** How a pair potential ends at its cutoff. */
export interface CutoffOptions {
  /** Å; pairs at longer distances do not interact. */
  readonly cutoff: number;
  /**
   * `false` (default): the energy jumps by φ(rc) where a pair crosses the cutoff. `true`: φ(r) − φ(rc).
   * "force": φ(r) − φ(rc) − (r − rc) φ'(rc), so that energy and force vanish there.
   */
  readonly shift?: boolean | "force";
  /** Å, less than the cutoff: from here on φ is turned off smoothly, to its second derivative. */
  readonly smoothFrom?: number;
}

export const cutoffFields = ["cutoff", "shift", "smoothFrom"] as const;

/** φ(r) of one pair of elements. */
export interface PairFunction {
  /** Up to four numbers of the form. */
  readonly numbers: readonly number[];
  /** eV at r in Å. */
  energy(r: number): number;
  /** dφ/dr in eV/Å. */
  slope(r: number): number;
}

/** The forms that the engine knows, in its order. */
const forms = ["Lennard-Jones", "Morse", "Buckingham", "harmonic"] as const;

/**
 * A term that depends on pairs alone. `of` gives the function of two elements, or null where they do
 * not interact; it is asked once for each pair.
 */
export function pairTerm(
  form: (typeof forms)[number],
  options: CutoffOptions,
  elements: readonly string[] | undefined,
  of: (a: string, b: string) => PairFunction | null,
): PotentialTerm {
  const end = checkedEnd(options);
  return {
    code,
    name: form,
    elements,
    numbers: (present) => {
      const rows = [forms.indexOf(form), end.index];
      for (const a of present) {
        for (const b of present) rows.push(...rowOf(a <= b ? of(a, b) : of(b, a), end));
      }
      return rows;
    },
  };
}

interface End {
  /** Index in the engine. */
  readonly index: number;
  readonly cutoff: number;
  readonly numbers: (pair: PairFunction) => readonly number[];
}

function checkedEnd(options: CutoffOptions): End {
  const cutoff = requirePositive("cutoff", options.cutoff, "Å");
  const { shift = false, smoothFrom } = options;
  if (smoothFrom !== undefined) {
    requireFinite("smoothFrom", smoothFrom, "Å");
    if (!(smoothFrom >= 0 && smoothFrom < cutoff)) {
      throw new DomainError(
        `smoothFrom must lie between 0 and the cutoff of ${cutoff} Å, got ${smoothFrom}`,
        { smoothFrom, cutoff },
      );
    }
    if (shift !== false) {
      throw new InvalidConfiguration(
        "give shift or smoothFrom, not both: a potential that is turned off smoothly ends at 0",
        { shift, smoothFrom },
      );
    }
    return { index: 2, cutoff, numbers: () => [smoothFrom, 1 / (cutoff - smoothFrom)] };
  }
  switch (shift) {
    case false:
      return { index: 0, cutoff, numbers: () => [0, 0] };
    case true:
      return { index: 0, cutoff, numbers: (pair) => [pair.energy(cutoff), 0] };
    case "force":
      return {
        index: 1,
        cutoff,
        numbers: (pair) => {
          const slope = pair.slope(cutoff);
          return [pair.energy(cutoff) - slope * cutoff, slope];
        },
      };
    default:
      throw new InvalidConfiguration(`shift must be true, false or "force", got ${show(shift)}`, {
        shift,
      });
  }
}

function rowOf(pair: PairFunction | null, end: End): number[] {
  const row = new Array<number>(rowLength).fill(0);
  if (pair === null) return row;
  row[0] = end.cutoff ** 2;
  for (const [index, value] of pair.numbers.entries()) row[1 + index] = value;
  const [first, second] = end.numbers(pair);
  row[5] = first;
  row[6] = second;
  return row;
}

/** Parameters of pairs by name: "Na-Cl", in either order; null where a pair does not interact. */
export type PairTable<P> = Readonly<Record<string, P | null>>;

/** The parameters of a pair in a table. */
export function pairLookup<P>(
  name: string,
  table: PairTable<P>,
  example: string,
): { elements: readonly string[]; of: (a: string, b: string) => P | null } {
  requireObject("pairs", table, example);
  const parameters = new Map<string, P | null>();
  const elements = new Set<string>();
  for (const [pair, given] of Object.entries(table)) {
    const both = pair.split("-").map((element) => element.trim());
    if (both.length !== 2 || both.includes("")) {
      throw new InvalidConfiguration(
        `pairs: ${show(pair)} must name two elements such as "Na-Cl"`,
        { pair },
      );
    }
    const key = [...both].sort().join("-");
    if (parameters.has(key)) {
      throw new InvalidConfiguration(`pairs: ${key} is given twice`, { pair });
    }
    if (given !== null) requireObject(`pairs["${pair}"]`, given as object, example);
    parameters.set(key, given);
    for (const element of both) elements.add(element);
  }
  return {
    elements: [...elements],
    of: (a, b) => {
      const found = parameters.get([a, b].sort().join("-"));
      if (found !== undefined) return found;
      throw new DomainError(
        `${name} has no parameters for ${a}-${b}; give them in pairs, or null if they do not interact`,
        { pair: [a, b], known: [...parameters.keys()] },
      );
    },
  };
}
