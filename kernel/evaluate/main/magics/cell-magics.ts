import { table } from "prism-lab";
import type { MagicScope } from "../../compile-cell.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object } from "../../intrinsics.js";
import {
  cellMagics,
  helpMagic,
  lineMagics,
  shellMagic,
  type TypecheckMode,
} from "../../magics/catalogue.js";
import type { RunRequest } from "../../messages.js";
import { isThenable, shown } from "../bundle.js";
import type { CellTracker, LiveCell } from "../cell-tracker.js";
import type { CommHub } from "../comms/comm-hub.js";
import { KernelError } from "../kernel-error.js";
import type { Outbox } from "../outbox.js";
import type { ScriptVariables } from "../script-variables.js";
import type { WidgetHost } from "../widgets/widget-host.js";
import { Clocks, timeit } from "./clock.js";
import { environmentTable, environmentVariable, type WorkingDirectory } from "./environment.js";
import { loadPayload, writeCell } from "./files.js";
import { magicError, reasonOf } from "./magic-error.js";
import { runShell } from "./shell.js";
import { closedNote, forgotten, whoTable } from "./variables.js";

export interface MagicParts {
  readonly outbox: Outbox;
  readonly tracker: CellTracker;
  readonly variables: ScriptVariables;
  readonly directory: WorkingDirectory;
  readonly prompt: (question: string) => string;
  readonly widgets: Pick<WidgetHost, "closeAll">;
  readonly comms: Pick<CommHub, "closeAll">;
}

/** What the magics of one cell do. */
export class CellMagics implements MagicScope {
  private readonly parts: MagicParts;
  private readonly cell: LiveCell;
  private readonly request: RunRequest;
  private readonly clocks: Clocks;
  private readonly print = (line: string): void => this.parts.outbox.text("stdout", `${line}\n`);

  constructor(parts: MagicParts, cell: LiveCell, request: RunRequest) {
    this.parts = parts;
    this.cell = cell;
    this.request = request;
    this.clocks = new Clocks(this.print);
  }

  run(name: string, argument: string, body: string): void | Promise<void> {
    switch (name) {
      case "":
        return this.shell(argument);
      case "help":
        return this.show(helpTable());
      case "env":
        if (argument === "") return this.show(environmentTable());
        return this.print(environmentVariable(argument));
      case "typecheck":
        return this.print(
          `%typecheck ${this.request.typecheck}: ${checking[this.request.typecheck]}`,
        );
      case "cd":
        return this.print(this.parts.directory.change(argument));
      case "who":
        return this.show(whoTable(this.parts.variables, this.request.variableTypes));
      case "reset":
        return this.reset(argument === "-f");
      case "load":
        this.cell.payload.push(loadPayload(argument, this.request.code));
        return;
      case "writefile":
        return this.print(writeCell(argument, body));
      default:
        throw magicError(`%${name}`, "it has no code", { name });
    }
  }

  startClock(): void {
    this.clocks.start();
  }

  stopClock<T>(value?: T): T | undefined {
    this.clocks.stop();
    return value;
  }

  timeit(body: () => unknown, options: string): Promise<void> {
    return timeit(body, options, () => this.parts.tracker.refuseStopped(), this.print);
  }

  private async shell(command: string): Promise<void> {
    const { outbox, tracker } = this.parts;
    const write = (name: "stdout" | "stderr", text: string): void =>
      tracker.run(this.cell, () => outbox.text(name, text));
    let exitCode: number;
    try {
      exitCode = await runShell(command, this.cell, write);
    } catch (error) {
      throw magicError("!", `the command does not start: ${reasonOf(error)}`, { command });
    }
    Object.assign(globalThis, { _exitCode: exitCode });
    if (exitCode !== 0) outbox.text("stderr", `${exitNote(exitCode, command)}\n`);
  }

  private reset(isForced: boolean): void {
    const { outbox, variables } = this.parts;
    if (!isForced && !this.isConfirmed()) {
      this.print("%reset: nothing was forgotten");
      return;
    }
    this.print(`%reset: ${forgotten(variables.forget(this.request.cell.names))}`);
    // Their handlers would find undefined variables.
    const closed = closedNote(this.parts.widgets.closeAll(), this.parts.comms.closeAll());
    if (closed !== "") this.print(`%reset: ${closed}`);
    outbox.forget(this.cell.serial);
  }

  private isConfirmed(): boolean {
    if (!this.cell.mayPrompt) {
      const message =
        "%reset asks first, and this client does not answer questions: write %reset -f";
      throw new KernelError("STDIN_UNAVAILABLE", message, {});
    }
    const answer = this.parts.prompt("Forget all your variables, without a way back? (y/[n]) ");
    return /^\s*y(es)?\s*$/i.test(answer);
  }

  private show(value: unknown): void {
    const content = shown(value);
    // A table knows its bundle at once.
    if (isThenable(content)) return;
    const display = { kind: "display", data: content.data, metadata: {}, update: false } as const;
    this.parts.outbox.output(display, this.cell);
  }
}

const checking: Readonly<Record<TypecheckMode, string>> = {
  error: "type errors stop a cell before it runs; %typecheck warn or off changes that",
  warn: "type errors are shown and the cell runs; %typecheck error or off changes that",
  off: "types are not checked; %typecheck error or warn changes that",
};

function helpTable(): object {
  const specs = [...lineMagics.values(), ...cellMagics.values(), shellMagic, helpMagic];
  return table(
    specs.map(({ usage, does }) => ({ magic: usage, does })),
    { columns: ["magic", "does"] },
  );
}

/** The shell's own code for a command that does not exist; a negation may have been meant. */
const NOT_FOUND = 127;

function exitNote(exitCode: number, command: string): string {
  const note = `!${command.split("\n")[0]}: exit code ${exitCode}`;
  const isName = /^[\w.$]+$/.test(command);
  return exitCode === NOT_FOUND && isName ? `${note}; to negate a value write (!${command})` : note;
}
