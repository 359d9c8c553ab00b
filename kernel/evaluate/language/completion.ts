import type TS from "typescript";
import type { CellName } from "../compile/cell-names.js";
import { ts } from "../compile/typescript.js";
import type { Completion, CompletionMatch } from "../evaluator.js";
import type { CellModules } from "./cell-modules.js";
import { declarationKind, declarationText } from "./declaration-text.js";
import type { ServiceHost } from "./service-host.js";

/** Signatures cost up to a millisecond each; the library's exports and the members of a class fit. */
const MAX_SIGNATURES = 200;
const MAX_MATCHES = 1000;

/** Each name of an earlier cell that is offered with its type loads that cell: the latest few only. */
const MAX_TYPED_NAMES = 20;

/** What may go on before the cursor as one word. */
const WORD_BEFORE = /[\p{ID_Continue}$#]*$/u;

export function completeCell(
  service: TS.LanguageService,
  host: ServiceHost,
  modules: CellModules,
  code: string,
  cursor: number,
): Completion {
  const typed = WORD_BEFORE.exec(code.slice(0, cursor))?.[0] ?? "";
  const earlier = modules.namesWith(typed);
  const typedNames = typed === "" ? [] : earlier.slice(-MAX_TYPED_NAMES);
  const module = modules.moduleFor(
    code,
    typedNames.map((each) => each.name),
  );
  host.lookAt(module.text, service);
  const position = module.offset + cursor;
  const found = service.getCompletionsAtPosition(modules.currentFile, position, {
    includeCompletionsForModuleExports: false,
    includeCompletionsWithInsertText: false,
    includeSymbol: true,
  });
  if (found === undefined) return { matches: [], start: cursor, end: cursor };
  const span = found.optionalReplacementSpan ?? found.entries[0]?.replacementSpan;
  const start = span === undefined ? cursor - typed.length : span.start - module.offset;
  const prefix = code.slice(start, cursor);
  const entries = ranked(found.entries, prefix);
  const matches = entries.map((entry, index): CompletionMatch => {
    if (index >= MAX_SIGNATURES) return { text: entry.name, type: entry.kind };
    const signature = signatureOf(service, host, modules.currentFile, position, entry);
    const isAlias = entry.kind === ts.ScriptElementKind.alias;
    const kind = isAlias ? declarationKind(signature ?? "") : undefined;
    return { text: entry.name, type: kind ?? entry.kind, ...(signature && { signature }) };
  });
  const others = found.isGlobalCompletion ? earlier : [];
  return { matches: withEarlier(ownFirst(matches), others), start, end: cursor };
}

/** Exact prefix first, then without regard to case; each group in TypeScript's own order. */
function ranked(entries: readonly TS.CompletionEntry[], prefix: string): TS.CompletionEntry[] {
  const lower = prefix.toLowerCase();
  const fitting = entries
    .filter((entry) => entry.name.toLowerCase().startsWith(lower) && !isInternal(entry))
    .map((entry) => ({ entry, rank: entry.name.startsWith(prefix) ? 0 : 1 }));
  fitting.sort((a, b) => a.rank - b.rank || compare(a.entry.sortText, b.entry.sortText));
  return fitting.slice(0, MAX_MATCHES).map(({ entry }) => entry);
}

/** The kernel's own modules, and what the library marks as none of the user's business. */
function isInternal({ name, symbol }: TS.CompletionEntry): boolean {
  if (name.includes(".prism-cell")) return true;
  return symbol?.getJsDocTags().some((tag) => tag.name === "internal") ?? false;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function signatureOf(
  service: TS.LanguageService,
  host: ServiceHost,
  file: string,
  position: number,
  entry: TS.CompletionEntry,
): string | undefined {
  if (entry.kind === ts.ScriptElementKind.keyword) return undefined;
  const details = service.getCompletionEntryDetails(
    file,
    position,
    entry.name,
    undefined,
    entry.source,
    undefined,
    entry.data,
  );
  return details && declarationText(details.displayParts, host);
}

/** After `display.` nobody looks for `apply`, which it has as every function does. */
function ownFirst(matches: readonly CompletionMatch[]): CompletionMatch[] {
  const isCommon = ({ signature }: CompletionMatch): boolean =>
    /^\((?:method|property)\) (?:Callable|Newable)?Function\./.test(signature ?? "");
  return [...matches.filter((each) => !isCommon(each)), ...matches.filter(isCommon)];
}

/** The names of earlier cells come first; those that TypeScript was not shown, without a type. */
function withEarlier(
  matches: readonly CompletionMatch[],
  earlier: readonly CellName[],
): readonly CompletionMatch[] {
  const names = new Set(earlier.map((each) => each.name));
  const typed = new Map(matches.map((match) => [match.text, match]));
  const first = earlier
    .toReversed()
    .map((each) => typed.get(each.name) ?? { text: each.name, type: elementKind(each) });
  return [...first, ...matches.filter((match) => !names.has(match.text))];
}

function elementKind(name: CellName): string {
  if (name.kind === "constant") return ts.ScriptElementKind.constElement;
  if (name.kind === "variable") return ts.ScriptElementKind.letElement;
  if (name.kind === "import") return ts.ScriptElementKind.alias;
  if (name.kind === "namespace") return ts.ScriptElementKind.moduleElement;
  return name.kind;
}
