import { types } from "node:util";
import { requireInRange, requireObject, show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";
import { nearest, requireKnownFields } from "../base/suggest.js";
import {
  type Affine,
  about,
  applied,
  compose,
  eulerRotation,
  requireVector,
  rotationMatrix,
} from "./affine.js";
import type { PatternConfig, PatternFrame } from "./pattern-config.js";
import type { GenerationWatch, PatternKind } from "./pattern-kind.js";
import { patternKinds } from "./pattern-kinds.js";
import type { PatternParts } from "./pattern-parts.js";
import { selectPoints } from "./select-points.js";
import { firstOccurrences } from "./unique-points.js";

/** A configuration that was checked as far as all kinds are alike. */
export interface Plan {
  readonly config: PatternConfig;
  readonly pointEstimate: number;
  /** From the generator's own frame to the finished pattern. */
  readonly transform: Affine;
  /** In the generator's own frame. */
  generate(watch?: GenerationWatch): PatternParts;
}

const frameFields = ["patternType", "spacing", "scale", "rotation", "symmetry"] as const;
const example = '{ patternType: "honeycomb", spacing: 1.42, counts: [10, 10] }';
const mostCopies = 1000;
/** Of the spacing: copies of a point that differ by rounding alone. */
const coincidence = 1e-6;

/**
 * Checks a configuration; nothing is generated yet.
 *
 * @throws {InvalidConfiguration} unknown type or option, or options that contradict each other.
 * @throws {DomainError | ShapeError} a value out of range or of a wrong shape.
 */
export function planOf(config: PatternConfig): Plan {
  requireObject("a pattern configuration", config, example);
  const kind = kindOf(config.patternType);
  requireKnownFields(`${kind.patternType} patterns`, config, [...frameFields, ...kind.fields]);
  const frame: PatternFrame = config;
  if (kind.refusesSpacing && frame.spacing !== undefined) {
    throw new InvalidConfiguration(
      `${kind.patternType} patterns have the lengths of their layers: leave spacing out, give ` +
        `layers of your own, or scale the pattern; got ${show(frame.spacing)}`,
      { spacing: frame.spacing },
    );
  }
  const spacing = requireInRange("spacing", frame.spacing ?? 1, 1e-12, 1e12, "Å");
  const scale = requireInRange("scale", frame.scale ?? 1, 1e-12, 1e12);
  const order = requireOrder(frame.symmetry ?? 1);
  const turn = eulerRotation(requireVector("rotation", frame.rotation ?? [0, 0, 0]));
  const unit = kind.ownsSpacing ? 1 : spacing;
  const options = ownOptions(config, kind, spacing);
  const copies = kind.ownsSymmetry ? 1 : order;
  return {
    config: snapshot(config),
    pointEstimate: copies * (kind.pointEstimate?.(options) ?? 0),
    transform: compose(turn, sizing(unit * scale)),
    generate: (watch) => {
      const parts = withSymmetry(
        kind.generate(options, watch),
        copies,
        kind.ownsSpacing ? spacing : 1,
      );
      return withDensity(parts, unit * scale);
    },
  };
}

function kindOf(patternType: unknown): PatternKind<object> {
  const known = Object.keys(patternKinds);
  if (typeof patternType === "string" && known.includes(patternType)) {
    return patternKinds[patternType as keyof typeof patternKinds] as PatternKind<object>;
  }
  const near = typeof patternType === "string" ? nearest(patternType, known) : undefined;
  throw new InvalidConfiguration(
    `patternType must be one of ${known.join(", ")}; got ${show(patternType)}` +
      (near === undefined ? "" : `; did you mean ${near}?`),
    { patternType, known },
  );
}

function requireOrder(symmetry: number): number {
  const order = requireInRange("symmetry", symmetry, 1, mostCopies);
  if (Number.isInteger(order)) return order;
  throw new DomainError(
    `symmetry must be the whole number n of a rotation by 360°/n, got ${order}`,
    {
      symmetry,
    },
  );
}

/** What the kind itself asks for, lengths in units of the spacing. */
function ownOptions(config: PatternConfig, kind: PatternKind<object>, spacing: number): object {
  const own = Object.entries(config).filter(
    ([field, value]) =>
      value !== undefined &&
      (kind.fields.includes(field) ||
        (kind.ownsSymmetry === true && field === "symmetry") ||
        (kind.ownsSpacing === true && field === "spacing")),
  );
  return Object.fromEntries(
    own.map(([field, value]) => [
      field,
      kind.lengths?.includes(field) ? inUnits(value, spacing) : value,
    ]),
  );
}

/** What is no number is left to the kind to refuse. */
function inUnits(value: unknown, spacing: number): unknown {
  if (typeof value === "number") return value / spacing;
  if (Array.isArray(value) || types.isTypedArray(value)) {
    return Array.from(value as ArrayLike<unknown>, (part) => inUnits(part, spacing));
  }
  return value;
}

function sizing(factor: number): Affine {
  return about([0, 0, 0], [factor, 0, 0, 0, factor, 0, 0, 0, factor]);
}

/** What the caller does with the configuration later is not seen. */
function snapshot(config: PatternConfig): PatternConfig {
  try {
    return Object.freeze(structuredClone(config));
  } catch (cause) {
    throw new InvalidConfiguration(
      `a pattern configuration holds numbers, texts and lists of them only: ${(cause as Error).message}`,
      { config: show(config) },
    );
  }
}

/** The fact `density` in points per Å, Å² or Å³ of the finished pattern. */
function withDensity(parts: PatternParts, size: number): PatternParts {
  const { facts, dimension } = parts;
  if (typeof facts?.density !== "number") return parts;
  return { ...parts, facts: { ...facts, density: facts.density / size ** dimension } };
}

/** The points and their copies turned about z, each once. */
function withSymmetry(parts: PatternParts, order: number, spacing: number): PatternParts {
  if (order === 1) return parts;
  const { positions, kindOfPoint, kindNames } = parts;
  const all = new Float64Array(order * positions.length);
  const kinds = kindOfPoint && new Int32Array(order * kindOfPoint.length);
  for (let copy = 0; copy < order; copy++) {
    const turn = about([0, 0, 0], rotationMatrix([0, 0, 1], (360 * copy) / order));
    all.set(applied(turn, positions), copy * positions.length);
    if (kindOfPoint) kinds?.set(kindOfPoint, copy * kindOfPoint.length);
  }
  const first = firstOccurrences(all, coincidence * spacing);
  const isKept = Uint8Array.from(first, (kept, i) => Number(kept === i));
  const count = isKept.reduce((sum, kept) => sum + kept, 0);
  if (count === positions.length / 3) return parts;
  const selected = selectPoints(
    { positions: all, ...(kinds ? { kindOfPoint: kinds } : {}) },
    isKept,
  );
  return {
    ...selected,
    dimension: parts.dimension === 1 && order > 2 ? 2 : parts.dimension,
    ...(kindNames ? { kindNames } : {}),
  };
}
