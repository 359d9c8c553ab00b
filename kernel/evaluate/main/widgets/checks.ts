import { inspect } from "node:util";
import { DomainError, InvalidConfiguration } from "prism-lab";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Array, Number, Object } from "../../intrinsics.js";

/** The value as it goes over the wire, or an error that names the field. */
export type Check = (value: unknown, where: string) => unknown;

/** Where something is wrong, for a message and for the error's data. */
function fieldOf(where: string): string {
  return where.slice(where.lastIndexOf(" ") + 1);
}

export function shortly(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

export function wrongType(where: string, expected: string, value: unknown): InvalidConfiguration {
  const message = `${where}: expected ${expected}, got ${shortly(value)}`;
  return new InvalidConfiguration(message, { field: fieldOf(where), value });
}

export function outOfDomain(where: string, expected: string, value: unknown): DomainError {
  const message = `${where}: expected ${expected}, got ${shortly(value)}`;
  return new DomainError(message, { field: fieldOf(where), value });
}

export const finite: Check = (value, where) => {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw outOfDomain(where, "a finite number", value);
};

export const whole: Check = (value, where) => {
  if (Number.isSafeInteger(value)) return value;
  throw outOfDomain(where, "a whole number", value);
};

export const positive: Check = (value, where) => {
  if ((finite(value, where) as number) > 0) return value;
  throw outOfDomain(where, "a number above 0", value);
};

export const positiveWhole: Check = (value, where) => {
  if ((whole(value, where) as number) > 0) return value;
  throw outOfDomain(where, "a whole number above 0", value);
};

export const pairOf =
  (each: Check): Check =>
  (value, where) => {
    if (!Array.isArray(value) || value.length !== 2) {
      throw wrongType(where, "two numbers, the lower one first", value);
    }
    return value.map((number) => each(number, where));
  };

export const flag: Check = (value, where) => {
  if (typeof value === "boolean") return value;
  throw wrongType(where, "true or false", value);
};

export const text: Check = (value, where) => {
  if (typeof value === "string") return value;
  throw wrongType(where, "a text", value);
};

export const texts: Check = (value, where) => {
  if (Array.isArray(value)) return value.map((each) => text(each, where));
  throw wrongType(where, "a list of texts", value);
};

export const orNull =
  (check: Check): Check =>
  (value, where) =>
    value === null ? null : check(value, where);

export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value, where) => {
    if (typeof value === "string" && allowed.includes(value)) return value;
    const words = allowed.map((word) => `"${word}"`).join(", ");
    throw wrongType(where, `one of ${words}`, value);
  };

/** Refuses options that mean nothing: a misspelt one would be ignored in silence. */
export function requireKnown(what: string, given: unknown, known: readonly string[]): object {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw wrongType(`${what} options`, 'an object such as { description: "a" }', given);
  }
  for (const field of Object.keys(given)) {
    if (known.includes(field)) continue;
    const message = `${what}: there is no option ${field}; the options are ${known.join(", ")}`;
    throw new InvalidConfiguration(message, { field, known });
  }
  return given;
}
