import { InvalidConfiguration } from "../base/errors.js";
import { compositionOf, formulaOf } from "./composition.js";
import type { CrystalParts } from "./crystal-parts.js";
import { commonOxidationStates } from "./data/oxidation-states.js";

/** An element's state: its charge, and how far down the list of usual ones it stands. */
interface Choice {
  readonly charges: readonly number[];
  readonly total: number;
  readonly rank: number;
}

/**
 * One state for each element so that the cell is neutral: of all choices that balance, the one whose
 * states stand highest in the lists of usual ones; of equals the one in which the elements at the
 * front of the formula, electropositive, are the positive ones.
 *
 * @throws {InvalidConfiguration} no choice balances, as in a metal or with mixed valence.
 */
export function guessOxidationStates(parts: CrystalParts): ReadonlyMap<string, number> {
  const composition = compositionOf(parts);
  const symbols = [...composition.keys()];
  let choices: Choice[] = [{ charges: [], total: 0, rank: 0 }];
  symbols.forEach((symbol, place) => {
    const states = commonOxidationStates[symbol] ?? [];
    const amount = composition.get(symbol)!;
    choices = choices.flatMap(({ charges, total, rank }) =>
      states.map((state, order) => ({
        charges: [...charges, state],
        total: total + state * amount,
        rank: rank + order + 0.01 * (state < 0 ? symbols.length - 1 - place : place),
      })),
    );
  });
  const neutral = choices.filter(({ total }) => Math.abs(total) < 1e-3);
  if (symbols.length > 1 && neutral.length > 0) {
    const best = neutral.reduce((a, b) => (b.rank < a.rank ? b : a));
    return new Map(symbols.map((symbol, i) => [symbol, best.charges[i]]));
  }
  throw new InvalidConfiguration(
    `no choice of common oxidation states, one for each element, makes ${formulaOf(composition)} neutral; ` +
      "give them, by element such as { Fe: 3, O: -2 } or as one number a site",
    { composition: Object.fromEntries(composition) },
  );
}
