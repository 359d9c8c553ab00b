import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Subscriber } from "zeromq";
import { endpointOf } from "../../kernel/transport/connection-file.js";
import { KernelFixture, kernelMain, story } from "./kernel-fixture.js";
import { seeded } from "./seeded.js";

let kernel: KernelFixture;

beforeAll(async () => {
  // For a client that takes whatever comes.
  kernel = await KernelFixture.start({ env: { PRISM_IOPUB_DATA_RATE_LIMIT: "0" } });
});
afterAll(() => kernel.stop());

/** Resident bytes of the kernel's process. */
async function memory(): Promise<number> {
  const { content } = await kernel.client.request("control", "usage_request", {});
  return Number(content.kernel_memory);
}

describe("a storm of 10,000 requests", () => {
  it("on two channels is answered whole, cells in order, with every status in its place", async () => {
    await kernel.client.execute("let ran: number[] = [];");
    const before = await memory();
    const states = new Map<string, string[]>();
    const stop = kernel.client.onIopub(({ header, parentHeader, content }) => {
      if (header.msg_type !== "status" || parentHeader.msg_id === undefined) return;
      const seen = states.get(parentHeader.msg_id) ?? [];
      states.set(parentHeader.msg_id, [...seen, String(content.execution_state)]);
    });
    const cells: Promise<unknown>[] = [];
    const others: Promise<unknown>[] = [];
    for (let i = 0; i < 10_000; i++) {
      const channel = i % 2 === 0 ? "shell" : "control";
      if (i % 20 === 0) cells.push(kernel.client.execute(`%typecheck off\nran.push(${i / 20});`));
      else if (i % 100 === 1) others.push(kernel.client.complete("Math.hyp", 8));
      else others.push(kernel.client.request(channel, "kernel_info_request", {}));
    }
    await Promise.all([...cells, ...others]);
    stop();
    const { outputs } = await kernel.client.execute(
      "[ran.length, ran.every((n, i) => n === i)].join()",
    );
    expect(JSON.stringify(outputs)).toContain("500,true");
    const ended = [...states.values()].filter((seen) => seen.includes("idle"));
    expect(ended).toHaveLength(10_000);
    // A cell may show busy again whenever another request has been answered meanwhile.
    for (const seen of ended) {
      expect(seen[0]).toBe("busy");
      expect(seen.at(-1)).toBe("idle");
      expect(seen.filter((state) => state === "idle")).toHaveLength(1);
    }
    expect((await memory()) - before).toBeLessThan(450e6);
  }, 120_000);
});

describe("a million lines", () => {
  it("arrive whole and in few messages, and leave little behind", async () => {
    const before = await memory();
    let largest = 0;
    const { outputs } = await kernel.client.execute(
      "for (let i = 0; i < 1e6; i++) console.log(String(i));",
      {
        onOutput: ({ content }) => {
          largest = Math.max(largest, String(content.text).length);
        },
      },
    );
    const text = outputs.map(({ content }) => content.text).join("");
    expect(text.length).toBe(6_888_890);
    expect(text.endsWith("999999\n")).toBe(true);
    expect(outputs.length).toBeLessThan(2000);
    expect(largest).toBeLessThan(2e6);
    expect((await memory()) - before).toBeLessThan(300e6);
  }, 60_000);

  it("are stopped in their midst", async () => {
    const { ended } = await kernel.started("while (true) console.log('x'.repeat(100));");
    await delay(200);
    await kernel.client.interrupt();
    expect((await ended).reply).toMatchObject({ ename: "Interrupted" });
    expect((await kernel.client.execute("1")).reply.status).toBe("ok");
  }, 60_000);
});

