import { randomUUID } from "node:crypto";
import type { Evaluator } from "../evaluate/evaluator.js";
import type { JsonObject } from "../protocol/json.js";
import type { Channel, Message } from "../protocol/message.js";
import { errorReply, type KernelInfoReply } from "../protocol/replies.js";
import { readExecuteRequest } from "../protocol/requests.js";
import { CellRegister, createCell } from "./cell.js";
import { createCellSteps } from "./cell-steps.js";
import { CommRegistry } from "./comm-registry.js";
import { ExecutionQueue } from "./execution-queue.js";
import { type Answer, answers, invalidRequest, notices, replyType } from "./handlers.js";
import { History, type HistoryStore } from "./history.js";
import { InputDesk } from "./input-desk.js";
import { publishOutput } from "./outputs.js";
import { type Outbox, Publisher, type Request } from "./publisher.js";
import type { Services } from "./services.js";

export interface SessionOptions {
  readonly evaluator: Evaluator;
  readonly outbox: Outbox;
  readonly historyStore: HistoryStore;
  readonly kernelInfo: () => KernelInfoReply;
  readonly usage: () => JsonObject;
  /** The client was told that the kernel ends: end it. */
  readonly onShutdown: (restart: boolean) => void;
  readonly log: (text: string) => void;
}

/**
 * A kernel as its clients see it: takes messages, drives the evaluator, publishes what comes of it.
 * Knows no sockets and no threads.
 */
export class KernelSession {
  readonly #services: Services;
  readonly #queue: ExecutionQueue;

  constructor(options: SessionOptions) {
    const { evaluator, outbox, historyStore, ...rest } = options;
    const sessionId = randomUUID();
    const publisher = new Publisher(outbox, sessionId);
    this.#services = {
      ...rest,
      evaluator,
      publisher,
      cells: new CellRegister(),
      comms: new CommRegistry(),
      history: new History(sessionId, historyStore),
      inputs: new InputDesk(publisher, evaluator),
    };
    this.#queue = new ExecutionQueue(createCellSteps(this.#services, outbox));
    evaluator.onOutput = (output) => publishOutput(this.#services, output);
    publisher.status("starting", {});
  }

  /** Takes one verified message. Never throws: what is wrong with it is answered or logged. */
  receive(channel: Exclude<Channel, "iopub">, message: Message): void {
    if (channel === "stdin") {
      this.#receiveInput(message);
    } else if (message.header.msg_type === "execute_request") {
      this.#enqueue({ channel, message });
    } else {
      void this.#serve({ channel, message });
    }
  }

  /** Somebody has subscribed to a topic of iopub. */
  welcome(topic: string): void {
    this.#services.publisher.welcome(topic);
  }

  interrupt(): void {
    this.#services.evaluator.interrupt();
  }

  /** Tells all clients that the kernel ends; the one that asked has had its own reply. */
  announceShutdown(restart: boolean): void {
    this.#services.publisher.publish("shutdown_reply", { status: "ok", restart }, {});
  }

  #enqueue(request: Request): void {
    const checked = readExecuteRequest(request.message.content);
    if (checked.ok) this.#queue.enqueue(createCell(request, checked.value));
    else void this.#serve(request, () => invalidRequest(checked.problem));
  }

  /** Busy, answer, idle. Cells go on running meanwhile. */
  async #serve(request: Request, special?: Answer): Promise<void> {
    const { publisher } = this.#services;
    const { header } = request.message;
    publisher.status("busy", header);
    try {
      const answer = special ?? answers.get(header.msg_type);
      if (answer) await this.#reply(request, answer);
      else await this.#notice(request);
    } finally {
      publisher.status("idle", header);
      // Front ends take the kernel's state from the last status, whoever's request it was.
      const { running } = this.#queue;
      if (running) publisher.status("busy", running.request.message.header);
    }
  }

  async #reply(request: Request, answer: Answer): Promise<void> {
    let content: object;
    try {
      content = await answer(this.#services, request);
    } catch (error) {
      const { name, message } = error as Error;
      this.#services.log(`${request.message.header.msg_type} failed: ${message}`);
      content = errorReply(name, message, [`${name}: ${message}`]);
    }
    const type = replyType(request.message.header.msg_type);
    this.#services.publisher.reply(request, type, content as JsonObject);
  }

  async #notice(request: Request): Promise<void> {
    const type = request.message.header.msg_type;
    const notice = notices.get(type);
    const problem = notice ? await notice(this.#services, request) : "its type is unknown";
    if (problem === undefined) return;
    this.#services.log(`ignored ${JSON.stringify(type.slice(0, 60))}: ${problem}`);
  }

  #receiveInput(message: Message): void {
    const type = message.header.msg_type;
    const problem =
      type === "input_reply"
        ? this.#services.inputs.answer(message)
        : `${type} on the stdin channel`;
    if (problem !== undefined) this.#services.log(`ignored ${type}: ${problem}`);
  }
}
