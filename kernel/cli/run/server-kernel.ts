import { setTimeout } from "node:timers/promises";
import type { Kernel, KernelMessage, ServerConnection } from "@jupyterlab/services";
import { KernelDied } from "../../transport/errors.js";
import { ServerRefused, ServerUnreachable } from "../errors.js";
import { type OutputEvent, outputEventOf } from "../notebook/outputs.js";
import type { ExecuteReply, NotebookKernel } from "./notebook-kernel.js";
import { type ServerAddress, serverFolderOf } from "./server-address.js";

type Services = typeof import("@jupyterlab/services");

export interface ServerKernelOptions {
  readonly server: ServerAddress;
  /** Name of the kernelspec on the server. */
  readonly kernelName: string;
  /** Absolute path here; where the server serves that very file, the kernel starts beside it. */
  readonly notebook: string;
  readonly startTimeoutMs?: number;
}

/**
 * A fresh kernel on a Jupyter server, through the client library of JupyterLab.
 *
 * @throws {ServerUnreachable} Nothing answers at the URL.
 * @throws {ServerRefused} Bad token, no such kernelspec, or the server cannot start it.
 * @throws {KernelDied} The kernel started and went away, or does not answer.
 */
export async function startServerKernel(options: ServerKernelOptions): Promise<NotebookKernel> {
  // The library narrates sockets, states and reconnections; what matters of it comes as an error.
  console.debug = () => undefined;
  console.warn = () => undefined;
  const services = await import("@jupyterlab/services");
  const { server } = options;
  const settings = services.ServerConnection.makeSettings({
    baseUrl: server.baseUrl,
    wsUrl: server.baseUrl.replace(/^http/, "ws"),
    token: server.token,
    appendToken: true,
  });
  const spec = await refusable(services, server, () => kernelspec(services, settings, options));
  const folder = await serverFolderOf(options.notebook, server);
  const request = { name: options.kernelName, ...(folder === undefined ? {} : { path: folder }) };
  const model = await refusable(services, server, () =>
    services.KernelAPI.startNew(request, settings),
  );
  const connection = new services.KernelConnection({ model, serverSettings: settings });
  const kernel = new ServerKernel(connection, {
    name: options.kernelName,
    display_name: spec.display_name,
    language: spec.language,
  });
  try {
    await kernel.ready(options.startTimeoutMs ?? 60_000);
  } catch (error) {
    await kernel.close();
    throw error;
  }
  return kernel;
}

async function kernelspec(
  services: Services,
  settings: ServerConnection.ISettings,
  { server, kernelName }: ServerKernelOptions,
): Promise<{ readonly display_name: string; readonly language: string }> {
  const { kernelspecs } = await services.KernelSpecAPI.getSpecs(settings);
  const spec = kernelspecs[kernelName];
  if (spec) return spec;
  const names = Object.keys(kernelspecs).sort();
  throw new ServerRefused(
    `expected a kernelspec "${kernelName}" on ${server.baseUrl}, got ${names.join(", ") || "none"}; ` +
      "run `prism install` where the server runs, or name another one with --kernel",
    { url: server.baseUrl, kernelName, available: names },
  );
}

/** Turns the failures of a REST call into ours. */
async function refusable<T>(
  services: Services,
  { baseUrl, token }: ServerAddress,
  call: () => Promise<T>,
): Promise<T> {
  const { NetworkError, ResponseError } = services.ServerConnection;
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof NetworkError) {
      throw new ServerUnreachable(
        `expected a Jupyter server at ${baseUrl}, but nothing answers there; ` +
          "start one with `jupyter server` and give the URL it prints",
        { url: baseUrl },
        { cause },
      );
    }
    if (!(cause instanceof ResponseError)) throw cause;
    const { status } = cause.response;
    const data = { url: baseUrl, status };
    if (status === 401 || status === 403) {
      const came = token === "" ? "none was given" : "the one given is not accepted";
      throw new ServerRefused(
        `expected a token that ${baseUrl} accepts, but ${came} (HTTP ${status}); ` +
          "pass the one that `jupyter server list` shows with --token or JUPYTER_TOKEN",
        data,
        { cause },
      );
    }
    throw new ServerRefused(
      `${baseUrl} answered HTTP ${status}: ${cause.message}; ` +
        "look at the server's log, and check that the URL is that of a Jupyter server",
      data,
      { cause },
    );
  }
}

