import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Connection, portNames } from "./connection-file.js";
import { KernelDied } from "./errors.js";

export interface KernelCommand {
  /** Command line; `{connection_file}` is replaced, as in a kernelspec. Default: this Prism. */
  readonly argv?: readonly string[];
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

const stderrLineLimit = 20;

/** Node says so where a process ends itself whose cells could be stopped: no news to a reader. */
const INSPECTOR_NOTE = "Waiting for the debugger to disconnect...";

/** How long after the end of the process its stderr is read. */
const stderrGraceMs = 200;

/** A kernel process with its private connection file. */
export class KernelProcess {
  readonly connection: Connection;
  /** Settles when the process has ended, whatever the reason. Never rejects. */
  readonly ended: Promise<KernelDied>;
  readonly #child: ChildProcess;
  readonly #directory: string;
  readonly #stderr: string[] = [""];

  private constructor(child: ChildProcess, connection: Connection, directory: string) {
    this.#child = child;
    this.connection = connection;
    this.#directory = directory;
    // Read at once and to the end: a kernel with a full pipe would stop.
    child.stdout?.resume();
    child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#noteStderr(text));
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(this.#death(error)));
      child.once("exit", () => {
        // What it wrote last may still be in the pipe; what it started may hold the pipe open.
        const timer = setTimeout(() => resolve(this.#death()), stderrGraceMs);
        child.once("close", () => {
          clearTimeout(timer);
          resolve(this.#death());
        });
      });
    });
  }

  /** Connection files lie in a directory of their own that only this user can enter. */
  static async start(command: KernelCommand): Promise<KernelProcess> {
    const directory = await mkdtemp(join(tmpdir(), "prism-kernel-"));
    const file = join(directory, "connection.json");
    const connection = await freshConnection();
    await writeFile(file, JSON.stringify(connection), { mode: 0o600, flag: "wx" });
    const argv = (command.argv ?? defaultArgv()).map((argument) =>
      argument.replace("{connection_file}", file),
    );
    const [program, ...args] = argv;
    const child = spawn(program ?? process.execPath, args, {
      cwd: command.cwd,
      env: { ...process.env, JPY_PARENT_PID: String(process.pid), ...command.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new KernelProcess(child, connection, directory);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** Whether it failed because somebody else took one of its ports between choice and use. */
  get lostPort(): boolean {
    return this.#child.exitCode === 1 && /address already in use/i.test(this.#stderr.join("\n"));
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async removeFiles(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  #noteStderr(text: string): void {
    const [first = "", ...rest] = text.split("\n");
    this.#stderr[this.#stderr.length - 1] += first;
    this.#stderr.push(...rest);
    this.#stderr.splice(0, this.#stderr.length - stderrLineLimit);
  }

  #death(cause?: Error): KernelDied {
    const { exitCode, signalCode: signal } = this.#child;
    const lines = this.#stderr.filter((line) => line !== INSPECTOR_NOTE);
    const stderr = lines.join("\n").trim();
    const how = cause
      ? `could not be started (${cause.message})`
      : signal
        ? `was ended by ${signal}`
        : `ended with exit code ${exitCode}`;
    const said = stderr === "" ? "it wrote nothing to stderr" : `its last words:\n${stderr}`;
    const data = { exitCode, signal, stderr };
    return new KernelDied(`the kernel ${how}; ${said}`, data, cause && { cause });
  }
}

function defaultArgv(): readonly string[] {
  const require = createRequire(import.meta.url);
  const root = dirname(require.resolve("prism-lab/package.json"));
  const main = join(root, "dist", "kernel", "cli", "main.js");
  // Without the flag an interrupt can abort Node 20.
  const node = [process.execPath, "--no-force-async-hooks-checks"];
  return [...node, main, "kernel", "-f", "{connection_file}"];
}

async function freshConnection(): Promise<Connection> {
  const ports = await freePorts(portNames.length);
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports as [
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port,
    iopub_port,
    stdin_port,
    control_port,
    hb_port,
    key: randomBytes(32).toString("hex"),
    signature_scheme: "hmac-sha256",
  };
}

/** Distinct ports that were free a moment ago; the kernel has to bind them before another does. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
