import { type Command, InvalidArgumentError, Option } from "commander";
import { parseParameter, parseParameterObject } from "./parameter-values.js";
import type { RunCommandOptions } from "./run-options.js";

type Parameters = ReadonlyMap<string, unknown>;

interface CommandLine extends RunCommandOptions {
  readonly param?: Parameters;
  readonly paramJson?: Parameters;
}

const EXAMPLES = `
Examples:
  prism run a.ipynb -o out/a.ipynb --html out/a.html
  prism run notebooks/*.ipynb -o out/ -j 4 --resume      go on where a long run was broken off
  prism run notebooks/*.ipynb --check --junit report.xml  do they still give what they hold?
  prism run scan.ipynb -p cutoff=6 -p 'axis=[1, 1, 0]' -o scan-6.ipynb

Cell tags: parameters, skip-execution, raises-exception; with --check also nbval-ignore-output.
Status: 0 all went well, 1 something failed, 2 the command was not understood, 130 stopped by Ctrl-C.
The first Ctrl-C interrupts the cells and writes what there is, a second one leaves at once.`;

/** Adds `prism run`; what it needs to run is loaded when it does. */
export function addRun(program: Command): void {
  const command = program
    .command("run")
    .summary("execute notebooks and write the results")
    .description(
      "Execute all code cells of each notebook in a fresh kernel, in the notebook's own folder. " +
        "A notebook ends at its first cell that fails, and the status is 1; what ran until then " +
        "is written all the same, and the other notebooks go on.",
    )
    .argument("<notebook...>", "the .ipynb files to execute")
    .addHelpText("after", EXAMPLES)
    .action(async (files: readonly string[], { param, paramJson, ...options }: CommandLine) => {
      const { runCommand, startKernel } = await import("./run-command.js");
      const { stopSignal } = await import("./stop-signal.js");
      const token = options.token ?? process.env.JUPYTER_TOKEN;
      await runCommand(
        files,
        {
          ...options,
          parameters: new Map([...(paramJson ?? []), ...(param ?? [])]),
          ...(token === undefined ? {} : { token }),
        },
        { stdout: process.stdout, stderr: process.stderr, startKernel, signal: stopSignal() },
      );
    });
  addTargets(command);
  addWays(command);
  addKernelOptions(command);
}

function addTargets(command: Command): void {
  command
    .option("-o, --output <path>", "write the executed notebook here; for several, a folder")
    .option("--html <path>", "write a self-contained page that works offline; likewise")
    .addOption(new Option("--in-place", "write each notebook over itself").conflicts("output"))
    .option("--junit <file>", "write a report for CI: JUnit XML, a suite a notebook, a case a cell")
    .addOption(
      new Option(
        "--check",
        "write nothing; compare the outputs with those stored, status 1 if they differ or none are",
      ).conflicts(["output", "html", "inPlace", "resume"]),
    )
    .option(
      "--tolerance <number>",
      "relative, for numbers with a point or an exponent (default: 1e-6)",
      tolerance,
    );
}

function addWays(command: Command): void {
  command
    .option("-j, --jobs <count>", "notebooks that run at a time (default: 1)", count)
    .option(
      "-p, --param <name=value>",
      "set a parameter, may be repeated; a value that is not JSON is text",
      (text: string, earlier?: Parameters) =>
        new Map([...(earlier ?? []), understood(() => parseParameter(text))]),
    )
    .option(
      "--param-json <object>",
      "set several, as a JSON object; --param wins over it",
      (text: string, earlier?: Parameters) =>
        new Map([...(earlier ?? []), ...understood(() => parseParameterObject(text))]),
    )
    .option(
      "--resume",
      "skip notebooks whose output was made from the same cells and parameters by a complete run",
    )
    .option("--allow-errors", "go on after a cell that fails; the status is 0 all the same")
    .option(
      "--timeout <seconds>",
      "interrupt a cell that takes longer, and end its notebook (default: no limit)",
      seconds,
    );
}

function addKernelOptions(command: Command): void {
  command
    .option("--server <url>", "use kernels of this Jupyter server instead of this machine's")
    .option("--token <token>", "token of the server (default: JUPYTER_TOKEN, or that in the URL)")
    .option("--kernel <name>", "name of the kernelspec on the server", "prism");
}

function understood<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`expected seconds greater than 0, got "${text}".`);
}

function tolerance(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError(`expected a number from 0 to below 1, got "${text}".`);
}

function count(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`expected a whole number of at least 1, got "${text}".`);
}
