import { generatePattern, type Pattern, type VertexConfiguration } from "prism-lab";
import { describe, expect, it } from "vitest";

const { sqrt } = Math;

/** Vertices of an area of 1 with edges of 1, from the angles that the polygons have at a vertex. */
function densityOf(vertex: string): number {
  // Each vertex owns a share of 1/n of each n-gon round it; area of an n-gon n/(4 tan(π/n)).
  const sizes = vertex.split(".").map(Number);
  return 1 / sizes.reduce((area, n) => area + 1 / (4 * Math.tan(Math.PI / n)), 0);
}

const configurations: VertexConfiguration[] = [
  "3.3.3.3.3.3",
  "4.4.4.4",
  "6.6.6",
  "3.3.3.3.6",
  "3.3.3.4.4",
  "3.3.4.3.4",
  "3.4.6.4",
  "3.6.3.6",
  "3.12.12",
  "4.6.12",
  "4.8.8",
];

describe.each(configurations)("%s", (vertex) => {
  const pattern = generatePattern({ patternType: "archimedean", vertex, radius: 14, spacing: 1.3 });
  const tiles = tilesOf(pattern);

  it("has the density that its polygons give, and equal shortest distances", () => {
    const periodic = generatePattern({ patternType: "archimedean", vertex, counts: [4, 3] });
    expect(periodic.metrics.density).toBeCloseTo(densityOf(vertex), 10);
    expect(periodic.facts.density).toBeCloseTo(densityOf(vertex), 10);
    const { min, max } = periodic.metrics.nearestDistance;
    expect(min).toBeCloseTo(1, 10);
    expect(max).toBeCloseTo(1, 10);
    expect(periodic.metrics.coordination().mean).toBe(vertex.split(".").length);
  });

  it("its tiles are regular polygons with edges of the spacing", () => {
    for (const corners of tiles) {
      const n = corners.length;
      const area = (1.3 ** 2 * n) / (4 * Math.tan(Math.PI / n));
      expect(areaOf(pattern, corners)).toBeCloseTo(area, 9);
      corners.forEach((corner, k) => {
        expect(lengthOf(pattern, corner, corners[(k + 1) % n])).toBeCloseTo(1.3, 9);
        expect(angleAt(pattern, corners, k)).toBeCloseTo(180 - 360 / n, 7);
      });
    }
  });

  it("leaves no gap and no overlap", () => {
    const edges = new Map<string, number>();
    for (const corners of tiles) {
      corners.forEach((from, k) => {
        const edge = `${from}>${corners[(k + 1) % corners.length]}`;
        edges.set(edge, (edges.get(edge) ?? 0) + 1);
      });
    }
    // Counterclockwise tiles on both sides of an edge walk it in opposite directions.
    expect(Math.max(...edges.values())).toBe(1);
    const outline = [...edges.keys()].filter((edge) => {
      const [from, to] = edge.split(">");
      return !edges.has(`${to}>${from}`);
    });
    const enclosed = outline.reduce((sum, edge) => {
      const [from, to] = edge.split(">").map(Number);
      return sum + crossOf(pattern, from, to) / 2;
    }, 0);
    const tiled = tiles.reduce((sum, corners) => sum + areaOf(pattern, corners), 0);
    expect(tiled).toBeCloseTo(enclosed, 6);
    expect(tiled).toBeGreaterThan(0.55 * Math.PI * 14 ** 2);
  });

  it("has 360° and its own polygons in order round every inner vertex", () => {
    const around = new Map<number, { angle: number; direction: number; size: number }[]>();
    for (const corners of tiles) {
      corners.forEach((corner, k) => {
        const list = around.get(corner) ?? [];
        const next = corners[(k + 1) % corners.length];
        const [dx, dy] = difference(pattern, corner, next);
        const direction = Math.atan2(dy, dx);
        list.push({ angle: angleAt(pattern, corners, k), direction, size: corners.length });
        around.set(corner, list);
      });
    }
    let inner = 0;
    for (const list of around.values()) {
      const total = list.reduce((sum, { angle }) => sum + angle, 0);
      expect(total).toBeLessThan(360 + 1e-6);
      if (total < 359.9) continue;
      inner++;
      const found = list.sort((a, b) => a.direction - b.direction).map(({ size }) => size);
      expect(sameCycle(found, vertex.split(".").map(Number))).toBe(true);
    }
    expect(inner).toBeGreaterThan(20);
  });
});

