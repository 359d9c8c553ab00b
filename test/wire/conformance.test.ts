import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Request } from "zeromq";
import type { Message } from "../../kernel/protocol/message.js";
import { endpointOf } from "../../kernel/transport/connection-file.js";
import { KernelFixture, story } from "./kernel-fixture.js";

/**
 * The 27 cases by which https://github.com/runtimed/kernel-testbed ranks kernels, by their names there and
 * written anew: what each asks for is asked of the messages themselves.
 */
let kernel: KernelFixture;

beforeAll(async () => {
  kernel = await KernelFixture.start();
});
afterAll(() => kernel.stop());

const ofType =
  (type: string) =>
  (message: Message): boolean =>
    message.header.msg_type === type;

async function outputOf(code: string): Promise<readonly { type: string; content: object }[]> {
  const { reply, outputs } = await kernel.client.execute(code);
  expect(reply.status).toBe("ok");
  return outputs;
}

describe("tier 1: the basic protocol", () => {
  it("kernel_startup", async () => {
    const other = await KernelFixture.start();
    expect(other.client.info).toMatchObject({ status: "ok", implementation: "prism" });
    expect(await other.stop()).toBe(0);
  });

  it("heartbeat_responds", async () => {
    const heart = new Request({ linger: 0 });
    heart.connect(endpointOf(kernel.client.connection, "hb_port"));
    await heart.send("ping");
    expect(String((await heart.receive())[0])).toBe("ping");
    heart.close();
  });

  it("kernel_info_reply_valid", async () => {
    expect(await kernel.client.kernelInfo()).toMatchObject({
      status: "ok",
      implementation: "prism",
      banner: expect.stringContaining("Prism"),
      help_links: expect.arrayContaining([{ text: expect.any(String), url: expect.any(String) }]),
    });
  });

  it("kernel_info_has_language_info", async () => {
    expect((await kernel.client.kernelInfo()).language_info).toMatchObject({
      name: "typescript",
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: expect.anything(),
    });
  });

  it("kernel_info_has_protocol_version", async () => {
    expect((await kernel.client.kernelInfo()).protocol_version).toMatch(/^5\.\d+$/);
  });

  it.each([
    ["execute_stdout", 'console.log("hello");', "stdout"],
    ["execute_stderr", 'console.error("hello");', "stderr"],
  ])("%s", async (_, code, name) => {
    expect(await outputOf(code)).toEqual([{ type: "stream", content: { name, text: "hello\n" } }]);
  });

  it("execute_reply_ok", async () => {
    const { reply } = await kernel.client.execute("const done = true;");
    expect(reply).toMatchObject({ status: "ok", execution_count: expect.any(Number) });
  });

  it("status_busy_idle_lifecycle", async () => {
    const messages = await kernel.recorded(() => kernel.client.execute("1;"));
    expect(story(messages)[0]).toBe("busy");
    expect(story(messages).at(-1)).toBe("idle");
  });

  it("execute_input_broadcast", async () => {
    const announced = kernel.iopub(ofType("execute_input"));
    const { reply } = await kernel.client.execute("40 + 2;");
    expect((await announced).content).toMatchObject({
      code: "40 + 2;",
      execution_count: (reply as { execution_count: number }).execution_count,
    });
  });

  it("shutdown_reply", async () => {
    const other = await KernelFixture.start();
    const reply = await other.client.request("control", "shutdown_request", { restart: false });
    expect(reply.content).toEqual({ status: "ok", restart: false });
    expect(await other.stop()).toBe(0);
  });
});

