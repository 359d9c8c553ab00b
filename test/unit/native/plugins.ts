import { execFileSync, execSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { type CallResult, statusOf } from "./harness.js";

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));
const zigScript = "scripts/zig.mjs";

/** Enough for a compiler with an empty cache on a busy machine. */
export const buildTimeoutMs = 300_000;

export interface Workshop {
  readonly folder: string;
  /** Follows the command in the README of an example; the path of the library. */
  buildExample(language: "c" | "zig"): string;
  /** `zig` with these arguments, in the root of the project. */
  zig(...options: readonly string[]): void;
  close(): void;
}

/** A temporary folder for libraries of kernels. */
export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), "prism-plugin-"));
  return {
    folder,
    buildExample(language) {
      const library = join(folder, `example-${language}.so`);
      const command = commandOf(`native/examples/${language}/README.md`);
      execSync(command.replace(/build\/\w+\.so$/, `"${library}"`), { cwd: projectRoot });
      return library;
    },
    zig: (...options) => {
      execFileSync(process.execPath, [zigScript, ...options], { cwd: projectRoot });
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

/** An output of a task that has to be "ok". */
export function numbers(result: CallResult, output = 0): Float64Array {
  expect([statusOf(result), result.message]).toEqual(["ok", ""]);
  return new Float64Array(result.outputs[output]!);
}

function commandOf(readme: string): string {
  const command = /^node scripts\/zig\.mjs .*$/m.exec(
    readFileSync(join(projectRoot, readme), "utf8"),
  );
  if (!command) throw new Error(`${readme} has no line that builds the example`);
  return command[0];
}
