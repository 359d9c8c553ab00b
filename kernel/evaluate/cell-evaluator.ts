import { MessageChannel, type MessagePort } from "node:worker_threads";
import { ansi, cellLabel } from "./code-frame.js";
import { CommQueue } from "./comm-queue.js";
import { CompilerDesk } from "./compiler-desk.js";
import type {
  CellError,
  CellOutcome,
  CellOutput,
  CellRequest,
  CommMessage,
  Completeness,
  Completion,
  Evaluator,
  Inspection,
} from "./evaluator.js";
import { HeapGuard } from "./heap-guard.js";
import { Interrupter, type StopTarget } from "./interrupter.js";
import { LanguageClient } from "./language-client.js";
import type { CellLanguageOptions } from "./language-service.js";
import type { TypecheckMode } from "./magics/catalogue.js";
import { type HelpRequest, helpRequest } from "./magics/help-request.js";
import { MemoryGuard } from "./memory-guard.js";
import { memorySources } from "./memory-sources.js";
import type { FromMain, ToMain } from "./messages.js";
import { fullHeap, fullMemory, type MemoryShortage, outOfMemory } from "./out-of-memory.js";
import { OutputPace } from "./output-pace.js";
import { RunningCell } from "./running-cell.js";
import { readSettings } from "./settings.js";
import { TextPump } from "./text-pump.js";
import { createTextRing } from "./text-ring.js";

/** A cell or a handler that does not stop within this does not hold up the end of the kernel. */
const CLOSE_GRACE_MS = 500;

/** The protocol worker's half: prepares cells, has MAIN run them, stops them. */
export class CellEvaluator implements Evaluator {
  onOutput: (output: CellOutput) => void = () => {};
  private readonly port: MessagePort;
  private readonly log: (text: string) => void;
  private readonly language: LanguageClient;
  private readonly compiler: CompilerDesk;
  private readonly interrupter = new Interrupter();
  private heapGuard: HeapGuard | undefined;
  private memoryGuard: MemoryGuard | undefined;
  private readonly memoryLimit: number | undefined;
  private readonly pace: OutputPace;
  private readonly text: TextPump;
  private readonly inputPort: MessagePort;
  private readonly inputSignal: Int32Array;
  private readonly handlerCount: Int32Array;
  private readonly comms = new CommQueue((delivery) => this.post({ type: "comm", ...delivery }));
  /** Request ids by serial: output of a cell long ended still names it. */
  private readonly ids = new Map<number, string>();
  private readonly ready: Promise<void>;
  private markReady: () => void = () => {};
  private readonly answers = new Map<number, () => void>();
  private running: RunningCell | undefined;
  /** Settles when no stop is under way. */
  private stopping: Promise<void> = Promise.resolve();
  private isStoppingHandlers = false;
  private typecheck: TypecheckMode = "error";
  private lastSerial = 0;
  private lastAttempt = 0;

  /** @param log Takes a line for the stderr of the process. */
  constructor(port: MessagePort, options: CellLanguageOptions, log: (text: string) => void) {
    const settings = readSettings(process.env, log);
    this.port = port;
    this.log = log;
    this.memoryLimit = settings.memoryLimit;
    this.language = new LanguageClient(options, () => this.post({ type: "rest" }));
    this.compiler = new CompilerDesk(this.language);
    this.ready = new Promise((resolve) => {
      this.markReady = resolve;
    });
    const ring = createTextRing();
    this.pace = new OutputPace(settings.dataRateLimit);
    this.text = new TextPump(ring, this.pace, ({ serial, name, text }) =>
      this.onOutput({ kind: "stream", parentId: this.idOf(serial), name, text }),
    );
    const { port1, port2 } = new MessageChannel();
    this.inputPort = port1;
    const inputSignal = new SharedArrayBuffer(4);
    this.inputSignal = new Int32Array(inputSignal);
    const handlerCount = new SharedArrayBuffer(4);
    this.handlerCount = new Int32Array(handlerCount);
    port.on("message", (message: FromMain) => this.receive(message));
    const { port: compilerPort, signal: compilerSignal } = this.compiler;
    const memory = { ring, inputSignal, compilerSignal, handlerCount };
    const open: ToMain = { type: "open", ...memory, inputPort: port2, compilerPort };
    port.postMessage(open, [port2, compilerPort]);
  }

  execute(request: CellRequest): Promise<CellOutcome> {
    const cell = new RunningCell(++this.lastSerial);
    this.ids.set(cell.serial, request.id);
    this.running = cell;
    this.pace.restart();
    this.start(cell, request).catch((error: Error) => cell.end(preparationFailure(error)));
    return cell.outcome.finally(() => {
      if (this.running === cell) this.running = undefined;
    });
  }

