import { requireFinite, requireObject, show } from "../base/check.js";
import { findElement } from "../base/elements.js";
import { InvalidConfiguration } from "../base/errors.js";
import { requireOptions } from "../base/suggest.js";
import { Crystal, requireCrystal } from "../crystal/crystal.js";

/** A phase that the crystal may turn or fall apart into. */
export interface CompetingPhase {
  /** For reasons; default its formula. */
  readonly name?: string;
  readonly crystal?: Crystal;
  /** "MgAl2O4" or { Mg: 1, Al: 2, O: 4 }, in place of a crystal. */
  readonly composition?: string | Readonly<Record<string, number>>;
  /**
   * eV, on the scale of the potential; the enthalpy under pressure. Left out: that of `crystal`, relaxed with its
   * cell by the potential.
   */
  readonly energyPerAtom?: number;
}

/** Energies of the elements: eV an atom, or a crystal to be relaxed by the potential. */
export type References = Readonly<Record<string, number | Crystal>>;

/** A competing phase as it was asked for; its energy is known, or to be computed. */
export interface AskedPhase {
  readonly name: string;
  readonly composition: ReadonlyMap<string, number>;
  readonly crystal: Crystal | undefined;
  readonly energyPerAtom: number | undefined;
}

const fields = ["name", "crystal", "composition", "energyPerAtom"] as const;

/** @throws {InvalidConfiguration | DomainError} phases and references that say too much or too little. */
export function checkedPhases(
  references: References = {},
  competing: readonly CompetingPhase[] = [],
): AskedPhase[] {
  requireObject("references", references, "{ Na: sodium, Cl: -1.8 }");
  const elements = Object.entries(references).map(([element, given]) =>
    referenceOf(element, given),
  );
  if (!Array.isArray(competing)) {
    throw new InvalidConfiguration(
      `competing must be a list of phases such as [{ crystal: rocksalt }], got ${show(competing)}`,
      { competing },
    );
  }
  return [...elements, ...competing.map(phaseOf)];
}

function referenceOf(element: string, given: number | Crystal): AskedPhase {
  if (findElement(element) === undefined) {
    throw new InvalidConfiguration(`references: ${show(element)} is no element`, { element });
  }
  const composition = new Map([[element, 1]]);
  if (!(given instanceof Crystal)) {
    const energyPerAtom = requireFinite(`references.${element}`, given, "eV/atom, or a Crystal");
    return { name: element, composition, crystal: undefined, energyPerAtom };
  }
  if (given.composition.size === 1 && given.composition.has(element)) {
    return { name: element, composition, crystal: given, energyPerAtom: undefined };
  }
  throw new InvalidConfiguration(
    `references.${element} must be a crystal of ${element} alone, got ${given.formula}; give compounds in competing`,
    { element, formula: given.formula },
  );
}

function phaseOf(phase: CompetingPhase, index: number): AskedPhase {
  const example = '{ composition: "NaCl", energyPerAtom: -3.9 }';
  requireOptions(`competing[${index}]`, phase, fields, example);
  const { name, crystal, composition, energyPerAtom } = phase;
  if (crystal !== undefined) requireCrystal(crystal);
  if ((crystal === undefined) === (composition === undefined)) {
    throw new InvalidConfiguration(
      `competing[${index}] must have a crystal or a composition, one of them: ${example}`,
      { phase },
    );
  }
  if (crystal === undefined && energyPerAtom === undefined) {
    throw new InvalidConfiguration(
      `competing[${index}] has no crystal to take the energy of: give energyPerAtom in eV, ${example}`,
      { phase },
    );
  }
  if (energyPerAtom !== undefined) {
    requireFinite(`competing[${index}].energyPerAtom`, energyPerAtom, "eV/atom");
  }
  const amounts = crystal?.reducedComposition ?? amountsOf(composition ?? "");
  const text = [...amounts].map(([symbol, n]) => symbol + (n === 1 ? "" : n)).join("");
  return { name: name ?? text, composition: amounts, crystal, energyPerAtom };
}

/** Of a formula without brackets. */
function amountsOf(
  composition: string | Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  const add = (symbol: string, amount: number) => {
    if (findElement(symbol) === undefined || !(amount > 0 && Number.isFinite(amount))) {
      throw wrongComposition(composition);
    }
    amounts.set(symbol, (amounts.get(symbol) ?? 0) + amount);
  };
  if (typeof composition === "string") {
    const part = /([A-Z][a-z]?)(\d*\.?\d*)/y;
    for (let at = 0; at < composition.length; at = part.lastIndex) {
      const found = part.exec(composition);
      if (found === null) throw wrongComposition(composition);
      add(found[1], found[2] === "" ? 1 : Number(found[2]));
    }
  } else {
    const given = requireObject("composition", composition, '"NaCl" or { Na: 1, Cl: 1 }');
    for (const [symbol, amount] of Object.entries(given)) add(symbol, amount);
  }
  if (amounts.size === 0) throw wrongComposition(composition);
  return amounts;
}

function wrongComposition(composition: unknown): InvalidConfiguration {
  return new InvalidConfiguration(
    `composition must be a formula without brackets such as "MgAl2O4", or { Mg: 1, Al: 2, O: 4 }; got ${show(composition)}`,
    { composition },
  );
}
