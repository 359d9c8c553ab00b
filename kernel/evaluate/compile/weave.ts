import type TS from "typescript";
import type { Magic } from "../magics/split-cell.js";
import type { CellTraits } from "./instrument.js";
import { ts } from "./typescript.js";

/** A statement of the cell's top level, or what a magic put among them, and where it starts. */
export interface PlacedStatement {
  readonly start: number;
  readonly statement: TS.Statement;
}

export interface Weaving {
  readonly scope: string;
  readonly traits: CellTraits;
  readonly magics: readonly Magic[];
}

/** Puts what the magics do among the statements of the cell, as calls of its scope. */
export function weave(
  factory: TS.NodeFactory,
  weaving: Weaving,
  statements: readonly PlacedStatement[],
): TS.Statement[] {
  const weaver = new Weaver(factory, weaving);
  // From the last to the first: the clock of `%%time` runs around all the others.
  const woven = weaving.magics.reduceRight(
    (placed, magic) => weaver.add(placed, magic),
    [...statements],
  );
  return woven.map(({ statement }) => statement);
}

class Weaver {
  private readonly factory: TS.NodeFactory;
  private readonly weaving: Weaving;

  constructor(factory: TS.NodeFactory, weaving: Weaving) {
    this.factory = factory;
    this.weaving = weaving;
  }

  add(placed: PlacedStatement[], magic: Magic): PlacedStatement[] {
    // Types are checked before anything runs: nothing is left to do but to say how, if asked.
    if (magic.name === "typecheck" && magic.argument !== "") return placed;
    this.weaving.traits.isAsync = true;
    const before = placed.filter(({ start }) => start < magic.end);
    const own = placed.filter(({ start }) => start >= magic.end && start < magic.codeEnd);
    const after = placed.filter(({ start }) => start >= Math.max(magic.end, magic.codeEnd));
    const code = own.filter(({ statement }) => !ts.isEmptyStatement(statement));
    return [...before, ...this.woven(magic, code), ...after];
  }

  private woven(magic: Magic, own: readonly PlacedStatement[]): PlacedStatement[] {
    if (magic.name === "time") return this.timed(magic, own);
    if (magic.name === "timeit") return [this.repeated(magic, own)];
    const { factory } = this;
    const words = [magic.name, magic.argument, magic.body];
    const call = this.call(
      "run",
      words.map((word) => factory.createStringLiteral(word)),
      magic,
    );
    return [{ start: magic.start, statement: this.statement(this.awaited(call), magic) }];
  }

  /** The clock stops when a promise that the last expression gives has settled. */
  private timed(magic: Magic, own: readonly PlacedStatement[]): PlacedStatement[] {
    const begin = this.statement(this.call("startClock", [], magic), magic);
    const last = own.at(-1);
    const isValue = last !== undefined && ts.isExpressionStatement(last.statement);
    const value = isValue ? [this.awaited(last.statement.expression)] : [];
    const end = this.statement(this.call("stopClock", value, magic), last?.statement ?? magic);
    return [
      { start: magic.start, statement: begin },
      ...(isValue ? own.slice(0, -1) : own),
      { start: last?.start ?? magic.start, statement: end },
    ];
  }

  private repeated(magic: Magic, own: readonly PlacedStatement[]): PlacedStatement {
    const { factory } = this;
    const statements = own.map(({ statement }) => statement);
    const [only] = statements;
    const isExpression = only !== undefined && own.length === 1 && ts.isExpressionStatement(only);
    const isAsync = statements.some(awaits);
    const body = factory.createArrowFunction(
      isAsync ? [factory.createModifier(ts.SyntaxKind.AsyncKeyword)] : undefined,
      undefined,
      [],
      undefined,
      undefined,
      isExpression ? only.expression : factory.createBlock(statements, true),
    );
    const options = factory.createStringLiteral(magic.argument);
    const call = this.call("timeit", [body, options], magic);
    return { start: magic.start, statement: this.statement(this.awaited(call), magic) };
  }

  private call(
    method: string,
    values: readonly TS.Expression[],
    place: TS.TextRange | Magic,
  ): TS.Expression {
    const { factory } = this;
    const scope = factory.createIdentifier(this.weaving.scope);
    const magics = factory.createPropertyAccessExpression(scope, "magics");
    const member = factory.createPropertyAccessExpression(magics, method);
    return ts.setTextRange(factory.createCallExpression(member, undefined, values), rangeOf(place));
  }

  /** As `await` of the cell's own code: what was stopped does not go on. */
  private awaited(value: TS.Expression): TS.Expression {
    const { factory } = this;
    const scope = factory.createIdentifier(this.weaving.scope);
    const resumed = factory.createPropertyAccessExpression(scope, "resumed");
    const waited = ts.setTextRange(factory.createAwaitExpression(value), value);
    return ts.setTextRange(factory.createCallExpression(resumed, undefined, [waited]), value);
  }

  private statement(value: TS.Expression, place: TS.TextRange | Magic): TS.Statement {
    return ts.setTextRange(this.factory.createExpressionStatement(value), rangeOf(place));
  }
}

function rangeOf(place: TS.TextRange | Magic): TS.TextRange {
  return "sigil" in place ? { pos: place.start, end: place.end } : place;
}

/** Outside functions of its own. */
export function awaits(node: TS.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  const isLoop = ts.isForOfStatement(node) && node.awaitModifier !== undefined;
  const isUsing =
    ts.isVariableDeclarationList(node) &&
    (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing;
  if (isLoop || isUsing || ts.isAwaitExpression(node)) return true;
  return ts.forEachChild(node, (child) => awaits(child) || undefined) ?? false;
}
