import fc from "fast-check";
import {
  bonds,
  bondValenceSums,
  Crystal,
  DomainError,
  fromPrototype,
  Lattice,
  polyhedra,
  polyhedronConnections,
} from "prism-lab";
import { describe, expect, it } from "vitest";
import { convexHull } from "../../../src/bonding/convex-hull.js";
import { idealShapes } from "../../../src/bonding/data/ideal-shapes.js";
import { shapeMeasure } from "../../../src/bonding/shape-measure.js";
import { fluorite, halite, perovskite, rutile, silicate } from "./structures.js";

async function polyhedraOf(crystal: Crystal, centers?: string[]) {
  return polyhedra(crystal, await bonds(crystal), centers && { centers });
}

describe("polyhedra", () => {
  it("are octahedra in halite, cubes in fluorite, a tetrahedron about silicon", async () => {
    const octahedra = await polyhedraOf(halite);
    expect(octahedra.map(({ center }) => center)).toEqual([0, 1, 2, 3]);
    const d = 5.6402 / 2;
    expect(octahedra[0].shape).toBe("octahedron");
    expect(octahedra[0].shapeMeasure).toBeCloseTo(0, 9);
    expect(octahedra[0].faces.map((face) => face.length)).toEqual(Array(8).fill(3));
    expect(octahedra[0].volume).toBeCloseTo((4 / 3) * d ** 3, 9);
    expect(octahedra[0].quadraticElongation).toBeCloseTo(1, 9);
    expect(octahedra[0].angleVariance).toBeCloseTo(0, 9);
    expect(String(octahedra[0])).toBe("octahedron about site 0, mean distance 2.820 Å");

    const [cube] = await polyhedraOf(fluorite);
    expect(cube.shape).toBe("cube");
    expect(cube.faces.map((face) => face.length)).toEqual(Array(6).fill(4));
    expect(cube.volume).toBeCloseTo((5.4626 / 2) ** 3, 9);
    expect(cube.quadraticElongation).toBeCloseTo(1, 9);

    const [tetrahedron] = polyhedra(silicate, await bonds(silicate, { method: "radii" }));
    expect(tetrahedron.shape).toBe("tetrahedron");
    expect(tetrahedron.quadraticElongation).toBeCloseTo(1, 9);
  });

  it("have the distortion of the rutile octahedron", async () => {
    // Two bonds of √2 x a, four of √(2 (½ − x)² a² + c²/4).
    const [long, short] = [
      Math.SQRT2 * 0.3053 * 4.594,
      Math.hypot(Math.SQRT2 * (0.5 - 0.3053) * 4.594, 2.9586 / 2),
    ];
    const [octahedron] = await polyhedraOf(rutile);
    expect(octahedron.shape).toBe("octahedron");
    const mean = (2 * long + 4 * short) / 6;
    expect(octahedron.meanDistance).toBeCloseTo(mean, 9);
    const distortion = (2 * (long - mean) + 4 * (mean - short)) / 6 / mean;
    expect(octahedron.bondLengthDistortion).toBeCloseTo(distortion, 9);
    // Of the twelve angles eight are right; the equatorial rectangle has 2 asin(c / 2 short).
    const angle = (2 * Math.asin(2.9586 / 2 / short) * 180) / Math.PI;
    const variance = (2 * (angle - 90) ** 2 + 2 * (90 - angle) ** 2) / 11;
    expect(octahedron.angleVariance).toBeCloseTo(variance, 8);
    const volume = (4 / 6) * long * short ** 2 * Math.sin((angle * Math.PI) / 180) * 2;
    expect(octahedron.volume).toBeCloseTo(volume, 9);
    const unit = Math.cbrt(volume / (4 / 3));
    expect(octahedron.quadraticElongation).toBeCloseTo(
      (2 * long ** 2 + 4 * short ** 2) / 6 / unit ** 2,
      9,
    );
  });

  it("take the centres that are asked for", async () => {
    expect(await polyhedraOf(perovskite, ["Ti"])).toHaveLength(1);
    const [big] = await polyhedraOf(perovskite, ["Sr"]);
    expect(big.shape).toBe("cuboctahedron");
    expect(await polyhedraOf(halite, ["Cl"])).toHaveLength(4);
    const found = await bonds(halite);
    expect(() => polyhedra(halite, found, { minCorners: 1 })).toThrow(DomainError);
  });

  it("share corners in perovskite, edges in rutile and halite, faces where they are stacked", async () => {
    const corners = polyhedronConnections(await polyhedraOf(perovskite, ["Ti"]));
    expect(corners.map(({ sharing, shift }) => [sharing, ...shift])).toEqual([
      ["corner", 0, 0, 1],
      ["corner", 0, 1, 0],
      ["corner", 1, 0, 0],
    ]);
    const chains = polyhedronConnections(await polyhedraOf(rutile));
    const edges = chains.filter(({ sharing }) => sharing === "edge");
    expect(edges.map(({ first, second, shift }) => [first, second, ...shift])).toEqual([
      [0, 0, 0, 0, 1],
      [1, 1, 0, 0, 1],
    ]);
    expect(chains.filter(({ sharing }) => sharing === "corner")).toHaveLength(8);
    const halites = polyhedronConnections(await polyhedraOf(halite));
    // Twelve neighbours by edges and six by corners, each pair once.
    expect(halites.filter(({ sharing }) => sharing === "edge")).toHaveLength(24);
    expect(halites.filter(({ sharing }) => sharing === "corner")).toHaveLength(12);
    const cubes = Crystal.create({
      lattice: Lattice.cubic(4.123),
      species: ["Cs", "Cl"],
      fracPositions: [0, 0, 0, 0.5, 0.5, 0.5],
    });
    const faces = polyhedronConnections(await polyhedraOf(cubes));
    const shared = faces.filter(({ sharing }) => sharing === "face");
    expect(shared.map(({ sharedCount }) => sharedCount)).toEqual([4, 4, 4]);
    expect(faces).toHaveLength(13);
  });
});

