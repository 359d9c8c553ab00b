import { requireFinite, requireInRange, requireObject, requireOneOf, show } from "../base/check.js";
import { DomainError, InvalidConfiguration, ShapeError } from "../base/errors.js";
import { requireKnownFields } from "../base/suggest.js";
import { Lattice } from "../lattice/lattice.js";
import { multiply, transpose } from "../math/mat3.js";
import {
  type Affine,
  about,
  compose,
  eulerRotation,
  identity,
  largestCoordinate,
  mirrorMatrix,
  requireInvertible,
  requireVector,
  rotationMatrix,
  translation,
  unitVector,
} from "./affine.js";
import type { PatternParts } from "./pattern-parts.js";

export interface AxisAngle {
  readonly axis: ArrayLike<number>;
  /** Degrees, right-handed. */
  readonly angle: number;
  /** Å: a point of the axis; default 0, 0, 0. */
  readonly origin?: ArrayLike<number>;
}

export interface Screw extends AxisAngle {
  /** Å along the axis. */
  readonly translation: number;
}

export interface MirrorPlane {
  readonly normal: ArrayLike<number>;
  /** Å: of the plane; default 0, 0, 0. */
  readonly point?: ArrayLike<number>;
}

export interface Glide extends MirrorPlane {
  /** Å, within the plane. */
  readonly translation: ArrayLike<number>;
}

const shears = ["xy", "xz", "yx", "yz", "zx", "zy"] as const;

/** How much of the second axis is added to the first. */
export type Shear = { readonly [Name in (typeof shears)[number]]?: number };

export function translationBy(vector: ArrayLike<number>): Affine {
  return translation(requireVector("the translation", vector));
}

export function rotationBy(rotation: AxisAngle | readonly [number, number, number]): Affine {
  if (Array.isArray(rotation)) return eulerRotation(requireVector("the rotation", rotation));
  return turnAbout("rotation", rotation as AxisAngle, ["axis", "angle", "origin"]);
}

export function screwBy(screw: Screw): Affine {
  const turn = turnAbout("screw", screw, ["axis", "angle", "origin", "translation"]);
  const pitch = requireFinite("the screw's translation", screw.translation, "Å");
  const [x, y, z] = unitVector("axis", screw.axis);
  return compose(translation([pitch * x, pitch * y, pitch * z]), turn);
}

function turnAbout(what: string, turn: AxisAngle, fields: readonly string[]): Affine {
  requireObject(`the ${what}`, turn, "{ axis: [0, 0, 1], angle: 60 }");
  requireKnownFields(`fields of a ${what}`, turn, fields);
  const angle = requireFinite(`the ${what}'s angle`, turn.angle, "degrees");
  const axis = requireVector("axis", turn.axis);
  return about(requireVector("origin", turn.origin ?? [0, 0, 0]), rotationMatrix(axis, angle));
}

export function mirrorIn(plane: MirrorPlane): Affine {
  return reflection("mirror", plane, ["normal", "point"]);
}

export function glideBy(glide: Glide): Affine {
  const mirror = reflection("glide", glide, ["normal", "point", "translation"]);
  const shift = requireVector("the glide's translation", glide.translation);
  const normal = unitVector("normal", glide.normal);
  const across = normal.reduce((sum, part, k) => sum + part * shift[k], 0);
  if (Math.abs(across) <= 1e-6 * Math.max(1, Math.hypot(...shift))) {
    return compose(translation(shift), mirror);
  }
  throw new DomainError(
    `the translation of a glide lies in its plane; [${shift.join(", ")}] leaves it by ` +
      `${across.toPrecision(4)} Å along the normal: use mirrored and translated for that`,
    { translation: shift, normal, across },
  );
}

function reflection(what: string, plane: MirrorPlane, fields: readonly string[]): Affine {
  requireObject(`the ${what}`, plane, "{ normal: [1, 0, 0] }");
  requireKnownFields(`fields of a ${what}`, plane, fields);
  const normal = requireVector("normal", plane.normal);
  return about(requireVector("point", plane.point ?? [0, 0, 0]), mirrorMatrix(normal));
}

export function inversionIn(point: ArrayLike<number>): Affine {
  return about(requireVector("the point of inversion", point), [-1, 0, 0, 0, -1, 0, 0, 0, -1]);
}

export function scalingBy(factors: number | ArrayLike<number>): Affine {
  const [x, y, z] =
    typeof factors === "number"
      ? [factors, factors, factors]
      : requireVector("the scaling factors", factors);
  for (const factor of [x, y, z]) requireFinite("the scaling factor", factor);
  const map = about([0, 0, 0], [x, 0, 0, 0, y, 0, 0, 0, z]);
  requireInvertible(map);
  return map;
}

