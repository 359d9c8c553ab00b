import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { Dealer, Subscriber } from "zeromq";
import { decodeFrames, encodeMessage } from "../../kernel/protocol/framing.js";
import { createHeader, createMessage } from "../../kernel/protocol/message.js";
import { createSigner } from "../../kernel/protocol/signature.js";
import { KernelFixture, kernelMain } from "./kernel-fixture.js";

const directories: string[] = [];

afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "prism-files "));
  directories.push(directory);
  return directory;
}

describe("a kernel's history", () => {
  it("is shared by kernels at the same time, survives them, and a file that is damaged", async () => {
    const dataHome = await temporary();
    const env = { XDG_DATA_HOME: dataHome };
    const file = join(dataHome, "prism", "history.jsonl");
    const kernels = await Promise.all([KernelFixture.start({ env }), KernelFixture.start({ env })]);
    await Promise.all(
      kernels.map(async (kernel, which) => {
        for (let i = 0; i < 20; i++) await kernel.client.execute(`"${which} ${i}"`);
      }),
    );
    for (const kernel of kernels) await kernel.stop();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataHome, "prism"))).mode & 0o777).toBe(0o700);
    expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(40);
    await appendFile(file, '{"session":"x","line":\n\u0000\xff{}\n[1]\n"text"\n{"line":1}\n');

    const later = await KernelFixture.start({ env });
    await later.client.execute("6 * 7");
    const search = async (query: object): Promise<unknown> => {
      const reply = await later.client.history({ output: false, raw: true, ...query });
      return reply.status === "ok" ? reply.history : reply;
    };
    const found = await search({ hist_access_type: "search", pattern: '"? *"' });
    expect(found).toHaveLength(40);
    expect(await search({ hist_access_type: "tail", n: 1 })).toEqual([[3, 1, "6 * 7"]]);
    expect(await search({ hist_access_type: "range", session: 0, start: 1, stop: 2 })).toEqual([
      [3, 1, "6 * 7"],
    ]);
    expect(await search({ hist_access_type: "range", session: 2, start: 1, stop: 4 })).toHaveLength(
      3,
    );
    await later.client.execute("6 * 7");
    const unique = { hist_access_type: "search", pattern: "6*", n: 5, unique: true };
    expect(await search(unique)).toEqual([[3, 2, "6 * 7"]]);
    expect(await later.stop()).toBe(0);
  });

  it.runIf(process.platform === "linux")("that cannot be kept holds up nothing", async () => {
    const kernel = await KernelFixture.start({ env: { XDG_DATA_HOME: "/proc/prism" } });
    expect((await kernel.client.execute("1")).reply.status).toBe("ok");
    expect(await kernel.stop()).toBe(0);
  });
});

describe("a kernel that is suspended", () => {
  it("goes on where it was, and answers what came meanwhile", async () => {
    const kernel = await KernelFixture.start();
    const pid = kernel.client.pid as number;
    const { ended } = await kernel.started("await new Promise((r) => setTimeout(r, 300)); 42");
    process.kill(pid, "SIGSTOP");
    const asked = kernel.client.kernelInfo();
    await delay(200);
    process.kill(pid, "SIGCONT");
    expect((await asked).status).toBe("ok");
    expect((await ended).reply.status).toBe("ok");
    expect(await kernel.stop()).toBe(0);
  });
});

describe("a connection over ipc without a key", () => {
  it("takes unsigned messages, since its author has chosen so", async () => {
    const directory = await mkdtemp(join(tmpdir(), "prism-ipc-"));
    directories.push(directory);
    const ip = join(directory, "k");
    const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };
    const file = join(directory, "connection.json");
    await writeFile(file, JSON.stringify({ transport: "ipc", ip, key: "", ...ports }));
    const env = { ...process.env, XDG_DATA_HOME: directory };
    const argv = ["--no-force-async-hooks-checks", kernelMain, "kernel", "-f", file];
    const child = spawn(process.execPath, argv, { env, stdio: "ignore" });
    const signer = createSigner("");
    const dealer = (port: number): Dealer => {
      const socket = new Dealer({ linger: 0, reconnectInterval: 20 });
      socket.connect(`ipc://${ip}-${port}`);
      return socket;
    };
    const shell = dealer(1);
    const control = dealer(4);
    const iopub = new Subscriber({ linger: 0 });
    iopub.subscribe();
    iopub.connect(`ipc://${ip}-2`);
    const request = (type: string, content: object): (string | Uint8Array)[] =>
      encodeMessage(createMessage(createHeader(type, "s", "u"), { ...content }, {}), signer);
    await shell.send(request("execute_request", { code: "20 + 1" }));
    const reply = decodeFrames(await shell.receive(), signer);
    expect(reply).toMatchObject({ ok: true, message: { content: { status: "ok" } } });
    const exited = once(child, "exit");
    await control.send(request("shutdown_request", { restart: false }));
    expect(await exited).toEqual([0, null]);
    for (const socket of [shell, control, iopub]) socket.close();
  });
});
