import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSigner } from "../../kernel/protocol/signature.js";
import { KernelFixture, RawClient } from "./kernel-fixture.js";

let kernel: KernelFixture;
let raw: RawClient;

beforeAll(async () => {
  kernel = await KernelFixture.start();
  raw = new RawClient(kernel.client);
});
afterAll(async () => {
  raw.close();
  await kernel.stop();
});

/** Resident bytes of the kernel's process. */
async function memory(): Promise<number> {
  const { content } = await kernel.client.request("control", "usage_request", {});
  return Number(content.kernel_memory);
}

describe("a kernel", () => {
  it("drops a forged message without a word", async () => {
    const forger = createSigner("not the key");
    await raw.send(raw.frames("execute_request", { code: "globalThis.forged = true" }, forger));
    await raw.send(raw.frames("kernel_info_request", {}, createSigner("")));
    expect(await raw.repliesUntilNow()).toEqual([]);
    const { outputs } = await kernel.client.execute('"forged" in globalThis');
    expect(JSON.stringify(outputs[0]?.content.data)).toContain("false");
  });

  it("drops a message that was recorded and sent again", async () => {
    const frames = raw.frames("kernel_info_request");
    await raw.send(frames);
    await raw.send(frames);
    expect(await raw.repliesUntilNow()).toEqual(["kernel_info_reply"]);
  });

  it("drops frames that are no message", async () => {
    const good = raw.frames("kernel_info_request");
    const signed = (...parts: string[]): string[] => [
      "<IDS|MSG>",
      raw.signer.sign(parts),
      ...parts,
    ];
    const bad: (Uint8Array | string)[][] = [
      [""],
      ["no delimiter", "at all"],
      ["<IDS|MSG>"],
      good.slice(0, -1),
      signed("{", "{}", "{}", "{}"),
      signed("[]", "{}", "{}", "{}"),
      signed("{}", "{}", "{}", "{}"),
      signed('{"msg_id":"1"}', "null", "1", '"text"'),
      [new Uint8Array([0xff, 0xfe]), new Uint8Array(0)],
    ];
    for (const frames of bad) await raw.send(frames);
    expect(await raw.repliesUntilNow()).toEqual([]);
  });

  it("answers every wrong field of every request with an error and lives", async () => {
    const wrong: unknown[] = [5, 1.5, "text", true, [], [1], {}, { a: 1 }];
    const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
      string: (value) => typeof value === "string",
      boolean: (value) => typeof value === "boolean",
      integer: (value) => Number.isInteger(value),
      strings: (value) => JSON.stringify(value) === "{}",
    };
    const requests: readonly [type: string, good: object, fields: Record<string, string>][] = [
      [
        "execute_request",
        { code: "1" },
        {
          code: "string",
          silent: "boolean",
          store_history: "boolean",
          user_expressions: "strings",
          allow_stdin: "boolean",
          stop_on_error: "boolean",
        },
      ],
      ["complete_request", { code: "a" }, { code: "string", cursor_pos: "integer" }],
      [
        "inspect_request",
        { code: "a" },
        { code: "string", cursor_pos: "integer", detail_level: "integer" },
      ],
      ["is_complete_request", {}, { code: "string" }],
      ["history_request", { hist_access_type: "tail" }, { output: "boolean", n: "integer" }],
      [
        "history_request",
        { hist_access_type: "range" },
        { session: "integer", start: "integer", stop: "integer" },
      ],
      [
        "history_request",
        { hist_access_type: "search" },
        { pattern: "string", unique: "boolean", n: "integer" },
      ],
      ["history_request", {}, { hist_access_type: "none" }],
      ["comm_info_request", {}, { target_name: "string" }],
      ["shutdown_request", {}, { restart: "boolean" }],
    ];
    for (const [type, good, fields] of requests) {
      for (const [field, kind] of Object.entries(fields)) {
        for (const value of wrong.filter((each) => fits[kind]?.(each) !== true)) {
          await raw.send(raw.frames(type, { ...good, [field]: value }));
          const reply = await raw.receive();
          const label = `${type} ${field}: ${JSON.stringify(value)}`;
          expect(reply.header.msg_type, label).toBe(type.replace("request", "reply"));
          expect(reply.content, label).toMatchObject({ status: "error", ename: "InvalidRequest" });
        }
      }
    }
  });

  it("ignores what it does not know", async () => {
    await raw.send(raw.frames("make_coffee_request"));
    await raw.send(raw.frames("comm_msg", { comm_id: "never opened", data: {} }));
    await raw.send(raw.frames("comm_open", { comm_id: 1 }));
    expect(await raw.repliesUntilNow()).toEqual([]);
  });

  it("answers every one of 2000 requests at once, in order", async () => {
    const count = 2000;
    for (let sent = 0; sent < count; sent++) await raw.send(raw.frames("kernel_info_request"));
    expect(await raw.repliesUntilNow()).toHaveLength(count);
  });

  it("takes a message of 100 MB, and goes on after it", async () => {
    const text = "x".repeat(100 * 1024 * 1024);
    await raw.send(raw.frames("comm_info_request", { target_name: "t", text }));
    expect((await raw.receive()).content).toEqual({ status: "ok", comms: {} });
    await raw.send(raw.frames("execute_request", { code: text.length, text }));
    expect((await raw.receive()).content).toMatchObject({ ename: "InvalidRequest" });
  });

  it("takes a cell of 20 MB", async () => {
    const code = `/*${" ".repeat(20 * 1024 * 1024)}*/`;
    await raw.send(raw.frames("is_complete_request", { code }));
    expect((await raw.receive()).content.status).toBe("complete");
  });

  it("drops what is larger than 256 MB without reading it", async () => {
    const intruder = new RawClient(kernel.client);
    const before = await memory();
    await intruder.send([...intruder.frames("comm_info_request"), Buffer.alloc(300 * 1024 * 1024)]);
    await expect(Promise.race([intruder.receive(), delay(500, "silence")])).resolves.toBe(
      "silence",
    );
    expect((await memory()) - before).toBeLessThan(200e6);
    intruder.close();
  });

  it("takes odd JSON for what it says", async () => {
    const frames = (content: string | Uint8Array, extra = ""): (string | Uint8Array)[] => {
      const id = `odd-${oddCount++}`;
      const header = `{"msg_id":"${id}","msg_type":"execute_request","session":"s"${extra}}`;
      const parts = [header, "{}", "{}", content];
      return ["<IDS|MSG>", raw.signer.sign(parts), ...parts];
    };
    let oddCount = 0;
    const cases: readonly [frames: (string | Uint8Array)[], status: string][] = [
      [frames('{"code":"1","code":"2 +"}'), "error"],
      [frames('{"code":"1","__proto__":{"silent":true}}'), "ok"],
      [frames('{"__proto__":{"code":"1"}}'), "error"],
      [frames('{"code":"1","user_expressions":{"__proto__":"2"}}'), "ok"],
      [frames('{"code":"// \\ud800"}'), "ok"],
      [
        frames(Buffer.from([...Buffer.from('{"code":"// '), 0xff, 0xfe, ...Buffer.from('"}')])),
        "ok",
      ],
      [frames('{"code":"1"}', ',"username":7,"date":[],"version":{}'), "ok"],
      [frames('{"code":"1","cursor_pos":1e400}'), "ok"],
    ];
    for (const [sent, status] of cases) {
      await raw.send(sent);
      const reply = await raw.receive();
      expect(reply.content.status, String(sent.at(-1))).toBe(status);
      expect(reply.parentHeader.msg_id).toBe(JSON.parse(String(sent[2])).msg_id);
    }
    const deep = `{"code":"1","a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`;
    await raw.send(frames(deep));
    expect(await raw.repliesUntilNow()).toEqual([]);
  });

  it("clamps a cursor outside the text, and refuses one that is no integer", async () => {
    const code = "Math.hyp";
    for (const cursor of [-1, -(2 ** 52), 0, 3, 2 ** 40, 2 ** 53 - 1]) {
      for (const type of ["complete_request", "inspect_request"]) {
        await raw.send(raw.frames(type, { code, cursor_pos: cursor }));
        expect((await raw.receive()).content.status, `${type} at ${cursor}`).toBe("ok");
      }
    }
    for (const cursor of [1.5, 2 ** 60, "1", true, [], {}]) {
      await raw.send(raw.frames("complete_request", { code, cursor_pos: cursor }));
      expect((await raw.receive()).content).toMatchObject({ ename: "InvalidRequest" });
    }
  });

  it("keeps its clients apart, all 300 of them", async () => {
    const clients = Array.from({ length: 300 }, () => new RawClient(kernel.client));
    await Promise.all(clients.map((client) => client.send(client.frames("kernel_info_request"))));
    const replies = await Promise.all(clients.map((client) => client.receive()));
    expect(replies.every(({ header }) => header.msg_type === "kernel_info_reply")).toBe(true);
    for (const client of clients) client.close();
  });

  it("takes 10,000 comms of one client, and forgets those it closes", async () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `comm-${index}`);
    for (const id of ids) {
      await raw.send(raw.frames("comm_open", { comm_id: id, target_name: "no such target" }));
    }
    for (const id of ids) await raw.send(raw.frames("comm_close", { comm_id: id }));
    expect(await raw.repliesUntilNow()).toEqual([]);
    expect(await kernel.client.commInfo()).toEqual({ status: "ok", comms: {} });
  });

  it("still runs a cell after all that", async () => {
    expect((await kernel.client.execute("1 + 1")).reply.status).toBe("ok");
  });
});
