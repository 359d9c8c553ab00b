import { applyRotation } from "../symmetry/operation.js";
import type { SpaceGroup } from "../symmetry/space-group.js";
import { type WyckoffForm, wyckoffFormOf, wyckoffForms } from "../symmetry/wyckoff-forms.js";
import { type Description, equivalentDescriptions } from "./equivalent-descriptions.js";

/** What each Wyckoff letter becomes in other axes and another origin. */
export type LetterExchange = ReadonlyMap<string, string>;

/** A point of a Wyckoff position that lies on no more special one. */
const generic = [0.1374, 0.2618, 0.4142];

const exchangesOf = new Map<number, readonly LetterExchange[]>();

/**
 * The ways in which the axes and origins that a setting leaves to choose exchange its Wyckoff letters, all
 * different, none exchanged first: a and b of Fm-3m, as the origin of rock salt may lie on either site.
 */
export function letterExchanges(group: SpaceGroup): readonly LetterExchange[] {
  const known = exchangesOf.get(group.hallNumber);
  if (known !== undefined) return known;
  const forms = wyckoffForms(group.hallNumber);
  const found = new Map<string, LetterExchange>();
  for (const description of equivalentDescriptions(group)) {
    const exchange = exchangeBy(description, group, forms);
    if (exchange === undefined) continue;
    const key = [...exchange.values()].join("");
    if (!found.has(key)) found.set(key, exchange);
  }
  const all = [...found.values()];
  exchangesOf.set(group.hallNumber, all);
  return all;
}

function exchangeBy(
  { turn, shift }: Description,
  { hallNumber, operations }: SpaceGroup,
  forms: readonly WyckoffForm[],
): LetterExchange | undefined {
  const exchange = new Map<string, string>();
  for (const { letter, multiplicity, affine } of forms) {
    const alike = forms.filter((form) => form.multiplicity === multiplicity);
    if (alike.length === 1) {
      exchange.set(letter, letter);
      continue;
    }
    const at = applyRotation(affine.rotation, generic).map((x, k) => x + affine.translation[k]);
    const moved = applyRotation(turn, at).map((x, k) => x + shift[k]);
    const form = wyckoffFormOf(hallNumber, operations, multiplicity, moved);
    if (form === undefined) return undefined;
    exchange.set(letter, form.letter);
  }
  return exchange;
}
