import { createWriteStream } from "node:fs";
import { rename, unlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { show } from "../base/check.js";
import { FileError, PrismError } from "../base/errors.js";

/** @throws {FileError} no path. */
export function requireWritablePath(path: string, remedy = ""): void {
  if (typeof path === "string" && path !== "") return;
  throw new FileError(`expected the path of a file to write, got ${show(path)}${remedy}`, { path });
}

/**
 * Texts, one after the other, as a file; packed by gzip if the path ends in ".gz". The file appears, or
 * replaces the one before, when all are written.
 *
 * @throws {FileError} the file cannot be written.
 */
export async function writeTexts(
  path: string,
  texts: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  // The texts may come from the very file that is written.
  const partial = `${path}.${process.pid}.part`;
  const source = Readable.from(texts);
  const file = createWriteStream(partial);
  try {
    await (path.endsWith(".gz") ? pipeline(source, createGzip(), file) : pipeline(source, file));
    await rename(partial, path);
  } catch (cause) {
    await unlink(partial).catch(() => {});
    if (cause instanceof PrismError) throw cause;
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw new FileError(reasonOf(cause as NodeJS.ErrnoException, path), { path }, { cause });
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException, path: string): string {
  const folder = dirname(resolve(path));
  if (code === "ENOENT") {
    return `cannot write "${path}": there is no folder "${folder}"; make it first, or write elsewhere`;
  }
  if (code === "ENOTDIR") return `cannot write "${path}": "${folder}" is a file, not a folder`;
  if (code === "EISDIR") return `cannot write "${path}": it is a folder; name a file in it`;
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return `cannot write "${path}": no permission to write in "${folder}"`;
  }
  if (code === "ENOSPC") return `cannot write "${path}": no space is left on the disk`;
  return `cannot write "${path}": ${message.replace(/\.\d+\.part\b/g, "")}`;
}
