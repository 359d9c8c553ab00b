/** Means over all directions. */
export interface Averages {
  /** Equal strains: an upper bound. */
  readonly voigt: number;
  /** Equal stresses: a lower bound. */
  readonly reuss: number;
  /** Hill's mean of both. */
  readonly hill: number;
}

/** Of a polycrystal without texture. */
export interface ElasticModuli {
  readonly bulkGPa: Averages;
  readonly shearGPa: Averages;
  /** E = 9KG/(3K + G) */
  readonly youngGPa: Averages;
  /** ν = (3K − 2G)/(6K + 2G) */
  readonly poissonRatio: Averages;
  /** K/G by Hill's means; above 1.75 metals tend to be ductile (Pugh 1954). */
  readonly pughRatio: number;
}

/** Of stiffnesses in GPa and compliances in 1/GPa, 6 by 6. */
export function moduliOf(c: ArrayLike<number>, s: ArrayLike<number>): ElasticModuli {
  const [cDiagonal, cOff, cShear] = sums(c);
  const [sDiagonal, sOff, sShear] = sums(s);
  const bulkGPa = averages((cDiagonal + 2 * cOff) / 9, 1 / (sDiagonal + 2 * sOff));
  const shearGPa = averages(
    (cDiagonal - cOff + 3 * cShear) / 15,
    15 / (4 * (sDiagonal - sOff) + 3 * sShear),
  );
  return {
    bulkGPa,
    shearGPa,
    youngGPa: both(bulkGPa, shearGPa, (k, g) => (9 * k * g) / (3 * k + g)),
    poissonRatio: both(bulkGPa, shearGPa, (k, g) => (3 * k - 2 * g) / (6 * k + 2 * g)),
    pughRatio: bulkGPa.hill / shearGPa.hill,
  };
}

/** Of the upper left block its diagonal and what stands above it, and of the lower right its diagonal. */
function sums(m: ArrayLike<number>): [number, number, number] {
  return [m[0] + m[7] + m[14], m[1] + m[2] + m[8], m[21] + m[28] + m[35]];
}

function averages(voigt: number, reuss: number): Averages {
  return { voigt, reuss, hill: (voigt + reuss) / 2 };
}

function both(k: Averages, g: Averages, of: (k: number, g: number) => number): Averages {
  return {
    voigt: of(k.voigt, g.voigt),
    reuss: of(k.reuss, g.reuss),
    hill: of(k.hill, g.hill),
  };
}
