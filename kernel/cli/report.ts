import { PrismError } from "prism-lab";
import { RunInterrupted, UsageError } from "./errors.js";

/** Exit status of a failed command: 130 after Ctrl-C, as shells count it; 2 before anything ran. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof RunInterrupted) return 130;
  return error instanceof UsageError ? 2 : 1;
}

/** What stderr gets of an error: code and message for our own, the stack where it was asked for. */
export function reportOf(error: unknown, verbose: boolean): string {
  const head =
    error instanceof PrismError
      ? `prism: [${error.code}] ${error.message}`
      : `prism: unexpected ${describe(error)}`;
  if (!verbose) return error instanceof PrismError ? head : `${head}\n${HINT}`;
  return [head, ...stacksOf(error)].join("\n");
}

const HINT = "prism: run again with --verbose for the stack; this is a defect of Prism";

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function stacksOf(error: unknown): readonly string[] {
  const stacks: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    stacks.push(`${stacks.length === 0 ? "" : "caused by "}${at.stack ?? describe(at)}`);
  }
  return stacks;
}
