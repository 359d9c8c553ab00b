import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelFixture, story } from "./kernel-fixture.js";

let kernel: KernelFixture;

beforeAll(async () => {
  kernel = await KernelFixture.start();
});
afterAll(() => kernel.stop());

describe("a kernel over ZeroMQ", () => {
  it("says what it is", async () => {
    const typescript = JSON.parse(await readFile("node_modules/typescript/package.json", "utf8"));
    expect(await kernel.client.kernelInfo()).toMatchObject({
      status: "ok",
      protocol_version: "5.5",
      implementation: "prism",
      debugger: false,
      language_info: { name: "typescript", version: typescript.version, file_extension: ".ts" },
    });
  });

  it("runs a cell: stream, result, reply, all under the header of the request", async () => {
    let parents: readonly (string | undefined)[] = [];
    const messages = await kernel.recorded(async () => {
      const { reply, outputs } = await kernel.client.execute('console.log("hello");\n20 + 1');
      expect(reply).toMatchObject({ status: "ok", execution_count: 1 });
      expect(outputs.map(({ type }) => type)).toEqual(["stream", "execute_result"]);
      expect(outputs[0]?.content).toEqual({ name: "stdout", text: "hello\n" });
      expect(outputs[1]?.content).toMatchObject({ execution_count: 1 });
    });
    parents = messages.map(({ parentHeader }) => parentHeader.msg_id);
    expect(story(messages)).toEqual(["busy", "execute_input", "stream", "execute_result", "idle"]);
    expect(new Set(parents).size).toBe(1);
    expect(parents[0]).toBeDefined();
  });

  it("hands the text of a file to the front end", async () => {
    const { reply } = await kernel.client.execute(`%load ${resolve("LICENSE")}`);
    const text = `// %load ${resolve("LICENSE")}\n${await readFile("LICENSE", "utf8")}`;
    const payload = [{ source: "set_next_input", text, replace: true }];
    expect(reply).toMatchObject({ status: "ok", payload });
  });

  it("tells an error, is idle afterwards and goes on", async () => {
    const messages = await kernel.recorded(async () => {
      const { reply } = await kernel.client.execute('throw new RangeError("too far")');
      expect(reply).toMatchObject({ status: "error", ename: "RangeError", evalue: "too far" });
    });
    expect(story(messages)).toEqual(["busy", "execute_input", "error", "idle"]);
    expect((await kernel.client.execute("1")).reply.status).toBe("ok");
  });

  it("aborts the cells behind one that fails, and only those", async () => {
    const replies = await Promise.all(
      ['throw new Error("stop")', "2", "3"].map((code) => kernel.client.execute(code)),
    );
    expect(replies.map(({ reply }) => reply.status)).toEqual(["error", "aborted", "aborted"]);
    expect((await kernel.client.execute("4")).reply.status).toBe("ok");
  });

  it("runs the cells behind one that fails where it says so", async () => {
    const replies = await Promise.all([
      kernel.client.execute('throw new Error("go on")', { stopOnError: false }),
      kernel.client.execute("2"),
    ]);
    expect(replies.map(({ reply }) => reply.status)).toEqual(["error", "ok"]);
  });

  it("keeps variables from cell to cell", async () => {
    await kernel.client.execute("const lattice = 5.43;");
    const { outputs } = await kernel.client.execute("lattice * 2");
    expect(outputs[0]?.content.data).toMatchObject({ "text/plain": /10\.86/ });
  });

  it("gives output that comes after the end of its cell to that cell", async () => {
    const late = kernel.iopub(
      ({ header, content }) => header.msg_type === "stream" && String(content.text) === "late\n",
    );
    const busy = kernel.iopub(({ header }) => header.msg_type === "execute_input");
    await kernel.client.execute('setTimeout(() => console.log("late"), 20);');
    const announced = await busy;
    await kernel.client.execute("await new Promise((resolve) => setTimeout(resolve, 60))");
    expect((await late).parentHeader.msg_id).toBe(announced.parentHeader.msg_id);
  });

  it("shows nothing of a silent cell", async () => {
    const messages = await kernel.recorded(() =>
      kernel.client.execute('console.log("psst")', { silent: true }),
    );
    expect(story(messages)).toEqual(["busy", "idle"]);
  });

  it("remembers what was entered, in a private file too", async () => {
    await kernel.client.execute('"find me 42"');
    const reply = await kernel.client.history({
      hist_access_type: "search",
      pattern: '"find me*',
      output: false,
      raw: true,
    });
    expect(reply).toMatchObject({
      status: "ok",
      history: [[1, expect.any(Number), '"find me 42"']],
    });
    const path = join(kernel.dataHome, "prism", "history.jsonl");
    expect(await readFile(path, "utf8")).toContain("find me 42");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("lists no comms before one is opened", async () => {
    expect(await kernel.client.commInfo()).toEqual({ status: "ok", comms: {} });
  });

  it("asks the client that allows it, and only that one", async () => {
    const asked: unknown[] = [];
    const code = 'console.log("hello " + prompt("your name?"));';
    const { outputs } = await kernel.client.execute(code, {
      onInput: (prompt, password) => {
        asked.push([prompt, password]);
        return "Ada";
      },
    });
    expect(asked).toEqual([["your name?", false]]);
    expect(outputs[0]?.content.text).toBe("hello Ada\n");
    expect((await kernel.client.execute(code)).reply.status).toBe("error");
  });

  it("completes behind a character outside the basic plane", async () => {
    const code = 'const pi𝐤 = "😀"; Math.hyp';
    const reply = await kernel.client.complete(code, [...code].length);
    expect(reply).toMatchObject({
      status: "ok",
      matches: expect.arrayContaining(["hypot"]),
      cursor_start: [...code].length - 3,
      cursor_end: [...code].length,
    });
  });

  it("knows complete from incomplete code", async () => {
    expect(await kernel.client.isComplete("const a = 1;")).toMatchObject({ status: "complete" });
    expect(await kernel.client.isComplete("function f() {")).toMatchObject({
      status: "incomplete",
    });
  });
});
