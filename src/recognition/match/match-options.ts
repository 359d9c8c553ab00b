import {
  requireInRange,
  requireObject,
  requireOneOf,
  requirePositive,
  show,
} from "../../base/check.js";
import { InvalidConfiguration } from "../../base/errors.js";
import { requireKnownFields } from "../../base/suggest.js";
import type { SpeciesComparison } from "./match-cell.js";

export interface MatchTolerances {
  /** Relative: edges l and l' agree when 1/(1 + t) < l'/l < 1 + t; default 0.2. */
  readonly lengthTolerance: number;
  /** Of each cell angle, degrees; default 5. */
  readonly angleTolerance: number;
  /** Largest distance of a site from its partner in units of (V/n)^{1/3}; default 0.3. */
  readonly siteTolerance: number;
}

export interface MatchOptions extends Partial<MatchTolerances> {
  /** Compares primitive cells, found with 0.25 Å; default true. */
  readonly primitive?: boolean;
  /** Brings both to one volume; default true. */
  readonly scale?: boolean;
  /** "species" (default) tells Fe2+ from Fe3+, "element" does not. */
  readonly compare?: SpeciesComparison;
  /** Any kind of site may stand for any other, as in prototypes; default false. */
  readonly anonymous?: boolean;
}

export type CheckedMatchOptions = Required<MatchOptions>;

const known = [
  "lengthTolerance",
  "angleTolerance",
  "siteTolerance",
  "primitive",
  "scale",
  "compare",
  "anonymous",
] as const;

/** @throws {InvalidConfiguration | DomainError} an option of a wrong type or out of range. */
export function checkedMatchOptions(
  options: MatchOptions,
  others: readonly string[] = [],
): CheckedMatchOptions {
  requireObject("options", options, "{ siteTolerance: 0.3 }");
  requireKnownFields("options", options, [...known, ...others]);
  return {
    lengthTolerance: requirePositive("lengthTolerance", options.lengthTolerance ?? 0.2),
    angleTolerance: requireInRange(
      "angleTolerance",
      options.angleTolerance ?? 5,
      0,
      180,
      "degrees",
    ),
    siteTolerance: requirePositive("siteTolerance", options.siteTolerance ?? 0.3),
    primitive: flag("primitive", options.primitive, true),
    scale: flag("scale", options.scale, true),
    compare: requireOneOf("compare", options.compare ?? "species", ["species", "element"]),
    anonymous: flag("anonymous", options.anonymous, false),
  };
}

function flag(name: string, value: boolean | undefined, otherwise: boolean): boolean {
  const given = value ?? otherwise;
  if (typeof given === "boolean") return given;
  throw new InvalidConfiguration(`${name} must be true or false, got ${show(given)}`, {
    [name]: given,
  });
}
