import { expect, it } from "vitest";
import type { LaunchOptions } from "../../kernel/transport/kernel-client.js";
import { KernelFixture, kernelMain } from "./kernel-fixture.js";

const commId = "from the front end";

/** A kernel with a handler under way, no cell beside it. */
async function handling(body: string, options: LaunchOptions = {}): Promise<KernelFixture> {
  const kernel = await KernelFixture.start(options);
  const { reply } = await kernel.client.execute(`%typecheck off
    let hoard = [];
    comms.register("handler", (comm) => comm.onMessage(() => { console.log("going"); ${body} }));`);
  expect(reply.status).toBe("ok");
  const opening = { comm_id: commId, target_name: "handler", data: {} };
  kernel.client.notify("shell", "comm_open", opening);
  return kernel;
}

async function go(kernel: KernelFixture): Promise<void> {
  const going = kernel.iopub(({ content }) => String(content.text).startsWith("going"));
  kernel.client.notify("shell", "comm_msg", { comm_id: commId, data: {} });
  await going;
}

const stopped = (kernel: KernelFixture) =>
  kernel.iopub(({ content }) => content.ename === "Interrupted");

async function answer(kernel: KernelFixture, code: string): Promise<string> {
  return JSON.stringify((await kernel.client.execute(code)).outputs);
}

it.each(["for (;;) {}", "return (async () => { for (;;) await null; })()"])(
  "the kernel ends by itself while a handler runs: %s",
  async (body) => {
    const kernel = await handling(body);
    await go(kernel);
    expect(await kernel.stop()).toBe(0);
  },
  60_000,
);

it("a handler that fills the heap is stopped, and so is the next, without a cell between", async () => {
  const argv = [process.execPath, "--max-old-space-size=256", "--no-force-async-hooks-checks"];
  argv.push(kernelMain, "kernel", "-f", "{connection_file}");
  const body =
    "hoard = []; while (true) { hoard.push(new Array(1e5).fill(0)); if (hoard.length > 1e6) return; }";
  const kernel = await handling(body, { argv });
  try {
    for (let round = 0; round < 2; round++) {
      const [note, end] = [
        kernel.iopub(({ content }) => String(content.text).includes("handlers are stopped")),
        stopped(kernel),
      ];
      await go(kernel);
      await Promise.all([note, end]);
    }
    expect(await answer(kernel, "hoard = []; 6 * 7")).toContain("42");
  } finally {
    await kernel.stop();
  }
}, 60_000);

const broken: readonly string[] = [
  "Map.prototype.keys",
  "Array.prototype[Symbol.iterator]",
  "Set.prototype[Symbol.iterator]",
];

it.each(broken)(
  "a handler that has replaced %s is stopped, which puts it back",
  async (method) => {
    const body = `${method} = () => { throw new Error("broken"); }; for (;;) {}`;
    const kernel = await handling(body);
    try {
      await go(kernel);
      const end = stopped(kernel);
      await kernel.client.interrupt();
      await end;
      expect(await answer(kernel, "[...new Map([[42, 0]]).keys()].join()")).toContain("42");
    } finally {
      await kernel.stop();
    }
  },
  60_000,
);
