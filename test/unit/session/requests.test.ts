import { describe, expect, it } from "vitest";
import { Bench, shortName, turn } from "./fakes.js";

describe("a request", () => {
  it.each([
    ["kernel_info_request", {}],
    ["complete_request", { code: "a", cursor_pos: 1 }],
    ["inspect_request", { code: "a", cursor_pos: 1 }],
    ["is_complete_request", { code: "a" }],
    ["history_request", { hist_access_type: "tail", n: 1 }],
    ["comm_info_request", {}],
    ["interrupt_request", {}],
    ["usage_request", {}],
    ["debug_request", {}],
  ])("%s is answered between busy and idle", async (type, content) => {
    const bench = new Bench();
    const id = await bench.request(type, content, { channel: "control" });
    const reply = type.replace("request", "reply");
    expect(bench.sent.map(shortName)).toEqual(["busy", reply, "idle"]);
    expect(bench.story(id)).toEqual(["busy", reply, "idle"]);
    expect(bench.find(reply).channel).toBe("control");
  });

  it("is answered while a cell runs, and the kernel then shows busy again", async () => {
    const bench = new Bench();
    const cell = await bench.execute("for (;;);");
    const id = await bench.request("complete_request", { code: "a" });
    expect(bench.sent.slice(2).map((sent) => [shortName(sent), sent.parent])).toEqual([
      ["busy", id],
      ["complete_reply", id],
      ["idle", id],
      ["busy", cell],
    ]);
    await bench.evaluator.end();
    await bench.request("kernel_info_request");
    expect(bench.sent.map(shortName).at(-1)).toBe("idle");
  });

  it("with wrong fields gets an error reply", async () => {
    const bench = new Bench();
    await bench.request("complete_request", { code: ["a"] });
    await bench.request("shutdown_request", { restart: "yes" });
    expect(bench.replies().map(({ content }) => [content.status, content.evalue])).toEqual([
      ["error", 'code: expected a string, got ["a"]'],
      ["error", 'restart: expected a boolean, got "yes"'],
    ]);
    expect(bench.shutdowns).toEqual([]);
  });

  it("whose answer fails gets an error reply, and idle", async () => {
    const bench = new Bench();
    bench.evaluator.completion = new RangeError("no service");
    const id = await bench.request("complete_request", { code: "a" });
    expect(bench.story(id)).toEqual(["busy", "complete_reply", "idle"]);
    expect(bench.find("complete_reply").content).toMatchObject({
      status: "error",
      ename: "RangeError",
      evalue: "no service",
    });
  });

  it.each(["no_such_request", "__proto__", "connect", ""])(
    "of the unknown type %j is logged and ignored",
    async (type) => {
      const bench = new Bench();
      const id = await bench.request(type);
      expect(bench.story(id)).toEqual(["busy", "idle"]);
      expect(bench.logged).toEqual([`ignored ${JSON.stringify(type)}: its type is unknown`]);
    },
  );

  it("to debug is refused in the form of the debug protocol", async () => {
    const bench = new Bench();
    await bench.request("debug_request", { command: "attach", seq: 4, type: "request" });
    expect(bench.find("debug_reply").content).toMatchObject({
      status: "error",
      type: "response",
      success: false,
      command: "attach",
      request_seq: 4,
    });
  });

  it("to shut down is answered before the kernel ends", async () => {
    const bench = new Bench();
    const id = await bench.request("shutdown_request", { restart: true }, { channel: "control" });
    await turn();
    expect(bench.story(id)).toEqual(["busy", "shutdown_reply", "idle"]);
    expect(bench.find("shutdown_reply").content).toEqual({ status: "ok", restart: true });
    expect(bench.shutdowns).toEqual([true]);
  });
});

describe("positions", () => {
  it("are code points outside and UTF-16 inside", async () => {
    const bench = new Bench();
    // "😀.ab": the cursor behind "a" is code point 3, UTF-16 unit 4.
    bench.evaluator.completion = {
      matches: [{ text: "able", type: "property", signature: "(): void" }],
      start: 3,
      end: 5,
    };
    await bench.request("complete_request", { code: "😀.ab", cursor_pos: 3 });
    await bench.request("inspect_request", { code: "😀.ab", cursor_pos: 3, detail_level: 1 });
    expect(bench.evaluator.cursors).toEqual([4, 4]);
    expect(bench.find("complete_reply").content).toEqual({
      status: "ok",
      matches: ["able"],
      cursor_start: 2,
      cursor_end: 4,
      metadata: {
        _jupyter_types_experimental: [
          { text: "able", type: "property", signature: "(): void", start: 2, end: 4 },
        ],
      },
    });
    expect(bench.find("inspect_reply").content).toEqual({
      status: "ok",
      found: true,
      data: { "text/plain": "level 1" },
      metadata: {},
    });
  });
});