  interrupt(): void {
    const cell = this.running;
    if (cell === undefined) {
      void this.stopHandlers();
    } else if (!cell.isStopping) {
      cell.isStopping = true;
      if (cell.isOnMain) void this.stop(cell);
      else {
        cell.end(interrupted());
        void this.stopHandlers();
      }
    }
  }

  complete(code: string, cursor: number): Promise<Completion> {
    return this.language.complete(code, cursor);
  }

  inspect(code: string, cursor: number, detailLevel: 0 | 1): Promise<Inspection> {
    return this.language.inspect(code, cursor, detailLevel);
  }

  isComplete(code: string): Promise<Completeness> {
    return this.language.isComplete(code);
  }

  comm(id: string, message: CommMessage): Promise<void> {
    return this.comms.add(id, message);
  }

  inputReply(value: string): void {
    this.inputPort.postMessage(value);
    Atomics.store(this.inputSignal, 0, 1);
    Atomics.notify(this.inputSignal, 0);
  }

  async close(): Promise<void> {
    const cell = this.running;
    this.interrupt();
    const stopped = Promise.all([cell?.outcome, this.stopping]);
    await Promise.race([stopped, new Promise((end) => setTimeout(end, CLOSE_GRACE_MS))]);
    this.heapGuard?.close();
    this.memoryGuard?.close();
    this.interrupter.close();
    this.text.close();
    await this.language.close();
    this.inputPort.close();
    this.compiler.close();
    this.port.close();
  }

  private async start(cell: RunningCell, request: CellRequest): Promise<void> {
    const { serial } = cell;
    const { code, executionCount } = request;
    const help = helpRequest(code);
    if (help !== undefined) return cell.end(await this.help(help));
    const { typecheck, prepared } = await this.language.prepare({
      serial,
      executionCount,
      code,
      typecheck: this.typecheck,
      expressions: request.userExpressions,
    });
    this.typecheck = typecheck;
    await this.ready;
    await this.stopping;
    // What an earlier cell has let go of is not to count against this one.
    if (this.memoryGuard?.isScarce) await this.interrupter.collectGarbage();
    if (cell.hasEnded) return;
    if (prepared.status === "error") return cell.end(prepared);
    const { warnings } = prepared;
    if (warnings !== "") {
      this.onOutput({ kind: "stream", parentId: request.id, name: "stderr", text: warnings });
    }
    this.language.commit(serial, code);
    cell.isOnMain = true;
    this.beginGuards();
    this.post({
      type: "run",
      request: {
        serial,
        label: cellLabel(executionCount),
        code,
        cell: prepared.cell,
        expressions: prepared.expressions,
        typecheck,
        variableTypes: prepared.variableTypes,
        silent: request.silent,
        allowStdin: request.allowStdin,
      },
    });
  }

  /** In the pager of the front end. */
  private async help({ expression, detailLevel }: HelpRequest): Promise<CellOutcome> {
    const end = expression.length;
    const { found, data } = await this.language.inspect(expression, end, detailLevel);
    const text = `nothing is known of ${expression}`;
    const shown = found ? data : { "text/plain": text };
    const payload = [{ source: "page", data: shown, start: 0 }] as const;
    return { status: "ok", userExpressions: {}, payload };
  }

  private guardHeap(limit: number, alarms: Int32Array): HeapGuard {
    return new HeapGuard({
      limit,
      alarms: () => Atomics.load(alarms, 0),
      residentBytes: () => process.memoryUsage.rss(),
      heapUsed: () => this.interrupter.heapUsed(),
      onFull: (used) => this.endShort((stopped) => fullHeap(used, limit, stopped)),
    });
  }

  private guardMemory(): MemoryGuard {
    const residentBytes = (): number => process.memoryUsage.rss();
    return new MemoryGuard({
      sources: memorySources({ limit: this.memoryLimit, residentBytes }),
      residentBytes,
      onFull: (source, held) => this.endShort((stopped) => fullMemory(source, held, stopped)),
    });
  }

  private beginGuards(): void {
    this.heapGuard?.begin();
    this.memoryGuard?.begin();
  }

  /** Told before the stop, on both ways: V8 or the system may be quicker, and end the process at once. */
  private endShort(shortageOf: (stopped: string) => MemoryShortage): void {
    // A cell that is still being prepared has taken nothing.
    const cell = this.running?.isOnMain ? this.running : undefined;
    const hasHandlers = cell === undefined && this.hasHandlers;
    const shortage = shortageOf(cell ? "the cell is" : hasHandlers ? "handlers are" : "");
    this.log(shortage.note);
    const parentId = this.idOf(cell?.serial ?? this.lastSerial);
    this.onOutput({ kind: "stream", parentId, name: "stderr", text: `${shortage.note}\n` });
    // No cell need begin before the next handler, which is to be guarded as well.
    if (hasHandlers) void this.stopHandlers().then(() => this.beginGuards());
    if (cell === undefined || cell.isStopping) return;
    cell.shortage = shortage;
    this.interrupt();
  }

