import { SourceMap, type SourceMapPayload } from "node:module";
import type { CellPosition } from "../code-frame.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Error, JSON, Map, String } from "../intrinsics.js";

interface CellScript {
  readonly code: string;
  /** Undefined of a text that did not compile. */
  readonly sourceMap: string | undefined;
  /** Parsed when a stack first asks for it: most cells never throw. */
  map: SourceMap | undefined;
}

/** Deep enough that a library's own frames do not push the cell's line out of the stack. */
const STACK_DEPTH = 50;

/** Of a file that changes again and again; code of the oldest ones loses its lines in stacks. */
const KEPT_VERSIONS = 5;

/** Its `stack` says whether a function is on it. */
class StackProbe {
  readonly functionName: string;
  readonly stack: unknown;

  constructor(functionName: string) {
    this.functionName = functionName;
  }
}

/** The scripts of cells and local files by file name, for stacks that point into the user's TypeScript. */
export class CellScripts {
  private readonly scripts = new Map<string, CellScript>();
  /** How often each local file was compiled. */
  private readonly versions = new Map<string, number>();

  add(label: string, code: string, sourceMap: string): void {
    this.scripts.set(label, { code, sourceMap, map: undefined });
  }

  /**
   * A local file, of which several versions may be alive; returns the name of this one's script:
   * `model.ts`, then `model.ts?2`.
   */
  addFile(label: string, code: string, sourceMap: string | undefined): string {
    const version = (this.versions.get(label) ?? 0) + 1;
    this.versions.set(label, version);
    this.scripts.delete(versioned(label, version - KEPT_VERSIONS));
    const name = versioned(label, version);
    this.scripts.set(name, { code, sourceMap, map: undefined });
    return name;
  }

  /** Whether a function of the name is on the stack, however deep. True where a cell formats stacks its own way. */
  isOnStack(name: string): boolean {
    const probe = new StackProbe(name);
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    Error.captureStackTrace(probe);
    Error.stackTraceLimit = stackTraceLimit;
    return probe.stack !== false;
  }

  /** Every stack of the process, also one that the user prints, names cells by their own lines. */
  install(): void {
    Error.stackTraceLimit = STACK_DEPTH;
    Error.prepareStackTrace = (error, sites) => {
      if (error instanceof StackProbe) {
        return sites.some((site) => site.getFunctionName() === error.functionName);
      }
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
    if (script?.sourceMap === undefined) return undefined;
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
    // A call of an imported function, which the loader finds on the namespace of its module.
    const named = text.replace(/^(async )?Module\./, "$1");
    return named.replace(`${label}:${line}:${column}`, () => place);
  }
}

function versioned(label: string, version: number): string {
  return version === 1 ? label : `${label}?${version}`;
}

function headerOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
