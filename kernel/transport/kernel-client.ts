import type { JsonObject } from "../protocol/json.js";
import type { Channel, Message, RequestChannel } from "../protocol/message.js";
import type {
  CommInfoReply,
  CompleteReply,
  ErrorReply,
  ExecuteReply,
  HistoryReply,
  InspectReply,
  IsCompleteReply,
  KernelInfoReply,
} from "../protocol/replies.js";
import { ClientSockets } from "./client-sockets.js";
import type { Connection } from "./connection-file.js";
import { type KernelDied, KernelTimeout } from "./errors.js";
import { Exchange } from "./exchange.js";
import { type KernelCommand, KernelProcess } from "./kernel-process.js";

export interface LaunchOptions extends KernelCommand {
  /** Time until the kernel has answered and its outputs arrive. Default 30000. */
  readonly startTimeoutMs?: number;
}

/** A message of a cell on iopub that is output: its type and content as on the wire. */
export interface OutputMessage {
  readonly type: string;
  readonly content: JsonObject;
}

export interface ExecuteOptions {
  readonly silent?: boolean;
  readonly storeHistory?: boolean;
  readonly stopOnError?: boolean;
  readonly userExpressions?: Readonly<Record<string, string>>;
  /** Called for each output as it arrives. */
  readonly onOutput?: (output: OutputMessage) => void;
  /** Answers the cell's questions; without it the cell is told that it may not ask. */
  readonly onInput?: (prompt: string, password: boolean) => string | Promise<string>;
  /** The cell is interrupted past this time, and `execute` rejects. Default: no limit. */
  readonly timeoutMs?: number;
}

export interface ExecuteResult {
  readonly reply: ExecuteReply;
  /** In order of arrival, complete: collected until the kernel was idle again. */
  readonly outputs: readonly OutputMessage[];
}

export type IopubListener = (message: Message) => void;

const outputTypes: ReadonlySet<string> = new Set([
  "stream",
  "display_data",
  "update_display_data",
  "execute_result",
  "error",
  "clear_output",
]);

/** How often a kernel is started that lost one of its ports to another process. */
const launchAttempts = 3;

/** How long an interrupted cell may take to end. */
const interruptGraceMs = 2000;

/**
 * A kernel process of this client, spoken to over ZeroMQ. Every pending call rejects with
 * `KernelDied` when the process ends; its message has the exit code and the last lines of stderr.
 *
 * @example
 * const kernel = await KernelClient.launch();
 * const { reply, outputs } = await kernel.execute("1 + 1");
 * await kernel.shutdown();
 */
export class KernelClient {
  readonly #process: KernelProcess;
  readonly #sockets: ClientSockets;
  readonly #exchanges = new Map<string, Exchange>();
  readonly #listeners = new Set<IopubListener>();
  #info: KernelInfoReply | undefined;
  #death: KernelDied | undefined;

