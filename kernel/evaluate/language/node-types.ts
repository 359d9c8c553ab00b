import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type TS from "typescript";

/** What `fetch` and its like are declared by; of no use to anyone without them. */
const FETCH_TYPES = "undici-types";
const REFERENCE = /^\/\/\/ <reference path="(.+)" \/>$/gm;
const DECLARED_MODULE = /^declare module ["']([^"']+)["']/gm;
const GLOBAL_BLOCK = /^\s*(?:declare )?global \{/m;

/**
 * The declarations of Node, read as far as they are asked for. Two thirds of them declare modules and
 * nothing else: such a file is a *part* that stays on the disk until an import of the user's code names
 * it or the checker looks behind an import of another part. What declares globals is always read.
 *
 * An answer that the checker gave without a part that it has asked for is thrown away: `answered` asks
 * again with the part. So all answers are those of the whole declarations.
 */
export class NodeTypes {
  /** The file that names all others. */
  readonly indexFile: string;
  /** Folders of installed declarations that nobody changes. */
  readonly roots: readonly string[];
  private readonly folder: string;
  private readonly index: string;
  /** Module name -> the part that declares it. */
  private readonly parts = new Map<string, string>();
  private readonly present = new Set<string>();
  private readonly missed = new Set<string>();
  private isBuilding = false;

  /** @param folder Of the package `@types/node`. */
  constructor(folder: string) {
    this.folder = folder;
    this.indexFile = join(folder, "index.d.ts");
    this.index = readFileSync(this.indexFile, "utf8");
    for (const [, path = ""] of this.index.matchAll(REFERENCE)) {
      for (const name of modulesOfPart(join(folder, path)))
        this.parts.set(name, join(folder, path));
    }
    const fetchTypes = createRequire(this.indexFile).resolve(`${FETCH_TYPES}/index.d.ts`);
    this.parts.set(FETCH_TYPES, fetchTypes);
    this.roots = [folder, dirname(fetchTypes)].map((each) => each + sep);
  }

  /** Changes with the parts that are present. */
  get version(): string {
    return String(this.present.size);
  }

  /** The text of `indexFile`, with the parts that are present. */
  get indexText(): string {
    const parts = new Set(this.parts.values());
    const kept = this.index.replace(REFERENCE, (line, path: string) =>
      parts.has(join(this.folder, path)) ? "" : line,
    );
    const added = [...this.present].map((part) => `/// <reference path="${part}" />`);
    return [kept, ...added].join("\n");
  }

  /** Builds a program: what that looks at is no question of the checker. */
  building(build: () => void): void {
    this.isBuilding = true;
    try {
      build();
    } finally {
      this.isBuilding = false;
    }
  }

  /** The answer that the checker gives when it misses nothing. */
  answered<T>(ask: () => T): T {
    for (;;) {
      this.missed.clear();
      const answer = ask();
      if (this.missed.size === 0) return answer;
      for (const part of this.missed) this.present.add(part);
    }
  }

  /** Declarations of the user's that add to a part would be taken for the whole of it. */
  noteDeclarations(text: string): void {
    for (const name of modulesIn(text)) {
      const part = this.parts.get(name);
      if (part !== undefined && !this.present.has(part)) this.missed.add(part);
    }
  }

  /**
   * What an import of a part means; undefined for any other.
   *
   * @param isInstalled The import stands in declarations that nobody may ever look at.
   */
  resolve(
    name: string,
    isInstalled: boolean,
  ): TS.ResolvedModuleWithFailedLookupLocations | undefined {
    const part = this.parts.get(name);
    if (part === undefined) return undefined;
    if (isInstalled) return this.withheld(part);
    if (name === FETCH_TYPES) return undefined;
    this.present.add(part);
    return { resolvedModule: { resolvedFileName: part, extension: ".d.ts" } };
  }

  /** Leads to a file that is no module until the part is there. */
  private withheld(part: string): TS.ResolvedModuleWithFailedLookupLocations {
    const fileName = (): string => {
      if (this.present.has(part)) return part;
      if (!this.isBuilding) this.missed.add(part);
      return this.indexFile;
    };
    return {
      resolvedModule: {
        get resolvedFileName() {
          return fileName();
        },
        extension: ".d.ts",
      },
    };
  }
}

/** The modules that a file declares if it declares nothing else. */
function modulesOfPart(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return GLOBAL_BLOCK.test(text) ? [] : modulesIn(text);
}

function modulesIn(text: string): string[] {
  return [...text.matchAll(DECLARED_MODULE)].map(([, name = ""]) => name);
}
