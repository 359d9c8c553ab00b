import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { FileError, ParseError } from "prism-lab";
import { NotebookError, UsageError } from "../errors.js";
import type { Notebook } from "../notebook/document.js";
import { readNotebook } from "../notebook/parse.js";
import { expectWritable } from "../notebook/serialize.js";
import type { RunCommandOptions } from "./run-options.js";
import { digestOf, recordedDigest } from "./run-record.js";

/** One notebook of a run, read and ready. */
export interface NotebookJob {
  /** As the command line names it. */
  readonly file: string;
  /** With the parameters in it. */
  readonly notebook: Notebook;
  readonly output?: string;
  readonly html?: string;
  readonly digest: string;
  /** With `--resume`: what is asked for is there, made from the same cells and parameters. */
  readonly upToDate: boolean;
}

/**
 * Reads all notebooks and finds out whether they can run and be written: whatever is wrong with the
 * command shows before the first cell runs.
 *
 * @param warn Takes sentences on what may not be meant.
 * @throws {UsageError} The options do not fit together, or to the notebooks.
 * @throws {NotebookError | ParseError | FileError} A notebook cannot be read, or not be written.
 */
export async function planRun(
  files: readonly string[],
  options: RunCommandOptions,
  warn: (sentence: string) => void,
): Promise<readonly NotebookJob[]> {
  expectOptionsToFit(options);
  await expectDistinct(files);
  const notebooks = new Map<string, Notebook>();
  for (const file of files) notebooks.set(file, await readOurs(file, options));
  await setParameters(notebooks, options, warn);
  const targets = await targetsOf(files, options);
  expectNoClash(targets);
  for (const { output, html } of targets) {
    for (const target of [output, html]) if (target !== undefined) await expectWritable(target);
  }
  if (options.junit !== undefined) await expectWritable(options.junit);
  return Promise.all(
    targets.map(async (target) => {
      const notebook = notebooks.get(target.file) as Notebook;
      const digest = digestOf(notebook, options);
      const upToDate = options.resume === true && (await isUpToDate(target, digest));
      return { ...target, notebook, digest, upToDate };
    }),
  );
}

function expectOptionsToFit({
  resume,
  output,
  inPlace,
  tolerance,
  check,
}: RunCommandOptions): void {
  if (resume && output === undefined && !inPlace) {
    throw new UsageError(
      "expected --output or --in-place with --resume, got neither; " +
        "only a notebook that was written tells that it is done",
      { resume },
    );
  }
  if (tolerance !== undefined && !check) {
    throw new UsageError("expected --check with --tolerance, which is for its comparison", {
      tolerance,
    });
  }
}

async function expectDistinct(files: readonly string[]): Promise<void> {
  const seen = new Map<string, string>();
  for (const file of files) {
    const real = await realpath(file).catch(() => path.resolve(file));
    const first = seen.get(real);
    if (first !== undefined) {
      throw new UsageError(
        `expected each notebook once, got "${first}" and "${file}", which are one file`,
        { files },
      );
    }
    seen.set(real, file);
  }
}

async function readOurs(file: string, options: RunCommandOptions): Promise<Notebook> {
  const notebook = await readNotebook(file);
  if (options.kernel === "prism") refuseOtherLanguage(notebook, file);
  return notebook;
}

async function setParameters(
  notebooks: Map<string, Notebook>,
  options: RunCommandOptions,
  warn: (sentence: string) => void,
): Promise<void> {
  const { parameters } = options;
  if (parameters === undefined || parameters.size === 0) return;
  if (options.kernel !== "prism") {
    throw new UsageError(
      `expected the kernel "prism" with --param, got "${options.kernel}"; ` +
        "parameters are written into the notebook as TypeScript",
      { kernel: options.kernel },
    );
  }
  const { injectParameters } = await import("./inject-parameters.js");
  const { parametersOf } = await import("./declared-parameters.js");
  for (const [file, taken] of parametersOf(notebooks, parameters, warn)) {
    notebooks.set(file, injectParameters(notebooks.get(file) as Notebook, taken));
  }
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

type Targets = Pick<NotebookJob, "file" | "output" | "html">;

async function targetsOf(
  files: readonly string[],
  options: RunCommandOptions,
): Promise<readonly Targets[]> {
  const several = files.length > 1;
  const output = options.output && (await place("--output", options.output, several, ".ipynb"));
  const html = options.html && (await place("--html", options.html, several, ".html"));
  return files.map((file) => ({
    file,
    ...(options.inPlace ? { output: file } : output ? { output: output(file) } : {}),
    ...(html ? { html: html(file) } : {}),
  }));
}

/** Where an option puts the result of each notebook: into a folder, or under the one name given. */
async function place(
  option: string,
  target: string,
  several: boolean,
  extension: string,
): Promise<(file: string) => string> {
  const found = await stat(target).catch(() => undefined);
  const isFolder = found?.isDirectory() || /[\\/]$/.test(target);
  if (several && !isFolder && (found || target.endsWith(extension))) {
    throw new UsageError(
      `expected ${option} to name a folder for several notebooks, got "${target}"`,
      { target },
    );
  }
  if (!several && !isFolder) return () => target;
  return (file) => path.join(target, `${path.basename(file, ".ipynb")}${extension}`);
}

/**
 * A page or another notebook's result over a source would destroy it, and of two results in one file
 * only one is left; a notebook over itself is what `-o` is for.
 */
function expectNoClash(targets: readonly Targets[]): void {
  const sources = new Map(targets.map(({ file }) => [path.resolve(file), file]));
  const written = new Map<string, string>();
  for (const { file, output, html } of targets) {
    for (const [option, target] of [
      ["--output", output],
      ["--html", html],
    ] as const) {
      if (target === undefined) continue;
      const resolved = path.resolve(target);
      const source = sources.get(resolved);
      const overSource = source !== undefined && (option === "--html" || source !== file);
      const other = overSource ? `the notebook "${source}"` : written.get(resolved);
      if (other !== undefined) {
        throw new UsageError(
          `expected ${option} to give "${file}" a file of its own, got "${target}", ` +
            `which is also ${other}; choose another name or folder`,
          { file, target },
        );
      }
      written.set(resolved, `that of "${file}"`);
    }
  }
}

async function isUpToDate({ output, html }: Targets, digest: string): Promise<boolean> {
  if (output === undefined) return false;
  if (html !== undefined && !(await stat(html).catch(() => undefined))) return false;
  try {
    return recordedDigest(await readNotebook(output)) === digest;
  } catch (error) {
    const isNone = [FileError, ParseError, NotebookError].some((kind) => error instanceof kind);
    if (isNone) return false;
    throw error;
  }
}