describe("shapeMeasure", () => {
  const rotated = (corners: readonly (readonly number[])[], [x, y, z]: readonly number[]) => {
    const turn = (p: number[], k: number, angle: number) => {
      const [i, j] = [(k + 1) % 3, (k + 2) % 3];
      const [a, b] = [p[i], p[j]];
      p[i] = Math.cos(angle) * a - Math.sin(angle) * b;
      p[j] = Math.sin(angle) * a + Math.cos(angle) * b;
      return p;
    };
    return corners.map(
      (corner) =>
        turn(turn(turn([...corner], 0, x), 1, y), 2, z) as unknown as [number, number, number],
    );
  };

  it("is 0 for each ideal shape in any place, and more for every other one", () => {
    const angle = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...idealShapes), fc.tuple(angle, angle, angle), (own, angles) => {
        const corners = rotated(own.corners, angles).reverse();
        const scaled = corners.map(
          (corner) => corner.map((value) => 2.1 * value) as unknown as [number, number, number],
        );
        for (const { name, corners: ideal } of idealShapes) {
          if (ideal.length !== own.corners.length) continue;
          const measure = shapeMeasure(scaled, ideal);
          if (name === own.name) expect(measure).toBeLessThan(1e-9);
          else expect(measure).toBeGreaterThan(0.5);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it("has the published distances between shapes", () => {
    const shape = (name: string) => idealShapes.find((each) => each.name === name)!.corners;
    // M. Pinsky, D. Avnir, Inorg. Chem. 37, 5575 (1998); S. Alvarez et al., New J. Chem. 26, 996 (2002).
    expect(shapeMeasure(shape("tetrahedron"), shape("square planar"))).toBeCloseTo(33.33, 2);
    expect(shapeMeasure(shape("octahedron"), shape("trigonal prism"))).toBeCloseTo(16.74, 2);
  });
});

describe("convexHull", () => {
  it("keeps Euler's formula and outward faces for random points on a sphere", () => {
    const direction = fc.tuple(
      fc.integer({ min: -999, max: 999 }),
      fc.integer({ max: 6283, min: 0 }),
    );
    const points = fc.array(direction, { minLength: 6, maxLength: 14 });
    fc.assert(
      fc.property(points, (given) => {
        const unit = given.map(([height, angle]): [number, number, number] => {
          const z = height / 1000;
          const radius = Math.sqrt(1 - z * z);
          return [radius * Math.cos(angle / 1000), radius * Math.sin(angle / 1000), z];
        });
        const { faces, volume } = convexHull(unit);
        fc.pre(volume > 0.3);
        const corners = new Set(faces.flat()).size;
        const edges = faces.flat().length / 2;
        fc.pre(corners === unit.length); // no two points so near that they are one
        expect(corners - edges + faces.length).toBe(2);
        expect(volume).toBeLessThan((4 / 3) * Math.PI);
      }),
      { seed: 9, numRuns: 200 },
    );
  });

  it("has no face and no volume for points in a plane", () => {
    const flat = convexHull([
      [1, 0, 0],
      [-1, 0, 0],
      [0, 1, 0],
      [0, -1, 0],
    ]);
    expect(flat).toEqual({ faces: [], volume: 0 });
  });
});

describe("bondValenceSums", () => {
  it("are the oxidation states of rutile", async () => {
    const sums = bondValenceSums(rutile, await bonds(rutile));
    const valence = (d: number) => Math.exp((1.815 - d) / 0.37);
    const [long, short] = [
      Math.SQRT2 * 0.3053 * 4.594,
      Math.hypot(Math.SQRT2 * 0.1947 * 4.594, 1.4793),
    ];
    expect(sums[0]).toBeCloseTo(2 * valence(long) + 4 * valence(short), 9);
    expect(sums[0]).toBeGreaterThan(3.9);
    expect(sums[0]).toBeLessThan(4.3);
    expect(sums[2]).toBeCloseTo(sums[0] / 2, 9);
  });

  it("take the oxidation state that the crystal knows", async () => {
    const oxide = (iron: string) =>
      Crystal.create({
        lattice: Lattice.cubic(4.3),
        species: [...Array(4).fill(iron), ...Array(4).fill("O2-")],
        fracPositions: halite.fracPositions,
      });
    const sum = async (iron: string) => {
      const crystal = oxide(iron);
      return bondValenceSums(crystal, await bonds(crystal))[0];
    };
    expect((await sum("Fe3+")) / (await sum("Fe2+"))).toBeCloseTo(
      Math.exp((1.759 - 1.734) / 0.37),
      9,
    );
    expect(await sum("Fe")).toBe(await sum("Fe3+"));
  });

  it.each([
    ["rutile", ["Mg", "F"], 4.623, 3.052, 2],
    ["rocksalt", ["K", "Cl"], 6.293, undefined, 1],
    ["zincblende", ["Cd", "S"], 5.818, undefined, 2],
    ["corundum", ["Fe", "O"], 5.038, 13.772, 3],
  ] as const)("are near the oxidation state in %s of %j", async (name, species, a, c, state) => {
    const crystal = fromPrototype(name, { species, a, ...(c !== undefined && { c }) });
    const found = await bonds(crystal);
    const sum = bondValenceSums(crystal, found)[0];
    expect(Math.abs(sum / state - 1)).toBeLessThan(0.15);
  });

  it("says which pair it does not know", async () => {
    const copper = Crystal.create({
      lattice: Lattice.cubic(2.6),
      species: ["Cu"],
      fracPositions: [0, 0, 0],
    });
    const found = await bonds(copper);
    expect(() => bondValenceSums(copper, found)).toThrow(/no bond valence parameter for Cu and Cu/);
  });
});
