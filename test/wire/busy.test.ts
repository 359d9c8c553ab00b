import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Request } from "zeromq";
import { endpointOf } from "../../kernel/transport/connection-file.js";
import { KernelFixture, story } from "./kernel-fixture.js";

/** Far above what it takes, far below what a hang would take. */
const interruptLimitMs = 2000;

let kernel: KernelFixture;

beforeAll(async () => {
  kernel = await KernelFixture.start();
  await kernel.client.execute("let kept = 0;");
});
afterAll(() => kernel.stop());

/** Starts a cell that never ends; interrupts and awaits it after `action`. */
async function whileBusy(action: (cellId: string) => Promise<void>): Promise<void> {
  const { id, ended } = await kernel.started("while (true) {}");
  try {
    await action(id);
  } finally {
    await kernel.client.interrupt();
    await ended;
  }
}

describe("a busy kernel", () => {
  it("answers heartbeats", async () => {
    await whileBusy(async () => {
      const heart = new Request();
      heart.connect(endpointOf(kernel.client.connection, "hb_port"));
      for (const beat of ["a", "b", "c"]) {
        await heart.send(beat);
        expect(String((await heart.receive())[0])).toBe(beat);
      }
      heart.close();
    });
  });

  it("completes, and shows busy under the cell's header again", async () => {
    await whileBusy(async (cellId) => {
      const messages = await kernel.recorded(async () => {
        const reply = await kernel.client.complete("Math.hyp", 8);
        expect(reply).toMatchObject({ status: "ok", matches: expect.arrayContaining(["hypot"]) });
        // Its messages come behind those of the completion.
        await kernel.client.kernelInfo();
      });
      expect(story(messages).slice(0, 3)).toEqual(["busy", "idle", "busy"]);
      expect(messages[1]?.parentHeader.msg_id).not.toBe(cellId);
      expect(messages[2]?.parentHeader.msg_id).toBe(cellId);
    });
  });

  it.each([
    ["a loop", "kept++; while (true) {}"],
    ["a loop after an await", "kept++; await null; while (true) {}"],
    ["an await that never ends", "kept++; await new Promise(() => {});"],
  ])("is stopped in %s, with its variables kept", async (_, code) => {
    const before = await numberIn("kept");
    const { ended } = await kernel.started(code);
    const start = performance.now();
    await kernel.client.interrupt();
    const { reply, outputs } = await ended;
    expect(performance.now() - start).toBeLessThan(interruptLimitMs);
    expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(outputs.at(-1)?.type).toBe("error");
    expect(await numberIn("kept")).toBe(before + 1);
  });

  it("is stopped by a request on the shell channel too", async () => {
    const { ended } = await kernel.started("while (true) {}");
    await kernel.client.request("shell", "interrupt_request", {});
    expect((await ended).reply).toMatchObject({ ename: "Interrupted" });
  });

  it("aborts what waits behind an interrupted cell", async () => {
    const { ended } = await kernel.started("while (true) {}");
    const waiting = kernel.client.execute("1");
    // Both travel on the shell channel in order: when this is answered, the cell is in the queue.
    await kernel.client.kernelInfo();
    await kernel.client.interrupt();
    expect((await ended).reply.status).toBe("error");
    expect((await waiting).reply.status).toBe("aborted");
  });

  it("is interrupted by a client whose time is up", async () => {
    await expect(
      kernel.client.execute("while (true) {}", { timeoutMs: 100 }),
    ).rejects.toMatchObject({ code: "KERNEL_TIMEOUT", data: { interrupted: true } });
    expect((await kernel.client.execute("1")).reply.status).toBe("ok");
  });

  it("takes an interrupt when idle for nothing", async () => {
    await kernel.client.interrupt();
    expect((await kernel.client.execute("1")).reply.status).toBe("ok");
  });
});

async function numberIn(name: string): Promise<number> {
  const { outputs } = await kernel.client.execute(`console.log(${name});`);
  return Number(outputs.find(({ type }) => type === "stream")?.content.text);
}
