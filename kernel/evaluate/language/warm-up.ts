import { dirname, join, resolve } from "node:path";
import type TS from "typescript";
import { ts } from "../compile/typescript.js";
import { globalsFile } from "./globals.js";
import type { ServiceHost } from "./service-host.js";

/**
 * Parses the declarations that every check needs (TypeScript's own library, Node's, this package's)
 * into the registry, one file a step: between two steps the caller may serve a request, so a first
 * `1 + 1` does not wait for the whole of it.
 */
export function* parseDeclarations(
  host: ServiceHost,
  registry: TS.DocumentRegistry,
): Generator<void, void> {
  const settings = host.getCompilationSettings();
  const key = registry.getKeyForCompilationSettings(settings);
  const libraryFolder = dirname(ts.getDefaultLibFilePath(settings));
  const pending = [
    ...(settings.lib ?? []).map((name) => join(libraryFolder, name)),
    join(settings.typeRoots?.[0] ?? "", "node", "index.d.ts"),
    globalsFile,
    host.libraryTypes,
  ];
  const seen = new Set<string>();
  while (pending.length > 0) {
    const file = pending.pop()!;
    if (seen.has(file)) continue;
    seen.add(file);
    const snapshot = host.getScriptSnapshot(file);
    if (snapshot === undefined) continue;
    const source = registry.acquireDocumentWithKey(
      file,
      host.keyOf(file),
      host,
      key,
      snapshot,
      host.getScriptVersion(file),
    );
    pending.push(...referencesOf(source, libraryFolder, host));
    yield;
  }
}

function referencesOf(source: TS.SourceFile, libraryFolder: string, host: ServiceHost): string[] {
  const folder = dirname(source.fileName);
  const libraries = source.libReferenceDirectives.map((each) =>
    join(libraryFolder, `lib.${each.fileName.toLowerCase()}.d.ts`),
  );
  const files = source.referencedFiles.map((each) => resolve(folder, each.fileName));
  const imports = source.statements.flatMap((statement) => relativeImport(statement, folder, host));
  return [...libraries, ...files, ...imports];
}

function relativeImport(statement: TS.Statement, folder: string, host: ServiceHost): string[] {
  const isModule = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
  const specifier = isModule ? statement.moduleSpecifier : undefined;
  if (specifier === undefined || !ts.isStringLiteral(specifier)) return [];
  if (!specifier.text.startsWith(".") || !specifier.text.endsWith(".js")) return [];
  const stem = resolve(folder, specifier.text.slice(0, -".js".length));
  return [`${stem}.d.ts`, `${stem}.ts`].filter((file) => host.fileExists(file)).slice(0, 1);
}
