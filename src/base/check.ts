import { inspect } from "node:util";
import { DomainError, InvalidConfiguration, ShapeError } from "./errors.js";

/** A finite number greater than zero, or a `DomainError` that names the quantity. */
export function requirePositive(name: string, value: unknown, unit = ""): number {
  const number = requireFinite(name, value, unit);
  if (number > 0) return number;
  throw new DomainError(`${name} must be greater than 0${spaced(unit)}, got ${number}`, {
    name,
    value,
  });
}

/** A finite number, or a `DomainError` that names the quantity. */
export function requireFinite(name: string, value: unknown, unit = ""): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const where = unit === "" ? "" : ` in ${unit}`;
  throw new DomainError(`${name} must be a finite number${where}, got ${show(value)}`, {
    name,
    value,
  });
}

/** A number in the closed interval [min, max], or a `DomainError`. */
export function requireInRange(
  name: string,
  value: unknown,
  min: number,
  max: number,
  unit = "",
): number {
  const number = requireFinite(name, value, unit);
  if (number >= min && number <= max) return number;
  throw new DomainError(
    `${name} must lie between ${min} and ${max}${spaced(unit)}, got ${number}`,
    { name, value, min, max },
  );
}

/** A whole number from `least` to `most`, or a `DomainError`. */
export function requireWhole(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw new DomainError(
    `${name} must be a whole number from ${least} to ${most}, got ${show(value)}`,
    { name, value },
  );
}

/** True or false, or an `InvalidConfiguration`. */
export function requireFlag(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new InvalidConfiguration(`${name} must be true or false, got ${show(value)}`, {
    name,
    value,
  });
}

/** A function that is called back, if there is one, or an `InvalidConfiguration` with an example. */
export function requireCallback(name: string, value: unknown, example: string): void {
  if (value === undefined || typeof value === "function") return;
  throw new InvalidConfiguration(
    `${name} must be a function such as ${example}, got ${show(value)}`,
    { name, value },
  );
}

/** `length` must be a multiple of `width`; returns the number of rows. */
export function requireRows(name: string, length: number, width: number): number {
  if (length % width === 0) return length / width;
  throw new ShapeError(
    `${name} must hold rows of ${width} numbers, got ${length} numbers; pass a flat [n, ${width}] array`,
    { name, length, width },
  );
}

/** One of the listed words, or an `InvalidConfiguration` that lists them. */
export function requireOneOf<T extends string>(
  name: string,
  value: unknown,
  allowed: readonly T[],
): T {
  if (typeof value === "string" && (allowed as readonly string[]).includes(value)) {
    return value as T;
  }
  throw new InvalidConfiguration(
    `${name} must be one of ${allowed.join(", ")}; got ${show(value)}`,
    { name, value, allowed },
  );
}

/** An object that holds options or the parts of a value, or an `InvalidConfiguration` with an example. */
export function requireObject<T extends object>(name: string, value: T, example: string): T {
  if (typeof value === "object" && value !== null) return value;
  throw new InvalidConfiguration(
    `${name} must be an object such as ${example}, got ${show(value)}`,
    { name, value },
  );
}

/** What has makers of its own, but is made by `new` all the same, as plain JavaScript allows. */
export function requireMade(isMade: boolean, name: string, makers: string): void {
  if (isMade) return;
  throw new InvalidConfiguration(`new ${name}() makes no ${name}; use ${makers}`, { name });
}

/** Short rendering of a bad value for a message; never throws, whatever the value. */
export function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return clipped(JSON.stringify(value));
  return clipped(inspect(value, inspection).replace(/\s+/g, " "));
}

/**
 * Says what a value is in place of one of a class: "a promise; await it first", or that the class is that of another
 * copy of the library, which is told by its name.
 */
export function showInstead(className: string, value: unknown): string {
  if (typeof value !== "object" || value === null) return show(value);
  if ("then" in value) return "a promise; await it first";
  for (
    let at: unknown = value;
    typeof at === "object" && at !== null;
    at = Object.getPrototypeOf(at)
  ) {
    const made: unknown = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof made !== "function" || made.name !== className) continue;
    return `a ${className} of another copy of prism-lab; import it once, in one version and from one place`;
  }
  return show(value);
}

const inspection = {
  depth: 2,
  breakLength: Number.POSITIVE_INFINITY,
  maxArrayLength: 20,
  maxStringLength: 60,
  customInspect: false,
} as const;

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function spaced(unit: string): string {
  return unit === "" ? "" : ` ${unit}`;
}
