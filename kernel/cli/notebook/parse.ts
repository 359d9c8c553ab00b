import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { FileError, ParseError } from "prism-lab";
import { nearestName } from "../../evaluate/nearest-name.js";
import { NotebookError } from "../errors.js";
import type { Cell, CodeCell, MimeBundle, Notebook, Output, TextCell } from "./document.js";

/**
 * Reads an `.ipynb` file of nbformat 4.
 *
 * @throws {FileError} The file is missing, a directory or unreadable.
 * @throws {ParseError} It is not JSON; line and column are those of the first bad character.
 * @throws {NotebookError} It is JSON but no notebook of nbformat 4.
 */
export async function readNotebook(file: string): Promise<Notebook> {
  return parseNotebook((await readText(file)).replace(/^\uFEFF/, ""), file);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "UNKNOWN";
    if (code === "ENOENT") throw await missing(file, cause);
    throw new FileError(
      `expected a notebook file at "${file}", but ${READ_FAILURES[code] ?? `reading failed (${code})`}; check the path`,
      { file, code },
      { cause },
    );
  }
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  EISDIR: "it is a directory",
  EACCES: "its permissions do not allow reading",
};

async function missing(file: string, cause: unknown): Promise<FileError> {
  const folder = path.dirname(file);
  const found = await readdir(folder).catch(() => undefined);
  const notebooks = found?.filter((name) => name.endsWith(".ipynb")) ?? [];
  const nearest = nearestName(path.basename(file), notebooks);
  // A shell hands a pattern on as it is where it matches nothing.
  const expected = /[*?[{]/.test(file)
    ? `expected a file that matches "${file}", but there is none`
    : `expected a notebook file at "${file}", but no such file exists`;
  const where =
    nearest !== undefined
      ? `did you mean "${path.join(folder, nearest)}"?`
      : found === undefined
        ? `there is no folder "${folder}" either; check the path`
        : `${notebooksIn(folder, notebooks)}; check the path`;
  return new FileError(`${expected}; ${where}`, { file, code: "ENOENT" }, { cause });
}

const MOST_NAMES = 8;

function notebooksIn(folder: string, names: readonly string[]): string {
  if (names.length === 0) return `no notebook lies in "${folder}"`;
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return `"${folder}" holds ${[...names].sort().slice(0, MOST_NAMES).join(", ")}${more}`;
}

/** The notebook in `text`; `file` is named in errors. */
export function parseNotebook(text: string, file: string): Notebook {
  const root = record(parseJson(text, file), "the notebook", file);
  if (root.nbformat !== 4) {
    throw new NotebookError(
      `${file}: expected nbformat 4, got ${show(root.nbformat)}; ` +
        "if this is a notebook, convert it with `jupyter nbconvert --to notebook --nbformat 4`",
      { file, nbformat: root.nbformat },
    );
  }
  const seen = new Set<string>();
  const cells = array(root.cells, "cells", file).map((cell, index) =>
    parseCell(record(cell, `cells[${index}]`, file), index, seen, file),
  );
  const minor = typeof root.nbformat_minor === "number" ? root.nbformat_minor : 0;
  return {
    nbformat: 4,
    nbformat_minor: Math.max(5, minor),
    metadata: record(root.metadata ?? {}, "metadata", file),
    cells,
  };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = (cause as SyntaxError).message;
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? faultPosition(text));
    const before = text.slice(0, position).split("\n");
    throw new ParseError(
      `expected the JSON of a notebook, got ${text.trim() === "" ? "an empty file" : `a text that is not JSON (${message})`}; ` +
        "save the notebook again, or look for merge conflict marks",
      { file, line: before.length, column: (before.at(-1) ?? "").length + 1 },
    );
  }
}

const TOKEN = /\s*("(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:])/y;

/** Node names no position for a token that JSON does not have, nor for a comma too much. */
function faultPosition(text: string): number {
  let end = 0;
  let previous = "";
  for (;;) {
    TOKEN.lastIndex = end;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
    if (previous === "," && /[\]},]/.test(token)) return TOKEN.lastIndex - 1;
    previous = token;
    end = TOKEN.lastIndex;
  }
}

