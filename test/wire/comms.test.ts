import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../../kernel/protocol/message.js";
import { KernelFixture, story } from "./kernel-fixture.js";

let kernel: KernelFixture;
const seen: Message[] = [];

beforeAll(async () => {
  kernel = await KernelFixture.start();
  kernel.client.onIopub((message) => seen.push(message));
});
afterAll(() => kernel.stop());

const typed = (type: string) => (message: Message) => message.header.msg_type === type;
const saying = (text: string) => (message: Message) =>
  typed("stream")(message) && String(message.content.text).includes(text);
const idle = (id: string) => (message: Message) =>
  message.content.execution_state === "idle" && message.parentHeader.msg_id === id;

async function run(code: string): Promise<string> {
  const messages = await kernel.recorded(async () => {
    const { reply } = await kernel.client.execute(code);
    expect(reply, JSON.stringify(reply)).toMatchObject({ status: "ok" });
  });
  return messages.find(typed("execute_input"))?.parentHeader.msg_id ?? "";
}

function send(commId: string, data: unknown, buffers: readonly Uint8Array[] = []): void {
  kernel.client.notify("shell", "comm_msg", { comm_id: commId, data }, buffers);
}

/** Opens a comm in a cell; `log` collects what arrives. */
async function opened(code: string): Promise<{ id: string; cell: string }> {
  const open = kernel.iopub(typed("comm_open"));
  const cell = await run(code);
  return { id: String((await open).content.comm_id), cell };
}

describe("a comm", () => {
  it("that a cell opens carries data, metadata and bytes both ways", async () => {
    const open = kernel.iopub(typed("comm_open"));
    const cell = await run(`
      const whole = new Float64Array([1, 2, 3]);
      const comm = comms.open("viewer", { kind: "density" }, {
        metadata: { version: "1" },
        buffers: [whole.subarray(1, 2), new Uint8Array([7, 8]).buffer],
      });
      comm.onMessage(({ data, metadata, buffers }) => comm.send({ data, metadata }, { buffers }));`);
    const message = await open;
    expect(message.content).toMatchObject({ target_name: "viewer", data: { kind: "density" } });
    expect(message.metadata).toEqual({ version: "1" });
    expect(message.parentHeader.msg_id).toBe(cell);
    const [second, pair] = message.buffers.map((bytes) => new Uint8Array(bytes));
    expect(new Float64Array(second!.buffer)).toEqual(new Float64Array([2]));
    expect([...pair!]).toEqual([7, 8]);

    const answered = kernel.iopub(typed("comm_msg"));
    const id = String(message.content.comm_id);
    const messages = await kernel.recorded(async () => {
      send(id, { á: [1] }, [new Uint8Array([0, 255])]);
      const { parentHeader } = await answered;
      await kernel.iopub(idle(parentHeader.msg_id ?? ""));
    });
    expect(story(messages)).toEqual(["busy", "comm_msg", "idle"]);
    expect((await answered).content.data).toEqual({ data: { á: [1] }, metadata: {} });
    expect([...(await answered).buffers[0]!]).toEqual([0, 255]);
    expect(new Set(messages.map(({ parentHeader }) => parentHeader.msg_id)).size).toBe(1);
  });

  it("that the front end opens reaches its target, and is listed until it is closed", async () => {
    const cell = await run(`
      const closed: unknown[] = [];
      comms.register("echo", (comm, { data }) => {
        console.log("opened with", JSON.stringify(data));
        comm.onMessage((event) => comm.send(event.data));
        comm.onClose((event) => { closed.push(event.data); });
      });`);
    const said = kernel.iopub(saying('opened with {"a":1}'));
    const content = { comm_id: "front", target_name: "echo", data: { a: 1 } };
    kernel.client.notify("shell", "comm_open", content);
    expect((await said).parentHeader.msg_id).toBe(cell);
    const echo = kernel.iopub(typed("comm_msg"));
    send("front", "ping");
    expect((await echo).content).toEqual({ comm_id: "front", data: "ping" });
    expect((await kernel.client.commInfo("echo")).comms).toEqual({
      front: { target_name: "echo" },
    });
    kernel.client.notify("shell", "comm_close", { comm_id: "front", data: "bye" });
    expect((await kernel.client.commInfo("echo")).comms).toEqual({});
    const { outputs } = await kernel.client.execute("JSON.stringify(closed)");
    expect(String(JSON.stringify(outputs))).toContain("bye");
  });

  it("of an unknown target is closed", async () => {
    const close = kernel.iopub(typed("comm_close"));
    const content = { comm_id: "nobody", target_name: "nobody", data: {} };
    kernel.client.notify("shell", "comm_open", content);
    expect((await close).content.comm_id).toBe("nobody");
    expect((await kernel.client.commInfo("nobody")).comms).toEqual({});
  });

  it("is closed by its cell once, and takes nothing after that", async () => {
    const { id } = await opened('const short = comms.open("viewer");');
    const close = kernel.iopub(typed("comm_close"));
    await run("short.close({ why: 1 }); short.close();");
    expect((await close).content).toEqual({ comm_id: id, data: { why: 1 } });
    const { reply } = await kernel.client.execute("short.send(1)");
    expect(reply).toMatchObject({ ename: "KernelError" });
    expect(JSON.stringify(reply)).toContain("COMM_CLOSED");
  });

  it.each([
    ["a cycle", "(() => { const a: Record<string, unknown> = {}; a.a = a; return a; })()"],
    ["a bigint", "{ n: 1n }"],
    ["a function", "() => 1"],
  ])("refuses %s as data", async (_, data) => {
    const { reply } = await kernel.client.execute(`comms.open("viewer", ${data})`);
    expect(JSON.stringify(reply)).toContain("NOT_JSON");
  });
});

