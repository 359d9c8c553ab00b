import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../../kernel/protocol/message.js";
import { GuestClient } from "./guest-client.js";
import { KernelFixture } from "./kernel-fixture.js";

let kernel: KernelFixture;
let ann: GuestClient;
let ben: GuestClient;

beforeAll(async () => {
  kernel = await KernelFixture.start();
  const { connection } = kernel.client;
  [ann, ben] = await Promise.all([GuestClient.join(connection), GuestClient.join(connection)]);
});
afterAll(async () => {
  await Promise.all([ann.close(), ben.close()]);
  await kernel.stop();
});

const says =
  (text: string) =>
  ({ content }: Message): boolean =>
    String(content.text).includes(text);

/** Starts a cell that goes on until it is stopped; its id once it runs. */
async function endless(client: GuestClient, mark: string, body: string): Promise<string> {
  const id = client.execute(`console.log("${mark}"); ${body}`);
  await client.next("iopub", says(mark));
  return id;
}

describe("two clients of a kernel", () => {
  it("have their own replies and each other's output, whoever's cell is whose", async () => {
    const rounds = 50;
    const cells = Array.from({ length: rounds }, (_, n) => [
      { client: ann, other: ben, id: ann.execute(`console.log("ann ${n}")`), text: `ann ${n}\n` },
      { client: ben, other: ann, id: ben.execute(`console.log("ben ${n}")`), text: `ben ${n}\n` },
    ]).flat();
    for (const { client, other, id, text } of cells) {
      expect((await client.replyTo(id)).content.status).toBe("ok");
      for (const each of [client, other]) {
        await each.idle(id);
        const types = each.publishedFor(id).filter(({ header }) => header.msg_type !== "status");
        expect(types.map(({ header }) => header.msg_type)).toEqual(["execute_input", "stream"]);
        expect(types[1]?.content.text).toBe(text);
        expect(types[1]?.parentHeader).toMatchObject({ msg_id: id });
      }
      const strayed = other.heard.some(
        ({ channel, message }) => channel === "shell" && message.parentHeader.msg_id === id,
      );
      expect(strayed).toBe(false);
    }
  });

  it("share variables, the counter and the history", async () => {
    const { execution_count: count } = await ann.run("const shared = 42;");
    const reply = await ben.run("shared + 1", { user_expressions: { its: "shared" } });
    expect(reply.execution_count).toBe(Number(count) + 1);
    expect(JSON.stringify(reply.user_expressions)).toContain("42");
    const id = ann.send("shell", "history_request", { hist_access_type: "tail", n: 2 });
    const { history } = (await ann.replyTo(id)).content as { history: unknown[][] };
    expect(history.map(([, , source]) => source)).toEqual(["const shared = 42;", "shared + 1"]);
  });

  it("are asked for input each for its own cell, and cannot answer for one another", async () => {
    const id = ann.execute('console.log("said", prompt("ann?"));', { allow_stdin: true });
    const question = await ann.next("stdin", ({ parentHeader }) => parentHeader.msg_id === id);
    expect(question.content.prompt).toBe("ann?");
    ben.answer(question, "I am ann");
    const info = ben.send("shell", "kernel_info_request", {});
    await ben.replyTo(info);
    ann.answer(question, "it is me");
    expect((await ann.replyTo(id)).content.status).toBe("ok");
    await ben.next("iopub", says("said it is me"));
    expect(ben.heard.filter(({ channel }) => channel === "stdin")).toEqual([]);
  });

  it("are stopped together: a cell that fails aborts all that wait", async () => {
    const id = ann.execute('prompt("now?"); throw 1', { allow_stdin: true });
    const question = await ann.next("stdin", ({ parentHeader }) => parentHeader.msg_id === id);
    const behind = ben.execute("0");
    await ben.replyTo(ben.send("shell", "kernel_info_request", {}));
    ann.answer(question, "");
    expect((await ann.replyTo(id)).content.status).toBe("error");
    expect((await ben.replyTo(behind)).content.status).toBe("aborted");
  });

  it("are stopped together: so does one that is interrupted, whoever does it", async () => {
    const long = await endless(ann, "endless one", "for (;;);");
    const waiting = [
      ann.execute("1"),
      ben.execute("2"),
      ben.execute("3", { stop_on_error: false }),
    ];
    await ben.replyTo(ben.send("shell", "kernel_info_request", {}));
    await ann.replyTo(ann.send("shell", "kernel_info_request", {}));
    const stop = ben.send("control", "interrupt_request", {});
    await ben.next("control", ({ parentHeader }) => parentHeader.msg_id === stop);
    expect((await ann.replyTo(long)).content).toMatchObject({ ename: "Interrupted" });
    const [first, second, third] = waiting as [string, string, string];
    const replies = [await ann.replyTo(first), await ben.replyTo(second), await ben.replyTo(third)];
    expect(replies.map(({ content }) => content.status)).toEqual(["aborted", "aborted", "aborted"]);
    expect((await ben.run("4")).status).toBe("ok");
  });

  it("speak over each other's comms, and each hears whose message is answered", async () => {
    await ann.run(
      'comms.register("both", (comm) => comm.onMessage(({ data }) => comm.send(data)));',
    );
    const open = { comm_id: "of ann", target_name: "both", data: {} };
    await ann.idle(ann.send("shell", "comm_open", open));
    const id = ben.send("shell", "comm_msg", { comm_id: "of ann", data: "from ben" });
    for (const each of [ann, ben]) {
      await each.idle(id);
      const types = each.publishedFor(id).map(({ header }) => header.msg_type);
      expect(types).toEqual(["status", "comm_msg", "status"]);
    }
    const list = ben.send("shell", "comm_info_request", { target_name: "both" });
    expect((await ben.replyTo(list)).content.comms).toEqual({ "of ann": { target_name: "both" } });
  });

  it("do not miss one that goes while its cell asks", async () => {
    const cal = await GuestClient.join(kernel.client.connection);
    const id = cal.execute('console.log("asking"); prompt("cal?")', { allow_stdin: true });
    await cal.next("stdin", ({ parentHeader }) => parentHeader.msg_id === id);
    await cal.close();
    const waiting = ben.execute("5", { stop_on_error: false });
    await ben.replyTo(ben.send("shell", "kernel_info_request", {}));
    const stop = ann.send("control", "interrupt_request", {});
    await ann.next("control", ({ parentHeader }) => parentHeader.msg_id === stop);
    await ann.idle(id);
    expect((await ben.replyTo(waiting)).content.status).toBe("aborted");
    expect((await ben.run("6 * 7")).status).toBe("ok");
  });
});
