import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "prism-zig-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fakeZig(version: string): string {
  const path = join(folder, `zig-${version}`);
  writeFileSync(path, `#!/bin/sh\n[ "$1" = version ] && echo ${version} || echo "ran $*"\n`);
  chmodSync(path, 0o755);
  return path;
}

function run(
  script: string,
  zig: string,
  ...args: string[]
): { status: number | null; out: string; err: string } {
  const path = fileURLToPath(new URL(`../../../scripts/${script}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], {
    env: { ...process.env, PRISM_ZIG: zig },
    encoding: "utf8",
  });
  return { status, out: stdout, err: stderr };
}

describe.skipIf(process.platform === "win32")("the scripts that run Zig", () => {
  it("use PRISM_ZIG when its version fits", () => {
    const zig = fakeZig("0.14.0-dev.2456+a68119f8f");
    expect(run("zig.mjs", zig, "fmt", "--check", "native").out).toBe("ran fmt --check native\n");
    expect(run("zig.mjs", zig, "test", "-Dtsan").out).toBe("ran build test -Dtsan\n");
    const build = run("build-native.mjs", zig);
    expect(build.out).toMatch(
      /^ran build .*--prefix .*build\nprism: built build\/prism.node in .*PRISM_ZIG\n$/,
    );
  });

  it("refuse another version with what was found, what is needed and what to do", () => {
    for (const script of ["build-native.mjs", "zig.mjs"]) {
      const { status, err } = run(script, fakeZig("0.13.0"));
      expect(status).toBe(1);
      expect(err).toMatch(/built with Zig 0\.14\.0-dev\.2456; found Zig 0\.13\.0 at/);
      expect(err).toMatch(/npm install --no-save @ryoppippi\/zig-/);
      expect(err).toMatch(/PRISM_ZIG=/);
    }
  });

  it("refuse a path where nothing runs", () => {
    const { status, err } = run("build-native.mjs", join(folder, "missing"));
    expect(status).toBe(1);
    expect(err).toMatch(/no Zig that runs: ".*missing" \(from PRISM_ZIG\).*ENOENT/);
  });
});
