import { type FileHandle, open, stat } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { show } from "../base/check.js";
import { FileError, PrismError, ResourceExhausted } from "../base/errors.js";
import type { Crystal } from "./crystal.js";
import type { CrystalWarning } from "./crystal-parts.js";
import {
  contextOf,
  type FrameReader,
  formatOfHead,
  formatOfText,
  parseCrystal,
  type ReadOptions,
  requireReadOptions,
} from "./formats.js";

/** Characters: files beyond it are read structure by structure where their format allows. */
const large = 1 << 26;
/** Characters: structures beyond it are read on another thread where their format can. */
const long = 1 << 19;
/** Characters: near the longest text of the JavaScript engine. */
const longest = 500_000_000;
/** Texts of structures shrink 3 to 50 times; deflate cannot shrink anything more than 1032 times. */
const largestExpansion = 200;
const structureFile = "a structure file such as a CIF";

/** @see Crystal.fromFile */
export async function readCrystal(path: string, options: ReadOptions = {}): Promise<Crystal> {
  requireReadOptions("fromFile", options);
  const settings = { ...options, file: path };
  const canReadAgain = await isRegularFile(path);
  const chunks = textChunks(path, long);
  try {
    let text = "";
    let isAsked = false;
    for (;;) {
      const { value, done } = await chunks.next();
      if (done) {
        requireText(text, path);
        return parseCrystal(text, settings);
      }
      text += value;
      if (!isAsked && canReadAgain && text.length > long) {
        isAsked = true;
        const format = formatOfHead(text, settings);
        if (format?.readFile) return await format.readFile(path, contextOf(settings));
      }
      if (text.length < large) continue;
      const frames = formatOfText(text, settings).frames?.(contextOf(settings));
      if (frames) return await firstOfLarge(prepend(text, chunks), frames, settings);
      requireHoldable(text, path);
    }
  } finally {
    await chunks.return();
  }
}

/**
 * The structures of a text that comes in pieces, one after the other; never holds more of the text
 * than one structure and twice its length.
 */
export async function* framesOfChunks(
  chunks: AsyncIterable<string>,
  read: FrameReader,
  file: string,
): AsyncGenerator<Crystal, void, undefined> {
  let text = "";
  let at = 0;
  let line = 1;
  let wanted = 0;
  let lastLength = 0;
  for await (const chunk of chunks) {
    text += chunk;
    if (text.length < wanted) continue;
    for (;;) {
      const frame = read({ text, at, line, isWhole: false });
      if (frame === undefined) break;
      lastLength = frame.end - at;
      ({ end: at, line } = frame);
      yield frame.crystal;
    }
    text = text.slice(at);
    at = 0;
    // Read again from its beginning only when it is as long as the one before or has doubled: linear
    // in all.
    wanted = text.length < lastLength ? lastLength : 2 * text.length;
    requireHoldable(text, file);
  }
  for (;;) {
    const frame = read({ text, at, line, isWhole: true });
    if (frame === undefined) return;
    ({ end: at, line } = frame);
    yield frame.crystal;
  }
}

/**
 * The text of a file in pieces, unpacked if it is gzip by its first bytes.
 *
 * @param whole Bytes: a file that is not packed and no longer than this is one piece.
 * @param expected What it should be, for messages.
 * @throws {FileError} missing, unreadable, damaged. @throws {ResourceExhausted} a gzip file that grows
 *   more than 200 times.
 */
export async function* textChunks(
  path: string,
  whole: number = large,
  expected: string = structureFile,
): AsyncGenerator<string, void, undefined> {
  if (typeof path !== "string" || path === "") {
    throw new FileError(`expected the path of ${expected}, got ${show(path)}`, { path });
  }
  try {
    // Opened once: a pipe gives its bytes only once, and breaks when its reader leaves.
    const handle = await open(path);
    try {
      const stats = await handle.stat();
      const isShort = stats.isFile() && stats.size <= whole && !(await isPacked(handle));
      if (isShort) yield await handle.readFile("utf8");
      else yield* decoded(unpackedIfGzip(bytesOf(handle), path));
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof PrismError) throw cause;
    throw new FileError(reasonOf(cause, path, expected), { path, cwd: process.cwd() }, { cause });
  }
}