describe("a subscriber that never reads", () => {
  it("neither holds up the others for long nor fills the kernel's memory", async () => {
    const stuck = new Subscriber({ receiveHighWaterMark: 1, linger: 0 });
    stuck.subscribe();
    stuck.connect(endpointOf(kernel.client.connection, "iopub_port"));
    await delay(200);
    const before = await memory();
    const code = `for (let i = 0; i < 400; i++) console.log("y".repeat(1 << 20));`;
    const { reply, outputs } = await kernel.client.execute(code);
    expect(reply.status).toBe("ok");
    const characters = outputs.reduce((sum, { content }) => sum + String(content.text).length, 0);
    expect(characters).toBe(400 * (2 ** 20 + 1));
    // 400 MB were published; for the one that does not read no more than a part of it is kept.
    expect((await memory()) - before).toBeLessThan(400e6);
    stuck.close();
  }, 120_000);
});

describe("1000 interrupts at random moments", () => {
  it("never reach the next cell, and keep every variable", async () => {
    const random = seeded(20_261_122);
    const codes = [
      "while (true) {}",
      "while (true) await null",
      "await new Promise(() => {})",
      "await new Promise((r) => setTimeout(r, 2)); for (;;) {}",
      "setTimeout(() => { for (;;) {} }, 1); await new Promise(() => {})",
      "for (let i = 0; i < 1e5; i++) {}",
    ];
    await kernel.client.execute("let count = 0;");
    for (let round = 1; round <= 1000; round++) {
      const code = codes[Math.floor(random() * codes.length)] as string;
      const cell = kernel.client.execute(`%typecheck off\n${code}`);
      await delay(random() * 6);
      await kernel.client.interrupt();
      const { reply } = await cell;
      expect(["error", "ok"], code).toContain(reply.status);
      const next = await kernel.client.execute("++count");
      expect(JSON.stringify(next.outputs), code).toContain(`${round}`);
    }
  }, 600_000);
});

describe("a cell that fills the heap", () => {
  const argv = [
    process.execPath,
    "--max-old-space-size=512",
    "--no-force-async-hooks-checks",
    kernelMain,
    "kernel",
    "-f",
    "{connection_file}",
  ];
  const codes: readonly [name: string, code: string][] = [
    ["with arrays", "while (true) hoard.push(new Array(1e6).fill(0));"],
    ["after an await", "while (true) { await null; hoard.push(new Array(1e5).fill(0)); }"],
  ];

  it.each(codes)(
    "%s is stopped in time, says so, and the kernel lives",
    async (_, code) => {
      const small = await KernelFixture.start({ argv });
      try {
        await small.client.execute("let hoard: unknown[] = [];");
        const messages = await small.recorded(async () => {
          const { reply } = await small.client.execute(code);
          expect(reply).toMatchObject({
            status: "error",
            ename: "OutOfMemory",
            evalue: expect.stringMatching(
              /heap is nearly full: \d+ of \d+ MB.*--max-old-space-size/,
            ),
          });
        });
        expect(story(messages)).toEqual(["busy", "execute_input", "stream", "error", "idle"]);
        expect(messages[2]?.content).toMatchObject({
          name: "stderr",
          text: expect.stringContaining("the JavaScript heap is nearly full"),
        });
        // It may empty the heap, and go on.
        expect((await small.client.execute("hoard = [];")).reply.status).toBe("ok");
        const { outputs } = await small.client.execute("hoard.length + 41 + 1");
        expect(JSON.stringify(outputs)).toContain("42");
      } finally {
        await small.stop();
      }
    },
    60_000,
  );

  it("at one blow is stopped in time or ends the kernel, and says so first", async () => {
    const small = await KernelFixture.start({ argv });
    const code = "const map = new Map<number, object>(); for (let i = 0; ; i++) map.set(i, [i]);";
    const messages = await small.recorded(async () => {
      await small.client.execute(code).catch((death: Error) => {
        expect(death.message).toContain("the JavaScript heap is nearly full");
      });
    });
    const said = messages.filter(({ header }) => header.msg_type === "stream");
    expect(JSON.stringify(said)).toContain("the JavaScript heap is nearly full");
    await small.stop();
  }, 60_000);
});
