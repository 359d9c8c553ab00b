import { fileURLToPath } from "node:url";
import { inspect, types } from "node:util";
import { PrismError } from "prism-lab";
import { ansi, type CellPosition, codeFrame } from "../code-frame.js";
import type { CellError } from "../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { AggregateError, Array, Error, Number, Object, Reflect, Set } from "../intrinsics.js";
import type { CellScripts } from "./cell-scripts.js";
import { foldedFrames } from "./folded-frames.js";
import { importRemedy } from "./import-remedy.js";
import { IMPORTER_NAME } from "./modules/native-modules.js";

/** Frames below this folder are the kernel's: no news to the user. */
const KERNEL_FOLDER = fileURLToPath(new URL("../../", import.meta.url));
/** Those of the library matter only where it did not mean to throw. */
const LIBRARY_FOLDER = fileURLToPath(new URL("./", import.meta.resolve("prism-lab")));

const MAX_FRAMES = 12;
const MAX_CAUSES = 5;
const MAX_AGGREGATED = 10;
/** As `inspect` does for a string that was thrown. */
const MAX_MESSAGE_CHARS = 10_000;

/** Also where the report itself fails. */
export const UNREADABLE = "a value that cannot be inspected";

const FRAME = /^\s+at /;
/** A cell or a local file, of which a later version has a number. */
const PLACE = /^\s+at (?:.*? \()?(?:async )?(.+?)(\?\d+)?:(\d+):(\d+)\)?$/;
/** V8's note about a script that does not parse: file, line, source and a caret under the column. */
const SYNTAX_NOTE = /^(cell \[[^\]]*\]):(\d+)\n.*\n( *)\^/;

/**
 * An exception as the notebook shows it: where it happened in the user's own lines, and why. Never
 * throws, whatever traps and getters the thrown value has: a report that fails would end the kernel.
 */
export function errorReport(error: unknown, scripts: CellScripts): CellError {
  try {
    const { ename, evalue } = headline(error);
    return { status: "error", ename, evalue, traceback: lines(error, scripts, new Set()) };
  } catch {
    const traceback = [`${ansi.red("Thrown")}: ${UNREADABLE}`];
    return { status: "error", ename: "Thrown", evalue: UNREADABLE, traceback };
  }
}

/** Whether the kernel's own code broke, and not the user's: a cell may have replaced what it calls. */
export function isKernelFault(error: unknown): boolean {
  if (!types.isNativeError(error) || error instanceof PrismError) return false;
  const [top] = stringOf(() => error.stack, "")
    .split("\n")
    .filter((line) => FRAME.test(line));
  // Stacks are the kernel's work as well.
  return top === undefined || top.includes(KERNEL_FOLDER);
}

/** A handler that the stop button has ended. */
export function interruptedReport(): CellError {
  const ename = "Interrupted";
  const evalue = "the handler was stopped; all variables are kept.";
  return { status: "error", ename, evalue, traceback: [`${ansi.red(ename)}: ${evalue}`] };
}

function lines(error: unknown, scripts: CellScripts, seen: Set<unknown>): string[] {
  seen.add(error);
  const { ename, evalue } = headline(error);
  const found = [`${ansi.red(ename)}: ${evalue}`];
  if (!isError(error)) return found;
  found.push(...stackLines(error, scripts), ...dataLines(error));
  for (const [index, each] of aggregated(error).entries()) {
    found.push(ansi.dim(`[${index}]`), ...nested(each, scripts, seen));
  }
  const cause = readable(() => error.cause);
  if (cause !== undefined && !seen.has(cause) && seen.size <= MAX_CAUSES) {
    found.push(ansi.dim("Caused by:"), ...nested(cause, scripts, seen));
  }
  return found;
}

function nested(error: unknown, scripts: CellScripts, seen: Set<unknown>): string[] {
  return lines(error, scripts, seen).map((line) => `  ${line}`);
}

