import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { addon, addonPath, type Control, openPool, statusOf } from "./harness.js";

const prelude = `
  const { parentPort } = require("node:worker_threads");
  const raw = require(${JSON.stringify(fileURLToPath(new URL("raw-addon.cjs", import.meta.url)))});
  const addon = raw.load(${JSON.stringify(addonPath)});
  const submit = raw.callerOf(addon);
  const open = (threads, stack) => addon.openPool(threads, stack, 2 ** 40).poolId;
`;

describe("worker threads", () => {
  it("run tasks on the same pool at the same time", async () => {
    const pool = openPool(2);
    const workers = [1, 2, 3].map(
      (value) =>
        new Worker(
          `${prelude}
          (async () => {
            const poolId = open(2, 0);
            const values = new Float64Array(50_000).fill(${value});
            let sum = 0;
            for (let round = 0; round < 100; round++) {
              const result = await submit(poolId, "test.sum", [values], []);
              sum += new Float64Array(result.outputs[0])[0];
            }
            parentPort.postMessage(sum);
          })();`,
          { eval: true },
        ),
    );
    const sums = workers.map(async (worker) => (await once(worker, "message"))[0] as number);
    const exits = workers.map((worker) => once(worker, "exit"));
    const own = await pool.call("test.sum", [new Float64Array(10).fill(1)]);
    expect(statusOf(own)).toBe("ok");
    expect(await Promise.all(sums)).toEqual([5e6, 10e6, 15e6]);
    await Promise.all(exits);
    pool.close();
  });

  it("end with tasks running and queued, also behind another environment's work", async () => {
    const pool = openPool(1, 4 << 20);
    const control: Control = {};
    const longest = pool.call("test.spin", [], [60_000, 1], { control });
    while (addon.poolStats(pool.poolId).busy === 0) await new Promise(setImmediate);
    for (let round = 0; round < 5; round++) {
      const worker = new Worker(
        `${prelude}
        const shared = open(1, ${4 << 20});
        const own = open(2, 0);
        const values = new Float64Array(1000);
        for (let k = 0; k < 20; k++) {
          submit(shared, "test.sum", [values], []);
          submit(own, "test.spin", [], [60_000, 2]);
        }
        parentPort.postMessage("submitted");`,
        { eval: true },
      );
      await once(worker, "message");
      await worker.terminate();
    }
    expect(addon.poolStats(pool.poolId)).toMatchObject({ busy: 1, queued: [0, 0, 0, 0] });
    control.cancel?.();
    expect(statusOf(await longest)).toBe("cancelled");
    pool.close();
  });

  it("that exit keep results that they handed over", async () => {
    const worker = new Worker(
      `${prelude}
      (async () => {
        const poolId = open(2, 0);
        const frac = Float64Array.from({ length: 3000 }, (_, k) => (k * 0.618) % 1);
        const lattice = Float64Array.of(20, 0, 0, 0, 20, 0, 0, 0, 20);
        const result = await submit(poolId, "neighborList",
          [frac, lattice, Int32Array.of(1, 1, 1)], [6, 0]);
        const distance = new Float64Array(new SharedArrayBuffer(result.outputs[3].byteLength));
        distance.set(new Float64Array(result.outputs[3]));
        parentPort.postMessage(distance);
      })();`,
      { eval: true },
    );
    const exit = once(worker, "exit");
    const [distance] = (await once(worker, "message")) as [Float64Array];
    expect((await exit)[0]).toBe(0);
    expect(distance.length).toBeGreaterThan(10_000);
    expect(Math.max(...distance.subarray(0, 1000))).toBeLessThanOrEqual(6);
  });
});

describe("the process", () => {
  const run = (body: string): string =>
    execFileSync(process.execPath, ["-e", `${prelude}${body}`], {
      encoding: "utf8",
      timeout: 20_000,
    });

  it("stays alive for a task in flight and ends after it", () => {
    const output = run(`
      const poolId = open(1, 0);
      submit(poolId, "test.spin", [], [50, 1]).then((r) => process.stdout.write("status " + r.status));`);
    expect(output).toBe("status 0");
  });

  it("ends at process.exit with tasks in flight", () => {
    const output = run(`
      const poolId = open(2, 0);
      for (let k = 0; k < 10; k++) submit(poolId, "test.spin", [], [60_000, 2]);
      process.stdout.write("leaving");
      process.exit(0);`);
    expect(output).toBe("leaving");
  });

  it("ends with an open pool and nothing to do", () => {
    expect(run(`open(2, 0); process.stdout.write("open");`)).toBe("open");
  });
});
