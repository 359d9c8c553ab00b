// Builds async_work.c on first use into build/bench/, with the compiler of the engine.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findZig, projectRoot } from "../../scripts/find-zig.mjs";

const require = createRequire(import.meta.url);
const source = fileURLToPath(new URL("./async_work.c", import.meta.url));
const target = join(projectRoot, "build/bench/async_work.node");

/** @returns {{ run(): Promise<void> }} */
export function loadAsyncWork() {
  if (!existsSync(target) || statSync(target).mtimeMs < statSync(source).mtimeMs) build();
  return require(target);
}

function build() {
  mkdirSync(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  const headers = require("node-api-headers").include_dir;
  const undefinedSymbols = process.platform === "darwin" ? ["-Wl,-undefined,dynamic_lookup"] : [];
  const { status, error } = spawnSync(
    findZig().path,
    ["cc", "-shared", "-fPIC", "-O2", "-I", headers, ...undefinedSymbols, "-o", unfinished, source],
    { stdio: ["ignore", 2, 2] },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`zig cc failed on ${source} with exit code ${status}`);
  renameSync(unfinished, target); // whole or not at all, also where two benchmarks start at once
}
