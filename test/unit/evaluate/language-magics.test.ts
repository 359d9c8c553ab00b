import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plain } from "../../wire/evaluate-process.js";
import { names, notebookFolder, Session } from "./language-session.js";

const { cwd, remove } = notebookFolder();
let session: Session;

beforeAll(() => {
  session = new Session(cwd);
  session.warmUp();
}, 60_000);
afterAll(remove);

describe("cells with magics", () => {
  test("are checked where they are TypeScript", () => {
    session.run("let measured = 5");
    expect(session.problem("%cd x\n%time measured.toFixed()\n!ls $HOME")).toBeUndefined();
    const error = session.run("%cd x\n%time measured.length");
    expect(error).toMatchObject({ ename: "TypeError (TS2339)" });
    const lines = error.status === "error" ? plain(error.traceback.join("\n")) : "";
    expect(lines).toMatch(/at cell \[\d+\]:2:16\n {4}2 \| %time measured\.length\n.*\| {16}\^{6}$/);
  });

  test("declare names for later ones", () => {
    session.run("%time const timed = 'text'");
    expect(session.problem("timed.length")).toBeUndefined();
    expect(session.problem("timed.nothing")).toBe("TypeError (TS2339)");
  });

  test("complete and inspect the code of a magic", () => {
    session.run("let measured = 5");
    expect(names(session.complete("!ls\n%timeit -n 5 measured.toF"))).toEqual(["toFixed"]);
    const { data } = session.language.inspect("%cd x\n%time measured", 10 + 5, 0);
    expect(data["text/plain"]).toContain("let measured: number");
  });

  test("complete names of magics where one may stand", () => {
    expect(names(session.complete("%ti"))).toEqual(["%time", "%timeit"]);
    expect(names(session.complete("%%"))).toEqual(["%%time", "%%writefile"]);
    expect(names(session.complete("1;\n  %w"))).toEqual(["%who"]);
    expect(session.complete("1;\n  %w")).toMatchObject({ start: 5, end: 7 });
    expect(names(session.complete("1\n%%"))).toEqual([]);
    expect(names(session.complete("`\n%ti"))).toEqual([]);
  });

  test("complete what a magic takes", () => {
    const path = `${cwd}/`;
    expect(names(session.complete(`%load ${path}lo`))).toEqual(["local.ts"]);
    expect(names(session.complete(`%%writefile -a ${path}`))).toEqual([
      "local.ts",
      "node_modules/",
    ]);
    expect(names(session.complete(`%cd ${path}`))).toEqual(["node_modules/"]);
    expect(session.complete(`%cd ${path}no`).start).toBe(`%cd ${path}`.length);
    expect(names(session.complete("%typecheck w"))).toEqual(["warn"]);
    expect(names(session.complete("%env PAT"))).toContain("PATH");
    expect(names(session.complete("!ls pri"))).toEqual([]);
  });

  test("say what a magic does", () => {
    const { found, data } = session.language.inspect("1;\n%cd x", 4, 0);
    expect(found).toBe(true);
    expect(data["text/plain"]).toContain("changes the working directory");
  });

  const states: readonly [cell: string, status: string][] = [
    ["%time f()", "complete"],
    ["%time f(", "incomplete"],
    ["!ls", "complete"],
    ["!ls \\", "incomplete"],
    ["%%writefile a.txt", "incomplete"],
    ["%%writefile a.txt\nif (", "incomplete"],
    ["%%writefile a.txt\nif (\n", "complete"],
    ["%%time", "incomplete"],
    ["%%time\nf()", "complete"],
    ["%%time\nf(", "incomplete"],
  ];
  test.each(states)("%j is %s", (cell, status) => {
    expect(session.language.isComplete(cell).status).toBe(status);
  });

  test("know the types of all variables", () => {
    const own = new Session(cwd);
    own.run("let kept = 5; const list = [1, 2]; type T = 1; const text = 'a'");
    const cell = own.run("const late = new Map<string, number>()\n%who");
    expect(cell).toMatchObject({
      variableTypes: {
        kept: "number",
        late: "Map<string, number>",
        list: "number[]",
        text: "string",
      },
    });
    expect(own.run("kept")).toMatchObject({ variableTypes: {} });
  });

  test("forget what earlier cells declared", () => {
    const own = new Session(cwd);
    own.run("let gone = 5; interface Gone {}");
    own.run("%reset -f\nlet fresh = 6");
    own.language.forget(2);
    expect(own.problem("gone")).toBe("TypeError (TS2304)");
    expect(own.problem("let g: Gone")).toBe("TypeError (TS2304)");
    expect(own.problem("fresh.toFixed()")).toBeUndefined();
  });
});
