import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type TS from "typescript";
import { LIBRARY_NAME } from "../compile/instrument.js";
import { ts } from "../compile/typescript.js";
import { isLoadable } from "../local-files.js";
import { TSLAB_NAME, tslabEntry } from "../tslab-package.js";
import type { CellModules } from "./cell-modules.js";
import { withPlainComments } from "./documentation.js";
import { globalsFile, globalsText } from "./globals.js";
import { LocalSources } from "./local-sources.js";
import { NodeTypes } from "./node-types.js";
import { readableText } from "./readable-text.js";

const requireHere = createRequire(import.meta.url);

export interface ServiceHostOptions {
  readonly cwd: string;
  /** The running package's entry; its declarations stand beside it. */
  readonly libraryUrl: string;
  readonly modules: CellModules;
}

/**
 * What TypeScript reads: cells from memory, everything else from disk. Files of installed packages
 * are read once, since looking them up again would double the time of every check; the user's own
 * files are looked at anew each time.
 */
export class ServiceHost implements TS.LanguageServiceHost {
  private settings: TS.CompilerOptions;
  readonly libraryTypes: string;
  readonly cwd: string;
  readonly localSources: LocalSources = new LocalSources((file) => this.isStable(file));
  readonly nodeTypes: NodeTypes;
  private readonly modules: CellModules;
  private readonly stableRoots: readonly string[];
  private readonly plainRoots: readonly string[];
  private readonly resolutions: TS.ModuleResolutionCache;
  private readonly snapshots = new Map<string, TS.IScriptSnapshot>();
  private readonly texts = new Map<string, string>();
  private readonly existence = new Map<string, boolean>();
  private currentText = "";
  private currentSnapshot: TS.IScriptSnapshot = ts.ScriptSnapshot.fromString("");
  private version = 0;

  constructor(options: ServiceHostOptions) {
    this.cwd = options.cwd;
    this.modules = options.modules;
    this.libraryTypes = declarationsOf(fileURLToPath(options.libraryUrl));
    const typeRoot = dirname(dirname(requireHere.resolve("@types/node/package.json")));
    this.settings = compilerOptions(typeRoot);
    this.nodeTypes = new NodeTypes(join(typeRoot, "node"));
    this.plainRoots = [dirname(ts.getDefaultLibFilePath(this.settings)), typeRoot].map(
      (folder) => folder + sep,
    );
    this.stableRoots = [
      ...this.plainRoots,
      ...this.nodeTypes.roots,
      dirname(this.libraryTypes) + sep,
      // With the kernel's own types, which the globals lean on.
      dirname(dirname(globalsFile)) + sep,
    ];
    this.resolutions = ts.createModuleResolutionCache(this.cwd, (name) => name, this.settings);
    this.snapshots.set(globalsFile, ts.ScriptSnapshot.fromString(globalsText));
  }

  /** The cell to look at from now on; every question to the service is about it. */
  lookAt(text: string, service: TS.LanguageService): void {
    this.currentText = text;
    this.currentSnapshot = ts.ScriptSnapshot.fromString(text);
    this.version += 1;
    this.nodeTypes.building(() => service.getProgram());
  }

  /**
   * To be asked of each cell. From the first that imports tslab on, types are checked as that kernel
   * does, which spares its notebooks TypeScript's strict rules: they would stop at every `find`.
   */
  relaxForTslab(code: string): void {
    if (this.settings.strict !== true || !code.includes(TSLAB_NAME)) return;
    const { importedFiles } = ts.preProcessFile(code, true, true);
    if (!importedFiles.some(({ fileName }) => fileName === TSLAB_NAME)) return;
    this.settings = { ...this.settings, strict: false };
  }

  getCompilationSettings(): TS.CompilerOptions {
    return this.settings;
  }

  /** With it TypeScript parses a package.json once, and not for each of its files at every check. */
  getModuleResolutionCache(): TS.ModuleResolutionCache {
    return this.resolutions;
  }

  getProjectVersion(): string {
    return String(this.version);
  }

  getScriptFileNames(): string[] {
    return [globalsFile, this.modules.currentFile, ...this.modules.ambientFiles];
  }

  getScriptVersion(file: string): string {
    if (file === this.modules.currentFile) return String(this.version);
    if (file === this.nodeTypes.indexFile) return this.nodeTypes.version;
    if (this.snapshots.has(file) || this.modules.isModule(file)) return "1";
    return this.isStable(file) ? "1" : this.localSources.versionOf(file);
  }

  getScriptSnapshot(file: string): TS.IScriptSnapshot | undefined {
    if (file === this.modules.currentFile) return this.currentSnapshot;
    if (file === this.nodeTypes.indexFile) {
      return ts.ScriptSnapshot.fromString(this.nodeTypes.indexText);
    }
    const known = this.snapshots.get(file);
    if (known !== undefined) return known;
    const text = this.readFile(file);
    if (text === undefined) return undefined;
    if (/\.d\.[cm]?ts$/.test(file) && !this.isStable(file)) this.nodeTypes.noteDeclarations(text);
    const snapshot = ts.ScriptSnapshot.fromString(
      this.hasPlainComments(file) ? withPlainComments(text) : text,
    );
    if (this.isStable(file) || this.modules.isModule(file)) this.snapshots.set(file, snapshot);
    return snapshot;
  }

  getCurrentDirectory(): string {
    return this.cwd;
  }

