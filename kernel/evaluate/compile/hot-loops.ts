import type TS from "typescript";
import { LoopReader } from "./loop-reader.js";
import { ts } from "./typescript.js";

/**
 * Loops over the notebook's variables at the speed of loops in a function. V8 keeps a number that is
 * no small integer, in a variable of the script scope, as an object of its own and makes a new one at
 * each assignment, which costs ten times the arithmetic. Where a loop of the cell's top level does
 * nothing but arithmetic, so that no other code can look on, it runs on local copies:
 *
 *     const m = <every variable is a number> ? scope.loops.begin(["s"]) : undefined;
 *     if (m !== undefined) {
 *       let s1 = m[0] = s;
 *       for (let i = 0; i < 5e7; i++) m[0] = s1 += i * 0.5;
 *       s = s1;
 *       scope.loops.end();
 *     } else for (let i = 0; i < 5e7; i++) s += i * 0.5;
 *
 * Each assignment goes to the array `m` as well, which costs next to nothing: when the stop button
 * ends the loop, the variables get what lies there.
 */
export function hotLoop(
  statement: TS.Statement,
  factory: TS.NodeFactory,
  context: TS.TransformationContext,
  scope: string,
): TS.Statement {
  if (!isLoop(statement)) return statement;
  const reader = new LoopReader();
  if (!reader.accepts(statement)) return statement;
  if (reader.written.size === 0) return statement;
  return new LoopWriter(factory, context, scope, reader).write(statement);
}

function isLoop(statement: TS.Statement): boolean {
  if (ts.isLabeledStatement(statement)) return isLoop(statement.statement);
  return (
    ts.isForStatement(statement) || ts.isWhileStatement(statement) || ts.isDoStatement(statement)
  );
}

class LoopWriter {
  private readonly factory: TS.NodeFactory;
  private readonly context: TS.TransformationContext;
  private readonly scope: string;
  private readonly reader: LoopReader;
  private readonly written: readonly string[];

  constructor(
    factory: TS.NodeFactory,
    context: TS.TransformationContext,
    scope: string,
    reader: LoopReader,
  ) {
    this.factory = factory;
    this.context = context;
    this.scope = scope;
    this.reader = reader;
    this.written = [...reader.written];
  }

  write(loop: TS.Statement): TS.Statement {
    const f = this.factory;
    const numbers = [...this.reader.numbers];
    const copies = numbers.map((name) => {
      const index = this.written.indexOf(name);
      const value = f.createIdentifier(name);
      const noted = index < 0 ? value : f.createAssignment(this.slot(index), value);
      return f.createVariableDeclaration(this.copy(name), undefined, undefined, noted);
    });
    const back = this.written.map((name) =>
      f.createExpressionStatement(
        f.createAssignment(f.createIdentifier(name), f.createIdentifier(this.copy(name))),
      ),
    );
    const end = f.createExpressionStatement(this.call("end", []));
    const fast = f.createBlock(
      [
        f.createVariableStatement(
          undefined,
          f.createVariableDeclarationList(copies, ts.NodeFlags.Let),
        ),
        ts.visitNode(loop, this.visit, ts.isStatement),
        ...back,
        end,
      ],
      true,
    );
    const mirror = f.createVariableDeclaration(this.mirror, undefined, undefined, this.guarded());
    const isOpen = f.createStrictInequality(f.createIdentifier(this.mirror), f.createVoidZero());
    return f.createBlock(
      [
        f.createVariableStatement(
          undefined,
          f.createVariableDeclarationList([mirror], ts.NodeFlags.Const),
        ),
        f.createIfStatement(isOpen, fast, loop),
      ],
      true,
    );
  }

  /** The array of the present values, if every name is what the loop takes it for. */
  private guarded(): TS.Expression {
    const f = this.factory;
    const { numbers, arrays, usesMath } = this.reader;
    const names = [...numbers, ...arrays];
    const isTypeof = (name: string, type: string): TS.Expression =>
      f.createStrictEquality(
        f.createTypeOfExpression(f.createIdentifier(name)),
        f.createStringLiteral(type),
      );
    const conditions = [
      this.call("owns", [this.texts(names), usesMath ? f.createTrue() : f.createFalse()]),
      ...[...numbers].map((name) => isTypeof(name, "number")),
      ...[...arrays].map((name) => this.call("isNumeric", [f.createIdentifier(name)])),
    ];
    return f.createConditionalExpression(
      conditions.reduce((left, right) => f.createLogicalAnd(left, right)),
      undefined,
      this.call("begin", [this.texts(this.written)]),
      undefined,
      f.createVoidZero(),
    );
  }

  private readonly visit = (node: TS.Node): TS.Node => {
    const f = this.factory;
    if (ts.isIdentifier(node)) return this.reader.isFree(node) ? this.reference(node) : node;
    if (ts.isPropertyAccessExpression(node)) return node;
    const target = this.writtenTarget(node);
    const inner = ts.visitEachChild(node, this.visit, this.context);
    if (target === undefined) return inner;
    const slot = this.slot(this.written.indexOf(target));
    if (!ts.isPostfixUnaryExpression(inner)) {
      return f.createParenthesizedExpression(f.createAssignment(slot, inner as TS.Expression));
    }
    // The value before goes on, the one after is noted.
    const one = f.createNumericLiteral(1);
    const copy = f.createIdentifier(this.copy(target));
    const isIncrement = inner.operator === ts.SyntaxKind.PlusPlusToken;
    const after = isIncrement ? f.createAdd(copy, one) : f.createSubtract(copy, one);
    return f.createParenthesizedExpression(f.createComma(f.createAssignment(slot, after), inner));
  };

  /** The notebook's variable that an expression assigns to. */
  private writtenTarget(node: TS.Node): string | undefined {
    const isUnary = ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node);
    const target = isUnary ? node.operand : ts.isBinaryExpression(node) ? node.left : undefined;
    if (target === undefined || !ts.isIdentifier(target) || !this.reader.isFree(target)) {
      return undefined;
    }
    return this.reader.assignments.has(node) ? target.text : undefined;
  }

  private reference(node: TS.Identifier): TS.Identifier {
    if (!this.reader.numbers.has(node.text)) return node;
    return this.factory.createIdentifier(this.copy(node.text));
  }

  private get mirror(): string {
    return `${this.scope}_values`;
  }

  private copy(name: string): string {
    return `${this.scope}_of_${name}`;
  }

  private slot(index: number): TS.ElementAccessExpression {
    const f = this.factory;
    return f.createElementAccessExpression(f.createIdentifier(this.mirror), index);
  }

  private texts(names: readonly string[]): TS.Expression {
    return this.factory.createArrayLiteralExpression(
      names.map((name) => this.factory.createStringLiteral(name)),
    );
  }

  private call(method: string, values: readonly TS.Expression[]): TS.Expression {
    const f = this.factory;
    const loops = f.createPropertyAccessExpression(f.createIdentifier(this.scope), "loops");
    return f.createCallExpression(
      f.createPropertyAccessExpression(loops, method),
      undefined,
      values,
    );
  }
}
