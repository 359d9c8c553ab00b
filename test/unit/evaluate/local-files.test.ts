import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localFile } from "../../../kernel/evaluate/local-files.js";
import { names, notebookFolder, Session } from "./language-session.js";

const { cwd, remove } = notebookFolder();
let session: Session;

beforeAll(() => {
  session = new Session(cwd);
  session.warmUp();
}, 60_000);
afterAll(remove);

function write(path: string, text: string): void {
  const file = join(cwd, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

describe("a local specifier", () => {
  const files = [
    "/n/a.ts",
    "/n/a.js",
    "/n/b.mts",
    "/n/c/index.ts",
    "/n/d.json",
    "/n/c.ts",
    "/n/e.tsx",
    "/n/f.js",
  ];
  const cases: readonly [specifier: string, file: string | undefined][] = [
    ["./a.ts", "/n/a.ts"],
    ["./a", "/n/a.ts"],
    ["./a.js", "/n/a.ts"],
    ["./b.mjs", "/n/b.mts"],
    ["./b", "/n/b.mts"],
    ["./c", "/n/c.ts"],
    ["./c/", "/n/c.ts"],
    ["./c/index", "/n/c/index.ts"],
    ["./d", "/n/d.json"],
    ["./e.jsx", "/n/e.tsx"],
    ["./f", "/n/f.js"],
    ["../n/a", "/n/a.ts"],
    ["/n/f.js", "/n/f.js"],
    ["file:///n/f.js", "/n/f.js"],
    ["./f.js?again=1", "/n/f.js"],
    ["./nothing", undefined],
    ["file://elsewhere/n/f.js", undefined],
  ];
  test.each(cases)("%s", (specifier, file) => {
    expect(localFile(specifier, "/n", (path) => files.includes(path))).toBe(file);
  });
});

describe("types of local files", () => {
  test("follow changes on disk", () => {
    write("grows.ts", "export const size = 1;\nexport class Box { width = 2 }\n");
    const cell =
      "import { Box, size } from './grows'; size.toFixed(); const box = new Box(); box.width";
    expect(session.problem(cell)).toBe(undefined);
    expect(names(session.complete("box."))).toContain("width");
    expect(session.problem("box.height")).toBe("TypeError (TS2339)");
    write(
      "grows.ts",
      "export const size = 'large';\n/** How tall. */\nexport class Box { height = 2 }\n",
    );
    expect(names(session.complete("box."))).toEqual(["height"]);
    expect(String(session.language.inspect("size", 2, 0).data["text/plain"])).toContain('"large"');
    expect(session.problem(cell)).toMatch(/^TypeError/);
  });

  test("are found once the file is there, and missed once it is gone", () => {
    const cell = "import { here } from './sub/appears'; here.toFixed()";
    expect(session.problem(cell)).toBe("TypeError (TS2307)");
    write("sub/appears.ts", "export const here = 1;\n");
    expect(session.problem(cell)).toBe(undefined);
    expect(session.problem(cell)).toBe(undefined);
    rmSync(join(cwd, "sub/appears.ts"));
    expect(session.problem(cell)).toBe("TypeError (TS2307)");
  });

  test("are those of ES modules, whatever package.json says", () => {
    write("package.json", '{ "name": "x", "type": "commonjs" }');
    write("esm/waits.ts", "export const w = await Promise.resolve(import.meta.url);\n");
    expect(session.problem("import { w } from './esm/waits'; w.length")).toBe(undefined);
    rmSync(join(cwd, "package.json"));
  });

  test("know the library and the notebook's globals", () => {
    write(
      "uses.ts",
      "import { Lattice } from 'prism-lab';\nexport const l: Lattice = prism.Lattice.cubic(5);\n",
    );
    expect(session.problem("import { l } from './uses'; l.volume.toFixed()")).toBe(undefined);
    expect(session.problem("l.nothing")).toBe("TypeError (TS2339)");
  });

  test("an error in a file that only an earlier cell imported does not stop this one", () => {
    write("spoilt.ts", "export const s = 1;\n");
    expect(session.problem("import { s } from './spoilt'")).toBe(undefined);
    write("spoilt.ts", "export const s = 1;\nconst t: string = s;\n");
    expect(session.problem("s + 1")).toBe(undefined);
    expect(session.problem("await import('./spoilt')")).toBe("TypeError (TS2322)");
  });

  test("types alone need no file at run time, but are checked", () => {
    write("shapes.ts", "export interface Shape { sides: number }\n");
    expect(
      session.problem("import type { Shape } from './shapes'; const s1: Shape = { sides: 'x' }"),
    ).toBe("TypeError (TS2322)");
  });
});

describe("completion of import paths", () => {
  beforeAll(() => {
    write("model.ts", "export const model = 1;\n");
    write("data/values.json", "{}");
    write("data/grüße 𝒳.ts", "export {};\n");
    write("data/deep/leaf.mts", "export {};\n");
    write("data/picture.png", "");
    write(
      "node_modules/plotting/package.json",
      '{ "name": "plotting", "exports": { ".": "./i.js", "./themes": "./t.js", "./internal/*": "./x/*" } }',
    );
    write("node_modules/old-pack/package.json", '{ "name": "old-pack", "main": "i.js" }');
    write("node_modules/old-pack/lib/part.js", "");
    write("node_modules/@lab/tools/package.json", '{ "name": "@lab/tools" }');
    symlinkSync(join(cwd, "data"), join(cwd, "linked"));
  });

  const cases: readonly [code: string, found: readonly string[]][] = [
    ['import { model } from "./mo|', ["model.ts"]],
    ['import "./da|', ["data/"]],
    ["import './data/|'", ["deep/", "grüße 𝒳.ts", "values.json"]],
    ["import x from './data/gr|üße'; x", ["grüße 𝒳.ts"]],
    ["const 𝒳 = 1; import './data/deep/|", ["leaf.mts"]],
    ["import './link|", ["linked/"]],
    ['await import("./data/v|', ["values.json"]],
    ['require("./data/v|")', ["values.json"]],
    ['import fs = require("./data/v|")', ["values.json"]],
    ['export * from "./data/v|"', ["values.json"]],
    ['let t: import("./data/v|")', ["values.json"]],
    ['import "../|', [`${cwd.split("/").at(-1)}/`]],
    ['import "plot|', ["plotting"]],
    ['import "plotting/|', ["themes"]],
    ['import "old-pack/|', ["lib/", "package.json"]],
    ['import "old-pack/lib/|', ["part.js"]],
    ['import "@la|', ["@lab/tools"]],
    ['import "@lab/|', ["tools"]],
    ['import "pris|', ["prism-lab"]],
    ['import "node:fs/|', ["promises"]],
    ['import { readFile } from "node:cr|"', ["crypto"].map((name) => `node:${name}`)],
    ['import "zli|', ["zlib"]],
    ["import './nowhere/|", []],
  ];
  test.each(cases)("%s", (marked, found) => {
    const cursor = marked.indexOf("|");
    const code = marked.replace("|", "");
    const { matches, start, end } = session.complete(code, cursor);
    if (marked.includes('"../'))
      expect(names({ matches, start, end })).toEqual(expect.arrayContaining([...found]));
    else expect(names({ matches, start, end })).toEqual(found);
    expect(end).toBe(cursor);
    expect(/["'/]/.test(code[start - 1] ?? "")).toBe(true);
  });

  test("is not offered in other texts", () => {
    expect(names(session.complete('console.log("./mo'))).not.toContain("model.ts");
    expect(names(session.complete('import "./model.ts"; Mat'))).toEqual(["Math"]);
    expect(names(session.complete('import x from "./model.ts" '))).not.toContain("model.ts");
  });

  test("members inside a template are completed and shown as ever", () => {
    session.run("const words = ['a']");
    expect(names(session.complete(`\`\${words.joi`, 12))).toEqual(["join"]);
    expect(names(session.complete(`\`a \${\`b \${words.joi}\`} c\``, 17))).toEqual(["join"]);
    expect(String(session.language.inspect(`\`a \${words} c\``, 7, 0).data["text/plain"])).toBe(
      "const words: string[]",
    );
    expect(names(session.complete("`import './mo", 13))).not.toContain("model.ts");
  });
});
