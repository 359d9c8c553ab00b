import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../kernel/protocol/message.js";
import { KernelFixture, story } from "./kernel-fixture.js";

let kernel: KernelFixture;
const seen: Message[] = [];

beforeAll(async () => {
  kernel = await KernelFixture.start();
  kernel.client.onIopub((message) => seen.push(message));
  await run(standIn);
});
beforeEach(async () => {
  await run("for (const each of StandIn.all) each.isDone = true;");
  await run("live = new StandIn();");
  seen.length = 0;
});
afterAll(() => kernel.stop());

/** An object that shows `text`, and a way to wait until it has been asked `n` more times. */
const standIn = `
class StandIn {
  static all: StandIn[] = [];
  text = "first";
  asked = 0;
  isDone = false;
  constructor() {
    StandIn.all.push(this);
  }
  [Symbol.for("prism.liveDisplay")]() {
    const bundle = () => {
      this.asked += 1;
      return { "text/plain": this.draw() };
    };
    return { bundle, intervalMs: 1, done: () => this.isDone };
  }
  draw(): string {
    return this.text;
  }
  async untilAsked(n: number): Promise<void> {
    const until = this.asked + n;
    while (this.asked < until) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
let live = new StandIn();`;

const textOf = ({ content }: Message): unknown =>
  (content.data as Record<string, unknown> | undefined)?.["text/plain"];
const idOf = ({ content }: Message): unknown =>
  (content.transient as Record<string, unknown> | undefined)?.display_id;
const displays = (): Message[] =>
  seen.filter(({ header }) => header.msg_type.endsWith("display_data"));
const updated = (text: string): Promise<Message> =>
  kernel.iopub(
    (message) => message.header.msg_type === "update_display_data" && textOf(message) === text,
  );

async function run(code: string): Promise<void> {
  const { reply } = await kernel.client.execute(code);
  expect(reply, JSON.stringify(reply)).toMatchObject({ status: "ok" });
}

