import { statSync } from "node:fs";
import { dirname, parse, sep } from "node:path";
import type TS from "typescript";
import { ts } from "../compile/typescript.js";
import { isLoadable, isLocalSpecifier, localFile } from "../local-files.js";

/** The nearest one above a file decides what `.ts` means: the root's stands for a missing one. */
const ROOT_PACKAGE = `${parse(process.cwd()).root}package.json`;
const PACKAGE_NAME = `${sep}package.json`;

/**
 * The user's files beside the notebook as the notebook's loader sees them: found by its rules, and ES
 * modules, whatever the `package.json` above them says.
 */
export class LocalSources {
  /** What each file imported when it was looked at last. */
  private readonly imports = new Map<string, ReadonlySet<string>>();
  private readonly packages = new Map<string, { version: string; text: string | undefined }>();
  private readonly isInstalled: (file: string) => boolean;

  /** @param isInstalled Files of TypeScript, of Node's types and of the library are none of the user's. */
  constructor(isInstalled: (file: string) => boolean) {
    this.isInstalled = isInstalled;
  }

  /** The file behind a local specifier with what TypeScript should make of it. */
  resolve(specifier: string, containingFile: string): TS.ResolvedModuleFull | undefined {
    if (!isLocalSpecifier(specifier) || this.isInstalled(containingFile)) return undefined;
    const file = localFile(specifier, dirname(containingFile), ts.sys.fileExists);
    if (file === undefined || !isLoadable(file)) return undefined;
    const resolvedFileName = declarationBeside(file) ?? ts.sys.realpath?.(file) ?? file;
    return { resolvedFileName, extension: extensionOf(resolvedFileName) };
  }

  noteImports(file: string, resolved: readonly TS.ResolvedModuleWithFailedLookupLocations[]): void {
    const files = resolved.map((each) => each.resolvedModule?.resolvedFileName ?? "");
    this.imports.set(
      file,
      new Set(files.filter((each) => isSource(each) && !this.isInstalled(each))),
    );
  }

  /** The TypeScript files that a file leads to, in the order in which they would run. */
  reachedFrom(file: string): readonly string[] {
    const found = new Set<string>();
    const visit = (each: string): void => {
      for (const imported of this.imports.get(each) ?? []) {
        if (found.has(imported)) continue;
        found.add(imported);
        visit(imported);
      }
    };
    visit(file);
    return [...found].reverse();
  }

  isPackage(path: string): boolean {
    return path.endsWith(PACKAGE_NAME) && !path.includes(`${sep}node_modules${sep}`);
  }

  packageExists(path: string): boolean {
    return path === ROOT_PACKAGE || ts.sys.fileExists(path);
  }

  packageText(path: string): string | undefined {
    const version = this.versionOf(path);
    const known = this.packages.get(path);
    if (known?.version === version) return known.text;
    const text = asEsPackage(path);
    this.packages.set(path, { version, text });
    return text;
  }

  /** Changes whenever the text may have changed. */
  versionOf(file: string): string {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? "none" : `${stats.mtimeNs}/${stats.ctimeNs}/${stats.size}`;
  }
}

function asEsPackage(path: string): string | undefined {
  const text = ts.sys.readFile(path);
  if (text === undefined) return path === ROOT_PACKAGE ? '{"type":"module"}' : undefined;
  try {
    return JSON.stringify({ ...JSON.parse(text), type: "module" });
  } catch {
    return text;
  }
}

/** JavaScript has its types in a declaration of its name, if it has any. */
function declarationBeside(file: string): string | undefined {
  const declaration = file.replace(/\.([cm]?)js$/, ".d.$1ts");
  return declaration !== file && ts.sys.fileExists(declaration) ? declaration : undefined;
}

function isSource(file: string): boolean {
  return /(?<!\.d)\.[cm]?tsx?$/.test(file) && isLoadable(file) && !file.includes(".prism-cell");
}

function extensionOf(file: string): string {
  return /(?:\.d)?\.[cm]?(?:[jt]sx?|json)$/.exec(file)?.[0] ?? "";
}
