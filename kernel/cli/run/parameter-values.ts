import { Script } from "node:vm";

/**
 * The parts of `--param name=value`. A value that is JSON is taken as such (a number, true, false,
 * null, a text in quotes, a list, an object), any other as the text it is.
 *
 * @throws {TypeError} It has no name, or one that no variable can have; the message says so.
 */
export function parseParameter(text: string): readonly [string, unknown] {
  const split = text.indexOf("=");
  if (split < 0) throw new TypeError(`expected name=value, got "${text}".`);
  const name = text.slice(0, split).trim();
  expectVariableName(name);
  const value = text.slice(split + 1);
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

/**
 * The parameters in `--param-json`, a JSON object.
 *
 * @throws {TypeError} It is none, or has a name that no variable can have.
 */
export function parseParameterObject(text: string): readonly (readonly [string, unknown])[] {
  const expected = `expected a JSON object such as {"cutoff": 6}, got ${text}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`${expected} (${(cause as Error).message}).`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${expected}.`);
  }
  for (const name of Object.keys(value)) expectVariableName(name);
  return Object.entries(value);
}

function expectVariableName(name: string): void {
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(name) && isFree(name)) return;
  throw new TypeError(`expected the name of a variable before the value, got "${name}".`);
}

/** Whether a module may declare it: only compiled, never run. */
function isFree(name: string): boolean {
  try {
    new Script(`async () => { "use strict"; let ${name}; }`);
    return true;
  } catch {
    return false;
  }
}
