import {
  DomainError,
  generatePattern,
  InvalidConfiguration,
  Pattern,
  type PatternConfig,
  ResourceExhausted,
  ShapeError,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import type { PatternKind } from "../../../src/pattern/pattern-kind.js";
import { patternKinds } from "../../../src/pattern/pattern-kinds.js";

describe("the frame of a configuration", () => {
  it("spacing is the unit, other lengths are Å, scale acts on the finished pattern", () => {
    const cut = { patternType: "triangular", radius: 10 } as const;
    const fine = generatePattern({ ...cut, spacing: 0.5 });
    const coarse = generatePattern({ ...cut, spacing: 2 });
    expect(fine.metrics.nearestDistance.min).toBeCloseTo(0.5, 12);
    expect(coarse.metrics.nearestDistance.min).toBeCloseTo(2, 12);
    expect(Math.max(...fine.bounds.high)).toBeCloseTo(10, 12);
    const scaled = generatePattern({ ...cut, spacing: 2, scale: 3 });
    expect(scaled.equals(coarse.scaled(3))).toBe(true);
    for (const scale of [1e-300, 1e300]) {
      expect(() => generatePattern({ ...cut, scale })).toThrow(/scale must lie between/);
    }
    const copper = generatePattern({
      patternType: "bravais",
      lattice: "cF",
      a: 3.6,
      spacing: 2,
      counts: 2,
    });
    expect(copper.cell?.lattice.parameters.a).toBeCloseTo(7.2, 12);
  });

  it("rotation turns about the fixed axes x, then y, then z", () => {
    const config = { patternType: "grid", counts: [2, 3, 4] } as const;
    const turned = generatePattern({ ...config, rotation: [20, 30, 40] });
    const steps = generatePattern(config)
      .rotated([20, 0, 0])
      .rotated([0, 30, 0])
      .rotated([0, 0, 40]);
    expect(turned.equals(steps)).toBe(true);
    expect(turned.cell?.lattice.parameters.c).toBeCloseTo(4, 12);
  });

  it("symmetry completes the pattern by turned copies, each point once", () => {
    const star = generatePattern({ patternType: "line", count: 5, symmetry: 6 });
    expect(star.pointCount).toBe(1 + 6 * 4);
    expect(star.dimension).toBe(2);
    const grids = generatePattern({ patternType: "grid", radius: 6, symmetry: 5 });
    const turned = grids.rotated([0, 0, 72]);
    expect(Pattern.merge([grids, turned], { tolerance: 1e-6 }).pointCount).toBe(grids.pointCount);
  });

  it("a pattern that has the symmetry stays as it is, with its tiles", () => {
    const plain = generatePattern({ patternType: "kagome", radius: 6 });
    const six = generatePattern({ patternType: "kagome", radius: 6, symmetry: 6 });
    expect(six.hash).toBe(plain.hash);
    const five = generatePattern({ patternType: "kagome", radius: 6, symmetry: 5 });
    expect(five.tiles).toBeUndefined();
    expect(five.kindNames).toEqual(["A", "B", "C"]);
  });

  it("a pattern remembers its configuration, as it was", () => {
    const counts = [2, 2];
    const pattern = generatePattern({ patternType: "kagome", counts });
    counts[0] = 99;
    expect(pattern.config).toEqual({ patternType: "kagome", counts: [2, 2] });
    expect(generatePattern(pattern.config!).hash).toBe(pattern.hash);
  });
});

describe("a kind", () => {
  const kinds = patternKinds as unknown as Record<string, PatternKind<{ radius: number }>>;

  it("may take the spacing itself, and the symmetry", () => {
    const seen: object[] = [];
    kinds["of its own"] = {
      patternType: "of its own",
      fields: ["radius"],
      ownsSpacing: true,
      ownsSymmetry: true,
      generate(options) {
        seen.push(options);
        const positions = Float64Array.of(options.radius, 0, 0);
        return { positions, dimension: 2, facts: { density: 5 } };
      },
    };
    const config = { patternType: "of its own", radius: 7, spacing: 2, symmetry: 5, scale: 3 };
    const pattern = generatePattern(config as never);
    delete kinds["of its own"];
    expect(seen).toEqual([{ radius: 7, spacing: 2, symmetry: 5 }]);
    expect([...pattern.positions]).toEqual([21, 0, 0]);
    expect(pattern.facts.density).toBeCloseTo(5 / 9, 12);
  });

  it("knows its density, in the units of the finished pattern", () => {
    const config = { patternType: "kagome", spacing: 2, scale: 1.5, rotation: [0, 0, 9] } as const;
    const { facts, metrics } = generatePattern({ ...config, counts: 3 });
    expect(facts.density).toBeCloseTo(metrics.density, 12);
  });
});

describe("bad configurations", () => {
  const bad = (config: unknown) => () => generatePattern(config as PatternConfig);

  it("name what was probably meant", () => {
    expect(bad({ patternType: "honeycom", counts: 2 })).toThrow(/did you mean honeycomb\?/);
    expect(bad({ patternType: "kagome", raduis: 5 })).toThrow(/did you mean radius\?/);
    expect(bad({ patternType: 7 })).toThrow(/must be one of line, circle/);
    expect(bad({})).toThrow(InvalidConfiguration);
    expect(bad(undefined)).toThrow(InvalidConfiguration);
  });

  it("refuse values out of range", () => {
    const grid = { patternType: "grid", counts: [2, 2] };
    expect(bad({ ...grid, spacing: 0 })).toThrow(DomainError);
    expect(bad({ ...grid, spacing: "2" })).toThrow(DomainError);
    expect(bad({ ...grid, scale: -1 })).toThrow(DomainError);
    expect(bad({ ...grid, rotation: [0, 90] })).toThrow(ShapeError);
    expect(bad({ ...grid, symmetry: 2.5 })).toThrow(/whole number n/);
    expect(bad({ ...grid, symmetry: 1e9 })).toThrow(DomainError);
    expect(bad({ patternType: "grid", radius: Number.NaN })).toThrow(DomainError);
    expect(bad({ patternType: "grid", radius: "5" })).toThrow(DomainError);
    expect(bad({ patternType: "grid", counts: "5" })).toThrow(ShapeError);
  });

  it("of millions of points are refused before anything is made", () => {
    const start = performance.now();
    for (const size of [{ counts: [1e6, 1e6] }, { radius: 1e9 }, { extent: 1e12 }]) {
      expect(bad({ patternType: "honeycomb", ...size })).toThrow(/generatePatternAsync\(config\)/);
    }
    expect(bad({ patternType: "spiral", count: 1e15 })).toThrow(ResourceExhausted);
    expect(bad({ patternType: "grid", counts: [1500, 1500], symmetry: 3 })).toThrow(
      ResourceExhausted,
    );
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe("what newcomers try", () => {
  it("a spacing for layers that have lengths of their own", () => {
    expect(() =>
      generatePattern({ patternType: "twistedBilayer", m: 1, r: 1, spacing: 1.42 }),
    ).toThrow(/leave spacing out/);
  });

  it("a size without a point", () => {
    expect(() => generatePattern({ patternType: "kagome", spacing: 2.5, radius: 0.01 })).toThrow(
      /no point within the size/,
    );
  });

  it("the vacuum of a bilayer is that of its crystal", () => {
    const bilayer = (vacuum: number) =>
      generatePattern({ patternType: "twistedBilayer", m: 1, r: 1, vacuum }).decorate("C");
    expect(bilayer(30).lattice.parameters.c).toBeCloseTo(33.35, 10);
    expect(bilayer(20).lattice.parameters.c).toBeCloseTo(23.35, 10);
  });
});
