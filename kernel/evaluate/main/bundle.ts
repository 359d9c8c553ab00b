import { Buffer } from "node:buffer";
import { inspect } from "node:util";
import { InvalidConfiguration } from "prism-lab";
import type { MimeBundle } from "../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Error, JSON, Object, Promise, Reflect, Symbol, Uint8Array } from "../intrinsics.js";

/** Deno's convention, which the library's own values follow. */
const DISPLAY = Symbol.for("Jupyter.display");

/** A value as the front end can show it; `problem` says why it is text only. */
export interface Shown {
  readonly data: MimeBundle;
  readonly problem?: string;
}

/** At once where the value allows it, so that a plain `display(x)` is in order without `await`. */
export function shown(value: unknown): Shown | Promise<Shown> {
  try {
    const method = displayMethod(value);
    if (method === undefined) return { data: textOf(value) };
    const bundle = method.call(value);
    if (!isThenable(bundle)) return { data: checkedBundle(bundle, value) };
    return Promise.resolve(bundle).then(
      (resolved) => attempt(() => checkedBundle(resolved, value), value),
      (error: unknown) => fallback(value, error),
    );
  } catch (error) {
    return fallback(value, error);
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObjectLike(value) && typeof Reflect.get(value, "then") === "function";
}

/** As it leaves the kernel: texts, bytes as base64, and JSON for the types that are JSON. */
export function wireBundle(bundle: object): MimeBundle {
  const entries = Object.entries(bundle).map(([type, content]) => {
    if (!type.includes("/")) {
      const expected = 'expected keys that are MIME types, such as "text/html"';
      throw new InvalidConfiguration(`${expected}, got "${type}"`, { type });
    }
    return [type, wireContent(type, content)] as const;
  });
  return Object.fromEntries(entries.filter(([, content]) => content !== undefined));
}

export function wireMetadata(metadata: object): MimeBundle {
  return JSON.parse(JSON.stringify(metadata));
}

function wireContent(type: string, content: unknown): unknown {
  if (content === undefined) return undefined;
  // Half a surrogate pair has no UTF-8: Jupyter could not save a notebook that holds one.
  if (typeof content === "string") return Buffer.from(content).toString();
  if (content instanceof Uint8Array) return Buffer.from(content).toString("base64");
  const json: string | undefined = JSON.stringify(content);
  if (json === undefined) return undefined;
  if (type === "application/json" || type.endsWith("+json")) return JSON.parse(json);
  throw new InvalidConfiguration(
    `expected the ${type} of a bundle to be a text or bytes, got ${inspect(content)}`,
    { type },
  );
}

function displayMethod(value: unknown): (() => unknown) | undefined {
  if (!isObjectLike(value)) return undefined;
  const method: unknown = Reflect.get(value, DISPLAY);
  return typeof method === "function" ? (method as () => unknown) : undefined;
}

function checkedBundle(bundle: unknown, value: unknown): MimeBundle {
  if (!isObjectLike(bundle)) {
    const got = inspect(bundle);
    throw new InvalidConfiguration(`expected an object of MIME types, got ${got}`, { got });
  }
  const wire = wireBundle(bundle);
  // An empty bundle says that there is nothing to show.
  const isWhole = "text/plain" in wire || Object.keys(bundle).length === 0;
  return isWhole ? wire : { ...wire, ...textOf(value) };
}

function attempt(build: () => MimeBundle, value: unknown): Shown {
  try {
    return { data: build() };
  } catch (error) {
    return fallback(value, error);
  }
}

function fallback(value: unknown, error: unknown): Shown {
  const problem = `Symbol.for("Jupyter.display") failed, shown as text: ${reasonOf(error)}`;
  return { data: textOf(value), problem };
}

function textOf(value: unknown): MimeBundle {
  try {
    return { "text/plain": inspect(value, { colors: true }) };
  } catch (error) {
    return { "text/plain": `<value that cannot be inspected: ${reasonOf(error)}>` };
  }
}

/** Never throws, although what was thrown may do so when it is looked at. */
function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
  } catch {
    return "what was thrown cannot be inspected";
  }
}

function isObjectLike(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