class ServerKernel implements NotebookKernel {
  readonly kernelspec: NotebookKernel["kernelspec"];
  languageInfo: Readonly<Record<string, unknown>> = {};
  readonly #connection: Kernel.IKernelConnection;
  readonly #sinks = new Map<string, (event: OutputEvent) => void>();
  readonly #death: Promise<never>;

  constructor(connection: Kernel.IKernelConnection, kernelspec: NotebookKernel["kernelspec"]) {
    this.#connection = connection;
    this.kernelspec = kernelspec;
    this.#death = new Promise((_, reject) => {
      connection.statusChanged.connect((_sender, status) => {
        // A server restarts a dead kernel by itself; the variables of the run are gone with the old.
        if (status === "dead" || status === "autorestarting" || status === "restarting") {
          reject(died(`it reported "${status}"`));
        }
      });
      connection.connectionStatusChanged.connect((_sender, status) => {
        if (status === "disconnected") reject(died("the connection to the server was lost"));
      });
    });
    this.#death.catch(() => undefined);
    // Not by the futures: those get an update_display_data only while the cell that made it runs.
    connection.iopubMessage.connect((_sender, message) => this.#route(message));
  }

  async ready(timeoutMs: number): Promise<void> {
    const answered = new AbortController();
    const late = setTimeout(timeoutMs, undefined, { signal: answered.signal }).then(() => {
      throw died(`no answer within ${timeoutMs / 1000} s`);
    });
    late.catch(() => undefined);
    try {
      const info = await Promise.race([this.#connection.info, this.#death, late]);
      this.languageInfo = info.language_info as unknown as Readonly<Record<string, unknown>>;
    } finally {
      answered.abort();
    }
  }

  #route(message: KernelMessage.IIOPubMessage): void {
    const event = outputEventOf(message.header.msg_type, message.content);
    const parent = message.parent_header as { readonly msg_id?: string };
    if (event) this.#sinks.get(parent.msg_id ?? "")?.(event);
  }

  async execute(code: string, onOutput: (event: OutputEvent) => void): Promise<ExecuteReply> {
    const future = this.#connection.requestExecute({
      code,
      store_history: true,
      stop_on_error: true,
      allow_stdin: false,
    });
    this.#sinks.set(future.msg.header.msg_id, onOutput);
    // When the connection is disposed the future rejects as well; the death says why.
    future.done.catch(() => undefined);
    const reply = await Promise.race([future.done, this.#death]);
    return executeReply(reply.content);
  }

  async interrupt(): Promise<void> {
    await this.#connection.interrupt();
  }

  async close(): Promise<void> {
    await this.#reconnected();
    for (let attempt = 0; attempt < CLOSE_ATTEMPTS; attempt++) {
      try {
        await this.#connection.shutdown();
        break;
      } catch {
        // A server that is just restarting a dead kernel cannot end it yet; one that is gone, never.
        await setTimeout(CLOSE_INTERVAL_MS);
      }
    }
    this.#connection.dispose();
  }

  /** To dispose of a connection while it is being made again would reject a promise nobody holds. */
  async #reconnected(): Promise<void> {
    for (let attempt = 0; attempt < CLOSE_ATTEMPTS; attempt++) {
      if (this.#connection.connectionStatus !== "connecting") return;
      await setTimeout(CLOSE_INTERVAL_MS);
    }
  }
}

const CLOSE_ATTEMPTS = 20;
const CLOSE_INTERVAL_MS = 250;

function executeReply(content: KernelMessage.IExecuteReplyMsg["content"]): ExecuteReply {
  const { status } = content;
  const count: unknown = content.execution_count;
  const executionCount = typeof count === "number" ? count : null;
  if (status === "ok") return { status: "ok", executionCount };
  const { ename = "Aborted", evalue = "the kernel did not run the cell" } = content as {
    readonly ename?: string;
    readonly evalue?: string;
  };
  return { status: "error", executionCount, ename, evalue };
}

function died(how: string): KernelDied {
  return new KernelDied(
    `the kernel on the Jupyter server is gone: ${how}; look at the server's log, then run again`,
    { how },
  );
}
