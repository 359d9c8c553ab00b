import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EvaluateProcess, traceback } from "./evaluate-process.js";
import { writeUnder } from "./notebook-files.js";
import { seeded } from "./seeded.js";

let kernel: EvaluateProcess;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
}, 60_000);

afterAll(() => kernel.close());

function write(path: string, text: string): void {
  writeUnder(kernel.cwd, path, text);
}

/** Result as plain text of a cell that must succeed. */
async function resultOf(code: string): Promise<string> {
  const shown = await kernel.show(code);
  expect(traceback(shown.outcome)).toBe("");
  return shown.result;
}

describe("the stop button, while a cell imports files", () => {
  async function stopped(cell: string): Promise<string> {
    const id = `stopped ${Math.abs(cell.length)} ${kernel.outputs.length}`;
    const done = kernel.run(cell, { id });
    await kernel.output(
      (each) => each.parentId === id && each.kind === "stream" && each.text.includes("go"),
    );
    await kernel.interrupt();
    return (await done).status;
  }

  const bodies: readonly [name: string, body: string][] = [
    ["a loop", "while (true) {}"],
    ["a loop after an await", "await new Promise((r) => setTimeout(r, 5)); while (true) {}"],
    ["an await", "await new Promise(() => {})"],
    ["microtasks without end", "while (true) await null"],
  ];
  test.each(bodies)("ends the top level of a file: %s", async (_name, body) => {
    write("endless.ts", `console.log('go');\n${body};\nexport const endless = 1;\n`);
    expect(await stopped("import { endless } from './endless'; endless")).toBe("interrupted");
    // Still as it was: it runs again, and is stopped again.
    expect(await stopped("import { endless } from './endless'; endless")).toBe("interrupted");
    write("endless.ts", "export const endless = 2;\n");
    expect(await resultOf("import { endless } from './endless'; endless")).toBe("2");
  });

  test("ends the top level of a file that a callback of Node has asked for", async () => {
    write(
      "asked.ts",
      "console.log('go');\nwhile (!('quick' in globalThis));\nexport const asked = 3;\n",
    );
    const cell = `require("node:fs").stat(".", () => { require("./asked"); }); await new Promise(() => {})`;
    expect(await stopped(cell)).toBe("interrupted");
    expect(
      await resultOf("Object.assign(globalThis, { quick: true }); (await import('./asked')).asked"),
    ).toBe("3");
  });

  test("ends the top level of a file that an earlier cell has asked for", async () => {
    for (const wait of ["", "await new Promise((r) => setTimeout(r, 1));"]) {
      await resultOf("delete (globalThis as { quick?: true }).quick; 1");
      const loop = "while (!('quick' in globalThis));";
      write(
        "early.ts",
        `${wait}\nconsole.log('go');\n${loop}\nexport const early = ${wait.length};\n`,
      );
      const id = `early ${wait.length}`;
      const begun = "setTimeout(() => void import('./early'), 50); 1";
      expect((await kernel.run(begun, { id })).status).toBe("ok");
      const next = kernel.run("await new Promise(() => {})");
      await kernel.output((each) => each.parentId === id && each.kind === "stream");
      await kernel.interrupt();
      expect((await next).status).toBe("interrupted");
      const again = "Object.assign(globalThis, { quick: true }); (await import('./early')).early";
      expect(await resultOf(again)).toBe(String(wait.length));
    }
  });

  // The stop may take hold a second time where the machine is slow, and end the timer's import.
  test("may be followed by an import before it is over", { retry: 3 }, async () => {
    write(
      "between.ts",
      `setTimeout(() => {
        Object.assign(globalThis, { quick: true });
        let seen = "";
        try { seen = require("./between-user").text } catch (error) { seen = String(error) }
        Object.assign(globalThis, { seen });
      }, 0);
      console.log('go');
      while (!('quick' in globalThis));
      export const between = 7;\n`,
    );
    write(
      "between-user.ts",
      "import { between } from './between';\nexport const text = 'found ' + between;\n",
    );
    await resultOf("delete (globalThis as { quick?: true }).quick; 1");
    expect(await stopped("import { between } from './between'; between")).toBe("interrupted");
    expect(await resultOf("Reflect.get(globalThis, 'seen')")).toContain("found 7");
  });

  const rounds = Number(process.env.PRISM_INTERRUPT_ROUNDS ?? 40);
  test(`at ${rounds} random moments of an import leaves the next one right`, {
    timeout: 600_000,
  }, async () => {
    const random = seeded(7);
    write(
      "random/leaf.mts",
      "export const leaf = { n: 0 };\nfor (let i = 0; i < 2e6; i++) leaf.n++;\n",
    );
    for (let round = 0; round < rounds; round++) {
      write(
        "random/mid.ts",
        `import { leaf } from './leaf.mjs';\nawait new Promise((r) => setTimeout(r, 5));\nexport const mid = leaf.n + ${round};\n`,
      );
      write(
        "random/top.ts",
        "export * from './mid';\nimport { mid } from './mid';\nwhile (mid < 0) {}\n",
      );
      const done = kernel.run("import { mid } from './random/top'; await new Promise(() => {})");
      await new Promise((resolve) => setTimeout(resolve, random() * 40));
      await kernel.interrupt();
      expect((await done).status).toBe("interrupted");
      expect(await resultOf("import { mid } from './random/top'; mid")).toBe(String(2e6 + round));
    }
  });

  test("ends functions of a file for good", async () => {
    write(
      "poll.ts",
      "export const polls = { n: 0 };\nexport async function poll() { console.log('go'); for (;;) { await new Promise((r) => setTimeout(r, 1)); try { polls.n++; await null } catch { polls.n += 1000 } } }\n",
    );
    expect(await stopped("import { poll, polls } from './poll'; await poll()")).toBe("interrupted");
    const before = Number(await resultOf("polls.n"));
    await resultOf("await new Promise((r) => setTimeout(r, 50)); 1");
    expect(Number(await resultOf("polls.n")) - before).toBeLessThan(3);
  });
});

test("nothing of all this reached the process's own streams", () => {
  expect(kernel.log).toBe("");
});
