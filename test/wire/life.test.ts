import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { KernelClient } from "../../kernel/transport/kernel-client.js";
import { KernelFixture, kernelMain } from "./kernel-fixture.js";

const directories: string[] = [];

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

/** Runs `prism kernel -f FILE` to its end. */
async function runKernel(connection: unknown): Promise<{ code: number | null; stderr: string }> {
  const directory = await mkdtemp(join(tmpdir(), "prism-life-"));
  directories.push(directory);
  const file = join(directory, "connection.json");
  if (connection !== undefined) await writeFile(file, JSON.stringify(connection));
  const child = spawn(process.execPath, [kernelMain, "kernel", "-f", file]);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stderr };
}

describe("the life of a kernel", () => {
  it("ends with exit code 0 when asked to", async () => {
    const kernel = await KernelFixture.start();
    expect(await kernel.stop()).toBe(0);
  });

  it("ends within a second also out of a busy loop", async () => {
    const kernel = await KernelFixture.start();
    const { ended } = await kernel.started("while (true) {}");
    const settled = ended.catch(() => {});
    const start = performance.now();
    expect(await kernel.stop()).toBe(0);
    expect(performance.now() - start).toBeLessThan(2000);
    await settled;
  });

  it("is killed out of a call that nothing stops, and says so", async () => {
    const kernel = await KernelFixture.start();
    const { ended } = await kernel.started(
      'const { execSync } = require("node:child_process"); execSync("sleep 4");',
    );
    const death = expect(ended).rejects.toMatchObject({
      code: "KERNEL_DIED",
      data: {
        signal: "SIGKILL",
        stderr: expect.stringMatching(/^prism kernel: .* could not be stopped[^\n]*$/),
      },
    });
    const start = performance.now();
    expect(await kernel.stop()).toBe(null);
    expect(performance.now() - start).toBeLessThan(3000);
    await death;
  });

  it("tells a client that asks to restart, and ends", async () => {
    const kernel = await KernelFixture.start();
    const announced = kernel.iopub(({ header }) => header.msg_type === "shutdown_reply");
    const { content } = await kernel.client.request("control", "shutdown_request", {
      restart: true,
    });
    expect(content).toEqual({ status: "ok", restart: true });
    expect((await announced).content).toEqual({ status: "ok", restart: true });
    expect(await kernel.stop()).toBe(0);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("ends in good order on %s", async (signal) => {
    const kernel = await KernelFixture.start();
    const announced = kernel.iopub(({ header }) => header.msg_type === "shutdown_reply");
    process.kill(kernel.client.pid as number, signal);
    await announced;
    await kernel.client.ended;
    expect(await kernel.stop()).toBe(0);
  });

  it.each([
    ["SIGTERM", "while (true) {}"],
    ["SIGHUP", "while (true) {}"],
    ["SIGTERM", "await null; while (true) {}"],
    ["SIGTERM", "await new Promise(() => {})"],
  ] as const)("ends at once on %s while a cell runs: %s", async (signal, body) => {
    const kernel = await KernelFixture.start();
    const { ended } = await kernel.started(`/* to be found again */ ${body}`);
    const settled = ended.catch(() => {});
    const start = performance.now();
    process.kill(kernel.client.pid as number, signal);
    expect((await kernel.client.ended).data).toMatchObject({ signal });
    expect(performance.now() - start).toBeLessThan(3000);
    await settled;
    const history = await readFile(join(kernel.dataHome, "prism", "history.jsonl"), "utf8");
    expect(history).toContain("to be found again");
    await kernel.stop();
  });

  it("ends at once on SIGTERM while a handler runs", async () => {
    const kernel = await KernelFixture.start();
    await kernel.client.execute(
      'comms.register("busy", () => { console.log("going"); for (;;); });',
    );
    const going = kernel.iopub(({ content }) => content.text === "going\n");
    kernel.client.notify("shell", "comm_open", { comm_id: "c", target_name: "busy", data: {} });
    await going;
    process.kill(kernel.client.pid as number, "SIGTERM");
    expect((await kernel.client.ended).data).toMatchObject({ signal: "SIGTERM" });
    await kernel.stop();
  });

  it("ends in good order on SIGTERM again after a cell has been stopped", async () => {
    const kernel = await KernelFixture.start();
    const { ended } = await kernel.started("while (true) {}");
    await kernel.client.interrupt();
    await ended;
    process.kill(kernel.client.pid as number, "SIGTERM");
    await kernel.client.ended;
    expect(await kernel.stop()).toBe(0);
  });

  it("takes SIGINT for an interrupt, and for nothing when idle", async () => {
    const kernel = await KernelFixture.start();
    // A signal has no answer: without this one it might reach the next cell.
    const taken = kernel.iopub(({ content }) => content.text === "taken\n");
    await kernel.client.execute('process.once("SIGINT", () => console.log("taken"));');
    process.kill(kernel.client.pid as number, "SIGINT");
    await taken;
    const { ended } = await kernel.started("await new Promise(() => {});");
    process.kill(kernel.client.pid as number, "SIGINT");
    expect((await ended).reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(await kernel.stop()).toBe(0);
  });

  it("ends when its parent is gone", async () => {
    const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const kernel = await KernelFixture.start({ env: { JPY_PARENT_PID: String(parent.pid) } });
    const { ended } = await kernel.started("while (true) {}");
    const settled = ended.catch(() => {});
    parent.kill("SIGKILL");
    await kernel.client.ended;
    await settled;
    expect(await kernel.stop()).toBe(0);
  });

  it("tells its clients how it died", async () => {
    const kernel = await KernelFixture.start();
    process.kill(kernel.client.pid as number, "SIGKILL");
    await expect(kernel.client.execute("1")).rejects.toMatchObject({
      code: "KERNEL_DIED",
      data: { exitCode: null, signal: "SIGKILL" },
    });
    await kernel.stop();
  });

  it("is silent about what Node says where a cell kills the kernel", async () => {
    const kernel = await KernelFixture.start();
    const died = kernel.client.execute('process.kill(process.pid, "SIGKILL"); while (true);');
    await expect(died).rejects.toMatchObject({ data: { signal: "SIGKILL", stderr: "" } });
    await kernel.stop();
  });

  it("does not start on a missing or wrong connection file", async () => {
    const missing = await runKernel(undefined);
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toContain("cannot be read");
    const wrong = await runKernel({ transport: "tcp", ip: "127.0.0.1", shell_port: "x" });
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toContain("shell_port");
  });

  it("does not start on an address that is taken, and names it", async () => {
    const kernel = await KernelFixture.start();
    const { code, stderr } = await runKernel(kernel.client.connection);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot bind tcp:\/\/127\.0\.0\.1:\d+: Address already in use/);
    expect((await kernel.client.execute("1")).reply.status).toBe("ok");
    await kernel.stop();
  });

  it("says what a kernel wrote last that never came to life", async () => {
    const argv = [process.execPath, "-e", 'console.error("no luck"); process.exit(3)'];
    await expect(KernelClient.launch({ argv })).rejects.toMatchObject({
      code: "KERNEL_DIED",
      data: { exitCode: 3, stderr: "no luck" },
    });
    const silent = [process.execPath, "-e", "setInterval(() => {}, 1000)"];
    await expect(KernelClient.launch({ argv: silent, startTimeoutMs: 300 })).rejects.toMatchObject({
      code: "KERNEL_TIMEOUT",
    });
  });
});
