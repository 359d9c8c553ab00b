import { ParseError, PrismError } from "../../base/errors.js";
import type { Crystal } from "../../crystal/crystal.js";
import type { Format, FormatContext, FrameReader, WriteOptions } from "../../crystal/formats.js";
import { moreStructures } from "../../crystal/structure-file.js";
import { clip, Source } from "../source.js";
import { type JsonPath, scanJson } from "./scan.js";

/** A JSON text, parsed, whose values are taken by path so that errors have a line and a column. */
export class JsonDocument {
  readonly root: unknown;
  private readonly source: Source;

  /** @throws {ParseError} no JSON. */
  constructor(text: string, file?: string) {
    this.source = new Source(text, file);
    try {
      this.root = JSON.parse(this.source.text);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      const { offset, problem } = scanJson(this.source.text);
      const found = clip(this.source.text.slice(offset, offset + 40) || "the end of the text");
      throw this.source.error(`expected ${problem ?? "JSON"}, got ${found}`, offset);
    }
  }

  error(path: JsonPath, message: string): ParseError {
    const { offset } = scanJson(this.source.text, path);
    return this.source.error(message, Math.min(offset, this.source.text.length), { path });
  }

  lineOf(path: JsonPath): number {
    return this.source.lineOf(scanJson(this.source.text, path).offset);
  }

  /** @throws {ParseError} no object. */
  object(value: unknown, path: JsonPath): Readonly<Record<string, unknown>> {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
    throw this.expected(value, path, "an object");
  }

  /** @throws {ParseError} no array. */
  array(value: unknown, path: JsonPath): readonly unknown[] {
    if (Array.isArray(value)) return value as readonly unknown[];
    throw this.expected(value, path, "an array");
  }

  /** @throws {ParseError} no finite number. */
  number(value: unknown, path: JsonPath): number {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.expected(value, path, "a finite number");
  }

  /** @throws {ParseError} no text. */
  text(value: unknown, path: JsonPath): string {
    if (typeof value === "string") return value;
    throw this.expected(value, path, "a text");
  }

  /** Three numbers; with an index, of item i of what is at the path. */
  vector(value: unknown, path: JsonPath, i?: number): [number, number, number] {
    if (Array.isArray(value) && value.length === 3 && value.every(Number.isFinite)) {
      return value as [number, number, number];
    }
    const own = i === undefined ? path : [...path, i];
    const list = this.array(value, own);
    if (list.length !== 3) throw this.expected(value, own, "three numbers");
    const bad = list.findIndex((item) => !Number.isFinite(item));
    throw this.expected(list[bad], [...own, bad], "a finite number");
  }

  /** Rows of three numbers, flat. */
  vectors(value: unknown, path: JsonPath): Float64Array {
    const rows = this.array(value, path);
    const out = new Float64Array(3 * rows.length);
    for (let i = 0; i < rows.length; i++) out.set(this.vector(rows[i], path, i), 3 * i);
    return out;
  }

  expected(value: unknown, path: JsonPath, what: string): ParseError {
    const name = path.length === 0 ? "the text" : path.map(String).join(".").slice(0, 80);
    const found = value === undefined ? "nothing" : kindName(value);
    return this.error(path, `expected ${what} in ${name}, got ${found}`);
  }

  /** Runs what knows nothing of files; its errors get the place of a path. */
  located<T>(path: JsonPath, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof PrismError) || error instanceof ParseError) throw error;
      throw this.error(path, error.message);
    }
  }
}

/** A value in a few words, however deep it is. */
export function kindName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === "object" ? "an object" : clip(String(value));
}

/** One structure of a document. */
export type JsonStructure = () => Crystal;

/** A format whose text is one JSON value, read as a whole, with any number of structures. */
export function jsonFormat(
  name: string,
  marks: readonly RegExp[],
  structuresOf: (document: JsonDocument) => readonly JsonStructure[],
  write: {
    value(crystal: Crystal, options: WriteOptions): unknown;
    /** Of one structure. */
    single(value: unknown): unknown;
    /** Of several. */
    list(values: readonly unknown[]): unknown;
  },
): Format {
  const read = (text: string, { file }: FormatContext) => {
    const document = new JsonDocument(text, file);
    const structures = structuresOf(document);
    if (structures.length > 0) return structures;
    throw document.error([], "expected at least one structure, got none");
  };
  return {
    name,
    extensions: [],
    matches: (text) => /^\uFEFF?\s*[[{]/.test(text) && marks.every((mark) => mark.test(text)),
    parse(text, context) {
      const [first, ...others] = read(text, context);
      return others.length === 0 ? first() : first().withWarning(moreStructures(others.length));
    },
    frames: (context) => framesOf((text) => read(text, context)),
    write: (crystal, options) => `${JSON.stringify(write.single(write.value(crystal, options)))}\n`,
    frameWriter(options) {
      const values: unknown[] = [];
      return {
        write(crystal) {
          values.push(write.value(crystal, options));
          return "";
        },
        end: () => `${JSON.stringify(write.list(values))}\n`,
      };
    },
  };
}

/** Nothing can be told before the last bracket. */
function framesOf(read: (text: string) => readonly JsonStructure[]): FrameReader {
  let structures: readonly JsonStructure[] | undefined;
  let next = 0;
  return ({ text, line, isWhole }) => {
    if (!isWhole || (structures === undefined && !/\S/.test(text))) return undefined;
    structures ??= read(text);
    if (next >= structures.length) return undefined;
    return { crystal: structures[next++](), end: text.length, line };
  };
}
