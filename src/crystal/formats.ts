import { basename } from "node:path";
import { requireObject, show } from "../base/check.js";
import { InvalidConfiguration } from "../base/errors.js";
import { nearest, requireOptions } from "../base/suggest.js";
import type { Crystal } from "./crystal.js";
import type { CrystalWarning } from "./crystal-parts.js";
import { requireWritablePath, writeTexts } from "./written-file.js";

/** A structure file format; `io/` registers those of Prism, a plugin may add its own. */
export interface Format {
  /** "cif" */
  readonly name: string;
  /** Without the dot, lower case. */
  readonly extensions: readonly string[];
  /** Beginnings of the names of its files, lower case: "poscar" of "POSCAR_relaxed". */
  readonly fileNames?: readonly string[];
  /** Whether the text looks like this format; must be quick and never throw. */
  matches(text: string): boolean;
  /** Of several structures the first. @throws {ParseError} with line and column. */
  parse(text: string, context: FormatContext): Crystal;
  /** As `parse`, of a long file and without holding the JavaScript thread for long. */
  readFile?(path: string, context: FormatContext): Promise<Crystal>;
  /** @throws {InvalidConfiguration} what the format cannot hold. */
  write?(crystal: Crystal, options: WriteOptions): string;
  /** Of a format that may hold several structures: a reader of one file. */
  frames?(context: FormatContext): FrameReader;
  /** A writer of one file of several structures. */
  frameWriter?(options: WriteOptions & { readonly frameCount?: number }): FrameWriter;
}

/** What a reader may be told besides the text. */
export interface ReadOptions {
  /** Name of the format; recognised unless given. */
  readonly format?: string;
  /** Elements of the types that a file only numbers (POSCAR of VASP 4, LAMMPS), in their order. */
  readonly elements?: readonly string[];
  /** Columns of the atoms of "lammps-data" where the file does not name them. */
  readonly atomStyle?: AtomStyle;
  /**
   * Alternatives of a disordered structure in a "cif": "all" keeps each with its occupancy; "major"
   * keeps, of each assembly, the group of the largest occupancy and gives it the share of the others.
   * Default "all".
   */
  readonly disorder?: "all" | "major";
  /**
   * Of a "cif": occupancies of an atom, and totals of a site, above 1 and up to this are scaled to 1;
   * more is refused. Default: an atom may have up to 1.1, and nothing is scaled.
   */
  readonly occupancyTolerance?: number;
  /**
   * Of a "pdb" whose CRYST1 names a space group: true makes all sites of the cell, as a "cif" is read;
   * false, the default, keeps the deposited model, as programs for molecules do. A warning says which
   * was done.
   */
  readonly expandSymmetry?: boolean;
}

export interface FormatContext extends Omit<ReadOptions, "format"> {
  /** Shown in errors. */
  readonly file?: string;
}

/** Of LAMMPS. */
export type AtomStyle = "atomic" | "charge" | "molecular" | "full";

/** What a writer may be told; a format takes the options that concern it. */
export interface WriteOptions {
  /** Told of everything that the format leaves out. */
  readonly onLoss?: (loss: CrystalWarning) => void;
  /** The remark or title of "poscar", "xdatcar", "xyz", "pdb" and "lammps-data"; default the formula. */
  readonly comment?: string;
  /** Kind of coordinates of "poscar"; default "fractional". */
  readonly positions?: "fractional" | "cartesian";
  /** Columns of "lammps-data"; default the fewest that hold what the sites have. */
  readonly atomStyle?: AtomStyle;
  /**
   * Of "cif": the asymmetric unit with the operations that `symmetry` finds, instead of all sites.
   * Sites that differ by less than its tolerance are equal when read again. Default false.
   */
  readonly symmetry?: boolean;
  /** Elements of the types 1, 2, ... of "lammps-data" and "lammps-dump"; default as they come. */
  readonly elements?: readonly string[];
}

