#!/usr/bin/env node
import { Command } from "commander";
import { packageManifest } from "./package-root.js";
import { addRun } from "./run/add-run.js";

/**
 * The `prism` command. Each subcommand loads what it needs when it runs: a kernel has to answer
 * within the second, and most of this folder is of no use to it.
 */
function createProgram(): Command {
  const program = new Command("prism")
    .description("An interactive crystallography laboratory for TypeScript.")
    .version(packageManifest().version, "--version")
    .option("--verbose", "show the stack of an error (also: PRISM_DEBUG=1)")
    .showHelpAfterError("(prism --help lists commands and options)")
    // Status 1 is kept for what went wrong while running; 2 means the command line was not understood.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  addRun(program);
  addInstall(program);
  addUninstall(program);
  addDoctor(program);
  addKernel(program);
  return program;
}

function addInstall(program: Command): void {
  program
    .command("install")
    .summary("make the kernel known to Jupyter")
    .description('Write the kernelspec by which Jupyter front ends offer "Prism (TypeScript)".')
    .option("--user", "into the data folder of this user (the default)")
    .option("--sys-prefix", "into the Python environment that Jupyter runs in")
    .option("--prefix <folder>", "into <folder>/share/jupyter/kernels")
    .option("--name <name>", "name of the kernelspec", "prism")
    .action(async (options: { name: string }) => {
      const { installCommand } = await import("./install/install-command.js");
      const { thisPlatform } = await import("./install/jupyter-paths.js");
      await installCommand(options, thisPlatform(), (text) => process.stdout.write(text));
    });
}

function addUninstall(program: Command): void {
  program
    .command("uninstall")
    .summary("take the kernel from Jupyter again")
    .description("Remove the kernelspec that `prism install` with the same options has written.")
    .option("--user", "from the data folder of this user (the default)")
    .option("--sys-prefix", "from the Python environment that Jupyter runs in")
    .option("--prefix <folder>", "from <folder>/share/jupyter/kernels")
    .option("--name <name>", "name of the kernelspec", "prism")
    .action(async (options: { name: string }) => {
      const { uninstallCommand } = await import("./install/install-command.js");
      const { thisPlatform } = await import("./install/jupyter-paths.js");
      await uninstallCommand(options, thisPlatform(), (text) => process.stdout.write(text));
    });
}

function addDoctor(program: Command): void {
  program
    .command("doctor")
    .summary("check this installation and say how to mend it")
    .description("Check Node, the native addon, Jupyter and the kernelspec; status 1 on a FAIL.")
    .option("--json", "print the findings as JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const { diagnose, findingsAsText } = await import("./doctor/diagnose.js");
      const findings = await diagnose();
      const text = json ? JSON.stringify(findings, null, 2) : findingsAsText(findings);
      process.stdout.write(`${text}\n`);
      if (findings.some(({ level }) => level === "FAIL")) process.exitCode = 1;
    });
}

function addKernel(program: Command): void {
  program
    .command("kernel")
    .summary("serve as a Jupyter kernel (started by Jupyter)")
    .description("Serve the Jupyter protocol on the sockets that a connection file describes.")
    .requiredOption("-f, --connection-file <file>", "the connection file")
    .action(async ({ connectionFile }: { connectionFile: string }) => {
      const { startKernel } = await import("../session/start-kernel.js");
      await startKernel({ connectionFile });
    });
}

async function main(): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync();
  } catch (error) {
    const verbose =
      program.opts<{ verbose?: boolean }>().verbose || process.env.PRISM_DEBUG === "1";
    // The library, for its error classes, only now: it is not needed to start a kernel.
    const { exitCodeOf, reportOf } = await import("./report.js");
    process.stderr.write(`${reportOf(error, verbose === true)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

await main();
