import type { Vec3 } from "../math/mat3.js";
import {
  compressibilityAlong,
  extremesAcross,
  frameAbout,
  inverseShearForm,
  inverseYoung,
  transverseStrainForm,
} from "./directions.js";

/** A value, and where it is taken; the direction and its opposite are the same. */
export interface DirectionalValue {
  readonly value: number;
  /** Cartesian, of length 1. */
  readonly direction: Vec3;
}

/** As `DirectionalValue`, of two directions at right angles. */
export interface PlanarValue extends DirectionalValue {
  /** Of shear: the slip direction; of Poisson's ratio: where the width is measured. */
  readonly across: Vec3;
}

interface Range<T> {
  readonly min: T;
  readonly max: T;
}

/** Smallest and largest values over all directions. */
export interface ElasticExtremes {
  readonly youngGPa: Range<DirectionalValue>;
  /** 1/TPa; below 0 along what grows under pressure. */
  readonly linearCompressibilityPerTPa: Range<DirectionalValue>;
  /** `direction` is the normal of the plane. */
  readonly shearGPa: Range<PlanarValue>;
  /** `direction` is that of the tension; below 0 where the crystal is auxetic. */
  readonly poissonRatio: Range<PlanarValue>;
}

/** Of compliances in 1/GPa of a stable crystal. */
export function extremesOf(s: ArrayLike<number>): ElasticExtremes {
  const shear = (n: Vec3, which: 0 | 1) => extremesAcross(n, inverseShearForm(s, n))[which];
  const transverse = (n: Vec3, which: 0 | 1) =>
    extremesAcross(n, transverseStrainForm(s, n))[which];
  const along = (of: (n: Vec3) => number): DirectionalValue => {
    const direction = lowest(of);
    return { value: of(direction), direction };
  };
  const planar = (of: (n: Vec3) => number, across: (n: Vec3) => Vec3): PlanarValue => {
    const direction = lowest(of);
    return { value: of(direction), direction, across: across(direction) };
  };
  const young = (n: Vec3) => 1 / inverseYoung(s, n);
  const compressibility = (n: Vec3) => 1000 * compressibilityAlong(s, n);
  const poisson = (n: Vec3, which: 0 | 1) => -transverse(n, which).value / inverseYoung(s, n);
  return {
    youngGPa: { min: along(young), max: negated(along((n) => -young(n))) },
    linearCompressibilityPerTPa: {
      min: along(compressibility),
      max: negated(along((n) => -compressibility(n))),
    },
    shearGPa: {
      min: planar(
        (n) => 1 / shear(n, 1).value,
        (n) => shear(n, 1).m,
      ),
      max: negated(
        planar(
          (n) => -1 / shear(n, 0).value,
          (n) => shear(n, 0).m,
        ),
      ),
    },
    poissonRatio: {
      min: planar(
        (n) => poisson(n, 1),
        (n) => transverse(n, 1).m,
      ),
      max: negated(
        planar(
          (n) => -poisson(n, 0),
          (n) => transverse(n, 0).m,
        ),
      ),
    },
  };
}

function negated<T extends DirectionalValue>(found: T): T {
  return { ...found, value: -found.value };
}

/** Rings of the first look, and starts of the search from the best of it. */
const rings = 15;
const starts = 4;
/** Radians; what the values lack is of its square. */
const smallestStep = 1e-6;

/** The direction at which a function of n = −n is least. */
function lowest(of: (n: Vec3) => number): Vec3 {
  const best = hemisphere()
    .map((n) => ({ n, value: of(n) }))
    .sort((p, q) => p.value - q.value)
    .slice(0, starts)
    .map(({ n }) => descended(of, n));
  const least = best.reduce((low, each) => (each.value < low.value ? each : low));
  return upward(least.n);
}

/** Steps in eight directions of the tangent plane, shorter each time that none goes down. */
function descended(of: (n: Vec3) => number, start: Vec3): { n: Vec3; value: number } {
  let n = start;
  let value = of(n);
  for (let step = Math.PI / rings; step > smallestStep; ) {
    const [u, v] = frameAbout(n);
    let moved = false;
    for (let turn = 0; turn < 8 && !moved; turn++) {
      const [c, s] = [Math.cos((turn * Math.PI) / 4), Math.sin((turn * Math.PI) / 4)];
      const [x, y, z] = [0, 1, 2].map((k) => n[k] + step * (c * u[k] + s * v[k]));
      const length = Math.hypot(x, y, z);
      const next: Vec3 = [x / length, y / length, z / length];
      const there = of(next);
      if (!(there < value)) continue;
      n = next;
      value = there;
      moved = true;
    }
    if (!moved) step /= 2;
  }
  return { n, value };
}

function hemisphere(): Vec3[] {
  const points: Vec3[] = [[0, 0, 1]];
  for (let ring = 1; ring <= rings; ring++) {
    const polar = (ring * Math.PI) / (2 * rings);
    const count = Math.ceil(4 * rings * Math.sin(polar));
    for (let k = 0; k < count; k++) {
      const turn = (2 * Math.PI * k) / count;
      const [s, c] = [Math.sin(polar), Math.cos(polar)];
      points.push([s * Math.cos(turn), s * Math.sin(turn), c]);
    }
  }
  return points;
}

/** Of both ends the one whose last component that is not 0 is positive, without dust. */
function upward(n: Vec3): Vec3 {
  const clean = n.map((value) => (Math.abs(value) < 2 * smallestStep ? 0 : value));
  const last = clean.findLast((value) => value !== 0)!;
  const sign = last < 0 ? -1 : 1;
  return [sign * clean[0] + 0, sign * clean[1] + 0, sign * clean[2] + 0];
}