  private get hasHandlers(): boolean {
    return Atomics.load(this.handlerCount, 0) > 0;
  }

  private async stop(cell: RunningCell): Promise<void> {
    const target: StopTarget = {
      get hasEnded() {
        return cell.hasReported;
      },
      ended: cell.reported,
      settle: () => this.settle(cell.serial),
    };
    await this.stopOnMain(target);
    this.text.cut();
    const { report, shortage } = cell;
    if (shortage === undefined || report?.status === "ok") cell.end(stoppedOutcome(report));
    else cell.end(outOfMemory(shortage, await this.interrupter.heapUsed()));
  }

  /** What handlers of comm messages do; that of a cell, which may come next, is not touched. */
  private async stopHandlers(): Promise<void> {
    if (this.isStoppingHandlers || !this.hasHandlers) return;
    this.isStoppingHandlers = true;
    const ended = new Promise<never>(() => {});
    await this.stopOnMain({ hasEnded: false, ended, settle: () => this.settle(0) });
    this.isStoppingHandlers = false;
  }

  /** The kernel is idle for a moment, or between two messages: the server begins to count anew. */
  private commHandled(sequence: number): void {
    this.pace.restart();
    this.comms.handled(sequence);
  }

  /** One stop at a time; comm messages that come meanwhile wait for its end. */
  private stopOnMain(target: StopTarget): Promise<void> {
    this.stopping = this.stopping.then(async () => {
      this.comms.hold();
      this.comms.release(await this.interrupter.stop(target));
    });
    return this.stopping;
  }

  /** Resolves when MAIN has answered this question or a later one. */
  private settle(serial: number): Promise<void> {
    const attempt = ++this.lastAttempt;
    return new Promise((resolve) => {
      this.answers.set(attempt, resolve);
      this.post({ type: "settle", serial, attempt });
    });
  }

  private receive(message: FromMain): void {
    switch (message.type) {
      case "ready":
        this.interrupter.useCounters(message.interruptCounters);
        this.heapGuard = this.guardHeap(message.heapLimit, message.heapAlarms);
        this.memoryGuard = this.guardMemory();
        this.markReady();
        break;
      case "text":
        this.text.wake();
        break;
      case "compile":
        void this.compiler.answer(message.question);
        break;
      case "output":
        this.text.message(message.barrier, () =>
          this.onOutput({
            ...message.output,
            parentId: message.parentId ?? this.idOf(message.serial),
          }),
        );
        break;
      case "comm":
        if (message.state === "taken") this.comms.taken(message.sequence);
        else this.text.note(undefined, () => this.commHandled(message.sequence));
        break;
      case "done":
        this.text.note(message.barrier, () => {
          if (this.running?.serial === message.serial) this.running.take(message.outcome);
        });
        break;
      case "forget":
        this.language.forget(message.serial);
        break;
      case "settled":
        // The answer itself waits for nothing: a stop goes by it.
        this.text.note(message.barrier, () => {});
        this.takeAnswer(message.attempt);
    }
  }

  /** An answer is as good for every earlier question: MAIN was free after them as well. */
  private takeAnswer(attempt: number): void {
    for (const [asked, resolve] of this.answers) {
      if (asked > attempt) continue;
      this.answers.delete(asked);
      resolve();
    }
  }

  private idOf(serial: number): string {
    return this.ids.get(serial) ?? "";
  }

  private post(message: ToMain): void {
    this.port.postMessage(message);
  }
}

/** A cell that ended by itself while it was being stopped keeps its end, unless that is an error. */
function stoppedOutcome(report: CellOutcome | undefined): CellOutcome {
  if (report === undefined) return interrupted();
  if (report.status !== "error") return report;
  return { status: "interrupted", traceback: [...interruptedLines(), ...report.traceback] };
}

function interrupted(): CellOutcome {
  return { status: "interrupted", traceback: interruptedLines() };
}

function interruptedLines(): string[] {
  return [`${ansi.red("Interrupted")}: the cell was stopped; all variables are kept.`];
}

function preparationFailure(error: Error): CellError {
  const ename = "LanguageServiceFailed";
  const evalue = `TypeScript could not look at the cell (${error.message}); run it again, or put %typecheck off on its first line`;
  return { status: "error", ename, evalue, traceback: [`${ansi.red(ename)}: ${evalue}`] };
}