/** The text of a whole file. @throws as `textChunks`, and {ResourceExhausted} 500 million characters. */
export async function wholeText(path: string, expected?: string): Promise<string> {
  let text = "";
  for await (const chunk of textChunks(path, longest, expected)) {
    text += chunk;
    if (text.length > longest) throw tooLong(path, longest);
  }
  return text;
}

/** @throws {FileError} nothing but white space, or no text. */
export function requireText(text: string, path: string, expected: string = structureFile): void {
  if (text.slice(0, 1000).includes("\0")) {
    throw new FileError(
      `"${path}" is a binary file or not encoded in UTF-8; expected the text of ${expected}`,
      { path },
    );
  }
  if (/\S/.test(text)) return;
  throw new FileError(`"${path}" is empty; expected ${expected}`, { path });
}

/** Whether there is a file that can be read once more; false also where there is none. */
async function isRegularFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function isPacked(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return isGzip(buffer.subarray(0, bytesRead));
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Bytes that are read at once: each piece holds the JavaScript thread for less than a millisecond. */
const piece = 1 << 18;

/** What is left of a file or pipe, in order; nothing is read before it is asked for. */
async function* bytesOf(handle: FileHandle): AsyncGenerator<Buffer, void, undefined> {
  for (;;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(piece), 0, piece, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* unpackedIfGzip(
  bytes: AsyncGenerator<Buffer, void, undefined>,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const { value, done } = await bytes.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const all = prepend(head, bytes);
  yield* isGzip(head) ? unpacked(all, path) : all;
}

async function* unpacked(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip({ chunkSize: piece });
  // Errors of either stream end the loop below.
  pipeline(Readable.from(bytes, { objectMode: false }), gunzip, () => {});
  let size = 0;
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > large && size > largestExpansion * gunzip.bytesWritten) {
      throw new ResourceExhausted(
        `"${path}" grows more than ${largestExpansion} times when unpacked, which no structure file ` +
          "does; unpack it yourself if it is meant so",
        { path, packedBytes: gunzip.bytesWritten, unpackedBytes: size },
      );
    }
    yield chunk;
  }
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) {
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/** A piece before others. */
export async function* prepend<T>(
  first: T,
  rest: AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  yield first;
  yield* rest;
}

/** With a remark if a second structure follows: to count them all would be to read them all. */
async function firstOfLarge(
  chunks: AsyncIterable<string>,
  read: FrameReader,
  { file }: { readonly file: string },
): Promise<Crystal> {
  const frames = framesOfChunks(chunks, read, file);
  const first = await frames.next();
  if (first.done) throw new FileError(`"${file}" holds no structure`, { path: file });
  const second = await frames.next();
  await frames.return();
  return second.done ? first.value : first.value.withWarning(moreStructures(undefined));
}

/** @param count How many more there are, if that is known. */
export function moreStructures(count: number | undefined, line?: number): CrystalWarning {
  const others = count === undefined ? "more" : `${count} more`;
  return {
    code: "MORE_STRUCTURES",
    message: `the first structure was read, ${others} were not; readTrajectory(path) or trajectoryOf(text) reads all`,
    ...(line === undefined ? {} : { line }),
  };
}

/** @throws {ResourceExhausted} a text that cannot double any more. */
export function requireHoldable(text: string, path: string): void {
  if (2 * text.length > longest) throw tooLong(path, longest / 2);
}

function tooLong(path: string, limit: number): ResourceExhausted {
  return new ResourceExhausted(
    `"${path}" holds a structure of more than ${limit} characters; expected less in one piece`,
    { path, limit },
  );
}

function reasonOf(cause: unknown, path: string, expected: string): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return `no file "${path}"; paths are relative to the working directory, ${process.cwd()}`;
  }
  if (code === "EISDIR") return `"${path}" is a folder; expected ${expected}`;
  if (code === "ENOTDIR") return `no file "${path}": a folder of its path is a file`;
  if (code === "EACCES") return `no permission to read "${path}"`;
  if (code === "Z_BUF_ERROR") return `the gzip file "${path}" ends too early; fetch it again`;
  if (String(code).startsWith("Z_")) return `the gzip file "${path}" is damaged; fetch it again`;
  return `cannot read "${path}": ${(cause as Error).message}`;
}
