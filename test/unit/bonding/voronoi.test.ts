import fc from "fast-check";
import { Crystal, DomainError, Lattice, Runtime, voronoiCells } from "prism-lab";
import { describe, expect, it } from "vitest";

function sumOver(values: Float64Array, i: Int32Array, site: number): number {
  return values.reduce((sum, value, n) => sum + (i[n] === site ? value : 0), 0);
}

const cell = fc.record({
  parameters: fc.tuple(
    ...[3, 3, 3].map((min) => fc.double({ min, max: 12, noNaN: true })),
    ...[65, 65, 65].map((min) => fc.double({ min, max: 115, noNaN: true })),
  ),
  frac: fc
    .integer({ min: 1, max: 12 })
    .chain((n) =>
      fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3 * n, maxLength: 3 * n }),
    ),
});

describe("voronoiCells", () => {
  it("fill the cell, close around each site, and share their faces", async () => {
    const check = fc.asyncProperty(cell, async ({ parameters, frac }) => {
      const [a, b, c, alpha, beta, gamma] = parameters as [
        ...[number, number, number],
        ...[number, number, number],
      ];
      const lattice = Lattice.fromParameters(a, b, c, alpha, beta, gamma);
      const species = Array(frac.length / 3).fill("Ar");
      const crystal = Crystal.create({ lattice, species, fracPositions: frac });
      const { shift, i, j, distance } = await crystal.neighborList(0.01);
      fc.pre(i.length === 0 && j.length + shift.length + distance.length === 0);
      const cells = await voronoiCells(crystal);
      const total = cells.volume.reduce((sum, each) => sum + each, 0);
      expect(total / lattice.volume).toBeCloseTo(1, 9);
      for (let site = 0; site < crystal.siteCount; site++) {
        expect(sumOver(cells.solidAngle, cells.i, site)).toBeCloseTo(4 * Math.PI, 6);
      }
      const areas = new Map<string, number>();
      cells.area.forEach((area, n) => {
        const [u, v, w] = cells.shift.subarray(3 * n, 3 * n + 3);
        areas.set(`${cells.i[n]} ${cells.j[n]} ${u} ${v} ${w}`, area);
      });
      cells.area.forEach((area, n) => {
        const [u, v, w] = cells.shift.subarray(3 * n, 3 * n + 3);
        const twin = areas.get(`${cells.j[n]} ${cells.i[n]} ${-u} ${-v} ${-w}`) ?? 0;
        expect(Math.abs(area - twin)).toBeLessThan(1e-6);
      });
    });
    await fc.assert(check, { seed: 3, numRuns: 60 });
  });

  it("are cubes, rhombic dodecahedra and truncated octahedra", async () => {
    const of = (frac: number[], edge: number) =>
      voronoiCells(
        Crystal.create({
          lattice: Lattice.cubic(edge),
          species: Array(frac.length / 3).fill("Cu"),
          fracPositions: frac,
        }),
      );
    const sc = await of([0.3, 0.2, 0.9], 2);
    expect([...sc.area]).toEqual(Array(6).fill(expect.closeTo(4, 10)));
    expect([...sc.solidAngle]).toEqual(Array(6).fill(expect.closeTo((4 * Math.PI) / 6, 10)));
    const fcc = await of([0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0], 4);
    expect(fcc.i).toHaveLength(4 * 12);
    expect([...fcc.volume]).toEqual(Array(4).fill(expect.closeTo(16, 10)));
    const bcc = await of([0, 0, 0, 0.5, 0.5, 0.5], 4);
    expect(bcc.i).toHaveLength(2 * 14);
    // Squares of edge a/√8, hexagons of the same edge.
    const areas = [...bcc.area].sort((a, b) => a - b);
    expect(areas[0]).toBeCloseTo(2, 10);
    expect(areas[27]).toBeCloseTo(3 * Math.sqrt(3), 10);
  });

  it("follow a very skewed cell to the same lattice", async () => {
    const make = (rows: number[][]) =>
      voronoiCells(
        Crystal.create({
          lattice: Lattice.fromMatrix(rows),
          species: ["Po"],
          fracPositions: [0, 0, 0],
        }),
      );
    const plain = await make([
      [3, 0, 0],
      [0, 3, 0],
      [0, 0, 3],
    ]);
    const skewed = await make([
      [3, 0, 0],
      [21, 3, 0],
      [-15, 12, 3],
    ]);
    expect(skewed.i).toHaveLength(plain.i.length);
    expect(skewed.volume[0]).toBeCloseTo(27, 9);
  });

  it.each([0, 1, 2])("are open in the outside of %d periodic directions", async (dimensions) => {
    const periodic = [0, 1, 2].map((k) => k < dimensions) as [boolean, boolean, boolean];
    const axis = [-1, 0, 1];
    const grid = axis.flatMap((x) => axis.flatMap((y) => axis.map((z) => [x, y, z])));
    const crystal = Crystal.create({
      lattice: Lattice.cubic(6),
      species: Array(27).fill("Po"),
      cartPositions: grid.flatMap((point) => point.map((value) => 2 * value)),
      periodic,
    });
    const { volume } = await voronoiCells(crystal);
    grid.forEach((point, site) => {
      const isInside = point.every((value, k) => periodic[k] || value === 0);
      expect(volume[site]).toEqual(isInside ? expect.closeTo(8, 9) : Number.POSITIVE_INFINITY);
    });
  });

  it("does not depend on the number of threads", async () => {
    const crystal = Crystal.create({
      lattice: Lattice.cubic(9),
      species: Array(40).fill("Ar"),
      fracPositions: Array.from({ length: 120 }, (_, k) => (k * 0.61803398875 + k * k * 0.137) % 1),
    });
    const one = new Runtime({ threadCount: 1 });
    const three = new Runtime({ threadCount: 3 });
    expect(await voronoiCells(crystal, { runtime: three })).toEqual(
      await voronoiCells(crystal, { runtime: one }),
    );
    one.close();
    three.close();
  });

  it("refuses an edge of 0", () => {
    const crystal = Crystal.create({
      lattice: Lattice.cubic(3),
      species: ["Po"],
      fracPositions: [0, 0, 0],
    });
    expect(() => voronoiCells(crystal, { openEdge: 0 })).toThrow(DomainError);
  });
});
