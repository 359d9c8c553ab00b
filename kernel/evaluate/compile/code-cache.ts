import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Script } from "node:vm";

/** A CommonJS file that was loaded by its path. */
export interface CachedModule {
  readonly exports: unknown;
  /** Keeps what V8 has compiled of it by now, where the next process finds it. */
  save(): void;
}

/**
 * Loads a large CommonJS file with V8's compiled code of an earlier process, which for TypeScript
 * takes a third of the time. V8 refuses code of another V8 and of a source of another length; the name
 * has to tell versions of the file apart.
 */
export function requireWithCodeCache(path: string, cacheName: string): CachedModule {
  const cacheFile = join(cacheFolder(), `${cacheName}-${process.version}-${process.arch}.bin`);
  const cachedData = readIfPossible(cacheFile);
  const script = new Script(Module.wrap(readFileSync(path, "utf8")), {
    filename: path,
    ...(cachedData && { cachedData }),
  });
  const module = new Module(path);
  const body = script.runInThisContext() as (...parts: unknown[]) => void;
  body(module.exports, createRequire(path), module, path, dirname(path));
  const isFresh = cachedData !== undefined && script.cachedDataRejected !== true;
  return {
    exports: module.exports,
    save: () => {
      if (!isFresh) writeIfPossible(cacheFile, script.createCachedData());
    },
  };
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "prism-lab");
}

function readIfPossible(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Without a place to write, every start just takes a little longer. */
function writeIfPossible(file: string, data: Buffer): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(draft, data, { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    return;
  }
}
