import { describe, expect, it } from "vitest";
import type { Message } from "../../../kernel/protocol/message.js";
import { CellRegister, createCell } from "../../../kernel/session/cell.js";
import { Bench, failure, ok, requestMessage, shortName, turn } from "./fakes.js";

describe("a cell", () => {
  it("is announced, run, answered and followed by idle, all under its own header", async () => {
    const bench = new Bench();
    const id = await bench.execute("1 + 1", { user_expressions: { a: "b" }, allow_stdin: true });
    expect(bench.evaluator.executed).toEqual([
      {
        id,
        code: "1 + 1",
        executionCount: 1,
        silent: false,
        allowStdin: true,
        userExpressions: { a: "b" },
      },
    ]);
    bench.evaluator.onOutput({ kind: "stream", parentId: id, name: "stdout", text: "hi\n" });
    bench.evaluator.onOutput({
      kind: "result",
      parentId: id,
      data: { "text/plain": "2" },
      metadata: {},
    });
    await bench.evaluator.end();
    expect(bench.sent.map(shortName)).toEqual(bench.story(id));
    expect(bench.story(id)).toEqual([
      "busy",
      "execute_input",
      "stream",
      "execute_result",
      "execute_reply",
      "idle",
    ]);
    expect(bench.find("execute_input").content).toEqual({ code: "1 + 1", execution_count: 1 });
    expect(bench.find("execute_result").content).toEqual({
      execution_count: 1,
      data: { "text/plain": "2" },
      metadata: {},
    });
    expect(bench.find("execute_reply")).toMatchObject({
      channel: "shell",
      content: { status: "ok", execution_count: 1, user_expressions: {}, payload: [] },
    });
    expect(bench.find("execute_reply").message.identities.map(String)).toEqual(["ada"]);
  });

  it("that fails publishes the error before the reply and is idle afterwards", async () => {
    const bench = new Bench();
    const id = await bench.execute("boom");
    await bench.evaluator.end(failure);
    expect(bench.story(id)).toEqual(["busy", "execute_input", "error", "execute_reply", "idle"]);
    const { status: _, ...error } = failure;
    expect(bench.find("error").content).toEqual(error);
    expect(bench.find("execute_reply").content).toEqual({ ...failure, execution_count: 1 });
  });

  it("that is interrupted ends as the error Interrupted", async () => {
    const bench = new Bench();
    await bench.execute("for (;;);");
    await bench.request("interrupt_request", {}, { channel: "control" });
    expect(bench.evaluator.interrupts).toBe(1);
    expect(bench.find("interrupt_reply")).toMatchObject({
      channel: "control",
      content: { status: "ok" },
    });
    expect(bench.find("execute_reply").content).toEqual({
      status: "error",
      ename: "Interrupted",
      evalue: "",
      traceback: ["Interrupted"],
      execution_count: 1,
    });
  });

  it("survives a defect of the evaluator as an error", async () => {
    const bench = new Bench();
    const id = await bench.execute("1");
    await bench.evaluator.fail(new TypeError("a defect"));
    expect(bench.story(id).slice(-2)).toEqual(["execute_reply", "idle"]);
    expect(bench.find("execute_reply").content).toMatchObject({
      status: "error",
      ename: "TypeError",
    });
  });

  it("that is silent shows nothing, counts nothing and is not stored", async () => {
    const bench = new Bench();
    const id = await bench.execute("1", { silent: true });
    bench.evaluator.onOutput({ kind: "stream", parentId: id, name: "stdout", text: "hi" });
    await bench.evaluator.end(failure);
    expect(bench.story(id)).toEqual(["busy", "execute_reply", "idle"]);
    expect(bench.find("execute_reply").content).toMatchObject({ execution_count: 0 });
    expect(bench.stored).toEqual([]);
  });

  it("counts only where the history is stored", async () => {
    const bench = new Bench();
    await bench.execute("a", { store_history: false });
    await bench.evaluator.end();
    await bench.execute("b");
    await bench.evaluator.end();
    const counts = bench.replies().map(({ content }) => content.execution_count);
    expect(counts).toEqual([0, 1]);
    expect(bench.stored.map(({ line, source }) => [line, source])).toEqual([[1, "b"]]);
  });

  it("without code is refused, and the kernel goes on", async () => {
    const bench = new Bench();
    const bad = await bench.execute(5 as unknown as string);
    const good = await bench.execute("1");
    await bench.evaluator.end();
    expect(bench.story(bad)).toEqual(["busy", "execute_reply", "idle"]);
    expect(bench.find("execute_reply").content).toMatchObject({
      status: "error",
      ename: "InvalidRequest",
      evalue: "code: expected a string, got 5",
    });
    expect(bench.story(good).at(-1)).toBe("idle");
  });
});

