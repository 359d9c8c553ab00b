import { randomUUID } from "node:crypto";
import { chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { FileError } from "prism-lab";
import { createFolder } from "../../session/create-folder.js";
import type { Cell, MimeBundle, Notebook, Output } from "./document.js";

/**
 * The text of the `.ipynb` file, in the layout that Jupyter itself writes: keys sorted, one space of
 * indent, texts as lists of lines, a final newline. Equal notebooks give equal bytes, so re-running
 * one leaves no difference in version control but what really changed.
 */
export function serializeNotebook(notebook: Notebook): string {
  const file = { ...notebook, cells: notebook.cells.map(cellForFile) };
  return `${JSON.stringify(sortKeys(file), null, 1)}\n`;
}

function cellForFile(cell: Cell): unknown {
  const source = splitLines(cell.source);
  if (cell.cell_type === "code")
    return { ...cell, source, outputs: cell.outputs.map(outputForFile) };
  if (cell.attachments === undefined) return { ...cell, source };
  const attachments = Object.entries(cell.attachments).map(([name, bundle]) => [
    name,
    bundleForFile(bundle),
  ]);
  return { ...cell, source, attachments: Object.fromEntries(attachments) };
}

function outputForFile(output: Output): unknown {
  if (output.output_type === "stream") return { ...output, text: splitLines(output.text) };
  if (output.output_type === "error") return output;
  return { ...output, data: bundleForFile(output.data) };
}

function bundleForFile(bundle: MimeBundle): MimeBundle {
  const entries = Object.entries(bundle).map(([mime, value]) => [
    mime,
    typeof value === "string" && isTextMime(mime) ? splitLines(value) : value,
  ]);
  return Object.fromEntries(entries);
}

function isTextMime(mime: string): boolean {
  return mime.startsWith("text/") || mime === "image/svg+xml" || mime === "application/javascript";
}

// Where Python's str.splitlines, which Jupyter uses to write a file, ends a line.
const LINE_ENDS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: some of them are control characters
  /(?<=\r\n|[\n\v\f\x1c-\x1e\x85\u2028\u2029]|\r(?!\n))/;

function splitLines(text: string): readonly string[] {
  return text === "" ? [] : text.split(LINE_ENDS);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

/**
 * Finds out whether a file could be written, before the hours of work whose result it is to hold;
 * folders on the way are made.
 *
 * @throws {FileError} It could not.
 */
export async function expectWritable(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  const trial = `${file}.${randomUUID()}.tmp`;
  try {
    if (found?.isDirectory()) throw Object.assign(new Error("a folder"), { code: "EISDIR" });
    if (found && (found.mode & ANY_MAY_WRITE) === 0) throw protectedFile(file);
    await createFolder(path.dirname(path.resolve(file)));
    await writeFile(trial, "");
  } catch (cause) {
    throw writeFailure(file, cause);
  } finally {
    await rm(trial, { force: true }).catch(() => undefined);
  }
}

/**
 * Writes a file so that a reader sees the old text or the new one, never half of either; folders on
 * the way are made. A link stays a link, and a file that others may not read stays so.
 *
 * @throws {FileError} The place cannot be written to.
 */
export async function writeFileAtomically(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => path.resolve(file));
  const folder = path.dirname(target);
  const temporary = path.join(folder, `.${path.basename(target)}.${randomUUID()}.tmp`);
  try {
    await createFolder(folder);
    const mode = (await stat(target).catch(() => undefined))?.mode;
    await writeFile(temporary, text, mode === undefined ? {} : { mode: 0o600 });
    if (mode !== undefined) await chmod(temporary, mode & 0o777);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailure(file, cause);
  }
}

const ANY_MAY_WRITE = 0o222;

/** It could be replaced all the same: whoever has protected it wants it kept. */
function protectedFile(file: string): FileError {
  return new FileError(
    `expected to write "${file}", but it is read-only; choose another name, or allow it to be ` +
      `overwritten: chmod u+w "${file}"`,
    { file, code: "EACCES" },
  );
}

function writeFailure(file: string, cause: unknown): FileError {
  if (cause instanceof FileError) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? "UNKNOWN";
  return new FileError(
    `expected to write "${file}", but that failed (${code}); check that the folder exists, ` +
      "may be written to, and that the disk has room",
    { file, code },
    { cause },
  );
}
