import { randomUUID } from "node:crypto";
import { Script } from "node:vm";
import type { CellScope, CompiledCell, MagicScope } from "../compile-cell.js";
import type { CellError } from "../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object, Promise, Set } from "../intrinsics.js";
import type { RunRequest } from "../messages.js";
import { isThenable, shown } from "./bundle.js";
import { createCellScope, type NotebookModules } from "./cell-scope.js";
import type { CellScripts } from "./cell-scripts.js";
import type { CellTracker, LiveCell } from "./cell-tracker.js";
import { errorReport } from "./error-report.js";
import type { HotLoops } from "./hot-loops.js";
import type { LiveDisplays } from "./live-displays.js";
import { CellMagics, type MagicParts } from "./magics/cell-magics.js";
import type { Outbox } from "./outbox.js";
import type { ScriptVariables } from "./script-variables.js";

export interface RunnerParts {
  readonly outbox: Outbox;
  readonly tracker: CellTracker;
  readonly lives: LiveDisplays;
  readonly scripts: CellScripts;
  readonly modules: NotebookModules;
  readonly variables: ScriptVariables;
  readonly loops: HotLoops;
  readonly magics: MagicParts;
}

/** Runs one cell at a time in the script scope of this thread. */
export class CellRunner {
  private readonly parts: RunnerParts;
  private active: LiveCell | undefined;

  constructor(parts: RunnerParts) {
    this.parts = parts;
  }

  /** Must be the last thing that its message handler does: stopping the cell unwinds all of it. */
  run(request: RunRequest): void {
    const { tracker } = this.parts;
    const cell: LiveCell = {
      serial: request.serial,
      mayPrompt: request.allowStdin,
      isStopped: false,
      pending: new Set(),
      whenStopped: new Set(),
      payload: [],
    };
    this.active = cell;
    tracker.latest = cell;
    tracker.current = cell;
    this.conclude(cell, request).catch((error: unknown) => this.fail(cell, error));
    tracker.current = undefined;
  }

  /** Gives up a cell that was stopped; what is left of it ends at its next await or timer. */
  settle(serial: number): void {
    const { active } = this;
    this.parts.tracker.current = undefined;
    this.parts.loops.recover();
    if (active?.serial !== serial) return;
    active.isStopped = true;
    active.mayPrompt = false;
    this.active = undefined;
    for (const stop of active.whenStopped) stop();
  }

  private async conclude(cell: LiveCell, request: RunRequest): Promise<void> {
    const magics = new CellMagics(this.parts.magics, cell, request);
    let value = this.start(request.cell, request.label, request.code, magics);
    if (isThenable(value)) value = await value;
    while (cell.pending.size > 0) await Promise.allSettled([...cell.pending]);
    if (value !== undefined && !request.silent) await this.showResult(cell, value);
    const userExpressions: Record<string, unknown> = {};
    for (const [name, expression] of Object.entries(request.expressions)) {
      userExpressions[name] = await this.expressionReply(name, expression, magics);
    }
    if (this.end(cell)) {
      const { payload } = cell;
      this.parts.outbox.done(cell.serial, { status: "ok", userExpressions, payload });
    }
  }

  private fail(cell: LiveCell, error: unknown): void {
    const report = errorReport(error, this.parts.scripts);
    if (this.end(cell)) this.parts.outbox.done(cell.serial, report);
  }

  /** False for a cell that was given up meanwhile: its end is no news. */
  private end(cell: LiveCell): boolean {
    if (this.active !== cell) return false;
    this.parts.lives.refreshOf(cell);
    this.active = undefined;
    cell.mayPrompt = false;
    return true;
  }

  /** The value of the last expression, or a promise of it; undefined where there is none. */
  private start(compiled: CompiledCell, label: string, code: string, magics: MagicScope): unknown {
    const { scripts, modules, tracker, variables, loops } = this.parts;
    scripts.add(label, code, compiled.sourceMap);
    variables.declare(compiled.names);
    const script = new Script(compiled.js, { filename: label });
    const body = script.runInThisContext() as (scope: CellScope) => unknown;
    const scope = createCellScope(modules, tracker, magics, loops);
    const returned = body(scope);
    return compiled.isAsync ? Promise.resolve(returned).then(() => scope.result) : scope.result;
  }

  private async showResult(cell: LiveCell, value: unknown): Promise<void> {
    const { outbox, lives } = this.parts;
    const content = shown(value);
    const { data, problem, live } = isThenable(content) ? await content : content;
    if (Object.keys(data).length === 0) return;
    // A result has no display id by which it could be updated.
    if (live) lives.show(live, data, { displayId: randomUUID(), cell, metadata: {} }, false);
    else outbox.output({ kind: "result", data, metadata: {} }, cell);
    if (problem !== undefined) outbox.note(cell, problem);
  }

  private async expressionReply(
    name: string,
    expression: CompiledCell | CellError,
    magics: MagicScope,
  ): Promise<object> {
    if ("status" in expression) return expression;
    try {
      let value = this.start(expression, `expression ${name}`, "", magics);
      if (isThenable(value)) value = await value;
      const { data } = await shown(value);
      return { status: "ok", data, metadata: {} };
    } catch (error) {
      return errorReport(error, this.parts.scripts);
    }
  }
}
