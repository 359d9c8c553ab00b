import type {
  CellOutcome,
  CellOutput,
  CellRequest,
  CommMessage,
  Completeness,
  Completion,
  Evaluator,
  Inspection,
} from "../../../kernel/evaluate/evaluator.js";
import type { JsonObject } from "../../../kernel/protocol/json.js";
import {
  type Channel,
  createHeader,
  createMessage,
  type Message,
} from "../../../kernel/protocol/message.js";
import type { HistoryEntry, HistoryStore } from "../../../kernel/session/history.js";
import { KernelSession } from "../../../kernel/session/kernel-session.js";

export const ok: CellOutcome = { status: "ok", userExpressions: {}, payload: [] };

export const failure: CellOutcome = {
  status: "error",
  ename: "RangeError",
  evalue: "too far",
  traceback: ["RangeError: too far"],
};

/** Cells end when the test says so. */
class FakeEvaluator implements Evaluator {
  onOutput: (output: CellOutput) => void = () => {};
  readonly executed: CellRequest[] = [];
  readonly comms: CommMessage[] = [];
  readonly inputs: string[] = [];
  readonly cursors: number[] = [];
  interrupts = 0;
  /** Handlers of comm messages take until it settles. */
  handled: Promise<void> | undefined;
  completion: Completion | Error = { matches: [], start: 0, end: 0 };
  #settle: ((outcome: CellOutcome) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  execute(request: CellRequest): Promise<CellOutcome> {
    if (this.#settle) throw new Error("two cells at once");
    this.executed.push(request);
    return new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#reject = reject;
    });
  }

  async end(outcome: CellOutcome = ok): Promise<void> {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
    await turn();
  }

  async fail(error: Error): Promise<void> {
    this.#settle = undefined;
    this.#reject?.(error);
    await turn();
  }

  interrupt(): void {
    this.interrupts++;
    void this.end({ status: "interrupted", traceback: ["Interrupted"] });
  }

  async complete(_code: string, cursor: number): Promise<Completion> {
    this.cursors.push(cursor);
    if (this.completion instanceof Error) throw this.completion;
    return this.completion;
  }

  async inspect(_code: string, cursor: number, detailLevel: 0 | 1): Promise<Inspection> {
    this.cursors.push(cursor);
    return { found: true, data: { "text/plain": `level ${detailLevel}` } };
  }

  async isComplete(code: string): Promise<Completeness> {
    return { status: code.endsWith("{") ? "incomplete" : "complete", indent: "  " };
  }

  async comm(_id: string, message: CommMessage): Promise<void> {
    this.comms.push(message);
    await this.handled;
  }

  inputReply(value: string): void {
    this.inputs.push(value);
  }

  async close(): Promise<void> {}
}

/** A sent message in short: channel, type, what matters of the content, id of the parent. */
export interface Sent {
  readonly channel: Channel;
  readonly type: string;
  readonly content: JsonObject;
  readonly parent: string | undefined;
  readonly message: Message;
}

/** A session with everything around it faked. */
export class Bench {
  readonly evaluator = new FakeEvaluator();
  readonly sent: Sent[] = [];
  readonly stored: HistoryEntry[] = [];
  readonly logged: string[] = [];
  readonly shutdowns: boolean[] = [];
  readonly session: KernelSession;
  /** Messages that lie in the socket and come when the session waits for it. */
  readonly inSocket: (() => void)[] = [];

  constructor(earlier: readonly HistoryEntry[] = []) {
    const historyStore: HistoryStore = {
      append: (entry) => this.stored.push(entry),
      load: async () => earlier,
    };
    this.session = new KernelSession({
      evaluator: this.evaluator,
      outbox: {
        send: (channel, message) => this.sent.push(summary(channel, message)),
        settled: async () => {
          for (const arrive of this.inSocket.splice(0)) arrive();
        },
      },
      historyStore,
      kernelInfo: () => ({
        status: "ok",
        protocol_version: "5.5",
        implementation: "fake",
        implementation_version: "0",
        language_info: {
          name: "typescript",
          version: "0",
          mimetype: "text/typescript",
          file_extension: ".ts",
          pygments_lexer: "typescript",
          codemirror_mode: "typescript",
          nbconvert_exporter: "script",
        },
        banner: "",
        debugger: false,
        supported_features: [],
        help_links: [],
      }),
      usage: () => ({ pid: 1 }),
      onShutdown: (restart) => this.shutdowns.push(restart),
      log: (text) => this.logged.push(text),
    });
    this.sent.length = 0;
  }

  /** Sends a request and returns its id. */
  async request(
    type: string,
    content: JsonObject = {},
    options: { channel?: "shell" | "control" | "stdin"; client?: string } = {},
  ): Promise<string> {
    const message = requestMessage(type, content, options.client);
    this.session.receive(options.channel ?? "shell", message);
    await turn();
    return message.header.msg_id;
  }

  execute(code: string, content: JsonObject = {}): Promise<string> {
    return this.request("execute_request", { code, ...content });
  }

  /** `type` or `type:state` of everything sent under a parent, in order. */
  story(parent: string): string[] {
    return this.sent.filter((sent) => sent.parent === parent).map(shortName);
  }

  replies(): Sent[] {
    return this.sent.filter(({ channel }) => channel !== "iopub");
  }

  find(type: string): Sent {
    const found = this.sent.find((sent) => sent.type === type);
    if (!found) throw new Error(`no ${type} among ${this.sent.map(shortName).join(", ")}`);
    return found;
  }
}

export function requestMessage(type: string, content: JsonObject, client = "ada"): Message {
  const identities = [Buffer.from(client)];
  return createMessage(createHeader(type, client, client), content, { identities });
}

export function shortName({ type, content }: Sent): string {
  return type === "status" ? String(content.execution_state) : type;
}

/** Lets everything run that is due. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function summary(channel: Channel, message: Message): Sent {
  return {
    channel,
    type: message.header.msg_type,
    content: message.content,
    parent: message.parentHeader.msg_id,
    message,
  };
}
