import { appendFile, chmod, open, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { isJsonObject } from "../protocol/json.js";
import { createFolder } from "./create-folder.js";
import type { HistoryEntry, HistoryStore } from "./history.js";

/** Bytes at the end of the file that are read: some ten thousand cells. */
const readLimit = 4 * 1024 * 1024;

/** Past this size the file is cut back to `readLimit` when it is read. */
const fileLimit = 4 * readLimit;

/** `prism/history.jsonl` in the user's data directory, where the platform keeps such files. */
export function historyPath(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  return join(dataDirectory(env, platform), "prism", "history.jsonl");
}

function dataDirectory(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.XDG_DATA_HOME) return env.XDG_DATA_HOME;
  if (platform === "win32" && env.APPDATA) return env.APPDATA;
  if (platform === "darwin") return join(homedir(), "Library", "Application Support");
  return join(homedir(), ".local", "share");
}

/**
 * One JSON object a line, readable by its owner only: cells may hold passwords. Kernels that run at
 * the same time append to the same file, each line in one write.
 */
export class HistoryFile implements HistoryStore {
  readonly #path: string;
  readonly #onFailure: (reason: string) => void;
  #writes: Promise<void> = Promise.resolve();
  #ready = false;
  #failed = false;

  /** @param onFailure Told once; afterwards nothing is stored and the kernel goes on. */
  constructor(path: string, onFailure: (reason: string) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
  }

  append(entry: HistoryEntry): void {
    this.#writes = this.#writes.then(() => this.#write(`${JSON.stringify(entry)}\n`));
  }

  async load(): Promise<readonly HistoryEntry[]> {
    await this.#writes;
    const tail = await readTail(this.#path).catch(() => undefined);
    if (tail === undefined) return [];
    if (tail.fileSize > fileLimit) this.#writes = this.#writes.then(() => this.#shrink(tail.text));
    return tail.text.split("\n").flatMap(parseEntry);
  }

  /** Settles when everything appended so far is on disk. */
  async flushed(): Promise<void> {
    await this.#writes;
  }

  async #write(line: string): Promise<void> {
    if (this.#failed) return;
    try {
      if (!this.#ready) await this.#prepare();
      await appendFile(this.#path, line, { mode: 0o600 });
    } catch (error) {
      this.#failed = true;
      this.#onFailure(`the history is not stored: ${(error as Error).message}`);
    }
  }

  async #prepare(): Promise<void> {
    await createFolder(dirname(this.#path), 0o700);
    await appendFile(this.#path, "", { mode: 0o600 });
    await chmod(this.#path, 0o600);
    this.#ready = true;
  }

  async #shrink(text: string): Promise<void> {
    const temporary = `${this.#path}.${process.pid}`;
    try {
      await writeFile(temporary, text, { mode: 0o600 });
      await rename(temporary, this.#path);
    } catch (error) {
      this.#onFailure(`the history file could not be shortened: ${(error as Error).message}`);
    }
  }
}

/** Whole lines only: the first one is dropped where the file was entered in its middle. */
async function readTail(path: string): Promise<{ text: string; fileSize: number }> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - readLimit);
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const text = buffer.toString("utf8", 0, bytesRead);
    return { text: start > 0 ? text.slice(text.indexOf("\n") + 1) : text, fileSize: size };
  } finally {
    await file.close();
  }
}

function parseEntry(line: string): readonly HistoryEntry[] {
  try {
    const value: unknown = JSON.parse(line);
    if (!isJsonObject(value)) return [];
    const { session, line: number, source } = value;
    if (typeof session !== "string" || typeof number !== "number" || typeof source !== "string") {
      return [];
    }
    return [{ session, line: number, source }];
  } catch {
    return [];
  }
}
