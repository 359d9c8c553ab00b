import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CellError, Completion } from "../../../kernel/evaluate/evaluator.js";
import { CellLanguage, type PreparedCell } from "../../../kernel/evaluate/language-service.js";
import type { TypecheckMode } from "../../../kernel/evaluate/magics/catalogue.js";

const libraryUrl = new URL("../../../src/index.ts", import.meta.url).href;

/** A folder with a package beside the notebook and a source to import. */
export function notebookFolder(): { readonly cwd: string; remove(): void } {
  const cwd = mkdtempSync(join(tmpdir(), "prism notebook "));
  const folder = join(cwd, "node_modules", "nearby");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"name":"nearby","type":"module","types":"i.d.ts"}');
  writeFileSync(join(folder, "i.d.ts"), "export declare function near(a: number): string;\n");
  writeFileSync(join(cwd, "local.ts"), "export const local = 5;\n");
  return { cwd, remove: () => rmSync(cwd, { recursive: true, force: true }) };
}

/** The cells of one notebook, one after the other. */
export class Session {
  readonly language: CellLanguage;
  private serial = 0;

  constructor(cwd: string) {
    this.language = new CellLanguage({ cwd, libraryUrl });
  }

  warmUp(): void {
    for (const _ of this.language.warmUp());
  }

  run(code: string, typecheck: TypecheckMode = "error"): PreparedCell | CellError {
    const serial = ++this.serial;
    const request = { serial, executionCount: serial, code, typecheck, expressions: {} };
    const { prepared } = this.language.prepare(request);
    if (prepared.status === "ok") this.language.commit(serial, code);
    return prepared;
  }

  /** The error's code and the text under its carets; undefined for a cell that may run. */
  problem(code: string): string | undefined {
    const preparation = this.run(code);
    return preparation.status === "ok" ? undefined : preparation.ename;
  }

  complete(code: string, cursor: number = code.length): Completion {
    return this.language.complete(code, cursor);
  }
}

export function names(completion: Completion): string[] {
  return completion.matches.map((match) => match.text);
}
