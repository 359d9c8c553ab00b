import { show } from "../base/check.js";
import { FileError, InvalidConfiguration } from "../base/errors.js";
import { type Crystal, requireCrystal } from "../crystal/crystal.js";
import {
  contextOf,
  type FileWriteOptions,
  type Format,
  type FrameReader,
  type FrameWriter,
  formatNamed,
  formatOfText,
  formatToWrite,
  type ReadOptions,
  requireFileWriteOptions,
  requireReadOptions,
  requireWriteOptions,
  type WriteOptions,
} from "../crystal/formats.js";
import {
  framesOfChunks,
  prepend,
  requireHoldable,
  requireText,
  textChunks,
} from "../crystal/structure-file.js";
import { requireWritablePath, writeTexts } from "../crystal/written-file.js";
import { builtInFormats } from "./register.js";
import { framesOnThread, hasTrajectoryThread } from "./trajectory-thread.js";

/**
 * The structures of a file, one after the other, read as they are asked for: neither the file nor the
 * structures are held in memory, however many there are. Long files are taken apart on another thread,
 * a structure or two ahead. Files packed by gzip are unpacked, pipes read to their end. JSON formats are
 * read as a whole; formats of one structure give that one.
 *
 * @throws {FileError} missing, unreadable, damaged or empty. @throws {ParseError} with line and column,
 *   when its structure is reached. @throws {ResourceExhausted} one structure longer than 250 million
 *   characters.
 * @example
 * for await (const crystal of readTrajectory("run.extxyz")) console.log(crystal.info.energy);
 */
