import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { FileError } from "prism-lab";
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
 * Writes a file so that a reader sees the old text or the new one, never half of either; folders on
 * the way are made.
 *
 * @throws {FileError} The place cannot be written to.
 */
export async function writeFileAtomically(file: string, text: string): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  const temporary = path.join(folder, `.${path.basename(file)}.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const code = (cause as NodeJS.ErrnoException).code ?? "UNKNOWN";
    throw new FileError(
      `expected to write "${file}", but that failed (${code}); check that the folder exists, ` +
        "may be written to, and that the disk has room",
      { file, code },
      { cause },
    );
  }
}
