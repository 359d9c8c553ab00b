import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HistoryRequest } from "../../../kernel/protocol/requests.js";
import { matchesGlob } from "../../../kernel/session/glob.js";
import { History, type HistoryEntry } from "../../../kernel/session/history.js";
import { HistoryFile, historyPath } from "../../../kernel/session/history-file.js";

const earlier: readonly HistoryEntry[] = [
  { session: "x", line: 1, source: "const a = 1" },
  { session: "y", line: 1, source: "const b = 2" },
  { session: "x", line: 2, source: "a + 1" },
];

function history(): History {
  const running = new History("now", { append: () => {}, load: async () => earlier });
  running.add(1, "const c = 3");
  running.add(2, "a + 1");
  running.addOutput(2, "2");
  return running;
}

const range = { access: "range", output: false, start: 0, stop: 99 } as const;
const search = { access: "search", output: false, n: 99, unique: false } as const;

describe("History", () => {
  it.each<[string, HistoryRequest, unknown]>([
    [
      "the last cells, across sessions",
      { access: "tail", output: false, n: 3 },
      [
        [1, 2, "a + 1"],
        [3, 1, "const c = 3"],
        [3, 2, "a + 1"],
      ],
    ],
    ["none of them", { access: "tail", output: false, n: 0 }, []],
    [
      "with outputs, known of the running session only",
      { access: "tail", output: true, n: 3 },
      [
        [1, 2, ["a + 1", null]],
        [3, 1, ["const c = 3", null]],
        [3, 2, ["a + 1", "2"]],
      ],
    ],
    ["the running session", { ...range, session: 0, start: 2 }, [[3, 2, "a + 1"]]],
    ["the session before", { ...range, session: -1 }, [[2, 1, "const b = 2"]]],
    ["a session by number", { ...range, session: 1, stop: 2 }, [[1, 1, "const a = 1"]]],
    ["the last line of a session", { ...range, session: 0, start: -1 }, [[3, 2, "a + 1"]]],
    ["a session that never was", { ...range, session: 9 }, []],
    [
      "what matches",
      { ...search, pattern: "a +*" },
      [
        [1, 2, "a + 1"],
        [3, 2, "a + 1"],
      ],
    ],
    ["what matches, once each", { ...search, pattern: "a*", unique: true }, [[3, 2, "a + 1"]]],
    ["the last that match", { ...search, pattern: "*", n: 1 }, [[3, 2, "a + 1"]]],
  ])("finds %s", async (_, request, expected) => {
    expect(await history().answer(request)).toEqual(expected);
  });
});

describe("matchesGlob", () => {
  it.each([
    ["", "", true],
    ["*", "", true],
    ["?", "", false],
    ["a*c", "abbc", true],
    ["a*c", "abcd", false],
    ["*b*", "abc", true],
    ["a?c", "abc", true],
    ["a.c", "abc", false],
    ["*[x]", "a[x]", true],
    ["*\n*", "one\ntwo", true],
  ])("%j against %j: %j", (pattern, text, matches) => {
    expect(matchesGlob(pattern, text)).toBe(matches);
  });

  it("takes no more steps than pattern times text", () => {
    // Backtracking over every star would take longer than the test may run.
    expect(matchesGlob("*a".repeat(30), `${"a".repeat(2000)}b`)).toBe(false);
  });
});

describe("HistoryFile", () => {
  let directory: string;
  let path: string;
  const failures: string[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "prism-history-"));
    path = join(directory, "data", "prism", "history.jsonl");
    failures.length = 0;
  });
  afterEach(() => rm(directory, { recursive: true }));

  function open(at = path): HistoryFile {
    return new HistoryFile(at, (reason) => failures.push(reason));
  }

  it("gives back what was stored, to the next kernel too", async () => {
    const file = open();
    for (const entry of earlier) file.append(entry);
    expect(await file.load()).toEqual(earlier);
    expect(await open().load()).toEqual(earlier);
  });

  it("is readable by its owner only, also where it was not before", async () => {
    const file = open();
    file.append(earlier[0] as HistoryEntry);
    await file.flushed();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, "data"))).mode & 0o777).toBe(0o700);

    const open2 = join(directory, "wide.jsonl");
    await writeFile(open2, "", { mode: 0o644 });
    const second = open(open2);
    second.append(earlier[0] as HistoryEntry);
    await second.flushed();
    expect((await stat(open2)).mode & 0o777).toBe(0o600);
  });

  it("passes over lines that are no entries", async () => {
    await writeFile(
      join(directory, "h"),
      '{"session":1}\nnull\n{"ses\n\n{"session":"s","line":1,"source":"ok"}\n',
    );
    expect(await open(join(directory, "h")).load()).toEqual([
      { session: "s", line: 1, source: "ok" },
    ]);
  });

  it("is cut back when it has grown too long, losing the oldest", async () => {
    const line = (number: number): string =>
      `${JSON.stringify({ session: "s", line: number, source: "x".repeat(1000) })}\n`;
    await writeFile(
      join(directory, "h"),
      Array.from({ length: 17_000 }, (_, number) => line(number)).join(""),
    );
    const file = open(join(directory, "h"));
    const entries = await file.load();
    await file.flushed();
    expect(entries.at(-1)?.line).toBe(16_999);
    expect(entries.length).toBeGreaterThan(1000);
    expect((await stat(join(directory, "h"))).size).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect((await readFile(join(directory, "h"), "utf8")).startsWith('{"session"')).toBe(true);
  });

  it("says once that it cannot store, and goes on", async () => {
    await writeFile(join(directory, "data"), "a file where a directory should be");
    const file = open();
    for (const entry of earlier) file.append(entry);
    await file.flushed();
    expect(failures).toHaveLength(1);
    expect(await file.load()).toEqual([]);
  });

  it("lies where the platform keeps user data", () => {
    expect(historyPath({ XDG_DATA_HOME: "/d" }, "linux")).toBe("/d/prism/history.jsonl");
    expect(historyPath({}, "linux")).toMatch(/\.local\/share\/prism\/history\.jsonl$/);
  });
});