describe("tier 2: interactive features", () => {
  it("complete_request", async () => {
    await kernel.client.execute("const latticeConstant = 5.43;");
    const reply = await kernel.client.complete("latticeCo", 9);
    expect(reply).toMatchObject({
      status: "ok",
      matches: expect.arrayContaining(["latticeConstant"]),
      cursor_start: 0,
      cursor_end: 9,
    });
  });

  it("inspect_request", async () => {
    await kernel.client.execute("const silicon = 14;");
    const reply = await kernel.client.inspect("silicon", 7);
    expect(reply).toMatchObject({
      status: "ok",
      found: true,
      data: { "text/plain": expect.stringContaining("silicon") },
    });
    const more = await kernel.client.inspect("silicon", 7, 1);
    expect(JSON.stringify(more)).toContain("silicon = 14");
    expect(await kernel.client.inspect("noSuchName", 10)).toMatchObject({ found: false });
  });

  it.each([
    ["is_complete_complete", "const a = 1;", { status: "complete" }],
    ["is_complete_incomplete", "for (;;) {", { status: "incomplete", indent: "  " }],
  ])("%s", async (_, code, expected) => {
    expect(await kernel.client.isComplete(code)).toEqual(expected);
  });

  it("history_request", async () => {
    await kernel.client.execute('"to be found again"');
    const reply = await kernel.client.history({ hist_access_type: "tail", n: 1 });
    expect(reply).toMatchObject({
      status: "ok",
      history: [[1, expect.any(Number), '"to be found again"']],
    });
  });

  it("comm_info_request", async () => {
    expect(await kernel.client.commInfo()).toMatchObject({ status: "ok", comms: {} });
  });

  it("error_handling", async () => {
    const told = kernel.iopub(ofType("error"));
    const { reply } = await kernel.client.execute('throw new RangeError("too far");');
    const error = {
      ename: "RangeError",
      evalue: "too far",
      traceback: expect.arrayContaining([expect.stringContaining("too far")]),
    };
    expect(reply).toMatchObject({ status: "error", ...error });
    expect((await told).content).toEqual(error);
    expect((await kernel.client.execute("1")).reply.status).toBe("ok");
  });
});

describe("tier 3: rich output", () => {
  it("display_data", async () => {
    expect(await outputOf('display.html("<b>bold</b>");')).toMatchObject([
      { type: "display_data", content: { data: { "text/html": "<b>bold</b>" } } },
    ]);
  });

  it("update_display_data", async () => {
    const shown = await outputOf(
      'const place = await display("before"); await place.update("after");',
    );
    expect(shown.map(({ type }) => type)).toEqual(["display_data", "update_display_data"]);
    const ids = shown.map(
      ({ content }) => (content as { transient: { display_id: string } }).transient.display_id,
    );
    expect(ids[0]).toBeDefined();
    expect(ids[1]).toBe(ids[0]);
  });

  it("execute_result", async () => {
    const [result] = await outputOf('"x".repeat(3)');
    expect(result).toMatchObject({
      type: "execute_result",
      content: { data: { "text/plain": expect.stringContaining("xxx") }, metadata: {} },
    });
  });

  it("rich_execute_result", async () => {
    const [result] = await outputOf(
      '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<i>rich</i>" }) })',
    );
    expect(result).toMatchObject({
      type: "execute_result",
      content: { data: { "text/html": "<i>rich</i>", "text/plain": expect.any(String) } },
    });
  });
});

