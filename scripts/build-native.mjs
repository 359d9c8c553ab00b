// Builds build/prism.node; npm runs it as the install script of the package.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findZig, nativeRoot, projectRoot } from "./find-zig.mjs";

const require = createRequire(import.meta.url);

function build() {
  const zig = findZig();
  const started = performance.now();
  const { status, error } = spawnSync(
    zig.path,
    [
      "build",
      `-Dnapi-cpp=${dirname(require.resolve("node-addon-api/package.json"))}`,
      `-Dnode-api=${require("node-api-headers").include_dir}`,
      "--prefix",
      join(projectRoot, "build"),
      ...process.argv.slice(2),
    ],
    { cwd: nativeRoot, stdio: "inherit" },
  );
  if (error) throw error;
  if (status !== 0)
    throw new Error(`zig build failed with exit code ${status}; see its output above`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `prism: built build/prism.node in ${seconds} s with Zig ${zig.version} from ${zig.origin}`,
  );
}

try {
  build();
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 1;
}
