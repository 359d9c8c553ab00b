import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AddonUnavailable } from "prism-lab";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  checkAddon,
  checkJupyter,
  checkKernelspec,
  checkNode,
  checkTimers,
  checkTypescript,
  checkZeromq,
} from "../../../../kernel/cli/doctor/checks.js";
import { findingsAsText } from "../../../../kernel/cli/doctor/diagnose.js";
import type { Platform } from "../../../../kernel/cli/install/jupyter-paths.js";

describe("checks of the installation", () => {
  it.each([
    ["v20.11.0", "OK"],
    ["v20.10.9", "FAIL"],
    ["v18.20.0", "FAIL"],
    ["v22.0.0", "OK"],
    ["v24.3.1", "OK"],
  ])("Node %s: %s", (version, level) => {
    const finding = checkNode(version, ">=20.11");
    expect(finding.level).toBe(level);
    expect(finding.remedy === undefined).toBe(level === "OK");
  });

  it("tells what the addon can, or why it does not load", async () => {
    const info = { simdLevel: "v3", threadCount: 8, kernels: ["a", "b"] };
    const good = await checkAddon(() => info);
    expect(good).toMatchObject({ level: "OK", subject: "addon" });
    expect(good.message).toBe("native addon loads: SIMD v3, 8 threads, 2 kernels");
    const bad = await checkAddon(() => Promise.reject(new AddonUnavailable("not built", {})));
    expect(bad).toMatchObject({ level: "FAIL", message: "not built" });
    expect(bad.remedy).toContain("npm rebuild");
  });

  it("tries ZeroMQ and TypeScript", async () => {
    expect(await checkZeromq(async () => ({ version: "4.3.5" }))).toMatchObject({ level: "OK" });
    const broken = await checkZeromq(() => Promise.reject(new Error("no prebuilt")));
    expect(broken).toMatchObject({ level: "FAIL", message: "ZeroMQ does not load: no prebuilt" });
    expect(checkTypescript()).toMatchObject({ level: "OK" });
    expect(checkTimers()).toMatchObject({ level: "OK" });
    expect(checkTimers(() => undefined)).toMatchObject({ level: "WARN", subject: "timers" });
  });

  it("prints a line a finding, remedies below", () => {
    const text = findingsAsText([
      { level: "OK", subject: "node", message: "fine" },
      { level: "FAIL", subject: "kernelspec", message: "gone", remedy: "install" },
    ]);
    expect(text).toBe(
      "OK    node        fine\nFAIL  kernelspec  gone\n                  -> install",
    );
  });
});

describe("checks of Jupyter", () => {
  let folder: string;
  let platform: Platform;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prism doctor "));
    platform = { platform: "linux", home: folder, env: { PATH: folder, JUPYTER_DATA_DIR: folder } };
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function jupyter(script: string): Promise<void> {
    await writeFile(path.join(folder, "jupyter"), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(folder, "jupyter"), 0o755);
  }

  async function kernelJson(text: string): Promise<string> {
    const spec = path.join(folder, "kernels", "prism");
    await mkdir(spec, { recursive: true });
    await writeFile(path.join(spec, "kernel.json"), text);
    return spec;
  }

  it("does without Jupyter, with a warning", async () => {
    const finding = await checkJupyter(platform);
    expect(finding).toMatchObject({ level: "WARN", message: "no jupyter on PATH" });
    await jupyter("echo broken >&2; exit 1");
    expect(await checkJupyter(platform)).toMatchObject({
      level: "WARN",
      message: expect.stringContaining("does not run"),
    });
  });

  it("names the versions that Jupyter tells", async () => {
    await jupyter(`if [ "$1" = --version ]; then
  echo "jupyterlab       : 4.2.1"; echo "notebook         : not installed"
else echo '{"data": ["/a"]}'; fi`);
    const { level, message } = await checkJupyter(platform);
    expect(level).toBe("OK");
    expect(message).toContain("(jupyterlab 4.2.1), data in /a");
  });

  it("finds a kernelspec where Jupyter does not look", async () => {
    const prefix = path.join(folder, "env");
    const spec = path.join(prefix, "share", "jupyter", "kernels", "prism");
    await mkdir(spec, { recursive: true });
    await writeFile(path.join(spec, "kernel.json"), "{}");
    const activated = { ...platform, env: { ...platform.env, VIRTUAL_ENV: prefix } };
    expect(await checkKernelspec(activated)).toMatchObject([
      {
        level: "WARN",
        message: `${spec} is where Jupyter does not look`,
        remedy: expect.stringContaining(`JUPYTER_PATH='${prefix}/share/jupyter'`),
      },
    ]);
  });

  it("finds a kernelspec, and what is wrong with it", async () => {
    expect(await checkKernelspec(platform)).toMatchObject([
      { level: "WARN", remedy: expect.stringMatching(/^run `npx prism install`; .*JUPYTER_PATH/) },
    ]);
    const spec = await kernelJson("{");
    const unreadable = { level: "FAIL", message: `${spec}/kernel.json is not a kernelspec` };
    expect(await checkKernelspec(platform)).toMatchObject([unreadable]);
    await kernelJson(JSON.stringify({ argv: [process.execPath, "/gone/main.js", "kernel"] }));
    expect(await checkKernelspec(platform)).toMatchObject([
      { level: "FAIL", message: `${spec} points to /gone/main.js, which is gone` },
    ]);
    await kernelJson(JSON.stringify({ argv: [process.execPath, "kernel"] }));
    expect(await checkKernelspec(platform)).toMatchObject([
      { level: "WARN", message: expect.stringContaining("lacks plotly.min.js") },
    ]);
    await writeFile(path.join(spec, "plotly.min.js"), "");
    expect(await checkKernelspec(platform)).toMatchObject([{ level: "OK" }]);
  });
});