describe("a handler", () => {
  it("that throws, at once or later, is shown under its cell and harms nothing", async () => {
    const { id, cell } = await opened(`
      const failing = comms.open("viewer");
      failing.onMessage(() => { throw new RangeError("at once"); });
      failing.onMessage(async () => { await null; throw new RangeError("later"); });
      failing.onMessage(({ data }) => failing.send(data));`);
    const later = kernel.iopub(
      (message) => typed("error")(message) && message.content.evalue === "later",
    );
    const answer = kernel.iopub(typed("comm_msg"));
    send(id, "still there");
    expect((await answer).content.data).toBe("still there");
    expect((await later).parentHeader.msg_id).toBe(cell);
    const error = seen.find(({ content }) => content.evalue === "at once");
    expect(error?.parentHeader.msg_id).toBe(cell);
    expect(String(error?.content.traceback)).toContain("cell [");
  });

  it("runs while a cell awaits", async () => {
    const { id } = await opened(`
      let arrive = (data: unknown): void => {};
      const waited = new Promise((resolve) => { arrive = resolve; });
      const awaiting = comms.open("viewer");
      awaiting.onMessage(({ data }) => arrive(data));`);
    const cell = await kernel.started("console.log('came:', await waited);");
    const came = kernel.iopub(saying("came:"));
    send(id, 42);
    expect(String((await came).content.text)).toContain("42");
    expect((await cell.ended).reply.status).toBe("ok");
  });

  it("waits, in order, while a cell computes", async () => {
    const { id } = await opened(`
      const order: unknown[] = [];
      const queued = comms.open("viewer");
      queued.onMessage(({ data }) => order.push(data));
      const flag = new Int32Array(new SharedArrayBuffer(4));`);
    const cell = await kernel.started("Atomics.wait(flag, 0, 0, 300); order.push('cell');");
    for (let i = 0; i < 20; i++) send(id, i);
    await cell.ended;
    const { outputs } = await kernel.client.execute("order.join()");
    const expected = ["cell", ...Array.from({ length: 20 }, (_, i) => i)].join();
    expect(String(JSON.stringify(outputs))).toContain(expected);
  });

  it("is not lost when the cell before it is stopped", async () => {
    const { id } = await opened(`
      let count = 0;
      const kept = comms.open("viewer");
      kept.onMessage(({ data }) => { if (data !== count++) throw new Error("out of order"); });`);
    for (let round = 0; round < 10; round++) {
      const cell = await kernel.started("for (;;) {}");
      for (let i = 0; i < 5; i++) send(id, round * 10 + i);
      await kernel.client.interrupt();
      for (let i = 5; i < 10; i++) send(id, round * 10 + i);
      expect((await cell.ended).reply.status).toBe("error");
    }
    const { outputs } = await kernel.client.execute("count");
    expect(String(JSON.stringify(outputs))).toContain("100");
    expect(seen.some(({ content }) => content.evalue === "out of order")).toBe(false);
  });
});

describe("the stop button ends a handler", () => {
  const loops: readonly [name: string, code: string][] = [
    ["in an endless loop", "for (;;) {}"],
    ["that loops after an await", "return (async () => { await null; for (;;) {} })()"],
    ["that waits for ever", "return new Promise(() => {})"],
  ];

  it.each(loops)("%s, with variables kept and the next message handled", async (_, code) => {
    const { id, cell } = await opened(`
      let kept = "variable";
      const endless = comms.open("viewer");
      endless.onMessage(({ data }) => {
        if (data !== "go") return void endless.send(kept);
        console.log("going");
        ${code}
      });`);
    const going = kernel.iopub(saying("going"));
    const stopped = kernel.iopub(
      (message) => typed("error")(message) && message.content.ename === "Interrupted",
    );
    send(id, "go");
    await going;
    await kernel.client.interrupt();
    expect((await stopped).parentHeader.msg_id).toBe(cell);
    const answer = kernel.iopub(typed("comm_msg"));
    send(id, "next");
    expect((await answer).content.data).toBe("variable");
    const { outputs } = await kernel.client.execute("kept + 's'");
    expect(JSON.stringify(outputs)).toContain("variables");
  });

  it("together with the cell that awaits meanwhile", async () => {
    const { id } = await opened(`
      const both = comms.open("viewer");
      both.onMessage(() => { console.log("both"); for (;;) {} });`);
    const cell = await kernel.started("await new Promise(() => {});");
    const both = kernel.iopub(saying("both"));
    send(id, 0);
    await both;
    await kernel.client.interrupt();
    expect((await cell.ended).reply).toMatchObject({ ename: "Interrupted" });
    const { outputs } = await kernel.client.execute("6 * 7");
    expect(JSON.stringify(outputs)).toContain("42");
  });

  it("and the cell that waits behind it runs when it is sent again", async () => {
    const { id } = await opened(`
      const blocking = comms.open("viewer");
      blocking.onMessage(() => { console.log("blocked"); for (;;) {} });`);
    const blocked = kernel.iopub(saying("blocked"));
    send(id, 0);
    await blocked;
    await kernel.client.interrupt();
    const { outputs } = await kernel.client.execute("6 * 7");
    expect(JSON.stringify(outputs)).toContain("42");
  });
});
