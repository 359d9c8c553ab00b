import type { JsonObject } from "../../kernel/protocol/json.js";
import type { Channel, Message, RequestChannel } from "../../kernel/protocol/message.js";
import { ClientSockets } from "../../kernel/transport/client-sockets.js";
import type { Connection } from "../../kernel/transport/connection-file.js";

interface Heard {
  readonly channel: Channel;
  readonly message: Message;
}

/** One more client of a running kernel: a session and an identity of its own, on all channels. */
export class GuestClient {
  /** Everything that came, in the order of each channel. */
  readonly heard: Heard[] = [];
  private readonly sockets: ClientSockets;
  private waiting: {
    readonly wanted: (heard: Heard) => boolean;
    resolve(message: Message): void;
  }[] = [];

  private constructor(connection: Connection) {
    this.sockets = new ClientSockets(connection);
    this.sockets.listen((channel, message) => {
      const heard = { channel, message };
      this.heard.push(heard);
      const due = this.waiting.filter(({ wanted }) => wanted(heard));
      this.waiting = this.waiting.filter((each) => !due.includes(each));
      for (const { resolve } of due) resolve(message);
    });
  }

  /** Hears everything from here on. */
  static async join(connection: Connection): Promise<GuestClient> {
    const guest = new GuestClient(connection);
    await guest.next("iopub", ({ header }) => header.msg_type === "iopub_welcome");
    return guest;
  }

  /** The first message of a channel, past or future, that is wanted. */
  async next(channel: Channel, wanted: (message: Message) => boolean): Promise<Message> {
    const fits = (heard: Heard): boolean => heard.channel === channel && wanted(heard.message);
    const past = this.heard.find(fits);
    if (past !== undefined) return past.message;
    return new Promise((resolve) => this.waiting.push({ wanted: fits, resolve }));
  }

  /** Returns the id of the request. */
  send(channel: RequestChannel | "stdin", type: string, content: JsonObject): string {
    return this.sockets.send(channel, type, content).header.msg_id;
  }

  answer(question: Message, value: string): void {
    this.sockets.send("stdin", "input_reply", { value }, { parentHeader: question.header });
  }

  execute(code: string, options: JsonObject = {}): string {
    return this.send("shell", "execute_request", { code, silent: false, ...options });
  }

  replyTo(id: string): Promise<Message> {
    return this.next("shell", ({ parentHeader }) => parentHeader.msg_id === id);
  }

  /** Runs a cell to its end; its reply. */
  async run(code: string, options: JsonObject = {}): Promise<JsonObject> {
    return (await this.replyTo(this.execute(code, options))).content;
  }

  /** What was published so far because of a request. */
  publishedFor(id: string): readonly Message[] {
    return this.heard
      .filter(({ channel, message }) => channel === "iopub" && message.parentHeader.msg_id === id)
      .map(({ message }) => message);
  }

  async idle(id: string): Promise<void> {
    await this.next("iopub", ({ parentHeader, content }) => {
      return parentHeader.msg_id === id && content.execution_state === "idle";
    });
  }

  close(): Promise<void> {
    return this.sockets.close();
  }
}
