import type TS from "typescript";
import { ts } from "../compile/typescript.js";
import { withoutShebang } from "../shebang.js";
import { cellMagics, lineMagics, type MagicSpec, shellMagic } from "./catalogue.js";

export type Sigil = "%" | "%%" | "!";

/** One magic of a cell; offsets in UTF-16 units of the cell's text. */
export interface Magic {
  readonly sigil: Sigil;
  /** Empty for `!`. */
  readonly name: string;
  /** Undefined for a name that is no magic, or not at this place. */
  readonly spec: MagicSpec | undefined;
  /** The words behind the name; of a magic that takes code, its options. */
  readonly argument: string;
  /** Of `%%writefile`: the lines below it. */
  readonly body: string;
  /** From its sigil to where its own text ends; code that it takes follows. */
  readonly start: number;
  readonly end: number;
  /** Statements that start before this belong to it. */
  readonly codeEnd: number;
}

export interface SplitCell {
  readonly magics: readonly Magic[];
  /** The cell with its magics blanked: every offset and line stays where it was. */
  readonly code: string;
}

/**
 * The start of a line that may be a magic. A `!` right before `(`, `[`, `!` or a keyword is
 * TypeScript's negation; `%name` that goes on otherwise than with white space is its remainder.
 */
const CANDIDATE =
  /^([ \t]*)(?:(%%?)([A-Za-z_]\w*)(?=\s|$)|!(?=[ \t]+\S|[\w./~$"'])(?!(?:async|await|class|delete|function|new|this|typeof|void)\b))/;

const MIGHT_HAVE_MAGIC = /^[ \t]*[%!]/m;

/** `-n 100 -r 5 ` before the expression. */
const TIMEIT_OPTIONS = /^[ \t]*((?:-[nr][ \t]*\d+[ \t]+)*)/;

/**
 * Finds the magics of a cell. Whether a line starts a statement is for TypeScript's parser to say:
 * in a string, a template, a comment or an unfinished expression it does not.
 */
export function splitMagics(cell: string): SplitCell {
  if (MIGHT_HAVE_MAGIC.test(cell)) return new Splitter(cell).split();
  return { magics: [], code: withoutShebang(cell) };
}

class Splitter {
  private readonly cell: string;
  private readonly magics: Magic[] = [];
  /** The cell, blanked as far as its magics are found. */
  private code: string;
  /** A statement starts here: what comes before need not be parsed again. */
  private settled = 0;
  /** A template that was found open reaches up to here. */
  private templateEnd = 0;

  constructor(cell: string) {
    this.cell = cell;
    this.code = withoutShebang(cell);
  }

  split(): SplitCell {
    let line = this.takeCellMagic();
    while (line < this.cell.length) {
      const end = lineEnd(this.cell, line);
      const match = CANDIDATE.exec(this.cell.slice(line, end));
      const isMagic = match !== null && this.isStatementStart(line);
      line = (isMagic ? this.take(match, line) : end) + 1;
    }
    return this.withoutRemainders();
  }

  /** Returns where the line magics may start. */
  private takeCellMagic(): number {
    const line = this.cell.length - this.cell.trimStart().length;
    const start = this.cell.lastIndexOf("\n", line) + 1;
    const end = lineEnd(this.cell, start);
    const match = CANDIDATE.exec(this.cell.slice(start, end));
    if (match?.[2] !== "%%") return 0;
    const spec = cellMagics.get(match[3]!);
    const ownsBody = spec?.takes === "words";
    const stop = ownsBody ? this.cell.length : end;
    this.add({
      ...this.headOf(match, start, end),
      spec,
      body: ownsBody ? this.cell.slice(end + 1) : "",
      end: stop,
      codeEnd: this.cell.length,
    });
    return stop + 1;
  }

  /** Returns the end of the line at which to go on. */
  private take(match: RegExpExecArray, line: number): number {
    const end = lineEnd(this.cell, line);
    const sigil = match[2] ?? "!";
    if (sigil === "!") return this.takeShell(match, line);
    const head = this.headOf(match, line, end);
    // A cell magic on a later line is none, and has no spec.
    const spec = sigil === "%" ? lineMagics.get(head.name) : undefined;
    if (spec?.takes !== "code") {
      this.add({ ...head, spec, body: "", end, codeEnd: end });
      return end;
    }
    const nameEnd = line + match[0].length;
    const options =
      head.name === "timeit" ? TIMEIT_OPTIONS.exec(this.cell.slice(nameEnd, end)) : null;
    const codeStart = nameEnd + (options?.[0].length ?? 0);
    const argument = options?.[1]?.trim() ?? "";
    this.add({ ...head, spec, argument, body: "", end: codeStart, codeEnd: end });
    return end;
  }

  /** A shell command goes on after a backslash at the end of its line. */
  private takeShell(match: RegExpExecArray, line: number): number {
    let end = lineEnd(this.cell, line);
    while (end < this.cell.length && /\\\r?$/.test(this.cell.slice(line, end))) {
      end = lineEnd(this.cell, end + 1);
    }
    this.add({ ...this.headOf(match, line, end), spec: shellMagic, body: "", end, codeEnd: end });
    return end;
  }

  private headOf(
    match: RegExpExecArray,
    line: number,
    end: number,
  ): Pick<Magic, "sigil" | "name" | "argument" | "start"> {
    const sigil = (match[2] ?? "!") as Sigil;
    const argument = this.cell.slice(line + match[0].length, end).trim();
    return { sigil, name: match[3] ?? "", argument, start: line + match[1]!.length };
  }

  private add(magic: Magic): void {
    this.magics.push(magic);
    this.code = blanked(this.code, magic.start, magic.end);
    this.settled = magic.start;
  }

  private isStatementStart(line: number): boolean {
    if (line < this.templateEnd) return false;
    const before = this.code.slice(this.settled, line);
    // A block in place of the line is a statement of the cell only where one may start.
    const source = parse(`${before}{}`);
    const last = source.statements.at(-1);
    if (last === undefined) return false;
    if (ts.isBlock(last) && last.getStart(source) === before.length) return true;
    if (isOpenTemplate(last.getLastToken(source) ?? last, source)) {
      this.templateEnd = templateEnd(this.cell, line);
    }
    this.settled += last.pos;
    return false;
  }

  /** `%name` of no magic below an expression is the remainder of a division, if it parses as one. */
  private withoutRemainders(): SplitCell {
    const { code, magics } = this;
    const known = magics.filter((magic) => magic.spec !== undefined || magic.sigil !== "%");
    if (known.length === magics.length) return { code, magics };
    const kept = known.reduce((text, { start, end }) => blanked(text, start, end), this.cell);
    const isTypeScript = (syntaxErrors(kept)?.length ?? 0) === 0;
    return isTypeScript ? { code: kept, magics: known } : { code, magics };
  }
}

/** As long as before, with the same lines; the semicolon ends the statement above. */
function blanked(text: string, start: number, end: number): string {
  const blank = text.slice(start, end).replace(/[^\r\n\u2028\u2029]/g, " ");
  return `${text.slice(0, start)};${blank.slice(1)}${text.slice(end)}`;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function parse(code: string): TS.SourceFile {
  return ts.createSourceFile("cell.mts", code, ts.ScriptTarget.ES2023);
}

function syntaxErrors(code: string): readonly TS.Diagnostic[] | undefined {
  return ts.transpileModule(code, { fileName: "cell.mts", reportDiagnostics: true }).diagnostics;
}

function isOpenTemplate(token: TS.Node, source: TS.SourceFile): boolean {
  return ts.isTemplateLiteralToken(token) && token.end === source.end;
}

/** Where the text of a template that is open at `from` ends, or its next `${`. */
function templateEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "`" || text.startsWith("${", at)) return at;
  }
  return text.length;
}
