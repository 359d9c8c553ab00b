import { DomainError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { type Bonds, requireBonds } from "./bonds.js";
import { bondValenceParameters } from "./data/bond-valence-parameters.js";

const softness = 0.37;

/**
 * Bond valence sums, V = Σ exp((R₀ − d) / 0.37 Å) over the bonds of each site: what an ion's oxidation
 * state should be by its distances. R₀ is that of the cation's oxidation state where the crystal knows
 * one, else of its usual one.
 *
 * @param found What `bonds` gave for this crystal; each bond counts at both of its ends.
 * @returns [n]; 0 for a site without bonds.
 * @throws {InvalidConfiguration} bonds of another crystal. @throws {DomainError} a pair of elements
 *   without a parameter; there are those of oxides and of some fluorides, chlorides and sulfides.
 * @see I. D. Brown, D. Altermatt, Acta Cryst. B 41, 244 (1985).
 * @example bondValenceSums(rutile, await bonds(rutile)) // about 4 for Ti, 2 for O
 */
export function bondValenceSums(crystal: Crystal, found: Bonds): Float64Array {
  requireBonds(crystal, found);
  const sums = new Float64Array(crystal.siteCount);
  const r0Of = new Map<string, number>();
  // A bond that one end does not count is one all the same: each is taken once, from either end.
  const seen = new Set<string>();
  for (let n = 0; n < found.i.length; n++) {
    const [i, j, distance] = [found.i[n], found.j[n], found.distance[n]];
    const [a, b, c] = found.shift.subarray(3 * n, 3 * n + 3);
    if (seen.has(`${j} ${i} ${-a} ${-b} ${-c}`)) continue;
    seen.add(`${i} ${j} ${a} ${b} ${c}`);
    const key = `${crystal.kindOfSite[i]} ${crystal.kindOfSite[j]}`;
    const r0 = r0Of.get(key) ?? parameterOf(crystal, i, j);
    r0Of.set(key, r0);
    const valence = Math.exp((r0 - distance) / softness);
    sums[i] += valence;
    sums[j] += valence;
  }
  return sums;
}

function parameterOf({ kinds, kindOfSite }: Crystal, i: number, j: number): number {
  const first = kinds[kindOfSite[i]][0].species;
  const second = kinds[kindOfSite[j]][0].species;
  for (const [cation, anion] of [
    [first, second],
    [second, first],
  ]) {
    const known = bondValenceParameters[anion.symbol]?.[cation.symbol];
    if (!known) continue;
    const [, r0] = known.find(([state]) => state === cation.oxidationState) ?? known[0];
    return r0;
  }
  throw new DomainError(
    `there is no bond valence parameter for ${first.symbol} and ${second.symbol}; it knows oxides of ` +
      `${Object.keys(bondValenceParameters.O).join(", ")}`,
    { i, j, elements: [first.symbol, second.symbol] },
  );
}