export function shearBy(shear: Shear): Affine {
  requireObject("the shear", shear, "{ xy: 0.1 }");
  requireKnownFields("shears", shear, shears);
  const map = identity();
  for (const name of shears) {
    const [to, from] = [...name].map((axis) => "xyz".indexOf(axis));
    map[4 * to + from] = requireFinite(`shear ${name}`, shear[name] ?? 0);
  }
  requireInvertible(map);
  return map;
}

/** Rows of a cell are vectors: M' = M Aᵀ. */
export function mappedCell(
  { lattice, periodic }: NonNullable<PatternParts["cell"]>,
  linear: Float64Array,
): NonNullable<PatternParts["cell"]> {
  return { lattice: Lattice.fromMatrix(multiply(lattice.matrix, transpose(linear))), periodic };
}

/** The cell of layers in the plane of a and b, with what brings the stack onto itself as c. */
export function stackedCell(
  cell: PatternParts["cell"],
  period: readonly number[],
): NonNullable<PatternParts["cell"]> {
  if (cell?.periodic[0] && cell.periodic[1] && !cell.periodic[2] && period[2] > 0) {
    const [ax, ay, az, bx, by, bz] = cell.lattice.matrix;
    return {
      lattice: Lattice.fromMatrix([ax, ay, az, bx, by, bz, ...period]),
      periodic: [true, true, true],
    };
  }
  throw new InvalidConfiguration(
    "a periodic stack needs layers that have the same cell and repeat along a and b, and a separation " +
      "above 0",
    { periodic: cell?.periodic, period },
  );
}

export function requirePair(name: string, value: readonly [number, number]): [number, number] {
  if (Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)) {
    return [value[0], value[1]];
  }
  throw new ShapeError(
    `${name} must be two finite numbers in Å such as [0, 1.42], got ${show(value)}`,
    {
      name,
      value,
    },
  );
}

/** Checks and copies what `Pattern.fromPositions` was given. */
export function ownParts(
  given: ArrayLike<number> | readonly ArrayLike<number>[],
  options: {
    readonly dimension?: 1 | 2 | 3;
    readonly kindOfPoint?: ArrayLike<number>;
    readonly kindNames?: readonly string[];
    readonly cell?: PatternParts["cell"];
  },
): PatternParts {
  const positions = flatPositions(given);
  const count = positions.length / 3;
  const isPlanar = positions.every((value, i) => i % 3 !== 2 || value === 0);
  const dimension = options.dimension ?? (isPlanar ? 2 : 3);
  requireOneOf("dimension", String(dimension), ["1", "2", "3"]);
  return {
    positions,
    dimension,
    ...ownKinds(count, options.kindOfPoint, options.kindNames),
    ...(options.cell ? { cell: options.cell } : {}),
  };
}

function flatPositions(given: ArrayLike<number> | readonly ArrayLike<number>[]): Float64Array {
  const list =
    typeof given === "object" && given !== null
      ? Array.from(given as ArrayLike<number | ArrayLike<number>>)
      : [];
  const rows = list.map((row) => (typeof row === "number" ? row : Array.from(row)));
  const numbers = Float64Array.from(rows.flat());
  if (numbers.length === 0 || numbers.length % 3 !== 0) {
    throw new ShapeError(
      `positions must hold three numbers for each point, got ${numbers.length} numbers`,
      { length: numbers.length },
    );
  }
  numbers.forEach((value, i) => {
    const name = `coordinate ${"xyz"[i % 3]} of point ${Math.floor(i / 3)}`;
    requireInRange(name, value, -largestCoordinate, largestCoordinate, "Å");
  });
  return numbers;
}

function ownKinds(
  count: number,
  given: ArrayLike<number> | undefined,
  names: readonly string[] | undefined,
): Pick<PatternParts, "kindOfPoint" | "kindNames"> {
  if (given === undefined && names === undefined) return {};
  const kindOfPoint = Int32Array.from(given ?? []);
  const isKnown = kindOfPoint.every((kind) => kind >= 0 && kind < (names?.length ?? 0));
  if (kindOfPoint.length === count && isKnown && names !== undefined) {
    return { kindOfPoint, kindNames: [...names] };
  }
  throw new ShapeError(
    `kinds need an index into kindNames for each of the ${count} points, got ${show(given)} and ${show(names)}`,
    { count, kindNames: names },
  );
}
