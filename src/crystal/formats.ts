import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { requireObject, show } from "../base/check.js";
import { FileError, InvalidConfiguration } from "../base/errors.js";
import type { Crystal } from "./crystal.js";

/** A structure file format; `io/` registers those of Prism, a plugin may add its own. */
export interface Format {
  /** "cif" */
  readonly name: string;
  /** Without the dot, lower case. */
  readonly extensions: readonly string[];
  /** Whether the text looks like this format; must be quick and never throw. */
  matches(text: string): boolean;
  /** @throws {ParseError} with line and column. */
  parse(text: string, context: FormatContext): Crystal;
  write?(crystal: Crystal): string;
}

export interface FormatContext {
  /** Shown in errors. */
  readonly file?: string;
}

const formats = new Map<string, Format>();
const formatExample =
  '{ name: "xyz", extensions: ["xyz"], matches: (text) => true, parse: (text) => crystal }';

/**
 * Adds a format, or replaces the one of the same name.
 *
 * @throws {InvalidConfiguration} an object that is no format.
 */
export function registerFormat(format: Format): void {
  const { name, extensions, matches, parse } = requireObject("a format", format, formatExample);
  const isUsable =
    typeof name === "string" &&
    Array.isArray(extensions) &&
    typeof matches === "function" &&
    typeof parse === "function";
  if (!isUsable) {
    throw new InvalidConfiguration(`a format must be like ${formatExample}, got ${show(format)}`, {
      format,
    });
  }
  formats.set(format.name, format);
}

/** @see Crystal.fromText */
export function parseCrystal(
  text: string,
  options: { readonly format?: string } & FormatContext = {},
): Crystal {
  requireObject("options", options, '{ format: "cif" }');
  if (typeof text !== "string") {
    throw new InvalidConfiguration(
      `expected the text of a structure file, got ${show(text)}; decode bytes with buffer.toString()`,
      { type: typeof text },
    );
  }
  const format =
    options.format !== undefined ? formatNamed(options.format) : recognise(text, options.file);
  return format.parse(text, options.file === undefined ? {} : { file: options.file });
}

/** @see Crystal.fromFile */
export async function readCrystal(path: string): Promise<Crystal> {
  const text = await readText(path);
  return parseCrystal(text, { file: path });
}

/** @see Crystal.toText */
export function writeCrystal(crystal: Crystal, name: string): string {
  const format = formatNamed(name);
  if (format.write) return format.write(crystal);
  throw new InvalidConfiguration(`the format "${name}" can be read but not written`, { name });
}

async function readText(path: string): Promise<string> {
  if (typeof path !== "string" || path === "") {
    throw new FileError(`expected the path of a structure file, got ${show(path)}`, { path });
  }
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new FileError(reasonOf(cause, path), { path, cwd: process.cwd() }, { cause });
  }
  if (text.trim() !== "") return text;
  throw new FileError(`"${path}" is empty; expected a structure file such as a CIF`, { path });
}

function reasonOf(cause: unknown, path: string): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return `no file "${path}"; paths are relative to the working directory, ${process.cwd()}`;
  }
  if (code === "EISDIR") return `"${path}" is a folder; expected a structure file such as a CIF`;
  if (code === "EACCES") return `no permission to read "${path}"`;
  return `cannot read "${path}": ${(cause as Error).message}`;
}

function formatNamed(name: string): Format {
  const format = formats.get(String(name).toLowerCase());
  if (format) return format;
  throw new InvalidConfiguration(
    `unknown structure format ${show(name)}; known: ${[...formats.keys()].join(", ")}`,
    { name, known: [...formats.keys()] },
  );
}

/** By content first; the extension decides where the content does not. */
function recognise(text: string, file: string | undefined): Format {
  const byContent = [...formats.values()].find((format) => format.matches(text));
  if (byContent) return byContent;
  const extension = file ? basename(file).split(".").at(-1)?.toLowerCase() : undefined;
  const byName = [...formats.values()].find((format) =>
    format.extensions.includes(extension ?? ""),
  );
  if (byName) return byName;
  throw new InvalidConfiguration(
    `${file ? `"${file}"` : "the text"} is in no known structure format ` +
      `(${[...formats.keys()].join(", ")}); name it with { format } if it is one of them`,
    { file, known: [...formats.keys()] },
  );
}