describe("an object with a live display", () => {
  it("is updated in its place and under its cell, after that has ended", async () => {
    const messages = await kernel.recorded(() => run("live"));
    expect(story(messages)).toEqual(["busy", "execute_input", "display_data", "idle"]);
    const shown = messages[2]!;
    expect(textOf(shown)).toBe("first");

    const second = updated("second");
    await run('live.text = "second"; await live.untilAsked(1);');
    const update = await second;
    expect(idOf(update)).toBe(idOf(shown));
    expect(update.parentHeader.msg_id).toBe(shown.parentHeader.msg_id);
  });

  it("sends nothing while nothing changes, and at most four updates a second", async () => {
    await run("display(live)");
    await run("await live.untilAsked(3)");
    expect(displays()).toHaveLength(1);

    await run("live.draw = () => String(performance.now());");
    await run("await live.untilAsked(4)");
    const times = displays().slice(1).map(textOf).map(Number);
    expect(times.length).toBeGreaterThanOrEqual(3);
    for (const [i, time] of times.slice(1).entries()) expect(time - times[i]!).toBeGreaterThan(150);
    await run("live.isDone = true; await live.untilAsked(1);");
  });

  it("holds the state at the end of its cell", async () => {
    await run('display(live); live.text = "late";');
    expect(displays().map(textOf)).toEqual(["first", "late"]);
  });

  it("rests once it is done, with its last state", async () => {
    await run("live");
    await run('live.text = "last"; live.isDone = true; await live.untilAsked(1);');
    await run("const asked = live.asked; const other = new StandIn(); display(other, {});");
    await run("live.text = 'unseen'; await other.untilAsked(2);");
    await run("if (live.asked !== asked) throw new Error('asked after its end')");
    expect(displays().map(textOf)).toEqual(["first", "last", "first"]);
  });

  it("is kept up to date where it was shown last", async () => {
    await run("live");
    await run("live");
    const again = updated("second");
    await run('live.text = "second"; await live.untilAsked(3);');
    const [, shownAgain] = displays();
    expect(idOf(await again)).toBe(idOf(shownAgain!));
    expect(displays()).toHaveLength(3);
  });

  it("rests where it was shown before as it was when it was shown again", async () => {
    await run("live");
    await run('live.text = "second"; display(live);');
    await run('live.text = "third"; await live.untilAsked(1);');
    const states = displays().map((message) => [idOf(message), textOf(message)]);
    const [[before], [after]] = states as [unknown[], unknown[]];
    const textsOf = (id: unknown) =>
      states.filter((state) => state[0] === id).map(([, text]) => text);
    expect(textsOf(before)).toEqual(["first", "second"]);
    expect(textsOf(after)).toEqual(["second", "third"]);
  });

  it("gives way to what is shown in its place", async () => {
    await run('const place = await display(live); await place.update("instead");');
    await run("const asked = live.asked; const other = new StandIn(); display(other);");
    await run("live.text = 'unseen'; await other.untilAsked(2);");
    await run("if (live.asked !== asked) throw new Error('asked after its end')");
    expect(displays().map(textOf)).toEqual(["first", expect.stringContaining("instead"), "first"]);
  });

  it("speaks in the name of the cell that showed it", async () => {
    await run('live.draw = () => { console.log("drawn"); return "constant"; };');
    const messages = await kernel.recorded(() => run("live"));
    const shownBy = messages[0]!.parentHeader.msg_id;
    await run("await live.untilAsked(2)");
    const lines = seen.filter(({ content }) => String(content.text).includes("drawn"));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(new Set(lines.map(({ parentHeader }) => parentHeader.msg_id))).toEqual(
      new Set([shownBy]),
    );
  });

  it("leaves the stop button alone, and goes on when its cell was stopped", async () => {
    const looping = kernel.iopub(({ content }) => content.text === "looping\n");
    const cell = await kernel.started(
      'display(live); await live.untilAsked(1); console.log("looping"); for (;;) {}',
    );
    await looping;
    await kernel.client.interrupt();
    expect((await cell.ended).reply.status).toBe("error");
    const second = updated("second");
    await run('live.text = "second";');
    expect((await second).parentHeader.msg_id).toBe(cell.id);
  });

  it("is one of a bounded number that are kept up to date", async () => {
    await run("for (let i = 0; i < 50; i += 1) display(new StandIn());");
    await run("const newest = StandIn.all.slice(-50); await newest[49]!.untilAsked(2);");
    const code = "newest.filter(({ asked }) => asked > 2).length";
    const { outputs } = await kernel.client.execute(code);
    expect(outputs[0]?.content.data).toMatchObject({ "text/plain": expect.stringContaining("32") });
  });

  it("that throws stays as it is, with one note", async () => {
    await run("live");
    await run("live.draw = () => { throw new RangeError('no more'); };");
    await run("await live.untilAsked(1);");
    await run("const other = new StandIn(); display(other); await other.untilAsked(2);");
    const notes = seen.filter(({ content }) => String(content.text).includes("no more"));
    expect(notes).toHaveLength(1);
    expect(notes[0]!.parentHeader.msg_id).toBe(displays()[0]!.parentHeader.msg_id);
  });

  it("that never comes back from drawing is stopped by the stop button", async () => {
    await run("live");
    await run("live.draw = () => { for (;;) {} };");
    // Ends only once the kernel has not drawn for longer than two intervals.
    const pause = "await new Promise((resolve) => setTimeout(resolve, 600));";
    for (let isFree = false; !isFree; ) {
      const cell = kernel.client.execute(pause);
      const late = new Promise<false>((resolve) => setTimeout(resolve, 1500, false));
      isFree = await Promise.race([cell.then(({ reply }) => reply.status === "ok"), late]);
      if (!isFree) await kernel.client.interrupt();
      await cell;
    }
    await run("const asked = live.asked; const other = new StandIn(); display(other);");
    await run("await other.untilAsked(2);");
    await run("if (live.asked !== asked) throw new Error('asked after its end')");
  });

  it("whose method is of the wrong shape is shown as text, with the reason", async () => {
    const { outputs } = await kernel.client.execute(
      '({ a: 1, [Symbol.for("prism.liveDisplay")]: () => ({ intervalMs: 5 }) })',
    );
    expect(outputs.map(({ type }) => type)).toEqual(["execute_result", "stream"]);
    expect(outputs[1]?.content.text).toContain("{ bundle(), intervalMs, done() }");
  });
});
