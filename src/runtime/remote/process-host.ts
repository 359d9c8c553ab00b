import { type ChildProcess, fork } from "node:child_process";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
// Not the global ones: a kernel's fall silent with the cell that set them.
import { clearTimeout, setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";
import type { RuntimeOptions } from "../runtime-options.js";
import { builtFile } from "./built-file.js";
import { Host } from "./host.js";
import type { FromHost, ToHost } from "./messages.js";

/** An idle process that was asked to end and has not within this is stuck. */
const endMs = 1000;

/** A child process with a runtime of its own. */
export class ProcessHost extends Host {
  private readonly child: ChildProcess;
  private progress = { done: 0, total: 0 };

  constructor(options: RuntimeOptions) {
    super();
    const main = builtFile(new URL("./process-main.js", import.meta.url));
    this.child = fork(fileURLToPath(main), [JSON.stringify(options)], {
      serialization: "advanced",
      // Those of this process may hold the port of an inspector, or code to evaluate.
      execArgv: [],
      stdio: ["ignore", outputOf(process.stdout), outputOf(process.stderr), "ipc"],
    });
    forward(this.child.stdout, process.stdout);
    forward(this.child.stderr, process.stderr);
    this.child.on("message", (message) => this.received(message as FromHost));
    this.child.on("exit", (exitCode, signal) => this.lost({ exitCode, signal }));
    this.child.on("error", (cause) => {
      // It never started; otherwise the end of the process is told too.
      if (this.child.pid === undefined) this.lost({ exitCode: null, signal: null, cause });
    });
    this.hold(false);
  }

  end(): void {
    if (this.child.connected) this.child.disconnect();
    const stuck = setTimeout(() => this.destroy(), endMs);
    stuck.unref();
    void this.gone.then(() => clearTimeout(stuck));
  }

  chunks(): { readonly done: number; readonly total: number } {
    return this.progress;
  }

  protected post(message: ToHost): void {
    if (!this.child.connected) return; // its end is about to be told
    this.child.send(message, () => {}); // as is that of one that dies while it reads
  }

  protected hold(alive: boolean): void {
    const { child } = this;
    if (alive) {
      child.ref();
      child.channel?.ref();
    } else {
      child.unref();
      child.channel?.unref();
    }
  }

  protected destroy(): void {
    this.child.kill("SIGKILL");
  }

  protected clearChunks(): void {
    this.setChunks(0, 0);
  }

  protected setChunks(done: number, total: number): void {
    this.progress = { done, total };
  }
}

/** To the same place, unless somebody captures what this process writes, as a notebook's kernel does. */
function outputOf(stream: NodeJS.WriteStream): "inherit" | "pipe" {
  return Object.hasOwn(stream, "write") ? "pipe" : "inherit";
}

function forward(output: Readable | null, stream: NodeJS.WriteStream): void {
  if (output === null) return;
  output.setEncoding("utf8").on("data", (text: string) => stream.write(text));
  (output as Socket).unref();
}
