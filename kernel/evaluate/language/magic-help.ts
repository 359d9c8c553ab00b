import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import type { Completion, CompletionMatch, Inspection } from "../evaluator.js";
import { cellMagics, lineMagics, type MagicSpec } from "../magics/catalogue.js";
import { type Magic, type SplitCell, splitMagics } from "../magics/split-cell.js";

/** What goes on at the cursor if that is in a magic; undefined in TypeScript. */
export function completeMagic(
  code: string,
  split: SplitCell,
  cursor: number,
): Completion | undefined {
  const line = code.lastIndexOf("\n", cursor - 1) + 1;
  const typed = /^[ \t]*(%%?\w*)$/.exec(code.slice(line, cursor))?.[1];
  if (typed !== undefined && startsStatement(code, line)) return namesLike(code, typed, cursor);
  const magic = split.magics.find(({ start, end }) => cursor > start && cursor <= end);
  if (magic === undefined || (magic.spec?.takes === "code" && cursor === magic.end))
    return undefined;
  return wordsFor(magic, code, cursor) ?? { matches: [], start: cursor, end: cursor };
}

/** What the magic whose name stands at the cursor does. */
export function inspectMagic(split: SplitCell, cursor: number): Inspection | undefined {
  const magic = split.magics.find(({ sigil, name, start }) => {
    return cursor >= start && cursor <= start + sigil.length + name.length;
  });
  if (magic?.spec === undefined) return undefined;
  const { usage, does } = magic.spec;
  const data = {
    "text/plain": `${usage}\n\n${does}`,
    "text/markdown": `\`\`\`\n${usage}\n\`\`\`\n\n${does}`,
  };
  return { found: true, data };
}

function startsStatement(code: string, line: number): boolean {
  return splitMagics(`${code.slice(0, line)}%help`).magics.some(({ start }) => start === line);
}

function namesLike(code: string, typed: string, cursor: number): Completion {
  const start = cursor - typed.length;
  const isFirst = code.slice(0, start).trim() === "";
  const names = [...named("%", lineMagics), ...(isFirst ? named("%%", cellMagics) : [])];
  return { matches: names.filter(({ text }) => text.startsWith(typed)), start, end: cursor };
}

function named(sigil: string, specs: ReadonlyMap<string, MagicSpec>): CompletionMatch[] {
  return [...specs].map(([name, { usage, does }]) => ({
    text: `${sigil}${name}`,
    type: "magic",
    signature: `${usage}: ${does}`,
  }));
}

function wordsFor(
  { spec, sigil, name, start }: Magic,
  code: string,
  cursor: number,
): Completion | undefined {
  const behind = code.slice(start + sigil.length + name.length, cursor);
  if (spec?.completes === undefined || behind.includes("\n") || !/^\s/.test(behind))
    return undefined;
  const word = behind.replace(/^\s+(?:-a\s+)?["']?/, "");
  const { completes } = spec;
  const isPath = completes === "files" || completes === "folders";
  const last = isPath ? word.slice(word.lastIndexOf("/") + 1) : word;
  const known = isPath
    ? entriesOf(word.slice(0, word.length - last.length), last, completes === "folders")
    : wordsOf(completes);
  const matches = known.filter(({ text }) => text.startsWith(last));
  return { matches, start: cursor - last.length, end: cursor };
}

function wordsOf(completes: "environment" | readonly string[]): CompletionMatch[] {
  const words = completes === "environment" ? Object.keys(process.env).sort() : completes;
  return words.map((text) => ({ text, type: "value" }));
}

function entriesOf(folder: string, last: string, foldersOnly: boolean): CompletionMatch[] {
  const path = folder.replace(/^~(?=\/)/, homedir());
  try {
    const entries = readdirSync(path === "" ? "." : path, { withFileTypes: true });
    return entries
      .filter(({ name }) => last.startsWith(".") || !name.startsWith("."))
      .filter((entry) => entry.isDirectory() || !foldersOnly)
      .map((entry) =>
        entry.isDirectory()
          ? { text: `${entry.name}/`, type: "folder" }
          : { text: entry.name, type: "file" },
      )
      .sort((a, b) => (a.text < b.text ? -1 : 1));
  } catch {
    // A folder that is not there has nothing to offer.
    return [];
  }
}
