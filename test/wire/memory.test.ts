import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelFixture, story } from "./kernel-fixture.js";

describe("memory outside the heap", () => {
  let kernel: KernelFixture;
  beforeAll(async () => {
    kernel = await KernelFixture.start({ env: { PRISM_MEMORY_LIMIT_MB: "1000" } });
  });
  afterAll(() => kernel.stop());

  const codes: readonly [name: string, code: string][] = [
    ["with typed arrays", "while (true) hoard.push(new Float64Array(2e6).fill(1));"],
    ["after an await", "while (true) { await null; hoard.push(new Float64Array(2e6).fill(1)); }"],
  ];

  it.each(codes)(
    "%s stops the cell that takes it, which is told, and the kernel lives",
    async (_, code) => {
      await kernel.client.execute("let hoard: Float64Array[] = [];");
      const messages = await kernel.recorded(async () => {
        const { reply } = await kernel.client.execute(code);
        expect(reply).toMatchObject({
          status: "error",
          ename: "OutOfMemory",
          evalue: expect.stringMatching(
            /kernel holds \d+ of 1000 MB.*\d+ MB outside the JavaScript heap.*let go of the large ones.*PRISM_MEMORY_LIMIT_MB/,
          ),
        });
      });
      expect(story(messages)).toEqual(["busy", "execute_input", "stream", "error", "idle"]);
      const { outputs } = await kernel.client.execute("hoard.length > 10");
      expect(JSON.stringify(outputs)).toContain("true");
      expect((await kernel.client.execute("hoard = [];")).reply.status).toBe("ok");
    },
    60_000,
  );

  it("that is let go of again and again stops nothing", async () => {
    const { reply } = await kernel.client.execute(
      "for (let i = 0; i < 200; i++) new Float64Array(2e6).fill(i);",
    );
    expect(reply.status).toBe("ok");
  }, 60_000);

  it("that nobody has is a RangeError", async () => {
    const { reply } = await kernel.client.execute("new Float64Array(1e12)");
    expect(reply).toMatchObject({ ename: "RangeError" });
  });
});