/** What the writer of a file may be told. */
export interface FileWriteOptions extends WriteOptions {
  /** Name of the format; default by the name of the file. */
  readonly format?: string;
}

/** The text of a file as far as it has been read; it grows and loses what is done. */
export interface FrameText {
  readonly text: string;
  /** Where the next structure begins. */
  readonly at: number;
  /** Line of the file at `at`, 1-based. */
  readonly line: number;
  /** Whether the file ends where the text does. */
  readonly isWhole: boolean;
}

export interface Frame {
  readonly crystal: Crystal;
  /** Where the next structure begins, and its line. */
  readonly end: number;
  readonly line: number;
}

/**
 * The next structure of a file; undefined where none is left or, if the text is not whole, where it
 * ends within one: the call is then made again with more text.
 */
export type FrameReader = (rest: FrameText) => Frame | undefined;

export interface FrameWriter {
  write(crystal: Crystal): string;
  /** What stands after the last structure. */
  end?(): string;
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
export function parseCrystal(text: string, options: ReadOptions & FormatContext = {}): Crystal {
  const format = formatOfText(text, options);
  return format.parse(text, contextOf(options));
}

/** @see Crystal.toText */
export function writeCrystal(crystal: Crystal, name: string, options: WriteOptions = {}): string {
  requireWriteOptions("toText", options);
  return writtenBy(formatNamed(name), crystal, options);
}

/** @see Crystal.toFile */
export function writeCrystalFile(
  crystal: Crystal,
  path: string,
  options: FileWriteOptions,
): Promise<void> {
  requireFileWriteOptions("toFile", options);
  requireWritablePath(path);
  const { format, ...rest } = options;
  return writeTexts(path, [writtenBy(formatToWrite(path, format), crystal, rest)]);
}

function writtenBy(format: Format, crystal: Crystal, options: WriteOptions): string {
  if (format.write) return format.write(crystal, options);
  const { name } = format;
  throw new InvalidConfiguration(`the format "${name}" can be read but not written`, { name });
}

/** @throws {InvalidConfiguration} a misspelt option. */
export function requireReadOptions(of: string, options: ReadOptions): void {
  const known = [
    "format",
    "elements",
    "atomStyle",
    "disorder",
    "expandSymmetry",
    "occupancyTolerance",
  ] as const;
  requireOptions(of, options, known, '{ format: "cif" }');
}

const writeFields = [
  "onLoss",
  "comment",
  "positions",
  "atomStyle",
  "symmetry",
  "elements",
] as const satisfies readonly (keyof WriteOptions)[];

/** @throws {InvalidConfiguration} a misspelt option, or an `onLoss` that cannot be called. */
export function requireWriteOptions(of: string, options: WriteOptions): void {
  requireOptions(of, options, writeFields, '{ atomStyle: "charge" }');
  requireCallable(options);
}

/** As `requireWriteOptions`, where a file is written. */
export function requireFileWriteOptions(of: string, options: FileWriteOptions): void {
  requireOptions(of, options, [...writeFields, "format"], '{ format: "extxyz" }');
  requireCallable(options);
}

function requireCallable({ onLoss }: WriteOptions): void {
  if (onLoss === undefined || typeof onLoss === "function") return;
  throw new InvalidConfiguration(
    `onLoss must be a function such as ({ message }) => console.log(message), got ${show(onLoss)}`,
    { onLoss },
  );
}

/** The format that is named in the options, or else recognised. */
export function formatOfText(text: string, options: ReadOptions & FormatContext): Format {
  requireObject("options", options, '{ format: "cif" }');
  if (typeof text !== "string") {
    throw new InvalidConfiguration(
      `expected the text of a structure file, got ${show(text)}; decode bytes with buffer.toString()`,
      { type: typeof text },
    );
  }
  return options.format !== undefined ? formatNamed(options.format) : recognise(text, options.file);
}

/** The format that is named in the options, or else that of the beginning of a text, if it tells. */
export function formatOfHead(head: string, { format }: ReadOptions): Format | undefined {
  if (format !== undefined) return formatNamed(format);
  return [...formats.values()].find((candidate) => candidate.matches(head));
}

/** The options of a reader without the name of its format. */
export function contextOf(options: ReadOptions & FormatContext): FormatContext {
  const { format: _, ...context } = options;
  const { elements } = context;
  if (elements !== undefined && !Array.isArray(elements)) {
    throw new InvalidConfiguration(
      `elements must be a list of symbols such as ["Si", "O"], got ${show(elements)}`,
      { elements },
    );
  }
  return context;
}

/** @throws {InvalidConfiguration} not registered. */
export function formatNamed(name: string): Format {
  const format = formats.get(String(name).toLowerCase());
  if (format) return format;
  const known = [...formats.keys()];
  const meant = formatsLike(name);
  const remedy = meant.length === 0 ? "" : `did you mean ${alternatives(meant)}? `;
  throw new InvalidConfiguration(
    `unknown structure format ${show(name)}; ${remedy}known: ${known.join(", ")}`,
    { name, known },
  );
}

/** The format of a file to be written: as named, or else as the file's name tells. */
export function formatToWrite(path: string, name: string | undefined): Format {
  if (name !== undefined) return formatNamed(name);
  const [, extension] = /\.(\w+)(?:\.gz)?$/i.exec(basename(path)) ?? [];
  const others = formatsKnownAs(extension?.toLowerCase() ?? "");
  const format = formatOfFileName(path);
  // "data.json" begins as the name of LAMMPS data, and ends as that of something else.
  const isTold = format !== undefined && (others.length === 0 || others.includes(format.name));
  if (isTold) return format;
  const like = others[0] ?? "extxyz";
  throw new InvalidConfiguration(
    `the name of "${path}" tells no format; name it, such as { format: "${like}" }`,
    { path, known: [...formats.keys()] },
  );
}

/** Formats that a word may mean: those known by it, or by one that is a slip away. */
function formatsLike(word: unknown): string[] {
  if (typeof word !== "string") return [];
  const given = word.toLowerCase().replace(/^\./, "");
  const exact = formatsKnownAs(given);
  if (exact.length > 0 || given.length < 3) return exact;
  const near = nearest(given, [...formats.values()].flatMap(wordsFor));
  return near === undefined ? [] : formatsKnownAs(near);
}

function formatsKnownAs(word: string): string[] {
  const known = [...formats.values()].filter((format) => wordsFor(format).includes(word));
  return known.map(({ name }) => name);
}

/** Its name and the parts of it, extensions and beginnings of file names. */
function wordsFor({ name, extensions, fileNames = [] }: Format): string[] {
  const beginnings = fileNames.map((start) => start.replace(/\.$/, ""));
  return [name, ...name.split("-"), ...extensions, ...beginnings];
}

/** "a, b or c" */
function alternatives(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" or ");
}

/** The format of a file by its name alone, ".gz" at its end aside. */
export function formatOfFileName(path: string): Format | undefined {
  const name = basename(path).toLowerCase().replace(/\.gz$/, "");
  const extension = name.includes(".") ? name.split(".").at(-1)! : undefined;
  const all = [...formats.values()];
  const byExtension = all.find(
    ({ extensions }) => extension !== undefined && extensions.includes(extension),
  );
  return (
    byExtension ?? all.find(({ fileNames }) => fileNames?.some((start) => name.startsWith(start)))
  );
}

/** By content first; the file's name decides where the content does not. */
function recognise(text: string, file: string | undefined): Format {
  const byContent = [...formats.values()].find((format) => format.matches(text));
  const format = byContent ?? (file === undefined ? undefined : formatOfFileName(file));
  if (format) return format;
  throw new InvalidConfiguration(
    `${file ? `"${file}"` : "the text"} is in no known structure format ` +
      `(${[...formats.keys()].join(", ")}); name it with { format } if it is one of them`,
    { file, known: [...formats.keys()] },
  );
}
