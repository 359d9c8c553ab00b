import type { Message } from "../../protocol/message.js";
import type { ExecuteReply as WireReply } from "../../protocol/replies.js";
import { KernelDied } from "../../transport/errors.js";
import { KernelClient } from "../../transport/kernel-client.js";
import { DISPLAY_NAME } from "../install/kernelspec.js";
import { type OutputEvent, outputEventOf } from "../notebook/outputs.js";
import type { ExecuteReply, NotebookKernel } from "./notebook-kernel.js";

/** Nobody between the kernel and this process drops what comes too fast. */
const noServer = { PRISM_IOPUB_DATA_RATE_LIMIT: "0" };

/**
 * A fresh kernel of this installation, over ZeroMQ. Needs no Jupyter.
 *
 * @param folder Where its cells run.
 * @throws {KernelDied} It could not be started.
 * @throws {KernelTimeout} It started and does not answer.
 */
export async function startLocalKernel(folder: string): Promise<NotebookKernel> {
  try {
    return new LocalKernel(await KernelClient.launch({ cwd: folder, env: noServer }));
  } catch (cause) {
    if (!(cause instanceof KernelDied)) throw cause;
    const message = `${cause.message}\nrun \`prism doctor\` to see what this installation lacks`;
    throw new KernelDied(message, cause.data, { cause });
  }
}

class LocalKernel implements NotebookKernel {
  readonly kernelspec: NotebookKernel["kernelspec"];
  readonly languageInfo: NotebookKernel["languageInfo"];
  readonly #client: KernelClient;
  /** msg_id of an execute_request -> who takes its outputs, also those after its end. */
  readonly #sinks = new Map<string, (event: OutputEvent) => void>();
  #current: (event: OutputEvent) => void = () => undefined;

  constructor(client: KernelClient) {
    const { language_info } = client.info;
    this.#client = client;
    this.languageInfo = { ...language_info };
    this.kernelspec = { name: "prism", display_name: DISPLAY_NAME, language: language_info.name };
    client.onIopub((message) => this.#route(message));
  }

  /** Nobody else speaks to this kernel: the next execute_input belongs to the cell just sent. */
  #route({ header, parentHeader, content }: Message): void {
    const parent = parentHeader.msg_id ?? "";
    if (header.msg_type === "execute_input") this.#sinks.set(parent, this.#current);
    const event = outputEventOf(header.msg_type, content);
    if (event) this.#sinks.get(parent)?.(event);
  }

  async execute(code: string, onOutput: (event: OutputEvent) => void): Promise<ExecuteReply> {
    this.#current = onOutput;
    const { reply } = await this.#client.execute(code);
    return executeReply(reply);
  }

  async interrupt(): Promise<void> {
    await this.#client.interrupt();
  }

  async close(): Promise<void> {
    await this.#client.shutdown();
  }
}

function executeReply(reply: WireReply): ExecuteReply {
  const executionCount = reply.execution_count ?? null;
  if (reply.status === "ok") return { status: "ok", executionCount };
  const { ename, evalue } =
    reply.status === "error"
      ? reply
      : { ename: "Aborted", evalue: "the kernel did not run the cell" };
  return { status: "error", executionCount, ename, evalue };
}
