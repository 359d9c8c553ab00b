import { Worker } from "node:worker_threads";
import type { ModuleCompilation } from "./compile/compile-module.js";
import type { Completeness, Completion, Inspection } from "./evaluator.js";
import type { CellLanguageOptions, Preparation, PrepareRequest } from "./language-service.js";

export type LanguageRequest = LanguageQuestion | LanguageNotice;

/** What changes the names that are known; a new worker is told all of it again. */
export type LanguageNotice =
  | { readonly method: "commit"; readonly serial: number; readonly code: string }
  | { readonly method: "forget"; readonly serial: number };

export type LanguageQuestion =
  | { readonly id: number; readonly method: "prepare"; readonly request: PrepareRequest }
  | {
      readonly id: number;
      readonly method: "complete";
      readonly code: string;
      readonly cursor: number;
    }
  | {
      readonly id: number;
      readonly method: "inspect";
      readonly code: string;
      readonly cursor: number;
      readonly detailLevel: 0 | 1;
    }
  | { readonly id: number; readonly method: "isComplete"; readonly code: string }
  | {
      readonly id: number;
      readonly method: "compile";
      readonly file: string;
      readonly code: string;
    };

export type LanguageReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string };

/** From the worker: a reply, or that its first work without a question is done. */
export type LanguageNews = ({ readonly type: "reply" } & LanguageReply) | { readonly type: "warm" };

interface Pending {
  readonly question: LanguageQuestion;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
  attempts: number;
}

/** A question that ended the worker this often is not asked again. */
const MAX_ATTEMPTS = 2;
/** The checker recurses from cell to cell through what each is inferred from. */
const STACK_MB = 64;
/** V8's own, 48, would stay resident for the session once the first check has filled it. */
const YOUNG_GENERATION_MB = 4;

/**
 * The language worker from outside. When the worker dies (out of memory, a fault of the compiler) a
 * new one starts, learns all cells again and is asked what was still open: the session goes on.
 */
export class LanguageClient {
  private readonly options: CellLanguageOptions;
  private readonly onWarm: () => void;
  private readonly pending = new Map<number, Pending>();
  private readonly notices: LanguageNotice[] = [];
  private worker: Worker;
  private lastId = 0;
  private isClosed = false;

  /** @param onWarm Called when the worker has loaded what the first check needs. */
  constructor(options: CellLanguageOptions, onWarm: () => void = () => {}) {
    this.options = options;
    this.onWarm = onWarm;
    this.worker = this.spawn();
  }

  prepare(request: PrepareRequest): Promise<Preparation> {
    return this.ask((id) => ({ id, method: "prepare", request }));
  }

  /** The cell starts to run: its names are known from now on. */
  commit(serial: number, code: string): void {
    this.notify({ method: "commit", serial, code });
  }

  /** Names of cells before this one are unknown from now on. */
  forget(serial: number): void {
    this.notify({ method: "forget", serial });
  }

  complete(code: string, cursor: number): Promise<Completion> {
    return this.ask((id) => ({ id, method: "complete", code, cursor }));
  }

  inspect(code: string, cursor: number, detailLevel: 0 | 1): Promise<Inspection> {
    return this.ask((id) => ({ id, method: "inspect", code, cursor, detailLevel }));
  }

  isComplete(code: string): Promise<Completeness> {
    return this.ask((id) => ({ id, method: "isComplete", code }));
  }

  /** A local file that a cell imports. */
  compile(file: string, code: string): Promise<ModuleCompilation> {
    return this.ask((id) => ({ id, method: "compile", file, code }));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.rejectAll("the kernel is closing");
    await this.worker.terminate();
  }

  private notify(notice: LanguageNotice): void {
    this.notices.push(notice);
    this.worker.postMessage(notice);
  }

  private ask<T>(build: (id: number) => LanguageQuestion): Promise<T> {
    const question = build(++this.lastId);
    return new Promise<T>((resolve, reject) => {
      if (this.isClosed) return reject(new Error("the kernel is closing"));
      this.pending.set(question.id, { question, resolve, reject, attempts: 1 });
      this.worker.postMessage(question);
    });
  }

  private spawn(): Worker {
    const worker = new Worker(new URL("./language-worker.js", import.meta.url), {
      workerData: this.options,
      resourceLimits: { stackSizeMb: STACK_MB, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    let reason = "ended unexpectedly";
    worker.on("message", (news: LanguageNews) => {
      if (news.type === "reply") this.settle(news);
      else this.onWarm();
    });
    worker.on("error", (error: Error) => {
      reason = error.message;
    });
    worker.on("exit", () => this.onExit(reason));
    return worker;
  }

  private settle(reply: LanguageReply): void {
    const pending = this.pending.get(reply.id);
    if (pending === undefined) return;
    this.pending.delete(reply.id);
    if ("failure" in reply) pending.reject(new Error(reply.failure));
    else pending.resolve(reply.result as never);
  }

  private onExit(reason: string): void {
    if (this.isClosed) return;
    this.worker = this.spawn();
    for (const message of this.notices) this.worker.postMessage(message);
    // The oldest open question is the one that the worker was at.
    const [suspect] = this.pending.values();
    if (suspect !== undefined) suspect.attempts += 1;
    if (suspect !== undefined && suspect.attempts > MAX_ATTEMPTS) {
      this.pending.delete(suspect.question.id);
      suspect.reject(new Error(reason));
    }
    for (const { question } of this.pending.values()) this.worker.postMessage(question);
  }

  private rejectAll(reason: string): void {
    for (const { reject } of this.pending.values()) reject(new Error(reason));
    this.pending.clear();
  }
}
