import { describe, expect, it } from "vitest";
import { geodesicSphere, type Solid, sphereSector, tube } from "../../../src/display/solids.js";
import { combine } from "../../../src/display/vectors.js";
import { cross, dot } from "../../../src/math/vec3.js";

/** How often each edge occurs in each direction. */
function edgeCounts({ triangles }: Solid): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [a, b, c] of triangles) {
    for (const edge of [
      [a, b],
      [b, c],
      [c, a],
    ]) {
      counts.set(edge.join(), (counts.get(edge.join()) ?? 0) + 1);
    }
  }
  return counts;
}

function volume({ vertices, triangles }: Solid): number {
  return triangles.reduce(
    (sum, [a, b, c]) => sum + dot(vertices[a], cross(vertices[b], vertices[c])) / 6,
    0,
  );
}

describe("geodesicSphere", () => {
  it.each([1, 2, 3, 4])("frequency %i: closed, outward, on the unit sphere", (frequency) => {
    const sphere = geodesicSphere(frequency);
    expect(sphere.vertices).toHaveLength(10 * frequency ** 2 + 2);
    expect(sphere.triangles).toHaveLength(20 * frequency ** 2);
    for (const [edge, count] of edgeCounts(sphere)) {
      expect(count).toBe(1);
      expect(edgeCounts(sphere).get(edge.split(",").reverse().join())).toBe(1);
    }
    for (const vertex of sphere.vertices) expect(Math.hypot(...vertex)).toBeCloseTo(1, 12);
    const full = (4 / 3) * Math.PI;
    expect(volume(sphere)).toBeLessThan(full);
    expect(volume(sphere)).toBeGreaterThan(full * (1 - 0.6 / frequency ** 2));
  });
});

describe("sphereSector", () => {
  it("encloses with its neighbours a whole sphere", () => {
    const parts = [sphereSector(0, 0.7, 24), sphereSector(0.7, 0.9, 24), sphereSector(0.9, 1, 24)];
    const [all, first] = [parts.reduce((sum, part) => sum + volume(part), 0), volume(parts[0])];
    expect(all / ((4 / 3) * Math.PI)).toBeGreaterThan(0.95);
    expect(first / all).toBeCloseTo(0.7, 1);
  });
});

describe("tube", () => {
  it("has its rings around the ends, outward triangles between them", () => {
    const { vertices, triangles } = tube([0, 0, 0], [0, 0, 2], 0.5, 8);
    expect(vertices).toHaveLength(16);
    expect(triangles).toHaveLength(16);
    for (const [x, y, z] of vertices) {
      expect(Math.hypot(x, y)).toBeCloseTo(0.5, 12);
      expect([0, 2]).toContainEqual(Math.round(z));
    }
    for (const [a, b, c] of triangles) {
      const normal = cross(
        combine(vertices[b], vertices[a], -1),
        combine(vertices[c], vertices[a], -1),
      );
      expect(normal[0] * vertices[a][0] + normal[1] * vertices[a][1]).toBeGreaterThan(0);
    }
  });
});
