import type TS from "typescript";
import { ts } from "../compile/typescript.js";
import type { ServiceHost } from "./service-host.js";

/**
 * A declaration as TypeScript shows it, without the note that it came through an import: names of
 * earlier cells are imported behind the scenes.
 */
export function declarationText(
  parts: readonly TS.SymbolDisplayPart[] | undefined,
  host: ServiceHost,
): string {
  const raw = ts.displayPartsToString(parts === undefined ? undefined : [...parts]);
  // `prism` is exported as a namespace.
  const text = host.readable(raw).replace(/^export (?=namespace )/, "");
  if (!text.startsWith("(alias) ")) return text;
  const declared = text.slice("(alias) ".length).replace(/\n(?:import|export) .*$/, "");
  // At a call TypeScript shows the call's own signature, without the word.
  return /^[\p{ID_Continue}$]+[<(]/u.test(declared) ? `function ${declared}` : declared;
}

/** `class` of `class Crystal`: what an alias stands for. */
export function declarationKind(text: string): string | undefined {
  return /^(?:abstract )?(class|function|const|let|var|enum|interface|type|namespace)\b/.exec(
    text,
  )?.[1];
}
