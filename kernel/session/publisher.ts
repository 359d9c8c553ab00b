import type { JsonObject } from "../protocol/json.js";
import {
  type Channel,
  createHeader,
  createMessage,
  type Header,
  type Message,
  type MessageParts,
  type RequestChannel,
} from "../protocol/message.js";

/** Where messages go; the wire, or a list in a test. */
export interface Outbox {
  send(channel: Channel, message: Message): void;
  /** Settles when all requests that had already arrived have been delivered. */
  settled(): Promise<void>;
}

/** A request and the channel its reply belongs on. */
export interface Request {
  readonly channel: RequestChannel;
  readonly message: Message;
}

export type ParentHeader = Header | Readonly<Record<string, never>>;

/** Makes messages of one kernel session and puts them on their channel. */
export class Publisher {
  readonly #outbox: Outbox;
  readonly #sessionId: string;
  readonly #topicPrefix: string;

  constructor(outbox: Outbox, sessionId: string) {
    this.#outbox = outbox;
    this.#sessionId = sessionId;
    this.#topicPrefix = `kernel.${sessionId}.`;
  }

  /** Broadcasts on iopub. */
  publish(
    type: string,
    content: JsonObject,
    parentHeader: ParentHeader,
    parts: Pick<MessageParts, "metadata" | "buffers"> = {},
  ): void {
    const identities = [Buffer.from(this.#topicPrefix + type)];
    this.#send("iopub", type, content, { ...parts, identities, parentHeader });
  }

  status(state: "starting" | "busy" | "idle", parentHeader: ParentHeader): void {
    this.publish("status", { execution_state: state }, parentHeader);
  }

  /** Tells the subscribers of a topic that they miss nothing any more (JEP 65). */
  welcome(topic: string): void {
    const identities = [Buffer.from(topic)];
    this.#send("iopub", "iopub_welcome", { subscription: topic }, { identities });
  }

  /** Answers the one who asked, on the channel of the request. */
  reply(request: Request, type: string, content: JsonObject, metadata: JsonObject = {}): void {
    const { identities, header } = request.message;
    this.#send(request.channel, type, content, { identities, parentHeader: header, metadata });
  }

  /** Asks the client that sent the cell; returns the id that its answer may name. */
  requestInput(cell: Request, content: JsonObject): string {
    const { identities, header } = cell.message;
    return this.#send("stdin", "input_request", content, { identities, parentHeader: header });
  }

  #send(channel: Channel, type: string, content: JsonObject, parts: MessageParts): string {
    const header = createHeader(type, this.#sessionId, "kernel");
    this.#outbox.send(channel, createMessage(header, content, parts));
    return header.msg_id;
  }
}