export async function* readTrajectory(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<Crystal, void, undefined> {
  requireReadOptions("readTrajectory", options);
  const settings = { ...options, file: path };
  const chunks = textChunks(path, shortFile);
  try {
    let head = "";
    while (head.length <= shortFile || startsJson.test(head)) {
      const { value, done } = await chunks.next();
      if (done) break;
      head += value;
      requireHoldable(head, path);
    }
    requireText(head, path);
    let count = 0;
    for await (const crystal of framesOf(head, chunks, settings)) {
      count++;
      yield crystal;
    }
    if (count === 0) throw new FileError(`"${path}" holds no structure`, { path });
  } finally {
    await chunks.return();
  }
}

/** On another thread where there is much to read, and the reader is one that it has too. */
function framesOf(
  head: string,
  rest: AsyncIterable<string>,
  settings: ReadOptions & { readonly file: string },
): AsyncIterable<Crystal> {
  const { file: path } = settings;
  const format = formatOfText(head, settings);
  const context = contextOf(settings);
  const isLong = head.length > shortFile;
  const texts = prepend(head, rest);
  if (isLong && format.frames && builtInFormats.includes(format) && hasTrajectoryThread()) {
    return framesOnThread(texts, { format: format.name, context, path });
  }
  return framesOfChunks(texts, format.frames?.(context) ?? onlyFrame(format, settings), path);
}

/** Characters that are read at once, on this thread: a few milliseconds, and enough to know a format. */
const shortFile = 1 << 19;
/** The keys of JSON come in any order. */
const startsJson = /^\s*[[{]/;

/**
 * All structures of a text, such as that of an XDATCAR, a dump or an extended XYZ file.
 *
 * @throws {ParseError} with line and column. @throws {InvalidConfiguration} unknown format.
 * @example trajectoryOf("1\n\nHe 0 0 0\n1\n\nHe 0 0 1\n").length // 2
 */
export function trajectoryOf(text: string, options: ReadOptions = {}): Crystal[] {
  requireReadOptions("trajectoryOf", options);
  const format = formatOfText(text, options);
  const read = format.frames?.(contextOf(options)) ?? onlyFrame(format, options);
  const crystals: Crystal[] = [];
  let at = 0;
  let line = 1;
  for (;;) {
    const frame = read({ text, at, line, isWhole: true });
    if (frame === undefined) break;
    ({ end: at, line } = frame);
    crystals.push(frame.crystal);
  }
  if (crystals.length > 0) return crystals;
  return [format.parse(text, contextOf(options))];
}

/**
 * Several structures as the text of one file.
 *
 * @throws {InvalidConfiguration} no crystals, or what the format cannot hold, more than one structure
 *   among it.
 * @example trajectoryText([relaxed, strained], "extxyz")
 */
export function trajectoryText(
  crystals: readonly Crystal[],
  format: string,
  options: WriteOptions = {},
): string {
  requireWriteOptions("trajectoryText", options);
  if (!Array.isArray(crystals) || crystals.length === 0) throw noCrystals(crystals);
  const writer = writerOf(formatNamed(format), options, crystals.length);
  return crystals.map((crystal) => written(writer, crystal)).join("") + (writer.end?.() ?? "");
}

/**
 * Writes structures to a file one after the other, as they come; packed by gzip if the path ends in
 * ".gz". The file appears, or replaces the one before, when all are written.
 *
 * @param crystals An array, or anything that can be iterated over, with `await` or without.
 * @param options With `format` where the path does not tell it.
 * @throws {InvalidConfiguration} no crystals, what the format cannot hold, or a path that tells no
 *   format.
 * @throws {FileError} the file cannot be written.
 * @example await writeTrajectory(readTrajectory("XDATCAR"), "run.extxyz.gz");
 */
export async function writeTrajectory(
  crystals: Iterable<Crystal> | AsyncIterable<Crystal>,
  path: string,
  options: FileWriteOptions = {},
): Promise<void> {
  requireFileWriteOptions("writeTrajectory", options);
  const isSwapped = typeof crystals === "string";
  requireWritablePath(path, isSwapped ? "; the crystals come first, then the path" : "");
  const { format: name, ...writeOptions } = options;
  const format = formatToWrite(path, name);
  const count = Array.isArray(crystals) ? crystals.length : undefined;
  await writeTexts(path, textsOf(crystals, writerOf(format, writeOptions, count)));
}

async function* textsOf(
  crystals: Iterable<Crystal> | AsyncIterable<Crystal>,
  writer: FrameWriter,
): AsyncGenerator<string, void, undefined> {
  const isIterable =
    typeof crystals === "object" &&
    crystals !== null &&
    (Symbol.asyncIterator in crystals || Symbol.iterator in crystals);
  if (!isIterable) throw noCrystals(crystals);
  let count = 0;
  for await (const crystal of crystals) {
    count++;
    const text = written(writer, crystal);
    if (text !== "") yield text;
  }
  if (count === 0) throw noCrystals([]);
  const end = writer.end?.() ?? "";
  if (end !== "") yield end;
}

function written(writer: FrameWriter, crystal: Crystal): string {
  requireCrystal(crystal);
  return writer.write(crystal);
}

function noCrystals(value: unknown): InvalidConfiguration {
  return new InvalidConfiguration(
    `expected crystals, such as [first, second] or readTrajectory(path), got ${show(value)}`,
    { value },
  );
}

function writerOf(
  format: Format,
  options: WriteOptions,
  frameCount: number | undefined,
): FrameWriter {
  const settings = frameCount === undefined ? options : { ...options, frameCount };
  if (format.frameWriter) return format.frameWriter(settings);
  let count = 0;
  return {
    write(crystal) {
      if (format.write && ++count === 1) return format.write(crystal, options);
      throw new InvalidConfiguration(
        `"${format.name}" ${format.write ? "holds one structure" : "can be read but not written"}; ` +
          'write several as "extxyz"',
        { format: format.name },
      );
    },
  };
}

/** The one structure of a format that holds no more. */
function onlyFrame(format: Format, options: ReadOptions): FrameReader {
  let isDone = false;
  return ({ text, line, isWhole }) => {
    if (!isWhole || isDone) return undefined;
    isDone = true;
    return { crystal: format.parse(text, contextOf(options)), end: text.length, line };
  };
}
