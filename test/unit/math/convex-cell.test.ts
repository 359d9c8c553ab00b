import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../../src/base/errors.js";
import { type ConvexCell, convexCell } from "../../../src/math/convex-cell.js";

type Normal = readonly number[];

const signs = [1, -1];
const cubeNormals: Normal[] = signs.flatMap((s) => [
  [s, 0, 0],
  [0, s, 0],
  [0, 0, s],
]);
const octahedronNormals: Normal[] = signs.flatMap((x) =>
  signs.flatMap((y) => signs.map((z) => [x, y, z])),
);
const edgeNormals: Normal[] = signs.flatMap((x) =>
  signs.flatMap((y) => [
    [x, y, 0],
    [x, 0, y],
    [0, x, y],
  ]),
);
const at = (normals: readonly Normal[], distance: number) =>
  normals.map((normal) => ({ normal, distance }));
const counts = ({ vertices, edges, faces }: ConvexCell) => [
  vertices.length / 3,
  edges.length,
  faces.length,
];

describe("convexCell", () => {
  it("makes a cube of six planes, and says which plane is which face", () => {
    const cell = convexCell(at(cubeNormals, 1));
    expect(counts(cell)).toEqual([8, 12, 6]);
    expect(cell.volume).toBeCloseTo(8, 12);
    expect(Array.from(cell.areas)).toEqual(
      [4, 4, 4, 4, 4, 4].map((area) => expect.closeTo(area, 10)),
    );
    expect(Array.from(cell.planes)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("runs counter-clockwise seen from outside", () => {
    const { faces, vertices, normals } = convexCell([
      ...at(cubeNormals, 1),
      ...at(octahedronNormals, 0.8),
    ]);
    faces.forEach((face, i) => {
      const [a, b, c] = face.map((vertex) => [0, 1, 2].map((k) => vertices[3 * vertex + k]));
      const [u, v] = [b.map((x, k) => x - a[k]), c.map((x, k) => x - b[k])];
      const normal = [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
      ];
      expect(normal.reduce((sum, x, k) => sum + x * normals[3 * i + k], 0)).toBeGreaterThan(0);
    });
  });

  it.each([
    [
      "cuboctahedron",
      [...at(cubeNormals, 1), ...at(octahedronNormals, 2 / Math.sqrt(3))],
      [12, 24, 14],
    ],
    ["rhombic dodecahedron", at(edgeNormals, 1), [14, 24, 12]],
    ["octahedron", at(octahedronNormals, 1), [6, 12, 8]],
    [
      "truncated octahedron",
      [...at(cubeNormals, 2), ...at(octahedronNormals, Math.sqrt(3))],
      [24, 36, 14],
    ],
    ["rhombicuboctahedron", rhombicuboctahedron(), [24, 48, 26]],
  ] as const)(
    "joins the vertices in which more than three faces of a %s meet",
    (_, planes, expected) => {
      expect(counts(convexCell(planes))).toEqual(expected);
    },
  );

  it("leaves out planes that touch the cell in an edge or a corner, lie outside or repeat others", () => {
    const planes = [
      ...at(cubeNormals, 1),
      ...at(edgeNormals, Math.SQRT2),
      ...at(octahedronNormals, Math.sqrt(3)),
      ...at(cubeNormals, 1),
      ...at(octahedronNormals, 5),
    ];
    const cell = convexCell(planes);
    expect(counts(cell)).toEqual([8, 12, 6]);
    expect(cell.volume).toBeCloseTo(8, 12);
  });

  it("needs neither unit normals nor the origin inside", () => {
    const center = [100, -50, 7];
    const planes = cubeNormals.map((normal) => ({
      normal: normal.map((value) => 3 * value),
      distance: 0.5 + normal.reduce((sum, value, k) => sum + value * center[k], 0),
    }));
    const cell = convexCell(planes);
    expect(cell.volume).toBeCloseTo(1, 9);
    expect(counts(cell)).toEqual([8, 12, 6]);
    expect(Math.max(...cell.vertices)).toBeCloseTo(100.5, 9);
  });

  it("closes a ball of 300 random planes", () => {
    const normals = Array.from({ length: 300 }, (_, i) => {
      // Spread over the sphere by the golden angle.
      const z = 1 - (2 * i + 1) / 300;
      const turn = i * Math.PI * (3 - Math.sqrt(5));
      const r = Math.sqrt(1 - z * z);
      return [r * Math.cos(turn), r * Math.sin(turn), z];
    });
    const cell = convexCell(at(normals, 1));
    expect(cell.faces).toHaveLength(300);
    expect(cell.volume).toBeGreaterThan((4 / 3) * Math.PI);
    expect(cell.volume).toBeLessThan(4.4);
  });

  it("refuses what is no cell", () => {
    expect(() => convexCell([])).toThrow(/do not close a cell/);
    expect(() => convexCell(at(cubeNormals.slice(0, 5), 1))).toThrow(/unbounded/);
    expect(() => convexCell(at(octahedronNormals.slice(0, 4), 1))).toThrow(DomainError);
    expect(() => convexCell(at(cubeNormals, -1))).toThrow(/no volume in common/);
    expect(() => convexCell(at(cubeNormals, 0))).toThrow(/no volume in common/);
    const flat = at(cubeNormals, 1).map((plane, i) =>
      i % 3 === 0 ? { ...plane, distance: 0 } : plane,
    );
    expect(() => convexCell(flat)).toThrow(/no volume in common/);
    expect(() => convexCell([{ normal: [0, 0, 0], distance: 1 }])).toThrow(/length 0/);
    expect(() => convexCell([{ normal: [0, 1], distance: 1 }])).toThrow(ShapeError);
    expect(() => convexCell([{ normal: [0, 1, 0], distance: Number.NaN }])).toThrow(
      /distance of plane 0/,
    );
  });
});

function rhombicuboctahedron() {
  return [
    ...at(cubeNormals, 1 + Math.SQRT2),
    ...at(edgeNormals, (2 + Math.SQRT2) / Math.SQRT2),
    ...at(octahedronNormals, (3 + Math.SQRT2) / Math.sqrt(3)),
  ];
}
