// `node scripts/zig.mjs test [options]` runs `zig build test` in native/; every other command goes
// to the same Zig as it stands, in the present folder: `node scripts/zig.mjs fmt --check native`.
import { spawnSync } from "node:child_process";
import { findZig, nativeRoot } from "./find-zig.mjs";

const [command, ...rest] = process.argv.slice(2);
const isTest = command === "test";

try {
  const zig = findZig();
  const { status, error } = spawnSync(
    zig.path,
    isTest ? ["build", "test", ...rest] : process.argv.slice(2),
    { ...(isTest && { cwd: nativeRoot }), stdio: "inherit" },
  );
  if (error) throw error;
  process.exitCode = status ?? 1;
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 1;
}
