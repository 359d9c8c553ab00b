import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { addonPath } from "./harness.js";

const prelude = `
  const addon = require(${JSON.stringify(addonPath)});
  const records = new Int32Array(new SharedArrayBuffer(256 * 256));
  const floats = new Float64Array(records.buffer);
  const finished = new Int32Array(new SharedArrayBuffer(4 * 513));
  const told = 3;
  addon.addRecords(records);
  const poolId = addon.openPool(2, 0, 2 ** 40).poolId;
  const submit = (slot, kernel, inputs) => {
    records.fill(0, 64 * slot, 64 * slot + 64);
    records[64 * slot + 6] = 1;
    records[64 * slot + 7] = addon.kernels.indexOf(kernel);
    const outcome = addon.submit(poolId, slot, inputs);
    if (outcome > 1) throw new Error("refused with " + outcome);
    addon.flush();
  };
  const ended = (slot) => floats[32 * slot + 10] > 0;
`;

function run(body: string): unknown {
  const text = execFileSync(process.execPath, ["-e", `${prelude}${body}`], {
    encoding: "utf8",
    timeout: 20_000,
  });
  return JSON.parse(text);
}

describe("handing over what has finished", () => {
  it("leaves a new task in a record alone when the old one is told of twice", () => {
    const seen = run(`
      const seen = [];
      let turn = 0;
      addon.setOnFinished(() => {
        turn += 1;
        if (turn === 1) {
          // The record has a new task, which ends while the list still names the old one.
          submit(0, "test.sum", [Float64Array.of(1, 2, 3)]);
          while (!ended(0));
          seen.push(records[3] === told, addon.takeResult(0) === undefined);
          return; // as if interrupted: the list stays
        }
        seen.push(finished.slice(1, finished[0] + 1).join());
        seen.push(records[3] === told, new Float64Array(addon.takeResult(0).outputs[0])[0]);
        finished[0] = 0;
        addon.closePool(poolId);
      }, finished, setImmediate);
      submit(0, "empty");
      process.on("exit", () => process.stdout.write(JSON.stringify(seen)));`);
    expect(seen).toEqual([false, true, "0,0", true, 6]);
  });

  it("has no result to take while a task waits or runs", () => {
    const seen = run(`
      const seen = [];
      addon.setOnFinished(() => {
        for (let i = 1; i <= finished[0]; i++) {
          seen.push(new Float64Array(addon.takeResult(finished[i]).outputs[0])[0]);
          seen.push(addon.takeResult(finished[i]) === undefined);
        }
        finished[0] = 0;
      }, finished, setImmediate);
      for (let slot = 0; slot < 4; slot++) {
        submit(slot, "test.sum", [new Float64Array(1e6).fill(1)]);
        seen.push(addon.takeResult(slot) === undefined);
      }
      process.on("exit", () => process.stdout.write(JSON.stringify(seen)));`);
    expect(seen).toEqual([true, true, true, true, 1e6, true, 1e6, true, 1e6, true, 1e6, true]);
  });

  it("goes on after the event loop refused to continue it", () => {
    const count = run(
      `
      let count = 0;
      addon.setOnFinished(() => {
        count += finished[0];
        finished[0] = 0;
      }, finished, () => { throw new Error("no more turns"); });
      process.on("uncaughtException", () => {});
      const slabs = Array.from({ length: 3 }, () => new Int32Array(new SharedArrayBuffer(256 * 256)));
      for (const slab of slabs) addon.addRecords(slab);
      for (const slab of [records, ...slabs]) {
        for (let slot = 0; slot < 256; slot++) slab[64 * slot + 6] = 1;
      }
      for (let slot = 0; slot < 1024; slot++) addon.submit(poolId, slot);
      addon.flush();
      while (addon.poolStats(poolId).queued[1] > 0);
      process.on("exit", () => process.stdout.write(JSON.stringify(count)));`,
    );
    expect(count).toBe(1024);
  });
});
