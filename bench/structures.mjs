// Deterministic inputs of the benchmarks, rebuilt bit for bit by any language: see the formulas.
import { Crystal, Lattice } from "prism-lab";

export const fccBasis = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
];

/** Tommy Ettinger's mulberry32: 32-bit state, value / 2³². */
export function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const diamondBasis = fccBasis.flatMap((at) => [at, at.map((x) => x + 0.25)]);

/** n³ cubic cells of fcc; each coordinate moved by up to ±amplitude Å (seed 12345). */
export function fcc(symbol, n, a, amplitude = 0) {
  return cubic([symbol], fccBasis, n, a, amplitude);
}

/** As `fcc`, with each point followed by the one a quarter of the diagonal away; symbols in turn. */
export function diamond(symbols, n, a, amplitude = 0) {
  return cubic(symbols, diamondBasis, n, a, amplitude);
}

function cubic(symbols, points, n, a, amplitude) {
  const random = mulberry32(12345);
  const siteCount = points.length * n ** 3;
  const cartPositions = new Float64Array(3 * siteCount);
  let at = 0;
  for (let x = 0; x < n; x++) {
    for (let y = 0; y < n; y++) {
      for (let z = 0; z < n; z++) {
        for (const point of points) {
          for (const [k, cell] of [x, y, z].entries()) {
            const move = amplitude === 0 ? 0 : amplitude * (2 * random() - 1);
            cartPositions[at++] = (cell + point[k]) * a + move;
          }
        }
      }
    }
  }
  return Crystal.create({
    lattice: Lattice.cubic(n * a),
    species: Array.from({ length: siteCount }, (_, site) => symbols[site % symbols.length]),
    cartPositions,
  });
}
