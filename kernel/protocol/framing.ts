import { isDeeperThan, isJsonObject, type JsonObject, jsonText } from "./json.js";
import type { Header, Message } from "./message.js";
import type { Signer } from "./signature.js";

/** Why frames are no message. They are dropped: nothing in them can be trusted. */
export interface FrameFault {
  readonly code:
    | "NO_DELIMITER"
    | "TOO_FEW_FRAMES"
    | "BAD_SIGNATURE"
    | "BAD_JSON"
    | "TOO_DEEP"
    | "BAD_HEADER";
  readonly message: string;
}

export type Decoded =
  | { readonly ok: true; readonly message: Message; readonly signature: string }
  | { readonly ok: false; readonly fault: FrameFault };

/** Python, which Jupyter's servers are written in, reads no deeper JSON either. */
const maxDepth = 1000;

const delimiter = Buffer.from("<IDS|MSG>");

/** `identities`, `<IDS|MSG>`, signature, header, parent header, metadata, content, `buffers`. */
export function encodeMessage(message: Message, signer: Signer): (Uint8Array | string)[] {
  const parts = [
    JSON.stringify(message.header),
    JSON.stringify(message.parentHeader),
    jsonText(message.metadata),
    jsonText(message.content),
  ];
  return [...message.identities, delimiter, signer.sign(parts), ...parts, ...message.buffers];
}

/**
 * Reads frames from the wire. Whatever is wrong with them comes back as a fault, in the order in
 * which it matters: nothing is parsed before the signature has been verified.
 */
export function decodeFrames(frames: readonly Uint8Array[], signer: Signer): Decoded {
  const at = frames.findIndex((frame) => delimiter.equals(frame));
  if (at < 0) return refused("NO_DELIMITER", `no <IDS|MSG> among ${frames.length} frames`);
  const [signature, ...rest] = frames.slice(at + 1);
  const parts = rest.slice(0, 4);
  if (signature === undefined || parts.length < 4) {
    const count = frames.length - at - 1;
    return refused("TOO_FEW_FRAMES", `5 frames expected after <IDS|MSG>, ${count} came`);
  }
  if (!signer.verify(parts, signature)) {
    return refused("BAD_SIGNATURE", "the signature does not belong to the key of this kernel");
  }
  const objects = parts.map(parseObject);
  const [header, parentHeader, metadata, content] = objects;
  if (!header || !parentHeader || !metadata || !content) {
    const names = ["header", "parent header", "metadata", "content"];
    const which = names.filter((_, index) => objects[index] === undefined);
    return refused("BAD_JSON", `not a JSON object: ${which.join(", ")}`);
  }
  if (objects.some((value) => isDeeperThan(maxDepth, value))) {
    return refused("TOO_DEEP", `objects lie in one another more than ${maxDepth} deep`);
  }
  if (!isHeader(header)) {
    return refused("BAD_HEADER", "the header lacks msg_id or msg_type, or they are no strings");
  }
  const message: Message = {
    identities: frames.slice(0, at),
    header: completed(header),
    parentHeader: isHeader(parentHeader) ? completed(parentHeader) : {},
    metadata,
    content,
    buffers: rest.slice(4),
  };
  return { ok: true, message, signature: Buffer.from(signature).toString("latin1") };
}

function refused(code: FrameFault["code"], message: string): Decoded {
  return { ok: false, fault: { code, message } };
}

/** `undefined` for anything but a JSON object; also for text longer than a string can be. */
function parseObject(frame: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString("utf8"),
    );
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHeader(value: JsonObject): value is JsonObject & Pick<Header, "msg_id" | "msg_type"> {
  return typeof value.msg_id === "string" && typeof value.msg_type === "string";
}

/** Keeps unknown fields: a reply returns its parent's header as it came. */
function completed(header: JsonObject & Pick<Header, "msg_id" | "msg_type">): Header {
  return { session: "", username: "", date: "", version: "", ...header };
}
