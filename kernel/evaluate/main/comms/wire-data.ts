import { inspect, types } from "node:util";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Error, JSON, Number, Uint8Array } from "../../intrinsics.js";
import { KernelError } from "../kernel-error.js";
import type { CommBuffer } from "./comms-api.js";

/** A copy of the data as JSON carries it. */
export function jsonData(data: unknown, where: string): unknown {
  if (data === undefined) return undefined;
  let text: string | undefined;
  let reason = "JSON has no such value";
  try {
    text = JSON.stringify(data);
  } catch (error) {
    reason = error instanceof Error ? error.message.split("\n")[0]! : reason;
  }
  if (text !== undefined) return JSON.parse(text);
  const got = inspect(data, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  const remedy = "send numbers, texts, lists and plain objects, and bytes as buffers";
  const message = `${where}: expected data that JSON can carry, got ${got} (${reason}); ${remedy}`;
  throw new KernelError("NOT_JSON", message, { got });
}

/** Copies of the bytes alone: a view would be sent with all of the memory that it looks into. */
export function wireBytes(buffers: readonly CommBuffer[], where: string): Uint8Array[] {
  return buffers.map((buffer) => {
    if (types.isArrayBufferView(buffer)) {
      const { byteOffset, byteLength } = buffer;
      return new Uint8Array(new Uint8Array(buffer.buffer, byteOffset, byteLength));
    }
    if (types.isAnyArrayBuffer(buffer)) return new Uint8Array(new Uint8Array(buffer));
    const message = `${where}: expected buffers to be ArrayBuffers or views of one, got ${inspect(buffer)}`;
    throw new KernelError("NOT_BYTES", message, { got: inspect(buffer) });
  });
}
