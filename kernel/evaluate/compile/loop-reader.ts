import type TS from "typescript";
import { ts } from "./typescript.js";

/**
 * What an expression gives, if all names are what they are taken for: a number; a number or undefined,
 * as an element of a typed array is; a condition.
 */
type Kind = "number" | "element" | "condition";

type Local = { readonly isConstant: boolean };

/** Thrown inward where a loop does more than arithmetic. */
class NotArithmetic extends Error {}

const MATH_FUNCTIONS = new Set(
  "abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc".split(
    " ",
  ),
);
const MATH_CONSTANTS = new Set("E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2".split(" "));

const S = ts.SyntaxKind;
const ARITHMETIC = new Set<TS.SyntaxKind>([
  S.PlusToken,
  S.MinusToken,
  S.AsteriskToken,
  S.SlashToken,
  S.PercentToken,
  S.AsteriskAsteriskToken,
  S.AmpersandToken,
  S.BarToken,
  S.CaretToken,
  S.LessThanLessThanToken,
  S.GreaterThanGreaterThanToken,
  S.GreaterThanGreaterThanGreaterThanToken,
]);
const COMPARISON = new Set<TS.SyntaxKind>([
  S.LessThanToken,
  S.LessThanEqualsToken,
  S.GreaterThanToken,
  S.GreaterThanEqualsToken,
  S.EqualsEqualsToken,
  S.EqualsEqualsEqualsToken,
  S.ExclamationEqualsToken,
  S.ExclamationEqualsEqualsToken,
]);
const ARITHMETIC_ASSIGNMENT = new Set<TS.SyntaxKind>([
  S.PlusEqualsToken,
  S.MinusEqualsToken,
  S.AsteriskEqualsToken,
  S.SlashEqualsToken,
  S.PercentEqualsToken,
  S.AsteriskAsteriskEqualsToken,
  S.AmpersandEqualsToken,
  S.BarEqualsToken,
  S.CaretEqualsToken,
  S.LessThanLessThanEqualsToken,
  S.GreaterThanGreaterThanEqualsToken,
  S.GreaterThanGreaterThanGreaterThanEqualsToken,
]);

/**
 * Reads a loop and finds whether it does nothing but arithmetic with numbers, typed arrays and `Math`:
 * then it neither calls nor throws, and nobody can see its variables before it ends.
 */
export class LoopReader {
  /** The notebook's variables that have to be numbers. */
  readonly numbers: Set<string> = new Set();
  /** Those of them that the loop assigns. */
  readonly written: Set<string> = new Set();
  /** The notebook's variables that have to be typed arrays. */
  readonly arrays: Set<string> = new Set();
  /** Expressions that assign to one of the notebook's variables. */
  readonly assignments: Set<TS.Node> = new Set();
  usesMath = false;
  private readonly free = new Set<TS.Identifier>();
  private readonly labels: string[] = [];
  private scopes: ReadonlyMap<string, Local | "later">[] = [];

  accepts(loop: TS.Statement): boolean {
    try {
      this.statement(loop);
    } catch (error) {
      if (error instanceof NotArithmetic) return false;
      throw error;
    }
    return [...this.arrays].every((name) => !this.numbers.has(name));
  }

  /** A name of the notebook, not of the loop's own blocks. */
  isFree(node: TS.Identifier): boolean {
    return this.free.has(node);
  }

