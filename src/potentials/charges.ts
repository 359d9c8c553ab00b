import { requireFinite, requireObject, show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import type { TermSites } from "./potential.js";

const sources = ["siteProperty", "oxidationState"] as const;

/** In e, by element; or where a crystal says them. */
export type Charges = Readonly<Record<string, number>> | (typeof sources)[number];

/** Checks charges that were given, and freezes them. */
export function checkedCharges(charges: Charges | undefined): Charges | undefined {
  if (charges === undefined || (sources as readonly unknown[]).includes(charges)) return charges;
  const example = `{ Na: 1, Cl: -1 }, ${sources.map((source) => `"${source}"`).join(" or ")}`;
  if (typeof charges === "string") {
    throw new InvalidConfiguration(`charges must be ${example}, got ${show(charges)}`, { charges });
  }
  requireObject("charges", charges, example);
  for (const [element, charge] of Object.entries(charges)) {
    requireFinite(`the charge of ${element}`, charge, "e");
  }
  return Object.freeze({ ...charges });
}

/** One charge a site, or one an element; in e. */
export interface ChargeTable {
  readonly bySite: boolean;
  readonly values: Float64Array;
}

export function chargesOf(
  charges: Charges | undefined,
  elements: readonly string[],
  { crystal }: TermSites,
): ChargeTable {
  if (typeof charges === "object") {
    return { bySite: false, values: Float64Array.from(elements, (element) => charges[element]) };
  }
  const { charge } = crystal.siteProperties;
  const given = charges === "siteProperty" || (charges === undefined && charge !== undefined);
  return { bySite: true, values: given ? siteCharges(crystal) : oxidationStates(crystal) };
}

function siteCharges(crystal: Crystal): Float64Array {
  const { charge } = crystal.siteProperties;
  if (charge === undefined) {
    throw new InvalidConfiguration(
      'the crystal has no site property "charge"; give it one, or charges by element: { Na: 1, Cl: -1 }',
      { siteProperties: Object.keys(crystal.siteProperties) },
    );
  }
  const values = Float64Array.from(charge, Number);
  if (values.length === crystal.siteCount && values.every(Number.isFinite)) return values;
  throw new ShapeError('the site property "charge" must hold one number a site', {
    length: values.length,
    siteCount: crystal.siteCount,
  });
}

function oxidationStates(crystal: Crystal): Float64Array {
  const states = crystal.kinds.map(([{ species }]) => {
    if (species.oxidationState !== undefined) return species.oxidationState;
    throw new DomainError(
      `no charge is known for ${species}: give charges by element such as { Na: 1, Cl: -1 }, or oxidation states by crystal.withOxidationStates("guess")`,
      { species: species.toString() },
    );
  });
  return Float64Array.from(crystal.kindOfSite, (kind) => states[kind]);
}
