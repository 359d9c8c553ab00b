import { SourceMap, type SourceMapPayload } from "node:module";
import type { CellPosition } from "../code-frame.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Error, JSON, Map, String } from "../intrinsics.js";

interface CellScript {
  readonly code: string;
  readonly sourceMap: string;
  /** Parsed when a stack first asks for it: most cells never throw. */
  map: SourceMap | undefined;
}

/** Deep enough that a library's own frames do not push the cell's line out of the stack. */
const STACK_DEPTH = 50;

/** The cells' scripts by file name, for stacks that point into the user's TypeScript. */
export class CellScripts {
  private readonly scripts = new Map<string, CellScript>();

  add(label: string, code: string, sourceMap: string): void {
    this.scripts.set(label, { code, sourceMap, map: undefined });
  }

  /** Every stack of the process, also one that the user prints, names cells by their own lines. */
  install(): void {
    Error.stackTraceLimit = STACK_DEPTH;
    Error.prepareStackTrace = (error, sites) => {
      const last = sites.findLastIndex((site) => this.scripts.has(site.getFileName() ?? ""));
      // Below the cell there is only the kernel.
      const shown = last < 0 ? sites : sites.slice(0, last + 1);
      return [headerOf(error), ...shown.map((site) => `    at ${this.frame(site)}`)].join("\n");
    };
  }

  codeOf(label: string): string | undefined {
    return this.scripts.get(label)?.code;
  }

  /** From a place in a cell's JavaScript to the one in its text. */
  originalPosition(label: string, line: number, column: number): CellPosition | undefined {
    const script = this.scripts.get(label);
    if (script === undefined) return undefined;
    script.map ??= new SourceMap(JSON.parse(script.sourceMap) as SourceMapPayload);
    const entry = script.map.findEntry(line - 1, column - 1);
    if (!("originalLine" in entry)) return undefined;
    return { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }

  private frame(site: NodeJS.CallSite): string {
    const text = String(site);
    const label = site.getFileName();
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    if (label == null || line === null || column === null) return text;
    const original = this.originalPosition(label, line, column);
    if (original === undefined) return text;
    const place = `${label}:${original.line}:${original.column}`;
    return text.replace(`${label}:${line}:${column}`, () => place);
  }
}

function headerOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
