import { show } from "../base/check.js";
import { DomainError, InvalidConfiguration } from "../base/errors.js";

export type InfoValue =
  | string
  | number
  | boolean
  | null
  | readonly InfoValue[]
  | { readonly [name: string]: InfoValue };

/** What is known of the structure as a whole, by name: { energy: -3.2, source: "run 4" }. */
export type Info = Readonly<Record<string, InfoValue>>;

/** Deeper values come from no program, and would end the stack of those that walk through them. */
const deepest = 100;

/**
 * Checks and copies what `Crystal.create` was given.
 *
 * @throws {InvalidConfiguration} no object, or a value JSON does not know. @throws {DomainError} a
 *   number that is not finite.
 */
export function infoOf(given: Info | undefined): Info | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new InvalidConfiguration(
      `info must be values by name, such as { energy: -3.2 }, got ${show(given)}`,
      { info: given },
    );
  }
  return copied("info", given, 0) as Info;
}

function copied(name: string, value: InfoValue, depth: number): InfoValue {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new DomainError(`${name} must be a finite number, got ${value}`, { name, value });
  }
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value;
  if (typeof value !== "object" || depth > deepest) {
    const found = depth > deepest ? `more than ${deepest} levels` : show(value);
    throw new InvalidConfiguration(
      `${name} must be made of texts, numbers, booleans, arrays and objects, got ${found}`,
      { name, value },
    );
  }
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item: InfoValue) => copied(name, item, depth + 1)));
  }
  const entries = Object.entries(value).map(([key, item]) => {
    return [key, copied(depth === 0 ? `${name}.${key}` : name, item, depth + 1)] as const;
  });
  return Object.freeze(Object.fromEntries(entries));
}
