import type { HistoryTuple } from "../protocol/replies.js";
import type { HistoryRequest } from "../protocol/requests.js";
import { matchesGlob } from "./glob.js";

/** One cell as it was entered. */
export interface HistoryEntry {
  /** Identifies the kernel session; the file numbers sessions by their order. */
  readonly session: string;
  /** Execution count. */
  readonly line: number;
  readonly source: string;
}

/** Where entries outlive the kernel. */
export interface HistoryStore {
  append(entry: HistoryEntry): void;
  /** Oldest first. Never rejects: what cannot be read is no history. */
  load(): Promise<readonly HistoryEntry[]>;
}

interface NumberedEntry {
  readonly session: number;
  readonly line: number;
  readonly source: string;
  /** Only of the running session. */
  output: string | null;
}

/**
 * The cells of this session and, from the store, of earlier ones. Sessions are numbered from 1 in
 * the order of the store; the running one is the last.
 */
export class History {
  readonly #sessionId: string;
  readonly #store: HistoryStore;
  readonly #current: HistoryEntry[] = [];
  readonly #outputs = new Map<number, string>();
  #earlier: Promise<readonly HistoryEntry[]> | undefined;

  constructor(sessionId: string, store: HistoryStore) {
    this.#sessionId = sessionId;
    this.#store = store;
  }

  add(line: number, source: string): void {
    const entry = { session: this.#sessionId, line, source };
    this.#current.push(entry);
    this.#store.append(entry);
  }

  addOutput(line: number, text: string): void {
    this.#outputs.set(line, text);
  }

  async answer(request: HistoryRequest): Promise<readonly HistoryTuple[]> {
    const entries = await this.#numbered();
    return selected(entries, request).map(({ session, line, source, output }) => [
      session,
      line,
      request.output ? [source, output] : source,
    ]);
  }

  async #numbered(): Promise<{ entries: readonly NumberedEntry[]; session: number }> {
    this.#earlier ??= this.#store.load();
    const earlier = (await this.#earlier).filter(({ session }) => session !== this.#sessionId);
    const numbers = new Map<string, number>();
    for (const { session } of earlier) {
      if (!numbers.has(session)) numbers.set(session, numbers.size + 1);
    }
    const running = numbers.size + 1;
    const entries = [...earlier, ...this.#current].map(({ session, line, source }) => {
      const number = numbers.get(session) ?? running;
      const output = number === running ? (this.#outputs.get(line) ?? null) : null;
      return { session: number, line, source, output };
    });
    return { entries, session: running };
  }
}

function selected(
  history: { readonly entries: readonly NumberedEntry[]; readonly session: number },
  request: HistoryRequest,
): readonly NumberedEntry[] {
  switch (request.access) {
    case "tail":
      return last(history.entries, request.n);
    case "search": {
      const found = history.entries.filter(({ source }) => matchesGlob(request.pattern, source));
      return last(request.unique ? latestOfEach(found) : found, request.n);
    }
    case "range": {
      const { session, start, stop } = request;
      const number = session > 0 ? session : history.session + session;
      const entries = history.entries.filter((entry) => entry.session === number);
      const end = (entries.at(-1)?.line ?? 0) + 1;
      const from = start < 0 ? end + start : start;
      const until = stop < 0 ? end + stop : stop;
      return entries.filter(({ line }) => line >= from && line < until);
    }
  }
}

function last<T>(items: readonly T[], count: number): readonly T[] {
  return count > 0 ? items.slice(-count) : [];
}

function latestOfEach(entries: readonly NumberedEntry[]): readonly NumberedEntry[] {
  const bySource = new Map<string, NumberedEntry>();
  for (const entry of entries) {
    bySource.delete(entry.source);
    bySource.set(entry.source, entry);
  }
  return [...bySource.values()];
}
