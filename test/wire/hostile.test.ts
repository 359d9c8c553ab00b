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

  it("answers wrong types with an error and lives", async () => {
    const wrong: readonly [string, Record<string, unknown>][] = [
      ["execute_request", { code: 5 }],
      ["execute_request", {}],
      ["complete_request", { code: "a", cursor_pos: "1" }],
      ["inspect_request", { code: null }],
      ["is_complete_request", { code: [] }],
      ["history_request", { hist_access_type: "everything" }],
      ["comm_info_request", { target_name: {} }],
      ["shutdown_request", { restart: "now" }],
    ];
    for (const [type, content] of wrong) {
      await raw.send(raw.frames(type, content));
      const reply = await raw.receive();
      expect(reply.header.msg_type).toBe(type.replace("request", "reply"));
      expect(reply.content).toMatchObject({ status: "error", ename: "InvalidRequest" });
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

  it("takes a cell of 20 MB", async () => {
    const code = `/*${" ".repeat(20 * 1024 * 1024)}*/`;
    await raw.send(raw.frames("is_complete_request", { code }));
    expect((await raw.receive()).content.status).toBe("complete");
  });

  it("still runs a cell after all that", async () => {
    expect((await kernel.client.execute("1 + 1")).reply.status).toBe("ok");
  });
});