  useCaseSensitiveFileNames(): boolean {
    return ts.sys.useCaseSensitiveFileNames;
  }

  /** What TypeScript says, without the paths of this machine. */
  readable(text: string): string {
    return readableText(text, this);
  }

  /** The form of a path under which TypeScript files what it has read. */
  keyOf(file: string): TS.Path {
    return (ts.sys.useCaseSensitiveFileNames ? file : file.toLowerCase()) as TS.Path;
  }

  getDefaultLibFileName(options: TS.CompilerOptions): string {
    return ts.getDefaultLibFilePath(options);
  }

  fileExists(file: string): boolean {
    if (this.isVirtual(file)) return true;
    if (!this.isStable(file)) {
      const isPackage = this.localSources.isPackage(file);
      return isPackage ? this.localSources.packageExists(file) : ts.sys.fileExists(file);
    }
    return remembered(this.existence, file, ts.sys.fileExists);
  }

  readFile(file: string): string | undefined {
    if (file === this.modules.currentFile) return this.currentText;
    const cell = this.modules.textOf(file);
    if (cell !== undefined) return cell;
    const isStable = this.isStable(file);
    if (!isStable && this.localSources.isPackage(file)) return this.localSources.packageText(file);
    // Of stable files only the package.json ones are asked for again and again.
    if (!isStable || !file.endsWith(".json")) return ts.sys.readFile(file);
    return remembered(this.texts, file, (path) => ts.sys.readFile(path) ?? "");
  }

  directoryExists(folder: string): boolean {
    if (!this.isStable(folder)) return ts.sys.directoryExists(folder);
    return remembered(this.existence, `${folder}${sep}`, ts.sys.directoryExists);
  }

  getDirectories(folder: string): string[] {
    return ts.sys.getDirectories(folder);
  }

  readDirectory(
    folder: string,
    extensions?: readonly string[],
    exclude?: readonly string[],
    include?: readonly string[],
    depth?: number,
  ): string[] {
    return ts.sys.readDirectory(folder, extensions, exclude, include, depth);
  }

  realpath(path: string): string {
    return this.isVirtual(path) ? path : (ts.sys.realpath?.(path) ?? path);
  }

  /** Files that the user may add, move and remove are looked for anew. */
  readonly hasInvalidatedResolutions = (path: string): boolean =>
    isLoadable(path) && !this.isStable(path) && !this.isVirtual(path);

  resolveModuleNameLiterals(
    literals: readonly TS.StringLiteralLike[],
    containingFile: string,
    redirected: TS.ResolvedProjectReference | undefined,
    options: TS.CompilerOptions,
    source: TS.SourceFile,
  ): readonly TS.ResolvedModuleWithFailedLookupLocations[] {
    const isStable = this.isStable(containingFile);
    const cache = isStable ? this.resolutions : undefined;
    const found = literals.map((literal) => {
      if (literal.text === LIBRARY_NAME) return resolved(this.libraryTypes);
      const cell = this.modules.resolve(literal.text);
      if (cell !== undefined) return resolved(cell);
      const part = this.nodeTypes.resolve(literal.text, isStable);
      if (part !== undefined) return part;
      const local = this.localSources.resolve(literal.text, containingFile);
      if (local !== undefined) return { resolvedModule: local };
      const mode = ts.getModeForUsageLocation(source, literal, options);
      const resolution = ts.resolveModuleName(
        literal.text,
        containingFile,
        options,
        this,
        cache,
        redirected,
        mode,
      );
      const isOurs = literal.text === TSLAB_NAME && resolution.resolvedModule === undefined;
      return isOurs ? resolved(declarationsOf(tslabEntry(requireHere.resolve))) : resolution;
    });
    this.localSources.noteImports(containingFile, found);
    return found;
  }

  private isVirtual(file: string): boolean {
    return file === this.modules.currentFile || file === globalsFile || this.modules.isModule(file);
  }

  /** The declarations of Node and of the language: read without their documentation. */
  hasPlainComments(file: string): boolean {
    return this.plainRoots.some((root) => file.startsWith(root));
  }

  private isStable(path: string): boolean {
    return this.stableRoots.some((root) => path.startsWith(root));
  }
}

function compilerOptions(typeRoot: string): TS.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2023,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    allowUmdGlobalAccess: true,
    resolveJsonModule: true,
    typeRoots: [typeRoot],
    types: ["node"],
    strict: true,
    // `catch (error) { error.code }` is what everyone writes in a notebook.
    useUnknownInCatchVariables: false,
    skipLibCheck: true,
    noEmit: true,
  };
}

/** `index.js` has its types in `index.d.ts`; a TypeScript source is its own declaration. */
function declarationsOf(entry: string): string {
  return entry.endsWith(".js") ? `${entry.slice(0, -".js".length)}.d.ts` : entry;
}

function resolved(file: string): TS.ResolvedModuleWithFailedLookupLocations {
  const extension = file.endsWith(".d.ts") ? ts.Extension.Dts : extensionOf(file);
  return { resolvedModule: { resolvedFileName: file, extension, isExternalLibraryImport: false } };
}

function extensionOf(file: string): TS.Extension {
  return file.endsWith(".mts") ? ts.Extension.Mts : ts.Extension.Ts;
}

function remembered<T>(known: Map<string, T>, key: string, find: (key: string) => T): T {
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const value = find(key);
  known.set(key, value);
  return value;
}
