import { requireFinite, requirePositive, show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { requireVector, unitVector } from "./affine.js";

/** What part of a pattern is kept; lengths in Å, borders included. */
export type ClipRegion =
  | { readonly box: readonly [ArrayLike<number>, ArrayLike<number>] }
  | { readonly sphere: { readonly center?: ArrayLike<number>; readonly radius: number } }
  /** By x and y alone, at least three corners, inside by the even-odd rule. */
  | { readonly polygon: readonly ArrayLike<number>[] }
  /** The side n·r ≤ distance of a plane, where n is the unit vector along `normal`. */
  | { readonly halfSpace: { readonly normal: ArrayLike<number>; readonly distance: number } }
  | ((x: number, y: number, z: number, index: number) => boolean);

export type Keep = (x: number, y: number, z: number, index: number) => boolean;

const shapes = ["box", "sphere", "polygon", "halfSpace"] as const;
const example = "{ sphere: { radius: 10 } }";
/** Relative to the size of the region: a border is inside whatever the rounding. */
const border = 1e-9;

/** @throws {InvalidConfiguration | ShapeError | DomainError} no region. */
export function keepOf(region: ClipRegion): Keep {
  if (typeof region === "function") return region;
  const given = typeof region === "object" && region !== null ? Object.keys(region) : [];
  if (given.length !== 1) {
    throw new InvalidConfiguration(
      `a region is a function (x, y, z, index) => boolean or one of ${shapes.join(", ")}, such as ` +
        `${example}; got ${show(region)}`,
      { region },
    );
  }
  requireKnownFields("regions", region, shapes);
  if ("box" in region) return insideBox(region.box);
  if ("sphere" in region) return insideSphere(region.sphere);
  if ("polygon" in region) return insidePolygon(region.polygon);
  return insideHalfSpace(region.halfSpace);
}

function insideBox(box: readonly [ArrayLike<number>, ArrayLike<number>]): Keep {
  if (!Array.isArray(box) || box.length !== 2) {
    throw new ShapeError(
      `box must be two opposite corners, [[x, y, z], [x, y, z]], got ${show(box)}`,
      {
        box,
      },
    );
  }
  const [low, high] = [requireVector("box[0]", box[0]), requireVector("box[1]", box[1])];
  if (low.some((value, k) => value > high[k])) {
    throw new DomainError(`box must hold its lower corner first, got ${show(box)}`, { box });
  }
  const room = border * Math.max(...low.map((value, k) => high[k] - value));
  const [x0, y0, z0] = low.map((value) => value - room);
  const [x1, y1, z1] = high.map((value) => value + room);
  return (x, y, z) => x >= x0 && x <= x1 && y >= y0 && y <= y1 && z >= z0 && z <= z1;
}

function insideSphere(sphere: { center?: ArrayLike<number>; radius: number }): Keep {
  const { center = [0, 0, 0], radius } = requireParts("sphere", sphere, ["center", "radius"]);
  const [cx, cy, cz] = requireVector("sphere.center", center);
  const limit = requirePositive("sphere.radius", radius, "Å") ** 2 * (1 + border);
  return (x, y, z) => (x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2 <= limit;
}

function insideHalfSpace(half: { normal: ArrayLike<number>; distance: number }): Keep {
  const { normal, distance } = requireParts("halfSpace", half, ["normal", "distance"]);
  const [nx, ny, nz] = unitVector("halfSpace.normal", normal);
  const limit = requireFinite("halfSpace.distance", distance, "Å");
  const room = border * Math.max(1, Math.abs(limit));
  return (x, y, z) => nx * x + ny * y + nz * z <= limit + room;
}

function requireParts<T extends object>(name: string, value: T, fields: readonly string[]): T {
  if (typeof value !== "object" || value === null) {
    throw new InvalidConfiguration(
      `${name} must be an object such as ${example}, got ${show(value)}`,
      {
        [name]: value,
      },
    );
  }
  requireKnownFields(`fields of ${name}`, value, fields);
  return value;
}

function insidePolygon(polygon: readonly ArrayLike<number>[]): Keep {
  const corners = Array.isArray(polygon) ? polygon.map((corner) => requireCorner(corner)) : [];
  if (corners.length < 3) {
    throw new ShapeError(`polygon must hold at least three corners [x, y], got ${show(polygon)}`, {
      polygon,
    });
  }
  const size = Math.max(...corners.flat().map(Math.abs));
  const sides = corners.map((corner, i) => [...corner, ...corners[(i + 1) % corners.length]]);
  return (x, y) => {
    let inside = false;
    for (const [ax, ay, bx, by] of sides) {
      if (distanceToSide(x, y, ax, ay, bx, by) <= border * size) return true;
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  };
}

function requireCorner(corner: ArrayLike<number>): [number, number] {
  const isPair = typeof corner === "object" && corner !== null && corner.length >= 2;
  if (isPair && Number.isFinite(corner[0]) && Number.isFinite(corner[1])) {
    return [corner[0], corner[1]];
  }
  throw new ShapeError(`a corner of a polygon must be [x, y], got ${show(corner)}`, { corner });
}

function distanceToSide(
  x: number,
  y: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): number {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = length === 0 ? 0 : ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
}