  private constructor(kernelProcess: KernelProcess) {
    this.#process = kernelProcess;
    this.#sockets = new ClientSockets(kernelProcess.connection);
    this.#sockets.listen((channel, message) => this.#receive(channel, message));
    void kernelProcess.ended.then((death) => {
      this.#death = death;
      for (const exchange of this.#exchanges.values()) exchange.fail(death);
    });
  }

  /**
   * @throws {KernelDied} The process could not be started or ended before it answered.
   * @throws {KernelTimeout} It did not answer within `startTimeoutMs`; it has been killed.
   */
  static async launch(options: LaunchOptions = {}): Promise<KernelClient> {
    for (let attempt = 1; ; attempt++) {
      const client = new KernelClient(await KernelProcess.start(options));
      try {
        await client.#awaitReady(options.startTimeoutMs ?? 30_000);
        return client;
      } catch (error) {
        await client.#discard();
        if (!client.#process.lostPort || attempt === launchAttempts) throw error;
      }
    }
  }

  get connection(): Connection {
    return this.#process.connection;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The kernel's answer when it started. */
  get info(): KernelInfoReply {
    return this.#info as KernelInfoReply;
  }

  /** Settles when the process has ended, whatever the reason. Never rejects. */
  get ended(): Promise<KernelDied> {
    return this.#process.ended;
  }

  /** Hears every iopub message, also those of other clients; returns how to stop. */
  onIopub(listener: IopubListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Runs a cell. A cell that fails is a result, not a rejection.
   *
   * @throws {KernelTimeout} It took longer than `timeoutMs`; `data` has its `outputs` so far and
   *   whether it was `interrupted`.
   * @throws {KernelDied}
   */
  async execute(code: string, options: ExecuteOptions = {}): Promise<ExecuteResult> {
    const outputs: OutputMessage[] = [];
    const content = {
      code,
      silent: options.silent ?? false,
      store_history: options.storeHistory ?? true,
      user_expressions: options.userExpressions ?? {},
      allow_stdin: options.onInput !== undefined,
      stop_on_error: options.stopOnError ?? true,
    };
    const exchange = this.#begin("shell", "execute_request", content, {
      onIopub: ({ header, content }) => {
        if (!outputTypes.has(header.msg_type)) return;
        const output = { type: header.msg_type, content };
        outputs.push(output);
        options.onOutput?.(output);
      },
      onStdin: (question) => void this.#answerInput(question, options),
    });
    const reply = await this.#replyInTime(exchange, options.timeoutMs, outputs);
    return { reply: reply.content as unknown as ExecuteReply, outputs };
  }

  /**
   * Any request and its reply, when the kernel is idle again.
   *
   * @throws {KernelDied}
   */
  async request(channel: RequestChannel, type: string, content: JsonObject): Promise<Message> {
    return this.#begin(channel, type, content).completed;
  }

  /** Stops the running cell; settles when the kernel has taken the request. */
  async interrupt(): Promise<void> {
    await this.request("control", "interrupt_request", {});
  }

  async kernelInfo(): Promise<KernelInfoReply> {
    return this.#content(this.request("shell", "kernel_info_request", {}));
  }

  /** @param cursorPos In code points. */
  async complete(code: string, cursorPos: number): Promise<CompleteReply | ErrorReply> {
    const content = { code, cursor_pos: cursorPos };
    return this.#content(this.request("shell", "complete_request", content));
  }

  /** @param cursorPos In code points. */
  async inspect(
    code: string,
    cursorPos: number,
    detailLevel: 0 | 1 = 0,
  ): Promise<InspectReply | ErrorReply> {
    const content = { code, cursor_pos: cursorPos, detail_level: detailLevel };
    return this.#content(this.request("shell", "inspect_request", content));
  }

  async isComplete(code: string): Promise<IsCompleteReply | ErrorReply> {
    return this.#content(this.request("shell", "is_complete_request", { code }));
  }

  /** @param query Content of history_request. */
  async history(query: JsonObject): Promise<HistoryReply | ErrorReply> {
    return this.#content(this.request("shell", "history_request", query));
  }

  async commInfo(targetName?: string): Promise<CommInfoReply> {
    const content = targetName === undefined ? {} : { target_name: targetName };
    return this.#content(this.request("shell", "comm_info_request", content));
  }

  /** Sends a message that has no reply, such as comm_msg. */
  notify(
    channel: RequestChannel,
    type: string,
    content: JsonObject,
    buffers: readonly Uint8Array[] = [],
    metadata: JsonObject = {},
  ): void {
    this.#sockets.send(channel, type, content, { buffers, metadata });
  }

  /**
   * Ends the kernel and frees everything. A kernel that has not ended within `graceMs` is killed.
   * Never rejects; may be called twice.
   *
   * @returns Exit code of the process, `null` where a signal ended it.
   */
  async shutdown(graceMs = 3000): Promise<number | null> {
    if (!this.#death) this.#sockets.send("control", "shutdown_request", { restart: false });
    const timer = setTimeout(() => this.#process.kill(), graceMs);
    await this.#process.ended;
    clearTimeout(timer);
    await this.#discard();
    return this.#process.exitCode;
  }

  async #discard(): Promise<void> {
    this.#process.kill();
    await this.#process.ended;
    await Promise.all([this.#sockets.close(), this.#process.removeFiles()]);
  }

  /** Ready = it answers, and what it publishes reaches this client: the subscription takes a while. */
  async #awaitReady(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (let waitMs = 50; performance.now() < deadline; waitMs = Math.min(2 * waitMs, 1000)) {
      const exchange = this.#begin("shell", "kernel_info_request", {});
      const remaining = deadline - performance.now();
      const reply = await within(exchange.replied, remaining);
      if (!reply) break;
      this.#info = reply.content as unknown as KernelInfoReply;
      if (await within(exchange.completed, Math.min(waitMs, remaining))) return;
      exchange.forget();
    }
    throw new KernelTimeout(`the kernel did not answer within ${timeoutMs / 1000} s of its start`, {
      timeoutMs,
      request: "kernel_info_request",
    });
  }

  #begin(
    channel: RequestChannel,
    type: string,
    content: JsonObject,
    hooks: { onIopub?: IopubListener; onStdin?: IopubListener } = {},
  ): Exchange {
    const { header } = this.#sockets.send(channel, type, content);
    const exchange = new Exchange(hooks, () => this.#exchanges.delete(header.msg_id));
    if (this.#death) exchange.fail(this.#death);
    else this.#exchanges.set(header.msg_id, exchange);
    return exchange;
  }

  #receive(channel: Channel, message: Message): void {
    if (channel === "iopub") for (const listener of this.#listeners) listener(message);
    const exchange = this.#exchanges.get(message.parentHeader.msg_id ?? "");
    exchange?.receive(channel, message);
  }

  async #answerInput(question: Message, options: ExecuteOptions): Promise<void> {
    const { prompt, password } = question.content;
    const value = (await options.onInput?.(String(prompt), password === true)) ?? "";
    this.#sockets.send("stdin", "input_reply", { value }, { parentHeader: question.header });
  }

  /** Past the time the cell is interrupted, and waited for: what comes next should find an idle kernel. */
  async #replyInTime(
    exchange: Exchange,
    timeoutMs: number | undefined,
    outputs: readonly OutputMessage[],
  ): Promise<Message> {
    if (timeoutMs === undefined) return exchange.completed;
    const reply = await within(exchange.completed, timeoutMs);
    if (reply) return reply;
    this.#sockets.send("control", "interrupt_request", {});
    const interrupted = (await within(exchange.completed, interruptGraceMs)) !== undefined;
    exchange.forget();
    throw new KernelTimeout(
      `the cell took longer than ${timeoutMs / 1000} s and ${
        interrupted ? "was interrupted" : "does not react to an interrupt"
      }; allow more time, or make the cell smaller`,
      { timeoutMs, interrupted, outputs },
    );
  }

  async #content<T>(message: Promise<Message>): Promise<T> {
    return (await message).content as unknown as T;
  }
}

/** `undefined` where the time is up first. */
async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
