import { tmpdir } from "node:os";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CellError } from "../../kernel/evaluate/evaluator.js";
import type { LanguageClient } from "../../kernel/evaluate/language-client.js";
import type { PreparedCell } from "../../kernel/evaluate/language-service.js";

const built = new URL("../../dist/", import.meta.url);
let client: LanguageClient;
let warm: Promise<void>;

beforeAll(async () => {
  const module = await import(new URL("kernel/evaluate/language-client.js", built).href);
  const libraryUrl = new URL("src/index.js", built).href;
  warm = new Promise((resolve) => {
    client = new module.LanguageClient({ cwd: tmpdir(), libraryUrl }, resolve);
  });
});

afterAll(() => client.close());

async function prepare(serial: number, code: string): Promise<PreparedCell | CellError> {
  const request = {
    serial,
    executionCount: serial,
    code,
    typecheck: "error" as const,
    expressions: {},
  };
  return (await client.prepare(request)).prepared;
}

/** As a fault of the compiler would: the thread is gone without a word. */
function kill(): void {
  const worker: unknown = Reflect.get(client, "worker");
  if (worker instanceof Worker) void worker.terminate();
}

test("the language worker tells when it has loaded what the first check needs", () => warm, 60_000);

test("a language worker that dies is replaced and knows the cells again", {
  timeout: 60_000,
}, async () => {
  expect((await prepare(1, "const known = 5")).status).toBe("ok");
  client.commit(1, "const known = 5");
  kill();
  expect((await prepare(2, "known.toFixed()")).status).toBe("ok");
  expect(await prepare(3, "known.length")).toMatchObject({ ename: "TypeError (TS2339)" });
});

test("questions that are open when it dies are answered by the next one", {
  timeout: 60_000,
}, async () => {
  const open = [client.complete("known.toF", 9), client.isComplete("if (a) {")] as const;
  kill();
  expect((await open[0]).matches[0]).toMatchObject({ text: "toFixed" });
  expect(await open[1]).toMatchObject({ status: "incomplete" });
});

test("a question that kills it again and again is given up", { timeout: 60_000 }, async () => {
  const deadly = prepare(4, "const known = 1");
  deadly.catch(() => {});
  for (let i = 0; i < 2; i++) {
    const worker: unknown = Reflect.get(client, "worker");
    if (!(worker instanceof Worker)) throw new Error("no worker");
    await worker.terminate();
  }
  await expect(deadly).rejects.toThrow("ended unexpectedly");
  expect((await client.isComplete("1")).status).toBe("complete");
});