describe("named tilings", () => {
  it("honeycomb, kagome and triangular are 6.6.6, 3.6.3.6 and 3.3.3.3.3.3", () => {
    const named = { honeycomb: "6.6.6", kagome: "3.6.3.6", triangular: "3.3.3.3.3.3" } as const;
    for (const [patternType, vertex] of Object.entries(named)) {
      const size = { counts: [3, 3], spacing: 2 };
      const one = generatePattern({ patternType: patternType as keyof typeof named, ...size });
      const other = generatePattern({ patternType: "archimedean", vertex, ...size });
      expect(one.equals(generatePattern({ ...one.config! } as never))).toBe(true);
      expect([...one.positions]).toEqual([...other.positions]);
      expect([...one.tiles!.vertices]).toEqual([...other.tiles!.vertices]);
    }
  });

  it("sublattices: a honeycomb's neighbours are of the other, a kagome's never of the own", () => {
    for (const [patternType, kinds] of [
      ["honeycomb", ["A", "B"]],
      ["kagome", ["A", "B", "C"]],
    ] as const) {
      const net = generatePattern({ patternType, radius: 8 });
      expect(net.kindNames).toEqual(kinds);
      for (const name of kinds) {
        expect(net.ofKind(name).metrics.nearestDistance.min).toBeGreaterThan(1.7);
      }
    }
  });

  it("graphene has a = √3 · 1.42 Å and a hexagon about the origin", () => {
    const graphene = generatePattern({ patternType: "honeycomb", spacing: 1.42, counts: [1, 1] });
    expect(graphene.cell?.lattice.parameters.a).toBeCloseTo(1.42 * sqrt(3), 10);
    expect(graphene.cell?.lattice.parameters.gamma).toBeCloseTo(120, 10);
    const hexagon = generatePattern({ patternType: "honeycomb", spacing: 1.42, radius: 1.5 });
    expect(hexagon.pointCount).toBe(6);
    expect(hexagon.tiles?.kind).toHaveLength(1);
  });

  it("takes the short names of the configurations, and guesses what was meant", () => {
    const short = generatePattern({
      patternType: "archimedean",
      vertex: "4.8^2" as "4.8.8",
      counts: 2,
    });
    expect(short.facts.vertexConfiguration).toBe("4.8.8");
    expect(() =>
      generatePattern({ patternType: "archimedean", vertex: "4.8.9" as "4.8.8", counts: 2 }),
    ).toThrow(/did you mean 4\.8\.8/);
  });

  it("tiles across the border of a periodic patch are left out", () => {
    const patch = generatePattern({
      patternType: "archimedean",
      vertex: "4.4.4.4",
      counts: [5, 4],
    });
    expect(patch.tiles?.kind).toHaveLength(4 * 3);
  });
});

function tilesOf({ tiles }: Pattern): number[][] {
  return Array.from(tiles!.kind, (_, t) => [
    ...tiles!.vertices.subarray(tiles!.offsets[t], tiles!.offsets[t + 1]),
  ]);
}

function difference({ positions }: Pattern, from: number, to: number): [number, number] {
  return [positions[3 * to] - positions[3 * from], positions[3 * to + 1] - positions[3 * from + 1]];
}

function lengthOf(pattern: Pattern, from: number, to: number): number {
  return Math.hypot(...difference(pattern, from, to));
}

function crossOf({ positions }: Pattern, i: number, j: number): number {
  return positions[3 * i] * positions[3 * j + 1] - positions[3 * i + 1] * positions[3 * j];
}

function areaOf(pattern: Pattern, corners: readonly number[]): number {
  return corners.reduce(
    (sum, corner, k) => sum + crossOf(pattern, corner, corners[(k + 1) % corners.length]) / 2,
    0,
  );
}

function angleAt(pattern: Pattern, corners: readonly number[], k: number): number {
  const n = corners.length;
  const [ax, ay] = difference(pattern, corners[k], corners[(k + 1) % n]);
  const [bx, by] = difference(pattern, corners[k], corners[(k + n - 1) % n]);
  return (Math.atan2(Math.abs(ax * by - ay * bx), ax * bx + ay * by) * 180) / Math.PI;
}

/** Equal up to where it starts and which way round it goes. */
function sameCycle(found: readonly number[], wanted: readonly number[]): boolean {
  const turns = found.map((_, k) => [...found.slice(k), ...found.slice(0, k)].join("."));
  return turns.includes(wanted.join(".")) || turns.includes([...wanted].reverse().join("."));
}
