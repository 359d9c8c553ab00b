import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { createRequire, Module } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Script } from "node:vm";

/** A CommonJS file that was loaded by its path. */
export interface CachedModule {
  readonly exports: unknown;
  /** Keeps what V8 has compiled of it by now, where the next process finds it. */
  save(): void;
}

/**
 * Loads a large CommonJS file with V8's compiled code of an earlier process, which for TypeScript
 * takes a third of the time. V8 refuses code of another V8 and of a source of another length; the name
 * has to tell versions of the file apart.
 */
export function requireWithCodeCache(path: string, cacheName: string): CachedModule {
  const cacheFile = join(cacheFolder(), `${cacheName}-${process.version}-${process.arch}.bin`);
  const cached = readIfPossible(cacheFile);
  const script = new Script(wrappedText(path), {
    filename: path,
    ...(cached && { cachedData: new Uint8Array(cached) }),
  });
  cached?.resize(0);
  const module = new Module(path);
  const body = script.runInThisContext() as (...parts: unknown[]) => void;
  body(module.exports, createRequire(path), module, path, dirname(path));
  const isFresh = cached !== undefined && script.cachedDataRejected !== true;
  return {
    exports: module.exports,
    save: () => {
      if (!isFresh) writeIfPossible(cacheFile, script.createCachedData());
    },
  };
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "prism-lab");
}

/** In Node from version 20 on, in TypeScript's library from ES2024 on. */
interface ResizableBuffer extends ArrayBuffer {
  resize(length: number): void;
}
const ResizableBuffer = ArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => ResizableBuffer;

/** A module's text in the function that Node calls it by, without a second copy of it on the way. */
function wrappedText(path: string): string {
  const place = "place of the text";
  const [head = "", tail = ""] = Module.wrap(place).split(place);
  const bytes = readBytes(path, head, tail);
  const text = Buffer.from(bytes).toString("utf8");
  bytes.resize(0);
  return text;
}

function readIfPossible(file: string): ResizableBuffer | undefined {
  try {
    return readBytes(file);
  } catch {
    return undefined;
  }
}

/**
 * A file between two texts, in a buffer that goes back to the system when it is resized to nothing: one
 * that waits for the garbage collector would stay resident for the session, as a hole in the heap.
 */
function readBytes(file: string, head = "", tail = ""): ResizableBuffer {
  const descriptor = openSync(file, "r");
  try {
    const length = fstatSync(descriptor).size;
    const maxByteLength = head.length + length + tail.length;
    const buffer = new ResizableBuffer(maxByteLength, { maxByteLength });
    const bytes = Buffer.from(buffer);
    bytes.write(head, 0, "latin1");
    for (let read = 0; read < length; ) {
      const count = readSync(descriptor, bytes, head.length + read, length - read, null);
      if (count === 0) throw new Error(`${file}: ${read} of ${length} bytes`);
      read += count;
    }
    bytes.write(tail, head.length + length, "latin1");
    return buffer;
  } finally {
    closeSync(descriptor);
  }
}

/** Without a place to write, every start just takes a little longer. */
function writeIfPossible(file: string, data: Buffer): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(draft, data, { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    return;
  }
}