function aggregated(error: Error): readonly unknown[] {
  const errors = error instanceof AggregateError ? readable(() => error.errors) : undefined;
  return Array.isArray(errors) ? errors.slice(0, MAX_AGGREGATED) : [];
}

function headline(error: unknown): { ename: string; evalue: string } {
  if (!isError(error)) return { ename: "Thrown", evalue: textOf(error) };
  const ename = stringOf(() => error.name, "Error");
  const message = shortened(stringOf(() => error.message, ""));
  const code = stringOf(() => Reflect.get(error, "code"), "");
  if (error instanceof PrismError) return { ename, evalue: `[${code}] ${message}` };
  const remedy = importRemedy(code, message);
  return { ename, evalue: remedy === "" ? message : `${message}\n${remedy}` };
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

function stackLines(error: Error, scripts: CellScripts): string[] {
  const stack = stringOf(() => error.stack, "");
  const syntax = SYNTAX_NOTE.exec(stack);
  if (syntax !== null) return syntaxPlace(syntax, scripts);
  const frames = stack.split("\n").filter((line) => FRAME.test(line));
  const own = frames.filter((line) => !isInternal(line, error));
  const isCut = frames.length >= Error.stackTraceLimit;
  return foldedFrames(own)
    .slice(0, MAX_FRAMES)
    .flatMap(({ frame, more, isLast }) => {
      if (frame !== undefined) return frameLines(frame, scripts);
      const least = isCut && isLast ? "at least " : "";
      return [ansi.dim(`    ... ${least}${more} more times`)];
    });
}

/** V8 refused what TypeScript let pass; it names a place in the JavaScript. */
function syntaxPlace(note: RegExpExecArray, scripts: CellScripts): string[] {
  const [, label = "", line = "", indent = ""] = note;
  const position = scripts.originalPosition(label, Number(line), indent.length + 1);
  return position === undefined ? [] : placeLines(`${label}`, position, scripts);
}

function isInternal(frame: string, error: Error): boolean {
  if (error instanceof PrismError && frame.includes(LIBRARY_FOLDER)) return true;
  const isOwn = frame.includes(KERNEL_FOLDER) || frame.includes(IMPORTER_NAME);
  return isOwn || frame.includes("node:");
}

function frameLines(frame: string, scripts: CellScripts): string[] {
  const [, label = "", version = "", line = "", column = ""] = PLACE.exec(frame) ?? [];
  const code = scripts.codeOf(label + version);
  if (code === undefined) return [ansi.dim(frame)];
  const position = { line: Number(line), column: Number(column) };
  const place = `${label}${version}:${line}:${column}`;
  const shown = ansi.cyan(`${label}:${line}:${column}`);
  return [frame.replace(place, () => shown), ...codeFrame(code, position)];
}

function placeLines(label: string, position: CellPosition, scripts: CellScripts): string[] {
  const place = ansi.cyan(`${label}:${position.line}:${position.column}`);
  return [`    at ${place}`, ...codeFrame(scripts.codeOf(label) ?? "", position)];
}

/** The numbers behind a deliberate error. */
function dataLines(error: Error): string[] {
  if (!(error instanceof PrismError)) return [];
  const data: unknown = readable(() => error.data);
  const isEmpty = typeof data !== "object" || data === null || Object.keys(data).length === 0;
  if (isEmpty) return [];
  return `data: ${inspect(data, { colors: true, depth: 3 })}`.split("\n");
}

function stringOf(read: () => unknown, fallback: string): string {
  const value = readable(read);
  return typeof value === "string" ? value : fallback;
}

/** Getters of a thrown object may throw in turn. */
function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function shortened(text: string): string {
  const more = text.length - MAX_MESSAGE_CHARS;
  return more > 0 ? `${text.slice(0, MAX_MESSAGE_CHARS)}... ${more} more characters` : text;
}

function textOf(value: unknown): string {
  try {
    return inspect(value);
  } catch {
    return UNREADABLE;
  }
}