function parseCell(
  cell: Readonly<Record<string, unknown>>,
  index: number,
  seen: Set<string>,
  file: string,
): Cell {
  const where = `cells[${index}]`;
  const common = {
    id: cellId(cell, index, seen),
    metadata: record(cell.metadata ?? {}, `${where}.metadata`, file),
    source: joined(cell.source, `${where}.source`, file),
  };
  if (cell.cell_type === "code") return codeCell(cell, common, where, file);
  if (cell.cell_type === "markdown" || cell.cell_type === "raw") {
    const text: TextCell = { cell_type: cell.cell_type, ...common };
    if (cell.attachments === undefined) return text;
    const attachments = record(cell.attachments, `${where}.attachments`, file);
    return { ...text, attachments: attachments as Record<string, MimeBundle> };
  }
  throw malformed(file, `${where}.cell_type`, '"code", "markdown" or "raw"', cell.cell_type);
}

function codeCell(
  cell: Readonly<Record<string, unknown>>,
  common: Pick<CodeCell, "id" | "metadata" | "source">,
  where: string,
  file: string,
): CodeCell {
  const count = cell.execution_count;
  return {
    cell_type: "code",
    ...common,
    execution_count: typeof count === "number" ? count : null,
    outputs: array(cell.outputs ?? [], `${where}.outputs`, file).map((output, at) =>
      parseOutput(output, `${where}.outputs[${at}]`, file),
    ),
  };
}

function parseOutput(value: unknown, where: string, file: string): Output {
  const output = record(value, where, file);
  switch (output.output_type) {
    case "stream": {
      const text = joined(output.text, `${where}.text`, file);
      return { output_type: "stream", name: output.name === "stderr" ? "stderr" : "stdout", text };
    }
    case "error":
      return {
        output_type: "error",
        ename: String(output.ename),
        evalue: String(output.evalue),
        traceback: array(output.traceback ?? [], `${where}.traceback`, file).map(String),
      };
    case "display_data":
      return { output_type: "display_data", ...bundles(output, where, file) };
    case "execute_result": {
      const count = typeof output.execution_count === "number" ? output.execution_count : null;
      const { data, metadata } = bundles(output, where, file);
      return { output_type: "execute_result", data, metadata, execution_count: count };
    }
    default:
      throw malformed(file, `${where}.output_type`, "an output of nbformat 4", output.output_type);
  }
}

function bundles(
  output: Readonly<Record<string, unknown>>,
  where: string,
  file: string,
): { data: MimeBundle; metadata: MimeBundle } {
  const data = Object.entries(record(output.data, `${where}.data`, file)).map(([mime, value]) => [
    mime,
    isLines(value) && !isJsonMime(mime) ? value.join("") : value,
  ]);
  return {
    data: Object.fromEntries(data),
    metadata: record(output.metadata ?? {}, `${where}.metadata`, file),
  };
}

/** JSON values stand in a bundle as they are, also where they are lists of strings. */
function isJsonMime(mime: string): boolean {
  return mime === "application/json" || mime.endsWith("+json");
}

/**
 * Ids came with nbformat 4.5. A cell without a usable one gets an id that depends on nothing but
 * its source and position, so that running the same file twice gives the same notebook.
 */
function cellId(cell: Readonly<Record<string, unknown>>, index: number, seen: Set<string>): string {
  const own = typeof cell.id === "string" && /^[\w-]{1,64}$/.test(cell.id) ? cell.id : undefined;
  const hash = createHash("sha256")
    .update(`${index}\n${JSON.stringify(cell.source)}`)
    .digest("hex");
  const id = own !== undefined && !seen.has(own) ? own : hash.slice(0, 12);
  seen.add(id);
  return id;
}

function joined(value: unknown, where: string, file: string): string {
  if (typeof value === "string") return value;
  if (isLines(value)) return value.join("");
  throw malformed(file, where, "a string or a list of strings", value);
}

function isLines(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((line) => typeof line === "string");
}

function record(value: unknown, where: string, file: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw malformed(file, where, "an object", value);
}

function array(value: unknown, where: string, file: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed(file, where, "a list", value);
}

function malformed(file: string, where: string, expected: string, value: unknown): NotebookError {
  return new NotebookError(
    `${file}: expected ${where} to be ${expected}, got ${show(value)}; ` +
      "open and save the notebook in JupyterLab to see what it makes of it",
    { file, where, value },
  );
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