describe("the queue", () => {
  it("runs one cell at a time, in order", async () => {
    const bench = new Bench();
    const ids = [await bench.execute("a"), await bench.execute("b"), await bench.execute("c")];
    expect(bench.evaluator.executed.map(({ code }) => code)).toEqual(["a"]);
    for (const _ of ids) await bench.evaluator.end();
    expect(bench.evaluator.executed.map(({ code }) => code)).toEqual(["a", "b", "c"]);
    expect(bench.sent.map(({ parent }) => parent)).toEqual(ids.flatMap((id) => Array(4).fill(id)));
  });

  it("is aborted by a failure, with a reply for every cell", async () => {
    const bench = new Bench();
    await bench.execute("boom");
    const waiting = [await bench.execute("b"), await bench.execute("c")];
    await bench.evaluator.end(failure);
    expect(bench.evaluator.executed.map(({ code }) => code)).toEqual(["boom"]);
    for (const id of waiting) expect(bench.story(id)).toEqual(["busy", "execute_reply", "idle"]);
    expect(bench.replies().map(({ content }) => content.status)).toEqual([
      "error",
      "aborted",
      "aborted",
    ]);
  });

  it("is aborted as far as the client had sent it, also what still lies in the socket", async () => {
    const bench = new Bench();
    await bench.execute("boom");
    const late = requestMessage("execute_request", { code: "in the socket" });
    bench.inSocket.push(() => bench.session.receive("shell", late));
    await bench.evaluator.end(failure);
    const after = await bench.execute("after the error was told");
    await bench.evaluator.end();
    expect(bench.story(late.header.msg_id)).toEqual(["busy", "execute_reply", "idle"]);
    expect(bench.replies().map(({ content }) => content.status)).toEqual([
      "error",
      "aborted",
      "ok",
    ]);
    expect(bench.story(after)).toContain("execute_input");
  });

  it("goes on after a failure where the failing cell says so", async () => {
    const bench = new Bench();
    await bench.execute("boom", { stop_on_error: false });
    await bench.execute("b", { stop_on_error: true });
    await bench.evaluator.end(failure);
    await bench.evaluator.end(ok);
    expect(bench.replies().map(({ content }) => content.status)).toEqual(["error", "ok"]);
  });

  it("is not aborted by a cell that could not be read", async () => {
    const bench = new Bench();
    await bench.execute("a");
    const waiting = await bench.execute("b");
    await bench.request("execute_request", {});
    await bench.evaluator.end();
    await bench.evaluator.end();
    expect(bench.story(waiting)).toContain("execute_input");
  });
});

describe("output", () => {
  it("that comes late belongs to its own cell", async () => {
    const bench = new Bench();
    const first = await bench.execute("setTimeout(...)");
    await bench.evaluator.end();
    const second = await bench.execute("b");
    bench.evaluator.onOutput({ kind: "stream", parentId: first, name: "stdout", text: "late" });
    bench.evaluator.onOutput({ kind: "stream", parentId: second, name: "stdout", text: "now" });
    await bench.evaluator.end();
    bench.evaluator.onOutput({
      kind: "result",
      parentId: first,
      data: { "text/plain": "1" },
      metadata: {},
    });
    const parts = bench.sent.filter(({ type }) => type === "stream" || type === "execute_result");
    expect(parts.map(({ parent, content }) => [parent, content.text])).toEqual([
      [first, "late"],
      [second, "now"],
      [first, undefined],
    ]);
    expect(parts[2]?.content.execution_count).toBe(1);
  });

  it("of no known cell has no parent", () => {
    const bench = new Bench();
    const error = { status: "error", ename: "E", evalue: "v", traceback: [] } as const;
    bench.evaluator.onOutput({ kind: "error", parentId: "nobody", error });
    expect(bench.find("error")).toMatchObject({
      parent: undefined,
      content: { ename: "E", evalue: "v", traceback: [] },
    });
  });

  it("is shown, updated and cleared", async () => {
    const bench = new Bench();
    const parentId = await bench.execute("display()");
    const shown = { kind: "display", parentId, data: { "text/plain": "x" }, metadata: {} } as const;
    bench.evaluator.onOutput({ ...shown, update: false });
    bench.evaluator.onOutput({ ...shown, update: false, displayId: "d" });
    bench.evaluator.onOutput({ ...shown, update: true, displayId: "d" });
    bench.evaluator.onOutput({ kind: "clear", parentId, wait: true });
    const { data, metadata } = shown;
    expect(bench.sent.slice(2).map(({ type, content }) => [type, content])).toEqual([
      ["display_data", { data, metadata, transient: {} }],
      ["display_data", { data, metadata, transient: { display_id: "d" } }],
      ["update_display_data", { data, metadata, transient: { display_id: "d" } }],
      ["clear_output", { wait: true }],
    ]);
  });
});

