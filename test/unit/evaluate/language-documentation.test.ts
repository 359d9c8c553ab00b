import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { notebookFolder, Session } from "./language-session.js";

describe("documentation of Node and of the language", () => {
  const { cwd, remove } = notebookFolder();
  let session: Session;

  beforeAll(() => {
    session = new Session(cwd);
  });
  afterAll(remove);

  function inspected(code: string, detailLevel: 0 | 1 = 0): string {
    return String(session.language.inspect(code, code.length, detailLevel).data["text/plain"]);
  }

  it("is shown on hover, with its tags", () => {
    expect(inspected("Math.hypot")).toContain("@param values");
    expect(inspected("[1].map")).toContain("Calls a defined callback function");
    expect(inspected("process.cwd")).toMatch(/current working directory[\s\S]*@since v0\.1\.8/);
    expect(inspected('import { inspect } from "util"; inspect(')).toContain(
      "string representation",
    );
  });

  it("stands in the declaration as its author wrote it", () => {
    const shown = inspected('import { Dirent } from "fs"; let entry: Dirent', 1);
    expect(shown).toMatch(/class Dirent[\s\S]*\/\*\*\n\s+\* Returns `true`/);
  });

  it("of the library comes with the library", () => {
    expect(inspected("prism.symmetry")).toContain("symprec");
  });
});