describe("history", () => {
  it("has results as plain text", async () => {
    const bench = new Bench();
    const parentId = await bench.execute("1 + 1");
    const data = { "text/plain": "\u001b[33m2\u001b[39m" };
    bench.evaluator.onOutput({ kind: "result", parentId, data, metadata: {} });
    await bench.evaluator.end();
    await bench.request("history_request", { hist_access_type: "tail", n: 1, output: true });
    expect(bench.find("history_reply").content).toEqual({
      status: "ok",
      history: [[1, 1, ["1 + 1", "2"]]],
    });
  });
});

describe("is_complete", () => {
  it("has an indent only for incomplete code", async () => {
    const bench = new Bench();
    await bench.request("is_complete_request", { code: "{" });
    await bench.request("is_complete_request", { code: "1" });
    expect(bench.replies().map(({ content }) => content)).toEqual([
      { status: "incomplete", indent: "  " },
      { status: "complete" },
    ]);
  });
});

describe("comms", () => {
  it("from the front end go to the evaluator, with their buffers' place kept", async () => {
    const bench = new Bench();
    await bench.request("comm_open", { comm_id: "c", target_name: "t", data: { a: 1 } });
    await bench.request("comm_msg", { comm_id: "c", data: 2 });
    expect(bench.evaluator.comms).toEqual([
      {
        type: "comm_open",
        commId: "c",
        targetName: "t",
        data: { a: 1 },
        metadata: {},
        buffers: [],
      },
      { type: "comm_msg", commId: "c", data: 2, metadata: {}, buffers: [] },
    ]);
  });

  it("are listed until either side closes them", async () => {
    const bench = new Bench();
    const parentId = await bench.execute("open()");
    const comm = { data: {}, metadata: { version: "2.1.0" }, buffers: [new Uint8Array([7])] };
    bench.evaluator.onOutput({
      kind: "comm",
      parentId,
      message: { type: "comm_open", commId: "k", targetName: "jupyter.widget", ...comm },
    });
    await bench.request("comm_open", { comm_id: "f", target_name: "other" });
    await bench.request("comm_info_request", { target_name: "other" });
    await bench.request("comm_close", { comm_id: "f" });
    await bench.request("comm_info_request");
    bench.evaluator.onOutput({
      kind: "comm",
      parentId,
      message: { type: "comm_close", commId: "k", ...comm },
    });
    await bench.request("comm_info_request");
    expect(bench.replies().map(({ content }) => content.comms)).toEqual([
      { f: { target_name: "other" } },
      { k: { target_name: "jupyter.widget" } },
      {},
    ]);
    const opened = bench.find("comm_open");
    expect(opened).toMatchObject({
      channel: "iopub",
      parent: parentId,
      content: { comm_id: "k", target_name: "jupyter.widget", data: {} },
    });
    expect(opened.message.metadata).toEqual({ version: "2.1.0" });
    expect(opened.message.buffers).toEqual([new Uint8Array([7])]);
  });

  it("are busy until their handlers have run, and those answer by their name", async () => {
    const bench = new Bench();
    let finish = (): void => {};
    bench.evaluator.handled = new Promise((resolve) => {
      finish = resolve;
    });
    const id = await bench.request("comm_msg", { comm_id: "c", data: 2 });
    const echo = { type: "comm_msg", commId: "c", data: 3, metadata: {}, buffers: [] } as const;
    bench.evaluator.onOutput({ kind: "comm", parentId: id, message: echo });
    expect(bench.story(id)).toEqual(["busy", "comm_msg"]);
    finish();
    await turn();
    expect(bench.story(id)).toEqual(["busy", "comm_msg", "idle"]);
  });

  it("without an id are logged and ignored", async () => {
    const bench = new Bench();
    await bench.request("comm_msg", { data: 1 });
    expect(bench.evaluator.comms).toEqual([]);
    expect(bench.logged).toEqual(['ignored "comm_msg": comm_id: expected a string, got nothing']);
  });
});
