import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { notebookFolder, Session } from "./language-session.js";

const loose = "[1, 2].find((each) => each > 1).toFixed(1)";

describe("the types of a notebook written for tslab", () => {
  const { cwd, remove } = notebookFolder();
  let session: Session;

  beforeEach(() => {
    session = new Session(cwd);
  });
  afterAll(remove);

  it.each(['import { display } from "tslab";', 'const tslab = require("tslab");'])(
    "are checked without strict rules after %s",
    (line) => {
      expect(session.problem(loose)).toBe("TypeError (TS2532)");
      expect(session.problem(`${line}\n${loose}`)).toBeUndefined();
      expect(session.problem(loose)).toBeUndefined();
      expect(session.problem("const wrong: number = 'a'")).toBe("TypeError (TS2322)");
    },
  );

  it("stay strict where tslab is only spoken of", () => {
    expect(session.problem('const name = "tslab"; // import "tslab"')).toBeUndefined();
    expect(session.problem(loose)).toBe("TypeError (TS2532)");
  });

  it("know tslab's own declarations, without one beside the notebook", () => {
    session.run('import * as tslab from "tslab";');
    expect(session.problem("tslab.display.html(42)")).toBe("TypeError (TS2345)");
    expect(session.problem("const view: tslab.Display = tslab.newDisplay();")).toBeUndefined();
  });
});
