/** What a crystal may fall apart into. */
export interface HullPhase {
  readonly name: string;
  /** Amount of each element, in any measure. */
  readonly composition: ReadonlyMap<string, number>;
  /** eV */
  readonly energyPerAtom: number;
}

/** The mixture of phases of least energy that has a given composition. */
export interface Decomposition {
  /** eV an atom of the mixture. */
  readonly energyPerAtom: number;
  /** Shares of the atoms, none 0. */
  readonly parts: readonly { readonly phase: HullPhase; readonly share: number }[];
}

const tiny = 1e-10;
/** Bland's rule ends; rounding may not let it. */
const mostPivots = 10_000;

/**
 * The hull of phases at a composition: min Σ λₖ Eₖ with Σ λₖ xₖ = x, λ ≥ 0, by the simplex method with Bland's
 * rule. Undefined where the phases cannot make up the composition.
 *
 * @see R. G. Bland, Math. Oper. Res. 2, 103 (1977).
 */
export function hullAt(
  composition: ReadonlyMap<string, number>,
  phases: readonly HullPhase[],
): Decomposition | undefined {
  const elements = [...composition.keys()];
  const usable = phases.filter(({ composition: own }) =>
    [...own.keys()].every((element) => elements.includes(element)),
  );
  const columns = usable.map((phase) => fractions(phase.composition, elements));
  const target = fractions(composition, elements);
  const shares = cheapestMixture(
    columns,
    usable.map(({ energyPerAtom }) => energyPerAtom),
    target,
  );
  if (shares === undefined) return undefined;
  const parts = usable
    .map((phase, k) => ({ phase, share: shares[k] }))
    .filter(({ share }) => share > tiny);
  const energyPerAtom = parts.reduce((sum, { phase, share }) => {
    return sum + share * phase.energyPerAtom;
  }, 0);
  return { energyPerAtom, parts };
}

function fractions(
  composition: ReadonlyMap<string, number>,
  elements: readonly string[],
): number[] {
  const total = [...composition.values()].reduce((sum, amount) => sum + amount, 0);
  return elements.map((element) => (composition.get(element) ?? 0) / total);
}

/** λ ≥ 0 of least cost with Σ λₖ columnₖ = target; the artificial columns of the first phase come last. */
function cheapestMixture(
  columns: readonly number[][],
  costs: readonly number[],
  target: readonly number[],
): number[] | undefined {
  const [m, n] = [target.length, columns.length];
  const rows = target.map((value, i) => [
    ...columns.map((column) => column[i]),
    ...target.map((_, k) => Number(k === i)),
    value,
  ]);
  const basis = target.map((_, i) => n + i);
  const artificial = [...columns.map(() => 0), ...target.map(() => 1)];
  minimize(rows, basis, artificial, n + m);
  const missing = basis.reduce((sum, k, i) => sum + (k >= n ? rows[i][n + m] : 0), 0);
  if (missing > 1e-9) return undefined;
  // Those that stay in the basis at 0 must not grow again.
  minimize(rows, basis, [...costs, ...target.map(() => 0)], n);
  const shares = new Array<number>(n).fill(0);
  basis.forEach((k, i) => {
    if (k < n) shares[k] = rows[i][n + m];
  });
  return shares;
}

/** Pivots until no column among the first `count` lowers the cost. */
function minimize(
  rows: number[][],
  basis: number[],
  costs: readonly number[],
  count: number,
): void {
  const last = rows[0].length - 1;
  for (let pivots = 0; pivots < mostPivots; pivots++) {
    const reduced = (k: number) =>
      costs[k] - rows.reduce((sum, row, i) => sum + costs[basis[i]] * row[k], 0);
    const entering = costs.findIndex((_, k) => k < count && reduced(k) < -tiny);
    if (entering < 0) return;
    let leaving = -1;
    rows.forEach((row, i) => {
      const isForced = basis[i] >= count && Math.abs(row[entering]) > tiny;
      if (!(row[entering] > tiny) && !isForced) return;
      const ratio = isForced ? 0 : row[last] / row[entering];
      const best = leaving < 0 ? Number.POSITIVE_INFINITY : ratioOf(leaving);
      if (ratio < best - tiny || (ratio < best + tiny && basis[i] < basis[leaving])) leaving = i;
    });
    if (leaving < 0) return;
    pivot(rows, leaving, entering);
    basis[leaving] = entering;

    function ratioOf(i: number): number {
      return basis[i] >= count ? 0 : rows[i][last] / rows[i][entering];
    }
  }
}

function pivot(rows: number[][], leaving: number, entering: number): void {
  const own = rows[leaving];
  const factor = own[entering];
  for (let k = 0; k < own.length; k++) own[k] /= factor;
  for (const [i, row] of rows.entries()) {
    const share = row[entering];
    if (i === leaving || share === 0) continue;
    for (let k = 0; k < row.length; k++) row[k] -= share * own[k];
  }
}
