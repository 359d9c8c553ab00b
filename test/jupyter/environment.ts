import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Debian's programs, not whatever an activated environment puts before them. */
export const python = "/usr/bin/python3";
export const jupyter = "/usr/bin/jupyter";
export const chromium = "/usr/bin/chromium";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));
export const prism: string = path.join(root, "dist", "kernel", "cli", "main.js");
export const quickstart: string = path.join(root, "notebooks", "quickstart.ipynb");
/** What a person may want to look at after the run. */
export const outputs: string = path.join(root, "out");

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Folders of a user who has nothing installed but Prism's kernelspec. */
export class JupyterHome {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.folder = folder;
    this.env = {
      ...process.env,
      PATH: `/usr/bin:/bin:${path.dirname(process.execPath)}`,
      HOME: folder,
      JUPYTER_DATA_DIR: path.join(folder, "data"),
      JUPYTER_CONFIG_DIR: path.join(folder, "config"),
      JUPYTER_RUNTIME_DIR: path.join(folder, "runtime"),
      JUPYTER_TOKEN: undefined,
      VIRTUAL_ENV: undefined,
      CONDA_PREFIX: undefined,
    };
  }

  /** With a space in its path, which every step has to survive. */
  static async create(): Promise<JupyterHome> {
    const home = new JupyterHome(await mkdtemp(path.join(tmpdir(), "prism home ")));
    const { code, stderr } = await home.prism("install");
    if (code !== 0) throw new Error(`prism install failed: ${stderr}`);
    return home;
  }

  prism(...args: readonly string[]): Promise<Finished> {
    return this.run(process.execPath, [prism, ...args]);
  }

  run(program: string, args: readonly string[]): Promise<Finished> {
    const options = { cwd: root, env: this.env, maxBuffer: 64 * 2 ** 20, timeout: 170_000 };
    return new Promise((resolve) => {
      execFile(program, args, options, (error, stdout, stderr) => {
        const code = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
        resolve({ code, stdout, stderr });
      });
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Which server is started, with which of its flags, and what it serves. */
export interface ServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** The class of the program that the flags are of. */
  readonly app: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly log: string;
}

const ownServer: ServerOptions = {
  program: jupyter,
  args: ["server"],
  app: "ServerApp",
  flags: { root_dir: root },
  log: "jupyter-server.log",
};

/** A real Jupyter server on loopback; one that serves this project, unless told otherwise. */
export class JupyterServer {
  readonly url: string;
  readonly token: string;
  readonly #process: ChildProcess;
  readonly #log: string;

  private constructor(port: number, token: string, child: ChildProcess, log: string) {
    this.url = `http://127.0.0.1:${port}/`;
    this.token = token;
    this.#process = child;
    this.#log = log;
  }

  static async start(
    home: JupyterHome,
    options: ServerOptions = ownServer,
  ): Promise<JupyterServer> {
    const [port, token] = [await freePort(), randomBytes(16).toString("hex")];
    const flags = { ip: "127.0.0.1", port, port_retries: 0, token, ...options.flags };
    const args = Object.entries(flags).map(([name, value]) => `--${options.app}.${name}=${value}`);
    await mkdir(outputs, { recursive: true });
    const log = path.join(outputs, options.log);
    const child = spawn(
      options.program,
      [...options.args, "--no-browser", "--allow-root", ...args],
      {
        cwd: root,
        env: home.env,
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    child.stderr?.pipe(createWriteStream(log));
    const server = new JupyterServer(port, token, child, log);
    await server.#answers();
    return server;
  }

  async #answers(): Promise<void> {
    for (let attempt = 0; attempt < 300 && this.#process.exitCode === null; attempt++) {
      const response = await this.get("api/status").catch(() => undefined);
      if (response?.ok) return;
      await setTimeout(100);
    }
    this.#process.kill("SIGKILL");
    throw new Error(`the Jupyter server did not start:\n${await readFile(this.#log, "utf8")}`);
  }

  get(resource: string): Promise<Response> {
    return this.#request("GET", resource);
  }

  delete(resource: string): Promise<Response> {
    return this.#request("DELETE", resource);
  }

  #request(method: string, resource: string): Promise<Response> {
    const headers = { Authorization: `token ${this.token}` };
    return fetch(this.url + resource, { method, headers });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await ended;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