  private statement(node: TS.Statement): void {
    if (ts.isBlock(node)) this.block(node);
    else if (ts.isExpressionStatement(node)) this.expression(node.expression);
    else if (ts.isVariableStatement(node)) this.declarations(node.declarationList);
    else if (ts.isIfStatement(node)) this.if(node);
    else if (ts.isWhileStatement(node) || ts.isDoStatement(node)) {
      this.expression(node.expression);
      this.statement(node.statement);
    } else if (ts.isForStatement(node)) this.for(node);
    else if (ts.isLabeledStatement(node)) this.labelled(node);
    else if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) this.jump(node);
    else if (!ts.isEmptyStatement(node)) throw new NotArithmetic();
  }

  private if(node: TS.IfStatement): void {
    this.expression(node.expression);
    this.statement(node.thenStatement);
    if (node.elseStatement !== undefined) this.statement(node.elseStatement);
  }

  private block(node: TS.Block): void {
    const names = node.statements.flatMap((each) =>
      ts.isVariableStatement(each) ? declaredNames(each.declarationList) : [],
    );
    this.within(new Map(names.map((name) => [name, "later"])), () => {
      for (const each of node.statements) this.statement(each);
    });
  }

  private for(node: TS.ForStatement): void {
    const { initializer } = node;
    this.within(new Map(), () => {
      if (initializer !== undefined) {
        if (ts.isVariableDeclarationList(initializer)) this.declarations(initializer);
        else this.expression(initializer);
      }
      if (node.condition !== undefined) this.expression(node.condition);
      if (node.incrementor !== undefined) this.expression(node.incrementor);
      this.statement(node.statement);
    });
  }

  private within(scope: ReadonlyMap<string, Local | "later">, read: () => void): void {
    const outer = this.scopes;
    this.scopes = [...outer, scope];
    read();
    this.scopes = outer;
  }

  private declarations(list: TS.VariableDeclarationList): void {
    if ((list.flags & ts.NodeFlags.BlockScoped) === 0) throw new NotArithmetic();
    const isUsing = (list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using;
    if (isUsing) throw new NotArithmetic();
    const isConstant = (list.flags & ts.NodeFlags.Const) !== 0;
    for (const { name, initializer } of list.declarations) {
      if (!ts.isIdentifier(name) || initializer === undefined) throw new NotArithmetic();
      this.number(initializer);
      const scope = new Map(this.scopes.at(-1));
      scope.set(name.text, { isConstant });
      this.scopes = this.scopes.with(-1, scope);
    }
  }

  private labelled(node: TS.LabeledStatement): void {
    this.labels.push(node.label.text);
    this.statement(node.statement);
    this.labels.pop();
  }

  /** The loop must end where it stands, so that its variables are written back. */
  private jump({ label }: TS.BreakOrContinueStatement): void {
    if (label !== undefined && !this.labels.includes(label.text)) throw new NotArithmetic();
  }

  /** Of an expression whose value is kept. */
  private number(node: TS.Expression): "number" {
    if (this.expression(node) !== "number") throw new NotArithmetic();
    return "number";
  }

  /** Of an operand, which arithmetic turns into a number. */
  private operand(node: TS.Expression): void {
    if (this.expression(node) === "condition") throw new NotArithmetic();
  }

  private expression(node: TS.Expression): Kind {
    if (ts.isNumericLiteral(node)) return "number";
    if (ts.isParenthesizedExpression(node)) return this.expression(node.expression);
    if (ts.isIdentifier(node)) return this.reference(node);
    if (ts.isBinaryExpression(node)) return this.binary(node);
    if (ts.isPrefixUnaryExpression(node)) return this.prefix(node);
    if (ts.isPostfixUnaryExpression(node)) return this.assigned(node, node.operand);
    if (ts.isConditionalExpression(node)) {
      this.expression(node.condition);
      this.number(node.whenTrue);
      return this.number(node.whenFalse);
    }
    if (ts.isElementAccessExpression(node)) return this.element(node);
    if (ts.isPropertyAccessExpression(node)) return this.property(node);
    if (ts.isCallExpression(node)) return this.call(node);
    if (node.kind === S.TrueKeyword || node.kind === S.FalseKeyword) return "condition";
    throw new NotArithmetic();
  }

  private local(name: string): Local | undefined {
    const found = this.scopes.findLast((scope) => scope.has(name))?.get(name);
    // Read before its line: an error that has to be thrown.
    if (found === "later") throw new NotArithmetic();
    return found;
  }

  private reference(node: TS.Identifier): "number" {
    if (this.local(node.text) === undefined) {
      this.free.add(node);
      if (node.text !== "NaN" && node.text !== "Infinity") this.numbers.add(node.text);
    }
    return "number";
  }

  private prefix(node: TS.PrefixUnaryExpression): Kind {
    if (node.operator === S.PlusPlusToken || node.operator === S.MinusMinusToken) {
      return this.assigned(node, node.operand);
    }
    if (node.operator === S.ExclamationToken) {
      this.expression(node.operand);
      return "condition";
    }
    this.operand(node.operand);
    return "number";
  }

  private binary(node: TS.BinaryExpression): Kind {
    const { left, right } = node;
    const operator = node.operatorToken.kind;
    if (ARITHMETIC.has(operator) || COMPARISON.has(operator)) {
      this.operand(left);
      this.operand(right);
      return ARITHMETIC.has(operator) ? "number" : "condition";
    }
    if (operator === S.AmpersandAmpersandToken || operator === S.BarBarToken) {
      this.expression(left);
      this.expression(right);
      return "condition";
    }
    if (operator === S.CommaToken) {
      this.expression(left);
      return this.expression(right);
    }
    if (operator === S.EqualsToken) this.number(right);
    else if (ARITHMETIC_ASSIGNMENT.has(operator)) this.operand(right);
    else throw new NotArithmetic();
    return this.assigned(node, left);
  }

  private assigned(node: TS.Expression, target: TS.Expression): "number" {
    if (ts.isElementAccessExpression(target) && ts.isBinaryExpression(node)) {
      this.element(target);
      return "number";
    }
    if (!ts.isIdentifier(target)) throw new NotArithmetic();
    const local = this.local(target.text);
    if (local?.isConstant === true) throw new NotArithmetic();
    this.reference(target);
    if (local === undefined) {
      this.written.add(target.text);
      this.assignments.add(node);
    }
    return "number";
  }

  private element(node: TS.ElementAccessExpression): "element" {
    if (node.questionDotToken !== undefined) throw new NotArithmetic();
    this.array(node.expression);
    this.number(node.argumentExpression);
    return "element";
  }

  private array(node: TS.Expression): void {
    if (!ts.isIdentifier(node) || this.local(node.text) !== undefined) throw new NotArithmetic();
    this.free.add(node);
    this.arrays.add(node.text);
  }

  private property(node: TS.PropertyAccessExpression): "number" {
    if (node.questionDotToken !== undefined) throw new NotArithmetic();
    if (node.name.text === "length") {
      this.array(node.expression);
      return "number";
    }
    return this.math(node, MATH_CONSTANTS);
  }

  private call(node: TS.CallExpression): "number" {
    const { expression, arguments: values } = node;
    if (!ts.isPropertyAccessExpression(expression)) throw new NotArithmetic();
    if (node.questionDotToken !== undefined) throw new NotArithmetic();
    for (const each of values) this.operand(each);
    return this.math(expression, MATH_FUNCTIONS);
  }

  private math(node: TS.PropertyAccessExpression, names: ReadonlySet<string>): "number" {
    const isMath = ts.isIdentifier(node.expression) && node.expression.text === "Math";
    if (!isMath || this.local("Math") !== undefined || !names.has(node.name.text)) {
      throw new NotArithmetic();
    }
    this.usesMath = true;
    return "number";
  }
}

function declaredNames(list: TS.VariableDeclarationList): string[] {
  return list.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
}
