import { randomUUID } from "node:crypto";
import { Script } from "node:vm";
import type { CellScope, CompiledCell, MagicScope } from "../compile-cell.js";
import type { CellError } from "../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object, Promise, Set } from "../intrinsics.js";
import type { RunRequest } from "../messages.js";
import { isThenable, shown } from "./bundle.js";
import type { BusyState } from "./busy-state.js";
import { createCellScope, type NotebookModules } from "./cell-scope.js";
import type { CellScripts } from "./cell-scripts.js";
import { type CellTracker, type LiveCell, stopDependents } from "./cell-tracker.js";
import { errorReport } from "./error-report.js";
import type { HotLoops } from "./hot-loops.js";
import type { LiveDisplays } from "./live-displays.js";
import { CellMagics, type MagicParts } from "./magics/cell-magics.js";
import type { Outbox } from "./outbox.js";
import { repairFor, soundReport } from "./repair.js";
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
  readonly busy: BusyState;
}

type CellBody = (scope: CellScope) => unknown;

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
      code: request.code,
      mayPrompt: request.allowStdin,
      isStopped: false,
      pending: new Set(),
      whenStopped: new Set(),
      payload: [],
    };
    this.active = cell;
    this.parts.busy.set("cell", true);
    tracker.latest = cell;
    tracker.current = cell;
    void this.conclude(cell, request);
    tracker.current = undefined;
  }

  /**
   * Gives up a cell that was stopped; what is left of it ends at its next await or timer. May itself be
   * unwound at any point: then the cell stays the active one for the next call.
   */
  settle(serial: number): void {
    const { active } = this;
    const { tracker, loops } = this.parts;
    tracker.current = undefined;
    // What keeps a cell or a handler from its end may be what has been made of the language itself.
    this.repair(active ?? tracker.latest);
    loops.recover();
    if (active?.serial !== serial) return;
    active.isStopped = true;
    active.mayPrompt = false;
    stopDependents(active);
    this.active = undefined;
    this.parts.busy.set("cell", false);
  }

  /** Never rejects, and calls no method of a promise: a cell may have replaced those. */
  private async conclude(cell: LiveCell, request: RunRequest): Promise<void> {
    try {
      await this.finish(cell, request);
    } catch (error) {
      this.fail(cell, error);
    }
  }

  private async finish(cell: LiveCell, request: RunRequest): Promise<void> {
    const magics = new CellMagics(this.parts.magics, cell, request);
    const body = this.load(cell, request.cell, request.label, request.code);
    let value = this.start(request.cell, body, magics);
    if (isThenable(value)) value = await value;
    while (cell.pending.size > 0) await Promise.allSettled([...cell.pending]);
    if (value !== undefined && !request.silent) await this.showResult(cell, value);
    const replies: [name: string, reply: object][] = [];
    for (const [name, expression] of Object.entries(request.expressions)) {
      replies.push([name, await this.expressionReply(cell, name, expression, magics)]);
    }
    if (this.end(cell)) {
      const userExpressions = Object.fromEntries(replies);
      const { payload } = cell;
      this.parts.outbox.done(cell.serial, { status: "ok", userExpressions, payload });
    }
  }

  private fail(cell: LiveCell, error: unknown): void {
    const { scripts, outbox } = this.parts;
    const report = soundReport(error, scripts, () => this.repair(cell));
    if (this.end(cell)) outbox.done(cell.serial, report);
  }

  /** False for a cell that was given up meanwhile: its end is no news. */
  private end(cell: LiveCell): boolean {
    if (this.active !== cell || cell.isStopped) return false;
    this.parts.lives.refreshOf(cell);
    this.active = undefined;
    this.parts.busy.set("cell", false);
    cell.mayPrompt = false;
    return true;
  }

  /** Whatever earlier cells have made of the language: at least this one can start. */
  private load(cell: LiveCell, compiled: CompiledCell, label: string, code: string): CellBody {
    const load = (): CellBody => {
      const { scripts, variables } = this.parts;
      scripts.add(label, code, compiled.sourceMap);
      variables.declare(compiled.names);
      return new Script(compiled.js, { filename: label }).runInThisContext() as CellBody;
    };
    try {
      return load();
    } catch (error) {
      if (!this.repair(cell)) throw error;
      return load();
    }
  }

  /** The value of the last expression, or a promise of it; undefined where there is none. */
  private start(compiled: CompiledCell, body: CellBody, magics: MagicScope): unknown {
    const { modules, tracker, loops } = this.parts;
    const scope = createCellScope(modules, tracker, magics, loops);
    const returned = body(scope);
    return compiled.isAsync ? resultOf(returned, scope) : scope.result;
  }

  /** Returns whether there was something to repair. */
  private repair(cell: LiveCell | undefined): boolean {
    return repairFor(this.parts.outbox, cell);
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
    cell: LiveCell,
    name: string,
    expression: CompiledCell | CellError,
    magics: MagicScope,
  ): Promise<object> {
    if ("status" in expression) return expression;
    try {
      const body = this.load(cell, expression, `expression ${name}`, "");
      let value = this.start(expression, body, magics);
      if (isThenable(value)) value = await value;
      const { data } = await shown(value);
      return { status: "ok", data, metadata: {} };
    } catch (error) {
      return errorReport(error, this.parts.scripts);
    }
  }
}

async function resultOf(returned: unknown, scope: CellScope): Promise<unknown> {
  await returned;
  return scope.result;
}
