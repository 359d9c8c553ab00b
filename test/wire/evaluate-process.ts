import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type {
  CellOutcome,
  CellOutput,
  CellRequest,
  Completion,
  Inspection,
} from "../../kernel/evaluate/evaluator.js";

type Reply = { id: number; result?: unknown; failure?: string } | { output: CellOutput };

/** The Node under test, where it is not the one that runs the tests. */
const node = process.env.PRISM_TEST_NODE ?? process.execPath;
const child = fileURLToPath(new URL("./evaluate-child.mjs", import.meta.url));

/** The evaluator in a process of its own, with the three threads of the kernel. */
export class EvaluateProcess {
  readonly outputs: CellOutput[] = [];
  readonly cwd: string;
  /** Whatever the process itself wrote to its standard streams. */
  log = "";
  private readonly process: ChildProcess;
  private readonly server: Server;
  private readonly socket: Socket;
  private readonly waiting = new Map<
    number,
    (reply: { result?: unknown; failure?: string }) => void
  >();
  private watchers: { test: (output: CellOutput) => boolean; resolve: () => void }[] = [];
  private lastId = 0;
  private lastCell = 0;

  private constructor(cwd: string, process: ChildProcess, server: Server, socket: Socket) {
    this.cwd = cwd;
    this.process = process;
    this.server = server;
    this.socket = socket;
    const collect = (data: Buffer): void => {
      this.log += data.toString();
    };
    process.stdout?.on("data", collect);
    process.stderr?.on("data", collect);
    createInterface({ input: socket }).on("line", (line) => this.receive(JSON.parse(line)));
  }

  static async start(): Promise<EvaluateProcess> {
    const cwd = mkdtempSync(join(tmpdir(), "prism evaluate "));
    const path = join(cwd, "socket");
    const server = createServer().listen(path);
    const process_ = spawn(node, ["--no-force-async-hooks-checks", child, path], {
      cwd,
      // No Jupyter server stands between.
      env: { ...process.env, PRISM_IOPUB_DATA_RATE_LIMIT: "0" },
    });
    const [socket] = (await once(server, "connection")) as [Socket];
    return new EvaluateProcess(cwd, process_, server, socket);
  }

  run(code: string, options: Partial<CellRequest> = {}): Promise<CellOutcome> {
    this.lastCell += 1;
    const request: CellRequest = {
      id: `cell-${this.lastCell}`,
      code,
      executionCount: this.lastCell,
      silent: false,
      allowStdin: false,
      userExpressions: {},
      ...options,
    };
    return this.call("execute", request) as Promise<CellOutcome>;
  }

  /** The cell's outcome with what it showed: streams joined, results as plain text. */
  async show(code: string, options: Partial<CellRequest> = {}): Promise<Shown> {
    const outcome = await this.run(code, options);
    return { outcome, ...this.shownBy(`cell-${this.lastCell}`) };
  }

  shownBy(parentId: string): Omit<Shown, "outcome"> {
    const own = this.outputs.filter((output) => output.parentId === parentId);
    const streams = (name: string): string =>
      own.map((each) => (each.kind === "stream" && each.name === name ? each.text : "")).join("");
    const results = own.map((each) => (each.kind === "result" ? each.data["text/plain"] : ""));
    return {
      stdout: plain(streams("stdout")),
      stderr: plain(streams("stderr")),
      result: plain(results.join("")),
      outputs: own,
    };
  }

  interrupt(): Promise<unknown> {
    return this.call("interrupt");
  }

  complete(code: string, cursor: number = code.length): Promise<Completion> {
    return this.call("complete", code, cursor) as Promise<Completion>;
  }

  inspect(code: string, cursor: number): Promise<Inspection> {
    return this.call("inspect", code, cursor, 0) as Promise<Inspection>;
  }

  call(method: string, ...args: unknown[]): Promise<unknown> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, failure }) =>
        failure === undefined ? resolve(result) : reject(new Error(failure)),
      );
      this.socket.write(`${JSON.stringify({ id, method, args })}\n`);
    });
  }

  /** Resolves with the first output, past or future, that fits. */
  async output(test: (output: CellOutput) => boolean): Promise<CellOutput> {
    const past = this.outputs.find(test);
    if (past !== undefined) return past;
    await new Promise<void>((resolve) => this.watchers.push({ test, resolve }));
    return this.outputs.find(test)!;
  }

  get exitCode(): number | null {
    return this.process.exitCode;
  }

  async close(): Promise<void> {
    const exited = once(this.process, "exit");
    this.call("close").catch(() => {});
    const timer = setTimeout(() => this.process.kill("SIGKILL"), 5000);
    if (this.process.exitCode === null && this.process.signalCode === null) await exited;
    clearTimeout(timer);
    this.server.close();
    rmSync(this.cwd, { recursive: true, force: true });
  }

  private receive(reply: Reply): void {
    if ("output" in reply) {
      this.outputs.push(reply.output);
      const due = this.watchers.filter((each) => each.test(reply.output));
      this.watchers = this.watchers.filter((each) => !due.includes(each));
      for (const each of due) each.resolve();
      return;
    }
    this.waiting.get(reply.id)?.(reply);
    this.waiting.delete(reply.id);
  }
}

export interface Shown {
  readonly outcome: CellOutcome;
  readonly stdout: string;
  readonly stderr: string;
  readonly result: string;
  readonly outputs: readonly CellOutput[];
}

/** Without ANSI colours. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
  return text.replace(/\u001b\[[\d;]*m/g, "");
}

export function traceback(outcome: CellOutcome): string {
  return outcome.status === "ok" ? "" : plain(outcome.traceback.join("\n"));
}
