import { DomainError, generatePattern, InvalidConfiguration, Pattern, ShapeError } from "prism-lab";
import { describe, expect, it } from "vitest";

const grid = generatePattern({ patternType: "grid", extent: [10, 10, 10] });
const squares = generatePattern({ patternType: "archimedean", vertex: "4.4.4.4", extent: [8, 8] });

describe("clipping", () => {
  it("a box, a sphere, a half-space and a polygon keep what is inside, border included", () => {
    expect(
      grid.clipped({
        box: [
          [0, 0, 0],
          [2, 1, 0],
        ],
      }).pointCount,
    ).toBe(6);
    expect(grid.clipped({ sphere: { radius: 1 } }).pointCount).toBe(7);
    expect(grid.clipped({ sphere: { center: [1, 0, 0], radius: 1 } }).bounds.low).toEqual([
      0, -1, -1,
    ]);
    const half = grid.clipped({ halfSpace: { normal: [0, 0, 2], distance: -3 } });
    expect(half.pointCount).toBe(10 * 10 * 3);
    const triangle = squares.clipped({
      polygon: [
        [0, 0],
        [3, 0],
        [0, 3],
      ],
    });
    expect(triangle.pointCount).toBe(10);
    // Not convex: an L of three squares.
    const ell = [
      [0, 0],
      [2, 0],
      [2, 1],
      [1, 1],
      [1, 2],
      [0, 2],
    ];
    expect(squares.clipped({ polygon: ell }).pointCount).toBe(8);
    expect(grid.clipped((x, y, z) => x === y && y === z).pointCount).toBe(10);
  });

  it("keeps the tiles all of whose vertices stay, and no cell", () => {
    const cut = squares.clipped({
      box: [
        [0, 0, 0],
        [3, 2, 0],
      ],
    });
    expect(cut.pointCount).toBe(12);
    expect(cut.tiles?.kind).toHaveLength(6);
    for (const vertex of cut.tiles!.vertices) expect(vertex).toBeLessThan(12);
    const periodic = generatePattern({ patternType: "grid", counts: [4, 4] });
    expect(periodic.cell).toBeDefined();
    expect(periodic.clipped({ sphere: { radius: 99 } }).cell).toBeUndefined();
  });

  it("says what no region is, and when nothing is left", () => {
    expect(() => grid.clipped({ sphere: { radius: 0.2, center: [0.5, 0.5, 0.5] } })).toThrow(
      /leaves none of the 1000 points/,
    );
    expect(() => grid.clipped({ ball: 3 } as never)).toThrow(InvalidConfiguration);
    expect(() =>
      grid.clipped({
        box: [
          [1, 0, 0],
          [0, 1, 1],
        ],
      }),
    ).toThrow(DomainError);
    expect(() =>
      grid.clipped({
        polygon: [
          [0, 0],
          [1, 1],
        ],
      }),
    ).toThrow(ShapeError);
  });
});

describe("merging", () => {
  it("keeps one of points that coincide, and tiles over the one that stays", () => {
    const moved = squares.translated([4, 0, 0]);
    const both = Pattern.merge([squares, moved]);
    expect(both.pointCount).toBe(64 + 32);
    expect(both.dimension).toBe(2);
    expect(both.metrics.nearestDistance.min).toBeCloseTo(1, 12);
    const { tiles } = both;
    expect(tiles?.kind).toHaveLength(2 * 49);
    for (let t = 0; t < 98; t++) {
      const [a, b] = tiles!.vertices.subarray(tiles!.offsets[t]);
      const along = (k: number) => both.positions[3 * b + k] - both.positions[3 * a + k];
      expect(Math.hypot(along(0), along(1))).toBeCloseTo(1, 9);
    }
    expect(Pattern.merge([squares, moved], { tolerance: 0 }).pointCount).toBe(128);
  });

  it("takes points within the tolerance as one, wherever the bins lie", () => {
    const random = mulberry(7);
    const points = Array.from({ length: 900 }, () => 100 * random() - 50);
    const pattern = Pattern.fromPositions(points);
    const shaken = Pattern.fromPositions(points.map((value) => value + 0.001 * (random() - 0.5)));
    expect(Pattern.merge([pattern, shaken], { tolerance: 0.001 }).pointCount).toBe(300);
    expect(Pattern.merge([pattern, shaken], { tolerance: 1e-7 }).pointCount).toBe(600);
  });

  it("joins kinds by name, or names them by pattern", () => {
    const honeycomb = generatePattern({ patternType: "honeycomb", radius: 3 });
    const lattice = generatePattern({ patternType: "triangular", radius: 3 });
    const both = Pattern.merge([honeycomb, lattice], { tolerance: 1e-6 });
    expect(both.kindNames).toEqual(["A", "B", "triangular"]);
    const named = Pattern.merge([honeycomb, lattice], { tolerance: 0, kindNames: ["C", "Au"] });
    expect(named.ofKind("C").pointCount).toBe(honeycomb.pointCount);
    expect(() => Pattern.merge([honeycomb, lattice], { kindNames: ["C"] })).toThrow(
      /one name for each of the 2/,
    );
    expect(() => Pattern.merge([])).toThrow(InvalidConfiguration);
  });

  it("joins the kinds of tiles by name", () => {
    const honeycomb = generatePattern({ patternType: "honeycomb", radius: 4 });
    const kagome = generatePattern({ patternType: "kagome", radius: 4 });
    const both = Pattern.merge([honeycomb, kagome.translated([20, 0, 0])]);
    expect(both.tiles?.kindNames).toEqual(["hexagon", "triangle"]);
    both.tiles!.kind.forEach((kind, t) => {
      const corners = both.tiles!.offsets[t + 1] - both.tiles!.offsets[t];
      expect(corners).toBe(kind === 0 ? 6 : 3);
    });
  });

  it("keeps the cell only if all have the same", () => {
    const layer = generatePattern({ patternType: "honeycomb", counts: [3, 3] });
    expect(Pattern.merge([layer, layer.translated([0, 0, 3])]).cell).toBeDefined();
    expect(Pattern.merge([layer, layer.rotated([0, 0, 7])]).cell).toBeUndefined();
  });
});

