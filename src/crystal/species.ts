import { show } from "../base/check.js";
import { elementByNumber, findElement } from "../base/elements.js";
import { DomainError } from "../base/errors.js";
import { inspectAsText } from "../base/inspect.js";

/** An element, with the oxidation state where one is known. Equal species are the same object. */
export class Species {
  /** "Si"; "D" and "T" for hydrogen's isotopes. */
  readonly symbol: string;
  /** Atomic number Z. */
  readonly number: number;
  readonly oxidationState: number | undefined;
  /** u; undefined where the element has no stable isotope. */
  readonly mass: number | undefined;

  private static readonly known = new Map<string, Species>();

  private constructor(symbol: string, oxidationState: number | undefined) {
    const element = findElement(symbol);
    if (!element) throw unknownElement(symbol);
    this.symbol = symbol;
    this.number = element.number;
    this.mass = element.mass;
    this.oxidationState = oxidationState;
  }

  /**
   * Species from a symbol with an optional charge: "Si", "Si4+", "Si+4", "O2-", "Na+".
   *
   * @throws {DomainError} no such element, or text that is no species.
   */
  static from(text: string | Species): Species {
    if (text instanceof Species) return text;
    const known = Species.known.get(text);
    if (known) return known;
    const match = /^([A-Za-z]{1,2})(\d*\.?\d*[+-]|[+-]\d+)?$/.exec(String(text).trim());
    if (!match) throw unknownElement(text);
    const [, letters, charge] = match;
    const symbol = letters[0].toUpperCase() + letters.slice(1).toLowerCase();
    return Species.intern(symbol, charge === undefined ? undefined : parseCharge(charge));
  }

  /** @throws {DomainError} no such atomic number. */
  static fromNumber(number: number): Species {
    return Species.intern(elementByNumber(number).symbol, undefined);
  }

  private static intern(symbol: string, oxidationState: number | undefined): Species {
    const fresh = new Species(symbol, oxidationState);
    const key = fresh.toString();
    const known = Species.known.get(key);
    if (known) return known;
    Species.known.set(key, fresh);
    return fresh;
  }

  /** "Si", "Si4+", "O2-". */
  toString(): string {
    const state = this.oxidationState;
    if (state === undefined) return this.symbol;
    return `${this.symbol}${Math.abs(state)}${state < 0 ? "-" : "+"}`;
  }
}

inspectAsText(Species);

/** One of the species that share a site, with its share. */
export interface SpeciesOccupancy {
  readonly species: Species;
  /** In (0, 1]; slightly above 1 only where a file says so, with a warning. */
  readonly occupancy: number;
}

/** "4+", "+4", "-" */
function parseCharge(text: string): number {
  const digits = text.replace(/[+-]/, "");
  const size = digits === "" ? 1 : Number(digits);
  return text.includes("-") ? -size : size;
}

function unknownElement(text: unknown): DomainError {
  return new DomainError(
    `${show(text)} is no chemical element; expected a symbol such as "Si", "O2-" or "Fe3+"`,
    { species: text },
  );
}
