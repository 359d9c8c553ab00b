import { randomUUID } from "node:crypto";
import type { JsonObject } from "./json.js";

/** The version named in every header and in kernel_info_reply. */
export const protocolVersion = "5.5";

/**
 * Header of a message; the names are those on the wire.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#message-header
 */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  /** One for the lifetime of a client or a kernel. */
  readonly session: string;
  readonly username: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly version: string;
}

export interface Message {
  /** Routing prefix: who asked, or the topic on iopub. */
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  /** Header of the request that caused the message; empty where there is none. */
  readonly parentHeader: Header | Readonly<Record<string, never>>;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

/** The channels on which requests arrive. */
export type RequestChannel = "shell" | "control";

export type Channel = RequestChannel | "stdin" | "iopub";

export function createHeader(type: string, session: string, username: string): Header {
  return {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username,
    date: new Date().toISOString(),
    version: protocolVersion,
  };
}

/** What a message may carry besides its type and content. */
export interface MessageParts {
  readonly identities?: readonly Uint8Array[];
  readonly parentHeader?: Message["parentHeader"];
  readonly metadata?: JsonObject;
  readonly buffers?: readonly Uint8Array[];
}

export function createMessage(header: Header, content: JsonObject, parts: MessageParts): Message {
  return {
    identities: parts.identities ?? [],
    header,
    parentHeader: parts.parentHeader ?? {},
    metadata: parts.metadata ?? {},
    content,
    buffers: parts.buffers ?? [],
  };
}
