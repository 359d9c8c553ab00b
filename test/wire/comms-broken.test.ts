import { expect, it } from "vitest";
import type { Message } from "../../kernel/protocol/message.js";
import { KernelFixture } from "./kernel-fixture.js";

const idleOf =
  (state: string) =>
  ({ header, content }: Message): boolean =>
    header.msg_type === "status" && content.execution_state === state;

/** Methods that a cell has replaced before the message comes, by ones that throw. */
const methods: readonly string[] = [
  "Map.prototype.get",
  "Map.prototype.set",
  "Map.prototype.delete",
  "Set.prototype[Symbol.iterator]",
  "Array.prototype[Symbol.iterator]",
  "Atomics.store",
  "Promise.prototype.then",
  "Promise.resolve",
  "Reflect.get",
  "Object.prototype.toString",
];

it.each(methods)(
  "a comm message reaches its handler although a cell has broken %s, and leaves the kernel idle",
  async (method) => {
    const kernel = await KernelFixture.start();
    try {
      await kernel.client.execute(`%typecheck off
        globalThis.got = [];
        comms.register("t", (comm) => {
          comm.onMessage(async ({ data }) => { globalThis.got[globalThis.got.length] = data; });
        });`);
      const open = { comm_id: "c", target_name: "t", data: {} };
      const opened = kernel.iopub(idleOf("idle"));
      kernel.client.notify("shell", "comm_open", open);
      await opened;
      // From a timer: the cell itself must end, and the next must not have begun.
      const broken = kernel.iopub(({ content }) => content.text === "broken\n");
      await kernel.client.execute(`%typecheck off
        setTimeout(() => {
          console.log("broken");
          ${method} = () => { throw new Error("broken"); };
        }, 50);`);
      await broken;
      for (const data of ["first", "second"]) {
        const idle = kernel.iopub(idleOf("idle"));
        kernel.client.notify("shell", "comm_msg", { comm_id: "c", data });
        await idle;
      }
      const idle = kernel.iopub(idleOf("idle"));
      kernel.client.notify("shell", "comm_close", { comm_id: "c", data: {} });
      await idle;
      const { outputs } = await kernel.client.execute("%typecheck off\ngot.join()");
      expect(JSON.stringify(outputs)).toContain("first,second");
      // No handler is under way: a stop has nothing to end, and shows nothing.
      const messages = await kernel.recorded(() => kernel.client.interrupt());
      expect(messages.filter(({ header }) => header.msg_type === "error")).toEqual([]);
    } finally {
      await kernel.stop();
    }
  },
  60_000,
);

it("what a handler throws is shown although it has broken the language first", async () => {
  const kernel = await KernelFixture.start();
  try {
    await kernel.client.execute(`%typecheck off
      comms.register("t", () => {
        Map.prototype.get = String.prototype.split = () => { throw new Error("broken"); };
        throw new RangeError("its own");
      });`);
    const shown = kernel.iopub(({ header }) => header.msg_type === "error");
    const idle = kernel.iopub(idleOf("idle"));
    kernel.client.notify("shell", "comm_open", { comm_id: "c", target_name: "t", data: {} });
    expect((await shown).content).toMatchObject({ ename: "RangeError", evalue: "its own" });
    await idle;
    const { outputs } = await kernel.client.execute("6 * 7");
    expect(JSON.stringify(outputs)).toContain("42");
  } finally {
    await kernel.stop();
  }
}, 60_000);
