import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Dealer } from "zeromq";
import { decodeFrames, encodeMessage } from "../../kernel/protocol/framing.js";
import type { JsonObject } from "../../kernel/protocol/json.js";
import { createHeader, createMessage, type Message } from "../../kernel/protocol/message.js";
import { createSigner, type Signer } from "../../kernel/protocol/signature.js";
import { endpointOf } from "../../kernel/transport/connection-file.js";
import {
  type ExecuteResult,
  KernelClient,
  type LaunchOptions,
} from "../../kernel/transport/kernel-client.js";

export const kernelMain: string = fileURLToPath(
  new URL("../../dist/kernel/cli/main.js", import.meta.url),
);

export interface StartedCell {
  readonly id: string;
  readonly ended: Promise<ExecuteResult>;
}

/** The built kernel, with a data directory of its own that goes with it. */
export class KernelFixture {
  readonly client: KernelClient;
  readonly dataHome: string;

  private constructor(client: KernelClient, dataHome: string) {
    this.client = client;
    this.dataHome = dataHome;
  }

  static async start(options: LaunchOptions = {}): Promise<KernelFixture> {
    const dataHome = await mkdtemp(join(tmpdir(), "prism-wire-"));
    const env = { XDG_DATA_HOME: dataHome, ...options.env };
    try {
      return new KernelFixture(await KernelClient.launch({ ...options, env }), dataHome);
    } catch (error) {
      await rm(dataHome, { recursive: true });
      throw error;
    }
  }

  /** Ends the kernel; returns its exit code. */
  async stop(): Promise<number | null> {
    const exitCode = await this.client.shutdown();
    await rm(this.dataHome, { recursive: true });
    return exitCode;
  }

  /** Starts a cell and waits until it really runs: until the line it prints first has arrived. */
  async started(code: string): Promise<StartedCell> {
    const line = this.iopub(({ content }) => /^started\n/.test(String(content.text)));
    const ended = this.client.execute(`console.log("started");\n${code}`);
    const { parentHeader } = await line;
    return { id: parentHeader.msg_id ?? "", ended };
  }

  /** The next message on iopub that is wanted. */
  iopub(wanted: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const stop = this.client.onIopub((message) => {
        if (!wanted(message)) return;
        stop();
        resolve(message);
      });
    });
  }

  /** Everything on iopub while `action` runs, but for a welcome, which has no request. */
  async recorded(action: () => Promise<unknown>): Promise<readonly Message[]> {
    const messages: Message[] = [];
    const stop = this.client.onIopub((message) => {
      if (message.header.msg_type !== "iopub_welcome") messages.push(message);
    });
    await action();
    stop();
    return messages;
  }
}

/** A second client on the shell channel that may send any frames. */
export class RawClient {
  readonly signer: Signer;
  readonly #socket: Dealer;

  constructor(client: KernelClient) {
    this.signer = createSigner(client.connection.key);
    this.#socket = new Dealer({ linger: 0 });
    this.#socket.connect(endpointOf(client.connection, "shell_port"));
  }

  frames(type: string, content: JsonObject = {}, signer = this.signer): (Uint8Array | string)[] {
    const header = createHeader(type, "raw", "raw");
    return encodeMessage(createMessage(header, content, {}), signer);
  }

  async send(frames: (Uint8Array | string)[]): Promise<void> {
    await this.#socket.send(frames);
  }

  async receive(): Promise<Message> {
    const decoded = decodeFrames(await this.#socket.receive(), this.signer);
    if (!decoded.ok) throw new Error(decoded.fault.message);
    return decoded.message;
  }

  /** The types of the replies up to that of a request sent now: what came before has been handled. */
  async repliesUntilNow(): Promise<readonly string[]> {
    const frames = this.frames("comm_info_request");
    const sentId = String(JSON.parse(String(frames[2])).msg_id);
    await this.send(frames);
    const types: string[] = [];
    for (;;) {
      const reply = await this.receive();
      if (reply.parentHeader.msg_id === sentId) return types;
      types.push(reply.header.msg_type);
    }
  }

  close(): void {
    this.#socket.close();
  }
}

/** `busy`, `idle` or the type of each message. */
export function story(messages: readonly Message[]): readonly string[] {
  return messages.map(({ header, content }) =>
    header.msg_type === "status" ? String(content.execution_state) : header.msg_type,
  );
}
