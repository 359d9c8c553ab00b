import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Payload } from "../../evaluator.js";
import { magicError } from "./magic-error.js";
import { pathError } from "./path-problem.js";
import { pathOf } from "./paths.js";

/** A front end edits larger cells only with pain. */
const MOST_BYTES = 1 << 20;

/**
 * The file's text for the front end to put in place of the cell, under a comment that keeps it from
 * being loaded again; in a new cell below where the cell holds more than the magic.
 */
export function loadPayload(argument: string, cell: string): Payload {
  const path = pathOf(argument);
  const text = textOf(path);
  const isAlone = !cell.trim().includes("\n");
  return { source: "set_next_input", text: `// %load ${argument}\n${text}`, replace: isAlone };
}

/** Returns what to print. */
export function writeCell(argument: string, body: string): string {
  const [, option, words = ""] = /^(-a\s+)?(.*)$/.exec(argument) ?? [];
  const path = pathOf(words);
  const text = body === "" || body.endsWith("\n") ? body : `${body}\n`;
  const isThere = existsSync(path);
  try {
    if (option !== undefined) appendFileSync(path, text);
    else writeFileSync(path, text);
  } catch (error) {
    throw pathError("%%writefile", path, "write", error);
  }
  if (!isThere) return `Writing ${path}`;
  return option === undefined ? `Overwriting ${path}` : `Appending to ${path}`;
}

function textOf(path: string): string {
  try {
    const { size } = statSync(path);
    if (size <= MOST_BYTES) return readFileSync(path, "utf8");
  } catch (error) {
    throw pathError("%load", path, "read", error);
  }
  const message = `${path} is too large for a cell, at most ${MOST_BYTES} bytes; read it with node:fs`;
  throw magicError("%load", message, { path: resolve(path), limit: MOST_BYTES });
}
