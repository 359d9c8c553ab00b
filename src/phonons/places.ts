import { SymmetryError } from "../base/errors.js";
import type { Crystal } from "../crystal/crystal.js";
import { inverse } from "../math/mat3.js";

/** Å; an atom nearer to another one's place is there. */
const tolerance = 0.1;

export interface Places {
  /** The primitive atom that each site is an image of. */
  readonly atomOf: Int32Array;
  /** The primitive cell that each site lies in, [n, 3]. */
  readonly cellOf: Int32Array;
}

/**
 * Where the sites of any cell are in terms of a primitive cell in the same axes.
 *
 * @throws {SymmetryError} a site where the primitive cell has no such atom.
 */
export function placesIn(
  primitive: Crystal,
  cartPositions: ArrayLike<number>,
  symbols: readonly string[],
): Places {
  const { siteCount, fracPositions: frac, lattice } = primitive;
  const own = symbolsOf(primitive);
  const back = inverse(lattice.matrix);
  const atomOf = new Int32Array(symbols.length).fill(-1);
  const cellOf = new Int32Array(3 * symbols.length);
  const m = lattice.matrix;
  symbols.forEach((symbol, site) => {
    const [x, y, z] = [0, 1, 2].map((i) => cartPositions[3 * site + i]);
    const [u, v, w] = [0, 1, 2].map((k) => x * back[k] + y * back[3 + k] + z * back[6 + k]);
    let nearest = tolerance;
    for (let atom = 0; atom < siteCount; atom++) {
      if (own[atom] !== symbol) continue;
      const [du, dv, dw] = [u - frac[3 * atom], v - frac[3 * atom + 1], w - frac[3 * atom + 2]];
      const [cu, cv, cw] = [Math.round(du), Math.round(dv), Math.round(dw)];
      const off = Math.hypot(
        (du - cu) * m[0] + (dv - cv) * m[3] + (dw - cw) * m[6],
        (du - cu) * m[1] + (dv - cv) * m[4] + (dw - cw) * m[7],
        (du - cu) * m[2] + (dv - cv) * m[5] + (dw - cw) * m[8],
      );
      if (!(off < nearest)) continue;
      nearest = off;
      atomOf[site] = atom;
      cellOf.set([cu, cv, cw], 3 * site);
    }
    if (atomOf[site] >= 0) return;
    throw new SymmetryError(
      `site ${site} (${symbol}) lies where the primitive cell has no ${symbol}; the cells belong to different crystals`,
      { reason: "distorted", site },
    );
  });
  return { atomOf, cellOf };
}

/** Of the only atom of each site. */
export function symbolsOf(crystal: Crystal): string[] {
  return Array.from(crystal.kindOfSite, (kind) => crystal.kinds[kind][0].species.symbol);
}
