import { requirePositive, show } from "../../base/check.js";
import { DomainError, ResourceExhausted, ShapeError } from "../../base/errors.js";

/** What every planar tiling and quasicrystal asks for. */
export interface PatchOptions {
  /** Å; points no farther than this from the origin. A larger radius only adds points. */
  readonly radius: number;
  /** Length of the tiles' edges in Å; default 1. */
  readonly spacing?: number;
}

/** More points than this do not fit the memory of one process together with their tiles. */
const maxPointCount = 50_000_000;

export function requirePatch({ radius, spacing }: PatchOptions): {
  readonly radius: number;
  readonly spacing: number;
} {
  return {
    radius: requirePositive("radius", radius, "Å"),
    spacing: requirePositive("spacing", spacing ?? 1, "Å"),
  };
}

/** @throws {ResourceExhausted} before anything is allocated. */
export function requirePointCount(expected: number, remedy: string): void {
  if (expected <= maxPointCount) return;
  throw new ResourceExhausted(
    `a pattern of about ${expected.toPrecision(3)} points is more than the ${maxPointCount} that fit ` +
      `in memory; ${remedy}`,
    { expected, maxPointCount },
  );
}

/** `count` finite numbers, or one for all of them. */
export function requireOffsets(
  name: string,
  value: number | readonly number[] | undefined,
  count: number,
  fallback: number,
): Float64Array {
  const given = value ?? fallback;
  const list = typeof given === "number" ? new Array<number>(count).fill(given) : given;
  if (!Array.isArray(list) || list.length !== count) {
    throw new ShapeError(`${name} must be one number or ${count} numbers, got ${show(value)}`, {
      name,
      value,
      count,
    });
  }
  return Float64Array.from(list, (offset: unknown, j) => {
    if (typeof offset === "number" && Math.abs(offset) <= largestOffset) return offset;
    throw new DomainError(
      `${name}[${j}] must be a number between -${largestOffset} and ${largestOffset}, got ${show(offset)}`,
      { name, index: j, value: offset },
    );
  });
}

const largestOffset = 1000;
