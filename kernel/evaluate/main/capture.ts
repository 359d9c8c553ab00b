import { Buffer } from "node:buffer";
import { Console } from "node:console";
import process from "node:process";
import { inspect } from "node:util";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object } from "../intrinsics.js";
import type { StreamName } from "../text-ring.js";
import type { Outbox } from "./outbox.js";

type Written = (error?: Error | null) => void;

/**
 * From now on what the process writes to its standard streams, by `console` or directly, goes to
 * the notebook. Values are coloured as in a terminal, which every front end shows.
 */
export function captureStreams(outbox: Outbox): void {
  // Node's grey is bright black, which cannot be read on JupyterLab's dark pages.
  inspect.styles.undefined = "dim";
  redirect(process.stdout, "stdout", outbox);
  redirect(process.stderr, "stderr", outbox);
  const own = new Console({
    stdout: process.stdout,
    stderr: process.stderr,
    colorMode: true,
    // With them ignored each line would leave a callback behind for when the cell has ended: 300
    // bytes a line in a loop that prints, and the writing here cannot fail.
    ignoreErrors: false,
  });
  // Into the existing object: libraries that kept a reference to it are captured as well.
  for (const [name, method] of Object.entries(own)) {
    if (typeof method === "function") Object.assign(console, { [name]: method });
  }
}

function redirect(stream: NodeJS.WriteStream, name: StreamName, outbox: Outbox): void {
  const write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | Written,
    callback?: Written,
  ): boolean => {
    const isText = typeof chunk === "string";
    const coding = typeof encoding === "string" ? encoding : "utf8";
    const isEncoded = isText && (coding === "hex" || coding === "base64");
    outbox.text(name, isText && !isEncoded ? chunk : asBytes(chunk, coding).toString("utf8"));
    const written = typeof encoding === "function" ? encoding : callback;
    if (written !== undefined) process.nextTick(written);
    return true;
  };
  stream.write = write as typeof stream.write;
}

function asBytes(chunk: string | Uint8Array, encoding: BufferEncoding): Buffer {
  if (typeof chunk === "string") return Buffer.from(chunk, encoding);
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
