import { homedir } from "node:os";
import process from "node:process";
import { type Table, table } from "prism-lab";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object } from "../../intrinsics.js";
import { magicError } from "./magic-error.js";
import { pathError } from "./path-problem.js";
import { pathOf } from "./paths.js";

/** Values under such names stay out of notebooks, which are shared. */
const SECRET = /key|token|secret|passw|credential/i;
const MOST_ROWS = 1000;

export function environmentTable(): Table {
  const rows = Object.entries(process.env)
    .map(([name, value]) => ({ name, value: SECRET.test(name) ? "<hidden>" : value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return table(rows, { columns: ["name", "value"], maxRows: MOST_ROWS });
}

/** `NAME` or `NAME=VALUE`; returns what to print. */
export function environmentVariable(argument: string): string {
  const [, name = "", value] = /^([^\s=]+)(?:\s*=\s*(.*))?$/.exec(argument) ?? [];
  if (name === "") {
    throw magicError("%env", `expected NAME or NAME=VALUE, got "${argument}"`, { argument });
  }
  if (value !== undefined) {
    process.env[name] = value;
    return `${name}=${value}`;
  }
  const present = process.env[name];
  if (present !== undefined) return present;
  throw magicError("%env", `${name} is not set; %env ${name}=value sets it`, { name });
}

/** Changes the working directory of the process; cells go on to import from the notebook's folder. */
export class WorkingDirectory {
  private previous: string | undefined;

  /** Returns the new one. */
  change(argument: string): string {
    const before = process.cwd();
    const target = this.targetOf(argument);
    try {
      process.chdir(target);
    } catch (error) {
      throw pathError("%cd", target, "enter", error);
    }
    this.previous = before;
    return process.cwd();
  }

  private targetOf(argument: string): string {
    if (argument === "") return homedir();
    if (argument !== "-") return pathOf(argument);
    if (this.previous !== undefined) return this.previous;
    throw magicError("%cd", "there is no directory to go back to: no %cd came before", {});
  }
}
