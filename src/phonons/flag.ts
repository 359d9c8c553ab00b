import { show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";

/** @throws {InvalidConfiguration} anything but true and false. */
export function requireFlag(name: string, value: unknown): asserts value is boolean {
  if (typeof value === "boolean") return;
  throw new InvalidConfiguration(`${name} must be true or false, got ${show(value)}`, { value });
}
