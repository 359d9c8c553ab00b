import type { Vec3 } from "../../math/mat3.js";

/** Corners about the central site at the origin. */
export interface IdealShape {
  readonly name: string;
  readonly corners: readonly Vec3[];
}

/** A ring of points at equal angles, `turn` of a step away from x. */
function ring(count: number, radius: number, z: number, turn = 0): Vec3[] {
  return Array.from({ length: count }, (_, n) => {
    const angle = (2 * Math.PI * (n + turn)) / count;
    return [radius * Math.cos(angle), radius * Math.sin(angle), z];
  });
}

const poles: readonly Vec3[] = [
  [0, 0, 1],
  [0, 0, -1],
];
const signs = [-1, 1];
const cube: Vec3[] = signs.flatMap((x) => signs.flatMap((y) => signs.map((z): Vec3 => [x, y, z])));
const golden = (1 + Math.sqrt(5)) / 2;
const rolled = ([x, y, z]: Vec3): Vec3[] => [
  [x, y, z],
  [y, z, x],
  [z, x, y],
];
/** Height and half edge of prisms whose edges are equal: corners at distance 1. */
const prism = (count: number) => {
  const edge = 2 * Math.sin(Math.PI / count);
  const length = Math.hypot(1, edge / 2);
  return { radius: 1 / length, height: edge / 2 / length };
};
/** A square antiprism with equal edges. */
const antiprism = (() => {
  const height = 2 ** (-1 / 4) * Math.SQRT1_2;
  const length = Math.hypot(1, height);
  return { radius: 1 / length, height: height / length };
})();
const trigonal = prism(3);
const closePacked = { radius: 1, inner: 1 / Math.sqrt(3), height: Math.sqrt(2 / 3) };

/** The usual coordination polyhedra with equal distances from the centre. */
export const idealShapes: readonly IdealShape[] = [
  { name: "linear", corners: poles },
  { name: "bent, 120°", corners: ring(3, 1, 0).slice(0, 2) },
  { name: "trigonal planar", corners: ring(3, 1, 0) },
  { name: "trigonal pyramid", corners: ring(3, Math.sqrt(8) / 3, -1 / 3) },
  { name: "T-shape", corners: ring(4, 1, 0).slice(0, 3) },
  { name: "tetrahedron", corners: cube.filter(([x, y, z]) => x * y * z > 0) },
  { name: "square planar", corners: ring(4, 1, 0) },
  { name: "trigonal bipyramid", corners: [...ring(3, 1, 0), ...poles] },
  { name: "square pyramid", corners: [...ring(4, 1, 0), poles[0]] },
  { name: "octahedron", corners: [...ring(4, 1, 0), ...poles] },
  {
    name: "trigonal prism",
    corners: signs.flatMap((sign) => ring(3, trigonal.radius, sign * trigonal.height)),
  },
  { name: "pentagonal bipyramid", corners: [...ring(5, 1, 0), ...poles] },
  { name: "cube", corners: cube },
  {
    name: "square antiprism",
    corners: signs.flatMap((sign) =>
      ring(4, antiprism.radius, sign * antiprism.height, sign > 0 ? 0.5 : 0),
    ),
  },
  { name: "hexagonal bipyramid", corners: [...ring(6, 1, 0), ...poles] },
  {
    name: "tricapped trigonal prism",
    corners: [
      ...signs.flatMap((sign) => ring(3, trigonal.radius, sign * trigonal.height)),
      ...ring(3, 1, 0, 0.5),
    ],
  },
  {
    name: "cuboctahedron",
    corners: signs.flatMap((a) => signs.flatMap((b) => rolled([a, b, 0]))),
  },
  {
    name: "anticuboctahedron",
    corners: [
      ...ring(6, closePacked.radius, 0),
      ...signs.flatMap((sign) => ring(3, closePacked.inner, sign * closePacked.height, 0.25)),
    ],
  },
  {
    name: "icosahedron",
    corners: signs.flatMap((a) => signs.flatMap((b) => rolled([0, a, b * golden]))),
  },
];