describe("input", () => {
  async function asking(bench: Bench): Promise<string> {
    const id = await bench.execute("prompt()", { allow_stdin: true });
    bench.evaluator.onOutput({ kind: "input", parentId: id, prompt: "name?", password: true });
    return id;
  }

  it("is asked of the client of the cell, and its answer handed over", async () => {
    const bench = new Bench();
    const id = await asking(bench);
    expect(bench.find("input_request")).toMatchObject({
      channel: "stdin",
      parent: id,
      content: { prompt: "name?", password: true },
    });
    await bench.request("input_reply", { value: "Ada" }, { channel: "stdin" });
    expect(bench.evaluator.inputs).toEqual(["Ada"]);
  });

  it("is taken once, only from the client asked, and only while it is wanted", async () => {
    const bench = new Bench();
    await bench.request("input_reply", { value: "early" }, { channel: "stdin" });
    await asking(bench);
    await bench.request("input_reply", { value: "x" }, { channel: "stdin", client: "eve" });
    await bench.request("input_reply", { value: 5 }, { channel: "stdin" });
    await bench.request("input_reply", { value: "Ada" }, { channel: "stdin" });
    await bench.request("input_reply", { value: "again" }, { channel: "stdin" });
    expect(bench.evaluator.inputs).toEqual(["Ada"]);
    expect(bench.logged).toHaveLength(4);
  });

  it("takes an answer that names its question, and none that names another", async () => {
    const bench = new Bench();
    await asking(bench);
    const answer = (parentHeader: Message["parentHeader"], value: string): Message => ({
      ...requestMessage("input_reply", { value }),
      parentHeader,
    });
    const { header } = bench.find("input_request").message;
    bench.session.receive("stdin", answer({ ...header, msg_id: "another" }, "no"));
    bench.session.receive("stdin", answer(header, "yes"));
    expect(bench.evaluator.inputs).toEqual(["yes"]);
  });

  it("is withdrawn with its cell", async () => {
    const bench = new Bench();
    await asking(bench);
    bench.session.interrupt();
    await turn();
    await bench.request("input_reply", { value: "late" }, { channel: "stdin" });
    expect(bench.evaluator.inputs).toEqual([]);
  });

  it("is never asked where the client does not allow it", async () => {
    const bench = new Bench();
    const id = await bench.execute("prompt()");
    bench.evaluator.onOutput({ kind: "input", parentId: id, prompt: "", password: false });
    expect(bench.sent.map(shortName)).not.toContain("input_request");
    expect(bench.evaluator.inputs).toEqual([""]);
  });
});

describe("CellRegister", () => {
  it("forgets the oldest cell past its capacity", () => {
    const register = new CellRegister(2);
    const execute = {
      code: "",
      silent: false,
      storeHistory: true,
      userExpressions: {},
      allowStdin: false,
      stopOnError: true,
    };
    const cells = [1, 2, 3].map(() => {
      const message = requestMessage("execute_request", {});
      return createCell({ channel: "shell", message }, execute);
    });
    for (const cell of cells) register.add(cell);
    expect(cells.map(({ id }) => register.find(id) !== undefined)).toEqual([false, true, true]);
  });
});
