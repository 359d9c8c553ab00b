import { type Context, createContext, Script } from "node:vm";
import {
  type CellScope,
  type CompiledCell,
  compileCell,
  type LoopScope,
  type MagicScope,
} from "../../../kernel/evaluate/compile-cell.js";
import { splitMagics } from "../../../kernel/evaluate/magics/split-cell.js";

export const libraryUrl = "file:///library/index.js";

export function compiled(cell: string): CompiledCell {
  const { code, magics } = splitMagics(cell);
  const result = compileCell(code, { libraryUrl, magics });
  if (result.status === "error") throw new SyntaxError(result.problems[0]?.message);
  return result.cell;
}

/** Runs compiled cells one after another in a script scope of their own, as MAIN does. */
export class Notebook {
  readonly context: Context;
  readonly imports: Record<string, object> = {};
  /** What the magics of the cells were asked to do. */
  readonly asked: string[] = [];
  /** How many loops ran on copies of the variables. */
  hotLoops = 0;
  private readonly declared = new Set<string>();

  constructor(globals: Record<string, unknown> = {}) {
    this.context = createContext({ ...globals, Symbol, console });
  }

  /** The cell's result: at once, or a promise where the cell awaits. */
  run(code: string): unknown {
    const cell = compiled(code);
    const fresh = cell.names.filter((name) => !this.declared.has(name));
    if (fresh.length > 0) new Script(`let ${fresh.join(", ")};`).runInContext(this.context);
    for (const name of fresh) this.declared.add(name);
    const body = new Script(cell.js, { filename: "cell" }).runInContext(this.context);
    const scope: CellScope = {
      result: undefined,
      meta: { url: "file:///notebook.ts" },
      import: async (specifier) => this.imports[specifier] ?? import(specifier),
      pick: (namespace) => namespace,
      resumed: (value) => value,
      magics: this.magics,
      loops: this.loops,
    };
    const returned = body(scope);
    if (!cell.isAsync) return scope.result;
    return returned.then(() => scope.result);
  }

  /** Loops run on copies wherever the compiler lets them. */
  private readonly loops: LoopScope = {
    owns: (names) => names.every((name) => this.declared.has(name)),
    isNumeric: (value) => ArrayBuffer.isView(value),
    begin: (names) => {
      this.hotLoops += 1;
      return new Float64Array(names.length);
    },
    end: () => {},
  };

  private readonly magics: MagicScope = {
    run: (name, argument, body) => {
      this.asked.push([name, argument, body].join("|"));
    },
    startClock: () => {
      this.asked.push("start");
    },
    stopClock: (value) => {
      this.asked.push("stop");
      return value;
    },
    timeit: async (body, options) => {
      this.asked.push(`timeit ${options}`);
      for (let loop = 0; loop < 2; loop++) await body();
    },
  };
}
