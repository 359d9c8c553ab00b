import { mkdirSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ServiceHost } from "../../../kernel/evaluate/language/service-host.js";
import { names, notebookFolder, Session } from "./language-session.js";

/** What a notebook meets of Node without an import, each leading on to modules. */
const EXPRESSIONS = [
  "process.stdout",
  "process.stdin.on",
  'process.getBuiltinModule("zlib").gzipSync',
  "process.report",
  "console.Console",
  "setTimeout",
  "setTimeout.__promisify__",
  "fetch",
  "Response",
  "Buffer.from",
  "Blob",
  "new ReadableStream().getReader",
  "performance.eventLoopUtilization",
  "crypto.subtle.digest",
  "URL.createObjectURL",
  "structuredClone",
  "new MessageChannel().port1.postMessage",
];

describe("Node's declarations in parts", () => {
  const { cwd, remove } = notebookFolder();
  let session: Session;
  /** Has imported all of Node. */
  let whole: Session;

  beforeAll(() => {
    session = new Session(cwd);
    whole = new Session(cwd);
    const modules = [...builtinModules.filter((name) => !name.startsWith("_")), "test", "sea"];
    whole.run(modules.map((name) => `import "node:${name}";`).join("\n"), "warn");
  });
  afterAll(remove);

  function partsOf({ language }: Session): string[] {
    const { nodeTypes } = Reflect.get(language, "host") as ServiceHost;
    const references = nodeTypes.indexText.matchAll(/path="(.+)"/g);
    return [...references].map(([, path = ""]) => path.replace(/^.*@types\/node\//, ""));
  }

  it("are read when they are asked for", () => {
    expect(session.problem("const sum = [1, 2].map((x) => x ** 2); console.log(sum);")).toBe(
      undefined,
    );
    expect(partsOf(session)).toContain("globals.d.ts");
    expect(partsOf(session)).not.toContain("fs.d.ts");
    expect(session.problem('import { readFileSync } from "fs"; readFileSync(1n)')).toContain(
      "TS2769",
    );
    expect(partsOf(session)).toContain("fs.d.ts");
    expect(partsOf(session)).not.toContain("http2.d.ts");
  });

  it.each(EXPRESSIONS)("say of %s what the whole says", (expression) => {
    const lazy = new Session(cwd);
    const hover = (each: Session) => each.language.inspect(expression, expression.length, 0);
    expect(hover(lazy)).toEqual(hover(whole));
    const members = `${expression}.`;
    expect(names(lazy.complete(members))).toEqual(names(whole.complete(members)));
  });

  it("find the mistakes in what a global leads to", () => {
    expect(session.problem("process.stdout.cursorTo({})")).toContain("TS2345");
    expect(session.problem("(await fetch('http://a')).json")).toBe(undefined);
    expect(session.problem("(await fetch('http://a')).jsn")).toContain("TS2551");
  });

  it("are not taken for what a package adds to them", () => {
    const folder = join(cwd, "node_modules", "adding");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"name":"adding","types":"i.d.ts"}');
    writeFileSync(join(folder, "i.d.ts"), '/// <reference path="more.d.ts" />\nexport {};\n');
    writeFileSync(
      join(folder, "more.d.ts"),
      'declare module "node:tty" { const added: number; }\n',
    );
    const fresh = new Session(cwd);
    const code = 'import "adding"; process.stdout.cursorTo({})';
    expect(fresh.problem(code)).toContain("TS2345");
  });
});
