import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../../kernel/protocol/message.js";
import { KernelFixture } from "./kernel-fixture.js";

/** A server counts per window of this length; a loaded machine may let messages come in a bunch. */
const WINDOW_MS = 3000;

/** What a Jupyter server counts: the text of streams, and every message that is no status. */
class ServerCount {
  readonly #arrived: { readonly at: number; readonly bytes: number }[] = [];
  text = "";

  take({ header, content }: Message): void {
    if (["status", "execute_input"].includes(header.msg_type)) return;
    const isText = header.msg_type === "stream";
    if (isText) this.text += content.text;
    const bytes = isText ? JSON.stringify(content).length : 0;
    this.#arrived.push({ at: performance.now(), bytes });
  }

  /** In all windows together, since the first message. */
  perWindow(): { bytes: number; messages: number } {
    const first = this.#arrived[0]?.at ?? 0;
    const windows = ((this.#arrived.at(-1)?.at ?? 0) - first) / WINDOW_MS + 1;
    const bytes = this.#arrived.reduce((sum, each) => sum + each.bytes, 0);
    return { bytes: bytes / windows, messages: this.#arrived.length / windows };
  }
}

describe("a flood, for clients that may be behind a server", () => {
  let kernel: KernelFixture;
  beforeAll(async () => {
    kernel = await KernelFixture.start();
  });
  afterAll(() => kernel.stop());

  async function counted(code: string): Promise<ServerCount & { outputs: readonly Message[] }> {
    const count = new ServerCount();
    const outputs: Message[] = [];
    const stop = kernel.client.onIopub((message) => {
      count.take(message);
      outputs.push(message);
    });
    await kernel.client.execute(code);
    stop();
    return Object.assign(count, { outputs });
  }

  it("of text is slowed to what a server passes on, and arrives whole, in order", async () => {
    const count = await counted(
      'for (let i = 0; i < 80_000; i++) console.log("line " + i, "x".repeat(80));\n"the result"',
    );
    expect(count.text.split("\n")).toHaveLength(80_001);
    expect(count.text).toContain("line 79999 ");
    expect(count.perWindow().bytes).toBeLessThan(3e6);
    const types = count.outputs.map(({ header }) => header.msg_type);
    expect(types.slice(-3)).toEqual(["stream", "execute_result", "status"]);
  }, 120_000);

  it("of messages is slowed as well", async () => {
    const count = await counted(
      'for (let i = 0; i < 4000; i++) display.html("<b>" + i + "</b>");\nconsole.log("end")',
    );
    expect(count.perWindow().messages).toBeLessThan(3000);
    const shown = count.outputs.filter(({ header }) => header.msg_type === "display_data");
    expect(shown).toHaveLength(4000);
    expect(JSON.stringify(shown.at(-1)?.content)).toContain("<b>3999</b>");
    expect(count.text).toBe("end\n");
  }, 120_000);

  it("is stopped at once, with its last lines and a word on those between", async () => {
    let length = 0;
    // So much leaves at once; from then on the ring is full.
    const flooded = kernel.iopub(({ content }) => {
      length += String(content.text ?? "").length;
      return length > 1.4e6;
    });
    const { ended } = await kernel.started(
      "for (let i = 0; ; i++) console.log('line ' + i + '.'.repeat(500));",
    );
    await flooded;
    const start = performance.now();
    await kernel.client.interrupt();
    const { reply, outputs } = await ended;
    expect(performance.now() - start).toBeLessThan(2000);
    expect(reply).toMatchObject({ ename: "Interrupted" });
    const streams = outputs.filter(({ type }) => type === "stream");
    const text = streams.map(({ content }) => String(content.text)).join("");
    expect(text).toMatch(/\n\[\.\.\. [\d,]+ characters .* not shown \.\.\.\]\nline \d+\.+\n/);
    expect(text.slice(text.lastIndexOf("...]\n")).length).toBeLessThan(70_000);
    const next = await kernel.client.execute("6 * 7");
    expect(JSON.stringify(next.outputs)).toContain("42");
  }, 60_000);
});
