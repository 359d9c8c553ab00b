import { inspect } from "node:util";
import { InvalidConfiguration } from "prism-lab";
import type { MimeBundle } from "../evaluator.js";

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

/** Binary content as base64 and everything else as JSON, which is what leaves the kernel anyway. */
export function wireBundle(bundle: object): MimeBundle {
  const entries = Object.entries(bundle).map(([type, content]) => {
    if (!type.includes("/")) {
      const expected = 'expected keys that are MIME types, such as "text/html"';
      throw new InvalidConfiguration(`${expected}, got "${type}"`, { type });
    }
    return [type, wireContent(content)] as const;
  });
  return Object.fromEntries(entries.filter(([, content]) => content !== undefined));
}

function wireContent(content: unknown): unknown {
  if (typeof content === "string" || content === undefined) return content;
  if (content instanceof Uint8Array) return Buffer.from(content).toString("base64");
  const json: string | undefined = JSON.stringify(content);
  return json === undefined ? undefined : JSON.parse(json);
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
  return "text/plain" in wire ? wire : { ...wire, ...textOf(value) };
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
}

function isObjectLike(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
