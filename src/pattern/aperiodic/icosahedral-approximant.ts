import { Lattice } from "../../lattice/lattice.js";
import type { Vec3 } from "../../math/mat3.js";
import { dot, norm } from "../../math/vec3.js";
import { projected, tau } from "./icosahedral-module.js";
import {
  type IcosahedralLattice,
  type IcosahedralPoints,
  push,
  shiftDivisor,
} from "./icosahedral-points.js";
import { triples, volumeOf, type ZonotopeWindow, zonotopeWindow } from "./zonotope-window.js";

/** Ratios of Fibonacci numbers in the place of τ. */
export const approximants = ["1/1", "2/1", "3/2", "5/3", "8/5", "13/8"] as const;
export type Approximant = (typeof approximants)[number];

/**
 * One cubic cell, a = 2 (f + g τ) edges/√(τ + 2) for τ ≈ g/f: in perpendicular space p − q/τ becomes
 * p − q f/g, here times g so that all is whole. A point on the window's surface belongs to it if it
 * would after an infinitesimal push.
 */
export function approximantOf(
  ratio: Approximant,
  type: IcosahedralLattice,
  shift: Vec3 | undefined,
  scale: number,
): {
  readonly points: IcosahedralPoints;
  readonly lattice: Lattice;
  readonly facts: Readonly<Record<string, number | string>>;
} {
  const [g, f] = ratio.split("/").map(Number);
  const window = zonotopeWindow(projected(-f, g));
  // ½ of the unit of p and q along each axis: no point is on the surface, and the threefold axes stay.
  const moved = (shift ?? [0.5 / g, 0.5 / g, 0.5 / g]).map((value) =>
    Math.round(value * g * shiftDivisor),
  );
  const axes = [0, 1, 2].map((c) => residues(f, g, moved[c] / shiftDivisor, window.halfBox[c]));
  const p: number[] = [];
  const q: number[] = [];
  for (const [p1, q1] of axes[0]) {
    for (const [p2, q2] of axes[1]) {
      if (type !== "I" && ((p1 - q2) & 1) !== 0) continue;
      for (const [p3, q3] of axes[2]) {
        if (!belongs(type, [p1, p2, p3], [q1, q2, q3])) continue;
        const y: Vec3 = [g * p1 - f * q1, g * p2 - f * q2, g * p3 - f * q3];
        if (!isInside(window, y, moved)) continue;
        p.push(p1, p2, p3);
        q.push(q1, q2, q3);
      }
    }
  }
  const count = p.length / 3;
  const lattice = Lattice.cubic(2 * scale * (f + g * tau));
  return {
    points: { count, p: Int32Array.from(p), q: Int32Array.from(q) },
    lattice,
    facts: {
      approximant: ratio,
      density: count / lattice.volume,
      ...(type === "P" ? rhombohedraPerCell(window, count) : {}),
    },
  };
}

/** The points of one cell and their images by (2f, 2g), as far as a distance of the origin; units of the module. */
export function approximantPatch(
  ratio: Approximant,
  { count, p, q }: IcosahedralPoints,
  radius: number,
): IcosahedralPoints {
  const [g, f] = ratio.split("/").map(Number);
  const period = 2 * (f + g * tau);
  const [patchP, patchQ]: [number[], number[]] = [[], []];
  for (let i = 0; i < 3 * count; i += 3) {
    const place = [0, 1, 2].map((c) => p[i + c] + q[i + c] * tau);
    const cells = place.map((x) => {
      const first = Math.ceil((-radius - x) / period);
      const last = Math.floor((radius - x) / period);
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
    });
    for (const a of cells[0]) {
      for (const b of cells[1]) {
        for (const c of cells[2]) {
          const cell = [a, b, c];
          if (norm(place.map((x, axis) => x + cell[axis] * period)) > radius) continue;
          cell.forEach((n, axis) => {
            patchP.push(p[i + axis] + 2 * f * n);
            patchQ.push(q[i + axis] + 2 * g * n);
          });
        }
      }
    }
  }
  return {
    count: patchP.length / 3,
    p: Int32Array.from(patchP),
    q: Int32Array.from(patchQ),
  };
}

/** One (p, q) of each class by the cell's translation (2f, 2g), with g p − f q in the window's box. */
function residues(f: number, g: number, centre: number, half: number): [number, number][] {
  const found: [number, number][] = [];
  for (let q = 0; q < 2 * g; q++) {
    const last = Math.floor((centre + half + f * q) / g);
    for (let p = Math.ceil((centre - half + f * q) / g); p <= last; p++) found.push([p, q]);
  }
  return found;
}

function belongs(type: IcosahedralLattice, [p1, p2, p3]: Vec3, [q1, q2, q3]: Vec3): boolean {
  const odd = (p1 ^ q2) & 1;
  if (((p2 ^ q3) & 1) !== odd || ((p3 ^ q1) & 1) !== odd) return false;
  if (type === "I") return true;
  return odd === 0 && (type === "P" || ((q1 + q2 + q3) & 1) === 0);
}

function isInside({ normals, halfWidths }: ZonotopeWindow, y: Vec3, moved: number[]): boolean {
  return normals.every((normal, face) => {
    const at = shiftDivisor * dot(y, normal) - dot(moved as unknown as Vec3, normal);
    const slack = shiftDivisor * halfWidths[face] - Math.abs(at);
    return slack === 0 ? dot(push, normal) * at > 0 : slack > 0;
  });
}

/** A tile of three edges comes as often as the other three span volume in the window. */
function rhombohedraPerCell(window: ZonotopeWindow, count: number) {
  const physical = projected(tau);
  const share = { prolate: 0, oblate: 0 };
  for (const triple of triples) {
    const others = [0, 1, 2, 3, 4, 5].filter((i) => !triple.includes(i)) as unknown as Vec3;
    const shape = Math.abs(volumeOf(physical, triple)) > 4 ? "prolate" : "oblate";
    share[shape] += Math.abs(volumeOf(window.vectors, others)) / window.volume;
  }
  return {
    prolateCount: Math.round(count * share.prolate),
    oblateCount: Math.round(count * share.oblate),
  };
}
