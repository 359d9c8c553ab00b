import { Buffer } from "node:buffer";
import { inspect } from "node:util";
import { InvalidConfiguration } from "prism-lab";
import type { MimeBundle } from "../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Error, JSON, Object, Promise, Reflect, Symbol, Uint8Array } from "../intrinsics.js";
import { plainBundle } from "./plain-values.js";

// A cell may replace it: without it no cell would have a result.
const { get } = Reflect;

/** Deno's convention, which the library's own values follow. */
const DISPLAY = Symbol.for("Jupyter.display");

/** The library's, for an output that follows its object. */
const LIVE = Symbol.for("prism.liveDisplay");

/** A value as the front end can show it; `problem` says why it is text only. */
export interface Shown {
  readonly data: MimeBundle;
  readonly problem?: string;
  readonly live?: LiveObject;
}

/** An object with the method `Symbol.for("prism.liveDisplay")`, and what that returned. */
export interface LiveObject {
  readonly value: object;
  readonly intervalMs: number;
  /** The present state, ready to be sent. */
  bundle(): MimeBundle;
  /** Nothing will change any more. */
  done(): boolean;
}

/** At once where the value allows it, so that a plain `display(x)` is in order without `await`. */
export function shown(value: unknown): Shown | Promise<Shown> {
  try {
    const live = liveObject(value);
    if (live !== undefined) return { data: live.bundle(), live };
    const method = methodOf(value, DISPLAY);
    if (method === undefined) return { data: plainBundle(value) ?? textOf(value) };
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
  return isObjectLike(value) && typeof get(value, "then") === "function";
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

function liveObject(value: unknown): LiveObject | undefined {
  const display = methodOf(value, LIVE)?.call(value);
  if (display === undefined) return undefined;
  const bundle = methodOf(display, "bundle");
  const done = methodOf(display, "done");
  const intervalMs: unknown = isObjectLike(display) && get(display, "intervalMs");
  if (bundle === undefined || done === undefined || typeof intervalMs !== "number") {
    const got = inspect(display);
    throw new InvalidConfiguration(
      `expected Symbol.for("prism.liveDisplay") to return { bundle(), intervalMs, done() }, got ${got}`,
      { got },
    );
  }
  return {
    value: value as object,
    intervalMs,
    bundle: () => checkedBundle(bundle.call(display), value),
    done: () => done.call(display) === true,
  };
}

function methodOf(value: unknown, name: string | symbol): (() => unknown) | undefined {
  if (!isObjectLike(value)) return undefined;
  const method: unknown = get(value, name);
  return typeof method === "function" ? (method as () => unknown) : undefined;
}

function checkedBundle(bundle: unknown, value: unknown): MimeBundle {
  if (!isObjectLike(bundle) || isThenable(bundle)) {
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
  const problem = `The value's own display failed, shown as text: ${reasonOf(error)}`;
  return { data: textOf(value), problem };
}

function textOf(value: unknown): MimeBundle {
  try {
    return { "text/plain": shortened(inspect(value, { colors: true })) };
  } catch (error) {
    return { "text/plain": `<value that cannot be inspected: ${reasonOf(error)}>` };
  }
}

/** More text than this makes a front end slow and a notebook heavy; the value itself is all there. */
const MAX_TEXT_CHARS = 1_000_000;

function shortened(text: string): string {
  const more = text.length - MAX_TEXT_CHARS;
  if (more <= 0) return text;
  const count = more.toLocaleString("en");
  return `${text.slice(0, MAX_TEXT_CHARS)}\n... ${count} more characters are not shown`;
}

/** Never throws, although what was thrown may do so when it is looked at. */
export function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
  } catch {
    return "what was thrown cannot be inspected";
  }
}

function isObjectLike(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