describe("stacking", () => {
  const layer = generatePattern({ patternType: "honeycomb", spacing: 1.42, counts: [2, 2] });

  it("moves each layer by shift and separation, and names them", () => {
    const stack = Pattern.stack([layer, layer, layer], { separation: 3.35, shift: [0, 1.42] });
    expect(stack.pointCount).toBe(24);
    expect(stack.dimension).toBe(3);
    const third = stack.ofKind("layer 3");
    expect(third.bounds.low[2]).toBeCloseTo(6.7, 12);
    expect(third.positions[1] - layer.positions[1]).toBeCloseTo(2.84, 12);
    expect(stack.cell?.periodic).toEqual([true, true, false]);
  });

  it("can repeat along z: hexagonal layers ABC are the cubic close packing", () => {
    const triangular = generatePattern({ patternType: "triangular", counts: [3, 3] });
    const shift: [number, number] = [0, 1 / Math.sqrt(3)];
    const options = { separation: Math.sqrt(2 / 3), shift, periodic: true };
    const close = Pattern.stack([triangular, triangular, triangular], options);
    expect(close.metrics.packingFraction()).toBeCloseTo(Math.PI / Math.sqrt(18), 10);
    expect(close.metrics.steinhardt({ l: 4 }).local).toBeCloseTo(0.19094, 5);
    const finite = generatePattern({ patternType: "triangular", radius: 3 });
    expect(() => Pattern.stack([finite, finite], { separation: 1, periodic: true })).toThrow(
      /same cell/,
    );
  });
});

describe("points of one's own", () => {
  it("are copied and checked", () => {
    const positions = new Float64Array([0, 0, 0, 1, 0, 0]);
    const own = Pattern.fromPositions(positions);
    positions[3] = 9;
    expect(own.positions[3]).toBe(1);
    expect(own.dimension).toBe(2);
    expect(String(own)).toBe("point pattern, 2 points, finite");
    expect(() => Pattern.fromPositions([1, 2])).toThrow(ShapeError);
    expect(() => Pattern.fromPositions([[0, 0, Number.NaN]])).toThrow(/coordinate z of point 0/);
    expect(() => Pattern.fromPositions([0, 0, 0], { kindOfPoint: [1], kindNames: ["A"] })).toThrow(
      ShapeError,
    );
  });

  it("equality is of places and kinds", () => {
    const one = Pattern.fromPositions([0, 0, 0], { kindOfPoint: [0], kindNames: ["A"] });
    const same = Pattern.fromPositions([0, 0, 1e-12], { kindOfPoint: [1], kindNames: ["B", "A"] });
    const other = Pattern.fromPositions([0, 0, 0], { kindOfPoint: [0], kindNames: ["B"] });
    expect(one.equals(same)).toBe(true);
    expect(one.equals(other)).toBe(false);
    expect(one.equals(Pattern.fromPositions([0, 0, 0]))).toBe(false);
  });
});

/** Mulberry32. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