describe("tier 4: advanced features", () => {
  it("stdin_input_request", async () => {
    const asked: unknown[] = [];
    const { outputs } = await kernel.client.execute('console.log(password("secret?"));', {
      onInput: (prompt, password) => {
        asked.push([prompt, password]);
        return "xyz";
      },
    });
    expect(asked).toEqual([["secret?", true]]);
    expect(outputs[0]?.content.text).toBe("xyz\n");
  });

  it("comms_lifecycle", async () => {
    await kernel.client.execute(
      'comms.register("echo", (comm) => comm.onMessage(({ data }) => comm.send(data)));',
    );
    const [comm_id, data] = ["whole life", { n: 1 }];
    kernel.client.notify("shell", "comm_open", { comm_id, target_name: "echo", data: {} });
    const echo = kernel.iopub(ofType("comm_msg"));
    kernel.client.notify("shell", "comm_msg", { comm_id, data });
    expect((await echo).content).toEqual({ comm_id, data });
    expect(await kernel.client.commInfo()).toMatchObject({
      comms: { [comm_id]: { target_name: "echo" } },
    });
    kernel.client.notify("shell", "comm_close", { comm_id, data: {} });
    expect((await kernel.client.commInfo()).comms).toEqual({});
  });

  it("comms_lifecycle, of a target that nobody has registered", async () => {
    const closed = kernel.iopub(ofType("comm_close"));
    const content = { comm_id: "c1", target_name: "nobody.knows", data: {} };
    kernel.client.notify("shell", "comm_open", content);
    expect((await closed).content).toMatchObject({ comm_id: "c1" });
    expect(await kernel.client.commInfo()).toMatchObject({ comms: {} });
  });

  it("interrupt_request", async () => {
    const { ended } = await kernel.started("while (true) {}");
    const reply = await kernel.client.request("control", "interrupt_request", {});
    expect(reply.content).toEqual({ status: "ok" });
    expect((await ended).reply).toMatchObject({ status: "error", ename: "Interrupted" });
  });

  it("execution_count_increments", async () => {
    const counts: number[] = [];
    const options = [{}, {}, { silent: true }, { storeHistory: false }, {}];
    for (const each of options) {
      const { reply } = await kernel.client.execute("1", each);
      counts.push((reply as { execution_count: number }).execution_count);
    }
    const first = counts[0] as number;
    expect(counts.map((count) => count - first)).toEqual([0, 1, 1, 1, 2]);
  });

  it("parent_header_correlation", async () => {
    const announced = kernel.iopub(ofType("execute_input"));
    const late = kernel.iopub(({ content }) => content.text === "late\n");
    const messages = await kernel.recorded(() =>
      kernel.client.execute('setTimeout(() => console.log("late"), 50); 1'),
    );
    const id = (await announced).parentHeader.msg_id;
    expect(new Set(messages.map(({ parentHeader }) => parentHeader.msg_id))).toEqual(new Set([id]));
    await kernel.client.execute("2");
    expect((await late).parentHeader.msg_id).toBe(id);
  });
});

describe("what no tier asks for", () => {
  it("is_complete_invalid", async () => {
    expect(await kernel.client.isComplete("const = 5;")).toEqual({ status: "invalid" });
  });

  it("clear_output", async () => {
    expect(await outputOf("display.clear(true); display.clear();")).toEqual([
      { type: "clear_output", content: { wait: true } },
      { type: "clear_output", content: { wait: false } },
    ]);
  });

  it("stdin_not_allowed", async () => {
    const { reply } = await kernel.client.execute('prompt("name?")');
    expect(reply).toMatchObject({
      status: "error",
      evalue: expect.stringContaining("STDIN_UNAVAILABLE"),
    });
  });

  it("stop_on_error", async () => {
    const cells = ["throw 1", "2", "3"].map((code) => kernel.client.execute(code));
    const statuses = (await Promise.all(cells)).map(({ reply }) => reply.status);
    expect(statuses).toEqual(["error", "aborted", "aborted"]);
    await delay(20);
    expect((await kernel.client.execute("4")).reply.status).toBe("ok");
  });

  it("user_expressions", async () => {
    const { reply } = await kernel.client.execute("const base = 2;", {
      userExpressions: { good: "base * 21", bad: "base.no.such" },
    });
    expect(reply).toMatchObject({
      status: "ok",
      user_expressions: {
        good: { status: "ok", data: { "text/plain": expect.stringContaining("42") }, metadata: {} },
        bad: { status: "error", ename: "TypeError", traceback: expect.any(Array) },
      },
    });
  });

  it("usage_and_debug_requests", async () => {
    const usage = await kernel.client.request("control", "usage_request", {});
    expect(usage.content).toMatchObject({
      pid: kernel.client.pid,
      kernel_cpu: expect.any(Number),
      kernel_memory: expect.any(Number),
      host_cpu_percent: expect.any(Number),
      cpu_count: expect.any(Number),
      host_virtual_memory: expect.objectContaining({ total: expect.any(Number) }),
    });
    const debug = await kernel.client.request("control", "debug_request", { command: "attach" });
    expect(debug.content).toMatchObject({ status: "error", success: false, command: "attach" });
  });

  it("pager_payload", async () => {
    const { reply, outputs } = await kernel.client.execute("Math.hypot?");
    expect(outputs).toEqual([]);
    expect(reply).toMatchObject({
      payload: [{ source: "page", start: 0, data: { "text/plain": expect.any(String) } }],
    });
  });
});
