import { MessageChannel, type MessagePort } from "node:worker_threads";
import { ansi, cellLabel } from "./code-frame.js";
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
import { Interrupter, type StopTarget } from "./interrupter.js";
import { LanguageClient } from "./language-client.js";
import type { CellLanguageOptions } from "./language-service.js";
import type { TypecheckMode } from "./magics/catalogue.js";
import type { FromMain, ToMain } from "./messages.js";
import { RunningCell } from "./running-cell.js";
import { TextPump } from "./text-pump.js";
import { createTextRing } from "./text-ring.js";

/** A cell that does not stop within this does not hold up the end of the kernel. */
const CLOSE_GRACE_MS = 500;

/** The protocol worker's half: prepares cells, has MAIN run them, stops them. */
export class CellEvaluator implements Evaluator {
  onOutput: (output: CellOutput) => void = () => {};
  private readonly port: MessagePort;
  private readonly language: LanguageClient;
  private readonly compiler: CompilerDesk;
  private readonly interrupter = new Interrupter();
  private readonly text: TextPump;
  private readonly inputPort: MessagePort;
  private readonly inputSignal: Int32Array;
  /** Request ids by serial: output of a cell long ended still names it. */
  private readonly ids = new Map<number, string>();
  private readonly ready: Promise<void>;
  private markReady: () => void = () => {};
  private readonly answers = new Map<number, () => void>();
  private running: RunningCell | undefined;
  private typecheck: TypecheckMode = "error";
  private lastSerial = 0;
  private lastAttempt = 0;

  constructor(port: MessagePort, options: CellLanguageOptions) {
    this.port = port;
    this.language = new LanguageClient(options);
    this.compiler = new CompilerDesk(this.language);
    this.ready = new Promise((resolve) => {
      this.markReady = resolve;
    });
    const ring = createTextRing();
    this.text = new TextPump(ring, ({ serial, name, text }) =>
      this.onOutput({ kind: "stream", parentId: this.idOf(serial), name, text }),
    );
    const { port1, port2 } = new MessageChannel();
    this.inputPort = port1;
    const inputSignal = new SharedArrayBuffer(4);
    this.inputSignal = new Int32Array(inputSignal);
    port.on("message", (message: FromMain) => this.receive(message));
    const { port: compilerPort, signal: compilerSignal } = this.compiler;
    const ports = { inputSignal, inputPort: port2, compilerSignal, compilerPort };
    port.postMessage({ type: "open", ring, ...ports } satisfies ToMain, [port2, compilerPort]);
  }

  execute(request: CellRequest): Promise<CellOutcome> {
    const cell = new RunningCell(++this.lastSerial);
    this.ids.set(cell.serial, request.id);
    this.running = cell;
    this.start(cell, request).catch((error: Error) => cell.end(preparationFailure(error)));
    return cell.outcome.finally(() => {
      if (this.running === cell) this.running = undefined;
    });
  }

  interrupt(): void {
    const cell = this.running;
    if (cell === undefined || cell.isStopping) return;
    cell.isStopping = true;
    if (cell.isOnMain) void this.stop(cell);
    else cell.end(interrupted());
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

  /** No cell can offer a comm target, so an opened comm is closed again, as the protocol asks. */
  comm(message: CommMessage): void {
    if (message.type !== "comm_open") return;
    const { commId } = message;
    const close = { type: "comm_close", commId, data: {}, metadata: {}, buffers: [] } as const;
    this.onOutput({ kind: "comm", parentId: this.idOf(this.lastSerial), message: close });
  }

  inputReply(value: string): void {
    this.inputPort.postMessage(value);
    Atomics.store(this.inputSignal, 0, 1);
    Atomics.notify(this.inputSignal, 0);
  }

  async close(): Promise<void> {
    const cell = this.running;
    if (cell !== undefined) {
      this.interrupt();
      await Promise.race([cell.outcome, new Promise((end) => setTimeout(end, CLOSE_GRACE_MS))]);
    }
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
    const { typecheck, prepared } = await this.language.prepare({
      serial,
      executionCount,
      code,
      typecheck: this.typecheck,
      expressions: request.userExpressions,
    });
    this.typecheck = typecheck;
    await this.ready;
    if (cell.hasEnded) return;
    if (prepared.status === "error") return cell.end(prepared);
    const { warnings } = prepared;
    if (warnings !== "") {
      this.onOutput({ kind: "stream", parentId: request.id, name: "stderr", text: warnings });
    }
    this.language.commit(serial, code);
    cell.isOnMain = true;
    this.post({
      type: "run",
      request: {
        serial,
        label: cellLabel(executionCount),
        code,
        cell: prepared.cell,
        expressions: prepared.expressions,
        variableTypes: prepared.variableTypes,
        silent: request.silent,
        allowStdin: request.allowStdin,
      },
    });
  }

  private async stop(cell: RunningCell): Promise<void> {
    const target: StopTarget = {
      get hasEnded() {
        return cell.hasReported;
      },
      ended: cell.reported,
      settle: () => this.settle(cell.serial),
    };
    await this.interrupter.stop(target);
    this.text.drain();
    cell.end(stoppedOutcome(cell.report));
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
        this.markReady();
        break;
      case "text":
        this.text.wake();
        break;
      case "compile":
        void this.compiler.answer(message.question);
        break;
      case "output":
        this.text.before(message.barrier);
        this.onOutput({ ...message.output, parentId: this.idOf(message.serial) });
        break;
      case "done":
        this.text.before(message.barrier);
        if (this.running?.serial === message.serial) this.running.take(message.outcome);
        break;
      case "forget":
        this.language.forget(message.serial);
        break;
      case "settled":
        this.text.before(message.barrier);
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
