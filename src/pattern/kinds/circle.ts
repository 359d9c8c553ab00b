import { requirePositive } from "../../base/check.js";
import { InvalidConfiguration } from "../../base/errors.js";
import { cosDegrees, sinDegrees } from "../affine.js";
import type { PatternKind } from "../pattern-kind.js";
import { requireCount } from "./cell-size.js";

/** Points on a circle, or on concentric ones. */
export interface CircleOptions {
  /** Å. Of the circle, or of the disc that `filled` fills. */
  readonly radius?: number;
  /** Points on the circle; default as many as stand about `spacing` apart. */
  readonly count?: number;
  /** Concentric rings `spacing` apart, out to the radius, about a point in the middle. */
  readonly filled?: boolean;
  /** How many rings, in place of a radius; fills. */
  readonly rings?: number;
}

/**
 * One ring of points at equal angles, the first on x; or, filled, rings of the radii k · `spacing`
 * with 6k points each about a central one: 3m(m + 1) + 1 points for m rings, 2π/6 of the spacing
 * apart along a ring.
 */
export const circle: PatternKind<CircleOptions> = {
  patternType: "circle",
  fields: ["radius", "count", "filled", "rings"],
  lengths: ["radius"],
  pointEstimate(options) {
    const { rings, radius, count } = planOf(options);
    return rings === undefined ? (count ?? 2 * Math.PI * radius) : 3 * rings * (rings + 1) + 1;
  },
  generate(options) {
    const { rings, radius, count } = planOf(options);
    if (rings !== undefined) return filledDisc(rings);
    const points = count ?? Math.max(1, Math.round(2 * Math.PI * radius));
    const positions = new Float64Array(3 * points);
    writeRing(positions, 0, points, radius);
    return { positions, dimension: 2 };
  },
};

interface Plan {
  readonly rings: number | undefined;
  readonly radius: number;
  readonly count: number | undefined;
}

function planOf({ radius, count, filled, rings }: CircleOptions): Plan {
  const fills = filled === true || rings !== undefined;
  if ((radius === undefined) === (rings === undefined) || (fills && count !== undefined)) {
    throw new InvalidConfiguration(
      "a circle needs { radius }, { radius, count }, { radius, filled: true } or { rings }; got " +
        `${Object.entries({ radius, count, filled, rings })
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => `${name}: ${value}`)
          .join(", ")}`,
      { radius, count, filled, rings },
    );
  }
  if (rings !== undefined) {
    return { rings: requireCount("rings", rings), radius: rings, count: undefined };
  }
  const size = requirePositive("radius", radius, "Å");
  const points = count === undefined ? undefined : requireCount("count", count);
  return { rings: fills ? Math.floor(size + 1e-9) : undefined, radius: size, count: points };
}

function filledDisc(rings: number): ReturnType<typeof circle.generate> {
  const count = 3 * rings * (rings + 1) + 1;
  const positions = new Float64Array(3 * count);
  const kindOfPoint = new Int32Array(count);
  let at = 1;
  for (let ring = 1; ring <= rings; ring++) {
    kindOfPoint.fill(ring, at, at + 6 * ring);
    at = writeRing(positions, at, 6 * ring, ring);
  }
  const kindNames = Array.from({ length: rings + 1 }, (_, ring) => `ring ${ring}`);
  return { positions, dimension: 2, kindOfPoint, kindNames, facts: { density: 3 / Math.PI } };
}

/** Returns the index behind the ring. */
function writeRing(positions: Float64Array, start: number, count: number, radius: number): number {
  for (let i = 0; i < count; i++) {
    const angle = (360 * i) / count;
    positions[3 * (start + i)] = radius * cosDegrees(angle);
    positions[3 * (start + i) + 1] = radius * sinDegrees(angle);
  }
  return start + count;
}
