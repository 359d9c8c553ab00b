import path from "node:path";
import { InvalidConfiguration } from "prism-lab";
import { NotebookError } from "../errors.js";
import type { Notebook } from "../notebook/document.js";
import { readNotebook } from "../notebook/parse.js";
import { expectWritable, serializeNotebook, writeFileAtomically } from "../notebook/serialize.js";
import type { NotebookKernel } from "./notebook-kernel.js";
import { createProgress } from "./progress.js";
import { runNotebook } from "./run-notebook.js";
import { parseServerAddress } from "./server-address.js";

/** The options of `prism run` as the command line gives them. */
export interface RunCommandOptions {
  readonly output?: string;
  readonly html?: string;
  /** Seconds for each cell. */
  readonly timeout?: number;
  readonly server?: string;
  readonly token?: string;
  readonly kernel: string;
}

/** Where the command writes, and how it gets a kernel: replaced in tests. */
export interface RunSurroundings {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: NodeJS.WriteStream;
  startKernel(notebook: string, options: RunCommandOptions): Promise<NotebookKernel>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/**
 * Executes the notebook in a fresh kernel and writes what was asked for, also when a cell fails, in
 * which case the failure is thrown after the files are written.
 */
export async function runCommand(
  file: string,
  options: RunCommandOptions,
  surroundings: RunSurroundings,
): Promise<void> {
  const notebook = await readNotebook(file);
  if (options.kernel === "prism") refuseOtherLanguage(notebook, file);
  refuseOverwriting(file, options);
  for (const target of [options.output, options.html]) {
    if (target !== undefined) await expectWritable(target);
  }
  const start = performance.now();
  const kernel = await surroundings.startKernel(path.resolve(file), options);
  const failure = await execute(notebook, kernel, file, options, surroundings).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const written = await writeResults(notebook, file, options);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const what = failure ? "stopped" : "ran";
  const where = written.length > 0 ? `, wrote ${written.join(" and ")}` : "";
  surroundings.stdout.write(`${what} ${file} in ${seconds} s${where}\n`);
  if (failure) throw failure.error;
}

/** TypeScript would take a Python cell for a syntax error of its own. */
function refuseOtherLanguage({ metadata }: Notebook, file: string): void {
  const { kernelspec, language_info: info } = metadata as {
    readonly kernelspec?: { readonly name?: unknown; readonly language?: unknown };
    readonly language_info?: { readonly name?: unknown };
  };
  const language = kernelspec?.language ?? info?.name;
  if (typeof language !== "string" || /^(?:type|java)script$/i.test(language)) return;
  throw new NotebookError(
    `${file}: expected a notebook of TypeScript, got one of ${language}` +
      `${kernelspec?.name === undefined ? "" : ` (kernel "${kernelspec.name}")`}; ` +
      "choose Prism (TypeScript) as its kernel if its cells are TypeScript",
    { file, language },
  );
}

/** HTML over the source would destroy it; a notebook over itself is what `-o` is for. */
function refuseOverwriting(file: string, { html, output }: RunCommandOptions): void {
  if (html === undefined) return;
  const target = path.resolve(html);
  if (target !== path.resolve(file) && (!output || target !== path.resolve(output))) return;
  throw new InvalidConfiguration(
    `expected --html to name a file of its own, got "${html}", which is also the notebook; ` +
      "choose a name that ends in .html",
    { html },
  );
}

async function execute(
  notebook: Notebook,
  kernel: NotebookKernel,
  file: string,
  options: RunCommandOptions,
  { stderr, signal }: RunSurroundings,
): Promise<void> {
  const progress = createProgress(stderr, path.basename(file));
  try {
    await runNotebook(notebook, kernel, {
      signal,
      observer: progress,
      ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }),
    });
  } finally {
    progress.stop();
    await kernel.close();
  }
}

async function writeResults(
  notebook: Notebook,
  file: string,
  { output, html }: RunCommandOptions,
): Promise<string[]> {
  const written: string[] = [];
  if (output !== undefined) {
    await writeFileAtomically(output, serializeNotebook(notebook));
    written.push(output);
  }
  if (html !== undefined) {
    const { renderPage } = await import("../html/page.js");
    await writeFileAtomically(html, await renderPage(notebook, path.resolve(file)));
    written.push(html);
  }
  return written;
}

/** A kernel of this machine, or of the server that `--server` names. */
export async function startKernel(
  notebook: string,
  options: RunCommandOptions,
): Promise<NotebookKernel> {
  if (options.server === undefined) {
    const { startLocalKernel } = await import("./local-kernel.js");
    return startLocalKernel(path.dirname(notebook));
  }
  const { startServerKernel } = await import("./server-kernel.js");
  const server = parseServerAddress(options.server, options.token);
  return startServerKernel({ server, kernelName: options.kernel, notebook });
}

/** One Ctrl-C may arrive twice: from the terminal, and once more from npm or timeout. */
const SAME_KEYSTROKE_MS = 300;

/**
 * A signal that is aborted by the first Ctrl-C or SIGTERM, so that the kernel ends and the partial
 * notebook is written; a later one ends this process at once.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    const now = performance.now();
    if (!controller.signal.aborted) {
      first = now;
      controller.abort();
    } else if (now - first > SAME_KEYSTROKE_MS) {
      process.exit(130);
    }
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}
