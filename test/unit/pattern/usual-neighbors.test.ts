import { generatePattern, measurePattern, Pattern, type PatternConfig } from "prism-lab";
import { describe, expect, it } from "vitest";

/** Mean over the points that lie farther than 3 from the rim of a disc or ball. */
function innerMean(pattern: Pattern, numbers: ArrayLike<number>, radius: number): number {
  const { positions, pointCount } = pattern;
  let [sum, count] = [0, 0];
  for (let i = 0; i < pointCount; i++) {
    if (Math.hypot(...positions.subarray(3 * i, 3 * i + 3)) > radius - 3) continue;
    sum += numbers[i];
    count++;
  }
  return sum / count;
}

describe("neighbours without a cutoff", () => {
  // Of a tiling by quadrangles each vertex has four edges on average, by Euler's formula.
  it.each<PatternConfig & { radius: number }>([
    { patternType: "penrose", radius: 30 },
    { patternType: "penrose", tiling: "P2", radius: 20 },
    { patternType: "ammannBeenker", radius: 25 },
    { patternType: "multigrid", symmetry: 7, radius: 25 },
    { patternType: "multigrid", symmetry: 12, radius: 25 },
  ])("are those along the edges of the tiles in %j: four on average", (config) => {
    const pattern = generatePattern(config);
    const { numbers } = pattern.metrics.coordination();
    expect(Math.abs(innerMean(pattern, numbers, config.radius) - 4)).toBeLessThan(0.06);
    // Short diagonals are no edges: a cutoff at the edge counts them too.
    const within = pattern.metrics.coordination({ cutoff: 1.0001 });
    expect(innerMean(pattern, within.numbers, config.radius)).toBeGreaterThan(4.3);
  });

  it("has three edges or more at each vertex of a Penrose tiling, and bonds of ten directions", () => {
    const pattern = generatePattern({ patternType: "penrose", radius: 20 });
    const { numbers, cutoff } = pattern.metrics.coordination();
    expect(cutoff).toBeCloseTo(1, 9);
    pattern.positions.forEach((_, at) => {
      if (at % 3 > 0) return;
      const [x, y] = pattern.positions.subarray(at, at + 2);
      if (Math.hypot(x, y) < 17) expect([3, 4, 5, 6, 7]).toContain(numbers[at / 3]);
    });
    expect(pattern.metrics.bondOrder({ n: 10 }).local).toBeGreaterThan(0.97);
  });

  it("counts the edges of rhombohedra, twelve each, and the ends of a chain's tiles", () => {
    const radius = 9;
    const solid = generatePattern({ patternType: "icosahedral", tiles: true, radius });
    const { numbers, cutoff } = solid.metrics.coordination();
    expect(cutoff).toBeCloseTo(1, 9);
    // Of tilings by hexahedra each vertex has six edges on average.
    expect(Math.abs(innerMean(solid, numbers, radius) - 6)).toBeLessThan(0.5);
    const chain = generatePattern({ patternType: "fibonacci", radius: 40 });
    expect(chain.metrics.coordination().counts[2]).toBe(chain.pointCount - 2);
    const hats = generatePattern({ patternType: "hat", radius: 40 });
    const corners = hats.metrics.coordination();
    expect(corners.cutoff).toBeCloseTo(Math.sqrt(3), 9);
    const usual = innerMean(hats, corners.numbers, 34);
    expect(usual).toBeGreaterThan(2.2);
    expect(usual).toBeLessThan(2.5);
  });

  it.each<[PatternConfig, number]>([
    [{ patternType: "honeycomb", counts: 6 }, 3],
    [{ patternType: "kagome", counts: 6 }, 4],
    [{ patternType: "triangular", counts: 6 }, 6],
    [{ patternType: "grid", counts: [9, 9] }, 4],
    [{ patternType: "archimedean", vertex: "4.6.12", counts: 3 }, 3],
    [{ patternType: "archimedean", vertex: "3.3.4.3.4", counts: 3 }, 5],
    [{ patternType: "bravais", lattice: "cF", counts: [3, 3, 3] }, 12],
    [{ patternType: "bravais", lattice: "cI", counts: [3, 3, 3] }, 14],
    [{ patternType: "bravais", lattice: "cP", counts: [3, 3, 3] }, 6],
    [{ patternType: "twistedBilayer", angle: 7.34 }, 3],
    [{ patternType: "circle", count: 60, radius: 10 }, 2],
  ])("are the first shell of %j", (config, expected) => {
    expect(generatePattern(config).metrics.coordination().mean).toBe(expected);
  });

  it("lie within 1.2 mean nearest distances where no gap ends a shell", () => {
    const spiral = generatePattern({ patternType: "spiral", form: "fermat", count: 800 });
    const { metrics } = spiral;
    expect(metrics.coordination().cutoff).toBeCloseTo(1.2 * metrics.nearestDistance.mean, 9);
    expect(() => Pattern.fromPositions([0, 0, 0]).metrics.coordination()).toThrow(/give a cutoff/);
  });

  it("are the same on another thread", async () => {
    const pattern = generatePattern({ patternType: "penrose", radius: 12 });
    expect(await measurePattern(pattern, "coordination")).toEqual(pattern.metrics.coordination());
  });
});
